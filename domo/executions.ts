import { isExecution } from './answerShapes';
import type { DomoClient, DomoRequest } from './client';
import { DomoError, orDomoError } from './errors';
import { readPages } from './paging';
import { streamPath } from './streams';
import type { Execution, UpdateMethod } from './types';

const PAGE_SIZE = 50;

/** No official list exists; these are the states seen in SDKs and others' code. */
const RUNNING_STATES = new Set(['ACTIVE', 'PENDING', 'QUEUED']);
const FAILED_STATES = new Set(['ABORTED', 'CANCELLED', 'ERROR', 'FAILED', 'INVALID']);

/** Running also means "uploading" and "indexing": Domo's states do not tell the two apart. */
export function isRunning(execution: Execution): boolean {
	return RUNNING_STATES.has(execution.currentState);
}

export function isSuccess(execution: Execution): boolean {
	return execution.currentState === 'SUCCESS';
}

export function isFailed(execution: Execution): boolean {
	return FAILED_STATES.has(execution.currentState);
}

function executionPath(streamId: number, executionId: number): string {
	return `${streamPath(streamId)}/executions/${encodeURIComponent(executionId)}`;
}

/**
 * Opens an execution. It aborts every other open execution of the Stream, and a lost answer leaves one open that
 * nobody knows: transfer/openExecution.ts settles that, so it is sent only once here.
 *
 * @throws DomoError
 */
export async function createExecution(
	client: DomoClient,
	streamId: number,
	updateMethod?: UpdateMethod,
): Promise<Execution> {
	return await client.json<Execution>({
		what: `create an execution on the Stream ${streamId}`,
		method: 'POST',
		path: `${streamPath(streamId)}/executions`,
		...(updateMethod ? { body: { updateMethod } } : {}),
		isAnswer: isExecution,
		repeat: 'ifWithoutEffect',
	});
}

/** @throws DomoError */
export async function getExecution(client: DomoClient, streamId: number, executionId: number): Promise<Execution> {
	return await client.json<Execution>({
		what: `give the execution ${executionId} of the Stream ${streamId}`,
		method: 'GET',
		path: executionPath(streamId, executionId),
		isAnswer: isExecution,
		repeat: 'always',
	});
}

/** Lists a Stream's executions, page by page, up to `limit` (undefined: all). @throws DomoError */
export async function listExecutions(client: DomoClient, streamId: number, limit?: number): Promise<Execution[]> {
	return await readPages(PAGE_SIZE, limit, async (pageLimit, offset) =>
		await client.json<Execution[]>({
			what: `list the executions of the Stream ${streamId}`,
			method: 'GET',
			path: `${streamPath(streamId)}/executions`,
			query: { limit: pageLimit, offset },
			isAnswer: Array.isArray,
			repeat: 'always',
		}),
	);
}

/**
 * The newest executions of a Stream, newest first. Ids count up per Stream, but nobody says in which order Domo
 * lists them: one full page that does not begin with the newest is read on to the end.
 *
 * @throws DomoError
 */
export async function listRecentExecutions(client: DomoClient, streamId: number): Promise<Execution[]> {
	const firstPage = await listExecutions(client, streamId, PAGE_SIZE);
	const newestFirst = firstPage.length > 1 && firstPage[0].id > firstPage[firstPage.length - 1].id;
	const executions =
		firstPage.length < PAGE_SIZE || newestFirst ? firstPage : await listExecutions(client, streamId);
	return executions.sort((a, b) => b.id - a.id);
}

/**
 * How a part's body is labelled. `gzip` is what five working clients send; `application/gzip` alone is what the
 * prose of Domo's Stream API file says.
 */
export type PartEncoding = 'gzip' | 'gzipContentType' | 'none';

const PART_HEADERS: Record<PartEncoding, Record<string, string>> = {
	gzip: { 'Content-Type': 'text/csv', 'Content-Encoding': 'gzip' },
	gzipContentType: { 'Content-Type': 'application/gzip' },
	none: { 'Content-Type': 'text/csv' },
};

/**
 * Uploads one part. The same id overwrites, so it may be sent as often as needed.
 *
 * @param partId 1…N; the id, not the order of arrival, decides the order of the rows
 * @throws DomoError
 */
export async function uploadPart(
	client: DomoClient,
	streamId: number,
	executionId: number,
	partId: number,
	body: Buffer,
	encoding: PartEncoding,
	options: Pick<DomoRequest, 'timeoutMs' | 'maxTries' | 'signal' | 'onRetry'>,
): Promise<Execution> {
	return await client.json<Execution>({
		what: `accept part ${partId}`,
		method: 'PUT',
		path: `${executionPath(streamId, executionId)}/part/${encodeURIComponent(partId)}`,
		headers: PART_HEADERS[encoding],
		body,
		repeat: 'always',
		...options,
	});
}

/**
 * Commits an execution; Domo then indexes it, for seconds to about 15 minutes, while its state stays ACTIVE.
 * Sent once: transfer/commit.ts settles a lost answer.
 *
 * @throws DomoError
 */
export async function commitExecution(client: DomoClient, streamId: number, executionId: number): Promise<Execution> {
	return await client.json<Execution>({
		what: `commit the execution ${executionId} of the Stream ${streamId}`,
		method: 'PUT',
		path: `${executionPath(streamId, executionId)}/commit`,
		isAnswer: isExecution,
		repeat: 'ifWithoutEffect',
	});
}

/** @throws DomoError */
export async function abortExecution(client: DomoClient, streamId: number, executionId: number): Promise<void> {
	await client.done({
		what: `abort the execution ${executionId} of the Stream ${streamId}`,
		method: 'PUT',
		path: `${executionPath(streamId, executionId)}/abort`,
		repeat: 'always',
	});
}

/**
 * Aborts an execution of which it is only to be sure that it will not take effect any more: one that was aborted
 * meanwhile, by an abort whose answer was lost or by someone else, is as good.
 *
 * @throws DomoError of the abort, when the execution may still run or has succeeded
 */
export async function ensureAborted(client: DomoClient, streamId: number, executionId: number): Promise<void> {
	const refusal = await orDomoError(abortExecution(client, streamId, executionId));
	if (!(refusal instanceof DomoError)) return;
	const execution = await orDomoError(getExecution(client, streamId, executionId));
	if (execution instanceof DomoError || !isFailed(execution)) throw refusal;
}
