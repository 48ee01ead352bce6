import type { IDataObject } from 'n8n-workflow';

import { getDataSet } from '../../../../domo/dataSets';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { forEachItem } from '../../../shared/run/operation';

export const description = [dataSetIdField];

export const execute = forEachItem(
	async (context, itemIndex) =>
		(await getDataSet(context.client, readDataSetId(context, itemIndex))) as unknown as IDataObject,
);
