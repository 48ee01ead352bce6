import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { createDataSet } from '../../../domo/dataSets';
import type { DataSet } from '../../../domo/types';
import { InputError } from '../../../transfer/inputError';
import { readSchemaColumns, schemaFields } from '../../shared/columnsInput';
import { forEachItem, onceForAllItems, type Operation, type OperationContext } from '../../shared/operation';
import { readForAllItems } from '../../shared/sameForAllItems';
import { summaryItem } from '../../shared/summaryItem';
import { explainUnknown } from '../../shared/unknownOutcome';

export const description: INodeProperties[] = [
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Sales by Region',
		description: 'What the DataSet is called in Domo. Names need not be unique there.',
	},
	...schemaFields,
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				displayName: 'Description',
				name: 'description',
				type: 'string',
				typeOptions: { rows: 3 },
				default: '',
				description: 'What the DataSet holds, as shown in Domo',
			},
		],
	},
];

const createForEachItem = forEachItem(
	async (context, itemIndex) => (await create(context, itemIndex, readName(context, itemIndex))) as unknown as IDataObject,
);

const createFromAllItems = onceForAllItems(async (context) => {
	const name = readForAllItems(context, 'name', 'Name', (itemIndex) => readName(context, itemIndex));
	const dataSet = await create(context, 0, name);
	return [summaryItem(dataSet as unknown as IDataObject, context.items.length)];
});

export const execute: Operation['execute'] = async (context) => {
	// Columns that come from all items make one DataSet.
	const source = context.node.getNodeParameter('schemaSource', 0);
	return await (source === 'items' ? createFromAllItems : createForEachItem)(context);
};

async function create(context: OperationContext, itemIndex: number, name: string): Promise<DataSet> {
	const columns = await readSchemaColumns(context, itemIndex);
	const more = context.node.getNodeParameter('additionalFields', itemIndex, {}) as { description?: string };
	return await createDataSet(context.client, { name, ...more, schema: { columns } }).catch((error: unknown) => {
		throw explainUnknown(
			error,
			`the DataSet '${name}' was created`,
			`Look in Domo for a DataSet named '${name}' before you run this again, or there may be two of them.`,
		);
	});
}

function readName(context: OperationContext, itemIndex: number): string {
	const name = String(context.node.getNodeParameter('name', itemIndex) ?? '').trim();
	if (name !== '') return name;
	throw new InputError("'Name' is empty", 'Give the new DataSet a name.', itemIndex);
}
