import { DISTANCE_SYMBOLS, FIRST_LENGTH_SYMBOL, LITERAL_SYMBOLS } from './deflateSymbols';
import type { BitWriter } from './deflateBitWriter';
import { HuffmanCode } from './deflateHuffman';

/** Symbols beside the lengths 0…15: the last length 3 to 6 times more, and 3 to 10 or 11 to 138 zeros. */
const REPEAT = 16;
const ZEROS = 17;
const MANY_ZEROS = 18;
const EXTRA_BITS: Record<number, number> = { [REPEAT]: 2, [ZEROS]: 3, [MANY_ZEROS]: 7 };
const SYMBOLS = 19;
const LONGEST_CODE = 7;
/** The order in which their own code lengths are written: the ones likely to be 0 come last and are left out. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const FEWEST_WRITTEN = 4;

/**
 * The head of a block with codes of its own: their code lengths, run-length encoded and Huffman coded (RFC 1951,
 * 3.2.7). It takes 1.5 kB.
 */
export class CodeLengths {
	private readonly lengths = new Uint8Array(LITERAL_SYMBOLS + DISTANCE_SYMBOLS);
	/** Symbols, each with the number its extra bits hold: number << 8 | symbol. */
	private readonly runs = new Uint16Array(LITERAL_SYMBOLS + DISTANCE_SYMBOLS);
	private runCount = 0;
	private readonly frequencies = new Int32Array(SYMBOLS);
	private readonly code = new HuffmanCode(SYMBOLS, LONGEST_CODE);
	private literalCount = 0;
	private distanceCount = 0;
	private written = 0;

	/** @returns how many bits `write` takes */
	prepare(literals: HuffmanCode, distances: HuffmanCode): number {
		this.literalCount = usedOf(literals.lengths, FIRST_LENGTH_SYMBOL);
		this.distanceCount = usedOf(distances.lengths, 1);
		this.lengths.set(literals.lengths);
		this.lengths.set(distances.lengths, this.literalCount);
		this.encodeRuns(this.literalCount + this.distanceCount);
		this.code.build(this.frequencies);
		this.written = SYMBOLS;
		while (this.written > FEWEST_WRITTEN && this.code.lengths[ORDER[this.written - 1]] === 0) this.written--;
		let bits = 5 + 5 + 4 + 3 * this.written;
		for (let symbol = 0; symbol < SYMBOLS; symbol++)
			bits += this.frequencies[symbol] * (this.code.lengths[symbol] + (EXTRA_BITS[symbol] ?? 0));
		return bits;
	}

	write(out: BitWriter): void {
		const { code, runs } = this;
		out.write(this.literalCount - FIRST_LENGTH_SYMBOL, 5);
		out.write(this.distanceCount - 1, 5);
		out.write(this.written - FEWEST_WRITTEN, 4);
		for (let i = 0; i < this.written; i++) out.write(code.lengths[ORDER[i]], 3);
		for (let i = 0; i < this.runCount; i++) {
			const symbol = runs[i] & 0xff;
			out.write(code.codes[symbol], code.lengths[symbol]);
			if (symbol >= REPEAT) out.write(runs[i] >>> 8, EXTRA_BITS[symbol]);
		}
	}

	private encodeRuns(count: number): void {
		const { lengths } = this;
		this.frequencies.fill(0);
		this.runCount = 0;
		for (let from = 0, to = 0; from < count; from = to) {
			const length = lengths[from];
			while (to < count && lengths[to] === length) to++;
			let left = to - from;
			if (length === 0) {
				for (; left >= 11; left -= Math.min(left, 138)) this.add(MANY_ZEROS, Math.min(left, 138) - 11);
				if (left >= 3) {
					this.add(ZEROS, left - 3);
					left = 0;
				}
			} else {
				this.add(length, 0);
				for (left--; left >= 3; left -= Math.min(left, 6)) this.add(REPEAT, Math.min(left, 6) - 3);
			}
			for (; left > 0; left--) this.add(length, 0);
		}
	}

	private add(symbol: number, extra: number): void {
		this.runs[this.runCount++] = (extra << 8) | symbol;
		this.frequencies[symbol]++;
	}
}

/** How many lengths there are up to the last one that is not 0, but at least so many. */
function usedOf(lengths: Uint8Array, least: number): number {
	let used = lengths.length;
	while (used > least && lengths[used - 1] === 0) used--;
	return used;
}
