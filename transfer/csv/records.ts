import type { PlainRecords } from './plainRecords';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;

/** Between fields, and at the end of lines: what a scanner goes by. */
export interface Separators {
	/** the byte between fields; NO_DELIMITER where each line is one field */
	delimiter: number;
	/** line feed (also behind a carriage return), or carriage return alone */
	lineEnd: typeof LF | typeof CR;
}

/** No byte of UTF-8. */
export const NO_DELIMITER = 0xff;

/** After so many records in a row that are not plain, only one in so many is tried. */
const TRIES_IN_VAIN = 16;

/** What is wrong at a byte, so that nobody can say where the record ends. */
export interface RecordFault {
	kind: 'loneCarriageReturn' | 'loneLineFeed' | 'textAfterQuote';
	/** index of the byte whose line is named */
	at: number;
}

/** A record of another length than the others. */
export interface OddRecord {
	/** how many of the scan's sound records come before it */
	before: number;
	start: number;
	end: number;
	/** line ends between the scan's beginning and the record's */
	line: number;
	fields: number;
}

/**
 * Finds the ends of CSV records and of their fields: RFC 4180, and what people have besides. A quote within an
 * unquoted field is a character; blanks around a quoted field are none of it. One pass over the bytes, no copies,
 * no strings. Blank lines are passed over, but for records of one field, where each is a record.
 */
export class RecordScanner {
	/** How many whole, sound records the last scan found. */
	rows = 0;

	/** Where record k begins, and where it ends (behind its line end). */
	rowStarts: Int32Array = new Int32Array(1024);
	rowEnds: Int32Array = new Int32Array(1024);

	/** How many line ends are between the scan's beginning and record k's. */
	rowLines: Int32Array = new Int32Array(1024);

	/** Which records are in Domo's form: nothing is known of their fields. */
	isPlain: Uint8Array = new Uint8Array(1024);

	/** Of plain records, where each field begins that is noted; see `noteFields`. */
	fieldBegins: Int32Array = new Int32Array(0);

	/** Whether that is known of the last scan. */
	hasFieldBegins = false;

	private asked: readonly number[] = [];
	private noted: readonly number[] = [];

	/** Where each field ends (exclusive), record after record, if `keepsFields`; not of plain records. */
	fieldEnds: Int32Array;

	/** How many fields each record has, where any number is allowed. */
	fieldCounts: number[] = [];

	/** Records whose fields aren't all plain or quoted from end to end: see fieldText. Ascending. */
	specialRows: number[] = [];

	/** Records of another length, in their order. */
	oddRecords: OddRecord[] = [];

	/** How many line ends the whole records had. */
	lines = 0;

	/** Whether a quoted field had blanks around it. */
	sawBlankByQuote = false;

	/** Whether no byte of the whole records is beyond ASCII: known of plain ones only. */
	isAscii = true;

	/** What is wrong behind the last whole record. */
	fault: RecordFault | undefined;

	/** Where a quoted field begins that did not end in the bytes scanned, or -1. */
	openQuoteAt = -1;

	/** Records in a row that were tried in vain to be plain. */
	private vainTries = 0;

	/**
	 * @param fieldCount how many fields each record must have; 0: any number
	 * @param keepsFields whether `fieldEnds` is wanted
	 * @param fillsShort whether records with fewer fields are sound: the fields they lack are empty
	 * @param plain knows records in Domo's form, and has the bytes that are scanned; absent where none can be
	 */
	constructor(
		private readonly separators: Separators,
		private readonly fieldCount: number,
		private readonly keepsFields: boolean,
		private readonly fillsShort = false,
		private readonly plain?: PlainRecords,
	) {
		this.fieldEnds = new Int32Array(keepsFields ? 4096 : 0);
	}

	/** Says of which fields later scans note where they begin. */
	noteFields(fields: readonly number[]): void {
		if (fields === this.asked) return;
		this.asked = fields;
		this.noted = this.plain?.note(fields) ? fields : [];
		this.fieldBegins = new Int32Array(this.rowEnds.length * this.noted.length);
		this.hasFieldBegins = false;
	}

	/**
	 * Scans bytes[from, to), which begins at a record's start. Overwrites bytes[to] with a stop byte.
	 *
	 * @param maxRows stops after so many records
	 * @returns where the last whole record, or blank line, ends
	 */
	scan(bytes: Uint8Array, from: number, to: number, maxRows = Infinity): number {
		const { fieldCount, keepsFields } = this;
		const { delimiter, lineEnd } = this.separators;
		const highestSpecial = Math.max(delimiter, QUOTE);
		const plain = this.plain?.refresh() ? this.plain : undefined;
		let { fieldEnds } = this;
		let fieldsKept = 0;
		let recordStart = from;
		let i = from;
		this.reset();
		this.hasFieldBegins = this.noted.length > 0;
		bytes[to] = lineEnd;

		while (i < to && this.rows < maxRows) {
			if (plain !== undefined && this.isWorthATry) {
				const { rows } = this;
				i = recordStart = plain.read(this, i, to);
				if (this.rows > rows) {
					this.vainTries = 0;
					if (this.rows === this.rowEnds.length) this.growRows();
					continue;
				}
			}
			if (fieldCount > 0) fieldsKept = this.rows * fieldCount;
			const firstField = fieldsKept;
			let fields = 0;
			let innerLines = 0;
			let isSpecial = false;
			for (;;) {
				const fieldStart = i;
				let byte = bytes[i];
				if (byte !== QUOTE) {
					for (;;) {
						while (
							byte > highestSpecial ||
							(byte !== delimiter && byte !== LF && byte !== CR && byte !== QUOTE)
						) {
							byte = bytes[++i];
						}
						if (byte !== QUOTE) break;
						isSpecial = true;
						if (isBlank(bytes, fieldStart, i)) {
							this.sawBlankByQuote = true;
							break;
						}
						byte = bytes[++i];
					}
				}
				if (byte === QUOTE) {
					i++;
					for (;;) {
						while ((byte = bytes[i]) !== QUOTE && i < to) {
							if (byte === lineEnd) innerLines++;
							i++;
						}
						i++;
						if (i >= to) {
							this.openQuoteAt = fieldStart;
							return recordStart;
						}
						if (bytes[i] !== QUOTE) break;
						i++;
					}
					byte = bytes[i];
					if ((byte === SPACE || byte === TAB) && byte !== delimiter) {
						while ((byte === SPACE || byte === TAB) && byte !== delimiter) byte = bytes[++i];
						isSpecial = this.sawBlankByQuote = true;
					}
				}
				fields++;
				if (keepsFields) {
					while (fieldsKept >= fieldEnds.length) fieldEnds = this.fieldEnds = grown(fieldEnds);
					fieldEnds[fieldsKept++] = i;
				}
				if (byte === delimiter) {
					i++;
					continue;
				}
				if (byte === CR && lineEnd === LF) byte = bytes[++i];
				if (i >= to) return recordStart;
				if (byte !== lineEnd) {
					this.fault = faultOf(bytes, i, byte);
					return recordStart;
				}
				i++;
				break;
			}
			const { lines } = this;
			this.isAscii = false;
			this.lines += innerLines + 1;
			if (fields !== fieldCount && !this.isSound(bytes, recordStart, i, fields, lines)) {
				recordStart = i;
				fieldsKept = firstField;
				continue;
			}
			if (fields < fieldCount) {
				isSpecial = true;
				for (; fields < fieldCount; fields++) {
					if (fieldsKept === fieldEnds.length) fieldEnds = this.fieldEnds = grown(fieldEnds);
					fieldEnds[fieldsKept] = fieldEnds[fieldsKept - 1] + 1;
					fieldsKept++;
				}
			}
			const { rows } = this;
			if (rows === this.rowEnds.length) this.growRows();
			this.rowStarts[rows] = recordStart;
			this.rowEnds[rows] = i;
			this.rowLines[rows] = lines;
			this.isPlain[rows] = 0;
			this.vainTries++;
			if (isSpecial) this.specialRows.push(rows);
			this.rows++;
			recordStart = i;
		}
		return recordStart;
	}

	/** Whether records of late were plain: looking at each of others in vain would cost more than it gives. */
	private get isWorthATry(): boolean {
		return this.vainTries < TRIES_IN_VAIN || this.vainTries % TRIES_IN_VAIN === 0;
	}

	private reset(): void {
		this.rows = 0;
		this.lines = 0;
		this.isAscii = true;
		this.fieldCounts = [];
		this.specialRows = [];
		this.oddRecords = [];
		this.fault = undefined;
		this.openQuoteAt = -1;
	}

	/** @returns whether a record of another length is one all the same: else it is passed over, and noted unless blank */
	private isSound(bytes: Uint8Array, start: number, end: number, fields: number, line: number): boolean {
		const { fieldCount } = this;
		if (fields === 1 && fieldCount !== 1 && isBlank(bytes, start, end)) return false;
		if (fieldCount === 0) {
			this.fieldCounts.push(fields);
			return true;
		}
		if (fields < fieldCount && this.fillsShort) return true;
		this.oddRecords.push({ before: this.rows, start, end, line, fields });
		return false;
	}

	private growRows(): void {
		this.rowStarts = grown(this.rowStarts);
		this.rowEnds = grown(this.rowEnds);
		this.rowLines = grown(this.rowLines);
		if (this.noted.length > 0) this.fieldBegins = grown(this.fieldBegins);
		const isPlain = new Uint8Array(this.rowEnds.length);
		isPlain.set(this.isPlain);
		this.isPlain = isPlain;
	}
}

/** A field's text as it is meant. */
export interface FieldText {
	text: string;
	isQuoted: boolean;
}

/**
 * Reads a field: without its quotes and the blanks around them; an unquoted one as it is.
 *
 * @param to end of the field (exclusive), as in `fieldEnds`
 */
export function readField(bytes: Buffer, from: number, to: number): FieldText {
	let start = from;
	while (start < to && (bytes[start] === SPACE || bytes[start] === TAB)) start++;
	if (bytes[start] !== QUOTE || start === to) return { text: textOf(bytes, from, to), isQuoted: false };
	const end = bytes.lastIndexOf(QUOTE, to - 1);
	return { text: textOf(bytes, start + 1, end).replaceAll('""', '"'), isQuoted: true };
}

/** ASCII takes half the time. */
function textOf(bytes: Buffer, from: number, to: number): string {
	let i = from;
	while (i < to && bytes[i] < 0x80) i++;
	return bytes.toString(i === to ? 'latin1' : 'utf8', from, to);
}

/** @returns the texts of a scanned record's fields */
export function fieldsOf(
	bytes: Buffer,
	scanner: RecordScanner,
	row: number,
	fieldCount: number,
): FieldText[] {
	let from = scanner.rowStarts[row];
	return Array.from({ length: fieldCount }, (_, field) => {
		const to = scanner.fieldEnds[row * fieldCount + field];
		const text = readField(bytes, from, Math.max(from, to));
		from = to + 1;
		return text;
	});
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
	for (let i = from; i < to; i++) {
		const byte = bytes[i];
		if (byte !== SPACE && byte !== TAB && byte !== LF && byte !== CR) return false;
	}
	return true;
}

function grown(array: Int32Array): Int32Array {
	const larger = new Int32Array(array.length * 2);
	larger.set(array);
	return larger;
}

/** The byte at `at` can neither end the field nor the line, or the CR before it can't. */
function faultOf(bytes: Uint8Array, at: number, byte: number): RecordFault {
	if (byte === LF) return { kind: 'loneLineFeed', at };
	if (bytes[at - 1] === CR) return { kind: 'loneCarriageReturn', at: at - 1 };
	return byte === CR ? { kind: 'loneCarriageReturn', at } : { kind: 'textAfterQuote', at };
}
