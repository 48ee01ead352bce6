const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/** What is wrong with a record. */
export interface RecordFault {
	/** index of the byte whose line is named */
	at: number;
	/** goes on from "Line 454 of 'sales.csv' (item 2) " */
	text: string;
	advice: string;
	/** An empty line where records have several fields: harmless at the end of a file. */
	blankLine?: true;
}

/**
 * Finds the ends of CSV records (RFC 4180; LF or CRLF) and checks their form on the way: quotes, carriage
 * returns, number of fields. One pass over the bytes, no copies, no strings.
 *
 * Where records have one field, a blank line is a record; elsewhere it is a fault.
 */
export class RecordScanner {
	/** How many whole, sound records the last scan found. */
	rows = 0;

	/** Where record k ends (behind its line feed). */
	rowEnds: Int32Array = new Int32Array(1024);

	/** Where each field ends (exclusive), record after record, if `keepsFields`. */
	fieldEnds: Int32Array;

	/** How many fields the sound records have together, if `keepsFields`. */
	fieldsKept = 0;

	/** The records that hold line feeds, with how many such line feeds there were up to their end. */
	multiLineRows: Array<{ row: number; lineFeeds: number }> = [];

	/** What is wrong with the record behind the last sound one. */
	fault: RecordFault | undefined;

	/** Where a quoted field begins that did not end in the bytes scanned, or -1. */
	openQuoteAt = -1;

	/**
	 * @param delimiter the byte between fields
	 * @param fieldCount how many fields each record must have; 0: any number (a header)
	 * @param keepsFields whether `fieldEnds` is wanted
	 */
	constructor(
		private readonly delimiter: number,
		private readonly fieldCount: number,
		private readonly keepsFields: boolean,
	) {
		this.fieldEnds = new Int32Array(keepsFields ? 4096 : 0);
	}

	/**
	 * Scans bytes[from, to), which begins at a record's start. Overwrites bytes[to] with a stop byte.
	 *
	 * @param maxRows stops after so many records
	 * @returns where the last whole record ends
	 */
	scan(bytes: Buffer, from: number, to: number, maxRows = Infinity): number {
		const { delimiter, fieldCount, keepsFields } = this;
		const highestSpecial = Math.max(delimiter, QUOTE);
		let { rowEnds, fieldEnds } = this;
		let fieldsKept = 0;
		let recordStart = from;
		let i = from;
		let lineFeedsBefore = 0;
		this.rows = 0;
		this.fieldsKept = 0;
		this.fault = undefined;
		this.openQuoteAt = -1;
		this.multiLineRows = [];
		bytes[to] = LF;

		while (i < to && this.rows < maxRows) {
			let fields = 0;
			let lineFeeds = 0;
			for (;;) {
				const fieldStart = i;
				let byte = bytes[i];
				if (byte === QUOTE) {
					i++;
					for (;;) {
						while ((byte = bytes[i]) !== QUOTE && i < to) {
							if (byte === LF) lineFeeds++;
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
				} else {
					while (
						byte > highestSpecial ||
						(byte !== delimiter && byte !== LF && byte !== CR && byte !== QUOTE)
					) {
						byte = bytes[++i];
					}
				}
				fields++;
				if (keepsFields) {
					if (fieldsKept === fieldEnds.length) fieldEnds = this.fieldEnds = grown(fieldEnds);
					fieldEnds[fieldsKept++] = i;
				}
				if (byte === delimiter) {
					i++;
					continue;
				}
				if (byte === CR) byte = bytes[++i];
				if (i >= to) return recordStart;
				if (byte !== LF) {
					this.fault = misplacedByte(bytes, fieldStart, i);
					return recordStart;
				}
				i++;
				break;
			}
			if (fields !== fieldCount && fieldCount !== 0) {
				this.fault = wrongFieldCount(bytes, recordStart, fields, fieldCount);
				return recordStart;
			}
			if (lineFeeds > 0) {
				lineFeedsBefore += lineFeeds;
				this.multiLineRows.push({ row: this.rows, lineFeeds: lineFeedsBefore });
			}
			if (this.rows === rowEnds.length) rowEnds = this.rowEnds = grown(rowEnds);
			rowEnds[this.rows++] = i;
			this.fieldsKept = fieldsKept;
			recordStart = i;
		}
		return recordStart;
	}
}

/**
 * @param to end of the field (exclusive), as in `fieldEnds`
 * @returns the field's text, without its quotes
 */
export function fieldText(bytes: Buffer, from: number, to: number): string {
	if (bytes[from] !== QUOTE) return bytes.toString('utf8', from, to);
	return bytes.toString('utf8', from + 1, to - 1).replaceAll('""', '"');
}

function grown(array: Int32Array): Int32Array {
	const larger = new Int32Array(array.length * 2);
	larger.set(array);
	return larger;
}

/** The byte at `at` can neither end the field nor the line, or the CR before it can't. */
function misplacedByte(bytes: Buffer, fieldStart: number, at: number): RecordFault {
	if (bytes[at - 1] === CR) {
		return {
			at: at - 1,
			text: 'has a carriage return without a line feed outside of quotes',
			advice: 'End lines with LF or CRLF, and put values that hold a carriage return in quotes',
		};
	}
	if (bytes[fieldStart] === QUOTE) {
		return {
			at,
			text: 'has text behind the closing quote of a field',
			advice: 'Inside a quoted field, write each quote twice',
		};
	}
	return {
		at,
		text: 'has a quote inside a field that does not begin with one',
		advice: 'Put the whole field in quotes and write each quote in it twice',
	};
}

function wrongFieldCount(bytes: Buffer, recordStart: number, fields: number, expected: number): RecordFault {
	const isBlank = bytes[recordStart] === LF || (bytes[recordStart] === CR && bytes[recordStart + 1] === LF);
	if (isBlank) {
		return {
			at: recordStart,
			text: `is blank, but each line needs ${expected} fields`,
			advice: 'Remove the blank line (blank lines are allowed at the end of the file only)',
			blankLine: true,
		};
	}
	return {
		at: recordStart,
		text: `has ${fields} ${fields === 1 ? 'field' : 'fields'} instead of ${expected}`,
		advice:
			"Check the line for a missing or extra delimiter or quote, and that 'Delimiter' is the one the file uses",
	};
}
