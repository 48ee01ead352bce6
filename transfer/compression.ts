import type { PartEncoding } from '../domo/executions';
import type { PartChoice } from './parts';

export type Compression = 'auto' | PartEncoding;

/**
 * The least share of a part's sending that is taken as the line's own time: a request that Domo was slow to answer must
 * not make the line look endlessly fast.
 */
const LEAST_LINE_SHARE = 0.05;

/**
 * Until a part is measured, `auto` gzips, and to a Domo that answers within this time only small ones: on a fast line,
 * gzipping them is what takes the time. A distant one leaves the time for it while it opens the execution, and every
 * small part would cost another way there and back.
 */
const NEAR_MS = 50;
const UNMEASURED_NEAR_PART_BYTES = 1_000_000;

/**
 * Chooses how each part is sent. `auto` asks what is the brake just then: gzip, while it makes bytes slower than the
 * line takes them, or the line. It holds the bytes per second that gzip swallows (raw) against the raw bytes per
 * second the line would carry either way.
 */
export class CompressionChoice {
	private gzipRawBytes = 0;
	private gzipMs = 0;
	private sentBytes = 0;
	private sendMs = 0;
	private gzippedBytes = 0;
	private isMeasured = false;

	/** @param latencyMs how long Domo takes to answer at best, as far as is known by then */
	constructor(
		private readonly compression: Compression,
		private readonly latencyMs: () => number,
	) {}

	/** How the next part goes out. */
	next(): PartChoice {
		if (this.compression !== 'auto') return { encoding: this.compression };
		if (!this.isMeasured) {
			return { encoding: 'gzip', ...(this.latencyMs() < NEAR_MS ? { mostBytes: UNMEASURED_NEAR_PART_BYTES } : {}) };
		}
		return { encoding: this.plainIsFaster() ? 'none' : 'gzip' };
	}

	/**
	 * Tells what a part took.
	 *
	 * @param part gzipMs is 0 for a plain one; latencyMs is what sending takes whatever the bytes, which is the same
	 *   for a plain part and a gzipped one, and so says nothing about which of them is better
	 */
	measured(part: {
		encoding: PartEncoding;
		rawBytes: number;
		sentBytes: number;
		gzipMs: number;
		sendMs: number;
		latencyMs: number;
	}): void {
		this.isMeasured = true;
		// Older parts count half as much each time: a line's speed changes within a run.
		this.sentBytes = this.sentBytes / 2 + part.sentBytes;
		this.sendMs = this.sendMs / 2 + Math.max(part.sendMs - part.latencyMs, part.sendMs * LEAST_LINE_SHARE);
		if (part.encoding === 'none') return;
		this.gzipRawBytes = this.gzipRawBytes / 2 + part.rawBytes;
		this.gzippedBytes = this.gzippedBytes / 2 + part.sentBytes;
		this.gzipMs = this.gzipMs / 2 + part.gzipMs;
	}

	private plainIsFaster(): boolean {
		const linePerMs = this.sentBytes / Math.max(this.sendMs, 1);
		const ratio = this.gzippedBytes / Math.max(this.gzipRawBytes, 1);
		// Per raw byte and worker: plain takes the line's time for it; gzipped, its own time and the line's for less.
		const plainMs = 1 / linePerMs;
		const gzipMs = this.gzipMs / Math.max(this.gzipRawBytes, 1) + ratio / linePerMs;
		return plainMs < gzipMs;
	}
}
