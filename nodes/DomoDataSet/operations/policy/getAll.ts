import type { IDataObject } from 'n8n-workflow';

import { listPolicies } from '../../../../domo/policies';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { limitFields, readLimit } from '../../../shared/fields/limitFields';
import { forEachItem } from '../../../shared/run/operation';

export const description = [dataSetIdField, ...limitFields];

export const execute = forEachItem(async (context, itemIndex) => {
	const limit = readLimit(context, itemIndex);
	const policies = await listPolicies(context.client, readDataSetId(context, itemIndex));
	return policies.slice(0, limit) as unknown as IDataObject[];
});
