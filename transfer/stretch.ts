/** Keeps loops from holding up what else the process does: other workflows, and our own gzips and uploads. */

/**
 * A loop rests after this much work at a stretch. Short, as each gzip waits for the JS thread after every 16 kB it has
 * made, and each upload after every piece its socket has taken.
 */
export const LONG_STRETCH_MS = 4;

/** The time a loop has worked without a rest. */
export class Stretch {
	private startedAt = performance.now();

	isLong(): boolean {
		return performance.now() - this.startedAt > LONG_STRETCH_MS;
	}

	/**
	 * Lets everything else that waits run.
	 *
	 * @throws the signal's reason once it is aborted
	 */
	async rest(signal?: AbortSignal): Promise<void> {
		await nextTurn();
		signal?.throwIfAborted();
		this.startedAt = performance.now();
	}
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
