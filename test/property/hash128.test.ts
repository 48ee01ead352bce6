import fc from 'fast-check';

import { hash128, hash128AndPairs, viewOf } from '../../transfer/hash128';
import { runs } from '../support/runs';

const FOUR_COMMAS = 0x2c2c2c2c;

function hashOf(bytes: Buffer, from = 0, to = bytes.length): string {
	const words = new Uint32Array(4);
	hash128(viewOf(bytes), from, to, words);
	return [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
}

test("the hash is MurmurHash3's", () => {
	const text = 'The quick brown fox jumps over the lazy dog';
	expect(hashOf(Buffer.from(text))).toBe('2f1583c3ecee2c675d7bf66ce5e91d2c');
});

test('it is the same wherever the bytes stand, and two commas in a row are found wherever they are', () => {
	fc.assert(
		fc.property(
			fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', ',', '\0', '+'), maxLength: 70 }),
			fc.string({ unit: fc.constantFrom(',', 'x'), maxLength: 9 }),
			fc.string({ unit: fc.constantFrom(',', 'x'), maxLength: 9 }),
			(text, before, behind) => {
				const all = Buffer.from(before + text + behind);
				const to = before.length + text.length;
				const words = new Uint32Array(6);
				expect(hash128AndPairs(viewOf(all), before.length, to, FOUR_COMMAS, words, 2)).toBe(
					text.includes(',,'),
				);
				const alone = Buffer.from(text);
				expect([...words.subarray(2)].map((word) => word.toString(16).padStart(8, '0')).join('')).toBe(
					hashOf(alone),
				);
			},
		),
		{ numRuns: runs(2000, 20_000) },
	);
});
