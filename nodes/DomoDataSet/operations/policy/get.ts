import type { IDataObject } from 'n8n-workflow';

import { getPolicy } from '../../../../domo/policies';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { forEachItem } from '../../../shared/run/operation';
import { policyIdField, readPolicyId } from './policyFields';

export const description = [dataSetIdField, policyIdField];

export const execute = forEachItem(async (context, itemIndex) => {
	const dataSetId = readDataSetId(context, itemIndex);
	return (await getPolicy(
		context.client,
		dataSetId,
		readPolicyId(context, itemIndex),
	)) as unknown as IDataObject;
});
