/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;

/** Waits until `read` gives something true. @throws with `what` when it does not in time */
export async function eventually<T>(
	what: string,
	read: () => T | Promise<T>,
	timeoutMs = 90_000,
): Promise<NonNullable<T>> {
	const end = performance.now() + timeoutMs;
	for (;;) {
		const value = await read();
		if (value) return value;
		if (performance.now() > end) throw new Error(`Not within ${timeoutMs / 1000} s: ${what}`);
		await delay(POLL_MS);
	}
}
