import * as symbols from './deflateSymbols';
import * as tokensOf from './deflateTokens';

// Of this module's own: an import is looked up at each use, and a small function is not always made part of the loop.
// Both took a tenth of the speed; so the loops here and in deflateBlock.ts are spelt out.
const { DISTANCE_CODE, LENGTH_CODE, MAX_MATCH, NEAR_DISTANCES, WINDOW_BYTES } = symbols;
const { FIRST_LENGTH_SYMBOL } = symbols;
const { BLOCK_BYTES, LENGTH_BITS, SHORTEST_MATCH } = tokensOf;

const { clz32, imul, min } = Math;

const HASH_BITS = 15;
const HASH_SHIFT = 32 - HASH_BITS;
/** Two reads of 4 bytes, so far apart, are the 6 bytes that are looked up. */
const SECOND_READ = SHORTEST_MATCH - 4;
/** Odd numbers that spread the bits of either read over the upper ones of a product. */
const SPREAD_FIRST = 0x9e3779b1;
const SPREAD_SECOND = 0x85ebca6b;
/** The last bytes are literals, so that 6 bytes at a place and at the one behind it are always there to be read. */
const END_BYTES = 8;
/** The most bytes a block has: one last match and what is left behind it come on top. */
export const LONGEST_BLOCK_BYTES = BLOCK_BYTES + MAX_MATCH + END_BYTES;
/** After 2^6 places in a row without a match every second place is tried, after as many more every third, and so on. */
const SKIP_BITS = 6;
/** A match at least this long is taken without a look at the next place, which may have a longer one. */
const GOOD_MATCH = 10;
/** A look that finds this much on average, in bytes, is worth its time: on real flights it finds half as much. */
const WORTHWHILE_GAIN = 0.9;
/** Where looks were not worth it, one block in so many tries them again. */
const BLOCKS_WITHOUT_LOOKS = 15;

/**
 * Finds what of a block came before, within the last 32 kB. One table holds where 6 bytes were last seen, by their hash,
 * as the lower 16 bits of the place: 64 kB. Fewer bytes would be found more often, but far away, where the match takes
 * as many bits as its literals; and the last place of fewer bytes is seldom the one that goes on longest.
 */
export class MatchFinder {
	private readonly lastPlaces = new Uint16Array(1 << HASH_BITS);
	/** How many blocks are yet to come that are cut without looks at the next place. */
	private blocksWithoutLooks = 0;

	/** Forgets all places, so that the same data always give the same matches. */
	clear(): void {
		this.lastPlaces.fill(0);
		this.blocksWithoutLooks = 0;
	}

	/**
	 * Cuts the next block of the data into tokens.
	 *
	 * @param bytes the data
	 * @param view of the same
	 * @param start where the block begins; the 32 kB before it are read too
	 * @param mostBytes the block ends with the first match that reaches so many, at most `BLOCK_BYTES`
	 * @returns where the block ends
	 */
	find(
		bytes: Uint8Array,
		view: DataView,
		start: number,
		mostBytes: number,
		tokens: tokensOf.DeflateTokens,
	): number {
		const { lastPlaces } = this;
		const { literalRuns, matches, literalFrequencies, distanceFrequencies } = tokens;
		const lengthCodes = LENGTH_CODE;
		const distanceCodes = DISTANCE_CODE;
		tokens.clear();
		let count = 0;
		const to = bytes.length;
		const last = to - END_BYTES;
		const end = min(last, start + mostBytes);
		let at = start;
		let literalsFrom = start;
		let misses = 0;
		const goodMatch = this.blocksWithoutLooks === 0 ? GOOD_MATCH : 0;
		let looks = 0;
		let gain = 0;
		while (at < end) {
			const first = view.getInt32(at, true);
			const second = view.getInt32(at + SECOND_READ, true);
			const hash = (imul(first, SPREAD_FIRST) + imul(second, SPREAD_SECOND)) >>> HASH_SHIFT;
			// An old place may look near in 16 bits: no harm, as the bytes that are there now are compared.
			let distance = (at - lastPlaces[hash]) & 0xffff;
			const place = at - distance;
			lastPlaces[hash] = at;
			if (
				!isWithinWindow(distance) ||
				place < 0 ||
				view.getInt32(place, true) !== first ||
				view.getInt32(place + SECOND_READ, true) !== second
			) {
				at += 1 + (misses++ >> SKIP_BITS);
				continue;
			}
			let length = matchLength(bytes, view, place, at, SHORTEST_MATCH, to);
			if (length < goodMatch && at + 1 + length < last) {
				looks++;
				const next = at + 1;
				const nextFirst = view.getInt32(next, true);
				const nextHash = hashOf(nextFirst, view.getInt32(next + SECOND_READ, true));
				const nextDistance = (next - lastPlaces[nextHash]) & 0xffff;
				const nextPlace = next - nextDistance;
				lastPlaces[nextHash] = next;
				if (
					nextDistance !== distance &&
					isWithinWindow(nextDistance) &&
					nextPlace >= 0 &&
					// It is longer only if the byte behind the first match's length is the same, too.
					view.getInt32(nextPlace + length - 3, true) === view.getInt32(next + length - 3, true) &&
					view.getInt32(nextPlace, true) === nextFirst
				) {
					const nextLength = matchLength(bytes, view, nextPlace, next, 4, to);
					if (nextLength > length) {
						gain += nextLength - length;
						at = next;
						length = nextLength;
						distance = nextDistance;
					}
				}
			}
			for (let i = literalsFrom; i < at; i++) literalFrequencies[bytes[i]]++;
			literalRuns[count] = at - literalsFrom;
			matches[count++] = (distance << LENGTH_BITS) | length;
			literalFrequencies[FIRST_LENGTH_SYMBOL + lengthCodes[length]]++;
			const before = distance - 1;
			distanceFrequencies[distanceCodes[before < NEAR_DISTANCES ? before : NEAR_DISTANCES + (before >> 7)]]++;
			const behind = at + length;
			if (behind < last) this.rememberMatch(view, at, behind);
			at = behind;
			literalsFrom = behind;
			misses = 0;
		}
		const stop = at < last ? at : to;
		for (let i = literalsFrom; i < stop; i++) literalFrequencies[bytes[i]]++;
		literalRuns[count] = stop - literalsFrom;
		matches[count++] = 0;
		tokens.count = count;
		// A member's first blocks are small, and know too little of what is to come.
		if (mostBytes === BLOCK_BYTES) this.decideOnLooks(looks, gain);
		return stop;
	}

	/** @param gain by how many bytes the looks made matches longer */
	private decideOnLooks(looks: number, gain: number): void {
		if (this.blocksWithoutLooks > 0) this.blocksWithoutLooks--;
		else if (gain < looks * WORTHWHILE_GAIN) this.blocksWithoutLooks = BLOCKS_WITHOUT_LOOKS;
	}

	/** Where words and fields begin and end: nearly as good as all places, in half the time. */
	private rememberMatch(view: DataView, at: number, behind: number): void {
		this.rememberThree(view, at + 1);
		this.rememberThree(view, behind - 3);
	}

	private rememberThree(view: DataView, place: number): void {
		const { lastPlaces } = this;
		const third = view.getInt32(place + 2, true);
		lastPlaces[hashOf(view.getInt32(place, true), third)] = place;
		lastPlaces[hashOf(view.getInt32(place + 1, true), view.getInt32(place + 3, true))] = place + 1;
		lastPlaces[hashOf(third, view.getInt32(place + 4, true))] = place + 2;
	}
}

function hashOf(first: number, second: number): number {
	return (imul(first, SPREAD_FIRST) + imul(second, SPREAD_SECOND)) >>> HASH_SHIFT;
}

/** @param distance 0…65535: 0 is the place itself */
function isWithinWindow(distance: number): boolean {
	return (distance - 1) >>> 0 < WINDOW_BYTES;
}

/** @param length how many bytes are known to be the same */
function matchLength(
	bytes: Uint8Array,
	view: DataView,
	place: number,
	at: number,
	length: number,
	to: number,
): number {
	const most = min(MAX_MATCH, to - at);
	while (length + 4 <= most) {
		const difference = view.getInt32(place + length, true) ^ view.getInt32(at + length, true);
		if (difference !== 0) return length + ((31 - clz32(difference & -difference)) >> 3);
		length += 4;
	}
	while (length < most && bytes[place + length] === bytes[at + length]) length++;
	return length;
}
