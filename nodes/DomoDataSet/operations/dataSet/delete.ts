import type { INodeProperties } from 'n8n-workflow';

import { deleteDataSet } from '../../../../domo/dataSets';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { forEachItem } from '../../../shared/run/operation';
import { explainUnknown } from '../../../shared/run/unknownOutcome';

export const description: INodeProperties[] = [
	dataSetIdField,
	{
		displayName: 'The DataSet is permanently deleted with all its rows. This cannot be undone.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
	},
];

export const execute = forEachItem(async (context, itemIndex) => {
	const dataSetId = readDataSetId(context, itemIndex);
	await deleteDataSet(context.client, dataSetId).catch((error: unknown) => {
		throw explainUnknown(
			error,
			`the DataSet ${dataSetId} was deleted`,
			'Run it again: if Domo then finds no such DataSet, it is gone.',
		);
	});
	return { deleted: true, dataSetId };
});
