import type { DomoClient } from '../../domo/client';
import { endingOf } from '../../domo/executions';
import { pause } from '../../domo/retry';
import type { Execution } from '../../domo/types';

/** What to do where a commit would come sooner after the last one than Domo allows. */
export type CommitTooSoon = 'try' | 'fail' | 'wait';

const MINUTE_MS = 60_000;
/** Domo's times are whole seconds: the moment itself may be up to one later. */
const TIME_PRECISION_MS = 1_000;

/**
 * When the Stream may be committed again: Domo takes one commit per 15 minutes and Stream by default, and more or less
 * in some instances.
 *
 * @param executions of the Stream, newest first
 * @returns the time in ms, or undefined where no earlier commit is known
 */
export function nextCommitAtMs(executions: readonly Execution[], minMinutes: number): number | undefined {
	const last = executions.find((execution) => endingOf(execution) === 'success');
	const endedAtMs = [last?.endedAt, last?.modifiedAt, last?.startedAt]
		.map((time) => Date.parse(time ?? ''))
		.find((time) => !Number.isNaN(time));
	if (endedAtMs === undefined) return undefined;
	// Domo's clock may be ahead; and a timer for a time far off would fire at once.
	return Math.min(endedAtMs, Date.now()) + TIME_PRECISION_MS + minMinutes * MINUTE_MS;
}

/** Waits until then, if it is not past. @throws DomoError of kind `cancelled` when the client's signal fires */
export async function waitUntil(atMs: number | undefined, client: DomoClient): Promise<void> {
	const leftMs = (atMs ?? 0) - Date.now();
	if (leftMs > 0) await pause(leftMs, client.signal);
}

/** "14:05 UTC (in 12 minutes)" */
export function inWords(atMs: number): string {
	const minutes = Math.max(1, Math.ceil((atMs - Date.now()) / MINUTE_MS));
	return `${new Date(atMs).toISOString().slice(11, 16)} UTC (in ${minutes} minute${minutes === 1 ? '' : 's'})`;
}
