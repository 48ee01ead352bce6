/** The columns of n8n items, inferred from all their values. */

import type { Column } from '../../domo/types';
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
	const { unknown } = matchColumns(names, columns, {
		unknownFields: 'ignore',
		missingColumns: 'null',
		what: 'items',
	});
	if (unknown.length === 0) return { columns: [], hints: [] };
	const inferred = await inferFields(unknown, survey, new ColumnSettingsByName(options), signal);
	checkColumns([...columns, ...inferred.columns]);
	return inferred;
}

async function inferFields(
	names: readonly string[],
	{ rows, itemOfRow }: FieldSurvey,
	settings: ColumnSettingsByName,
	signal?: AbortSignal,
): Promise<InferredColumns> {
	const stretch = new Stretch();
	const fields = names.map((name) => {
		const own = settings.of(name);
		return {
			name,
			type: own.givenType,
			settings: own,
			evidence: new ColumnEvidence(own.givenType, own),
			isInherited: name in Object.prototype,
		};
	});
	const toInfer = fields.filter(({ type }) => type === null);
	for (let row = 0; row < rows.length; row++) {
		const { json } = rows[row];
		for (const { name, evidence, isInherited } of toInfer) {
			if (!isInherited || Object.hasOwn(json, name)) evidence.add(json[name], row);
		}
		if (row % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
	const { readings, hints } = settleColumns(fields, (row) => `item ${itemOfRow(row)}`, 'input');
	return { columns: readings.map(({ name, type }) => ({ name, type })), hints };
}
