import type { INodeProperties } from 'n8n-workflow';

import { POLICY_OPERATORS, type Policy, type PolicyFilter, type PolicyOperator } from '../../domo/types';
import { InputError } from '../../transfer/inputError';
import type { OperationContext } from '../shared/operation';

/** Domo's own limit: all values of one filter together stay under it. */
const FILTER_VALUES_LIMIT_CHARACTERS = 255;

export const policyIdField: INodeProperties = {
	displayName: 'Policy ID',
	name: 'policyId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 42',
	description: "The policy's number. The operation Get Many shows it.",
};

export const policyNameField: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. Only the West',
	description: 'What the policy is called in Domo',
};

export const filtersField: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Filter',
	default: {},
	description: 'Which rows the users and groups of this policy see',
	options: [
		{
			displayName: 'Filter',
			name: 'filter',
			values: [
				{
					displayName: 'Column Name or ID',
					name: 'column',
					type: 'options',
					typeOptions: { loadOptionsMethod: 'getColumnNames', loadOptionsDependsOn: ['dataSetId.value'] },
					default: '',
					description:
						'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
				},
				{
					displayName: 'Not',
					name: 'not',
					type: 'boolean',
					default: false,
					description: 'Whether the rows that do not match are shown instead',
				},
				{
					displayName: 'Operator',
					name: 'operator',
					type: 'options',
					default: 'EQUALS',
					options: POLICY_OPERATORS.map((operator) => ({ name: operator.replace(/_/g, ' '), value: operator })),
				},
				{
					displayName: 'Values',
					name: 'values',
					type: 'string',
					typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Value' },
					default: [],
					description: 'What the column is compared with. All values of a filter together must have fewer than 255 characters.',
				},
			],
		},
	],
};

export const usersField: INodeProperties = {
	displayName: 'User IDs',
	name: 'users',
	type: 'string',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add User' },
	default: [],
	description: "The users the policy is for, by their number in Domo",
};

export const groupsField: INodeProperties = {
	displayName: 'Group IDs',
	name: 'groups',
	type: 'string',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Group' },
	default: [],
	description: "The groups the policy is for, by their number in Domo",
};

/** @throws InputError */
export function readPolicyId(context: OperationContext, itemIndex: number): number {
	const text = String(context.node.getNodeParameter('policyId', itemIndex) ?? '').trim();
	if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
	throw new InputError(
		text === '' ? "'Policy ID' is empty" : `'${text}' in 'Policy ID' is not a policy's number`,
		"A policy's ID is a whole number; the operation 'Get Many' shows it.",
		itemIndex,
	);
}

/** What the user gave of a policy; undefined parts were not given. */
export interface GivenPolicy {
	name?: unknown;
	filters?: unknown;
	users?: unknown;
	groups?: unknown;
}

/**
 * The given parts in Domo's form.
 *
 * @throws InputError for a filter without column or value, values that are too long together, IDs that are no numbers
 */
export function readPolicy({ name, filters, users, groups }: GivenPolicy): Partial<Policy> {
	return {
		...(name === undefined ? {} : { name: readName(name) }),
		...(filters === undefined ? {} : { filters: readFilters(filters) }),
		...(users === undefined ? {} : { users: readIds(users, 'User IDs') }),
		...(groups === undefined ? {} : { groups: readIds(groups, 'Group IDs') }),
	};
}

function readName(value: unknown): string {
	const name = String(value ?? '').trim();
	if (name === '') throw new InputError("The policy's 'Name' is empty", 'Give the policy a name.');
	return name;
}

interface GivenFilter {
	column?: unknown;
	operator?: PolicyOperator;
	values?: unknown;
	not?: boolean;
}

function readFilters(value: unknown): PolicyFilter[] {
	const given = (value as { filter?: GivenFilter[] } | null)?.filter ?? [];
	return given.map(({ column, operator = 'EQUALS', values, not = false }, index) => {
		const name = String(column ?? '').trim();
		if (name === '') throw new InputError(`Filter ${index + 1} has no column`, "Choose a column of the DataSet in 'Column Name or ID'.");
		if (!POLICY_OPERATORS.includes(operator)) {
			throw new InputError(
				`Filter ${index + 1} on '${name}' has the operator '${String(operator)}', which Domo does not know`,
				`Use one of ${POLICY_OPERATORS.join(', ')}.`,
			);
		}
		const texts = listOf(values).map(String);
		if (texts.length === 0) {
			throw new InputError(`Filter ${index + 1} on '${name}' has no value`, "Add at least one under 'Values'.");
		}
		const characters = texts.reduce((sum, text) => sum + text.length, 0);
		if (characters >= FILTER_VALUES_LIMIT_CHARACTERS) {
			throw new InputError(
				`The values of filter ${index + 1} on '${name}' have ${characters} characters together, and Domo takes fewer than ${FILTER_VALUES_LIMIT_CHARACTERS}`,
				'Use fewer or shorter values, or an operator such as BEGINS_WITH that needs fewer.',
			);
		}
		return { column: name, operator, values: texts, not };
	});
}

function readIds(value: unknown, displayName: string): number[] {
	return listOf(value).map((entry) => {
		const text = String(entry ?? '').trim();
		if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
		throw new InputError(`'${text}' in '${displayName}' is not a whole number`, 'Give the IDs as Domo shows them.');
	});
}

/** One expression may give a whole list where one value stands. */
function listOf(value: unknown): unknown[] {
	return value === undefined || value === null ? [] : [value].flat(2);
}
