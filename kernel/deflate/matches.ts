/**
 * Finds what of a block came before, within the last 32 kB. One table holds where 6 bytes were last seen, by their hash, as
 * the lower 16 bits of the place: 64 kB. Fewer bytes would be found more often, but far away, where the match takes as
 * many bits as its literals; and the last place of fewer bytes is seldom the one that goes on longest.
 */
import { BLOCK_BYTES, MAX_MATCH, WINDOW_BYTES } from './symbols';
import {
	addLastToken,
	addToken,
	clearFrequencies,
	countLiteral,
	countMatch,
	firstToken,
	SHORTEST_MATCH,
} from './tokens';

const HASH_BITS: u64 = 15;
const LAST_PLACES_BYTES: usize = 2 << (<usize>HASH_BITS);
const LAST_PLACES: usize = memory.data(<i32>LAST_PLACES_BYTES, 64);
/** Its product spreads the bits of what is hashed over the upper ones. */
const SPREAD: u64 = (0x9e3779b9 << 32) | 0x7f4a7c15;
/** What of 8 bytes is not among the first 6. */
const UNUSED_BITS: u64 = 64 - 8 * SHORTEST_MATCH;

/** The last bytes are literals, so that 8 bytes at a place and at the one behind it are always there to be read. */
export const END_BYTES: usize = 8;
/** After 2^6 places in a row without a match every second place is tried, after as many more every third, and so on. */
const SKIP_BITS: usize = 6;
/** A match at least this long is taken without a look at the next place, which may have a longer one. */
const GOOD_MATCH: usize = 10;
/** Looks that find fewer bytes than so many tenths of one on average are not worth their time. */
const WORTHWHILE_TENTHS: usize = 9;
/** Where looks were not worth it, one block in so many tries them again. */
const BLOCKS_WITHOUT_LOOKS = 15;

/** How many blocks are yet to come that are cut without looks at the next place. */
let blocksWithoutLooks = 0;

/** Forgets all places, so that the same data always give the same matches. */
export function forgetMatches(): void {
	memory.fill(LAST_PLACES, 0, LAST_PLACES_BYTES);
	blocksWithoutLooks = 0;
}

/**
 * Cuts the next block into tokens.
 *
 * @param first the first byte that a match may refer to
 * @param from where the block begins
 * @param to the end of what is there: further away than the block's end, unless that is the end of the data
 * @returns where the block ends
 */
export function findMatches(first: usize, from: usize, to: usize): usize {
	clearFrequencies();
	let token = firstToken();
	const last = to - from > END_BYTES ? to - END_BYTES : from;
	const end = min(last, from + BLOCK_BYTES);
	let at = from;
	let literalsFrom = from;
	let misses: usize = 0;
	const goodMatch = blocksWithoutLooks == 0 ? GOOD_MATCH : 0;
	let looks: usize = 0;
	let gain: usize = 0;
	while (at < end) {
		const bytes = load<u64>(at);
		const slot = slotOf(bytes);
		let distance = distanceTo(slot, at);
		store<u16>(slot, <u16>at);
		// An old place may look near in 16 bits: no harm, as the bytes that are there now are compared. That is asked first,
		// as it is what varies: 64 KiB of this memory, the places themselves, lie before the raw bytes.
		if ((load<u64>(at - distance) ^ bytes) << UNUSED_BITS != 0 || !isWithinWindow(first, at, distance)) {
			// Literals are counted where they are found. A loop over them later would double the time.
			countLiteral((<usize>bytes) & 0xff);
			at++;
			if (misses >> SKIP_BITS) {
				const next = min(at + (misses >> SKIP_BITS), end);
				for (; at < next; at++) countLiteral(load<u8>(at));
			}
			misses++;
			continue;
		}
		let length = matchLength(at, distance, SHORTEST_MATCH, to);
		if (length < goodMatch && at + 1 + length < last) {
			looks++;
			const next = at + 1;
			const nextBytes = load<u64>(next);
			const nextSlot = slotOf(nextBytes);
			const nextDistance = distanceTo(nextSlot, next);
			store<u16>(nextSlot, <u16>next);
			if (
				nextDistance != distance &&
				isWithinWindow(first, next, nextDistance) &&
				// It is longer only if the byte behind the first match's length is the same, too.
				load<u32>(next - nextDistance + length - 3) == load<u32>(next + length - 3) &&
				load<u32>(next - nextDistance) == <u32>nextBytes
			) {
				const nextLength = matchLength(next, nextDistance, 4, to);
				if (nextLength > length) {
					gain += nextLength - length;
					countLiteral((<usize>bytes) & 0xff);
					at = next;
					length = nextLength;
					distance = nextDistance;
				}
			}
		}
		countMatch(distance, length);
		token = addToken(token, at - literalsFrom, distance, length);
		const behind = at + length;
		if (behind < last) {
			// Where words and fields begin and end: nearly as good as all places, in half the time.
			rememberThree(at + 1);
			rememberThree(behind - 3);
		}
		at = behind;
		literalsFrom = behind;
		misses = 0;
	}
	if (at >= last) for (; at < to; at++) countLiteral(load<u8>(at));
	addLastToken(token, at - literalsFrom);
	decideOnLooks(looks, gain);
	return at;
}

function slotOf(bytes: u64): usize {
	return LAST_PLACES + ((<usize>(((bytes << UNUSED_BITS) * SPREAD) >> (64 - HASH_BITS))) << 1);
}

/** @returns 0…65535: 0 is the place itself */
function distanceTo(slot: usize, at: usize): usize {
	return (at - load<u16>(slot)) & 0xffff;
}

function isWithinWindow(first: usize, at: usize, distance: usize): bool {
	return distance - 1 < WINDOW_BYTES && at - distance >= first;
}

/** @param length how many bytes are known to be the same */
function matchLength(at: usize, distance: usize, length: usize, to: usize): usize {
	const most = min(MAX_MATCH, to - at);
	const place = at - distance;
	while (length + 8 <= most) {
		const difference = load<u64>(place + length) ^ load<u64>(at + length);
		if (difference != 0) return length + <usize>(ctz(difference) >> 3);
		length += 8;
	}
	while (length < most && load<u8>(place + length) == load<u8>(at + length)) length++;
	return length;
}

function rememberThree(at: usize): void {
	store<u16>(slotOf(load<u64>(at)), <u16>at);
	store<u16>(slotOf(load<u64>(at, 1)), <u16>(at + 1));
	store<u16>(slotOf(load<u64>(at, 2)), <u16>(at + 2));
}

/** @param gain by how many bytes the looks made matches longer */
function decideOnLooks(looks: usize, gain: usize): void {
	if (blocksWithoutLooks > 0) blocksWithoutLooks--;
	else if (gain * 10 < looks * WORTHWHILE_TENTHS) blocksWithoutLooks = BLOCKS_WITHOUT_LOOKS;
}
