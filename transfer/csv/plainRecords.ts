import { IN_PLACE, InPlaceValues } from './inPlaceValues';
import { PlainTimes } from './plainTimes';
import { InPlaceField } from '../columns/inPlaceField';
import { endOfPlain, PlainField } from '../columns/plainField';
import { endOfPlainLong } from '../columns/plainForms';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CAPITAL_N = 0x4e;
const SPACE = 0x20;
const COMMA = 0x2c;
const MINUS = 0x2d;
const CAPITAL_T = 0x54;
const FIRST_BEYOND_ASCII = 0x80;
const TEXT = PlainField.Text;
const LONG = PlainField.Long;
const DATE = PlainField.Date;
const DATE_TIME = PlainField.DateTime;
const TURNED_DATE = InPlaceField.TurnedDate;
const COMMA_NUMBER = InPlaceField.Comma;
const YEAR_BYTES = 4;
const DAY_BYTES = 10;
const TIME_BYTES = 8;

/** A DATETIME in quotes. Nearer to the end of what is there, no day is looked at. */
const LONGEST_DATE_BYTES = 21;

/** A function that returns often is soon compiled for good: V8 gives up code that it made within a long loop again. */
const RECORDS_AT_ONCE = 64;

/** A field as PlainRecords takes it. */
export interface PlainRecordField {
	/** What its bytes may be now: the reading of a column may settle on the way. */
	form(): PlainField | InPlaceField;
	/** In which order days with slashes or dashes are read: 0 where they are not. */
	orderOfDays?(): number;
	/** Gets how many values were converted. */
	count?(values: number): void;
	/** Whether a record may have nothing in it. */
	mayBeEmpty: boolean;
	/** Whether `\N` without quotes is taken. */
	mayBeNullText: boolean;
}

/** Where a scanner notes its records. */
export interface RecordPlaces {
	rows: number;
	lines: number;
	rowStarts: Int32Array;
	rowEnds: Int32Array;
	rowLines: Int32Array;
	isPlain: Uint8Array;
	/** Record by record, where each field begins that is noted; see `note`. */
	fieldBegins: Int32Array;
	/** Whether no byte of the records is beyond ASCII, as far as is known. */
	isAscii: boolean;
}

/**
 * Scans records and looks at their values in one pass, as long as every field is in Domo's form, or gets into it where
 * it is: nothing is to be done with such records then but to copy them. Line ends are LF or CRLF.
 */
export class PlainRecords {
	private readonly forms: Uint8Array;

	private readonly isBlankTaken: Uint8Array;

	private readonly isNullTextTaken: Uint8Array;

	/** Where a record's spaces are that become a T, and its delimiters that become commas. */
	private readonly spacesAt: Int32Array;
	private readonly delimitersAt: Int32Array;

	private readonly orders: Uint8Array;

	private readonly inPlace: InPlaceValues;

	private readonly times = new PlainTimes();

	private noted: Int32Array = new Int32Array(0);

	/** All bits of texts in quotes. */
	private seenInQuotes = 0;

	/** Of the record being read: line ends within quotes. */
	private innerLines = 0;

	/**
	 * @param fields of a record
	 * @param isEditing whether records are put into Domo's form: spaces of a DATETIME become a T, delimiters become commas,
	 *   and whatever else the fields' forms say. Not a byte is changed otherwise.
	 */
	constructor(
		private readonly fields: readonly PlainRecordField[],
		private readonly delimiter: number,
		private readonly isEditing: boolean,
	) {
		this.forms = new Uint8Array(fields.length);
		this.isBlankTaken = Uint8Array.from(fields, ({ mayBeEmpty }) => (mayBeEmpty ? 1 : 0));
		this.isNullTextTaken = Uint8Array.from(fields, ({ mayBeNullText }) => (mayBeNullText ? 1 : 0));
		this.spacesAt = new Int32Array(fields.length);
		this.delimitersAt = new Int32Array(fields.length);
		this.orders = new Uint8Array(fields.length);
		this.inPlace = new InPlaceValues(this.forms, this.orders, this.times, delimiter);
	}

	/** Says of which fields it is noted where they begin. */
	note(fields: readonly number[]): void {
		this.noted = Int32Array.from(fields);
	}

	/**
	 * Asks the columns anew what their fields may be.
	 *
	 * @param bytes will be read next
	 * @returns whether there can be such records
	 */
	refresh(bytes: Uint8Array): boolean {
		this.times.look(bytes);
		for (let field = 0; field < this.fields.length; field++) {
			this.forms[field] = this.fields[field].form();
			this.orders[field] = this.fields[field].orderOfDays?.() ?? 0;
		}
		this.inPlace.look(bytes);
		return !this.forms.includes(PlainField.None);
	}

	/**
	 * Reads some records, until one has a field in another form.
	 *
	 * @param to behind it is a stop byte
	 * @returns where the first record begins that was not read
	 */
	read(places: RecordPlaces, bytes: Uint8Array, from: number, to: number): number {
		const {
			forms,
			isBlankTaken,
			isNullTextTaken,
			spacesAt,
			delimitersAt,
			times,
			inPlace,
			delimiter,
			isEditing,
			noted,
		} = this;
		const { rowStarts, rowEnds, rowLines, isPlain, fieldBegins } = places;
		const notedCount = noted.length;
		const last = forms.length - 1;
		/** An unquoted text with a comma would need quotes: it has no place for them. */
		const comma = isEditing ? COMMA : delimiter;
		const highestSpecial = Math.max(delimiter, QUOTE, comma);
		const becomesComma = isEditing && delimiter !== COMMA;
		let { rows, lines } = places;
		const most = Math.min(rows + RECORDS_AT_ONCE, rowEnds.length);
		let start = from;
		let seen = 0;
		inPlace.forget();
		records: while (rows < most && start < to) {
			let spaces = 0;
			let at = start;
			let byte = bytes[at];
			this.innerLines = 0;
			for (let field = 0; ; field++) {
				const form = forms[field];
				const valueAt = byte === QUOTE ? at + 1 : at;
				if (form === TEXT) {
					if (byte === QUOTE) at = this.endOfQuotedText(bytes, at, to);
					else {
						while (
							byte > highestSpecial ||
							(byte !== delimiter && byte !== LF && byte !== CR && byte !== QUOTE && byte !== comma)
						) {
							seen |= byte;
							byte = bytes[++at];
						}
						if (at === valueAt) {
							if (isBlankTaken[field] === 0) break records;
						} else if (isNullTextTaken[field] === 0 && isNullText(bytes, valueAt, at)) break records;
					}
				} else if (byte === delimiter || byte === LF || byte === CR) {
					if (isBlankTaken[field] === 0) break records;
				} else {
					if (form >= IN_PLACE && (form >= COMMA_NUMBER || bytes[valueAt + YEAR_BYTES] !== MINUS)) {
						at = inPlace.endOf(bytes, valueAt, to, field);
					} else if (form >= DATE) {
						if (to - at < LONGEST_DATE_BYTES || !times.isDayAt(valueAt)) break records;
						at = valueAt + DAY_BYTES;
						if (form !== DATE && form !== TURNED_DATE) {
							const between = bytes[at];
							if (between === SPACE && form !== DATE_TIME) spacesAt[spaces++] = at;
							else if (between !== CAPITAL_T) break records;
							if (!times.isTimeAt(at + 1)) break records;
							at += 1 + TIME_BYTES;
						}
					} else {
						at =
							form === LONG ? endOfPlainLong(bytes, valueAt) : endOfPlain(bytes, valueAt, form as PlainField);
					}
					if (at === -1) break records;
					if (byte === QUOTE && bytes[at++] !== QUOTE) break records;
				}
				if (at === -1) break records;
				byte = bytes[at];
				if (field === last) break;
				if (byte !== delimiter) break records;
				delimitersAt[field] = at;
				byte = bytes[++at];
			}
			if (byte === CR) byte = bytes[++at];
			if (byte !== LF || at >= to) break;
			if (isEditing) {
				for (let k = 0; k < spaces; k++) bytes[spacesAt[k]] = CAPITAL_T;
				if (inPlace.hasChanges) inPlace.change(bytes);
				if (becomesComma) for (let k = 0; k < last; k++) bytes[delimitersAt[k]] = COMMA;
			}
			at++;
			rowStarts[rows] = start;
			rowEnds[rows] = at;
			rowLines[rows] = lines;
			isPlain[rows] = 1;
			for (let k = 0; k < notedCount; k++) {
				const field = noted[k];
				fieldBegins[rows * notedCount + k] = field === 0 ? start : delimitersAt[field - 1] + 1;
			}
			rows++;
			lines += 1 + this.innerLines;
			start = at;
		}
		places.rows = rows;
		places.lines = lines;
		if ((seen | this.seenInQuotes) >= FIRST_BEYOND_ASCII) places.isAscii = false;
		this.seenInQuotes = 0;
		if (isEditing) inPlace.takeCounts((field, values) => this.fields[field].count?.(values));
		return start;
	}

	/** @returns where a text in quotes ends, behind its quote, or -1 where it doesn't */
	private endOfQuotedText(bytes: Uint8Array, from: number, to: number): number {
		let at = from + 1;
		for (;;) {
			let byte = bytes[at];
			while (byte !== QUOTE) {
				if (byte === LF) {
					if (at >= to) return -1;
					this.innerLines++;
				}
				this.seenInQuotes |= byte;
				byte = bytes[++at];
			}
			if (bytes[++at] !== QUOTE) return at;
			at++;
		}
	}
}

/** Whether an unquoted field is `\N`: it is sent as it is, and Domo may read it as NULL whatever 'Null Text' says. */
export function isNullText(bytes: Uint8Array, from: number, to: number): boolean {
	return to - from === 2 && bytes[from] === BACKSLASH && bytes[from + 1] === CAPITAL_N;
}
