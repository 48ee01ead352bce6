/**
 * What the cutter draws from: whole CSV records in Domo's form, whether they come from n8n items
 * (encode.ts) or from a file (csvFile.ts).
 */

import type { RecordEnds } from './recordEnds';

/** A run of whole records in Domo's CSV form: comma, UTF-8, every record ended by a line feed. */
export interface RowBlock {
	/** The records' bytes. The source never writes to them again; whoever drew the block owns it. */
	bytes: Buffer;
	/** How many records the block holds; at least 1. */
	rows: number;
}

export interface RowSource {
	/** Rows of the whole source, where that is known before it is drawn. */
	readonly rowCount?: number;

	/** How much of the input was drawn, from 0 to 1, where its size is known and `rowCount` is not. */
	readonly shareDrawn?: number;

	/**
	 * Draws the next records.
	 *
	 * @param maxBytes soft limit: the block ends at the first record end at or past it, so one record longer
	 *   than the limit still comes whole
	 * @param maxRows hard limit
	 * @param reuse a Buffer the source may fill instead of making a new one, when the records fit
	 * @param ends gets where each record of the block ends
	 * @returns the block, or null once the input is at its end
	 * @throws InputError when the input is faulty (see inputError.ts)
	 */
	next(maxBytes: number, maxRows: number, reuse?: Buffer, ends?: RecordEnds): Promise<RowBlock | null>;

	/** Lets go of the input (closes a file); safe to call at any time and more than once. */
	close(): Promise<void>;

	/**
	 * Where the user finds a row of the upload, for messages: "item 17" or "line 454 of 'sales.csv' (item 2)".
	 *
	 * @param row 0-based row of the whole upload, already drawn
	 */
	locate(row: number): string;
}
