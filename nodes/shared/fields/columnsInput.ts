import type { INodeProperties } from 'n8n-workflow';

import { COLUMN_TYPES, type Column, type ColumnType } from '../../../domo/types';
import { checkColumns, parseColumnsJson } from '../../../transfer/columns/schema';
import { DEFAULT_VALUE_OPTIONS } from '../../../transfer/columns/valueOptions';
import { inferColumns } from '../../../transfer/items/itemColumns';
import type { OperationContext } from '../run/operation';
import { readForAllItems } from '../run/sameForAllItems';
import { flatItems, readNestedFields } from './nestedFields';
import { checkOptionValues } from './optionValues';
import { fieldsOfParameter, textOf } from './textParameter';

const TYPE_DESCRIPTIONS: Record<ColumnType, string> = {
	STRING: 'Text. Also for true and false, as Domo has no boolean type.',
	DECIMAL: 'A decimal number, exact to its digits',
	LONG: 'A whole number of up to 64 bits',
	DOUBLE: 'A floating-point number',
	DATE: 'A day, as 2026-01-31',
	DATETIME: 'A moment, as 2026-01-31T12:00:00 in UTC',
};

/** A list of columns, each with a name and a type, entered by hand. */
export const columnListField: INodeProperties = {
	displayName: 'Columns',
	name: 'columns',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Column',
	default: {},
	description: "The DataSet's columns, in order. Two names may not differ in upper and lower case only.",
	options: [
		{
			displayName: 'Column',
			name: 'column',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
				},
				{
					displayName: 'Type',
					name: 'type',
					type: 'options',
					default: 'STRING',
					options: COLUMN_TYPES.slice()
						.sort()
						.map((type) => ({ name: type, value: type, description: TYPE_DESCRIPTIONS[type] })),
				},
			],
		},
	],
};

/** How a new DataSet gets its columns: entered, as JSON, or inferred from the input items. */
export const schemaFields: INodeProperties[] = [
	{
		displayName: 'Columns From',
		name: 'schemaSource',
		type: 'options',
		noDataExpression: true,
		default: 'define',
		options: [
			{ name: 'Defined Below', value: 'define', description: 'Enter each column with its type' },
			{
				name: 'Input Items',
				value: 'items',
				description: 'Take the fields of all input items and find a type that fits every value',
			},
			{ name: 'JSON', value: 'json', description: 'Give the columns as JSON, as Domo writes them' },
		],
	},
	{ ...columnListField, displayOptions: { show: { schemaSource: ['define'] } } },
	{
		displayName: 'Columns (JSON)',
		name: 'columnsJson',
		type: 'json',
		default: '[\n  { "name": "id", "type": "LONG" },\n  { "name": "name", "type": "STRING" }\n]',
		description:
			'A list of columns, each with a name and a type: STRING, DECIMAL, LONG, DOUBLE, DATE or DATETIME',
		displayOptions: { show: { schemaSource: ['json'] } },
	},
];

/**
 * The columns a new DataSet is to have.
 *
 * @throws InputError for columns that Domo can't take
 */
export async function readSchemaColumns(context: OperationContext, itemIndex: number): Promise<Column[]> {
	const source = context.node.getNodeParameter('schemaSource', itemIndex);
	checkOptionValues(schemaFields, { schemaSource: source });
	if (source === 'items') {
		const { columns } = await inferColumns(
			await flatItems(context, context.items, readNestedFields(additionalFields(context, itemIndex))),
			{ ...DEFAULT_VALUE_OPTIONS, workflowTimeZone: context.node.getTimezone() },
		);
		return columns;
	}
	if (source === 'json') {
		const json = context.node.getNodeParameter('columnsJson', itemIndex);
		return parseColumnsJson(typeof json === 'string' ? json : (JSON.stringify(json) ?? ''));
	}
	return listedColumns(context.node.getNodeParameter('columns', itemIndex, {}));
}

/** What is set under 'Additional Fields'. @throws InputError for what is no collection */
export function additionalFields({ node }: OperationContext, itemIndex: number): Record<string, unknown> {
	return fieldsOfParameter(
		node.getNodeParameter('additionalFields', itemIndex, {}),
		'Additional Fields',
		itemIndex,
	);
}

/** Whether a new DataSet's columns come from all items together. @throws InputError where items differ in it */
export async function takesColumnsFromItems(context: OperationContext): Promise<boolean> {
	return (
		(await readForAllItems(context, 'schemaSource', 'Columns From', (itemIndex) =>
			context.node.getNodeParameter('schemaSource', itemIndex),
		)) === 'items'
	);
}

/** The columns of a `columnListField`. @throws InputError */
export function listedColumns(value: unknown): Column[] {
	const given = [fieldsOfParameter(value, 'Columns').column ?? []].flat();
	const columns = given.map((entry, index) => {
		const { name, type } = fieldsOfParameter(entry, `Columns, Column ${index + 1}`);
		return { name: textOf(name, `Name of column ${index + 1}`), type: type as Column['type'] };
	});
	checkColumns(columns);
	return columns;
}
