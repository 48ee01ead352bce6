import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { getPolicy, updatePolicy } from '../../../../domo/policies';
import type { Policy } from '../../../../domo/types';
import { InputError } from '../../../../transfer/inputError';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { forEachItem } from '../../../shared/run/operation';
import { checkOptionValues } from '../../../shared/fields/optionValues';
import { fieldsOfParameter } from '../../../shared/fields/textParameter';
import { explainUnknown } from '../../../shared/run/unknownOutcome';
import {
	filtersField,
	groupsField,
	pickedGroupsField,
	pickedUsersField,
	policyIdField,
	policyNameField,
	readPolicy,
	readPolicyId,
	usersField,
} from './policyFields';

const removeAllFiltersField: INodeProperties = {
	displayName: 'Remove All Filters',
	name: 'removeAllFilters',
	type: 'boolean',
	default: false,
	description:
		'Whether to remove all filters of the policy. Its users and groups then see every row of the DataSet.',
};

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
		options: [
			filtersField,
			groupsField,
			pickedGroupsField,
			policyNameField,
			removeAllFiltersField,
			usersField,
			pickedUsersField,
		],
	},
];

export const execute = forEachItem(async (context, itemIndex) => {
	const dataSetId = readDataSetId(context, itemIndex);
	const policyId = readPolicyId(context, itemIndex);
	const fields = fieldsOfParameter(
		context.node.getNodeParameter('updateFields', itemIndex, {}),
		'Update Fields',
		itemIndex,
	);
	checkOptionValues([removeAllFiltersField], fields);
	const change = withFilterRemoval(readPolicy(fields), fields.removeAllFilters === true);
	if (Object.keys(change).length === 0) {
		throw new InputError(
			'OPTION_NOTHING_TO_CHANGE',
			"Nothing is chosen under 'Update Fields'",
			'Add the fields that are to change.',
			itemIndex,
		);
	}
	// Domo replaces a policy as a whole: what is not to change is sent as it is.
	const present = await getPolicy(context.client, dataSetId, policyId);
	return (await updatePolicy(context.client, dataSetId, policyId, { ...present, ...change }).catch(
		(error: unknown) => {
			throw explainUnknown(
				error,
				`the policy ${policyId} was changed`,
				'Run it again: the same change twice does no harm.',
			);
		},
	)) as unknown as IDataObject;
});

/** Without a filter, a policy shows every row: that is done only where it is asked for. */
function withFilterRemoval(change: Partial<Policy>, removesAll: boolean): Partial<Policy> {
	const { filters } = change;
	if (removesAll && filters !== undefined && filters.length > 0) {
		throw new InputError(
			'POLICY_FILTERS_CONTRADICT',
			"'Filters' has filters, and 'Remove All Filters' is on. The policy was not changed",
			"Switch 'Remove All Filters' off to use the filters, or remove them.",
		);
	}
	if (removesAll) return { ...change, filters: [] };
	if (filters === undefined || filters.length > 0) return change;
	throw new InputError(
		'POLICY_NO_FILTER_LEFT',
		"'Filters' is empty, and without a filter the users and groups of the policy would see every row. The policy was not changed",
		"Add a filter, or remove 'Filters' to keep the present ones. To remove them, switch on 'Remove All Filters'.",
	);
}
