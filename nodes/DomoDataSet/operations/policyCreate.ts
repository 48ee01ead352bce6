import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { createPolicy } from '../../../domo/policies';
import type { Policy } from '../../../domo/types';
import { dataSetIdField, readDataSetId } from '../../shared/dataSetLocator';
import { forEachItem } from '../../shared/operation';
import { explainUnknown } from '../../shared/unknownOutcome';
import { filtersField, groupsField, policyNameField, readPolicy, usersField } from '../policyFields';

export const description: INodeProperties[] = [
	dataSetIdField,
	{ ...policyNameField, required: true },
	filtersField,
	usersField,
	groupsField,
];

export const execute = forEachItem(async (context, itemIndex) => {
	const read = (name: string) => context.node.getNodeParameter(name, itemIndex);
	const dataSetId = readDataSetId(context, itemIndex);
	const given = readPolicy({ name: read('name'), filters: read('filters'), users: read('users'), groups: read('groups') });
	const policy = { ...given, type: 'user' } as Policy;
	if (policy.filters.length === 0) {
		context.hint(`The policy '${policy.name}' has no filter, so it holds back no row from its users and groups.`);
	}
	return (await createPolicy(context.client, dataSetId, policy).catch((error: unknown) => {
		throw explainUnknown(
			error,
			`the policy '${policy.name}' was created`,
			"List the DataSet's policies with 'Get Many' before you run this again, or it may be there twice.",
		);
	})) as unknown as IDataObject;
});
