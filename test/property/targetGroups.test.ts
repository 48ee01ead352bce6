import fc from 'fast-check';

import type { Stream } from '../../domo/types';
import { ItemGroups } from '../../nodes/DomoStream/targets/groupItems';
import { mergeTargets, type ResolvedTarget } from '../../nodes/DomoStream/targets/resolveTargets';

const NAMED_NOTHING = fc.constantFrom(null, undefined, '');
const NAMED = fc.constantFrom('5', 5, ' 5', 'Sales', 'sales', 'Costs', 7, '7');

const group = (raws: readonly unknown[]) => {
	const groups = new ItemGroups<string>(
		(raw) => {
			const text = String(raw ?? '').trim();
			if (text === '') throw new Error('nothing');
			return text;
		},
		(choice) => choice,
	);
	raws.forEach((raw, itemIndex) => groups.add(raw, itemIndex));
	return groups.all;
};

it('every item is in one group, in order, with all that mean the same and no other', () => {
	fc.assert(
		fc.property(fc.array(fc.oneof(NAMED, NAMED_NOTHING), { minLength: 1, maxLength: 60 }), (raws) => {
			const groups = group(raws);
			const all = groups.flatMap(({ itemIndexes }) => itemIndexes);
			expect([...all].sort((a, b) => a - b)).toEqual(raws.map((_, index) => index));
			const firsts = groups.map(({ itemIndexes }) => itemIndexes[0]);
			expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
			for (const { choice, error, itemIndexes } of groups) {
				expect(itemIndexes).toEqual([...itemIndexes].sort((a, b) => a - b));
				expect(choice === undefined).toBe(error !== undefined);
				const texts = new Set(itemIndexes.map((index) => String(raws[index] ?? '').trim()));
				expect(texts).toEqual(new Set([choice ?? '']));
			}
			const choices = groups.flatMap(({ choice }) => (choice === undefined ? [] : [choice]));
			expect(new Set(choices).size).toBe(choices.length);
		}),
	);
});

it('merging keeps every item once, in order, and leaves no Stream twice', () => {
	const names = fc.constantFrom('a', 'A', 'b', 'B', 'c');
	const streams = fc.dictionary(names, fc.integer({ min: 1, max: 3 }), { maxKeys: 4 });
	fc.assert(
		fc.property(fc.array(names, { minLength: 1, maxLength: 40 }), streams, (raws, streamByName) => {
			const targets: ResolvedTarget[] = group(raws).map(({ choice = '', itemIndexes }) => ({
				label: `'${choice}'`,
				choice: { name: choice },
				itemIndexes,
				...(Object.hasOwn(streamByName, choice) ? { stream: { id: streamByName[choice] } as Stream } : {}),
			}));
			const merged = mergeTargets(targets, () => undefined);
			const all = merged.flatMap(({ itemIndexes }) => itemIndexes);
			expect([...all].sort((a, b) => a - b)).toEqual(raws.map((_, index) => index));
			for (const { itemIndexes } of merged)
				expect(itemIndexes).toEqual([...itemIndexes].sort((a, b) => a - b));
			const ids = merged.flatMap(({ stream }) => (stream ? [stream.id] : []));
			expect(new Set(ids).size).toBe(ids.length);
			// No existing DataSet's items go anywhere else.
			for (const { stream, itemIndexes } of merged) {
				for (const index of itemIndexes) {
					if (Object.hasOwn(streamByName, raws[index])) expect(stream?.id).toBe(streamByName[raws[index]]);
				}
			}
		}),
	);
});
