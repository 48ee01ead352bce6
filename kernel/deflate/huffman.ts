/**
 * Huffman codes (RFC 1951, 3.2.2), made again for every block. A code takes 4 bytes a symbol: its bits, the first one
 * lowest, as they go into the output, and in the upper 8 how many they are: 0 for a symbol that does not occur.
 */
import { LITERAL_SYMBOLS } from './symbols';

const SYMBOL_BITS: u32 = 9;
const SYMBOL_MASK: u32 = (1 << SYMBOL_BITS) - 1;
const LONGEST_CODE = 15;

const LENGTH_SHIFT: u32 = 24;

/** The symbols that occur, sorted by frequency: frequency << 9 | symbol; and what they are sorted into. */
const SORTED: usize = memory.data(<i32>(LITERAL_SYMBOLS << 2), 64);
const SORTED_NEXT: usize = memory.data(<i32>(LITERAL_SYMBOLS << 2), 64);
/** By byte: how often it occurs, then where the next of them goes. */
const RADIX: usize = memory.data(256 << 2, 64);
/** Of the symbols that occur: weights, then parents, then depths in the tree. */
const TREE: usize = memory.data(<i32>(LITERAL_SYMBOLS << 2), 64);
const COUNT_BY_LENGTH: usize = memory.data((LONGEST_CODE + 1) << 2, 64);
const NEXT_CODE: usize = memory.data((LONGEST_CODE + 1) << 2, 64);

/** How many bits a symbol's code has. */
export function codeLength(codes: usize, symbol: usize): u32 {
	return at(codes, symbol) >> LENGTH_SHIFT;
}

/** A symbol's code. */
export function codeBits(codes: usize, symbol: usize): u32 {
	return at(codes, symbol) & ((1 << LENGTH_SHIFT) - 1);
}

/**
 * @param frequencies by symbol, 4 bytes each; below 2^23, their sum below 2^31
 * @param symbols how many there are, at most 286
 * @param maxBits no code is longer: 2^maxBits is at least the number of symbols
 * @param codes by symbol: gets the code
 */
export function buildCode(frequencies: usize, symbols: usize, maxBits: u32, codes: usize): void {
	memory.fill(codes, 0, symbols << 2);
	const used = gather(frequencies, symbols);
	if (used < 2) giveTwo(used, codes);
	else {
		sort(used);
		findDepths(used);
		limitDepths(used, maxBits);
		setLengths(maxBits, codes);
	}
	numberCodes(symbols, maxBits, codes);
}

function at(table: usize, index: usize): u32 {
	return load<u32>(table + (index << 2));
}

function put(table: usize, index: usize, value: u32): void {
	store<u32>(table + (index << 2), value);
}

function add(table: usize, index: usize, value: i32): void {
	put(table, index, at(table, index) + value);
}

/** @returns how many symbols occur */
function gather(frequencies: usize, symbols: usize): usize {
	let used: usize = 0;
	for (let symbol: usize = 0; symbol < symbols; symbol++) {
		const frequency = at(frequencies, symbol);
		if (frequency > 0) put(SORTED, used++, (frequency << SYMBOL_BITS) | (<u32>symbol));
	}
	return used;
}

/** A code of fewer than two symbols is not complete, which some decoders refuse: another symbol fills it up. */
function giveTwo(used: usize, codes: usize): void {
	const symbol: usize = used == 0 ? 0 : at(SORTED, 0) & SYMBOL_MASK;
	put(codes, symbol, 1 << LENGTH_SHIFT);
	put(codes, symbol == 0 ? 1 : 0, 1 << LENGTH_SHIFT);
}

/** By their frequencies, byte by byte. The lowest byte is of the symbols only, which are in order. */
function sort(used: usize): void {
	sortByByte(SORTED, SORTED_NEXT, used, 8);
	sortByByte(SORTED_NEXT, SORTED, used, 16);
	sortByByte(SORTED, SORTED_NEXT, used, 24);
	memory.copy(SORTED, SORTED_NEXT, used << 2);
}

function sortByByte(from: usize, to: usize, count: usize, shift: u32): void {
	memory.fill(RADIX, 0, 256 << 2);
	for (let i: usize = 0; i < count; i++) add(RADIX, (at(from, i) >> shift) & 0xff, 1);
	let before: u32 = 0;
	for (let byte: usize = 0; byte < 256; byte++) {
		const occurring = at(RADIX, byte);
		put(RADIX, byte, before);
		before += occurring;
	}
	for (let i: usize = 0; i < count; i++) {
		const value = at(from, i);
		const byte = (value >> shift) & 0xff;
		put(to, at(RADIX, byte), value);
		add(RADIX, byte, 1);
	}
}

/**
 * How deep each symbol is in the Huffman tree, without a tree: A. Moffat, J. Katajainen, "In-Place Calculation of
 * Minimum-Redundancy Codes" (1995).
 */
function findDepths(used: usize): void {
	for (let i: usize = 0; i < used; i++) put(TREE, i, at(SORTED, i) >> SYMBOL_BITS);
	let leaf: usize = 0;
	let root: usize = 0;
	for (let next: usize = 0; next < used - 1; next++) {
		let weight: u32 = 0;
		for (let child = 0; child < 2; child++) {
			if (leaf >= used || (root < next && at(TREE, root) < at(TREE, leaf))) {
				weight += at(TREE, root);
				put(TREE, root++, <u32>next);
			} else weight += at(TREE, leaf++);
		}
		put(TREE, next, weight);
	}
	put(TREE, used - 2, 0);
	for (let i: usize = used - 2; i > 0; i--) put(TREE, i - 1, at(TREE, at(TREE, i - 1)) + 1);
	let free: i32 = 1;
	let depth: u32 = 0;
	let next: i32 = <i32>used - 1;
	let inner: i32 = <i32>used - 2;
	while (free > 0) {
		let atDepth = 0;
		for (; inner >= 0 && at(TREE, inner) == depth; inner--) atDepth++;
		for (; free > atDepth; free--) put(TREE, next--, depth);
		free = 2 * atDepth;
		depth++;
	}
}

/** Codes that are too long get the longest length; others are lengthened until all fit again (Kraft's sum). */
function limitDepths(used: usize, maxBits: u32): void {
	memory.fill(COUNT_BY_LENGTH, 0, (LONGEST_CODE + 1) << 2);
	for (let i: usize = 0; i < used; i++) add(COUNT_BY_LENGTH, min(at(TREE, i), maxBits), 1);
	let taken: u32 = 0;
	for (let bits: u32 = 1; bits <= maxBits; bits++) taken += at(COUNT_BY_LENGTH, bits) << (maxBits - bits);
	for (; taken > 1 << maxBits; taken--) {
		let bits = maxBits - 1;
		while (at(COUNT_BY_LENGTH, bits) == 0) bits--;
		add(COUNT_BY_LENGTH, maxBits, -1);
		add(COUNT_BY_LENGTH, bits, -1);
		add(COUNT_BY_LENGTH, bits + 1, 2);
	}
}

/** The rarest are sorted first and get the longest codes. */
function setLengths(maxBits: u32, codes: usize): void {
	let i: usize = 0;
	for (let bits = maxBits; bits > 0; bits--) {
		for (let left = at(COUNT_BY_LENGTH, bits); left > 0; left--) {
			put(codes, at(SORTED, i++) & SYMBOL_MASK, bits << LENGTH_SHIFT);
		}
	}
}

function numberCodes(symbols: usize, maxBits: u32, codes: usize): void {
	memory.fill(COUNT_BY_LENGTH, 0, (LONGEST_CODE + 1) << 2);
	for (let symbol: usize = 0; symbol < symbols; symbol++) add(COUNT_BY_LENGTH, codeLength(codes, symbol), 1);
	let code: u32 = 0;
	for (let bits: u32 = 1; bits <= maxBits; bits++) {
		put(NEXT_CODE, bits, code);
		code = (code + at(COUNT_BY_LENGTH, bits)) << 1;
	}
	for (let symbol: usize = 0; symbol < symbols; symbol++) {
		const bits = codeLength(codes, symbol);
		if (bits == 0) continue;
		put(codes, symbol, (bits << LENGTH_SHIFT) | reversed(at(NEXT_CODE, bits), bits));
		add(NEXT_CODE, bits, 1);
	}
}

function reversed(code: u32, bits: u32): u32 {
	let result: u32 = 0;
	for (; bits > 0; bits--, code >>= 1) result = (result << 1) | (code & 1);
	return result;
}
