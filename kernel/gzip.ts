/**
 * Our own gzip (RFC 1952), as WebAssembly: n8n lets no verified node use zlib, and JavaScript is half as fast. The size
 * is between that of zlib's levels 1 and 6, at twice the speed of level 1.
 *
 * One member at a time. JavaScript puts raw bytes into this memory and takes the member out, block by block:
 *
 *     begin();
 *     do {
 *       const room = makeRoom();
 *       // the next bytes of the data, at most `room` of them, to rawAt()
 *       const written = writeBlock(count, isEnd);
 *       // the next `written` bytes of the member are at memberAt()
 *     } while (!isComplete());
 *
 * The memory is fixed: 512 KiB, of which 256 are raw bytes, 68 what is written, 85 the tokens of a block, and 64 the places
 * of what came before.
 */
import { crc32 } from './crc32';
import * as bits from './deflate/bits';
import { writeBlock as writeDeflateBlock } from './deflate/block';
import { END_BYTES, findMatches, forgetMatches } from './deflate/matches';
import { BLOCK_BYTES, MAX_MATCH, WINDOW_BYTES } from './deflate/symbols';

/** A block ends behind its last match, or with the last bytes, which are never searched. */
const LONGEST_BLOCK_BYTES: usize = BLOCK_BYTES + MAX_MATCH + END_BYTES;

/** Places are kept by their lower 16 bits: what moves by so many bytes stays where it was. */
const MOVE_BYTES: usize = 64 * 1024;
const RAW_BYTES: usize = 4 * MOVE_BYTES;
const RAW: usize = memory.data(<i32>RAW_BYTES, 64);

/** The next raw byte to be gzipped, and the end of those that are there. */
let at: usize = RAW;
let end: usize = RAW;
let rawBytes: u32 = 0;
let crc: u32 = 0;
let isHeadWritten = false;
let isTrailerWritten = false;

/** Begins a member. */
export function begin(): void {
	at = RAW;
	end = RAW;
	rawBytes = 0;
	crc = 0;
	isHeadWritten = false;
	isTrailerWritten = false;
	forgetMatches();
	bits.clear();
}

/** @returns how many raw bytes may be put behind those that are there: 0 where there are enough for a block */
export function makeRoom(): usize {
	if (end - at >= LONGEST_BLOCK_BYTES) return 0;
	if (at - RAW >= WINDOW_BYTES + MOVE_BYTES) {
		const moved = (at - RAW - WINDOW_BYTES) & ~(MOVE_BYTES - 1);
		memory.copy(RAW, RAW + moved, end - RAW - moved);
		at -= moved;
		end -= moved;
	}
	return RAW + RAW_BYTES - end;
}

/** Where the next raw bytes go. */
export function rawAt(): usize {
	return end;
}

/** Where the bytes are that were written last. */
export function memberAt(): usize {
	return bits.OUTPUT;
}

/**
 * Gzips the next block: 64 kB and a match, or less at the end. At the beginning it writes the head (deflate, no name, no
 * time, made for speed, on no system in particular), at the end the trailer.
 *
 * @param added how many raw bytes were put behind those that were there
 * @param isEnd whether they are the last
 * @returns how many bytes it has written
 */
export function writeBlock(added: usize, isEnd: bool): usize {
	end += added;
	rawBytes += <u32>added;
	bits.rewind();
	if (!isHeadWritten) {
		bits.writeByte(0x1f);
		bits.writeByte(0x8b);
		bits.writeByte(8);
		for (let zero = 0; zero < 5; zero++) bits.writeByte(0);
		bits.writeByte(4);
		bits.writeByte(0xff);
		isHeadWritten = true;
	}
	const stop = findMatches(RAW, at, end);
	crc = crc32(at, stop, crc);
	const isLast = isEnd && stop == end;
	writeDeflateBlock(at, stop, isLast);
	at = stop;
	if (isLast) {
		bits.alignToByte();
		bits.writeInt32(crc);
		bits.writeInt32(rawBytes);
		isTrailerWritten = true;
	}
	return bits.writtenBytes();
}

/** Whether the trailer is written. */
export function isComplete(): bool {
	return isTrailerWritten;
}
