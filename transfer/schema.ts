/** A DataSet's columns: what Domo takes, and getting them from a person's JSON or from n8n's items. */

import { COLUMN_TYPES, type Column, type ColumnType } from '../domo/types';
import { ColumnInference } from './columnInference';
import { InputError } from './inputError';
import { Stretch } from './stretch';

export { ColumnInference };

/** Columns Domo keeps for itself, lower-cased. */
const DOMO_OWN_COLUMNS = ['_batch_id_', '_batch_last_run_'];

/**
 * Checks what a DataSet is about to be created or changed with.
 *
 * @throws InputError when there is no column, a name is empty, a type is not Domo's, two names are equal but
 *   for case (they break later updates in Domo) or a name is one of Domo's own
 */
export function checkColumns(columns: readonly Column[]): void {
	if (columns.length === 0) {
		throw new InputError(
			'There are no columns',
			'A DataSet needs at least one column: give its name and type.',
		);
	}
	const nameByKey = new Map<string, string>();
	columns.forEach((column, index) => {
		const key = column.name.trim().toLowerCase();
		if (key === '') {
			throw new InputError(`Column ${index + 1} has no name`, 'Give every column a name.');
		}
		if (!isColumnType(column.type)) {
			throw new InputError(
				`Column '${column.name}' has the type '${String(column.type)}', which Domo does not know`,
				`Use one of ${COLUMN_TYPES.join(', ')}.`,
			);
		}
		if (DOMO_OWN_COLUMNS.includes(key)) {
			throw new InputError(
				`'${column.name}' is one of Domo's own columns`,
				'Domo fills _BATCH_ID_ and _BATCH_LAST_RUN_ itself: rename the column or leave it out.',
			);
		}
		const earlierName = nameByKey.get(key);
		if (earlierName !== undefined) {
			throw new InputError(
				earlierName === column.name
					? `There are two columns named '${column.name}'`
					: `The columns '${earlierName}' and '${column.name}' differ only in case or outer spaces`,
				'Domo cannot keep such columns apart in later updates: rename one of them.',
			);
		}
		nameByKey.set(key, column.name);
	});
}

function isColumnType(type: unknown): type is ColumnType {
	return COLUMN_TYPES.includes(type as ColumnType);
}

const JSON_ADVICE = 'Write them as [{"name": "Region", "type": "STRING"}, …].';

/**
 * Reads columns written as JSON: `[{"name", "type"}, …]`, or the same as `columns` of an object, as in Domo's
 * own schema.
 *
 * @returns the columns with names and types trimmed and types in upper case, checked by checkColumns
 * @throws InputError when the text is not JSON, is of another shape, or checkColumns refuses the columns
 */
export function parseColumnsJson(text: string): Column[] {
	const value = parseJson(text);
	const list: unknown = isRecord(value) && 'columns' in value ? value.columns : value;
	if (!Array.isArray(list)) throw new InputError('The columns are not a JSON array', JSON_ADVICE);
	const columns = list.map((entry: unknown, index) => {
		if (!isRecord(entry) || typeof entry.name !== 'string' || typeof entry.type !== 'string') {
			throw new InputError(
				`Column ${index + 1} is not an object with a 'name' and a 'type' as texts`,
				JSON_ADVICE,
			);
		}
		return { name: entry.name.trim(), type: entry.type.trim().toUpperCase() as ColumnType };
	});
	checkColumns(columns);
	return columns;
}

/**
 * Infers columns from n8n items, over all their values (see ColumnInference).
 *
 * @returns the columns in order of first appearance
 * @throws InputError when no item has a field, or checkColumns refuses the names
 */
export async function inferColumns(
	items: ReadonlyArray<{ json: Record<string, unknown> }>,
): Promise<Column[]> {
	const inference = new ColumnInference();
	const stretch = new Stretch();
	for (let index = 0; index < items.length; index++) {
		const { json } = items[index];
		for (const name in json) inference.add(name, json[name]);
		if (index % 128 === 127 && stretch.isLong()) await stretch.rest();
	}
	const columns = inference.columns();
	if (columns.length === 0) {
		throw new InputError(
			'No item has a field to infer columns from',
			'Check what the node before hands over.',
		);
	}
	checkColumns(columns);
	return columns;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw notJson(error);
	}
}

function notJson(error: unknown): InputError {
	const reason = error instanceof Error ? ` (${error.message})` : '';
	return new InputError(`The columns are not JSON${reason}`, JSON_ADVICE);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
