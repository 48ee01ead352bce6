import { crc32 } from '../crc32';
import { BitWriter } from './deflateBitWriter';
import { BlockWriter, STORED_HEAD_BYTES } from './deflateBlock';
import { LONGEST_BLOCK_BYTES, MatchFinder } from './deflateMatches';
import { WINDOW_BYTES } from './deflateSymbols';
import { BLOCK_BYTES, DeflateTokens } from './deflateTokens';

/** Deflate, no name, no time, made for speed, on no system in particular (RFC 1952). */
const HEAD = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255];
const TRAILER_BYTES = 8;
/** A number is written 4 bytes at once, though fewer may count. */
const WRITTEN_BEYOND_BYTES = 4;

/**
 * A member's first block is this small, and each one after it half of all before, up to `BLOCK_BYTES`: the first 100 kB
 * of a process are gzipped while V8 has yet to compile this code, at a thirtieth of its speed, and a block is never
 * interrupted. It costs one byte in two thousand of a megabyte.
 */
export const FIRST_BLOCK_BYTES = 4 * 1024;
/** How many blocks are smaller than `BLOCK_BYTES` for that: 4, 4, 4, 6, 9, 13.5, 20, 30 and 46 kB. */
const SMALLER_BLOCKS = 9;

/** The most that one block adds to its raw bytes: a block ends behind its last match, so two stored ones may hold it. */
const MOST_BLOCK_EXTRA_BYTES = 2 * STORED_HEAD_BYTES;

/** The most bytes that a member takes, whatever it holds. */
export function memberBoundBytes(rawBytes: number): number {
	const blocks = Math.ceil(rawBytes / BLOCK_BYTES) + SMALLER_BLOCKS;
	return HEAD.length + rawBytes + MOST_BLOCK_EXTRA_BYTES * blocks + TRAILER_BYTES + WRITTEN_BEYOND_BYTES;
}

/**
 * How many bytes must be free before data that are gzipped into their own memory: what is written ends before the block
 * that is being read, and before the 32 kB in front of it that matches refer to.
 */
export function memberHeadroomBytes(rawBytes: number): number {
	return memberBoundBytes(rawBytes) - rawBytes + LONGEST_BLOCK_BYTES + WINDOW_BYTES;
}

/**
 * Our own gzip, as n8n allows none that is fast: its size is between that of zlib's levels 1 and 6, at the speed of
 * level 1. One member at a time, block by block on the JavaScript thread. It keeps 160 kB, for all
 * the members it makes.
 */
export class GzipMember {
	private readonly finder = new MatchFinder();
	private readonly tokens = new DeflateTokens();
	private readonly blockWriter = new BlockWriter();
	private readonly out = new BitWriter();
	private raw: Uint8Array = new Uint8Array(0);
	private view: DataView = new DataView(new ArrayBuffer(0));
	/** How far in the raw bytes it is. */
	private at = 0;
	private blockBytes = FIRST_BLOCK_BYTES;
	/** Where the raw bytes begin in the target; Infinity where they are in other memory. */
	private rawFrom = Infinity;
	private crc = 0;

	/**
	 * Begins a member.
	 *
	 * @param raw the data
	 * @param target gets the member from its beginning: at least `memberBoundBytes`, or memory whose end the data are, with
	 *   `memberHeadroomBytes` before them
	 */
	begin(raw: Uint8Array, target: Uint8Array): void {
		this.raw = raw;
		this.view = new DataView(raw.buffer, raw.byteOffset, raw.length);
		this.at = 0;
		this.blockBytes = FIRST_BLOCK_BYTES;
		this.rawFrom = raw.buffer === target.buffer ? raw.byteOffset - target.byteOffset : Infinity;
		this.crc = 0;
		this.finder.clear();
		target.set(HEAD);
		this.out.begin(target, HEAD.length);
	}

	/**
	 * Gzips the next block, of at most 64 kB and a match: about a millisecond's work once the code is compiled.
	 *
	 * @returns whether it was the last one: the member is complete
	 */
	writeBlock(): boolean {
		this.requireHeadroom();
		const { raw, view, at, tokens, out } = this;
		const end = this.finder.find(raw, view, at, this.blockBytes, tokens);
		this.blockBytes = Math.min(Math.max(FIRST_BLOCK_BYTES, end >> 1), BLOCK_BYTES);
		const isLast = end === raw.length;
		this.crc = crc32(raw.subarray(at, end), this.crc);
		this.blockWriter.write(raw, at, end, tokens, isLast, out);
		this.at = end;
		if (isLast) this.end();
		return isLast;
	}

	/** How many of the raw bytes are gzipped. */
	get rawBytes(): number {
		return this.at;
	}

	/** The member's bytes so far. */
	get bytes(): number {
		return this.out.at;
	}

	private requireHeadroom(): void {
		const mostWritten = LONGEST_BLOCK_BYTES + MOST_BLOCK_EXTRA_BYTES + WRITTEN_BEYOND_BYTES;
		if (this.out.at + mostWritten > this.rawFrom + this.at - WINDOW_BYTES)
			throw new Error('gzip has made more bytes than there was headroom for');
	}

	private end(): void {
		const { out } = this;
		out.alignToByte();
		out.view.setUint32(out.at, this.crc, true);
		out.view.setUint32(out.at + 4, this.raw.length % 2 ** 32, true);
		out.at += TRAILER_BYTES;
	}
}
