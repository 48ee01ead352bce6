import type { Column } from '../domo/types';

/** A record of texts as an item: numbers by the schema, an empty field as null. The least a user needs. */
export function typedRow(record: readonly string[], columns: readonly Column[]): Record<string, unknown> {
	const row: Record<string, unknown> = {};
	for (let index = 0; index < columns.length; index++) {
		const { name, type } = columns[index];
		const text = record[index];
		row[name] =
			text === '' ? null : type === 'LONG' || type === 'DECIMAL' || type === 'DOUBLE' ? Number(text) : text;
	}
	return row;
}
