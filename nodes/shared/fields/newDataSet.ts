import type { INodeProperties } from 'n8n-workflow';

import type { Column } from '../../../domo/types';
import type { OperationContext } from '../run/operation';
import { readForAllItems } from '../run/sameForAllItems';
import { additionalFields, readSchemaColumns, schemaFields } from './columnsInput';
import { nestedFieldsFields, readNestedFields } from './nestedFields';
import { requiredTextOf, textOf } from './textParameter';

export const dataSetNameField: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	description: 'What the DataSet is called in Domo. Names need not be unique there.',
};

export const dataSetDescriptionField: INodeProperties = {
	displayName: 'Description',
	name: 'description',
	type: 'string',
	typeOptions: { rows: 3 },
	default: '',
	description: 'What the DataSet holds, as shown in Domo',
};

/** What a new DataSet is called, and its columns. */
export const newDataSetFields: INodeProperties[] = [
	{ ...dataSetNameField, required: true, placeholder: 'e.g. Sales by Region' },
	...schemaFields,
];

export const newDataSetMoreFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [
		dataSetDescriptionField,
		...nestedFieldsFields.map((field) => ({
			...field,
			displayOptions: { show: { '/schemaSource': ['items'] } },
		})),
	].sort((a, b) => a.displayName.localeCompare(b.displayName)),
};

/** A DataSet as Domo's API takes a new one. */
export interface NewDataSet {
	name: string;
	description?: string;
	schema: { columns: Column[] };
}

/** @throws InputError for a DataSet without a name, or with columns that Domo can't take */
export async function readNewDataSet(context: OperationContext, itemIndex: number): Promise<NewDataSet> {
	const name = requiredTextOf(
		context.node.getNodeParameter('name', itemIndex),
		'Name',
		'Give the new DataSet a name.',
		itemIndex,
	);
	const columns = await readSchemaColumns(context, itemIndex);
	const description = readDescription(context, itemIndex);
	return { name, ...(description ? { description } : {}), schema: { columns } };
}

/** For one DataSet made of all items. @throws InputError where items differ in its name or description */
export async function requireOneNewDataSet(context: OperationContext): Promise<void> {
	await readForAllItems(context, 'name', 'Name', (itemIndex) =>
		context.node.getNodeParameter('name', itemIndex, ''),
	);
	await readForAllItems(context, 'additionalFields', 'Additional Fields', (itemIndex) => ({
		description: readDescription(context, itemIndex),
		...readNestedFields(additionalFields(context, itemIndex)),
	}));
}

function readDescription(context: OperationContext, itemIndex: number): string {
	return textOf(additionalFields(context, itemIndex).description, 'Description', itemIndex);
}
