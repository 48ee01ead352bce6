import type { Column } from '../domo/types';
import { matchColumns } from './columnMatch';
import { ColumnInference } from './columnInference';
import { surveyFields, type Item } from './itemFields';
import { checkColumns } from './schema';
import { Stretch } from './stretch';

/**
 * The columns that items bring beyond a DataSet's own, with types inferred from all their values.
 *
 * @returns in order of first appearance; empty where every field is a column
 * @throws InputError for names that Domo can't take
 */
export async function newColumnsOf(
	items: readonly Item[],
	columns: readonly Column[],
	signal?: AbortSignal,
): Promise<Column[]> {
	const stretch = new Stretch();
	const { names, rows } = await surveyFields(items, stretch, signal);
	if (names.length === 0) return [];
	const { unknown } = matchColumns(names, columns, { unknownFields: 'ignore', missingColumns: 'null', what: 'items' });
	if (unknown.length === 0) return [];
	const inference = new ColumnInference();
	for (let row = 0; row < rows.length; row++) {
		for (const name of unknown) inference.add(name, rows[row].json[name]);
		if (row % 128 === 127 && stretch.isLong()) await stretch.rest(signal);
	}
	const added = inference.columns();
	checkColumns([...columns, ...added]);
	return added;
}
