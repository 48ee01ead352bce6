/** Messages about values that do not fit and rows that are left out. */

import type { Code } from '../../domo/codes';
import { InputError, type NamedValue } from '../inputError';
import { counted } from '../shownNumber';
import type { Misfit } from './misfit';
import type { RowPlace } from './rowPlace';
import { shortened } from './textInMessage';

export interface ShownBadValue {
	place: RowPlace;
	/** Nothing where the row as a whole is at fault. */
	column: string;
	code: Code;
	reason: string;
}

function placeInWords(place: RowPlace): string {
	if (!('line' in place)) return `item ${place.item}`;
	return `line ${place.line}${place.file === undefined ? '' : ` of '${shortened(place.file)}'`}`;
}

function inWords({ place, column, reason }: Omit<ShownBadValue, 'code'>): string {
	return `${placeInWords(place)}${column === '' ? '' : `, column '${column}'`}: ${reason}`;
}

/** As a workflow can read it. */
function named({ place, column, code, reason }: ShownBadValue): NamedValue {
	return { code, reason, ...place, ...(column === '' ? {} : { column }) };
}

/** Values that do not fit, as a message names them. */
export interface BadValueList {
	shown: readonly ShownBadValue[];
	/** All of them. */
	count: number;
	/** Those that are not shown. */
	othersByColumn: ReadonlyMap<string, number>;
	/** Some are words, which may mean no value. */
	hasWords: boolean;
}

export function badValuesRefused(
	{ shown, count, othersByColumn, hasWords }: BadValueList,
	outcome: string,
	itemIndex: number | undefined,
): InputError {
	const others = [...othersByColumn].map(
		([column, more]) =>
			`${counted(more)} more${column !== '' ? ` in column '${column}'` : more === 1 ? ' row' : ' rows'}`,
	);
	const list = [...shown.map(inWords), ...(others.length > 0 ? [`and ${others.join(', ')}`] : [])];
	const isRow = count === 1 && shown[0].column === '';
	const what = isRow
		? 'A row does not fit the columns'
		: count === 1
			? 'A value does not fit its column'
			: `${counted(count)} values do not fit their columns`;
	const forWords = hasWords ? " Words that mean no value go into 'Read as NULL'." : '';
	return new InputError(
		'VALUE_MISFIT',
		`${what}: ${list.join('; ')}`,
		`Change these values before this node or the columns' types in Domo, or let 'Bad Values' leave such rows out or load NULL.${forWords} ${outcome}`.trimEnd(),
		itemIndex,
		{ values: shown.map(named) },
	);
}

export function tooManyBadRows(
	max: number,
	shown: readonly ShownBadValue[],
	outcome: string,
	itemIndex: number | undefined,
): InputError {
	return new InputError(
		'VALUE_TOO_MANY_BAD_ROWS',
		`More than ${counted(max)} ${max === 1 ? 'row does' : 'rows do'} not fit, which is what 'Max Bad Rows' allows. The first: ${shown.slice(0, 3).map(inWords).join('; ')}`,
		`Look at the values, or raise 'Max Bad Rows'. ${outcome}`.trimEnd(),
		itemIndex,
		{ values: shown.map(named) },
	);
}

export function tooLargeShareOfBadRows(
	{ badRows, rows, maxPercent }: { badRows: number; rows: number; maxPercent: number },
	shown: readonly ShownBadValue[],
	outcome: string,
	itemIndex: number | undefined,
): InputError {
	return new InputError(
		'VALUE_TOO_MANY_BAD_ROWS',
		`${counted(badRows)} of ${counted(rows)} rows do not fit, more than the ${maxPercent} % that 'Max Bad Rows (%)' allows. The first: ${shown.slice(0, 3).map(inWords).join('; ')}`,
		`Look at the values, or raise 'Max Bad Rows (%)'. ${outcome}`.trimEnd(),
		itemIndex,
		{ values: shown.map(named) },
	);
}

/** A reading that is not settled, or contradicts another value's: refused whatever 'Bad Values' says. */
export function valueAlwaysRefused(place: RowPlace, column: string, { code, reason }: Misfit): InputError {
	return new InputError(
		code,
		inWords({ place, column, reason }),
		"'Bad Values' does not apply to values that can mean two things: settle them under 'Value Options'.",
		place.item,
		{
			column,
			...('line' in place ? { line: place.line } : {}),
			...('file' in place ? { file: place.file } : {}),
		},
	);
}

/**
 * "2 rows were left out: …", for a run that went on without them.
 *
 * @param rows that were left out @param nullRows that were loaded with NULL for values, `nullValues` of them
 */
export function leftOutHint({
	rows,
	nullRows,
	nullValues,
}: Record<'rows' | 'nullRows' | 'nullValues', number>): string {
	const see = "see the output 'Left Out Rows'.";
	const out = `${counted(rows)} ${rows === 1 ? 'row was' : 'rows were'} left out`;
	if (nullRows === 0) return `${out}, because of values that do not fit: ${see}`;
	const values = `${counted(nullValues)} ${nullValues === 1 ? 'value' : 'values'}`;
	const inRows = `${counted(nullRows)} ${nullRows === 1 ? 'row' : 'rows'}`;
	return `${values} in ${inRows} did not fit and ${nullValues === 1 ? 'was' : 'were'} loaded as NULL${rows === 0 ? '' : `, and ${out}`}: ${see}`;
}
