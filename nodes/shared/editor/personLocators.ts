import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';

import type { DomoClient } from '../../../domo/client';
import { listGroups, listUsers } from '../../../domo/people';
import type { Group, User } from '../../../domo/types';
import { toNodeError } from '../n8n/nodeError';
import { domoClient } from '../n8n/send';
import { matchesFilter } from './listFilter';

/** So many are shown at once; the list goes on as the user scrolls. */
const SHOWN_AT_ONCE = 500;
/** Domo can't search users or groups by name: this many are read, in ten requests, and one more says whether there are others. */
const MOST_READ = 5_000;

function personLocator(displayName: string, searchListMethod: string): INodeProperties {
	const what = displayName.toLowerCase();
	return {
		displayName,
		name: 'id',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		description: `A ${what} the policy is for`,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: `Choose a ${what}…`,
				typeOptions: { searchListMethod, searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: '42',
				hint: `The ${what}'s number in Domo`,
				validation: [
					{
						type: 'regex',
						properties: {
							regex: '\\s*\\d+\\s*',
							errorMessage: `Not the ID of a ${what} (a whole number)`,
						},
					},
				],
			},
		],
	};
}

/** The picker of a user: from a list, by name, or by ID. */
export const userLocator = personLocator('User', 'searchUsers');

/** The picker of a group. */
export const groupLocator = personLocator('Group', 'searchGroups');

/** Fills the list of users: those whose name, e-mail address or ID contains the filter, by name. */
export async function searchUsers(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchPeople(this, listUsers, userLabel, 'users', filter, paginationToken);
}

/** Fills the list of groups: those whose name or ID contains the filter, by name. */
export async function searchGroups(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchPeople(this, listGroups, groupLabel, 'groups', filter, paginationToken);
}

async function searchPeople<Person extends { id: number }>(
	context: ILoadOptionsFunctions,
	list: (client: DomoClient, limit: number) => Promise<Person[]>,
	labelOf: (person: Person) => string,
	what: 'users' | 'groups',
	filter = '',
	paginationToken = '0',
): Promise<INodeListSearchResult> {
	const offset = Number(paginationToken);
	try {
		const people = await list(await domoClient(context), MOST_READ + 1);
		const found = people
			.slice(0, MOST_READ)
			.map((person) => ({ name: labelOf(person), value: String(person.id) }))
			.filter(({ name, value }) => matchesFilter(`${name} ${value}`, filter))
			.sort((a, b) => a.name.localeCompare(b.name, 'en'));
		const end = offset + SHOWN_AT_ONCE;
		const results = found.slice(offset, end);
		if (found.length > end) return { results, paginationToken: String(end) };
		return { results: people.length <= MOST_READ ? results : [...results, cutRow(what)] };
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

/** Says in the list that there may be more: n8n has no other place for it. */
function cutRow(what: 'users' | 'groups'): INodeListSearchResult['results'][number] {
	return {
		name: `Only the first ${MOST_READ.toLocaleString('en-US')} ${what} were read: choose others with 'By ID'`,
		// No ID, so that choosing it is refused.
		value: `first ${MOST_READ} ${what}`,
	};
}

function userLabel({ id, name, email }: User): string {
	return `${shownName(name, `User ${id}`)}${email ? ` (${email})` : ''}`;
}

function groupLabel({ id, name, memberCount }: Group): string {
	const members =
		typeof memberCount === 'number'
			? ` (${memberCount.toLocaleString('en-US')} ${memberCount === 1 ? 'member' : 'members'})`
			: '';
	return `${shownName(name, `Group ${id}`)}${members}`;
}

function shownName(name: string | undefined, otherwise: string): string {
	return typeof name === 'string' && name.trim() !== '' ? name : otherwise;
}
