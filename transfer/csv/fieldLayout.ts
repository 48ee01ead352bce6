import type { Column } from '../../domo/types';
import { matchColumns } from '../columns/columnMatch';
import type { LoadColumns } from '../columns/loadColumns';
import type { Dialect } from './dialect';

/** Which field of a record is what. */
export interface FieldLayout {
	/** How many fields each record has. */
	fieldCount: number;
	/** For each column the index of its field, or -1. */
	sourceByColumn: readonly number[];
	/** Fields without a name, which must be empty; none where they are to be left out. */
	unnamedFields: readonly number[];
}

export interface LayoutOptions {
	unknownFields: 'fail' | 'ignore';
	missingColumns: 'fail' | 'null';
	/** What is put into rows beside the columns: no field may be meant for it, too. */
	loads?: LoadColumns;
	/** The columns of an upsert's key. */
	keyColumnNames?: readonly string[];
}

/**
 * Matches a file's fields to columns: by its header's names, else in their order. A delimiter at the end of every
 * record makes one more field, which is empty.
 *
 * @param label names the file in messages
 * @throws InputError see matchColumns
 */
export function layoutOf(
	dialect: Pick<Dialect, 'names' | 'firstRecords'>,
	columns: readonly Column[],
	options: LayoutOptions,
	label: string,
): FieldLayout {
	const { names, firstRecords } = dialect;
	options.loads?.check(names ?? [], options.keyColumnNames);
	const fieldCount = fieldCountOf(dialect, columns.length);
	const areAllowed = options.unknownFields === 'ignore';
	if (!names) {
		return {
			fieldCount,
			sourceByColumn: columns.map((_, index) => index),
			unnamedFields: firstRecords.length > 0 && fieldCount > columns.length ? [columns.length] : [],
		};
	}
	const fields = Array.from({ length: fieldCount }, (_, field) => field);
	const isNamed = (field: number) => (names[field] ?? '').trim() !== '';
	const named = fields.filter(isNamed);
	const { sourceByColumn } = matchColumns(
		named.map((field) => names[field]),
		columns,
		{ ...options, what: `header of ${label}` },
	);
	return {
		fieldCount,
		sourceByColumn: sourceByColumn.map((source) => (source < 0 ? -1 : named[source])),
		unnamedFields: areAllowed ? [] : fields.filter((field) => !isNamed(field)),
	};
}

function fieldCountOf(
	{ names, firstRecords }: Pick<Dialect, 'names' | 'firstRecords'>,
	columns: number,
): number {
	const expected = names?.length ?? columns;
	if (firstRecords.length === 0) return expected;
	if (firstRecords.every(({ fields, endsEmpty }) => fields === expected + 1 && endsEmpty))
		return expected + 1;
	const headerAloneEndsInDelimiter =
		expected > 1 &&
		names?.[expected - 1].trim() === '' &&
		firstRecords.every(({ fields }) => fields === expected - 1);
	return headerAloneEndsInDelimiter ? expected - 1 : expected;
}
