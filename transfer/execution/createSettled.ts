import type { DomoClient } from '../../domo/client';
import { DomoError, orDomoError } from '../../domo/errors';
import { createExecution } from '../../domo/executions';
import { listRecentExecutions } from '../../domo/recentExecutions';
import { cancelled } from '../../domo/retry';
import type { Execution, UpdateMethod } from '../../domo/types';
import { abortSettled } from './settle';
import { UploadError } from '../uploadError';

/** How far Domo's clock and ours may differ when an execution's start is held against our request's time. */
const CLOCK_TOLERANCE_MS = 60_000;
const MAX_CREATES = 3;

/**
 * Creates an execution and settles a lost answer: one that was made although we were not told is aborted, but only
 * if it can be no one else's.
 *
 * @param lastId of the Stream's newest execution before; 0 for none
 * @throws DomoError when none was created, or none is left of those that were
 * @throws UploadError when one may be left open; it says which, where that is known
 */
export async function createSettled(
	client: DomoClient,
	streamId: number,
	updateMethod: UpdateMethod | undefined,
	lastId: number,
): Promise<Execution> {
	let newestKnownId = lastId;
	for (let creates = 1; ; creates++) {
		const sentAtMs = Date.now();
		const outcome = await orDomoError(createExecution(client, streamId, updateMethod));
		if (!(outcome instanceof DomoError)) return await unlessStopped(client, streamId, outcome);
		if (outcome.details.effect === 'none') throw outcome;
		// Also after Stop: an execution that nobody knows of would stand in the way of the next run.
		const detached = client.evenAfterStop();
		const listed = await orDomoError(listRecentExecutions(detached, streamId));
		if (listed instanceof DomoError) throw maybeOpen(streamId, outcome, listed);
		const newer = listed.filter(({ id }) => id > newestKnownId);
		if (newer.length > 0) {
			const [lost] = newer;
			if (newer.length > 1 || lost.id !== newestKnownId + 1 || !startedBetween(lost, sentAtMs, Date.now())) {
				throw foreignExecution(streamId, newer, outcome);
			}
			const left = await abortSettled(client, { streamId, executionId: lost.id });
			if (left.fate !== 'aborted') {
				throw leftOpen(
					streamId,
					lost.id,
					`${outcome.message}. Domo created the execution ${lost.id} anyway`,
					left.because,
				);
			}
			newestKnownId = lost.id;
		}
		// Whatever it did, nothing of it is left.
		outcome.details.effect = 'none';
		if (outcome.details.kind === 'cancelled' || client.signal?.aborted || creates === MAX_CREATES)
			throw outcome;
	}
}

/** An execution that was created although the run was stopped meanwhile: it is aborted, as nobody waits for it. */
async function unlessStopped(client: DomoClient, streamId: number, execution: Execution): Promise<Execution> {
	if (!client.signal?.aborted) return execution;
	const { id: executionId } = execution;
	const stopped = `Stopped while Domo created the execution ${executionId} of the Stream ${streamId}`;
	const left = await abortSettled(client, { streamId, executionId });
	if (left.fate !== 'aborted') throw leftOpen(streamId, executionId, stopped, left.because);
	throw cancelled(`${stopped}, which was then aborted`);
}

function startedBetween(execution: Execution, fromMs: number, toMs: number): boolean {
	const startedAtMs = Date.parse(execution.startedAt ?? execution.createdAt ?? '');
	return startedAtMs >= fromMs - CLOCK_TOLERANCE_MS && startedAtMs <= toMs + CLOCK_TOLERANCE_MS;
}

/** The answer to the creation is lost, and Domo does not tell what there is. */
function maybeOpen(streamId: number, lost: DomoError, listing: DomoError): UploadError {
	return new UploadError(
		'UPLOAD_EXECUTION_UNKNOWN',
		`${lost.message}. An execution may still be open on the Stream ${streamId}: ${listing.message}. Nothing was uploaded.`,
		{
			streamId,
			fate: 'unknown',
			effect: 'none',
			...(listing.details.toe ? { toe: listing.details.toe } : {}),
			advice:
				"Look at the Stream's executions with the operation 'Get Many' of the resource 'Execution', and abort the newest one if it is ACTIVE and no other job has opened it. Then run this again.",
		},
	);
}

/** @param said what happened, without its full stop */
function leftOpen(streamId: number, executionId: number, said: string, refusal: DomoError): UploadError {
	return new UploadError(
		'UPLOAD_EXECUTION_UNKNOWN',
		`${said}, and it could not be aborted: ${refusal.message}. Nothing was uploaded.`,
		{
			streamId,
			executionId,
			fate: 'unknown',
			effect: 'none',
			...(refusal.details.toe ? { toe: refusal.details.toe } : {}),
			advice: `Abort the execution ${executionId} with the operation 'Abort', then run this again.`,
		},
	);
}

function foreignExecution(streamId: number, newer: Execution[], cause: DomoError): UploadError {
	const ids = newer.map(({ id }) => id).join(', ');
	return new UploadError(
		'UPLOAD_EXECUTION_UNKNOWN',
		`${cause.message}. Since then the Stream ${streamId} has the execution ${ids}, which may belong to another job, so it was left alone and nothing was uploaded.`,
		{
			streamId,
			fate: 'unknown',
			effect: 'none',
			advice: `If no other job writes to this Stream, abort the execution ${ids} and run again.`,
		},
	);
}
