import { createHash } from 'crypto';

import type { PartEncoding } from '../domo/executions';
import { BufferPool } from './bufferPool';
import type { MemoryBudget, Reservation } from './memoryBudget';
import type { RowSource } from './rowSource';

/** What a source fills at once, and what gzip is fed at once: 256 kB to 1 MB is fastest for both. */
export const BLOCK_BYTES = 1024 * 1024;
/** A block is asked for below its room, so that the record that crosses the limit still fits. */
const FILL_BYTES = BLOCK_BYTES - 64 * 1024;

/**
 * The first parts are this small, and those after them twice as large each round: sending begins at once, and a small
 * input still keeps every worker busy to its end (106 MB in parts of 32 MB are three and a bit: two cores do not share
 * them evenly).
 */
const FIRST_PART_BYTES = 4_000_000;

/** Node.js gzips at most so many parts at once: its thread pool's size. */
const GZIPS_AT_ONCE = 4;

/** One numbered part, cut and not yet gzipped. */
export interface RawPart {
	/** 1…N, in the order of the rows. */
	id: number;
	/** 0-based row of the whole upload the part begins with. */
	firstRow: number;
	rows: number;
	rawBytes: number;
	/** How it is to be sent; decided before it is drawn, as it says what it is drawn into. */
	encoding: PartEncoding;
	/** Whole records, in order. */
	blocks: Buffer[];
	/** Of the raw bytes, hex; only where it was asked for. */
	sha256?: string;
	reservation: Reservation;
	/** Hands a block's memory back once nothing reads it any more. */
	giveBack(block: Buffer): void;
}

export interface CutOptions {
	/** Soft limit of a part's raw bytes: it ends at the first record end at or past it. Most parts may be smaller. */
	partSizeBytes: number;
	/** Hard limit of a part's rows. */
	rowsPerPart: number;
	budget: MemoryBudget;
	signal: AbortSignal;
	/** Whether parts get their SHA-256, for a resume. */
	withSha256: boolean;
	/** How the next part will be sent. */
	nextEncoding: () => PartEncoding;
	/** How many workers draw: parts are cut small enough for each to hold one. */
	partsAtOnce: number;
	/** For a resume: how many rows a part must have, where the earlier run's parts fix it. */
	plannedRows?: (partId: number) => number | undefined;
}

/**
 * Cuts a row source into parts, numbered where they are cut. Workers draw from it in turn; memory is bounded
 * because a part is drawn only when its share of the budget is free.
 *
 * @throws InputError from the source
 */
export class PartCutter {
	private readonly pool = new BufferPool(BLOCK_BYTES);
	/** For plain parts, which are drawn in one piece. */
	private readonly wholePool: BufferPool;
	private nextId = 1;
	private nextRow = 0;
	private ended = false;
	/** One draw at a time: rows must come in order. */
	private turn: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly source: RowSource,
		private readonly options: CutOptions,
	) {
		this.wholePool = new BufferPool(Math.min(options.partSizeBytes, this.shareBytes('none')) + BLOCK_BYTES);
	}

	/** Parts and rows cut so far. */
	get cut(): { parts: number; rows: number } {
		return { parts: this.nextId - 1, rows: this.nextRow };
	}

	/** The next part, or null at the end of the input. */
	async next(): Promise<RawPart | null> {
		const drawn = this.turn.then(async () => await this.draw());
		this.turn = drawn.catch(() => undefined);
		return await drawn;
	}

	private async draw(): Promise<RawPart | null> {
		if (this.ended) return null;
		const { budget, signal } = this.options;
		const encoding = this.options.nextEncoding();
		const limits = this.limitsOfNext(encoding);
		const reservation = await budget.reserve(limits.bytes + BLOCK_BYTES, signal);
		const drawn = await this.fill(limits, encoding).catch((error: unknown) => {
			reservation.release();
			throw asGiven(error);
		});
		if (drawn.rows === 0) {
			reservation.release();
			return null;
		}
		reservation.shrinkTo(drawn.rawBytes + (encoding === 'none' ? 0 : BLOCK_BYTES));
		const part = { id: this.nextId++, firstRow: this.nextRow, encoding, reservation, ...drawn };
		this.nextRow += drawn.rows;
		return part;
	}

	private limitsOfNext(encoding: PartEncoding): { bytes: number; rows: number } {
		const { budget, partSizeBytes, rowsPerPart, partsAtOnce, plannedRows } = this.options;
		const mostBytes = budget.totalBytes - BLOCK_BYTES;
		const rows = plannedRows?.(this.nextId);
		if (rows !== undefined) return { bytes: mostBytes, rows };
		const round = Math.floor((this.nextId - 1) / partsAtOnce);
		return { bytes: Math.min(partSizeBytes, this.shareBytes(encoding), FIRST_PART_BYTES * 2 ** round), rows: rowsPerPart };
	}

	/** What a part may have so that each worker can hold one. */
	private shareBytes(encoding: PartEncoding): number {
		const { budget, partsAtOnce } = this.options;
		// A plain part is held whole until Domo answers, a gzipped one shrinks as it is gzipped.
		const holders = encoding === 'none' ? partsAtOnce : Math.min(partsAtOnce, GZIPS_AT_ONCE);
		return Math.max(BLOCK_BYTES, Math.floor(budget.totalBytes / holders) - BLOCK_BYTES);
	}

	/** Room for a plain part. */
	private takeWhole(bytes: number): Buffer {
		return bytes <= this.wholePool.sizeBytes ? this.wholePool.take() : Buffer.allocUnsafeSlow(bytes);
	}

	private async fill(
		limits: { bytes: number; rows: number },
		encoding: PartEncoding,
	): Promise<Pick<RawPart, 'blocks' | 'rows' | 'rawBytes' | 'sha256' | 'giveBack'>> {
		const hash = this.options.withSha256 ? createHash('sha256') : undefined;
		const whole = encoding === 'none' ? this.takeWhole(limits.bytes + BLOCK_BYTES) : undefined;
		const blocks: Buffer[] = [];
		const pooled = new Map<Buffer, Buffer>();
		let rows = 0;
		let rawBytes = 0;
		while (rawBytes < limits.bytes && rows < limits.rows) {
			this.options.signal.throwIfAborted();
			const room = whole ? whole.subarray(rawBytes) : this.pool.take();
			const block = await this.source.next(Math.min(FILL_BYTES, limits.bytes - rawBytes), limits.rows - rows, room);
			const usesRoom = block !== null && block.bytes.buffer === room.buffer;
			if (!whole && !usesRoom) this.pool.giveBack(room);
			if (block === null) {
				this.ended = true;
				break;
			}
			if (!whole && usesRoom) pooled.set(block.bytes, room);
			hash?.update(block.bytes);
			blocks.push(block.bytes);
			rows += block.rows;
			rawBytes += block.bytes.length;
			// A record longer than the room stands in memory of its own: a plain part ends behind it.
			if (whole && !usesRoom) break;
		}
		const giveBack = (block: Buffer) => {
			if (whole && block === blocks[0] && whole.length === this.wholePool.sizeBytes) this.wholePool.giveBack(whole);
			const buffer = pooled.get(block);
			if (buffer) this.pool.giveBack(buffer);
			pooled.delete(block);
		};
		return { blocks, rows, rawBytes, giveBack, ...(hash ? { sha256: hash.digest('hex') } : {}) };
	}
}

function asGiven(error: unknown): unknown {
	return error;
}
