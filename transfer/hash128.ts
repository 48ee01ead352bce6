const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

/**
 * MurmurHash3 of 128 bits (Appleby's x86_128, seed 0). Of a thousand million different texts, two share one with a
 * probability of 10^-21: it counts as exact. It is no protection against somebody who looks for two on purpose.
 *
 * @param out gets the hash's four words of 32 bits
 */
export function hash128(bytes: Uint8Array, length: number, out: Uint32Array): void {
	let h1 = 0;
	let h2 = 0;
	let h3 = 0;
	let h4 = 0;
	const blocksEnd = length - (length % 16);
	for (let at = 0; at < blocksEnd; at += 16) {
		h1 ^= mixed(word(bytes, at), C1, 15, C2);
		h1 = (Math.imul((rotated(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
		h2 ^= mixed(word(bytes, at + 4), C2, 16, C3);
		h2 = (Math.imul((rotated(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
		h3 ^= mixed(word(bytes, at + 8), C3, 17, C4);
		h3 = (Math.imul((rotated(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
		h4 ^= mixed(word(bytes, at + 12), C4, 18, C1);
		h4 = (Math.imul((rotated(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
	}
	if (length > blocksEnd) {
		h4 ^= mixed(rest(bytes, blocksEnd + 12, length), C4, 18, C1);
		h3 ^= mixed(rest(bytes, blocksEnd + 8, length), C3, 17, C4);
		h2 ^= mixed(rest(bytes, blocksEnd + 4, length), C2, 16, C3);
		h1 ^= mixed(rest(bytes, blocksEnd, length), C1, 15, C2);
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
	out[0] = h1;
	out[1] = h2 + h1;
	out[2] = h3 + h1;
	out[3] = h4 + h1;
}

/** Four bytes, the lowest first. */
function word(bytes: Uint8Array, at: number): number {
	return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

/** Up to four bytes before `end`; 0 for none, which changes nothing. */
function rest(bytes: Uint8Array, from: number, end: number): number {
	let value = 0;
	for (let at = Math.min(end, from + 4) - 1; at >= from; at--) value = (value << 8) | bytes[at];
	return value;
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
