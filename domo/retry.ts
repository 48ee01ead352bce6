import { sleep } from 'n8n-workflow';

import { DomoError, type Effect } from './errors';

/** How long to go on trying. Changed by tests only, which have no time to wait. */
export const RETRY_TIMING = {
	/** How long one try may take, for a request that names no time of its own. */
	requestTimeoutMs: 60_000,
	/** An import or export moves a whole DataSet in one request. */
	transferTimeoutMs: 900_000,
	/** A query may run for 60 s on Domo's side; this leaves room for the answer. */
	queryTimeoutMs: 120_000,
	/** A download from which nothing has come for so long is given up: its request's own time-out ended with its head. */
	downloadIdleMs: 300_000,
	/** How long the page of a refused download may take to arrive. */
	errorPageMs: 10_000,
	/** How long n8n may take to fetch a token on the way: its own request for one has no time-out. */
	tokenTimeoutMs: 60_000,
	/** How long a request that could take effect unseen is let finish after Stop, before it is cut off. */
	stopGraceMs: 5_000,
	/** First pause; it doubles with each try. */
	basePauseMs: 500,
	/** No pause of our own choosing is longer. */
	maxPauseMs: 30_000,
	/** A `Retry-After` beyond this ends the request with Domo's own figure in the message. */
	maxRetryAfterMs: 5 * 60_000,
	/** All tries of one request together, pauses included; a last try may still run to its own time-out. */
	maxTotalMs: 30 * 60_000,
};

/** What an answer that is not 2xx leaves open. */
export interface RefusalMeaning {
	/** Whether the request may have taken effect although it was not answered well. */
	effect: Effect;
	/** Whether the same request may succeed if it is sent again. */
	isPassing: boolean;
}

const REFUSED: RefusalMeaning = { effect: 'none', isPassing: false };
const NOT_NOW: RefusalMeaning = { effect: 'none', isPassing: true };
const MAY_HAVE_HAPPENED: RefusalMeaning = { effect: 'unknown', isPassing: true };

/** Client errors that say more than "no". All others are refusals, which a second try would not change. */
const CLIENT_ERRORS: Readonly<Record<number, RefusalMeaning>> = {
	// The server gave up waiting, for the request or for what stands behind it: nobody says which.
	408: MAY_HAVE_HAPPENED,
	// Too Early: the server would not risk processing it.
	425: NOT_NOW,
	429: NOT_NOW,
	// Of proxies (AWS, nginx): the connection was closed before an answer was there.
	460: MAY_HAVE_HAPPENED,
	499: MAY_HAVE_HAPPENED,
};

/** What a status that is not 2xx says of the request it answers. */
export function meaningOf(status: number): RefusalMeaning {
	return status >= 500 ? MAY_HAVE_HAPPENED : (CLIENT_ERRORS[status] ?? REFUSED);
}

/** Whether the same request may succeed if it is sent again, whatever it did the first time. */
export function isPassing(error: DomoError): boolean {
	const { kind, status } = error.details;
	if (kind === 'noAnswer' || kind === 'unreachable' || kind === 'garbled') return true;
	return kind === 'refused' && status !== undefined && meaningOf(status).isPassing;
}

/**
 * How long to wait before try number `nextTry` (2, 3, …): Domo's own `Retry-After`, else exponential backoff
 * with full jitter, so that workers which failed together don't come back together.
 *
 * @param random a number from 0 to below 1
 */
export function pauseBeforeTryMs(nextTry: number, retryAfterMs: number | undefined, random: number): number {
	if (retryAfterMs !== undefined) return retryAfterMs;
	return random * Math.min(RETRY_TIMING.maxPauseMs, RETRY_TIMING.basePauseMs * 2 ** (nextTry - 2));
}

/**
 * Reads a `Retry-After` header: seconds or an HTTP date.
 *
 * @returns milliseconds from now, at least 0; undefined where the header is absent or unreadable
 */
export function parseRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
	if (header === undefined || header.trim() === '') return undefined;
	const seconds = Number(header);
	if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
	// Date.parse makes a date of nearly any text that has a number in it; it would be long past.
	const at = /\d:\d\d/.test(header) ? Date.parse(header) : NaN;
	return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** The longest pause between two looks at something that takes Domo seconds to minutes. */
const MAX_POLL_MS = 10_000;

/** Looks become rarer the longer something takes. */
export function nextPollMs(pollMs: number): number {
	return Math.min(pollMs * 1.5, MAX_POLL_MS);
}

/** Waits, and ends at once with a DomoError of kind `cancelled` when the signal fires. */
export async function pause(durationMs: number, signal?: AbortSignal): Promise<void> {
	if (signal === undefined) return await sleep(durationMs);
	// Its own, which ends the timer, too: one of a quarter of an hour would keep a stopped n8n from ending.
	const timer = new AbortController();
	let onAbort = () => {};
	const aborted = new Promise<void>((resolve) => {
		onAbort = () => {
			timer.abort();
			resolve();
		};
		signal.addEventListener('abort', onAbort, { once: true });
	});
	if (!signal.aborted) await Promise.race([sleep(durationMs, timer.signal).catch(() => undefined), aborted]);
	signal.removeEventListener('abort', onAbort);
	if (signal.aborted) throw cancelled('Stopped while waiting');
}

/**
 * A signal that follows another one after `stopGraceMs`.
 *
 * @returns the signal, and what to call once the work it is for has ended
 */
export function afterGrace(signal: AbortSignal): { signal: AbortSignal; end: () => void } {
	const late = new AbortController();
	const timer = new AbortController();
	const onAbort = () => {
		sleep(RETRY_TIMING.stopGraceMs, timer.signal).then(
			() => late.abort(signal.reason),
			() => undefined,
		);
	};
	signal.addEventListener('abort', onAbort, { once: true });
	const end = () => {
		signal.removeEventListener('abort', onAbort);
		timer.abort();
	};
	return { signal: late.signal, end };
}

/** @param said how far it came, one sentence without its full stop: "Stopped before Domo was asked to …" */
export function cancelled(said: string): DomoError {
	return new DomoError('DOMO_STOPPED', said, { kind: 'cancelled', effect: 'unknown' });
}
