/** Huffman codes by themselves, for test/property/huffman.test.ts. */
import { buildCode } from '../deflate/huffman';
import { LITERAL_SYMBOLS } from '../deflate/symbols';

const FREQUENCIES: usize = memory.data(<i32>(LITERAL_SYMBOLS << 2), 64);
const CODES: usize = memory.data(<i32>(LITERAL_SYMBOLS << 2), 64);

export function frequenciesAt(): usize {
	return FREQUENCIES;
}

export function codesAt(): usize {
	return CODES;
}

export function build(symbols: usize, maxBits: u32): void {
	buildCode(FREQUENCIES, symbols, maxBits, CODES);
}
