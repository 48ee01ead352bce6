import { DomoError } from '../domo/errors';
import type { RowSource } from './rowSource';

/** A part's place in the upload. */
export interface PartRows {
	id: number;
	/** 0-based row of the whole upload the part begins with. */
	firstRow: number;
	rows: number;
}

/**
 * Where the user finds what Domo refused of a part: Domo names a row relative to the part ("Row 453, column 21"),
 * the user knows it by its item or line.
 *
 * @param cause what the part's upload ended with
 * @returns "Line 454 of 'sales.csv' (item 2) (row 453 of part 1)", or the part with its first and last row
 */
export function locateRefusal(source: Pick<RowSource, 'locate'>, part: PartRows, cause: unknown): string {
	const { id, firstRow, rows } = part;
	const words = cause instanceof DomoError ? (cause.details.domoMessage ?? '') : '';
	const named = /\bRow (\d+)\b/i.exec(words);
	const row = named ? Number(named[1]) - 1 : -1;
	if (row >= 0 && row < rows) return `${capital(source.locate(firstRow + row))} (row ${row + 1} of part ${id})`;
	const from = source.locate(firstRow);
	return rows === 1 ? `Part ${id} (${from})` : `Part ${id} (${from} to ${source.locate(firstRow + rows - 1)})`;
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
