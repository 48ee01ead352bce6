/** The columns of n8n items, inferred from all their values. */

import type { Column, ColumnType } from '../../domo/types';
import { ColumnEvidence } from '../columns/columnEvidence';
import type { ColumnHint } from '../columns/columnHints';
import { matchColumns } from '../columns/columnMatch';
import { ColumnSettingsByName } from '../columns/columnSettings';
import { checkColumns } from '../columns/schema';
import { settleColumns } from '../columns/settleColumns';
import type { ValueOptions } from '../columns/valueOptions';
import { InputError } from '../inputError';
import { Stretch } from '../stretch';
import {
	ITEMS_PER_LOOK,
	selectionFor,
	surveyFields,
	type FieldSurvey,
	type Item,
	type ItemSelection,
} from './itemFields';

export interface InferredColumns {
	columns: Column[];
	/** Of columns that almost had a type. */
	hints: ColumnHint[];
}

/**
 * Infers columns from n8n items, over all their values; the types of 'Column Types' win.
 *
 * @returns the columns in order of first appearance
 * @throws InputError when no item has a field, checkColumns refuses the names, or an option is none
 */
export async function inferColumns(
	items: readonly Item[],
	options: ValueOptions,
	signal?: AbortSignal,
	selection?: ItemSelection,
): Promise<InferredColumns> {
	const survey = await surveyFields(items, new Stretch(), signal, selection);
	const { names } = survey;
	if (names.length === 0) {
		throw new InputError(
			'COLUMN_NOTHING_TO_INFER',
			'No item has a field to infer columns from',
			'Check the output of the node before this one.',
		);
	}
	const settings = new ColumnSettingsByName(options);
	settings.checkNames(names);
	const inferred = await inferFields(names, survey, settings, signal);
	checkColumns(inferred.columns);
	return inferred;
}

/**
 * The columns that items bring beyond a DataSet's own, with types inferred from all their values.
 *
 * @returns in order of first appearance; empty where every field is a column
 * @throws InputError for names that Domo can't take
 */
export async function newColumnsOf(
	items: readonly Item[],
	columns: readonly Column[],
	options: ValueOptions,
	signal?: AbortSignal,
	selection?: ItemSelection,
): Promise<InferredColumns> {
	const survey = await surveyFields(items, new Stretch(), signal, selectionFor(columns, selection));
	const { names } = survey;
	if (names.length === 0) return { columns: [], hints: [] };
	const { unknown, sourceByColumn } = matchColumns(names, columns, {
		unknownFields: 'ignore',
		missingColumns: 'null',
		what: 'items',
	});
	if (unknown.length === 0) return { columns: [], hints: [] };
	// A decimal comma of theirs makes what 1.234 is unclear in the new ones, too.
	const numbers = columns.flatMap(({ name, type }, column) =>
		NUMERIC.has(type) && sourceByColumn[column] >= 0
			? [{ field: names[sourceByColumn[column]], name, type }]
			: [],
	);
	const inferred = await inferFields(unknown, survey, new ColumnSettingsByName(options), signal, numbers);
	checkColumns([...columns, ...inferred.columns]);
	return inferred;
}

const NUMERIC: ReadonlySet<ColumnType> = new Set(['LONG', 'DECIMAL', 'DOUBLE']);

/** @param numbers the DataSet's columns of numbers, with the fields they are loaded from */
async function inferFields(
	names: readonly string[],
	{ rows, itemOfRow }: FieldSurvey,
	settings: ColumnSettingsByName,
	signal?: AbortSignal,
	numbers: ReadonlyArray<Column & { field: string }> = [],
): Promise<InferredColumns> {
	const stretch = new Stretch();
	const fieldOf = (field: string, name: string, type: ColumnType | null) => ({
		field,
		name,
		type,
		settings: settings.of(name),
		evidence: new ColumnEvidence(type, settings.of(name)),
		isInherited: field in Object.prototype,
	});
	const fields = [
		...names.map((name) => fieldOf(name, name, settings.of(name).givenType)),
		...numbers.map(({ field, name, type }) => fieldOf(field, name, type)),
	];
	for (let row = 0; row < rows.length; row++) {
		const { json } = rows[row];
		for (const { field, evidence, isInherited } of fields) {
			if (!isInherited || Object.hasOwn(json, field)) evidence.add(json[field], row);
		}
		if (row % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
	const { readings, hints } = settleColumns(fields, (row) => `item ${itemOfRow(row)}`, 'input');
	const found = readings.slice(0, names.length);
	return { columns: found.map(({ name, type }) => ({ name, type })), hints };
}
