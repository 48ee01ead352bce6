import type { DomoClient } from '../../domo/client';
import { DomoError, orDomoError } from '../../domo/errors';
import { abortExecution, endingOf, getExecution } from '../../domo/executions';
import type { ExecutionRef } from '../../domo/types';
import { abortedElsewhere } from './abortedElsewhere';
import { refusalReason } from './refusalReason';

/**
 * What has become of an execution whose commit Domo refused:
 * `success`: its rows are in the DataSet, by another commit; `failed`: it is over and none of them is;
 * `open`: its parts are there, and it can be committed later; `active`: it is ACTIVE, and the refusal does not say
 * whether it is open or being indexed; `goingOn`: a commit of it seems to have taken effect; `unknown`: Domo did not say.
 */
export type RefusedCommit =
	| { fate: 'success' | 'open' | 'active' | 'goingOn'; state: string }
	/** `elsewhere`: a sentence without its full stop, where someone else's new execution has aborted it. */
	| { fate: 'failed'; state: string; elsewhere?: string }
	| { fate: 'unknown'; because: DomoError };

/** Asks Domo what a commit that it refused leaves behind; also after Stop. */
export async function settleRefusedCommit(
	client: DomoClient,
	ref: ExecutionRef,
	refusal: DomoError,
): Promise<RefusedCommit> {
	const seen = await orDomoError(getExecution(client.evenAfterStop(), ref));
	if (seen instanceof DomoError) return { fate: 'unknown', because: seen };
	const { currentState: state } = seen;
	const ending = endingOf(seen);
	if (ending === 'success') return { fate: 'success', state };
	if (ending === undefined) return { fate: fateOfGoingOn(state, refusal), state };
	const elsewhere = await abortedElsewhere(client, ref);
	return { fate: 'failed', state, ...(elsewhere ? { elsewhere } : {}) };
}

/**
 * What has become of an execution that was to be aborted:
 * `aborted`: surely nothing of it gets into the DataSet; `committed`: its rows are in; `unknown`: it may still go on.
 * `because` is the refusal of the abort, or what its answer was lost to.
 */
export type AbortOutcome =
	| { fate: 'aborted' }
	| { fate: 'committed'; state: string; because: DomoError }
	| { fate: 'unknown'; state?: string; because: DomoError };

/**
 * Aborts an execution, also after Stop. One that was aborted meanwhile, by an abort whose answer was lost or by someone
 * else, is as good.
 */
export async function abortSettled(client: DomoClient, ref: ExecutionRef): Promise<AbortOutcome> {
	const detached = client.evenAfterStop();
	const because = await orDomoError(abortExecution(detached, ref));
	if (!(because instanceof DomoError)) return { fate: 'aborted' };
	const seen = await orDomoError(getExecution(detached, ref));
	if (seen instanceof DomoError) return { fate: 'unknown', because };
	const { currentState: state } = seen;
	const ending = endingOf(seen);
	if (ending === 'failed') return { fate: 'aborted' };
	return { fate: ending === 'success' ? 'committed' : 'unknown', state, because };
}

function fateOfGoingOn(state: string, refusal: DomoError): 'open' | 'active' | 'goingOn' {
	if (state !== 'ACTIVE') return 'goingOn';
	const reason = refusalReason(refusal);
	if (reason === 'open') return 'open';
	return reason === 'over' ? 'goingOn' : 'active';
}

/**
 * What has become of an execution that is to be left open:
 * `success`, `failed`: it is over; `open`: it takes parts; `unknown`: it may be open, or another job's commit of it may
 * be on its way into the DataSet.
 */
export type LeftOpen =
	{ fate: 'success' | 'failed'; state: string } | { fate: 'open' | 'unknown'; state?: string };

/**
 * Asks Domo whether an execution that is to be left open is open; also after Stop.
 *
 * @param refusal of a part, where that is what ended the upload: an execution that is over takes no parts
 */
export async function settleLeftOpen(
	client: DomoClient,
	ref: ExecutionRef,
	refusal?: DomoError,
): Promise<LeftOpen> {
	const reason = refusal ? refusalReason(refusal) : 'open';
	const seen = await orDomoError(getExecution(client.evenAfterStop(), ref));
	if (seen instanceof DomoError) return { fate: reason === 'open' ? 'open' : 'unknown' };
	const { currentState: state } = seen;
	const ending = endingOf(seen);
	if (ending) return { fate: ending, state };
	return { fate: reason === 'open' && state === 'ACTIVE' ? 'open' : 'unknown', state };
}
