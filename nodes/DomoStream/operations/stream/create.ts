import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { createStream, type NewStream } from '../../../../domo/streams';
import type { Column, UpdateMethod } from '../../../../domo/types';
import { InputError } from '../../../../transfer/inputError';
import { takesColumnsFromItems } from '../../../shared/fields/columnsInput';
import {
	newDataSetFields,
	newDataSetMoreFields,
	readNewDataSet,
	requireOneNewDataSet,
} from '../../../shared/fields/newDataSet';
import { textListOf } from '../../../shared/fields/textParameter';
import {
	forEachItem,
	onceForAllItems,
	type Operation,
	type OperationContext,
} from '../../../shared/run/operation';
import { readForAllItems } from '../../../shared/run/sameForAllItems';
import { summaryItem } from '../../../shared/run/summaryItem';
import { explainUnknown } from '../../../shared/run/unknownOutcome';
import { readUpdateMethod, streamUpdateMethodFields } from '../../updateMethodFields';

export const description: INodeProperties[] = [
	...newDataSetFields,
	...streamUpdateMethodFields,
	{
		displayName: 'Key Columns for Upsert',
		name: 'keyColumnNames',
		type: 'string',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Key Column' },
		default: [],
		placeholder: 'e.g. order_number',
		description:
			"Columns that identify a row. With them, each upload is an upsert: a row whose key is already in the DataSet replaces the earlier one. Upsert must be enabled in the Domo instance, and key columns can't have empty values or duplicates within one upload.",
		displayOptions: { show: { updateMethod: ['APPEND'] } },
	},
	newDataSetMoreFields,
];

/** Columns taken from the items make one Stream of all items; else each item makes its own. */
export const execute: Operation['execute'] = async (context) => {
	return await ((await takesColumnsFromItems(context)) ? createOne(context) : createEach(context));
};

const createEach = forEachItem(async (context, itemIndex) => await create(context, itemIndex));

const createOne = onceForAllItems(async (context): Promise<INodeExecutionData[]> => {
	const asked = (itemIndex: number, name: string) => context.node.getNodeParameter(name, itemIndex, '');
	await requireOneNewDataSet(context);
	await readForAllItems(context, 'updateMethod', 'Update Method', (itemIndex) =>
		asked(itemIndex, 'updateMethod'),
	);
	await readForAllItems(context, 'keyColumnNames', 'Key Columns for Upsert', (itemIndex) =>
		asked(itemIndex, 'keyColumnNames'),
	);
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
	const dataSet = await readNewDataSet(context, itemIndex);
	const updateMethod = readUpdateMethod(context, itemIndex);
	const keyColumnNames = readKeyColumnNames(context, itemIndex, dataSet.schema.columns, updateMethod);
	return {
		dataSet,
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
	const given = textListOf(
		context.node.getNodeParameter('keyColumnNames', itemIndex, []),
		'Key Columns for Upsert',
		itemIndex,
	);
	const names = [...new Set(given)];
	const unknown = names.find((wanted) => !columns.some(({ name }) => name === wanted));
	if (unknown === undefined) return names;
	throw new InputError(
		'COLUMN_KEY_MISSING',
		`'Key Columns for Upsert' names '${unknown}', which is not among the columns. Nothing was created`,
		`The columns are ${columns.map(({ name }) => `'${name}'`).join(', ')}. Upper and lower case matter.`,
	);
}
