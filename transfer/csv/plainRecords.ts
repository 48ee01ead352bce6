import { FIRST_WINDOW_BYTES, type WindowMemory } from './byteWindow';
import { giveBackRecordKernel, type RecordKernel, takeRecordKernel } from './recordKernel';
import { InPlaceField } from '../columns/inPlaceField';
import { PlainField } from '../columns/plainField';

const BACKSLASH = 0x5c;
const CAPITAL_N = 0x4e;

/** What is taken besides Domo's form begins here. */
const FIRST_IN_PLACE = InPlaceField.TurnedDate;

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
 * Reads records and looks at their values in one pass, as long as every field is in Domo's form, or gets into it where
 * it is: nothing is to be done with such records then but to copy them. Line ends are LF or CRLF. The work is done by
 * kernel/records.ts, in whose memory the bytes are.
 */
export class PlainRecords implements WindowMemory {
	bytes: Buffer = Buffer.alloc(0);

	/** Views of the kernel's memory. */
	private forms = new Uint8Array(0);
	private orders = new Uint8Array(0);
	private starts = new Int32Array(0);
	private ends = new Int32Array(0);
	private lines = new Int32Array(0);
	private begins = new Int32Array(0);
	private counts = new Int32Array(0);

	private noted: readonly number[] = [];

	/** The fields whose values may be converted. */
	private converting: number[] = [];

	private constructor(
		readonly fields: readonly PlainRecordField[],
		private readonly isEditing: boolean,
		/** Given back once the file is let go of. */
		private kernel: RecordKernel | undefined,
	) {}

	/**
	 * @param fields of a record
	 * @param isEditing whether records are put into Domo's form: spaces of a DATETIME become a T, delimiters become commas,
	 *   and whatever else the fields' forms say. Not a byte is changed otherwise.
	 * @returns undefined where there are too many fields, or no memory for WebAssembly
	 */
	static open(
		fields: readonly PlainRecordField[],
		delimiter: number,
		isEditing: boolean,
	): PlainRecords | undefined {
		const kernel = takeRecordKernel();
		if (kernel === undefined) return undefined;
		if (fields.length > kernel.mostFields() || kernel.growWindow(FIRST_WINDOW_BYTES) === 0) {
			giveBackRecordKernel(kernel);
			return undefined;
		}
		kernel.begin(fields.length, delimiter, isEditing ? 1 : 0);
		const plain = new PlainRecords(fields, isEditing, kernel);
		plain.view(kernel, FIRST_WINDOW_BYTES);
		return plain;
	}

	/** Makes the window larger. What was in it stays. */
	grow(windowBytes: number): void {
		const { kernel } = this;
		if (kernel === undefined) return;
		if (kernel.growWindow(windowBytes) === 0) throw new RangeError('There is no memory for a long record');
		this.view(kernel, windowBytes);
	}

	/** Lets go of the memory: nothing is read, or written there, from now on. */
	close(): void {
		const { kernel } = this;
		this.kernel = undefined;
		this.bytes = Buffer.alloc(0);
		if (kernel !== undefined) giveBackRecordKernel(kernel);
	}

	/**
	 * Says of which fields it is noted where they begin: each at most once.
	 *
	 * @returns whether it is: not where a record has no such field, as one that is added to it later
	 */
	note(fields: readonly number[]): boolean {
		const { kernel } = this;
		const canNote = kernel !== undefined && fields.every((field) => field < this.fields.length);
		this.noted = canNote ? fields : [];
		if (!canNote) return false;
		new Int32Array(kernel.memory.buffer, kernel.notedAt(), fields.length).set(fields);
		return true;
	}

	/**
	 * Asks the columns anew what their fields may be.
	 *
	 * @returns whether there can be such records
	 */
	refresh(): boolean {
		const { fields, forms, orders } = this;
		if (this.kernel === undefined) return false;
		this.converting = [];
		for (let field = 0; field < fields.length; field++) {
			forms[field] = fields[field].form();
			orders[field] = fields[field].orderOfDays?.() ?? 0;
			if (forms[field] >= FIRST_IN_PLACE) this.converting.push(field);
		}
		return !forms.includes(PlainField.None);
	}

	/**
	 * Reads some records, until one has a field in another form.
	 *
	 * @param to a line feed is there, behind the bytes
	 * @returns where the first record begins that was not read
	 */
	read(places: RecordPlaces, from: number, to: number): number {
		const { kernel, starts, ends, lines, begins, noted } = this;
		if (kernel === undefined) return from;
		const { rows } = places;
		const most = Math.min(kernel.mostRecords(noted.length), places.rowEnds.length - rows);
		const count = kernel.read(from, to, places.lines, most, noted.length);
		if (count === 0) return from;
		places.rowStarts.set(starts.subarray(0, count), rows);
		places.rowEnds.set(ends.subarray(0, count), rows);
		places.rowLines.set(lines.subarray(0, count), rows);
		places.isPlain.fill(1, rows, rows + count);
		if (noted.length > 0)
			places.fieldBegins.set(begins.subarray(0, count * noted.length), rows * noted.length);
		places.rows += count;
		places.lines = lines[count];
		if (kernel.isAscii() === 0) places.isAscii = false;
		if (this.isEditing) this.takeCounts();
		return ends[count - 1];
	}

	/** See invalidUtf8At, of the window's bytes. */
	invalidUtf8At(from: number, to: number): number {
		const at = this.kernel?.utf8EndsAt(from, to) ?? to;
		return at === to ? -1 : at;
	}

	/** Hands on how many values of each field were converted. */
	private takeCounts(): void {
		const { counts, fields } = this;
		for (const field of this.converting) {
			if (counts[field] === 0) continue;
			fields[field].count?.(counts[field]);
			counts[field] = 0;
		}
	}

	private view(kernel: RecordKernel, windowBytes: number): void {
		const { buffer } = kernel.memory;
		const { length } = this.fields;
		this.bytes = Buffer.from(buffer, kernel.windowAt(), windowBytes);
		this.forms = new Uint8Array(buffer, kernel.formsAt(), length);
		this.orders = new Uint8Array(buffer, kernel.ordersAt(), length);
		this.starts = new Int32Array(buffer, kernel.startsAt());
		this.ends = new Int32Array(buffer, kernel.endsAt());
		this.lines = new Int32Array(buffer, kernel.linesAt());
		this.begins = new Int32Array(buffer, kernel.beginsAt());
		this.counts = new Int32Array(buffer, kernel.countsAt(), length);
		new Uint8Array(buffer, kernel.blanksAt()).set(this.fields.map(({ mayBeEmpty }) => (mayBeEmpty ? 1 : 0)));
		new Uint8Array(buffer, kernel.nullTextsAt()).set(
			this.fields.map(({ mayBeNullText }) => (mayBeNullText ? 1 : 0)),
		);
	}
}

/** Whether an unquoted field is `\N`: it is sent as it is, and Domo may read it as NULL whatever 'Null Text' says. */
export function isNullText(bytes: Uint8Array, from: number, to: number): boolean {
	return to - from === 2 && bytes[from] === BACKSLASH && bytes[from + 1] === CAPITAL_N;
}
