/** Writes blocks (RFC 1951, 3.2.3), each in the smaller of two forms: with Huffman codes of its own, or as it is. */
import * as bits from './bits';
import { prepareCodeLengths, writeCodeLengths } from './codeLengths';
import { buildCode, codeBits, codeLength } from './huffman';
import {
	DISTANCE_SYMBOLS,
	distanceBase,
	distanceCode,
	distanceExtraBits,
	END_OF_BLOCK,
	FIRST_LENGTH_SYMBOL,
	LITERAL_SYMBOLS,
	lengthBase,
	lengthCode,
	lengthExtraBits,
	MAX_MATCH,
	MIN_MATCH,
} from './symbols';
import {
	DISTANCE_FREQUENCIES,
	distanceOf,
	firstToken,
	lengthOf,
	LITERAL_FREQUENCIES,
	literalsOf,
	matchOf,
	nextToken,
} from './tokens';

/** Four literals, beside 7 bits that wait for their byte, are written in one go of 64 bits; so are a length and a distance. */
const LONGEST_LITERAL_CODE: u32 = 12;
const LONGEST_DISTANCE_CODE: u32 = 11;

const STORED: u32 = 0;
const OWN_CODES: u32 = 2;
const MOST_STORED_BYTES: usize = 0xffff;
/** A stored block's head: 3 bits and what fills up their byte, and the length twice. */
const STORED_HEAD_BYTES: usize = 5;

const LITERALS: usize = memory.data(<i32>(LITERAL_SYMBOLS << 2), 64);
const DISTANCES: usize = memory.data(<i32>(DISTANCE_SYMBOLS << 2), 64);
/** By match length, as codes are: its code with the extra bits. */
const LENGTHS: usize = memory.data(<i32>((MAX_MATCH + 1) << 2), 64);

/** Writes the bytes [from, to), which are cut into tokens. */
export function writeBlock(from: usize, to: usize, isLast: bool): void {
	buildCode(LITERAL_FREQUENCIES, LITERAL_SYMBOLS, LONGEST_LITERAL_CODE, LITERALS);
	buildCode(DISTANCE_FREQUENCIES, DISTANCE_SYMBOLS, LONGEST_DISTANCE_CODE, DISTANCES);
	const ownBits = prepareCodeLengths(LITERALS, DISTANCES) + tokenBits();
	const storedBlocks = max<usize>(1, (to - from + MOST_STORED_BYTES - 1) / MOST_STORED_BYTES);
	if (ownBits >= 8 * <u32>(to - from + (STORED_HEAD_BYTES - 1) * storedBlocks)) {
		writeStored(from, to, isLast);
		return;
	}
	bits.write(isLast ? 1 : 0, 1);
	bits.write(OWN_CODES, 2);
	writeCodeLengths();
	prepareLengths();
	writeTokens(from);
	bits.write(codeBits(LITERALS, END_OF_BLOCK), codeLength(LITERALS, END_OF_BLOCK));
}

function tokenBits(): u32 {
	let count: u32 = 0;
	for (let symbol: usize = 0; symbol < LITERAL_SYMBOLS; symbol++) {
		const extraBits: u32 = symbol < FIRST_LENGTH_SYMBOL ? 0 : lengthExtraBits(symbol - FIRST_LENGTH_SYMBOL);
		count += load<u32>(LITERAL_FREQUENCIES + (symbol << 2)) * (codeLength(LITERALS, symbol) + extraBits);
	}
	for (let symbol: usize = 0; symbol < DISTANCE_SYMBOLS; symbol++) {
		const frequency = load<u32>(DISTANCE_FREQUENCIES + (symbol << 2));
		count += frequency * (codeLength(DISTANCES, symbol) + distanceExtraBits(symbol));
	}
	return count;
}

function prepareLengths(): void {
	for (let length = MIN_MATCH; length <= MAX_MATCH; length++) {
		const code = lengthCode(length);
		const symbol = FIRST_LENGTH_SYMBOL + code;
		const count = codeLength(LITERALS, symbol);
		const extra = (<u32>(length - lengthBase(code))) << count;
		const all = count + lengthExtraBits(code);
		store<u32>(LENGTHS + (length << 2), (all << 24) | extra | codeBits(LITERALS, symbol));
	}
}

function writeTokens(from: usize): void {
	// As bits.write does it, but in variables of this function: several times as fast.
	let at = bits.nextAt();
	let pending = bits.pendingBits();
	let count = bits.pendingCount();
	let byte = from;
	let token = firstToken();
	for (;;) {
		const to = byte + literalsOf(token);
		for (; byte + 4 <= to; byte += 4) {
			for (let i: usize = 0; i < 4; i++) {
				const literal: usize = load<u8>(byte + i);
				pending |= (<u64>codeBits(LITERALS, literal)) << count;
				count += codeLength(LITERALS, literal);
			}
			store<u64>(at, pending);
			at += count >> 3;
			pending >>= count & 56;
			count &= 7;
		}
		for (; byte < to; byte++) {
			const literal: usize = load<u8>(byte);
			pending |= (<u64>codeBits(LITERALS, literal)) << count;
			count += codeLength(LITERALS, literal);
		}
		store<u64>(at, pending);
		at += count >> 3;
		pending >>= count & 56;
		count &= 7;
		const match = matchOf(token);
		if (match == 0) break;
		token = nextToken(token);
		const length = lengthOf(match);
		byte += length;
		pending |= (<u64>codeBits(LENGTHS, length)) << count;
		count += codeLength(LENGTHS, length);
		const distance = distanceOf(match);
		const code = distanceCode(distance);
		pending |= (<u64>codeBits(DISTANCES, code)) << count;
		count += codeLength(DISTANCES, code);
		pending |= (<u64>(distance - distanceBase(code))) << count;
		count += distanceExtraBits(code);
		store<u64>(at, pending);
		at += count >> 3;
		pending >>= count & 56;
		count &= 7;
	}
	bits.goOnAt(at, pending, count);
}

function writeStored(from: usize, to: usize, isLast: bool): void {
	let start = from;
	do {
		const stop = min(start + MOST_STORED_BYTES, to);
		const length = <u16>(stop - start);
		bits.write(isLast && stop == to ? 1 : 0, 1);
		bits.write(STORED, 2);
		bits.alignToByte();
		bits.writeInt16(length);
		bits.writeInt16(~length);
		bits.copy(start, stop);
		start = stop;
	} while (start < to);
}
