import type { PartEncoding } from '../../domo/executions';
import { Line } from './line';
import { Pace } from './pace';
import type { PartChoice } from './parts';

export type Compression = 'auto' | PartEncoding;

/** Our own gzip on the JavaScript thread, or `CompressionStream` beside it: a tenth fewer bytes for seven times the work. */
export type GzipLevel = 'fast' | 'dense';

/**
 * Until a part is measured, `auto` gzips, and to a Domo that answers within this time only small ones: on a fast line,
 * gzipping them is what takes the time. A distant one leaves the time for it while it opens the execution, also for dense
 * gzip, as long as that is done by its next answer. Every part costs a way there and back, or several on a connection of its
 * own: so to a distant one, no part is small.
 */
const NEAR_MS = 50;
const UNMEASURED_NEAR_PART_BYTES = 1_000_000;

/** What the fast gzip does on most machines, until it is measured: 150 MB/s. */
const ASSUMED_FAST_MS_PER_BYTE = 1 / 150_000;
/** How many times as long dense gzip takes, until it is measured: on a busy machine, too. */
const ASSUMED_DENSE_TO_FAST = 7;

/** One part's gzip, while it is made. */
export interface PartGzip {
	level: GzipLevel;
	end(): void;
}

/**
 * Chooses how each part is sent, by what is the brake just then: the line, or gzip.
 *
 * `auto` sends plain parts while the line takes them faster than gzip would make smaller ones. Where parts are
 * gzipped, dense gzip makes them while the line has enough to do with the parts before, and wherever it is done first:
 * that is the case on idle cores while other parts wait for the JavaScript thread. All others are made by the fast one.
 */
export class CompressionChoice {
	readonly line: Line;
	/** As each takes for a part by itself. */
	private readonly paces: Record<GzipLevel, Pace>;
	/** Of parts for the fast gzip that are not done. */
	private fastBytesAhead = 0;
	/**
	 * @param latencyMs how long Domo takes to answer at best, as far as is known by then
	 * @param now in milliseconds
	 */
	constructor(
		private readonly compression: Compression,
		private readonly latencyMs: () => number,
		private readonly now: () => number = () => performance.now(),
	) {
		this.line = new Line(now);
		const fast = new Pace(() => ASSUMED_FAST_MS_PER_BYTE);
		this.paces = { fast, dense: new Pace(() => fast.msPerByte * ASSUMED_DENSE_TO_FAST) };
	}

	/** How the next part goes out. */
	next(): PartChoice {
		const isFullSize = !this.isNear;
		if (this.compression !== 'auto') return { encoding: this.compression, isFullSize };
		if (!this.line.isMeasured) {
			return {
				encoding: 'gzip',
				isFullSize,
				...(this.isNear ? { mostBytes: UNMEASURED_NEAR_PART_BYTES } : {}),
			};
		}
		return { encoding: this.plainIsFaster() ? 'none' : 'gzip', isFullSize };
	}

	/**
	 * Which gzip makes the next part; its time is taken until `end`.
	 *
	 * @param canBeFast whether there is a choice
	 */
	beginGzip(rawBytes: number, canBeFast = true): PartGzip {
		const level = canBeFast ? this.levelFor(rawBytes) : 'dense';
		const startedAtMs = this.now();
		const bytesAhead = this.fastBytesAhead;
		if (level === 'fast') this.fastBytesAhead += rawBytes;
		return {
			level,
			end: () => {
				const ms = this.now() - startedAtMs;
				if (level === 'dense') {
					this.paces.dense.measured(rawBytes, ms);
					return;
				}
				this.fastBytesAhead -= rawBytes;
				// Parts are made one after the other: the time is that of all that were not done.
				this.paces.fast.measured(rawBytes, (ms * rawBytes) / (rawBytes + bytesAhead));
			},
		};
	}

	private get isNear(): boolean {
		return this.latencyMs() < NEAR_MS;
	}

	private levelFor(rawBytes: number): GzipLevel {
		const denseMs = rawBytes * this.paces.dense.msPerByte;
		const lineMs = this.line.busyForMs ?? (this.isNear ? 0 : this.latencyMs());
		const fastMs = (this.fastBytesAhead + rawBytes) * this.paces.fast.msPerByte;
		return denseMs <= lineMs || denseMs < fastMs ? 'dense' : 'fast';
	}

	private plainIsFaster(): boolean {
		// Cut, gzipped and sent side by side: the slowest of them sets the pace. A line that takes raw bytes faster than
		// they are gzipped takes gzipped ones faster, too.
		return this.line.msPerByte < this.paces.fast.msPerByte;
	}
}
