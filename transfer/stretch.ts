/** Keeps loops from holding up the other workflows of the same process. */

import { sleep } from 'n8n-workflow';

/** A loop rests after this much work at a stretch. */
export const LONG_STRETCH_MS = 15;

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
		await sleep(0, signal);
		this.startedAt = performance.now();
	}
}
