/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** Another workflow of the same n8n, asked over and over: how long its answers take while an upload runs. */

/** Between two calls. */
const PAUSE_MS = 25;

export interface Call {
	startedAtMs: number;
	ms: number;
}

/** Calls a Webhook, one call after the other, until the returned function is called. */
export function callOverAndOver(url: string): () => Promise<Call[]> {
	const calls: Call[] = [];
	let isOver = false;
	const calling = (async () => {
		while (!isOver) {
			const startedAtMs = performance.now();
			// n8n closes a connection that was idle for 5 s: a request that takes it just then would fail.
			await (await fetch(url, { headers: { connection: 'close' } })).arrayBuffer();
			calls.push({ startedAtMs, ms: performance.now() - startedAtMs });
			await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
		}
	})();
	return async () => {
		isOver = true;
		await calling;
		return calls;
	};
}

/** The time that 99 of 100 calls stay within. */
export function percentile99(calls: Call[]): number | undefined {
	const sorted = calls.map(({ ms }) => ms).sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)];
}
