/** Finds, before anything is sent, the values of items that do not fit their columns. */

import type { Column } from '../domo/types';
import { InputError } from './inputError';
import { ITEMS_PER_LOOK, type ColumnReader, type Item } from './itemFields';
import type { Stretch } from './stretch';
import { UniqueKeys } from './uniqueKeys';
import { Misfit, type ValueTexts } from './values';

/** So many values are shown, the others counted. */
const MAX_SHOWN = 10;

/** Rows beside the columns they go to. */
export interface ItemTable {
	rows: readonly Item[];
	/** @returns the index of a row's item, as n8n shows it */
	itemOfRow(row: number): number;
	columns: readonly Column[];
	reader: ColumnReader;
	texts: ValueTexts;
}

/**
 * Checks every value against its column.
 *
 * @param nullRefusals for each column why it cannot hold NULL, or null where it can
 * @throws InputError that shows the first ten values that do not fit, and counts the others
 */
export async function checkValues(
	{ rows, itemOfRow, columns, reader, texts }: ItemTable,
	nullRefusals: ReadonlyArray<string | null>,
	stretch: Stretch,
	signal?: AbortSignal,
): Promise<void> {
	const shown: string[] = [];
	let count = 0;
	let firstRow: number | undefined;
	const types = columns.map(({ type }) => type);
	const { fieldNames } = reader;
	/** For items with the columns' fields in their order, as nearly all are: without a look-up for each value. */
	const surelyFits = (json: Item['json']): boolean => {
		let column = 0;
		for (const name in json) {
			if (name !== fieldNames[column]) return false;
			const value = json[name];
			if (!texts.fits(value, types[column]) || (nullRefusals[column] !== null && isNull(value))) return false;
			column++;
		}
		return column === types.length;
	};
	for (let row = 0; row < rows.length; row++) {
		const { json } = rows[row];
		for (let column = surelyFits(json) ? columns.length : 0; column < columns.length; column++) {
			const value = reader.read(json, column);
			const { name, type } = columns[column];
			if (texts.fits(value, type) && (nullRefusals[column] === null || !isNull(value))) continue;
			count++;
			firstRow ??= row;
			if (shown.length === MAX_SHOWN) continue;
			const text = texts.textOf(value, type);
			shown.push(
				`item ${itemOfRow(row)}, column '${name}': ${text instanceof Misfit ? text.reason : nullRefusals[column]}`,
			);
		}
		if (row % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
	if (count === 0) return;
	const others = count > MAX_SHOWN ? `; and ${count - MAX_SHOWN} more` : '';
	throw new InputError(
		`${count === 1 ? 'A value does not fit its column' : `${count} values do not fit their columns`}: ${shown.join('; ')}${others}`,
		"Change these values before this node, or the columns' types in Domo. Nothing has been sent.",
		firstRow === undefined ? undefined : itemOfRow(firstRow),
	);
}

/** Whether textOf gives NULL for the value. */
function isNull(value: unknown): boolean {
	return value === null || value === undefined || Number.isNaN(value);
}

/**
 * Refuses two items with the same key: Domo demands unique keys of an upsert. The values must have been checked.
 *
 * @param keyColumns indexes of the columns that form the key
 * @throws InputError that names the first two items with the same key
 */
export async function checkKeysAreUnique(
	{ rows, itemOfRow, columns, reader, texts }: ItemTable,
	keyColumns: readonly number[],
	stretch: Stretch,
	signal?: AbortSignal,
): Promise<void> {
	const keyPart = (row: number, column: number): string => {
		return String(texts.textOf(reader.read(rows[row].json, column), columns[column].type));
	};
	const [firstColumn, ...otherColumns] = keyColumns;
	const keys = new UniqueKeys(rows.length, (row) => {
		let key = keyPart(row, firstColumn);
		for (const column of otherColumns) {
			// With its length before it, no part can be taken for the end of another one.
			const part = keyPart(row, column);
			key = `${part.length}:${part}${key}`;
		}
		return key;
	});
	for (let row = 0; row < rows.length; row++) {
		const earlier = keys.add(row);
		if (earlier !== null) {
			throw new InputError(
				`Items ${itemOfRow(earlier)} and ${itemOfRow(row)} have the same key: ` +
					keyColumns.map((column) => `'${columns[column].name}' = '${keyPart(row, column)}'`).join(', '),
				'Rows of a Stream with key columns must be unique by key: remove the duplicates before this node.',
				itemOfRow(row),
			);
		}
		if (row % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
}
