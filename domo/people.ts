/** The users and groups of a Domo instance, as far as policies name them. They need the scope `user`. */
import type { DomoClient } from './client';
import { DomoError } from './errors';
import { readPages } from './paging';
import type { Group, User } from './types';

/** Domo's own limit for one page of users or groups. */
const PAGE_SIZE = 500;

/** Lists users, page by page, up to `limit`. @throws DomoError */
export async function listUsers(client: DomoClient, limit: number): Promise<User[]> {
	return await listPeople<User>(client, 'users', limit);
}

/** Lists groups, page by page, up to `limit`. @throws DomoError */
export async function listGroups(client: DomoClient, limit: number): Promise<Group[]> {
	return await listPeople<Group>(client, 'groups', limit);
}

async function listPeople<Person extends User | Group>(
	client: DomoClient,
	what: 'users' | 'groups',
	limit: number,
): Promise<Person[]> {
	return await readPages(PAGE_SIZE, limit, async (pageLimit, offset) => {
		const asked = client.json<Person[]>({
			what: `list the ${what}`,
			method: 'GET',
			path: `/v1/${what}`,
			query: { limit: pageLimit, offset },
			// One that is malformed must not hide the others.
			isAnswer: Array.isArray,
			repeat: 'always',
		});
		return await asked.catch((error: unknown) => {
			throw withoutScope(error, what);
		});
	});
}

/** Domo's 403 says neither which scope is missing nor how to get it. */
function withoutScope(error: unknown, what: 'users' | 'groups'): unknown {
	if (!(error instanceof DomoError) || error.details.status !== 403) return error;
	return new DomoError(
		'DOMO_NO_USER_SCOPE',
		`${error.message}. The scope 'user' seems to be missing, so the ${what} can't be shown by name`,
		{
			...error.details,
			advice:
				"Enter IDs, or choose 'Data and User' under 'Scope' in the credential. The client in Domo needs that scope, too. n8n uses a token it already has until it expires, for an hour at most; a new credential works at once.",
		},
	);
}
