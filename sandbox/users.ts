import type { FastifyInstance } from 'fastify';

import { page } from './paging';
import type { Query } from './paging';
import type { SandboxState } from './state';

/** Domo's own limit. */
const MAX_LIMIT = 500;

/** Users and groups, as far as policies name them; they need a token of the scope `user`. */
export function userRoutes(app: FastifyInstance, state: SandboxState): void {
	app.get<{ Querystring: Query }>(
		'/v1/users',
		{ config: { operation: 'listUsers', scope: 'user' } },
		async ({ query }) => page(state.users, query, MAX_LIMIT, state.settings),
	);
	app.get<{ Querystring: Query }>(
		'/v1/groups',
		{ config: { operation: 'listGroups', scope: 'user' } },
		async ({ query }) =>
			page(
				state.groups.map((group) => ({ ...group, active: true, default: group.id === 1 })),
				query,
				MAX_LIMIT,
				state.settings,
			),
	);
}
