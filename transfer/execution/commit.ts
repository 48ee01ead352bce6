import type { DomoClient } from '../../domo/client';
import { DomoError, orDomoError } from '../../domo/errors';
import { commitExecution, endingOf, getExecution } from '../../domo/executions';
import { isPassing, nextPollMs, pause } from '../../domo/retry';
import type { Execution, ExecutionRef } from '../../domo/types';

export interface CommitOptions {
	/** Whether to wait until Domo has indexed the rows. A lost answer is settled in any case. */
	waitForCompletion: boolean;
	waitTimeoutMs: number;
	/** First pause between two looks at the state; it grows with each look. */
	pollMs: number;
	/** A commit without an answer is sent again only if the execution is still ACTIVE after this. */
	recommitAfterMs: number;
	log: (message: string) => void;
	/** Told as soon as Domo has taken the commit: all that is left is to wait. Not where its answer is lost. */
	onTaken?: () => void;
}

/**
 * How a commit ended:
 * `success`, `failed` and `running` are Domo's word; `unknown` means that no answer tells whether the rows are in.
 */
export interface CommitOutcome {
	ending: 'success' | 'failed' | 'running' | 'unknown';
	/** Domo's own state, where it was last told. */
	state?: string;
	/** Why the ending is not known. */
	reason?: string;
	/** How often a commit was sent. */
	commits: number;
}

/**
 * Commits an execution, once. A commit whose answer is lost is settled by asking for the execution's state; it is
 * sent again only where the execution is still ACTIVE after a while, and a refusal of that second one means
 * "unknown", as the first may have taken effect. The execution is never aborted from here on.
 *
 * @throws DomoError only when Domo refused the first commit, so that surely nothing was committed
 */
export async function commitSettled(
	client: DomoClient,
	ref: ExecutionRef,
	options: CommitOptions,
): Promise<CommitOutcome> {
	const first = await tryCommit(client, ref);
	if (first instanceof DomoError) {
		if (first.details.effect === 'none') throw first;
		options.log(`${first.message}. Asking for the state of the execution ${ref.executionId} instead.`);
		return await settleLostCommit(client, ref, options, first.message);
	}
	const ending = endingOf(first);
	if (ending) return { ending, state: first.currentState, commits: 1 };
	options.onTaken?.();
	if (!options.waitForCompletion) return { ending: 'running', state: first.currentState, commits: 1 };
	return { ...(await waitForEnd(client, ref, options)), commits: 1 };
}

/** Waits until the execution is over, or the time is up. Never throws: a commit stands behind it. */
export async function waitForEnd(
	client: DomoClient,
	ref: ExecutionRef,
	options: Pick<CommitOptions, 'waitTimeoutMs' | 'pollMs' | 'log'>,
): Promise<Omit<CommitOutcome, 'commits'>> {
	const untilMs = Date.now() + options.waitTimeoutMs;
	let pauseMs = options.pollMs;
	let state: string | undefined;
	for (;;) {
		const seen = await look(client, ref);
		if (seen instanceof DomoError) {
			if (seen.details.kind === 'cancelled')
				return { ending: 'running', state, reason: 'the run was stopped' };
			if (!isPassing(seen)) {
				return { ending: 'unknown', state, reason: seen.message };
			}
			options.log(seen.message);
		} else {
			state = seen.currentState;
			const ending = endingOf(seen);
			if (ending) return { ending, state };
		}
		const leftMs = untilMs - Date.now();
		if (leftMs <= 0) {
			return state === undefined
				? { ending: 'unknown', reason: 'Domo did not tell the state in time' }
				: { ending: 'running', state };
		}
		if (await stoppedDuring(pause(Math.min(pauseMs, leftMs), client.signal))) {
			return { ending: 'running', state, reason: 'the run was stopped' };
		}
		pauseMs = nextPollMs(pauseMs);
	}
}

async function settleLostCommit(
	client: DomoClient,
	ref: ExecutionRef,
	options: CommitOptions,
	lostBecause: string,
): Promise<CommitOutcome> {
	// Also where the user would wait for less: a second commit too soon could meet the first one on its way.
	const grace = { ...options, waitTimeoutMs: options.recommitAfterMs };
	const early = await waitForEnd(client, ref, grace);
	if (early.ending === 'success' || early.ending === 'failed') return { ...early, commits: 1 };
	const unknown = (reason: string): CommitOutcome => ({
		ending: 'unknown',
		state: early.state,
		reason,
		commits: 1,
	});
	if (early.ending === 'unknown' || early.reason !== undefined) return unknown(early.reason ?? lostBecause);

	const now = await look(client, ref);
	if (now instanceof DomoError) return unknown(`${lostBecause}; ${now.message}`);
	if (now.currentState !== 'ACTIVE') {
		// Any other state may stand for a commit that took effect: it is waited for, and never committed again.
		const waitTimeoutMs = options.waitForCompletion ? options.waitTimeoutMs : 0;
		const late = await waitForEnd(client, ref, { ...options, waitTimeoutMs });
		if (late.ending === 'success' || late.ending === 'failed') return { ...late, commits: 1 };
		return unknown(`${lostBecause}; the execution is ${late.state ?? now.currentState}`);
	}
	options.log(`The execution ${ref.executionId} is still ACTIVE: sending the commit once more.`);
	const second = await tryCommit(client, ref);
	if (second instanceof DomoError) {
		const late = await waitForEnd(client, ref, {
			...options,
			waitTimeoutMs: options.recommitAfterMs,
		});
		if (late.ending === 'success' || late.ending === 'failed') return { ...late, commits: 2 };
		return { ...unknown(`${lostBecause}; the second commit: ${second.message}`), commits: 2 };
	}
	const ending = endingOf(second);
	if (ending) return { ending, state: second.currentState, commits: 2 };
	if (!options.waitForCompletion) return { ending: 'running', state: second.currentState, commits: 2 };
	return { ...(await waitForEnd(client, ref, options)), commits: 2 };
}

/** What the user should know of a commit whose rows are not known to be in the DataSet yet. */
export function unsettledHint(
	executionId: number,
	outcome: CommitOutcome,
	{ waitForCompletion, waitTimeoutMs }: Pick<CommitOptions, 'waitForCompletion' | 'waitTimeoutMs'>,
): string {
	if (outcome.ending === 'unknown') {
		return `The commit of the execution ${executionId} was sent, but whether it took effect is not known (${outcome.reason}). Look at the DataSet before you load these rows again.`;
	}
	if (!waitForCompletion) return `The execution ${executionId} is committed; Domo is indexing it.`;
	const isLate = outcome.reason === undefined;
	const why = isLate
		? `but it was still ${outcome.state} after ${waitTimeoutMs / 1000} s`
		: `but ${outcome.reason} while Domo was indexing it`;
	return `The execution ${executionId} is committed, ${why}. Indexing can take 15 minutes; don't load these rows again.`;
}

async function tryCommit(client: DomoClient, ref: ExecutionRef): Promise<Execution | DomoError> {
	// Not ended by Stop: a commit cut off halfway would leave the outcome unknown.
	return await orDomoError(commitExecution(client.evenAfterStop(), ref));
}

async function look(client: DomoClient, ref: ExecutionRef): Promise<Execution | DomoError> {
	return await orDomoError(getExecution(client, ref));
}

async function stoppedDuring(waiting: Promise<void>): Promise<boolean> {
	const outcome = await orDomoError(waiting);
	return outcome instanceof DomoError;
}
