import type { FastifyInstance } from 'fastify';

import { dataSetJson, makeDataSet } from './dataSets';
import { page } from './paging';
import type { Query } from './paging';
import { Refusal } from './refusal';
import { requireJson } from './requestBody';
import { domoTime } from './state';
import type { SandboxState, StreamState } from './state';

/** UPSERT is what pydomo and rdomo send in place of APPEND with key columns. */
export const STREAM_UPDATE_METHODS = ['APPEND', 'REPLACE', 'UPSERT'];

export function readUpdateMethod(value: unknown): string {
	if (typeof value !== 'string' || !STREAM_UPDATE_METHODS.includes(value)) {
		throw new Refusal(400, `Invalid updateMethod: ${String(value)}`);
	}
	return value;
}

export async function makeStream(
	state: SandboxState,
	wanted: { dataSet?: unknown; updateMethod?: unknown; keyColumnNames?: unknown },
): Promise<StreamState> {
	if (typeof wanted.dataSet !== 'object' || wanted.dataSet === null)
		throw new Refusal(400, 'A stream needs a dataSet');
	if ('id' in wanted.dataSet) throw new Refusal(400, 'A stream cannot be put on an existing DataSet');
	const updateMethod = readUpdateMethod(wanted.updateMethod ?? 'REPLACE');
	const keys = wanted.keyColumnNames ?? [];
	const columns =
		(wanted.dataSet as { schema?: { columns?: Array<{ name?: string }> } }).schema?.columns ?? [];
	if (
		!Array.isArray(keys) ||
		!keys.every((key) => Array.isArray(columns) && columns.some(({ name }) => name === key))
	) {
		throw new Refusal(400, 'keyColumnNames must be names of columns');
	}
	if (updateMethod === 'UPSERT' && keys.length === 0) throw new Refusal(400, 'UPSERT needs keyColumnNames');
	const dataSet = await makeDataSet(state, wanted.dataSet);
	const stream: StreamState = {
		id: ++state.streamsMade,
		dataSetId: dataSet.id,
		updateMethod,
		keyColumnNames: keys as string[],
		executions: new Map(),
		executionsMade: 0,
		createdAt: domoTime(),
		modifiedAt: domoTime(),
	};
	state.streams.set(stream.id, stream);
	return stream;
}

function streamJson(
	state: SandboxState,
	stream: StreamState,
	fields: Query[string],
): Record<string, unknown> {
	const dataSet = state.dataSets.get(stream.dataSetId);
	const all = fields === 'all';
	return {
		id: stream.id,
		dataSet: dataSet ? dataSetJson(dataSet, state.settings, all) : undefined,
		updateMethod: stream.updateMethod,
		...(all && stream.keyColumnNames.length > 0 ? { keyColumnNames: stream.keyColumnNames } : {}),
		createdAt: stream.createdAt,
		modifiedAt: stream.modifiedAt,
	};
}

/** Upserts must be enabled in an instance, and documents and SDKs ask for them in two ways. */
function requireUpsertsAsked({ settings }: SandboxState, wanted: Record<string, unknown>): void {
	if (wanted.keyColumnNames === undefined) return;
	if (settings.upserts === 'disabled') throw new Refusal(400, 'UPSERT is not enabled');
	if (settings.upserts === 'UPSERT only' && wanted.updateMethod !== 'UPSERT')
		throw new Refusal(400, 'keyColumnNames need the updateMethod UPSERT');
}

function matching(state: SandboxState, q: Query[string]): StreamState[] {
	const [, field, value] = /^(dataSource\.id|dataSource\.owner\.id):(.+)$/.exec(String(q)) ?? [];
	if (!field) throw new Refusal(400, `Invalid search: ${String(q)}`);
	return [...state.streams.values()].filter(({ dataSetId }) =>
		field === 'dataSource.id'
			? dataSetId === value
			: String(state.dataSets.get(dataSetId)?.ownerId) === value,
	);
}

type ById = { Params: { stream: string }; Querystring: Query };

export function streamRoutes(app: FastifyInstance, state: SandboxState): void {
	app.post('/v1/streams', { config: { operation: 'createStream' } }, async (request, reply) => {
		const wanted = await requireJson(request, state);
		requireUpsertsAsked(state, wanted);
		const stream = await makeStream(state, wanted);
		return await reply.code(state.settings.createdStatus).send(streamJson(state, stream, 'all'));
	});

	app.get<ById>('/v1/streams', { config: { operation: 'listStreams' } }, async ({ query }) =>
		page([...state.streams.values()], query, 500, state.settings).map((stream) =>
			streamJson(state, stream, query.fields),
		),
	);

	app.get<ById>('/v1/streams/search', { config: { operation: 'searchStreams' } }, async ({ query }) =>
		page(matching(state, query.q), query, 500, state.settings).map((stream) =>
			streamJson(state, stream, query.fields),
		),
	);

	app.get<ById>('/v1/streams/:stream', { config: { operation: 'getStream' } }, async ({ params, query }) =>
		streamJson(state, state.stream(params.stream), query.fields),
	);

	app.patch<ById>('/v1/streams/:stream', { config: { operation: 'updateStream' } }, async (request) => {
		const stream = state.stream(request.params.stream);
		const wanted = await requireJson(request, state);
		const updateMethod =
			wanted.updateMethod === undefined ? stream.updateMethod : readUpdateMethod(wanted.updateMethod);
		if (updateMethod === 'UPSERT' && stream.keyColumnNames.length === 0) {
			throw new Refusal(400, 'UPSERT needs keyColumnNames');
		}
		stream.updateMethod = updateMethod;
		stream.modifiedAt = domoTime();
		return streamJson(state, stream, 'all');
	});

	app.delete<ById>(
		'/v1/streams/:stream',
		{ config: { operation: 'deleteStream' } },
		async ({ params }, reply) => {
			const stream = state.stream(params.stream);
			for (const execution of stream.executions.values()) {
				if (execution.currentState === 'ACTIVE') execution.currentState = 'ABORTED';
			}
			state.streams.delete(stream.id);
			return await reply.code(204).send();
		},
	);
}
