import type { INodeProperties } from 'n8n-workflow';

import {
	POLICY_OPERATORS,
	type Policy,
	type PolicyFilter,
	type PolicyOperator,
} from '../../../../domo/types';
import { InputError } from '../../../../transfer/inputError';
import { groupLocator, userLocator } from '../../../shared/editor/personLocators';
import { fieldsOfParameter, requiredTextOf, textOf } from '../../../shared/fields/textParameter';
import type { OperationContext } from '../../../shared/run/operation';
import { shownOrMissing, shownValue } from '../../../../transfer/shownValue';
import { isInvisible } from '../../../../transfer/columns/looseName';

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
					options: POLICY_OPERATORS.map((operator) => ({
						name: operator.replace(/_/g, ' '),
						value: operator,
					})),
				},
				{
					displayName: 'Values',
					name: 'values',
					type: 'string',
					typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Value' },
					default: [],
					description:
						'What the column is compared with. All values of a filter together must have fewer than 255 characters.',
				},
			],
		},
	],
};

/** Users by name; those of `usersField` are for the policy, too. */
export const pickedUsersField: INodeProperties = {
	displayName: 'Users',
	name: 'pickedUsers',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add User',
	default: {},
	description: 'The users the policy is for',
	options: [{ displayName: 'User', name: 'user', values: [userLocator] }],
};

/** Groups by name; those of `groupsField` are for the policy, too. */
export const pickedGroupsField: INodeProperties = {
	displayName: 'Groups',
	name: 'pickedGroups',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Group',
	default: {},
	description: 'The groups the policy is for',
	options: [{ displayName: 'Group', name: 'group', values: [groupLocator] }],
};

export const usersField: INodeProperties = {
	displayName: 'User IDs',
	name: 'users',
	type: 'string',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add User ID' },
	default: [],
	description:
		'Further users the policy is for, by their number in Domo. An expression may give a list of them.',
};

export const groupsField: INodeProperties = {
	displayName: 'Group IDs',
	name: 'groups',
	type: 'string',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Group ID' },
	default: [],
	description:
		'Further groups the policy is for, by their number in Domo. An expression may give a list of them.',
};

/** @throws InputError */
export function readPolicyId(context: OperationContext, itemIndex: number): number {
	const text = textOf(context.node.getNodeParameter('policyId', itemIndex), 'Policy ID', itemIndex);
	if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
	throw new InputError(
		'POLICY_NOT_CHOSEN',
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
	pickedUsers?: unknown;
	pickedGroups?: unknown;
}

const POLICY_FIELDS: Record<keyof GivenPolicy, string> = {
	name: 'Name',
	filters: 'Filters',
	users: 'User IDs',
	groups: 'Group IDs',
	pickedUsers: 'Users',
	pickedGroups: 'Groups',
};

/**
 * The given parts in Domo's form.
 *
 * @throws InputError for a part that is null or undefined, a filter without column or value, values that are too long together, IDs that are no numbers
 */
export function readPolicy(given: GivenPolicy): Partial<Policy> {
	// An expression that gives nothing would take all filters, users or groups away, or change nothing without a word.
	for (const [field, displayName] of Object.entries(POLICY_FIELDS)) {
		const value = given[field as keyof GivenPolicy];
		if (!(field in given) || (value !== undefined && value !== null)) continue;
		throw new InputError(
			'OPTION_EMPTY',
			`'${displayName}' is ${String(value)}. Nothing was changed in Domo`,
			'Correct the expression, or remove the field.',
		);
	}
	const { name, filters } = given;
	const users = readMembers(given, 'users', 'pickedUsers', 'user');
	const groups = readMembers(given, 'groups', 'pickedGroups', 'group');
	return {
		...(name === undefined ? {} : { name: readName(name) }),
		...(filters === undefined ? {} : { filters: readFilters(filters) }),
		...(users === undefined ? {} : { users }),
		...(groups === undefined ? {} : { groups }),
	};
}

const readName = (value: unknown) => requiredTextOf(value, 'Name', 'Give the policy a name.');

function readFilters(value: unknown): PolicyFilter[] {
	const given = [fieldsOfParameter(value, 'Filters').filter ?? []].flat();
	return given.map((entry, index) => {
		// A default is for what was left out: one in the place of an expression's missing value could turn the filter around.
		const { column, operator, values, not }: Record<string, unknown> = {
			operator: 'EQUALS',
			not: false,
			...fieldsOfParameter(entry, `Filters, Filter ${index + 1}`),
		};
		const name = textOf(column, 'Column Name or ID');
		if (name === '')
			throw new InputError(
				'POLICY_FILTER_COLUMN',
				`Filter ${index + 1} has no column`,
				"Choose a column of the DataSet in 'Column Name or ID'.",
			);
		if (typeof not !== 'boolean') {
			throw new InputError(
				'POLICY_FILTER_NOT',
				`Filter ${index + 1} on '${name}' has ${shownValue(not)} under 'Not'`,
				'It must be true or false, and not a text.',
			);
		}
		if (!POLICY_OPERATORS.includes(operator as PolicyOperator)) {
			throw new InputError(
				'POLICY_FILTER_OPERATOR',
				`Filter ${index + 1} on '${name}' has the operator ${shownValue(operator)}, which Domo does not know`,
				`Use one of ${POLICY_OPERATORS.join(', ')}.`,
			);
		}
		const texts = listOf(values).map((text, position) => filterValue(text, name, index, position));
		if (texts.length === 0) {
			throw new InputError(
				'POLICY_FILTER_NO_VALUE',
				`Filter ${index + 1} on '${name}' has no value`,
				"Add at least one under 'Values'.",
			);
		}
		const characters = texts.reduce((sum, text) => sum + text.length, 0);
		if (characters >= FILTER_VALUES_LIMIT_CHARACTERS) {
			throw new InputError(
				'POLICY_FILTER_TOO_LONG',
				`The values of filter ${index + 1} on '${name}' have ${characters} characters together, and Domo takes fewer than ${FILTER_VALUES_LIMIT_CHARACTERS}`,
				'Use fewer or shorter values, or an operator such as BEGINS_WITH that needs fewer.',
			);
		}
		return { column: name, operator: operator as PolicyOperator, values: texts, not };
	});
}

/** A missing value would become a word such as "undefined", and a policy with 'Not' would then show every row. */
function filterValue(value: unknown, column: string, filter: number, position: number): string {
	const isText =
		['string', 'boolean', 'bigint'].includes(typeof value) ||
		(typeof value === 'number' && Number.isFinite(value));
	if (isText && !isInvisible(String(value))) return String(value);
	const what = isText ? 'empty' : shownOrMissing(value);
	throw new InputError(
		'POLICY_FILTER_VALUE',
		`Value ${position + 1} of filter ${filter + 1} on '${column}' is ${what}. Nothing was changed in Domo`,
		'Give a text or a number. If it comes from an expression, check that the field exists in every item.',
	);
}

/**
 * The IDs of both fields together, each once.
 *
 * @returns undefined where neither was given: an empty list of pickers takes no users or groups away
 */
function readMembers(
	given: GivenPolicy,
	byId: 'users' | 'groups',
	picked: 'pickedUsers' | 'pickedGroups',
	entryName: string,
): number[] | undefined {
	const displayName = POLICY_FIELDS[picked];
	const pickers = [fieldsOfParameter(given[picked], displayName)[entryName] ?? []].flat();
	if (given[byId] === undefined && pickers.length === 0) return undefined;
	const ids = pickers.flatMap((entry, index) => {
		const { id } = fieldsOfParameter(entry, displayName);
		const chosen = listOf(isLocator(id) ? id.value : id);
		if (chosen.every((each) => typeof each === 'string' && each.trim() === ''))
			throw notChosen(displayName, index);
		return readIds(chosen, displayName);
	});
	return [...new Set([...ids, ...readIds(given[byId], POLICY_FIELDS[byId])])];
}

function isLocator(value: unknown): value is { value?: unknown } {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && 'value' in value;
}

function notChosen(displayName: string, index: number): InputError {
	return new InputError(
		'POLICY_IDS',
		`Entry ${index + 1} of '${displayName}' is empty. Nothing was changed in Domo`,
		'Choose from the list, give an ID, or remove the entry.',
	);
}

/** A text may hold several, parted by commas. */
function readIds(value: unknown, displayName: string): number[] {
	const entries = listOf(value).flatMap((entry) => (typeof entry === 'string' ? entry.split(',') : [entry]));
	return entries.map((entry) => {
		const text = textOf(entry, displayName);
		if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
		throw new InputError(
			'POLICY_IDS',
			`'${text}' in '${displayName}' is not a whole number`,
			'Give the IDs as Domo shows them.',
		);
	});
}

/** One expression may give a whole list where one value stands. */
function listOf(value: unknown): unknown[] {
	if (value === undefined || value === null) return [];
	// An empty list beside other values is a value that is missing.
	const isListOfLists = Array.isArray(value) && value.length > 1;
	return [value]
		.flat(1)
		.flatMap((entry) => (isListOfLists && isEmptyList(entry) ? [undefined] : entry)) as unknown[];
}

function isEmptyList(value: unknown): boolean {
	return Array.isArray(value) && value.length === 0;
}
