import { DISTANCE_SYMBOLS, END_OF_BLOCK, LITERAL_SYMBOLS } from './deflateSymbols';

/** A block ends with the first match that reaches so many raw bytes. */
export const BLOCK_BYTES = 64 * 1024;
/** Shorter matches are not looked for: far ones cost as many bits as the literals they replace. */
export const SHORTEST_MATCH = 6;

const MOST_TOKENS = Math.ceil(BLOCK_BYTES / SHORTEST_MATCH) + 1;
/** The lower bits of a packed match are its length, the others its distance. */
export const LENGTH_BITS = 9;

/**
 * One block's bytes as runs of literals with a match behind each, and how often each symbol occurs. Used again for
 * every block: 88 kB for the tokens, 1.3 kB for the frequencies.
 */
export class DeflateTokens {
	/** By token: how many literals come before its match. */
	readonly literalRuns = new Int32Array(MOST_TOKENS);
	/** By token: the match, as distance << LENGTH_BITS | length; 0 for none, behind the last literals. */
	readonly matches = new Int32Array(MOST_TOKENS);
	count = 0;
	readonly literalFrequencies = new Int32Array(LITERAL_SYMBOLS);
	readonly distanceFrequencies = new Int32Array(DISTANCE_SYMBOLS);

	clear(): void {
		this.count = 0;
		this.literalFrequencies.fill(0);
		this.distanceFrequencies.fill(0);
		this.literalFrequencies[END_OF_BLOCK] = 1;
	}
}
