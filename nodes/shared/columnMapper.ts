import type { INodeExecutionData, INodeProperties, ResourceMapperValue } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { quotedNames } from '../../transfer/columnMatch';
import { InputError } from '../../transfer/inputError';
import { Stretch } from '../../transfer/stretch';
import type { OperationContext } from './operation';

const NAME = 'columnMapping';

/**
 * Which value goes into which column: by the names of the items' fields, or set by hand.
 *
 * @param resourceMapperMethod the node's method that lists the columns
 * @param locator the parameter whose choice decides on the columns: they are listed anew when it changes
 */
export function columnMappingField(
	resourceMapperMethod: 'getDataSetColumns' | 'getStreamColumns',
	locator: 'dataSetId' | 'streamId',
): INodeProperties {
	return {
		displayName: 'Columns',
		name: NAME,
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'autoMapInputData', value: null },
		description:
			"Which value goes into which column of the DataSet. A column left empty becomes NULL. Times without an offset are taken as UTC.",
		typeOptions: {
			loadOptionsDependsOn: [`${locator}.value`],
			resourceMapper: {
				resourceMapperMethod,
				mode: 'add',
				fieldWords: { singular: 'column', plural: 'columns' },
				addAllFields: true,
				supportAutoMap: true,
			},
		},
		displayOptions: { show: { inputSource: ['items'] } },
	};
}

/** Whether columns are given values by hand; else they are mapped by name, also where there is no mapping. */
export function isMappedByHand({ node }: OperationContext): boolean {
	return (
		node.getNodeParameter('inputSource', 0) === 'items' &&
		node.getNodeParameter(`${NAME}.mappingMode`, 0, 'autoMapInputData') === 'defineBelow'
	);
}

/**
 * The items as the mapping has them: with a field for each column, and no other. An item without any field stays one,
 * so it is no row, as without a mapping.
 *
 * @param items with their index in the node's input
 * @param missingColumns what to do with a column that the DataSet got after the mapping was made
 * @returns undefined where items are mapped by name: then no expression is evaluated
 * @throws InputError that names columns the DataSet has no more, or an expression that can't be evaluated
 */
export async function mapItems(
	context: OperationContext,
	items: ReadonlyArray<{ item: INodeExecutionData; itemIndex: number }>,
	columns: readonly Column[],
	missingColumns: 'fail' | 'null',
): Promise<INodeExecutionData[] | undefined> {
	if (!isMappedByHand(context)) return undefined;
	checkMapping(readMapping(context), columns, missingColumns);

	const stretch = new Stretch();
	const mapped: INodeExecutionData[] = [];
	let emptyItems = 0;
	for (const { item, itemIndex } of items) {
		if (hasFields(item)) {
			const values = valuesOf(context, itemIndex);
			mapped.push({ json: Object.fromEntries(columns.map(({ name }) => [name, values[name] ?? null])) as INodeExecutionData['json'] });
		} else {
			emptyItems++;
			mapped.push({ json: {} });
		}
		if (stretch.isLong()) await stretch.rest(context.client.signal);
	}
	if (emptyItems > 0) {
		context.hint(`${emptyItems === 1 ? 'An item without any field was' : `${emptyItems} items without any field were`} not mapped: such an item is no row.`);
	}
	return mapped;
}

/** The mapping as it was saved, expressions as their text. */
function readMapping({ node }: OperationContext): ResourceMapperValue {
	return node.getNodeParameter(NAME, 0, {}, { rawExpressions: true }) as unknown as ResourceMapperValue;
}

function checkMapping(mapping: ResourceMapperValue, columns: readonly Column[], missingColumns: 'fail' | 'null'): void {
	const mappedNames = Object.entries(mapping.value ?? {}).flatMap(([name, value]) => (value === null ? [] : [name]));
	const present = new Set(columns.map(({ name }) => name));
	const gone = mappedNames.filter((name) => !present.has(name));
	if (gone.length > 0) {
		throw new InputError(
			`'Columns' maps ${quotedNames(gone)}, which the DataSet does not have. Nothing was sent`,
			`Its columns are ${quotedNames([...present])}: one may have been renamed or removed. Refresh the list under 'Columns' and map them anew.`,
		);
	}
	if (mappedNames.length === 0) {
		throw new InputError(
			"No column has a value under 'Columns'. Nothing was sent",
			"Give at least one column a value, or choose 'Map Automatically'.",
		);
	}
	const known = new Set([...mappedNames, ...(mapping.schema ?? []).map(({ id }) => id)]);
	const added = [...present].filter((name) => !known.has(name));
	if (added.length > 0 && missingColumns === 'fail') {
		throw new InputError(
			`The DataSet has ${added.length > 1 ? 'columns' : 'a column'} that 'Columns' does not show: ${quotedNames(added)}. Nothing was sent`,
			"Refresh the list under 'Columns' and map what is new, or set 'Missing Columns' to Load as NULL.",
		);
	}
}

function hasFields({ json }: INodeExecutionData): boolean {
	for (const _ in json) return true;
	return false;
}

function valuesOf(context: OperationContext, itemIndex: number): Record<string, unknown> {
	try {
		// n8n's own conversion is left out: it would turn the digits of a LONG into a JS number.
		return context.node.getNodeParameter(`${NAME}.value`, itemIndex, {}, { skipValidation: true }) as Record<string, unknown>;
	} catch (error) {
		throw notEvaluated(context, itemIndex, error);
	}
}

/** n8n evaluates all columns at once, and does not say which one it was. */
function notEvaluated(context: OperationContext, itemIndex: number, error: unknown): InputError {
	const { value } = readMapping(context);
	for (const [name, expression] of Object.entries(value ?? {})) {
		if (typeof expression !== 'string' || !expression.startsWith('=')) continue;
		try {
			context.node.evaluateExpression(expression.slice(1), itemIndex);
		} catch (own) {
			return new InputError(
				`item ${itemIndex}, column '${name}': the expression under 'Columns' can't be evaluated (${words(own)}). Nothing was sent`,
				'Correct the expression.',
				itemIndex,
			);
		}
	}
	return new InputError(`item ${itemIndex}: 'Columns' can't be evaluated (${words(error)}). Nothing was sent`, undefined, itemIndex);
}

function words(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
