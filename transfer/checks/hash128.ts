/** MurmurHash3 (x86, 128 bits) of bytes: of different inputs, two alike are not to be expected within 2^60 of them. */
const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

const rotl = (x: number, r: number) => (x << r) | (x >>> (32 - r));

function fmix(hash: number): number {
	let h = hash;
	h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
	h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
	return h ^ (h >>> 16);
}

/** Hashes byte by byte, from field to field; `words` has the hash after end(). */
export class Hash128 {
	readonly words = new Int32Array(4);
	private h1 = 0;
	private h2 = 0;
	private h3 = 0;
	private h4 = 0;
	private length = 0;

	begin(): void {
		this.h1 = this.h2 = this.h3 = this.h4 = this.length = 0;
	}

	/** Adds a field: its length is part of the hash, so that two fields never read as one. */
	add(bytes: Uint8Array, from: number, to: number): void {
		let { h1, h2, h3, h4 } = this;
		let at = from;
		for (; at + 16 <= to; at += 16) {
			h1 ^= Math.imul(rotl(Math.imul(word(bytes, at), C1), 15), C2);
			h1 = (Math.imul(rotl(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
			h2 ^= Math.imul(rotl(Math.imul(word(bytes, at + 4), C2), 16), C3);
			h2 = (Math.imul(rotl(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
			h3 ^= Math.imul(rotl(Math.imul(word(bytes, at + 8), C3), 17), C4);
			h3 = (Math.imul(rotl(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
			h4 ^= Math.imul(rotl(Math.imul(word(bytes, at + 12), C4), 18), C1);
			h4 = (Math.imul(rotl(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
		}
		// The rest, then the length: one more block for each field, filled up with zeros.
		h1 ^= Math.imul(rotl(Math.imul(rest(bytes, at, to), C1), 15), C2);
		h1 = (Math.imul(rotl(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
		h2 ^= Math.imul(rotl(Math.imul(rest(bytes, at + 4, to), C2), 16), C3);
		h2 = (Math.imul(rotl(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
		h3 ^= Math.imul(rotl(Math.imul(rest(bytes, at + 8, to), C3), 17), C4);
		h3 = (Math.imul(rotl(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
		h4 ^= Math.imul(rotl(Math.imul(rest(bytes, at + 12, to) ^ Math.imul(to - from, C3), C4), 18), C1);
		h4 = (Math.imul(rotl(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
		this.length += to - from + 1;
		this.h1 = h1;
		this.h2 = h2;
		this.h3 = h3;
		this.h4 = h4;
	}

	end(): void {
		const { length, words } = this;
		let h1 = this.h1 ^ length;
		let h2 = this.h2 ^ length;
		let h3 = this.h3 ^ length;
		let h4 = this.h4 ^ length;
		h1 = (h1 + h2 + h3 + h4) | 0;
		h2 = (h2 + h1) | 0;
		h3 = (h3 + h1) | 0;
		h4 = (h4 + h1) | 0;
		h1 = fmix(h1);
		h2 = fmix(h2);
		h3 = fmix(h3);
		h4 = fmix(h4);
		h1 = (h1 + h2 + h3 + h4) | 0;
		words[0] = h1;
		words[1] = h2 + h1;
		words[2] = h3 + h1;
		words[3] = h4 + h1;
	}
}

function word(bytes: Uint8Array, at: number): number {
	return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

function rest(bytes: Uint8Array, at: number, to: number): number {
	if (at + 4 <= to) return word(bytes, at);
	let value = 0;
	for (let k = 0; at + k < to; k++) value |= bytes[at + k] << (8 * k);
	return value;
}
