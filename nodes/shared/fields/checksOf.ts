import type { IDataObject } from 'n8n-workflow';

import type { Column } from '../../../domo/types';
import type { BoundValue, CheckOptions } from '../../../transfer/checks/checkOptions';
import { CheckRun } from '../../../transfer/checks/checkRun';
import type { LastInput } from '../../../transfer/checks/sameInput';
import type { OperationContext } from '../run/operation';
import { LOAD_OPTIONS } from './loadOptions';
import { engineNumber, type LoadOptionValues } from './optionFields';
import { listOfTexts } from './optionTable';
import { valueOptionsOf } from './valueOptionsOf';

/** Where n8n's static data of the node has what was loaded last, by DataSet. */
const LAST_INPUTS = 'lastInputs';

/** A node whose DataSet comes from an expression remembers so many. */
const MAX_REMEMBERED = 100;

/**
 * The checks before the commit that are chosen.
 *
 * @param columns the DataSet's, those to be added included
 * @param dataSetId undefined for one that is yet to be made
 * @param run of the load
 * @returns undefined where none is
 * @throws InputError for settings that can't be used
 */
export function checksOf(
	context: OperationContext,
	chosen: LoadOptionValues,
	columns: readonly Column[],
	dataSetId: string | undefined,
	run: Pick<CheckOptions, 'stopsWhenFull' | 'isOneOfMany'>,
): CheckRun | undefined {
	const allowedValues = rulesOf(chosen.allowedValues).map(({ column = '', values }) => ({
		column: String(column),
		values: listOfTexts(LOAD_OPTIONS.allowedValues.entries.rows.values, values),
	}));
	const bounds = rulesOf(chosen.bounds).map(({ column = '', least = '', greatest = '' }) => ({
		column: String(column),
		least: boundOf(least),
		greatest: boundOf(greatest),
	}));
	return CheckRun.of(
		{
			...chosen,
			newestColumn: chosen.newestColumn.trim(),
			allowedValues,
			bounds,
			uniqueMemoryBytes: engineNumber('uniqueMemoryMb', chosen),
			warnOnly: chosen.warnOnly,
			...run,
			lastInput: () => (dataSetId === undefined ? undefined : (lastInputs(context)[dataSetId] ?? undefined)),
		},
		{
			columns,
			nullText: chosen.nullText,
			values: valueOptionsOf(context, chosen),
			loadColumns: chosen.loadColumns,
		},
		context.hint,
	);
}

/**
 * Keeps what was loaded, for 'Same Input Again'; n8n saves it at the end of a production execution. A REPLACE by no rows
 * makes it forget what was there.
 *
 * @param isUnknown whether Domo may not have taken it: the same rows again may then be there twice
 */
export function remembered(
	context: OperationContext,
	checks: CheckRun | undefined,
	dataSetId: string | null,
	isUnknown: boolean,
): void {
	const sha256 = checks?.sha256;
	if (sha256 === undefined || dataSetId === null) return;
	// Where it is not known whether the DataSet was emptied, its rows may still be there.
	if (sha256 === null && isUnknown) return;
	const others = Object.entries(lastInputs(context)).filter(([id]) => id !== dataSetId);
	const kept = others.slice(1 - MAX_REMEMBERED);
	const at = new Date().toISOString();
	staticData(context)[LAST_INPUTS] = Object.fromEntries([
		...kept,
		...(sha256 === null ? [] : [[dataSetId, { sha256, at, ...(isUnknown ? { isUnknown } : {}) }]]),
	]) as IDataObject;
}

function staticData({ node }: OperationContext): IDataObject {
	return node.getWorkflowStaticData('node');
}

function lastInputs(context: OperationContext): Record<string, LastInput | null> {
	return { ...((staticData(context)[LAST_INPUTS] ?? {}) as unknown as Record<string, LastInput | null>) };
}

/** An expression such as `{{ new Date() }}` gives a date, which is read like that of an item. */
function boundOf(value: unknown): BoundValue {
	return typeof value === 'object' && value !== null ? value : String(value).trim();
}

function rulesOf(list: unknown): Array<Record<string, unknown>> {
	return ((list as { rule?: Array<Record<string, unknown>> } | undefined)?.rule ?? []) as Array<
		Record<string, unknown>
	>;
}
