/**
 * One block's bytes as runs of literals with a match behind each, and how often each symbol occurs. Used again for every
 * block: 88 kB for the tokens, 1.3 kB for the frequencies.
 */
import {
	BLOCK_BYTES,
	DISTANCE_SYMBOLS,
	distanceCode,
	END_OF_BLOCK,
	FIRST_LENGTH_SYMBOL,
	LITERAL_SYMBOLS,
	lengthCode,
} from './symbols';

/** Shorter matches are not looked for: far ones cost as many bits as the literals they replace. */
export const SHORTEST_MATCH: usize = 6;

/** A token: how many literals come before its match, and the match; 4 bytes each. */
const TOKEN_BYTES: usize = 8;
const MOST_TOKENS: usize = BLOCK_BYTES / SHORTEST_MATCH + 2;
const TOKENS: usize = memory.data(<i32>(MOST_TOKENS * TOKEN_BYTES), 64);
/** The lower bits of a match are its length, the others its distance. */
const LENGTH_BITS: u32 = 9;

/** By symbol, 4 bytes each. */
export const LITERAL_FREQUENCIES: usize = memory.data(<i32>(LITERAL_SYMBOLS << 2), 64);
export const DISTANCE_FREQUENCIES: usize = memory.data(<i32>(DISTANCE_SYMBOLS << 2), 64);

export function clearFrequencies(): void {
	memory.fill(LITERAL_FREQUENCIES, 0, LITERAL_SYMBOLS << 2);
	memory.fill(DISTANCE_FREQUENCIES, 0, DISTANCE_SYMBOLS << 2);
	store<u32>(LITERAL_FREQUENCIES + (END_OF_BLOCK << 2), 1);
}

export function countLiteral(byte: usize): void {
	increment(LITERAL_FREQUENCIES + (byte << 2));
}

export function countMatch(distance: usize, length: usize): void {
	increment(LITERAL_FREQUENCIES + ((FIRST_LENGTH_SYMBOL + lengthCode(length)) << 2));
	increment(DISTANCE_FREQUENCIES + (distanceCode(distance) << 2));
}

function increment(count: usize): void {
	store<u32>(count, load<u32>(count) + 1);
}

export function firstToken(): usize {
	return TOKENS;
}

/** @returns the token behind it */
export function addToken(token: usize, literals: usize, distance: usize, length: usize): usize {
	store<u32>(token, <u32>literals);
	store<u32>(token, ((<u32>distance) << LENGTH_BITS) | (<u32>length), 4);
	return token + TOKEN_BYTES;
}

/** The last literals of a block, with no match behind them. */
export function addLastToken(token: usize, literals: usize): void {
	store<u32>(token, <u32>literals);
	store<u32>(token, 0, 4);
}

export function nextToken(token: usize): usize {
	return token + TOKEN_BYTES;
}

export function literalsOf(token: usize): usize {
	return load<u32>(token);
}

/** @returns 0 for none */
export function matchOf(token: usize): u32 {
	return load<u32>(token, 4);
}

export function lengthOf(match: u32): usize {
	return match & ((1 << LENGTH_BITS) - 1);
}

export function distanceOf(match: u32): usize {
	return match >> LENGTH_BITS;
}
