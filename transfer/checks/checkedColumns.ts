import type { Column, ColumnType } from '../../domo/types';
import { ColumnReader } from '../columns/columnReader';
import type { ColumnSettingsByName } from '../columns/columnSettings';
import { looseName } from '../columns/looseName';
import { quoted } from '../columns/textInMessage';
import { InputError } from '../inputError';
import type { BoundValue } from './checkOptions';

/** A column and its place among the DataSet's. */
export type CheckedColumn = Column & { index: number };

/**
 * Finds the column that a check names.
 *
 * @param option the check's name in the editor
 * @throws InputError where there is none
 */
export function checkedColumn(name: string, columns: readonly Column[], option: string): CheckedColumn {
	const exact = columns.findIndex((column) => column.name === name);
	const key = looseName(name);
	const index = exact === -1 ? columns.findIndex((column) => looseName(column.name) === key) : exact;
	if (index !== -1) return { ...columns[index], index };
	throw new InputError(
		'CHECK_COLUMN',
		`'${option}' names the column ${quoted(name)}, which the DataSet does not have. Nothing was sent.`,
		`Its columns are ${columns.map((column) => `'${column.name}'`).join(', ')}.`,
	);
}

/** The columns that a check names, each once. @throws InputError for one that the DataSet does not have */
export function checkedColumnsOf(
	names: readonly string[],
	columns: readonly Column[],
	option: string,
): CheckedColumn[] {
	const found = names.map((name) => checkedColumn(name, columns, option));
	return found.filter(({ index }, place) => found.findIndex((each) => each.index === index) === place);
}

/** Domo's own form of a value. The value options say how the input is written, and nothing of what a check is given. */
const FORMS: Record<ColumnType, string> = {
	STRING: 'a text',
	LONG: 'an integer of 64 bits, such as 1234',
	DECIMAL: 'a number with a decimal point and nothing else, such as 1234.5',
	DOUBLE: 'a number with a decimal point and nothing else, such as 1234.5',
	DATE: 'a day, such as 2024-01-31',
	DATETIME: 'a time or a day, such as 2024-01-31T10:15:00 or 2024-01-31',
};

/**
 * Reads a value that a check is given. It is to be in Domo's own form; others are taken where they have one meaning only.
 *
 * @returns it in Domo's form
 * @throws InputError where it is none of the column's type
 */
export function checkedValueOf(
	value: BoundValue,
	column: CheckedColumn,
	settings: ColumnSettingsByName,
	option: string,
): string {
	const columnSettings = settings.of(column.name);
	const reader = new ColumnReader({
		name: column.name,
		type: column.type,
		settings: columnSettings,
		decimalSign: 'point',
		signBy: 'option',
		groupablePoint: null,
		commaColumn: null,
		dateOrder: 0,
		shortDateOrder: 0,
		yearsFirst: 0,
		shortDays: 0,
		orderBy: 'values',
		midnightElsewhere: null,
		isSlice: true,
		currency: null,
	});
	const read = reader.read(value);
	if (typeof read === 'string') return read;
	throw new InputError(
		'CHECK_SETTING',
		`'${option}' gives ${quoted(String(value))} for the column '${column.name}', which is not a ${column.type} as Domo writes it. Nothing was sent.`,
		`Write ${FORMS[column.type]}, however the input is written.`,
	);
}
