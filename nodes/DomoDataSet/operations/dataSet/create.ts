import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { createDataSet } from '../../../../domo/dataSets';
import { takesColumnsFromItems } from '../../../shared/fields/columnsInput';
import {
	newDataSetFields,
	newDataSetMoreFields,
	readNewDataSet,
	requireOneNewDataSet,
} from '../../../shared/fields/newDataSet';
import {
	forEachItem,
	onceForAllItems,
	type Operation,
	type OperationContext,
} from '../../../shared/run/operation';
import { summaryItem } from '../../../shared/run/summaryItem';
import { explainUnknown } from '../../../shared/run/unknownOutcome';

export const description: INodeProperties[] = [...newDataSetFields, newDataSetMoreFields];

const createForEachItem = forEachItem(create);

const createFromAllItems = onceForAllItems(async (context) => {
	await requireOneNewDataSet(context);
	return [summaryItem(await create(context, 0), context.items.length)];
});

export const execute: Operation['execute'] = async (context) => {
	// Columns that come from all items make one DataSet.
	return await ((await takesColumnsFromItems(context)) ? createFromAllItems : createForEachItem)(context);
};

async function create(context: OperationContext, itemIndex: number): Promise<IDataObject> {
	const dataSet = await readNewDataSet(context, itemIndex);
	const created = await createDataSet(context.client, dataSet).catch((error: unknown) => {
		throw explainUnknown(
			error,
			`the DataSet '${dataSet.name}' was created`,
			`Look in Domo for a DataSet named '${dataSet.name}' before you run this again, or there may be two of them.`,
		);
	});
	return created as unknown as IDataObject;
}
