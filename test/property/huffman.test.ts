/** Huffman codes: complete, not too long, and as short as they can be. */
import fc from 'fast-check';

import { compile } from '../../scripts/kernel';

const SYMBOLS = 286;

interface Kernel {
	memory: { buffer: ArrayBuffer };
	frequenciesAt(): number;
	codesAt(): number;
	build(symbols: number, maxBits: number): void;
}

const kernel = new WebAssembly.Instance(new WebAssembly.Module(compile('kernel/test/huffman.ts')))
	.exports as unknown as Kernel;

/** By symbol: how many bits its code has, and the code, its first bit lowest. */
function codesOf(
	counts: Int32Array,
	symbols: number,
	maxBits: number,
): { lengths: number[]; codes: number[] } {
	new Int32Array(kernel.memory.buffer, kernel.frequenciesAt(), symbols).set(counts);
	kernel.build(symbols, maxBits);
	const all = [...new Uint32Array(kernel.memory.buffer, kernel.codesAt(), symbols)];
	return { lengths: all.map((code) => code >>> 24), codes: all.map((code) => code & 0xffffff) };
}

/** Frequencies of all sizes, most of them 0, as in a block. */
const frequencies = fc
	.array(fc.tuple(fc.nat(SYMBOLS - 1), fc.oneof(fc.nat(3), fc.nat(70_000))), { maxLength: SYMBOLS })
	.map((pairs) => {
		const counts = new Int32Array(SYMBOLS);
		for (const [symbol, count] of pairs) counts[symbol] = count;
		return counts;
	});

const kraftSum = (lengths: number[]) =>
	[...lengths].reduce((sum, length) => sum + (length === 0 ? 0 : 2 ** -length), 0);

const bitsOf = (counts: Int32Array, lengths: number[]) =>
	counts.reduce((sum, count, symbol) => sum + count * lengths[symbol], 0);

/** The bits of an unlimited Huffman code: each joining of the two smallest trees makes their symbols a bit longer. */
function leastBits(counts: Int32Array): number {
	const trees = [...counts].filter((count) => count > 0);
	let bits = 0;
	while (trees.length > 1) {
		trees.sort((a, b) => b - a);
		const joined = (trees.pop() ?? 0) + (trees.pop() ?? 0);
		bits += joined;
		trees.push(joined);
	}
	return bits;
}

it.each([
	[SYMBOLS, 12],
	[SYMBOLS, 9],
	[30, 11],
	[19, 7],
])(
	'of %i symbols with at most %i bits are complete, within the limit, and give each symbol a code of its own',
	(symbols, maxBits) => {
		fc.assert(
			fc.property(frequencies, (all) => {
				const counts = all.slice(0, symbols);
				const code = codesOf(counts, symbols, maxBits);
				expect(kraftSum(code.lengths)).toBe(1);
				expect(Math.max(...code.lengths)).toBeLessThanOrEqual(maxBits);
				expect([...counts].every((count, symbol) => count === 0 || code.lengths[symbol] > 0)).toBe(true);
				const texts = [...code.lengths].flatMap((length, symbol) =>
					length === 0 ? [] : [[...code.codes[symbol].toString(2).padStart(length, '0')].reverse().join('')],
				);
				// None is the beginning of another one: sorted, that would come right behind it.
				texts.sort();
				for (let i = 1; i < texts.length; i++) expect(texts[i].startsWith(texts[i - 1])).toBe(false);
			}),
			{ numRuns: 200 },
		);
	},
);

it('take the fewest bits there are where no code is too long', () => {
	fc.assert(
		fc.property(frequencies, (counts) => {
			fc.pre(counts.filter((count) => count > 0).length > 1);
			const code = codesOf(counts, SYMBOLS, 15);
			const bits = bitsOf(counts, code.lengths);
			if (Math.max(...code.lengths) < 15) expect(bits).toBe(leastBits(counts));
			else expect(bits).toBeLessThan(1.02 * leastBits(counts));
		}),
		{ numRuns: 300 },
	);
});
