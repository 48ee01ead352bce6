/** The symbols that DEFLATE writes lengths and distances with (RFC 1951, 3.2.5), as tables. */

/** A block ends with the first match that reaches so many raw bytes. */
export const BLOCK_BYTES: usize = 64 * 1024;
/** How far back a match may lie. */
export const WINDOW_BYTES: usize = 32 * 1024;
export const MIN_MATCH: usize = 3;
export const MAX_MATCH: usize = 258;

export const END_OF_BLOCK: usize = 256;
export const FIRST_LENGTH_SYMBOL: usize = 257;
/** Literals, the end of block and lengths share one alphabet. */
export const LITERAL_SYMBOLS: usize = 286;
export const DISTANCE_SYMBOLS: usize = 30;

const LENGTH_CODES: usize = 29;
/** Distances beyond it have one entry for each 128: every code from there on spans a multiple of so many. */
const NEAR_DISTANCES: usize = 256;

/** By length 0…258: its code, 0…28. One byte each. */
const LENGTH_CODE: usize = memory.data(260);
/** By length code: the first length (2 bytes), and how many extra bits say which one it is (1 byte). */
const LENGTH_BASE: usize = memory.data(2 * 32, 2);
const LENGTH_EXTRA_BITS: usize = memory.data(32);

/** By distance - 1 for the first 256, by 256 + (distance - 1 >> 7) for all others. One byte each. */
const DISTANCE_CODE: usize = memory.data(512);
/** By distance code: the first distance (2 bytes), and how many extra bits say which one it is (1 byte). */
const DISTANCE_BASE: usize = memory.data(2 * 32, 2);
const DISTANCE_EXTRA_BITS: usize = memory.data(32);

fillLengths();
fillDistances();

function fillLengths(): void {
	let length = MIN_MATCH;
	for (let code: usize = 0; code < LENGTH_CODES - 1; code++) {
		const extraBits: usize = code < 8 ? 0 : (code - 4) >> 2;
		store<u16>(LENGTH_BASE + (code << 1), <u16>length);
		store<u8>(LENGTH_EXTRA_BITS + code, <u8>extraBits);
		const next = length + (1 << extraBits);
		for (; length < next && length < MAX_MATCH; length++) store<u8>(LENGTH_CODE + length, <u8>code);
	}
	// The longest has a code of its own, without extra bits.
	store<u8>(LENGTH_CODE + MAX_MATCH, <u8>(LENGTH_CODES - 1));
	store<u16>(LENGTH_BASE + ((LENGTH_CODES - 1) << 1), <u16>MAX_MATCH);
}

function fillDistances(): void {
	let before: usize = 0;
	for (let code: usize = 0; code < DISTANCE_SYMBOLS; code++) {
		const extraBits: usize = code < 4 ? 0 : (code - 2) >> 1;
		store<u16>(DISTANCE_BASE + (code << 1), <u16>(before + 1));
		store<u8>(DISTANCE_EXTRA_BITS + code, <u8>extraBits);
		const end = before + (1 << extraBits);
		while (before < end) {
			store<u8>(DISTANCE_CODE + entryOf(before), <u8>code);
			before += before < NEAR_DISTANCES ? 1 : 128;
		}
	}
}

function entryOf(before: usize): usize {
	return before < NEAR_DISTANCES ? before : NEAR_DISTANCES + (before >> 7);
}

export function lengthCode(length: usize): usize {
	return load<u8>(LENGTH_CODE + length);
}

export function lengthBase(code: usize): usize {
	return load<u16>(LENGTH_BASE + (code << 1));
}

export function lengthExtraBits(code: usize): u32 {
	return load<u8>(LENGTH_EXTRA_BITS + code);
}

export function distanceCode(distance: usize): usize {
	return load<u8>(DISTANCE_CODE + entryOf(distance - 1));
}

export function distanceBase(code: usize): usize {
	return load<u16>(DISTANCE_BASE + (code << 1));
}

export function distanceExtraBits(code: usize): u32 {
	return load<u8>(DISTANCE_EXTRA_BITS + code);
}
