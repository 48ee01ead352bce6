/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { rm } from 'node:fs/promises';

import type { FastifyInstance } from 'fastify';

import { abort, forget, index, stagePart } from './indexing';
import type { Settings } from './options';
import { page } from './paging';
import type { Query } from './paging';
import { Refusal } from './refusal';
import { drain, readJson, receiveCsv, requireLineFeed } from './requestBody';
import type { ReceivedCsv } from './requestBody';
import { domoTime } from './state';
import type { ExecutionState, HeldPart, SandboxState, StreamState } from './state';
import { readUpdateMethod } from './streams';
import { timelineOf } from './timeline';

function executionJson(execution: ExecutionState, settings: Settings): Record<string, unknown> {
	return {
		id: execution.id,
		startedAt: execution.startedAt,
		currentState: execution.isIndexing ? settings.indexingState : execution.currentState,
		createdAt: execution.startedAt,
		modifiedAt: execution.modifiedAt,
		...(execution.reportedUpdateMethod ? { updateMethod: execution.reportedUpdateMethod } : {}),
		...(execution.endedAt
			? { endedAt: execution.endedAt, rows: execution.rows, bytes: execution.bytes }
			: {}),
	};
}

/** Takes a part in; it replaces one of the same id only once it has been judged good. */
async function acceptPart(
	state: SandboxState,
	stream: StreamState,
	execution: ExecutionState,
	number: number,
	received: ReceivedCsv,
): Promise<void> {
	const { file, sentBytes, encoding } = received;
	requireLineFeed(file);
	const staged = state.settings.checkPartsAt === 'upload' ? await stagePart(state, stream, file) : undefined;
	if (staged) await rm(file.path, { force: true });
	const before = execution.parts.get(number);
	const held: HeldPart = {
		part: number,
		rawBytes: file.rawBytes,
		sentBytes,
		rows: staged?.rows ?? null,
		encoding,
		timesArrived: (before?.timesArrived ?? 0) + 1,
		sha256: file.sha256,
		sha256OfEachArrival: [...(before?.sha256OfEachArrival ?? []), file.sha256],
		staged,
		file: staged ? undefined : file,
	};
	if (execution.currentState !== 'ACTIVE' || execution.isIndexing) {
		await forget(state, held);
		throw notActive(execution);
	}
	execution.parts.set(number, held);
	execution.modifiedAt = domoTime();
	state.touch(stream.dataSetId);
	if (before) await forget(state, before);
}

function countPart(
	execution: ExecutionState,
	number: number,
	sentBytes: number,
	encoding: 'gzip' | 'none',
): void {
	const timesArrived = (execution.parts.get(number)?.timesArrived ?? 0) + 1;
	execution.parts.set(number, {
		part: number,
		rawBytes: 0,
		sentBytes,
		rows: null,
		encoding,
		timesArrived,
		sha256: '',
		sha256OfEachArrival: [],
	});
}

function notActive(execution: ExecutionState): Refusal {
	return new Refusal(400, `Stream execution ${execution.id} is not active`);
}

function partNumber(text: string, state: SandboxState): number {
	const isTooLow = state.settings.firstPartId === 1 && text === '0';
	if (!/^(0|[1-9]\d{0,8})$/.test(text) || isTooLow) throw new Refusal(400, `Invalid part id: ${text}`);
	return Number(text);
}

/** SDKs count parts from 1, and Domo's for Python from 0. */
function requireConsecutiveParts(execution: ExecutionState, { firstPartId, partGaps }: Settings): void {
	if (partGaps === 'land' || execution.parts.size === 0) return;
	const ids = [...execution.parts.keys()];
	const first = firstPartId === 'any' ? Math.min(1, ...ids) : firstPartId;
	if (Math.max(...ids) - first + 1 !== ids.length) {
		throw new Refusal(
			400,
			'Too many non-consecutive part ids. Make consecutive or upload multiple data versions',
		);
	}
}

type Of = { Params: { stream: string; execution: string; part: string }; Querystring: Query };
const EXECUTIONS = '/v1/streams/:stream/executions';

function listed(state: SandboxState, streamId: string): ExecutionState[] {
	const oldestFirst = [...state.stream(streamId).executions.values()];
	return state.settings.executionOrder === 'oldest first' ? oldestFirst : oldestFirst.reverse();
}

export function executionRoutes(app: FastifyInstance, state: SandboxState): void {
	const json = (execution: ExecutionState) => executionJson(execution, state.settings);

	app.post<Of>(EXECUTIONS, { config: { operation: 'createExecution' } }, async (request, reply) => {
		const stream = state.stream(request.params.stream);
		state.liveDataSet(stream.dataSetId);
		const wanted = (await readJson(request, state))?.updateMethod;
		// Domo's Python SDK sends null where no method is chosen.
		const chosen = wanted === undefined || wanted === null ? undefined : readUpdateMethod(wanted);
		const policy = state.settings.executionUpdateMethod;
		const updateMethod = policy === 'ignore' ? stream.updateMethod : (chosen ?? stream.updateMethod);
		const execution: ExecutionState = {
			id: ++stream.executionsMade,
			currentState: 'ACTIVE',
			updateMethod,
			reportedUpdateMethod: policy === 'honourUnreported' ? undefined : updateMethod,
			startedAt: domoTime(),
			modifiedAt: domoTime(),
			parts: new Map(),
			commits: 0,
			isIndexing: false,
			rows: 0,
			bytes: 0,
		};
		const others = [...stream.executions.values()];
		// Entered before the others are aborted: of two created at once, the later aborts the earlier.
		stream.executions.set(execution.id, execution);
		timelineOf(execution);
		state.touch(stream.dataSetId);
		for (const other of others) await abort(state, other, 'another execution was created');
		return await reply.code(state.settings.createdStatus).send(json(execution));
	});

	app.get<Of>(EXECUTIONS, { config: { operation: 'listExecutions' } }, async ({ params, query }) =>
		page(listed(state, params.stream), query, 500, state.settings).map(json),
	);

	app.get<Of>(`${EXECUTIONS}/:execution`, { config: { operation: 'getExecution' } }, async ({ params }) =>
		json(state.execution(params.stream, params.execution)),
	);

	app.put<Of>(`${EXECUTIONS}/:execution/part/:part`, { config: { operation: 'part' } }, async (request) => {
		const { params } = request;
		const stream = state.stream(params.stream);
		const execution = state.execution(params.stream, params.execution);
		const number = partNumber(params.part, state);
		state.liveDataSet(stream.dataSetId);
		if (execution.currentState !== 'ACTIVE' || execution.isIndexing) throw notActive(execution);
		if (!state.settings.keepRows) {
			await drain(request, state);
			const isGzip = [request.headers['content-encoding'], request.headers['content-type']]
				.join()
				.includes('gzip');
			countPart(execution, number, request.record.bytes, isGzip ? 'gzip' : 'none');
			return json(execution);
		}
		const received = await receiveCsv(request, state, state.settings.partGzipLabels);
		let complete = false;
		try {
			await acceptPart(state, stream, execution, number, received);
			complete = true;
		} finally {
			if (!complete) await rm(received.file.path, { force: true });
		}
		return json(execution);
	});

	app.put<Of>(`${EXECUTIONS}/:execution/commit`, { config: { operation: 'commit' } }, async (request) => {
		const stream = state.stream(request.params.stream);
		const execution = state.execution(request.params.stream, request.params.execution);
		state.liveDataSet(stream.dataSetId);
		await drain(request, state);
		if (execution.currentState !== 'ACTIVE') throw notActive(execution);
		if (execution.isIndexing) {
			execution.commits++;
			return json(execution);
		}
		if (state.settings.keepRows) requireConsecutiveParts(execution, state.settings);
		if (state.settings.emptyCommit === 'refused' && execution.parts.size === 0)
			throw new Refusal(400, 'The execution has no parts');
		const pauseMs = state.settings.minMinutesBetweenCommits * 60_000;
		if (pauseMs > 0 && stream.lastCommitAt !== undefined && Date.now() - stream.lastCommitAt < pauseMs) {
			throw new Refusal(
				state.settings.tooSoonStatus,
				`Only one commit in ${state.settings.minMinutesBetweenCommits} minutes is allowed`,
			);
		}
		stream.lastCommitAt = Date.now();
		execution.commits++;
		execution.isIndexing = true;
		timelineOf(execution).indexingMs = performance.now();
		state.touch(stream.dataSetId);
		execution.modifiedAt = domoTime();
		void index(state, stream, execution);
		return json(execution);
	});

	app.put<Of>(`${EXECUTIONS}/:execution/abort`, { config: { operation: 'abort' } }, async (request) => {
		const execution = state.execution(request.params.stream, request.params.execution);
		await drain(request, state);
		await execution.landing;
		if (execution.currentState !== 'ACTIVE' && state.settings.abortOfEnded === 400)
			throw notActive(execution);
		await abort(state, execution, 'aborted on request');
		return json(execution);
	});

	app.put<Of>(`${EXECUTIONS}/abort`, { config: { operation: 'abort' } }, async (request, reply) => {
		const stream = state.stream(request.params.stream);
		await drain(request, state);
		for (const execution of stream.executions.values()) await abort(state, execution, 'aborted on request');
		return await reply.code(204).send();
	});
}
