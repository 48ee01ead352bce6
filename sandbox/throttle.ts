/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as wait } from 'node:timers/promises';

/** A line of so many bytes a second, shared by everyone who takes from it. */
export class Throttle {
	private freeAt = 0;

	/** @param bytesPerSecond asked at each take, so that it can change; 0 is no limit */
	constructor(private readonly bytesPerSecond: () => number) {}

	/** Resolves once the line has carried these bytes. */
	async take(bytes: number): Promise<void> {
		const rate = this.bytesPerSecond();
		if (rate <= 0 || bytes === 0) return;
		const now = performance.now();
		this.freeAt = Math.max(now, this.freeAt) + (bytes / rate) * 1000;
		const waitMs = this.freeAt - now;
		// Timers are no finer than a millisecond: shorter waits are left to add up.
		if (waitMs >= 2) await wait(waitMs);
	}

	/** The same chunks, no faster than the line carries them. */
	async *pace(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
		for await (const chunk of chunks) {
			if (this.bytesPerSecond() <= 0) {
				yield chunk;
				continue;
			}
			for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
				const piece = chunk.subarray(start, start + PIECE_BYTES);
				await this.take(piece.length);
				yield piece;
			}
		}
	}
}

const PIECE_BYTES = 16 * 1024;

/** Lets one caller through at a time, in the order they came. */
export class Turnstile {
	private last: Promise<unknown> = Promise.resolve();

	async run<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.last.then(work, work);
		this.last = turn.catch(() => undefined);
		return await turn;
	}
}
