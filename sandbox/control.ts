import type { FastifyInstance } from 'fastify';

import type { Fault } from './faults';
import { DEFAULT_SETTINGS } from './options';
import type { Query } from './paging';
import { Refusal } from './refusal';
import { readText } from './requestBody';
import { describeExecution, readRows } from './inspect';
import type { SandboxState } from './state';

/** JSON in which integers too large for a JS number stand as text. */
const toJson = (value: unknown) =>
	JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner));

/** What other processes may ask and set: never part of Domo, needs no token, meets no fault. */
export function controlRoutes(app: FastifyInstance, state: SandboxState): void {
	app.post('/_sandbox/faults', async (request) => {
		const given = JSON.parse(await readText(request, state)) as Fault | Fault[];
		state.faults.add(...[given].flat());
		return state.faults.list();
	});

	app.get('/_sandbox/faults', async () => state.faults.list());

	app.delete('/_sandbox/faults', async () => {
		state.faults.clear();
		return [];
	});

	app.post('/_sandbox/options', async (request) => {
		const given = JSON.parse(await readText(request, state)) as Record<string, unknown>;
		const unknown = Object.keys(given).find((name) => !Object.hasOwn(DEFAULT_SETTINGS, name));
		if (unknown !== undefined) throw new Refusal(400, `No option is called ${unknown}`);
		return Object.assign(state.settings, given);
	});

	app.post('/_sandbox/expireTokens', async () => {
		state.tokens.expireAll();
		return { tokensIssued: state.tokens.issued };
	});

	app.get('/_sandbox/state', async () => ({
		tokensIssued: state.tokens.issued,
		requests: state.requestsMade,
		partsInFlight: state.partsInFlight,
		maxPartsInFlight: state.maxPartsInFlight,
		dataSets: [...state.dataSets.values()],
		streams: [...state.streams.values()].map((stream) => ({
			...stream,
			executions: [...stream.executions.values()].map(describeExecution),
		})),
	}));

	app.get('/_sandbox/log', async () => state.log);

	app.get<{ Params: { id: string }; Querystring: Query }>('/_sandbox/rows/:id', async ({ params, query }) => {
		const limit = query.limit === undefined ? undefined : Number(query.limit);
		return await readRows(state, params.id, limit, Number(query.offset ?? 0));
	});

	app.post('/_sandbox/sql', async (request, reply) => {
		const { sql } = JSON.parse(await readText(request, state)) as { sql: string };
		return await reply.type('application/json').send(toJson(await state.storage.sql(sql)));
	});
}
