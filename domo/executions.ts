import { isExecution, isList } from './answerShapes';
import type { DomoClient, DomoRequest } from './client';
import { DomoError, orDomoError } from './errors';
import { readPages } from './paging';
import { pause, pauseBeforeTryMs } from './retry';
import { streamPath } from './streams';
import type { Execution, ExecutionRef, UpdateMethod } from './types';

export const EXECUTIONS_PER_PAGE = 50;

/** Seen in SDKs and others' code; no official list exists. */
const FAILED_STATES = new Set(['ABORTED', 'CANCELLED', 'ERROR', 'FAILED', 'INVALID']);

/**
 * Whether an execution is over, and how it ended. Domo's list of states is not known in full, so every state that is
 * not known to be an end is *still going on*: it may be uploading, or Domo may be indexing its rows.
 *
 * @returns `success`: its rows are in the DataSet; `failed`: none of them is, nor will be; undefined: it is not over
 */
export function endingOf({ currentState }: Execution): 'success' | 'failed' | undefined {
	if (currentState === 'SUCCESS') return 'success';
	return FAILED_STATES.has(currentState) ? 'failed' : undefined;
}

function executionPath({ streamId, executionId }: ExecutionRef): string {
	return `${streamPath(streamId)}/executions/${encodeURIComponent(executionId)}`;
}

/**
 * Opens an execution. It aborts every other open execution of the Stream, and a lost answer leaves one open that
 * nobody knows: transfer/execution/createSettled.ts settles that, so it is sent only once here, and Stop lets it finish for a while.
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
		isLetFinish: true,
	});
}

/** @throws DomoError */
export async function getExecution(
	client: DomoClient,
	{ streamId, executionId }: ExecutionRef,
): Promise<Execution> {
	return await client.json<Execution>({
		what: `give the execution ${executionId} of the Stream ${streamId}`,
		method: 'GET',
		path: executionPath({ streamId, executionId }),
		isAnswer: isExecution,
		repeat: 'always',
	});
}

/** Lists a Stream's executions, page by page, up to `limit` (undefined: all). @throws DomoError */
export async function listExecutions(
	client: DomoClient,
	streamId: number,
	limit?: number,
): Promise<Execution[]> {
	return await readPages(
		EXECUTIONS_PER_PAGE,
		limit,
		async (pageLimit, offset) => await listExecutionPage(client, streamId, pageLimit, offset),
	);
}

/** One page of a Stream's executions. @throws DomoError */
export async function listExecutionPage(
	client: DomoClient,
	streamId: number,
	pageLimit: number,
	offset: number,
): Promise<Execution[]> {
	const page = await client.json<Execution[]>({
		what: `list the executions of the Stream ${streamId}`,
		method: 'GET',
		path: `${streamPath(streamId)}/executions`,
		query: { limit: pageLimit, offset },
		isAnswer: isList,
		repeat: 'always',
	});
	// One without a state is in a state that is not known, like any other: see endingOf.
	return page.map((entry) => (isExecution(entry) ? entry : { ...entry, currentState: 'UNKNOWN' }));
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
	{ streamId, executionId }: ExecutionRef,
	partId: number,
	body: Buffer,
	encoding: PartEncoding,
	options: Pick<DomoRequest, 'timeoutMs' | 'maxTries' | 'signal' | 'onRetry' | 'onSend'>,
): Promise<Execution> {
	return await client.json<Execution>({
		what: `accept part ${partId}`,
		method: 'PUT',
		path: `${executionPath({ streamId, executionId })}/part/${encodeURIComponent(partId)}`,
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
export async function commitExecution(
	client: DomoClient,
	{ streamId, executionId }: ExecutionRef,
): Promise<Execution> {
	return await client.json<Execution>({
		what: `commit the execution ${executionId} of the Stream ${streamId}`,
		method: 'PUT',
		path: `${executionPath({ streamId, executionId })}/commit`,
		isAnswer: isExecution,
		repeat: 'ifWithoutEffect',
	});
}

/** So often an execution is looked at after its abort, before it counts as not aborted. */
const LOOKS_AFTER_ABORT = 3;

/**
 * Aborts an execution and makes sure that it is over: nobody knows whether Domo answers the abort of one that has ended,
 * or is being indexed, with 200 as well.
 *
 * @throws DomoError, also where Domo took the abort but does not show the execution as over without its rows
 */
export async function abortExecution(client: DomoClient, ref: ExecutionRef): Promise<void> {
	const what = `abort the execution ${ref.executionId} of the Stream ${ref.streamId}`;
	const path = `${executionPath(ref)}/abort`;
	const answer = await client.done({ what, method: 'PUT', path, repeat: 'always' });
	const shown = isExecution(answer) ? (answer as Execution) : undefined;
	if (shown && endingOf(shown) === 'failed') return;
	for (let look = 1; ; look++) {
		const outcome = await orDomoError(getExecution(client, ref));
		const isUnseen = outcome instanceof DomoError;
		// A look that fails contradicts nothing that Domo said.
		if (isUnseen && !shown) return;
		const seen = isUnseen ? shown! : outcome;
		const ending = endingOf(seen);
		if (ending === 'failed') return;
		if (isUnseen || ending === 'success' || look === LOOKS_AFTER_ABORT)
			throw new DomoError(
				'DOMO_ABORT_WITHOUT_EFFECT',
				`Domo took the request to ${what}, but shows it as ${seen.currentState}`,
				{ kind: 'garbled', effect: 'unknown' },
			);
		await pause(pauseBeforeTryMs(look + 2, undefined, 1), client.signal);
	}
}
