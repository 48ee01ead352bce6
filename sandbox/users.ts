import type { FastifyInstance, FastifyRequest } from 'fastify';

import { OWNER } from './dataSets';
import { isAuthorized, scopesOf } from './oauth';
import { page } from './paging';
import type { Query } from './paging';
import { Refusal } from './refusal';
import type { SandboxState } from './state';

const USERS = [{ ...OWNER, email: 'domo.support@sandbox.example', role: 'Admin' }];
const GROUPS = [{ id: 1, name: 'Everyone', userIds: [OWNER.id], active: true, default: true }];

/** Users and groups, as far as policies name them; they need a token of the scope `user`. */
export function userRoutes(app: FastifyInstance, state: SandboxState): void {
	app.get<{ Querystring: Query }>('/v1/users', async (request, reply) => {
		if (!isAuthorized(request, state)) return await reply.code(401).send();
		requireScope(request);
		return page(USERS, request.query, 500, state.settings);
	});
	app.get<{ Querystring: Query }>('/v1/groups', async (request, reply) => {
		if (!isAuthorized(request, state)) return await reply.code(401).send();
		requireScope(request);
		return page(GROUPS, request.query, 500, state.settings);
	});
}

function requireScope(request: FastifyRequest): void {
	if (!scopesOf(request).includes('user')) throw new Refusal(403);
}
