import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { createPolicy } from '../../../../domo/policies';
import type { Policy } from '../../../../domo/types';
import { InputError } from '../../../../transfer/inputError';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { checkOptionValues } from '../../../shared/fields/optionValues';
import { forEachItem } from '../../../shared/run/operation';
import { explainUnknown } from '../../../shared/run/unknownOutcome';
import {
	filtersField,
	groupsField,
	pickedGroupsField,
	pickedUsersField,
	policyNameField,
	readPolicy,
	usersField,
} from './policyFields';

const showAllRowsField: INodeProperties = {
	displayName: 'Show All Rows',
	name: 'showAllRows',
	type: 'boolean',
	default: false,
	description:
		'Whether to create the policy without filters. Its users and groups then see every row of the DataSet.',
};

export const description: INodeProperties[] = [
	dataSetIdField,
	{ ...policyNameField, required: true },
	filtersField,
	showAllRowsField,
	pickedUsersField,
	pickedGroupsField,
	usersField,
	groupsField,
];

export const execute = forEachItem(async (context, itemIndex) => {
	const read = (name: string) => context.node.getNodeParameter(name, itemIndex);
	const dataSetId = readDataSetId(context, itemIndex);
	const given = readPolicy({
		name: read('name'),
		filters: read('filters'),
		users: read('users'),
		groups: read('groups'),
		pickedUsers: read('pickedUsers'),
		pickedGroups: read('pickedGroups'),
	});
	const policy = { ...given, type: 'user' } as Policy;
	const showsAll = read('showAllRows');
	checkOptionValues([showAllRowsField], { showAllRows: showsAll });
	requireOneOf(policy.filters.length > 0, showsAll === true, itemIndex);
	if (policy.filters.length === 0) {
		context.hint(
			`The policy '${policy.name}' has no filter, so it holds back no row from its users and groups.`,
		);
	}
	return (await createPolicy(context.client, dataSetId, policy).catch((error: unknown) => {
		throw explainUnknown(
			error,
			`the policy '${policy.name}' was created`,
			"List the DataSet's policies with 'Get Many' before you run this again, or it may be there twice.",
		);
	})) as unknown as IDataObject;
});

/** n8n drops an expression for all of 'Filters' in an imported workflow: only the switch says that none are wanted. */
function requireOneOf(hasFilters: boolean, showsAll: boolean, itemIndex: number): void {
	if (hasFilters !== showsAll) return;
	if (hasFilters) {
		throw new InputError(
			'POLICY_FILTERS_CONTRADICT',
			"'Filters' has filters, and 'Show All Rows' is on. The policy was not created",
			"Switch 'Show All Rows' off to use the filters, or remove them.",
			itemIndex,
		);
	}
	throw new InputError(
		'POLICY_NO_FILTER_LEFT',
		"'Filters' is empty, and without a filter the users and groups of the policy would see every row. The policy was not created",
		"Add a filter. To create the policy without one, switch on 'Show All Rows'.",
		itemIndex,
	);
}
