import type { BitWriter } from './deflateBitWriter';
import { CodeLengths } from './deflateCodeLengths';
import { HuffmanCode } from './deflateHuffman';
import {
	DISTANCE_BASE,
	DISTANCE_CODE,
	DISTANCE_EXTRA_BITS,
	DISTANCE_SYMBOLS,
	END_OF_BLOCK,
	FIRST_LENGTH_SYMBOL,
	LENGTH_BASE,
	LENGTH_CODE,
	LENGTH_EXTRA_BITS,
	LITERAL_SYMBOLS,
	MAX_MATCH,
	MIN_MATCH,
	NEAR_DISTANCES,
} from './deflateSymbols';
import { type DeflateTokens, LENGTH_BITS } from './deflateTokens';

/** Two literals, beside 7 bits that wait for their byte, are written in one go of 32 bits; so is a distance. */
const LONGEST_LITERAL_CODE = 12;
const LONGEST_DISTANCE_CODE = 11;

const STORED = 0;
const OWN_CODES = 2;
const MOST_STORED_BYTES = 0xffff;
/** A stored block's head: 3 bits and what fills up their byte, and the length twice. */
export const STORED_HEAD_BYTES = 5;

/**
 * Writes blocks (RFC 1951, 3.2.3), each in the smaller of two forms: with Huffman codes of its own, or as it is.
 * It takes 7 kB.
 */
export class BlockWriter {
	private readonly literals = new HuffmanCode(LITERAL_SYMBOLS, LONGEST_LITERAL_CODE);
	private readonly distances = new HuffmanCode(DISTANCE_SYMBOLS, LONGEST_DISTANCE_CODE);
	private readonly codeLengths = new CodeLengths();
	/** By match length: its code with the extra bits, and how many bits that are. */
	private readonly lengthBits = new Int32Array(MAX_MATCH + 1);
	private readonly lengthBitCounts = new Uint8Array(MAX_MATCH + 1);

	/**
	 * @param tokens of bytes[start, end)
	 * @param out may write into the same memory, as long as that ends before what is yet to be read: it never writes
	 *   more than `end - start` and `STORED_HEAD_BYTES` for each 65,535 of them
	 */
	write(
		bytes: Uint8Array,
		start: number,
		end: number,
		tokens: DeflateTokens,
		isLast: boolean,
		out: BitWriter,
	): void {
		const { literals, distances, codeLengths } = this;
		literals.build(tokens.literalFrequencies);
		distances.build(tokens.distanceFrequencies);
		const bits = codeLengths.prepare(literals, distances) + this.tokenBits(tokens);
		const storedBlocks = Math.max(1, Math.ceil((end - start) / MOST_STORED_BYTES));
		if (bits >= 8 * (end - start + (STORED_HEAD_BYTES - 1) * storedBlocks)) {
			store(bytes, start, end, isLast, out);
			return;
		}
		out.write(isLast ? 1 : 0, 1);
		out.write(OWN_CODES, 2);
		codeLengths.write(out);
		this.prepareLengths();
		this.writeTokens(bytes, start, tokens, out);
	}

	private tokenBits({ literalFrequencies, distanceFrequencies }: DeflateTokens): number {
		const { literals, distances } = this;
		let bits = 0;
		for (let symbol = 0; symbol < LITERAL_SYMBOLS; symbol++) {
			const extraBits = symbol < FIRST_LENGTH_SYMBOL ? 0 : LENGTH_EXTRA_BITS[symbol - FIRST_LENGTH_SYMBOL];
			bits += literalFrequencies[symbol] * (literals.lengths[symbol] + extraBits);
		}
		for (let symbol = 0; symbol < DISTANCE_SYMBOLS; symbol++)
			bits += distanceFrequencies[symbol] * (distances.lengths[symbol] + DISTANCE_EXTRA_BITS[symbol]);
		return bits;
	}

	private prepareLengths(): void {
		const { literals, lengthBits, lengthBitCounts } = this;
		for (let length = MIN_MATCH; length <= MAX_MATCH; length++) {
			const code = LENGTH_CODE[length];
			const bitCount = literals.lengths[FIRST_LENGTH_SYMBOL + code];
			lengthBits[length] =
				literals.codes[FIRST_LENGTH_SYMBOL + code] | ((length - LENGTH_BASE[code]) << bitCount);
			lengthBitCounts[length] = bitCount + LENGTH_EXTRA_BITS[code];
		}
	}

	private writeTokens(bytes: Uint8Array, start: number, tokens: DeflateTokens, out: BitWriter): void {
		const { lengthBits, lengthBitCounts } = this;
		const { lengths: literalBitCounts, codes: literalCodes } = this.literals;
		const { lengths: distanceBitCounts, codes: distanceCodes } = this.distances;
		const { literalRuns, matches, count } = tokens;
		const { view } = out;
		const baseOf = DISTANCE_BASE;
		const extraBitsOf = DISTANCE_EXTRA_BITS;
		const codeOf = DISTANCE_CODE;
		const near = NEAR_DISTANCES;
		const ofLength = LENGTH_BITS;
		const lengthMask = (1 << LENGTH_BITS) - 1;
		// BitWriter.write, spelt out: in local variables it is several times as fast.
		let { at, bits, bitCount } = out;
		let from = start;
		for (let token = 0; token < count; token++) {
			const to = from + literalRuns[token];
			for (; from + 1 < to; from += 2) {
				const first = bytes[from];
				const second = bytes[from + 1];
				const firstBits = literalBitCounts[first];
				bits |= (literalCodes[first] | (literalCodes[second] << firstBits)) << bitCount;
				bitCount += firstBits + literalBitCounts[second];
				view.setInt32(at, bits, true);
				at += bitCount >>> 3;
				bits >>>= bitCount & 24;
				bitCount &= 7;
			}
			if (from < to) {
				const literal = bytes[from++];
				bits |= literalCodes[literal] << bitCount;
				bitCount += literalBitCounts[literal];
				view.setInt32(at, bits, true);
				at += bitCount >>> 3;
				bits >>>= bitCount & 24;
				bitCount &= 7;
			}
			const match = matches[token];
			if (match === 0) break;
			const length = match & lengthMask;
			from += length;
			bits |= lengthBits[length] << bitCount;
			bitCount += lengthBitCounts[length];
			view.setInt32(at, bits, true);
			at += bitCount >>> 3;
			bits >>>= bitCount & 24;
			bitCount &= 7;
			const distance = match >>> ofLength;
			const code = codeOf[distance <= near ? distance - 1 : near + ((distance - 1) >> 7)];
			const codeBits = distanceBitCounts[code];
			bits |= (distanceCodes[code] | ((distance - baseOf[code]) << codeBits)) << bitCount;
			bitCount += codeBits + extraBitsOf[code];
			view.setInt32(at, bits, true);
			at += bitCount >>> 3;
			bits >>>= bitCount & 24;
			bitCount &= 7;
		}
		out.at = at;
		out.bits = bits;
		out.bitCount = bitCount;
		out.write(literalCodes[END_OF_BLOCK], literalBitCounts[END_OF_BLOCK]);
	}
}

function store(bytes: Uint8Array, start: number, end: number, isLast: boolean, out: BitWriter): void {
	let from = start;
	do {
		const to = Math.min(from + MOST_STORED_BYTES, end);
		out.write(isLast && to === end ? 1 : 0, 1);
		out.write(STORED, 2);
		out.alignToByte();
		out.write(to - from, 16);
		out.write(~(to - from) & 0xffff, 16);
		out.copy(bytes, from, to);
		from = to;
	} while (from < end);
}
