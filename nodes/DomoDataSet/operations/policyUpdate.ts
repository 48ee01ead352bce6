import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { getPolicy, updatePolicy } from '../../../domo/policies';
import { InputError } from '../../../transfer/inputError';
import { dataSetIdField, readDataSetId } from '../../shared/dataSetLocator';
import { forEachItem } from '../../shared/operation';
import { explainUnknown } from '../../shared/unknownOutcome';
import {
	filtersField,
	groupsField,
	policyIdField,
	policyNameField,
	readPolicy,
	readPolicyId,
	usersField,
	type GivenPolicy,
} from '../policyFields';

export const description: INodeProperties[] = [
	dataSetIdField,
	policyIdField,
	{
		displayName: 'Update Fields',
		name: 'updateFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		description: 'What is not added here stays as it is',
		options: [filtersField, groupsField, policyNameField, usersField],
	},
];

export const execute = forEachItem(async (context, itemIndex) => {
	const dataSetId = readDataSetId(context, itemIndex);
	const policyId = readPolicyId(context, itemIndex);
	const change = readPolicy(context.node.getNodeParameter('updateFields', itemIndex, {}) as GivenPolicy);
	if (Object.keys(change).length === 0) {
		throw new InputError("Nothing is chosen under 'Update Fields'", 'Add the fields that are to change.', itemIndex);
	}
	// Domo replaces a policy as a whole: what is not to change is sent as it is.
	const present = await getPolicy(context.client, dataSetId, policyId);
	return (await updatePolicy(context.client, dataSetId, policyId, { ...present, ...change }).catch((error: unknown) => {
		throw explainUnknown(error, `the policy ${policyId} was changed`, 'Run it again: the same change twice does no harm.');
	})) as unknown as IDataObject;
});
