import { createHash } from 'crypto';

import type { PartEncoding } from '../../domo/executions';
import type { BufferPool } from './bufferPool';
import type { MemoryBudget } from './memoryBudget';
import { PartMemory, partMemoryBytes, rawBytesWithin } from './partMemory';
import type { PartTools } from './partTools';
import type { RowSource } from '../rowSource';
import type { TimeSpent } from './timeSpent';

/** How much a source fills at once: 256 kB to 1 MB is fastest. */
const FILL_BYTES = 1024 * 1024;
/** So much of the room is not asked for: the record that crosses the limit still fits. */
const LAST_RECORD_BYTES = 64 * 1024;

/**
 * The first part is this small, the second twice as large, and so on, unless Domo is far away: sending begins at once, workers do not all gzip
 * and then all send, and a small input still keeps every one of them busy to its end.
 */
const FIRST_PART_BYTES = 1_000_000;

/**
 * This much of the budget is for parts. The rest is for what passes through memory on the way to and from them: pieces
 * of a file and of gzip's output, which stay until V8 collects them (after some 64 MB of them).
 */
const SHARE_FOR_PARTS = 0.5;

/** How a part is to be sent. */
export interface PartChoice {
	encoding: PartEncoding;
	/** A further limit of its raw bytes. */
	mostBytes?: number;
	/** Whether it is as large as a part may be, however early it comes. */
	isFullSize: boolean;
}

/** One numbered part, cut and not yet gzipped. */
export interface RawPart {
	/** 1…N, in the order of the rows. */
	id: number;
	/** 0-based row of the whole upload the part begins with. */
	firstRow: number;
	rows: number;
	rawBytes: number;
	encoding: PartEncoding;
	/** Holds the raw bytes; once they are gzipped in place, those instead. */
	memory: PartMemory;
	/** Of the raw bytes, hex; only where it was asked for. */
	sha256?: string;
	/**
	 * Lets go of the part's memory; called once, at the end.
	 *
	 * @param isReadNoMore whether it may be filled anew: not where a request that reads it may still be on its way
	 */
	release(isReadNoMore: boolean): void;
}

export interface CutOptions {
	/** Soft limit of a part's raw bytes: it ends at the first record end at or past it. Most parts may be smaller. */
	partSizeBytes: number;
	/** Hard limit of a part's rows. */
	rowsPerPart: number;
	budget: MemoryBudget;
	tools: PartTools;
	signal: AbortSignal;
	/** Whether parts get their SHA-256, for a resume. */
	withSha256: boolean;
	/** How the next part will be sent. */
	nextChoice: () => PartChoice;
	/** How many workers draw: parts are cut small enough for each to hold one. */
	partsAtOnce: number;
	/** For a resume: how many rows a part must have, where the earlier run's parts fix it. */
	plannedRows?: (partId: number) => number | undefined;
	/** Takes note of when rows are read. */
	spent?: TimeSpent;
}

/**
 * Cuts a row source into parts, numbered where they are cut. Workers draw from it in turn; memory is bounded
 * because a part is drawn only when its share of the budget is free.
 *
 * @throws InputError from the source
 */
export class PartCutter {
	/** The memory of parts; used again, so that hardly more than one a worker is ever made. */
	private readonly pool: BufferPool;
	private readonly mostBytes: number;
	private nextId = 1;
	private nextRow = 0;
	private cutBytes = 0;
	private ended = false;
	/** One draw at a time: rows must come in order. */
	private turn: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly source: RowSource,
		private readonly options: CutOptions,
	) {
		const { budget, partSizeBytes, partsAtOnce } = options;
		const shareBytes = Math.floor((budget.totalBytes * SHARE_FOR_PARTS) / partsAtOnce);
		this.mostBytes = Math.min(partSizeBytes, Math.max(FILL_BYTES, rawBytesWithin(shareBytes)));
		this.pool = options.tools.poolOf(partMemoryBytes(this.mostBytes));
	}

	/** What was cut so far; the bytes are raw. */
	get cut(): { parts: number; rows: number; bytes: number } {
		return { parts: this.nextId - 1, rows: this.nextRow, bytes: this.cutBytes };
	}

	/** The next part, or null at the end of the input. */
	async next(): Promise<RawPart | null> {
		const drawn = this.turn.then(async () => await this.draw());
		this.turn = drawn.catch(() => undefined);
		return await drawn;
	}

	private async draw(): Promise<RawPart | null> {
		if (this.ended) return null;
		const { budget, signal, nextChoice } = this.options;
		const { encoding, mostBytes = Infinity, isFullSize } = nextChoice();
		const limits = this.limitsOfNext(
			isFullSize ? mostBytes : Math.min(mostBytes, FIRST_PART_BYTES * this.nextId),
		);
		const reservation = await budget.reserve(
			limits.isPlanned ? budget.totalBytes : this.pool.sizeBytes,
			signal,
		);
		const pooled = this.pool.take();
		const memory = new PartMemory(pooled);
		const release = (isReadNoMore: boolean) => {
			if (isReadNoMore) this.pool.giveBack(pooled);
			reservation.release();
		};
		const endReading = this.options.spent?.begin('cpu');
		const drawn = await this.fill(memory, limits)
			.catch((error: unknown) => {
				release(true);
				throw error;
			})
			.finally(endReading);
		if (drawn.rows === 0) {
			release(true);
			return null;
		}
		reservation.shrinkTo(memory.bytes.length);
		const { rawBytes } = memory;
		const part = { id: this.nextId++, firstRow: this.nextRow, encoding, memory, rawBytes, release, ...drawn };
		this.nextRow += drawn.rows;
		this.cutBytes += rawBytes;
		return part;
	}

	private limitsOfNext(mostBytes: number): { bytes: number; rows: number; isPlanned: boolean } {
		const { budget, rowsPerPart, plannedRows } = this.options;
		const rows = plannedRows?.(this.nextId);
		// Its bytes are known only once it is drawn: until then it is alone.
		if (rows !== undefined) return { bytes: rawBytesWithin(budget.totalBytes), rows, isPlanned: true };
		const bytes = Math.min(this.mostBytes, mostBytes);
		return { bytes, rows: rowsPerPart, isPlanned: false };
	}

	private async fill(
		memory: PartMemory,
		limits: { bytes: number; rows: number },
	): Promise<Pick<RawPart, 'rows' | 'sha256'>> {
		const hash = this.options.withSha256 ? createHash('sha256') : undefined;
		let rows = 0;
		while (memory.rawBytes < limits.bytes && rows < limits.rows) {
			this.options.signal.throwIfAborted();
			const room = memory.room();
			const block = await this.source.next(
				Math.min(FILL_BYTES, limits.bytes - memory.rawBytes, room.length - LAST_RECORD_BYTES),
				limits.rows - rows,
				room,
			);
			if (block === null) {
				this.ended = true;
				break;
			}
			hash?.update(block.bytes);
			memory.add(block.bytes, room);
			rows += block.rows;
		}
		return { rows, ...(hash ? { sha256: hash.digest('hex') } : {}) };
	}
}
