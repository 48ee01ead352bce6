import type { Column } from '../../domo/types';
import { ColumnSettingsByName } from '../columns/columnSettings';
import { compareNumbers } from '../columns/numberOrder';
import { DEFAULT_VALUE_OPTIONS, type ValueOptions } from '../columns/valueOptions';
import { InputError } from '../inputError';
import { AllowedValues } from './allowedValues';
import { Bounds } from './bounds';
import type { Finding, RowCheck } from './check';
import { checkedColumn, checkedColumnsOf, checkedValueOf } from './checkedColumns';
import type { CheckOptions } from './checkOptions';
import { HashMemory } from './hashLists';
import { LABELS } from './labels';
import { Newest } from './newest';
import { NotNull } from './notNull';
import { Unique } from './unique';

/**
 * The chosen checks that look at rows.
 *
 * @param columns the DataSet's, those to be added included
 * @param onFull called where the values of unique columns are more than the memory holds
 * @throws InputError for a column that the DataSet does not have, or a setting that its type does not allow
 */
export function rowChecksOf(
	options: CheckOptions,
	columns: readonly Column[],
	{ timeZone, workflowTimeZone }: Pick<ValueOptions, 'timeZone' | 'workflowTimeZone'>,
	nullText: '' | '\\N',
	onFull: (finding: Finding) => void,
): RowCheck[] {
	const settings = new ColumnSettingsByName({
		...DEFAULT_VALUE_OPTIONS,
		...(timeZone === undefined ? {} : { timeZone }),
		workflowTimeZone,
	});
	return [
		...checkedColumnsOf(options.notNullColumns, columns, LABELS.notNullColumns).map(
			({ name, index }) => new NotNull(name, index),
		),
		...uniqueChecks(options, columns, nullText, onFull),
		...newestChecks(options, columns, settings),
		...options.allowedValues.map(({ column: name, values }) => {
			const column = checkedColumn(name, columns, LABELS.allowedValues);
			// Only a STRING can be a blank text.
			const given = column.type === 'STRING' ? values : values.filter((value) => value.trim() !== '');
			if (given.length === 0) throw incomplete(LABELS.allowedValues, 'no values', column.name);
			const read = given.map((value) => checkedValueOf(value, column, settings, LABELS.allowedValues));
			return new AllowedValues(column, read);
		}),
		...options.bounds.map((rule) => bounds(rule, columns, settings)),
	];
}

function uniqueChecks(
	{ uniqueColumns, uniqueTogether, uniqueMemoryBytes }: CheckOptions,
	columns: readonly Column[],
	nullText: '' | '\\N',
	onFull: (finding: Finding) => void,
): RowCheck[] {
	const chosen = checkedColumnsOf(uniqueColumns, columns, LABELS.uniqueColumns);
	if (chosen.length === 0) return [];
	const memory = new HashMemory(uniqueMemoryBytes);
	const groups = uniqueTogether ? [chosen] : chosen.map((column) => [column]);
	return groups.map((group) => new Unique(group, { columnCount: columns.length, nullText }, memory, onFull));
}

function newestChecks(
	{ newestColumn, newestWithinHours }: CheckOptions,
	columns: readonly Column[],
	settings: ColumnSettingsByName,
): RowCheck[] {
	if (newestColumn === '' && newestWithinHours === 0) return [];
	if (newestColumn === '' || newestWithinHours === 0) {
		throw new InputError(
			'CHECK_SETTING',
			`'Newest Date Within (Hours)' and 'Newest Date Column' belong together, and only one of them is set. Nothing was sent.`,
			'Set the column and a number of hours above 0.',
		);
	}
	const column = checkedColumn(newestColumn, columns, 'Newest Date Column');
	if (column.type !== 'DATE' && column.type !== 'DATETIME') {
		throw new InputError(
			'CHECK_COLUMN',
			`'Newest Date Column' names the column '${column.name}', which is ${column.type}. Nothing was sent.`,
			'Choose a column of type DATE or DATETIME.',
		);
	}
	return [new Newest(column, newestWithinHours, settings.of(column.name).zone)];
}

function bounds(
	{ column: name, least, greatest }: CheckOptions['bounds'][number],
	columns: readonly Column[],
	settings: ColumnSettingsByName,
): Bounds {
	const column = checkedColumn(name, columns, LABELS.bounds);
	const [from, to] = [least, greatest].map((bound) =>
		bound === '' ? undefined : checkedValueOf(bound, column, settings, LABELS.bounds),
	);
	if (from === undefined && to === undefined) throw incomplete(LABELS.bounds, 'no bound', column.name);
	if (from !== undefined && to !== undefined && isAbove(from, to, column.type)) {
		throw new InputError(
			'CHECK_SETTING',
			`'${LABELS.bounds}' has a least value of ${from} for the column '${column.name}', which is above the greatest, ${to}. Nothing was sent.`,
			'Exchange the two.',
		);
	}
	return new Bounds(column, from, to);
}

function isAbove(one: string, other: string, type: Column['type']): boolean {
	const isNumber = type === 'LONG' || type === 'DECIMAL' || type === 'DOUBLE';
	return isNumber ? compareNumbers(one, other) > 0 : one > other;
}

function incomplete(option: string, what: string, column: string): InputError {
	return new InputError(
		'CHECK_SETTING',
		`'${option}' has ${what} for the column '${column}'. Nothing was sent.`,
		'Fill it in, or remove the entry.',
	);
}
