import fc from 'fast-check';

import { UniqueKeys } from '../../transfer/items/uniqueKeys';

describe('finding a key that stands twice', () => {
	it('names the same two rows as a Map does', () => {
		const key = fc.oneof(fc.string({ maxLength: 2 }), fc.string(), fc.nat(300).map(String));
		fc.assert(
			fc.property(fc.array(key, { size: 'max', maxLength: 300 }), (keys) => {
				const unique = new UniqueKeys(keys.length, (row) => keys[row]);
				const rowByKey = new Map<string, number>();
				for (let row = 0; row < keys.length; row++) {
					const earlier = rowByKey.get(keys[row]) ?? null;
					expect(unique.add(row)).toBe(earlier);
					if (earlier !== null) break;
					rowByKey.set(keys[row], row);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it.each([
		['costarring', 'liquid'],
		['declinate', 'macallums'],
		['altarage', 'zinke'],
	])('tells %s from %s, whose FNV-1a hashes are the same', (first, second) => {
		const keys = [first, second, first];
		const asked: number[] = [];
		const unique = new UniqueKeys(3, (row) => {
			asked.push(row);
			return keys[row];
		});
		expect([unique.add(0), unique.add(1)]).toEqual([null, null]);
		// The hashes being the same, the first key was asked for again.
		expect(asked).toEqual([0, 1, 0]);
		expect(unique.add(2)).toBe(0);
	});

	it('keeps up with 200,000 keys', () => {
		const unique = new UniqueKeys(200_001, (row) => (row === 200_000 ? 'key 77' : `key ${row}`));
		for (let row = 0; row < 200_000; row++) {
			if (unique.add(row) !== null) throw new Error(`Row ${row} was taken for an earlier one`);
		}
		expect(unique.add(200_000)).toBe(77);
	});
});
