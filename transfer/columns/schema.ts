/** A DataSet's columns: what Domo takes, and getting them from a person's JSON. */

import { COLUMN_TYPES, type Column, type ColumnType } from '../../domo/types';
import { InputError } from '../inputError';
import { looseName } from './looseName';
import { shownOrMissing } from '../shownValue';

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
			'COLUMN_NONE',
			'There are no columns',
			'A DataSet needs at least one column: give its name and type.',
		);
	}
	const nameByKey = new Map<string, string>();
	columns.forEach((column, index) => {
		const key = looseName(column.name);
		if (key === '') {
			throw new InputError('COLUMN_NO_NAME', `Column ${index + 1} has no name`, 'Give every column a name.');
		}
		if (!isColumnType(column.type)) {
			throw new InputError(
				'COLUMN_TYPE_UNKNOWN',
				`Column '${column.name}' has the type ${typeOf(column)}, which Domo does not know`,
				`Use one of ${COLUMN_TYPES.join(', ')}.`,
			);
		}
		if (DOMO_OWN_COLUMNS.includes(key)) {
			throw new InputError(
				'COLUMN_RESERVED',
				`'${column.name}' is one of Domo's own columns`,
				'Domo fills _BATCH_ID_ and _BATCH_LAST_RUN_ itself: rename the column or leave it out.',
			);
		}
		const earlierName = nameByKey.get(key);
		if (earlierName !== undefined) {
			throw new InputError(
				'COLUMN_NAME_TWICE',
				earlierName === column.name
					? `There are two columns named '${column.name}'`
					: `The columns '${earlierName}' and '${column.name}' differ only in case or outer spaces`,
				'Domo cannot keep such columns apart in later updates: rename one of them.',
			);
		}
		nameByKey.set(key, column.name);
	});
}

/** An expression can give anything for it. */
function typeOf({ type }: { type: unknown }): string {
	return typeof type === 'string' ? `'${type}'` : shownOrMissing(type);
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
	if (!Array.isArray(list))
		throw new InputError('COLUMN_LIST_UNREADABLE', 'The columns are not a JSON array', JSON_ADVICE);
	const columns = list.map((entry: unknown, index) => {
		if (!isRecord(entry) || typeof entry.name !== 'string' || typeof entry.type !== 'string') {
			throw new InputError(
				'COLUMN_LIST_UNREADABLE',
				`Column ${index + 1} is not an object with a 'name' and a 'type' as texts`,
				JSON_ADVICE,
			);
		}
		return { name: entry.name.trim(), type: entry.type.trim().toUpperCase() as ColumnType };
	});
	checkColumns(columns);
	return columns;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw notJson(error, text);
	}
}

/** Of JavaScript's own message only the position is taken: its words are about the parser. */
function notJson(error: unknown, text: string): InputError {
	const [, position] = /position (\d+)/.exec(error instanceof Error ? error.message : '') ?? [];
	const where = position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
	return new InputError(
		'COLUMN_LIST_UNREADABLE',
		text.trim() === '' ? 'The columns are not JSON: there is no text' : `The columns are not JSON${where}`,
		JSON_ADVICE,
	);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
