import { PlainTimes } from './plainTimes';
import { orderOfDayAt, turnDay } from '../columns/commonDates';
import { commaBefore, endOfCommaNumber } from '../columns/commonNumbers';
import { InPlaceField } from '../columns/inPlaceField';
import { endOfPlain, PlainField, T_AT } from '../columns/plainField';

const QUOTE = 0x22;
const SPACE = 0x20;
const COMMA = 0x2c;
const POINT = 0x2e;
const CAPITAL_T = 0x54;
const WHOLE = PlainField.Whole;
const DECIMAL_COMMA = InPlaceField.DecimalComma;
const TURNED_DATE = InPlaceField.TurnedDate;
const COMMA_NUMBER = InPlaceField.Comma;
const DAY_BYTES = 10;
const DATE_TIME_BYTES = 19;
const DAY_WORDS = 4;

/** What is taken besides Domo's form begins here. */
export const IN_PLACE = InPlaceField.TurnedDate;

/** What is noted of a field: where the change is and, in its last bits, the order of a day. */
const NOTHING = -1;
const ORDER_BITS = 2;
const ORDER_MASK = 3;
/** In the place of an order: the change is a decimal sign. */
const SIGN = 0;

/**
 * Values that get into Domo's form where they are, in as many bytes. They are changed only once all fields of their
 * record were looked at: one that is not taken leaves the record as it was, to be read another way.
 */
export class InPlaceValues {
	/** Whether anything is noted of the record that is looked at. */
	hasChanges = false;

	/** Indexes of the fields that may have such values now. */
	private fields: number[] = [];

	private readonly changes: Int32Array;

	/** How many values of each field were converted since they were last handed out. */
	private readonly converted: Int32Array;

	/** Each field's last day, which most are again: its ten bytes in three words, and its order. No day at first. */
	private readonly lastDays: Int32Array;

	private view: DataView = new DataView(new ArrayBuffer(0));

	/**
	 * @param forms what each field is taken as
	 * @param orders in which order each field's days with slashes or dashes are read: 0 where they are not
	 * @param times knows days in Domo's form
	 */
	constructor(
		private readonly forms: Uint8Array,
		private readonly orders: Uint8Array,
		private readonly times: PlainTimes,
		private readonly delimiter: number,
	) {
		this.changes = new Int32Array(forms.length).fill(NOTHING);
		this.converted = new Int32Array(forms.length);
		this.lastDays = new Int32Array(forms.length * DAY_WORDS);
	}

	/** Says which bytes are looked at from now on, and that forms and orders may be others. */
	look(bytes: Uint8Array): void {
		const { buffer, byteOffset, byteLength } = bytes;
		if (this.view.buffer !== buffer || this.view.byteOffset !== byteOffset)
			this.view = new DataView(buffer, byteOffset, byteLength);
		this.lastDays.fill(0);
		this.fields = [...this.forms.keys()].filter((field) => this.forms[field] >= IN_PLACE);
	}

	/** Forgets what was noted of a record that is not to be changed. */
	forget(): void {
		if (!this.hasChanges) return;
		this.changes.fill(NOTHING);
		this.hasChanges = false;
	}

	/**
	 * Looks for a value of a field, and notes what is to be changed. Days in Domo's form are none here.
	 *
	 * @param from where it begins, behind a quote if it has one
	 * @param to behind the bytes that are there
	 * @returns where it ends, or -1 where it is in another form
	 */
	endOf(bytes: Uint8Array, from: number, to: number, field: number): number {
		const form = this.forms[field];
		return form >= COMMA_NUMBER
			? this.endOfNumber(bytes, from, field, form)
			: this.endOfDay(bytes, from, to, field, form);
	}

	/** Changes the values of a record as was noted. */
	change(bytes: Uint8Array): void {
		const { fields, changes, converted, view } = this;
		for (let k = 0; k < fields.length; k++) {
			const field = fields[k];
			const change = changes[field];
			if (change === NOTHING) continue;
			changes[field] = NOTHING;
			const at = change >> ORDER_BITS;
			const order = change & ORDER_MASK;
			if (order === SIGN) bytes[at] = POINT;
			else {
				turnDay(view, at, order);
				if (this.forms[field] !== TURNED_DATE) bytes[at + T_AT] = CAPITAL_T;
			}
			converted[field]++;
		}
		this.hasChanges = false;
	}

	/** Hands out how many values of each field were converted since they were last handed out. */
	takeCounts(take: (field: number, values: number) => void): void {
		const { fields, converted } = this;
		for (const field of fields) {
			if (converted[field] > 0) take(field, converted[field]);
			converted[field] = 0;
		}
	}

	private endOfNumber(bytes: Uint8Array, from: number, field: number, form: number): number {
		// A comma that parts fields is no decimal sign.
		if (this.delimiter === COMMA && bytes[from - 1] !== QUOTE) return endOfPlain(bytes, from, WHOLE);
		const end = endOfCommaNumber(bytes, from, form === DECIMAL_COMMA);
		if (end === -1) return -1;
		const signAt = commaBefore(bytes, from, end);
		if (signAt !== -1) this.note(field, signAt, SIGN);
		return end;
	}

	private endOfDay(bytes: Uint8Array, from: number, to: number, field: number, form: number): number {
		if (to - from < DATE_TIME_BYTES) return -1;
		const order = this.orderOfDay(bytes, from, field);
		if (order === 0) return -1;
		const end = from + DAY_BYTES;
		this.note(field, from, order);
		if (form === TURNED_DATE) return end;
		return bytes[end] === SPACE && this.times.isTimeAt(end + 1) ? from + DATE_TIME_BYTES : -1;
	}

	/** See orderOfDayAt. */
	private orderOfDay(bytes: Uint8Array, at: number, field: number): number {
		const { view, lastDays } = this;
		const last = field * DAY_WORDS;
		const first = view.getInt32(at);
		const second = view.getInt32(at + 4);
		const third = view.getInt16(at + 8);
		if (first === lastDays[last] && second === lastDays[last + 1] && third === lastDays[last + 2])
			return lastDays[last + 3];
		const order = orderOfDayAt(bytes, at, this.orders[field]);
		if (order === 0) return 0;
		lastDays[last] = first;
		lastDays[last + 1] = second;
		lastDays[last + 2] = third;
		lastDays[last + 3] = order;
		return order;
	}

	private note(field: number, at: number, order: number): void {
		this.changes[field] = (at << ORDER_BITS) | order;
		this.hasChanges = true;
	}
}
