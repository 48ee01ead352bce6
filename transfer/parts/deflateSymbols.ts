/** The symbols that DEFLATE writes lengths and distances with (RFC 1951, 3.2.5), as tables. */

export const MIN_MATCH = 3;
export const MAX_MATCH = 258;
/** How far back a match may lie. */
export const WINDOW_BYTES = 32 * 1024;

export const END_OF_BLOCK = 256;
export const FIRST_LENGTH_SYMBOL = 257;
/** Literals, the end of block and lengths share one alphabet. */
export const LITERAL_SYMBOLS = 286;
export const DISTANCE_SYMBOLS = 30;

const LENGTH_CODES = 29;
/** Distances beyond it have one entry for each 128: every code from there on spans a multiple of so many. */
export const NEAR_DISTANCES = 256;

/** By length 0…258: its code, 0…28. */
export const LENGTH_CODE = new Uint8Array(MAX_MATCH + 1);
/** By length code: the first length, and how many extra bits say which one it is. */
export const LENGTH_BASE = new Uint16Array(LENGTH_CODES);
export const LENGTH_EXTRA_BITS = new Uint8Array(LENGTH_CODES);

/** By distance - 1 for the first 256, by 256 + (distance - 1 >> 7) for all others. */
export const DISTANCE_CODE = new Uint8Array(2 * NEAR_DISTANCES);
/** By distance code: the first distance, and how many extra bits say which one it is. */
export const DISTANCE_BASE = new Uint16Array(DISTANCE_SYMBOLS);
export const DISTANCE_EXTRA_BITS = new Uint8Array(DISTANCE_SYMBOLS);

fillLengths();
fillDistances();

function fillLengths(): void {
	let length = MIN_MATCH;
	for (let code = 0; code < LENGTH_CODES - 1; code++) {
		const extraBits = code < 8 ? 0 : (code - 4) >> 2;
		LENGTH_BASE[code] = length;
		LENGTH_EXTRA_BITS[code] = extraBits;
		for (let i = 0; i < 1 << extraBits && length < MAX_MATCH; i++) LENGTH_CODE[length++] = code;
	}
	// The longest has a code of its own, without extra bits.
	LENGTH_CODE[MAX_MATCH] = LENGTH_CODES - 1;
	LENGTH_BASE[LENGTH_CODES - 1] = MAX_MATCH;
}

function fillDistances(): void {
	let before = 0;
	for (let code = 0; code < DISTANCE_SYMBOLS; code++) {
		const extraBits = code < 4 ? 0 : (code - 2) >> 1;
		DISTANCE_BASE[code] = before + 1;
		DISTANCE_EXTRA_BITS[code] = extraBits;
		const end = before + (1 << extraBits);
		for (; before < end; before += before < NEAR_DISTANCES ? 1 : 128) {
			DISTANCE_CODE[before < NEAR_DISTANCES ? before : NEAR_DISTANCES + (before >> 7)] = code;
		}
	}
}
