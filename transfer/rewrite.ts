import type { GrowingBlock } from './growingBlock';

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;

/** Below this many bytes a loop is faster than a call of Buffer.copy. */
const COPY_LOOP_BYTES = 48;

/** Where sound records stand, as RecordScanner leaves it. */
export interface ScannedRecords {
	bytes: Buffer;
	/** where each record ends, behind its line feed */
	rowEnds: Int32Array;
	/** where each field ends (exclusive), record after record */
	fieldEnds: Int32Array;
}

/**
 * Puts a file's records into Domo's form: columns in the schema's order, commas, line feeds, NULLs as wanted.
 * Fields are copied as they stand, quotes and all; an unquoted one is quoted if it holds a comma.
 */
export class RecordRewriter {
	private readonly nullText: Buffer;

	private readonly maxBytesAdded: number;

	/**
	 * @param sourceByColumn for each column the index of its field, or -1 for NULL; each field is used at most once
	 * @param fieldCount how many fields each record has
	 * @param nullText how Domo is told NULL: '' or '\N'. Empty unquoted fields are NULL too; a field that reads \N
	 *   in the file stays as it is.
	 */
	constructor(
		private readonly sourceByColumn: readonly number[],
		private readonly fieldCount: number,
		nullText: '' | '\\N',
	) {
		this.nullText = Buffer.from(nullText, 'latin1');
		this.maxBytesAdded = sourceByColumn.length * (this.nullText.length + 3) + 1;
	}

	/**
	 * Appends records to the block until `endRow` is reached or the block has `maxBytes`.
	 *
	 * @param firstRow index of the first record within the scanned ones
	 * @param recordStart where it begins in records.bytes
	 * @param endRow index of the record to stop before
	 * @returns the index of the first record not rewritten
	 */
	rewrite(
		records: ScannedRecords,
		firstRow: number,
		recordStart: number,
		endRow: number,
		block: GrowingBlock,
		maxBytes: number,
	): number {
		let start = recordStart;
		let row = firstRow;
		for (; row < endRow && block.length < maxBytes; row++) {
			const end = records.rowEnds[row];
			block.reserve(end - start + this.maxBytesAdded);
			this.rewriteRecord(records, row * this.fieldCount, start, block);
			start = end;
		}
		return row;
	}

	private rewriteRecord(
		records: ScannedRecords,
		firstField: number,
		start: number,
		block: GrowingBlock,
	): void {
		const { bytes: source, fieldEnds } = records;
		const { sourceByColumn, nullText } = this;
		const { bytes: target } = block;
		let length = block.length;
		for (let column = 0; column < sourceByColumn.length; column++) {
			if (column > 0) target[length++] = COMMA;
			const field = sourceByColumn[column];
			const from = field > 0 ? fieldEnds[firstField + field - 1] + 1 : start;
			const to = field < 0 ? from : fieldEnds[firstField + field];
			if (from === to) {
				for (let i = 0; i < nullText.length; i++) target[length++] = nullText[i];
			} else {
				length = copyField(source, from, to, target, length);
			}
		}
		target[length++] = LF;
		block.length = length;
	}
}

/**
 * @returns where the copy ends in the target
 */
function copyField(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
	const end = at + to - from;
	let hasComma = false;
	if (to - from < COPY_LOOP_BYTES) {
		for (let i = from, k = at; i < to; i++, k++) {
			const byte = source[i];
			if (byte === COMMA) hasComma = true;
			target[k] = byte;
		}
	} else {
		source.copy(target, at, from, to);
		hasComma = source[from] !== QUOTE && target.subarray(at, end).includes(COMMA);
	}
	return hasComma && source[from] !== QUOTE ? quoteInPlace(target, at, end) : end;
}

/** An unquoted field holds no quotes (RecordScanner refuses those), so only its ends change. */
function quoteInPlace(target: Buffer, from: number, to: number): number {
	target.copyWithin(from + 1, from, to);
	target[from] = QUOTE;
	target[to + 1] = QUOTE;
	return to + 2;
}
