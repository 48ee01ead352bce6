import type { INodeExecutionData, INodeProperties, ResourceMapperValue } from 'n8n-workflow';

import type { Column } from '../../../domo/types';
import { quotedNames } from '../../../transfer/columns/columnMatch';
import { InputError } from '../../../transfer/inputError';
import { Stretch } from '../../../transfer/stretch';
import type { OperationContext } from '../run/operation';

/** The parameter's name. */
export const COLUMN_MAPPING = 'columnMapping';

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
		name: COLUMN_MAPPING,
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'autoMapInputData', value: null },
		description:
			'Which value goes into which column of the DataSet. A column left empty becomes NULL. Times without an offset are taken as UTC.',
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
	if (node.getNodeParameter('inputSource', 0) !== 'items') return false;
	const mapping: unknown = node.getNodeParameter(COLUMN_MAPPING, 0, {}, { rawExpressions: true });
	return (mapping as { mappingMode?: unknown } | null)?.mappingMode === 'defineBelow';
}

/**
 * The items as the mapping has them: with a field for each column, and no other. An item without any field stays one,
 * so it is no row, as without a mapping.
 *
 * @param itemIndexes which of the node's input
 * @param missingColumns what to do with a column that the DataSet got after the mapping was made
 * @returns undefined where items are mapped by name: then no expression is evaluated
 * @throws InputError that names columns the DataSet has no more, or an expression that can't be evaluated
 */
export async function mapItems(
	context: OperationContext,
	itemIndexes: Iterable<number>,
	columns: readonly Column[],
	missingColumns: 'fail' | 'null',
): Promise<INodeExecutionData[] | undefined> {
	if (!isMappedByHand(context)) return undefined;
	const mapping = readMapping(context);
	checkMapping(mapping, columns, missingColumns);

	const given = mapping.value ?? {};
	// Not what every object has: a column may be called 'constructor'.
	const readers = columns.map(({ name }) =>
		valueReader(context, name, Object.hasOwn(given, name) ? given[name] : null),
	);
	const stretch = new Stretch();
	const mapped: INodeExecutionData[] = [];
	let emptyItems = 0;
	for (const itemIndex of itemIndexes) {
		const item = context.items[itemIndex];
		const isEmpty = !hasFields(item);
		if (isEmpty) emptyItems++;
		const values = isEmpty ? [] : columns.map(({ name }, column) => [name, readers[column](item, itemIndex)]);
		mapped.push({ json: Object.fromEntries(values) as INodeExecutionData['json'] });
		if (stretch.isLong()) await stretch.rest(context.client.signal);
	}
	if (emptyItems > 0) {
		context.hint(
			`${emptyItems === 1 ? 'An item without any field was' : `${emptyItems} items without any field were`} not mapped: such an item is no row.`,
		);
	}
	return mapped;
}

/** The mapping as it was saved, expressions as their text. */
function readMapping({ node }: OperationContext): ResourceMapperValue {
	return node.getNodeParameter(
		COLUMN_MAPPING,
		0,
		{},
		{ rawExpressions: true },
	) as unknown as ResourceMapperValue;
}

function checkMapping(
	mapping: ResourceMapperValue,
	columns: readonly Column[],
	missingColumns: 'fail' | 'null',
): void {
	const mappedNames = namesIn(mapping);
	const present = new Set(columns.map(({ name }) => name));
	const gone = mappedNames.filter((name) => !present.has(name));
	if (gone.length > 0) {
		throw new InputError(
			'COLUMN_MAPPED_GONE',
			`'Columns' maps ${quotedNames(gone)}, which the DataSet does not have. Nothing was sent`,
			`Its columns are ${quotedNames([...present])}: one may have been renamed or removed. Refresh the list under 'Columns' and map them again.`,
		);
	}
	if (mappedNames.length === 0) {
		throw new InputError(
			'COLUMN_NONE_MAPPED',
			"No column has a value under 'Columns'. Nothing was sent",
			"Give at least one column a value, or choose 'Map Automatically'.",
		);
	}
	const known = new Set([...mappedNames, ...(mapping.schema ?? []).map(({ id }) => id)]);
	const added = [...present].filter((name) => !known.has(name));
	if (added.length > 0 && missingColumns === 'fail') {
		throw new InputError(
			'COLUMN_NOT_SHOWN',
			`The DataSet has ${added.length > 1 ? 'columns' : 'a column'} that 'Columns' does not show: ${quotedNames(added)}. Nothing was sent`,
			"Refresh the list under 'Columns' and map what is new, or set 'Missing Columns' to Load as NULL.",
		);
	}
}

/** The columns that have a value by hand. */
export function mappedColumnNames(context: OperationContext): string[] {
	return namesIn(readMapping(context));
}

function namesIn({ value }: ResourceMapperValue): string[] {
	return Object.entries(value ?? {}).flatMap(([name, given]) => (given === null ? [] : [name]));
}

function hasFields({ json }: INodeExecutionData): boolean {
	for (const _ in json) return true;
	return false;
}

/** What dragging a field onto a column writes: {{ $json.price.net }}, {{ $json['Unit price'] }} */
const FIELD_EXPRESSION = /^=\{\{\s*\$json((?:\.[A-Za-z_]\w*|\[(?:'[^'\\]*'|"[^"\\]*")\])+)\s*\}\}$/;
const FIELD_NAMES = /\.(\w+)|\['([^']*)'\]|\["([^"]*)"\]/g;

type ValueReader = (item: INodeExecutionData, itemIndex: number) => unknown;

/** n8n's own conversion to the mapper's types is left out: it would turn the digits of a LONG into a JS number. */
function valueReader(context: OperationContext, column: string, value: unknown): ValueReader {
	if (typeof value !== 'string' || !value.startsWith('=')) return () => value;
	const path = fieldPath(value);
	// n8n takes a third of a millisecond for an expression; reading the field itself takes nothing.
	if (path)
		return ({ json }) =>
			path.reduce<unknown>(
				(inner, name) => (inner as Record<string, unknown> | null | undefined)?.[name],
				json,
			);
	return (_, itemIndex) => evaluate(context, column, value.slice(1), itemIndex);
}

/** @returns the names on the way to a field, where the expression does nothing but read one */
function fieldPath(expression: string): string[] | undefined {
	const [, path] = FIELD_EXPRESSION.exec(expression) ?? [];
	if (path === undefined) return undefined;
	const names = [...path.matchAll(FIELD_NAMES)].map(([, plain, single, double]) => plain ?? single ?? double);
	return names.some((name) => name in Object.prototype) ? undefined : names;
}

function evaluate(context: OperationContext, column: string, expression: string, itemIndex: number): unknown {
	try {
		return context.node.evaluateExpression(expression, itemIndex);
	} catch (error) {
		throw notEvaluated(column, itemIndex, error);
	}
}

function notEvaluated(column: string, itemIndex: number, error: unknown): InputError {
	const reason = error instanceof Error ? error.message : String(error);
	return new InputError(
		'COLUMN_EXPRESSION',
		`item ${itemIndex}, column '${column}': the expression under 'Columns' can't be evaluated (${reason}). Nothing was sent`,
		'Correct the expression.',
		itemIndex,
	);
}
