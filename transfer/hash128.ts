const HIGHEST_BITS = 0x80808080;
const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

/**
 * MurmurHash3 of 128 bits (Appleby's x86_128, seed 0). Of a thousand million different texts, two share one with a
 * probability of 10^-21: it counts as exact. It is no protection against somebody who looks for two on purpose.
 *
 * @param view of the bytes [from, to)
 * @param out gets the hash's four words of 32 bits
 * @param outAt where in it
 */
export function hash128(view: DataView, from: number, to: number, out: Uint32Array, outAt = 0): void {
	hash128AndPairs(view, from, to, 0, out, outAt);
}

/**
 * Same, and looks for a byte that stands twice in a row meanwhile.
 *
 * @param fourTimes the byte, in each of four
 * @returns whether it does
 */
export function hash128AndPairs(
	view: DataView,
	from: number,
	to: number,
	fourTimes: number,
	out: Uint32Array,
	outAt: number,
): boolean {
	const length = to - from;
	// Of each byte and the one before it: 0 where both are the one looked for.
	let before = -1;
	let found = 0;
	let h1 = 0;
	let h2 = 0;
	let h3 = 0;
	let h4 = 0;
	const blocksEnd = to - (length & 15);
	for (let at = from; at < blocksEnd; at += 16) {
		const w1 = view.getInt32(at, true);
		const w2 = view.getInt32(at + 4, true);
		const w3 = view.getInt32(at + 8, true);
		const w4 = view.getInt32(at + 12, true);
		const d1 = w1 ^ fourTimes;
		const d2 = w2 ^ fourTimes;
		const d3 = w3 ^ fourTimes;
		const d4 = w4 ^ fourTimes;
		found |= zeroBytes(d1 | (d1 << 8) | (before >>> 24)) | zeroBytes(d2 | (d2 << 8) | (d1 >>> 24));
		found |= zeroBytes(d3 | (d3 << 8) | (d2 >>> 24)) | zeroBytes(d4 | (d4 << 8) | (d3 >>> 24));
		before = d4;
		h1 ^= mixed(w1, C1, 15, C2);
		h1 = (Math.imul((rotated(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
		h2 ^= mixed(w2, C2, 16, C3);
		h2 = (Math.imul((rotated(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
		h3 ^= mixed(w3, C3, 17, C4);
		h3 = (Math.imul((rotated(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
		h4 ^= mixed(w4, C4, 18, C1);
		h4 = (Math.imul((rotated(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
	}
	if (to > blocksEnd) {
		const w1 = rest(view, blocksEnd, to);
		const d1 = w1 ^ fourTimes;
		found |= zeroBytes(d1 | (d1 << 8) | (before >>> 24));
		h1 ^= mixed(w1, C1, 15, C2);
		if (to > blocksEnd + 4) {
			const w2 = rest(view, blocksEnd + 4, to);
			const d2 = w2 ^ fourTimes;
			found |= zeroBytes(d2 | (d2 << 8) | (d1 >>> 24));
			h2 ^= mixed(w2, C2, 16, C3);
			if (to > blocksEnd + 8) {
				const w3 = rest(view, blocksEnd + 8, to);
				const d3 = w3 ^ fourTimes;
				found |= zeroBytes(d3 | (d3 << 8) | (d2 >>> 24));
				h3 ^= mixed(w3, C3, 17, C4);
				if (to > blocksEnd + 12) {
					const w4 = rest(view, blocksEnd + 12, to);
					const d4 = w4 ^ fourTimes;
					found |= zeroBytes(d4 | (d4 << 8) | (d3 >>> 24));
					h4 ^= mixed(w4, C4, 18, C1);
				}
			}
		}
	}
	h1 ^= length;
	h2 ^= length;
	h3 ^= length;
	h4 ^= length;
	h1 = (h1 + h2 + h3 + h4) | 0;
	h2 = (h2 + h1) | 0;
	h3 = (h3 + h1) | 0;
	h4 = (h4 + h1) | 0;
	h1 = finished(h1);
	h2 = finished(h2);
	h3 = finished(h3);
	h4 = finished(h4);
	h1 = (h1 + h2 + h3 + h4) | 0;
	out[outAt] = h1;
	out[outAt + 1] = h2 + h1;
	out[outAt + 2] = h3 + h1;
	out[outAt + 3] = h4 + h1;
	return (found & HIGHEST_BITS) !== 0;
}

/** For hash128. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
	return new DataView(buffer, byteOffset, byteLength);
}

/** One to four bytes before `end`, the lowest first. */
function rest(view: DataView, from: number, end: number): number {
	const length = end - from;
	if (length >= 4) return view.getInt32(from, true);
	if (end >= 4) return view.getInt32(end - 4, true) >>> (8 * (4 - length));
	let value = view.getUint8(from);
	if (length > 1) value |= view.getUint8(from + 1) << 8;
	if (length > 2) value |= view.getUint8(from + 2) << 16;
	return value;
}

/** The highest bits of bytes: set above where one is 0, and nowhere if none is. */
function zeroBytes(word: number): number {
	return (word - 0x01010101) & ~word;
}

function mixed(value: number, by: number, bits: number, then: number): number {
	return Math.imul(rotated(Math.imul(value, by), bits), then);
}

function rotated(value: number, bits: number): number {
	return (value << bits) | (value >>> (32 - bits));
}

function finished(value: number): number {
	let mix = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
	mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
	return mix ^ (mix >>> 16);
}
