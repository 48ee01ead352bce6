/** Keeps loops from holding up what else the process does: other workflows, and our own gzips and uploads. */

/**
 * A loop rests after this much work at a stretch. Short, as each gzip waits for the JS thread after every 16 kB it has
 * made, and each upload after every piece its socket has taken.
 */
export const LONG_STRETCH_MS = 4;

/**
 * While others have work to do, a loop rests after this much already: another workflow of n8n takes dozens of turns of
 * the event loop, and waits for each of them.
 */
const LONG_BESIDE_OTHERS_MS = 1;

/** Others have work to do where it takes them this long in one turn of the event loop; our own requests take less. */
const OTHERS_WORK_MS = 1;

/**
 * Beside others, at least so many turns pass at each rest: many of theirs are short, and end where they wait for a database. With one
 * turn, the answers of another workflow took two thirds longer; with eight, a load took 8 % longer than with four.
 */
const LEAST_TURNS_BESIDE_OTHERS = 4;

/** How long that counts: what others do, they seldom do in turns one right after the other. */
const OTHERS_COUNT_FOR_MS = 100;

/** Others that never come to an end don't keep a loop from going on: so many turns of theirs are let pass at most. */
const MOST_TURNS_FOR_OTHERS = 10;

/** No loop works for longer without a rest, but for what one step of it takes. */
const MOST_WORK_MS = 2 * LONG_STRETCH_MS;

/** What all loops here have worked together, up to their last rests: what a turn takes beyond it is others' work. */
let workedMs = 0;
let othersSeenAtMs = -Infinity;

/**
 * When a loop here last came out of a rest. A loop's own last rest may be longer ago: it may have waited for another
 * one's, as the reader of a file does that rests between its records and within them.
 */
let restedAtMs = -Infinity;

/** The time a loop has worked without a rest. */
export class Stretch {
	private startedAtMs = performance.now();

	/** @param longMs how long it may work without one */
	constructor(private readonly longMs = LONG_STRETCH_MS) {}

	isLong(): boolean {
		const nowMs = performance.now();
		const longMs = isBesideOthers(nowMs) ? Math.min(LONG_BESIDE_OTHERS_MS, this.longMs) : this.longMs;
		return this.sinceRestMs(nowMs) > longMs;
	}

	/**
	 * Lets everything else that waits run, and goes on once there is nothing left of it.
	 *
	 * @throws the signal's reason once it is aborted
	 */
	async rest(signal?: AbortSignal): Promise<void> {
		// A loop may have waited for bytes meanwhile, which is no work.
		workedMs += Math.min(this.sinceRestMs(performance.now()), MOST_WORK_MS);
		const rested = lastRest.then(async () => await letOthersWork(signal));
		lastRest = rested;
		await rested;
		signal?.throwIfAborted();
		restedAtMs = this.startedAtMs = performance.now();
	}

	/** How long it has worked without a rest. */
	private sinceRestMs(nowMs: number): number {
		return nowMs - Math.max(this.startedAtMs, restedAtMs);
	}
}

/** One loop at a time comes out of its rest in a turn of the event loop. */
let lastRest: Promise<void> = Promise.resolve();

function isBesideOthers(nowMs: number): boolean {
	return nowMs - othersSeenAtMs < OTHERS_COUNT_FOR_MS;
}

async function letOthersWork(signal?: AbortSignal): Promise<void> {
	const leastTurns = isBesideOthers(performance.now()) ? LEAST_TURNS_BESIDE_OTHERS : 1;
	for (let turn = 1; turn <= MOST_TURNS_FOR_OTHERS; turn++) {
		if ((await othersWorkMs()) >= OTHERS_WORK_MS) othersSeenAtMs = performance.now();
		else if (turn >= leastTurns) break;
		if (signal?.aborted) break;
	}
}

/** Waits for the event loop's next turn. @returns what others have worked in it */
async function othersWorkMs(): Promise<number> {
	const startedAtMs = performance.now();
	const workedBeforeMs = workedMs;
	await nextTurn();
	return performance.now() - startedAtMs - (workedMs - workedBeforeMs);
}

/**
 * Waits for the event loop's next turn: timers, sockets and the thread pool's results come first. A timer of 0 ms
 * would wait for 1 ms, in which nothing may be there to do.
 */
async function nextTurn(): Promise<void> {
	// A channel of its own for each turn: Node.js hands out up to 1,000 messages of one port before it goes on.
	const { port1, port2 } = new MessageChannel();
	await new Promise<void>((resolve) => {
		port1.once('message', resolve);
		port2.postMessage(null);
	});
	port1.close();
}
