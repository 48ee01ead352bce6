import type { GzipKernel } from './gzipKernel';

const HEAD_BYTES = 10;
const TRAILER_BYTES = 8;
/** kernel/deflate/symbols.ts: a block ends with the first match that reaches so many raw bytes. */
export const BLOCK_BYTES = 64 * 1024;
/** kernel/deflate/block.ts: a block that does not shrink is stored, in at most two pieces, each with a head of so many bytes. */
const MOST_BLOCK_EXTRA_BYTES = 2 * 5;

const NOTHING = new Uint8Array(0);

/** The most bytes that a member takes, whatever it holds. */
export function memberBoundBytes(rawBytes: number): number {
	return rawBytes + memberHeadroomBytes(rawBytes);
}

/** How many bytes must be free before data that are gzipped into their own memory. */
export function memberHeadroomBytes(rawBytes: number): number {
	const blocks = Math.ceil(rawBytes / BLOCK_BYTES) + 1;
	return HEAD_BYTES + MOST_BLOCK_EXTRA_BYTES * blocks + TRAILER_BYTES;
}

/**
 * Our own gzip, as n8n allows none that is fast: see kernel/gzip.ts. One member at a time, block by block on the
 * JavaScript thread. It keeps 512 KiB, for all the members it makes.
 */
export class GzipMember {
	private readonly memory: Uint8Array;
	private raw: Uint8Array = NOTHING;
	private target: Uint8Array = NOTHING;
	/** How many of the raw bytes the kernel has. */
	private taken = 0;
	/** Where the raw bytes begin in the target; Infinity where they do not lie in it. */
	private rawFrom = Infinity;
	private written = 0;

	/** @param kernel nobody else's */
	constructor(private readonly kernel: GzipKernel) {
		this.memory = new Uint8Array(kernel.memory.buffer);
	}

	/**
	 * Begins a member.
	 *
	 * @param raw the data
	 * @param target gets the member from its beginning: at least `memberBoundBytes`, or memory whose end the data are, with
	 *   `memberHeadroomBytes` before them
	 * @throws Error where there is less
	 */
	begin(raw: Uint8Array, target: Uint8Array): void {
		const from = raw.byteOffset - target.byteOffset;
		const isWithin = raw.buffer === target.buffer && from > -raw.length && from < target.length;
		const headroomBytes = memberHeadroomBytes(raw.length);
		requireRoom(isWithin ? from >= headroomBytes : target.length >= raw.length + headroomBytes);
		this.raw = raw;
		this.target = target;
		this.taken = 0;
		this.rawFrom = isWithin ? from : Infinity;
		this.written = 0;
		this.kernel.begin();
	}

	/**
	 * Gzips the next block, of at most 64 kB and a match: a quarter of a millisecond's work.
	 *
	 * @returns whether it was the last one: the member is complete
	 */
	writeBlock(): boolean {
		const { kernel, memory, raw, taken } = this;
		const added = Math.min(kernel.makeRoom(), raw.length - taken);
		memory.set(raw.subarray(taken, taken + added), kernel.rawAt());
		this.taken += added;
		const count = kernel.writeBlock(added, this.taken === raw.length ? 1 : 0);
		requireRoom(this.written + count <= this.rawFrom + this.taken);
		const from = kernel.memberAt();
		this.target.set(memory.subarray(from, from + count), this.written);
		this.written += count;
		const isComplete = kernel.isComplete() !== 0;
		// A part's memory is not held until the next one.
		if (isComplete) this.raw = this.target = NOTHING;
		return isComplete;
	}

	/** The member's bytes so far. */
	get bytes(): number {
		return this.written;
	}
}

/** What is written must never reach what is not taken yet. */
function requireRoom(isEnough: boolean): void {
	if (!isEnough) throw new Error('gzip has too little headroom');
}
