import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { createStream, type NewStream } from '../../../domo/streams';
import type { Column, UpdateMethod } from '../../../domo/types';
import { InputError } from '../../../transfer/inputError';
import { readSchemaColumns, schemaFields } from '../../shared/columnsInput';
import { forEachItem, onceForAllItems, type Operation, type OperationContext } from '../../shared/operation';
import { readForAllItems } from '../../shared/sameForAllItems';
import { summaryItem } from '../../shared/summaryItem';
import { explainUnknown } from '../../shared/unknownOutcome';
import { readUpdateMethod, streamUpdateMethodFields } from '../updateMethodFields';

export const description: INodeProperties[] = [
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Sales 2026',
		description: 'The name of the new DataSet that the Stream belongs to',
	},
	...schemaFields,
	...streamUpdateMethodFields,
	{
		displayName: 'Key Columns for Upsert',
		name: 'keyColumnNames',
		type: 'string',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Key Column' },
		default: [],
		placeholder: 'e.g. order_number',
		description:
			'Columns that tell rows apart. With them each upload is an upsert: a row whose key is already in the DataSet takes the place of the earlier one. Upsert must be enabled in the Domo instance; key columns hold no empty values and no duplicates within one upload.',
		displayOptions: { show: { updateMethod: ['APPEND'] } },
	},
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
				default: '',
				description: 'The description of the new DataSet',
			},
		],
	},
];

/** Columns taken from the items make one Stream of all items; else each item makes its own. */
export const execute: Operation['execute'] = async (context) => {
	const isOfItems = context.node.getNodeParameter('schemaSource', 0) === 'items';
	return await (isOfItems ? createOne(context) : createEach(context));
};

const createEach = forEachItem(async (context, itemIndex) => await create(context, itemIndex));

const createOne = onceForAllItems(async (context): Promise<INodeExecutionData[]> => {
	const asked = (itemIndex: number, name: string) => context.node.getNodeParameter(name, itemIndex, '');
	readForAllItems(context, 'name', 'Name', (itemIndex) => asked(itemIndex, 'name'));
	readForAllItems(context, 'updateMethod', 'Update Method', (itemIndex) => asked(itemIndex, 'updateMethod'));
	readForAllItems(context, 'keyColumnNames', 'Key Columns for Upsert', (itemIndex) => asked(itemIndex, 'keyColumnNames'));
	return [summaryItem(await create(context, 0), context.items.length)];
});

async function create(context: OperationContext, itemIndex: number): Promise<IDataObject> {
	const stream = await readNewStream(context, itemIndex);
	const created = await createStream(context.client, stream).catch((error: unknown) => {
		throw explainUnknown(
			error,
			`a Stream with the DataSet '${stream.dataSet.name}' was created`,
			'Look for that DataSet in Domo before running this again: a second run would create a second one.',
		);
	});
	return created as unknown as IDataObject;
}

async function readNewStream(context: OperationContext, itemIndex: number): Promise<NewStream> {
	const name = String(context.node.getNodeParameter('name', itemIndex)).trim();
	if (name === '') throw new InputError("'Name' is empty", 'Give the new DataSet a name.');
	const updateMethod = readUpdateMethod(context, itemIndex);
	const columns = await readSchemaColumns(context, itemIndex);
	const keyColumnNames = readKeyColumnNames(context, itemIndex, columns, updateMethod);
	const { description: text } = context.node.getNodeParameter('additionalFields', itemIndex, {}) as { description?: string };
	return {
		dataSet: { name, ...(text ? { description: text } : {}), schema: { columns } },
		updateMethod,
		...(keyColumnNames.length > 0 ? { keyColumnNames } : {}),
	};
}

function readKeyColumnNames(
	context: OperationContext,
	itemIndex: number,
	columns: readonly Column[],
	updateMethod: UpdateMethod,
): string[] {
	if (updateMethod !== 'APPEND') return [];
	const given = [context.node.getNodeParameter('keyColumnNames', itemIndex, [])].flat();
	const names = [...new Set(given.map((name) => String(name).trim()))].filter((name) => name !== '');
	const unknown = names.find((wanted) => !columns.some(({ name }) => name === wanted));
	if (unknown === undefined) return names;
	throw new InputError(
		`'Key Columns for Upsert' names '${unknown}', which is not among the columns. Nothing was created`,
		`The columns are ${columns.map(({ name }) => `'${name}'`).join(', ')}. Names are compared with upper and lower case.`,
	);
}
