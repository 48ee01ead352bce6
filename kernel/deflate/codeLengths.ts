/**
 * The head of a block with codes of its own: their code lengths, run-length encoded and Huffman coded (RFC 1951, 3.2.7).
 */
import { write } from './bits';
import { buildCode, codeBits, codeLength } from './huffman';
import { DISTANCE_SYMBOLS, FIRST_LENGTH_SYMBOL, LITERAL_SYMBOLS } from './symbols';

/** Symbols beside the lengths 0…15: the last length 3 to 6 times more, and 3 to 10 or 11 to 138 zeros. */
const REPEAT: u32 = 16;
const ZEROS: u32 = 17;
const MANY_ZEROS: u32 = 18;
const SYMBOLS: usize = 19;
const EXTRA_BITS: usize = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7]);
const LONGEST_CODE: u32 = 7;
/** The order in which their own code lengths are written: the ones likely to be 0 come last and are left out. */
const ORDER: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
const FEWEST_WRITTEN: usize = 4;

const LENGTHS: usize = memory.data(<i32>(LITERAL_SYMBOLS + DISTANCE_SYMBOLS));
/** Symbols, each with the number its extra bits hold: number << 8 | symbol, in 2 bytes. */
const RUNS: usize = memory.data(<i32>((LITERAL_SYMBOLS + DISTANCE_SYMBOLS) << 1), 2);
const FREQUENCIES: usize = memory.data(<i32>(SYMBOLS << 2), 64);
const CODE: usize = memory.data(<i32>(SYMBOLS << 2), 64);

let runCount: usize = 0;
let literalCount: usize = 0;
let distanceCount: usize = 0;
let written: usize = 0;

/** @returns how many bits `writeCodeLengths` takes */
export function prepareCodeLengths(literals: usize, distances: usize): u32 {
	literalCount = usedOf(literals, LITERAL_SYMBOLS, FIRST_LENGTH_SYMBOL);
	distanceCount = usedOf(distances, DISTANCE_SYMBOLS, 1);
	for (let i: usize = 0; i < literalCount; i++) store<u8>(LENGTHS + i, <u8>codeLength(literals, i));
	const rest = LENGTHS + literalCount;
	for (let i: usize = 0; i < distanceCount; i++) store<u8>(rest + i, <u8>codeLength(distances, i));
	encodeRuns(literalCount + distanceCount);
	buildCode(FREQUENCIES, SYMBOLS, LONGEST_CODE, CODE);
	written = SYMBOLS;
	while (written > FEWEST_WRITTEN && codeLength(CODE, load<u8>(ORDER + written - 1)) == 0) written--;
	let bits: u32 = 5 + 5 + 4 + 3 * <u32>written;
	for (let symbol: usize = 0; symbol < SYMBOLS; symbol++) {
		const extraBits: u32 = load<u8>(EXTRA_BITS + symbol);
		bits += load<u32>(FREQUENCIES + (symbol << 2)) * (codeLength(CODE, symbol) + extraBits);
	}
	return bits;
}

export function writeCodeLengths(): void {
	write(literalCount - FIRST_LENGTH_SYMBOL, 5);
	write(distanceCount - 1, 5);
	write(written - FEWEST_WRITTEN, 4);
	for (let i: usize = 0; i < written; i++) write(codeLength(CODE, load<u8>(ORDER + i)), 3);
	for (let i: usize = 0; i < runCount; i++) {
		const run: u32 = load<u16>(RUNS + (i << 1));
		const symbol = run & 0xff;
		write(codeBits(CODE, symbol), codeLength(CODE, symbol));
		write(run >> 8, load<u8>(EXTRA_BITS + symbol));
	}
}

function encodeRuns(count: usize): void {
	memory.fill(FREQUENCIES, 0, SYMBOLS << 2);
	runCount = 0;
	let to: usize = 0;
	for (let from: usize = 0; from < count; from = to) {
		const length: u32 = load<u8>(LENGTHS + from);
		while (to < count && load<u8>(LENGTHS + to) == length) to++;
		let left = <u32>(to - from);
		if (length == 0) {
			for (; left >= 11; left -= min(left, 138)) addRun(MANY_ZEROS, min(left, 138) - 11);
			if (left >= 3) {
				addRun(ZEROS, left - 3);
				left = 0;
			}
		} else {
			addRun(length, 0);
			for (left--; left >= 3; left -= min(left, 6)) addRun(REPEAT, min(left, 6) - 3);
		}
		for (; left > 0; left--) addRun(length, 0);
	}
}

function addRun(symbol: u32, extra: u32): void {
	store<u16>(RUNS + (runCount << 1), <u16>((extra << 8) | symbol));
	runCount++;
	const count = FREQUENCIES + (symbol << 2);
	store<u32>(count, load<u32>(count) + 1);
}

/** How many symbols there are up to the last one that occurs, but at least so many. */
function usedOf(codes: usize, symbols: usize, least: usize): usize {
	let used = symbols;
	while (used > least && codeLength(codes, used - 1) == 0) used--;
	return used;
}
