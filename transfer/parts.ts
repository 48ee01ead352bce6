import { createHash } from 'crypto';

import { BufferPool } from './bufferPool';
import type { MemoryBudget, Reservation } from './memoryBudget';
import type { RowSource } from './rowSource';

/** What a source fills at once, and what gzip is fed at once: 256 kB to 1 MB is fastest for both. */
export const BLOCK_BYTES = 1024 * 1024;

/** One numbered part, cut and not yet gzipped. */
export interface RawPart {
	/** 1…N, in the order of the rows. */
	id: number;
	/** 0-based row of the whole upload the part begins with. */
	firstRow: number;
	rows: number;
	rawBytes: number;
	/** Whole records, in order. */
	blocks: Buffer[];
	/** Of the raw bytes, hex; only where it was asked for. */
	sha256?: string;
	reservation: Reservation;
	/** Hands a block's memory back once nothing reads it any more. */
	giveBack(block: Buffer): void;
}

export interface CutOptions {
	/** Soft limit of a part's raw bytes: it ends at the first record end at or past it. */
	partSizeBytes: number;
	/** Hard limit of a part's rows. */
	rowsPerPart: number;
	budget: MemoryBudget;
	signal: AbortSignal;
	/** Whether parts get their SHA-256, for a resume. */
	withSha256: boolean;
	/**
	 * Whether the next part is sent as it is: then it is drawn into one Buffer, else into blocks that are given
	 * back as gzip reads them.
	 */
	nextIsPlain: () => boolean;
}

/**
 * Cuts a row source into parts, numbered where they are cut. Workers draw from it in turn; memory is bounded
 * because a part is drawn only when its share of the budget is free.
 *
 * @throws InputError from the source
 */
export class PartCutter {
	private readonly pool = new BufferPool(BLOCK_BYTES);
	private nextId = 1;
	private nextRow = 0;
	private ended = false;
	/** One draw at a time: rows must come in order. */
	private turn: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly source: RowSource,
		private readonly options: CutOptions,
	) {}

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
		const { budget, signal, rowsPerPart, withSha256 } = this.options;
		const plain = this.options.nextIsPlain();
		const partSizeBytes = Math.min(this.options.partSizeBytes, budget.totalBytes - BLOCK_BYTES);
		const reservation = await budget.reserve(partSizeBytes + BLOCK_BYTES, signal);
		const blocks: Buffer[] = [];
		const pooled = new Map<Buffer, Buffer>();
		const hash = withSha256 ? createHash('sha256') : undefined;
		let rows = 0;
		let rawBytes = 0;
		const whole = plain ? Buffer.allocUnsafeSlow(partSizeBytes + BLOCK_BYTES) : undefined;
		let drawnWhole = false;
		try {
			while (rawBytes < partSizeBytes && rows < rowsPerPart) {
				signal.throwIfAborted();
				const room = whole ? whole.subarray(rawBytes) : this.pool.take();
				const maxBytes = Math.min(BLOCK_BYTES, partSizeBytes - rawBytes);
				const block = await this.source.next(maxBytes, rowsPerPart - rows, room);
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
				// A record longer than the room stands in memory of its own: the part is closed behind it.
				if (whole && !usesRoom) break;
			}
			drawnWhole = true;
		} finally {
			if (!drawnWhole) reservation.release();
		}
		if (rows === 0) {
			reservation.release();
			return null;
		}
		reservation.shrinkTo(rawBytes + Math.min(rawBytes, BLOCK_BYTES));
		const part: RawPart = {
			id: this.nextId++,
			firstRow: this.nextRow,
			rows,
			rawBytes,
			blocks,
			...(hash ? { sha256: hash.digest('hex') } : {}),
			reservation,
			giveBack: (block) => {
				const buffer = pooled.get(block);
				if (buffer) this.pool.giveBack(buffer);
				pooled.delete(block);
			},
		};
		this.nextRow += rows;
		return part;
	}
}
