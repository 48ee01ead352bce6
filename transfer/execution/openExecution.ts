import type { DomoClient } from '../../domo/client';
import { DomoError, orDomoError } from '../../domo/errors';
import { abortExecution, endingOf, getExecution } from '../../domo/executions';
import { listRecentExecutions } from '../../domo/recentExecutions';
import { cancelled, nextPollMs, pause } from '../../domo/retry';
import type { Execution, UpdateMethod } from '../../domo/types';
import { createSettled } from './createSettled';
import { abortSettled } from './settle';
import { UploadError } from '../uploadError';
import { withMore } from '../withMore';
import { pleaseReport } from '../../domo/unproven';

export type ActiveExecutionChoice = 'fail' | 'abortIt' | 'wait';

export interface OpenExecutionOptions {
	/** Set only where it differs from the Stream's own. */
	updateMethod?: UpdateMethod;
	activeExecution: ActiveExecutionChoice;
	/** A running execution older than this is taken as left behind by a crash, and aborted. */
	staleAfterHours: number;
	/** How long `wait` may take. */
	waitTimeoutMs: number;
	pollMs: number;
	/** Skips the check that the new execution reports the chosen update method. */
	trustExecutionUpdateMethod: boolean;
	hint: (message: string) => void;
	/** What was asked for ahead. */
	firstLook?: FirstLook;
	/** Ends the waiting; looked at last before others are aborted and one is created. Requests end with the client's signal. */
	giveUp?: AbortSignal;
	/** Told where it begins to wait for another execution; what it gives is called at the end of that. */
	onWaiting?: () => () => void;
	/** Shown the Stream's executions, newest first, once none is in the way and before any is aborted; may throw to stop. */
	onWayClear?: (executions: readonly Execution[]) => Promise<void>;
	/** Done last, once no other execution is running; may throw to stop. */
	beforeCreate?: () => Promise<void>;
}

/** A Stream's executions, asked for before they are needed. */
export interface FirstLook {
	executions: Promise<Execution[]>;
	askedAtMs: number;
}

const HOUR_MS = 3_600_000;
/** An older first look is not used: someone else may have opened an execution since. */
const FIRST_LOOK_MS = 2_000;

/** Asks for a Stream's executions while something else is asked for; what it ends with is told where it is used. */
export function lookAhead(client: DomoClient, streamId: number): FirstLook {
	const executions = listRecentExecutions(client, streamId);
	executions.catch(() => undefined);
	return { executions, askedAtMs: Date.now() };
}

/**
 * Opens an execution on a Stream, as the only one: creating one makes Domo abort every other open one, so what is
 * running is looked at first. No part ever goes into an execution whose creation was not answered to us.
 *
 * @throws UploadError when another execution is running and may not be aborted, the update method is not honoured, or
 *   an execution may be left open
 * @throws DomoError when no execution was created, or none is left of those that were
 */
export async function openExecution(
	client: DomoClient,
	streamId: number,
	options: OpenExecutionOptions,
): Promise<Execution> {
	const lastId = await makeWay(client, streamId, options);
	if (options.beforeCreate) {
		await options.beforeCreate();
		stopIfGivenUp(streamId, options);
	}
	const execution = await createSettled(client, streamId, options.updateMethod, lastId);
	if (options.updateMethod && !options.trustExecutionUpdateMethod) {
		await checkUpdateMethod(client, streamId, execution, options.updateMethod);
	}
	return execution;
}

/** Deals with executions that are running; returns the newest execution's id, 0 where there is none. */
async function makeWay(client: DomoClient, streamId: number, options: OpenExecutionOptions): Promise<number> {
	const { executions, running, fresh } = await clearWay(client, streamId, options);
	await options.onWayClear?.(executions);
	for (const other of running) {
		const isFresh = fresh.includes(other);
		const left = await ensureEnded(client, streamId, other, isFresh);
		options.hint(left ?? abortedHint(streamId, other, isFresh, options.staleAfterHours));
	}
	return Math.max(0, ...executions.map(({ id }) => id));
}

/** Waits, where that is chosen, until no execution is in the way but those that may be aborted. */
async function clearWay(
	client: DomoClient,
	streamId: number,
	options: OpenExecutionOptions,
): Promise<{ executions: Execution[]; running: Execution[]; fresh: Execution[] }> {
	const startedAtMs = Date.now();
	let ahead = options.firstLook;
	let endWaiting: (() => void) | undefined;
	try {
		for (let pauseMs = options.pollMs; ; pauseMs = nextPollMs(pauseMs)) {
			const executions = await (isFresh(ahead) ? ahead.executions : listRecentExecutions(client, streamId));
			ahead = undefined;
			stopIfGivenUp(streamId, options);
			const waitedMs = Date.now() - startedAtMs;
			const { running, fresh, isClear } = wayOf(streamId, executions, options, waitedMs);
			if (isClear) return { executions, running, fresh };
			endWaiting ??= options.onWaiting?.();
			await pause(Math.min(pauseMs, options.waitTimeoutMs - waitedMs), options.giveUp ?? client.signal);
		}
	} finally {
		endWaiting?.();
	}
}

/**
 * What is in the way of a new execution, which would abort it.
 *
 * @returns those still going on, those of them that are not stale, and whether they may be aborted
 * @throws UploadError where they may be neither aborted nor waited for
 */
export function wayOf(
	streamId: number,
	executions: readonly Execution[],
	options: Pick<OpenExecutionOptions, 'activeExecution' | 'staleAfterHours' | 'waitTimeoutMs'>,
	waitedMs: number,
): { running: Execution[]; fresh: Execution[]; isClear: boolean } {
	const running = executions.filter((execution) => endingOf(execution) === undefined);
	const fresh = running.filter((execution) => ageHours(execution) < options.staleAfterHours);
	if (fresh.length === 0 || options.activeExecution === 'abortIt') return { running, fresh, isClear: true };
	if (options.activeExecution === 'fail' || waitedMs >= options.waitTimeoutMs) {
		throw alreadyRunning(streamId, fresh[0], options, waitedMs);
	}
	return { running, fresh, isClear: false };
}

/** Whether an execution may be opened by what was seen then. */
export function isFresh(look: FirstLook | undefined): look is FirstLook {
	return look !== undefined && Date.now() - look.askedAtMs < FIRST_LOOK_MS;
}

function stopIfGivenUp(streamId: number, { giveUp }: OpenExecutionOptions): void {
	if (giveUp?.aborted) throw cancelled(`Stopped before an execution was opened on the Stream ${streamId}`);
}

function abortedHint(
	streamId: number,
	execution: Execution,
	fresh: boolean,
	staleAfterHours: number,
): string {
	const { id, currentState, startedAt, createdAt } = execution;
	if (fresh) return `The execution ${id} was ${currentState} and was aborted, as 'Active Execution' says.`;
	return `The execution ${id} of the Stream ${streamId} was still ${currentState}, opened at ${startedAt ?? createdAt}, and was aborted: it was older than 'Stale After (Hours)' (${staleAfterHours}).`;
}

/**
 * Aborts someone else's execution, unless it has ended meanwhile. An old one that Domo refuses to abort may be in a
 * state that is an end which nobody here knows of: it must not keep the Stream closed.
 *
 * @returns a hint, where it was left as it is
 */
async function ensureEnded(
	client: DomoClient,
	streamId: number,
	other: Execution,
	isFresh: boolean,
): Promise<string | undefined> {
	const ref = { streamId, executionId: other.id };
	const refusal = await orDomoError(abortExecution(client, ref));
	if (!(refusal instanceof DomoError)) return undefined;
	const seen = await getExecution(client, ref);
	if (endingOf(seen) !== undefined) {
		return `The execution ${other.id} was ${other.currentState} and has ended as ${seen.currentState}.`;
	}
	if (!isFresh && seen.currentState !== 'ACTIVE' && refusal.details.status === 400) {
		return `The execution ${other.id} of the Stream ${streamId} is ${seen.currentState} and older than 'Stale After (Hours)'. Domo did not abort it, so it was left as it is.`;
	}
	throw withMore(refusal, `The execution is still ${seen.currentState}.`);
}

function ageHours(execution: Execution): number {
	const startedAtMs = Date.parse(execution.startedAt ?? execution.createdAt ?? '');
	return Number.isNaN(startedAtMs) ? 0 : (Date.now() - startedAtMs) / HOUR_MS;
}

function alreadyRunning(
	streamId: number,
	other: Execution,
	options: Pick<OpenExecutionOptions, 'activeExecution'>,
	waitedMs: number,
): UploadError {
	const since = other.startedAt ?? other.createdAt;
	const waited =
		options.activeExecution === 'wait' ? ` after waiting ${Math.round(waitedMs / 1000)} s for it` : '';
	return new UploadError(
		'UPLOAD_EXECUTION_RUNNING',
		`The execution ${other.id} of the Stream ${streamId} is still ${other.currentState}${since ? ` since ${since}` : ''}${waited}. It may be uploading, or Domo may be indexing it after its commit; a new execution would abort it.`,
		{
			streamId,
			fate: 'notCreated',
			effect: 'none',
			advice:
				"Nothing was sent. Run again when it has ended, or set 'Active Execution' to 'Wait' or, if you know that it was left behind, to 'Abort It'.",
		},
	);
}

/** Domo may ignore an execution's own update method: then an APPEND could become a REPLACE of everything. */
async function checkUpdateMethod(
	client: DomoClient,
	streamId: number,
	execution: Execution,
	updateMethod: UpdateMethod,
): Promise<void> {
	const { id: executionId } = execution;
	const seen =
		execution.updateMethod === undefined
			? await orDomoError(getExecution(client, { streamId, executionId }))
			: execution;
	if (!(seen instanceof DomoError) && seen.updateMethod === updateMethod) return;
	const outcome = await abortSettled(client, { streamId, executionId });
	const isOpen = outcome.fate !== 'aborted';
	const left = isOpen
		? `The execution could not be aborted (${outcome.because.message}), and nothing was uploaded.`
		: 'The execution was aborted and nothing was uploaded.';
	const abort = isOpen ? `Abort the execution ${executionId} with the operation 'Abort'. ` : '';
	const details = {
		streamId,
		executionId,
		fate: isOpen ? ('unknown' as const) : ('aborted' as const),
		effect: 'none' as const,
	};
	if (seen instanceof DomoError) {
		const { toe, advice = 'Run this again.' } = seen.details;
		throw new UploadError(
			'UPLOAD_UPDATE_METHOD_UNKNOWN',
			`${seen.message}. So it is not known whether it takes the update method ${updateMethod}. ${left}`,
			{ ...details, ...(toe ? { toe } : {}), advice: `${abort}${advice}` },
		);
	}
	throw new UploadError(
		'UPLOAD_UPDATE_METHOD_IGNORED',
		`The Stream ${streamId} did not take the update method ${updateMethod}: its new execution ${executionId} ${
			seen.updateMethod ? `says ${seen.updateMethod}` : 'does not say which one it uses'
		}. ${left}`,
		{
			...details,
			advice:
				`${abort}Change the Stream itself with the operation 'Update' to ${updateMethod}, then choose 'Use the Stream's Own'. 'Trust Execution Update Method' skips this check. ` +
				pleaseReport('whether an execution takes an update method of its own'),
		},
	);
}
