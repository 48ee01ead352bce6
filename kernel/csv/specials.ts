/**
 * Finds the bytes that end fields and records: line feeds, carriage returns, quotes, the delimiter and, where a comma would
 * need quotes, commas. 64 bytes at a time; each such byte becomes a bit.
 */

const LF: u8 = 0x0a;
const CR: u8 = 0x0d;
const QUOTE: u8 = 0x22;

const BLOCK_BYTES: usize = 64;

let delimiters: v128 = i8x16.splat(0);
let commas: v128 = i8x16.splat(0);

/** The block that is looked at, and its special bytes that were not handed out: the lowest bit is the first byte. */
let blockAt: usize = 0;
let specials: u64 = 0;

/** Whether a byte was seen that is beyond ASCII. */
let beyondAscii: i32 = 0;

/** @param comma a comma, or the delimiter where commas need no quotes */
export function lookFor(delimiter: u8, comma: u8): void {
	delimiters = i8x16.splat(<i8>delimiter);
	commas = i8x16.splat(<i8>comma);
}

/** Goes on at a byte. */
export function goTo(at: usize): void {
	blockAt = at;
	specials = lookAt(at);
}

export class Specials {
	/** @returns where the next special byte is. There must be one: it is looked for beyond all ends. */
	@inline
	static next(): usize {
		while (specials == 0) {
			blockAt += BLOCK_BYTES;
			specials = lookAt(blockAt);
		}
		const at = blockAt + <usize>ctz(specials);
		specials &= specials - 1;
		return at;
	}
}

export function forgetBytes(): void {
	beyondAscii = 0;
}

/** Whether all bytes looked at are ASCII, also those in the last block that are behind what was read. */
export function areAscii(): bool {
	return beyondAscii == 0;
}

/** @returns a bit for each of 64 bytes */
function lookAt(at: usize): u64 {
	const first = v128.load(at);
	const second = v128.load(at, 16);
	const third = v128.load(at, 32);
	const fourth = v128.load(at, 48);
	beyondAscii |= i8x16.bitmask(v128.or(v128.or(first, second), v128.or(third, fourth)));
	return (
		specialsOf(first) | (specialsOf(second) << 16) | (specialsOf(third) << 32) | (specialsOf(fourth) << 48)
	);
}

function specialsOf(bytes: v128): u64 {
	const ends = v128.or(i8x16.eq(bytes, i8x16.splat(LF)), i8x16.eq(bytes, i8x16.splat(CR)));
	const others = v128.or(i8x16.eq(bytes, delimiters), i8x16.eq(bytes, commas));
	return <u64>i8x16.bitmask(v128.or(v128.or(ends, others), i8x16.eq(bytes, i8x16.splat(QUOTE))));
}
