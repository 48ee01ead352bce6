/** 'Load Columns': columns that say when, by which execution and from where each row was loaded. */

import type { Column, ColumnType } from '../../domo/types';
import { InputError } from '../inputError';
import { quotedNames } from './columnMatch';
import { looseName } from './looseName';
import type { LoadValues } from '../loadValues';

export type LoadColumnKind = 'loadTime' | 'executionId' | 'fileName' | 'rowNumber';

const LOAD_COLUMNS: Record<LoadColumnKind, Column> = {
	loadTime: { name: '_load_time', type: 'DATETIME' },
	executionId: { name: '_execution_id', type: 'STRING' },
	fileName: { name: '_file_name', type: 'STRING' },
	rowNumber: { name: '_row_number', type: 'LONG' },
};

const ALL_KINDS = Object.keys(LOAD_COLUMNS) as LoadColumnKind[];

/** The load columns that a DataSet lacks, to be added at its end. */
export function missingLoadColumns(kinds: readonly LoadColumnKind[], columns: readonly Column[]): Column[] {
	const names = new Set(columns.map(({ name }) => looseName(name)));
	return inOrder(kinds)
		.map((kind) => LOAD_COLUMNS[kind])
		.filter(({ name }) => !names.has(name));
}

/** What 'Load Columns' writes into a column of this name; undefined for any other name. */
export function loadColumnKindOf(name: string): LoadColumnKind | undefined {
	const key = looseName(name);
	return ALL_KINDS.find((kind) => LOAD_COLUMNS[kind].name === key);
}

/** Where a DataSet's load columns are among its columns, and what goes into them. */
export class LoadColumns {
	/** The columns that the input fills. */
	readonly inputColumns: readonly Column[];
	/** In the DataSet's order: an index of `inputColumns`, or what goes there. */
	readonly order: ReadonlyArray<number | LoadColumnKind>;

	/**
	 * @param kinds at least one
	 * @param columns the DataSet's, in its order
	 */
	constructor(
		private readonly kinds: readonly LoadColumnKind[],
		private readonly columns: readonly Column[],
		readonly values: LoadValues,
	) {
		const inputColumns: Column[] = [];
		this.order = columns.map((column) => {
			const kind = loadColumnKindOf(column.name);
			return kind !== undefined && kinds.includes(kind) ? kind : inputColumns.push(column) - 1;
		});
		this.inputColumns = inputColumns;
	}

	/**
	 * @param fieldNames what the input has
	 * @param keyColumnNames an upsert's
	 * @throws InputError where the input has such a field, too, or the DataSet's column can't take the values
	 */
	check(fieldNames: readonly string[], keyColumnNames: readonly string[] = []): void {
		const { kinds, columns } = this;
		for (const kind of inOrder(kinds)) {
			const { name, type } = LOAD_COLUMNS[kind];
			const field = fieldNames.find((each) => looseName(each) === name);
			if (field !== undefined) {
				throw new InputError(
					'COLUMN_LOAD_TAKEN',
					`'Load Columns' fills the column '${name}', and the input has a value for it, too ('${field}')`,
					"Rename or remove that field, or leave this column out of 'Load Columns'.",
				);
			}
			const column = columns.find((each) => looseName(each.name) === name);
			if (column && !fits(column.type, type)) {
				throw new InputError(
					'COLUMN_LOAD_TYPE',
					`'Load Columns' fills the column '${column.name}', which must be a ${type} or STRING, but is a ${column.type} in the DataSet`,
					"Leave it out of 'Load Columns', or change the column's type or name in Domo.",
				);
			}
			if (column && keyColumnNames.includes(column.name)) {
				throw new InputError(
					'COLUMN_LOAD_KEY',
					`'Load Columns' fills the column '${column.name}', which is a key column of the Stream`,
					'A key must come from the rows themselves: leave this column out.',
				);
			}
		}
		const missing = missingLoadColumns(kinds, columns).map(({ name }) => name);
		if (missing.length > 0) {
			throw new InputError(
				'COLUMN_LOAD_MISSING',
				`The DataSet has no ${missing.length === 1 ? 'column' : 'columns'} ${quotedNames(missing)}, which 'Load Columns' fills`,
				"Add what is missing with 'Update' of the Domo DataSet node, or use 'Upload in Parallel', which adds it.",
			);
		}
	}
}

function fits(type: ColumnType, wanted: ColumnType): boolean {
	return type === wanted || type === 'STRING';
}

/** Chosen in any order, they are added in one. */
function inOrder(kinds: readonly LoadColumnKind[]): LoadColumnKind[] {
	return ALL_KINDS.filter((kind) => kinds.includes(kind));
}
