const SYMBOL_BITS = 9;
const SYMBOL_MASK = (1 << SYMBOL_BITS) - 1;
const LONGEST_CODE = 15;

/**
 * The Huffman code of one alphabet (RFC 1951, 3.2.2), made again for every block. It takes 11 bytes a symbol.
 */
export class HuffmanCode {
	/** By symbol: the bits of its code, 0 for a symbol that does not occur. */
	readonly lengths: Uint8Array;
	/** By symbol: its code, the first bit lowest, as it goes into the output. */
	readonly codes: Uint16Array;
	/** The symbols that occur, sorted by frequency: frequency << 9 | symbol. */
	private readonly sorted: Int32Array;
	/** Of the symbols that occur: weights, then parents, then depths in the tree. */
	private readonly tree: Int32Array;
	private readonly countByLength = new Int32Array(LONGEST_CODE + 1);
	private readonly nextCode = new Int32Array(LONGEST_CODE + 1);

	/** @param maxBits no code is longer: 2^maxBits is at least the number of symbols */
	constructor(
		private readonly symbols: number,
		private readonly maxBits: number,
	) {
		this.lengths = new Uint8Array(symbols);
		this.codes = new Uint16Array(symbols);
		this.sorted = new Int32Array(symbols);
		this.tree = new Int32Array(symbols);
	}

	/** @param frequencies by symbol; below 2^22, their sum below 2^31 */
	build(frequencies: Int32Array): void {
		const used = this.sort(frequencies);
		this.lengths.fill(0);
		if (used < 2) this.giveTwo(used);
		else {
			this.findDepths(used);
			this.limitDepths(used);
		}
		this.numberCodes();
	}

	/** Sorts the symbols that occur to the end of `sorted`. @returns how many occur */
	private sort(frequencies: Int32Array): number {
		const { symbols, sorted } = this;
		let used = 0;
		for (let symbol = 0; symbol < symbols; symbol++) {
			const frequency = frequencies[symbol];
			if (frequency > 0) used++;
			sorted[symbol] = frequency === 0 ? 0 : (frequency << SYMBOL_BITS) | symbol;
		}
		sorted.sort();
		return used;
	}

	/** A code of fewer than two symbols is not complete, which some decoders refuse: another symbol fills it up. */
	private giveTwo(used: number): void {
		const symbol = used === 0 ? 0 : this.sorted[this.symbols - 1] & SYMBOL_MASK;
		this.lengths[symbol] = 1;
		this.lengths[symbol === 0 ? 1 : 0] = 1;
	}

	/**
	 * How deep each symbol is in the Huffman tree, without a tree: A. Moffat, J. Katajainen, "In-Place Calculation of
	 * Minimum-Redundancy Codes" (1995).
	 */
	private findDepths(used: number): void {
		const { tree, sorted, symbols } = this;
		for (let i = 0, from = symbols - used; i < used; i++) tree[i] = sorted[from + i] >>> SYMBOL_BITS;
		let leaf = 0;
		let root = 0;
		for (let next = 0; next < used - 1; next++) {
			let weight = 0;
			for (let child = 0; child < 2; child++) {
				if (leaf >= used || (root < next && tree[root] < tree[leaf])) {
					weight += tree[root];
					tree[root++] = next;
				} else weight += tree[leaf++];
			}
			tree[next] = weight;
		}
		tree[used - 2] = 0;
		for (let next = used - 3; next >= 0; next--) tree[next] = tree[tree[next]] + 1;
		let free = 1;
		let depth = 0;
		let next = used - 1;
		root = used - 2;
		while (free > 0) {
			let inner = 0;
			for (; root >= 0 && tree[root] === depth; root--) inner++;
			for (; free > inner; free--) tree[next--] = depth;
			free = 2 * inner;
			depth++;
		}
	}

	/** Codes that are too long get the longest length; others are lengthened until all fit again (Kraft's sum). */
	private limitDepths(used: number): void {
		const { tree, sorted, symbols, lengths, maxBits, countByLength } = this;
		countByLength.fill(0);
		for (let i = 0; i < used; i++) countByLength[Math.min(tree[i], maxBits)]++;
		let taken = 0;
		for (let bits = 1; bits <= maxBits; bits++) taken += countByLength[bits] << (maxBits - bits);
		for (; taken > 1 << maxBits; taken--) {
			let bits = maxBits - 1;
			while (countByLength[bits] === 0) bits--;
			countByLength[maxBits]--;
			countByLength[bits]--;
			countByLength[bits + 1] += 2;
		}
		// The rarest are sorted first and get the longest codes.
		let i = symbols - used;
		for (let bits = maxBits; bits > 0; bits--) {
			for (let left = countByLength[bits]; left > 0; left--) lengths[sorted[i++] & SYMBOL_MASK] = bits;
		}
	}

	private numberCodes(): void {
		const { lengths, codes, symbols, countByLength, nextCode } = this;
		countByLength.fill(0);
		for (let symbol = 0; symbol < symbols; symbol++) countByLength[lengths[symbol]]++;
		let code = 0;
		for (let bits = 1; bits <= this.maxBits; bits++) {
			nextCode[bits] = code;
			code = (code + countByLength[bits]) << 1;
		}
		for (let symbol = 0; symbol < symbols; symbol++) {
			const bits = lengths[symbol];
			codes[symbol] = bits === 0 ? 0 : reversed(nextCode[bits]++, bits);
		}
	}
}

function reversed(code: number, bits: number): number {
	let result = 0;
	for (; bits > 0; bits--, code >>>= 1) result = (result << 1) | (code & 1);
	return result;
}
