import type { Column } from '../../domo/types';
import { InputError } from '../inputError';

/**
 * Where a key column stands among the DataSet's columns.
 *
 * @throws InputError where the DataSet does not have it
 */
export function indexOfKeyColumn(name: string, columns: readonly Column[]): number {
	const index = columns.findIndex((column) => column.name === name);
	if (index === -1) {
		throw new InputError(
			'COLUMN_KEY_MISSING',
			`The key column '${name}' is not among the DataSet's columns`,
			'Add that column to the DataSet again, or create a new Stream with other key columns.',
		);
	}
	return index;
}
