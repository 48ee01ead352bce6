import { DomoError, namedRow } from '../../domo/errors';
import type { RowSource } from '../rowSource';

/** A part's place in the upload. */
export interface PartRows {
	id: number;
	/** 0-based row of the whole upload the part begins with. */
	firstRow: number;
	rows: number;
}

/**
 * The place of the user's row that a refusal of Domo's names.
 *
 * @param firstRow 0-based row of the whole upload that Domo's row 1 is
 * @param rows how many Domo has seen
 * @returns "Line 454 of 'sales.csv' (item 2)" and Domo's own number; undefined where Domo names no row of these
 */
export function locateNamedRow(
	source: Pick<RowSource, 'locate'>,
	firstRow: number,
	rows: number,
	cause: unknown,
): { where: string; row: number } | undefined {
	const row = cause instanceof DomoError ? namedRow(cause.details.domoMessage) : undefined;
	if (row === undefined || row < 1 || row > rows) return undefined;
	const where = source.locate(firstRow + row - 1);
	return { where: where.charAt(0).toUpperCase() + where.slice(1), row };
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
	const named = locateNamedRow(source, firstRow, rows, cause);
	if (named) return `${named.where} (row ${named.row} of part ${id})`;
	const from = source.locate(firstRow);
	return rows === 1
		? `Part ${id} (${from})`
		: `Part ${id} (${from} to ${source.locate(firstRow + rows - 1)})`;
}
