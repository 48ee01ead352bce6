import fc from 'fast-check';

import { flattenItems } from '../../transfer/items/flattenItems';
import { Stretch } from '../../transfer/stretch';

type Json = Record<string, unknown>;

const flatten = async (rows: Json[], { separator = '.', depth = Infinity, columns = [] as string[] } = {}) =>
	(
		await flattenItems(
			rows.map((json) => ({ json })),
			{ separator, depth },
			columns,
			new Stretch(),
		)
	).map(({ json }) => json);
/** As an object that can be compared: a flat one has no prototype. */
const plain = (json: Json) => new Map(Object.entries(json));

const name = fc.constantFrom('a', 'b', 'id', 'constructor', 'toString', '__proto__', 'hasOwnProperty');
const leaf = fc.oneof(
	fc.integer(),
	fc.string(),
	fc.boolean(),
	fc.constant(null),
	fc.array(fc.oneof(fc.integer(), fc.constant({ a: 1 })), { maxLength: 3 }),
	fc.date({ noInvalidDate: true }),
);
/** Made by entries, so that `__proto__` is a field. */
const fieldsOf = (value: fc.Arbitrary<unknown>, minLength: number) =>
	fc
		.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, minLength, maxLength: 4 })
		.map((entries) => Object.fromEntries(entries) as Json);
const { row } = fc.letrec<{ value: unknown; row: Json }>((tie) => ({
	value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, fieldsOf(tie('value'), 0)),
	row: fieldsOf(tie('value'), 1),
}));

/** A model: each value with the names that lead to it. */
function leaves(value: unknown, path: string[], depth: number): Array<[string[], unknown]> {
	const isObject =
		typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
	if (!isObject || path.length > depth) return [[path, value]];
	const entries = Object.entries(value);
	if (entries.length === 0) return path.length === 0 ? [] : [[path, value]];
	return entries.flatMap(([key, inner]) => leaves(inner, [...path, key], depth));
}

describe('flattening items', () => {
	it('puts every value under the names that lead to it, and none anywhere else', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(row, { maxLength: 6 }),
				fc.constantFrom(1, 2, 3, Infinity),
				async (rows, depth) => {
					const flat = await flatten(rows, { depth });
					expect(flat).toHaveLength(rows.length);
					rows.forEach((each, index) => {
						const got = plain(flat[index]);
						expect(got.size).toBeGreaterThan(0);
						for (const [path, value] of leaves(each, [], depth)) {
							const key = path.join('.');
							const isBlank =
								value === null || (typeof value === 'object' && Object.keys(value).length === 0);
							if (isBlank && !Array.isArray(value) && !(value instanceof Date)) {
								// NULL of its own, or in each column of the object that others have there.
								const own = [...got].filter(([other]) => other === key || other.startsWith(`${key}.`));
								expect(own.length).toBeGreaterThan(0);
								for (const [, found] of own) expect(found === null || found === value).toBe(true);
							} else {
								expect(got.get(key)).toBe(value);
							}
						}
						const known = leaves(each, [], depth).map(([path]) => path.join('.'));
						for (const key of got.keys()) {
							expect(known.some((start) => key === start || key.startsWith(`${start}.`))).toBe(true);
						}
					});
				},
			),
			{ numRuns: 300 },
		);
	});

	it('leaves items without an object as they are, the same objects', async () => {
		const rows = [{ id: 1, at: new Date(0), list: [{ a: 1 }] }, { id: null }];
		const flat = await flatten(rows);
		expect(flat[0]).toBe(rows[0]);
		expect(flat[1]).toBe(rows[1]);
	});

	it('gives the prototype of no object another field', async () => {
		const [flat] = await flatten([JSON.parse('{"__proto__":{"polluted":1},"a":{"__proto__":2}}') as Json]);
		expect(plain(flat)).toEqual(
			new Map<string, unknown>([
				['__proto__.polluted', 1],
				['a.__proto__', 2],
			]),
		);
		expect(({} as Json).polluted).toBeUndefined();
	});

	it.each([
		['in one item', [{ 'a.b': 1, a: { b: 2 } }], /^item 0: .* column 'a\.b': 'a\.b' and 'b' in 'a'$/],
		['also where one is NULL', [{ a: { b: 2 }, 'a.b': null }], /^item 0: .*: 'b' in 'a' and 'a\.b'$/],
		['in two', [{ a: { b: 2 } }, { 'a.b': 1 }], /^item 1: .* column 'a\.b': 'b' in 'a' and 'a\.b'$/],
		[
			'two objects',
			[{ a: { 'b.c': 1 }, 'a.b': { c: 2 } }],
			/column 'a\.b\.c': 'b\.c' in 'a' and 'c' in 'a\.b'$/,
		],
	])('refuses two fields of one name, %s', async (_, rows, message) => {
		await expect(flatten(rows)).rejects.toMatchObject({
			code: 'COLUMN_FLATTENED_TWICE',
			message: expect.stringMatching(message) as string,
		});
	});

	it('refuses an object that contains itself, and too many levels', async () => {
		const ring: Json = { name: 'ring' };
		ring.self = { ring };
		await expect(flatten([{ id: 1 }, { ring }])).rejects.toThrow(
			/^item 1: the object in the field 'ring' in 'self' in 'ring' contains itself/,
		);
		let deep: Json = { end: 1 };
		for (let level = 0; level < 5000; level++) deep = { deep };
		await expect(flatten([deep])).rejects.toThrow(/^item 0: the field 'deep' has more than 100 levels/);
		expect(plain((await flatten([deep], { depth: 2 }))[0]).has('deep.deep.deep')).toBe(true);
	});

	it('takes an object of only a value for one where others have further fields, or the DataSet has', async () => {
		const one = { price: { value: 1 } };
		const [alone] = await flatten([one]);
		expect(alone).toEqual(one);
		for (const rows of [
			[one, { price: { value: 2, unit: 'kg' } }],
			[{ price: { value: 2, unit: 'kg' } }, one],
		]) {
			const flat = await flatten(rows);
			expect(plain(flat[rows.indexOf(one)])).toEqual(plain({ 'price.value': 1 }));
			expect(plain(flat[1 - rows.indexOf(one)])).toEqual(plain({ 'price.value': 2, 'price.unit': 'kg' }));
		}
		const [known] = await flatten([one], { columns: ['price.value'] });
		expect(plain(known)).toEqual(plain({ 'price.value': 1 }));
		const [both] = await flatten([one], { columns: ['price.value', 'price'] });
		expect(both).toEqual(one);
		const inner = { a: { price: { value: 1 } } };
		const [deeper] = await flatten([inner, { a: { price: { unit: 'kg' } } }], { depth: 2 });
		expect(plain(deeper)).toEqual(plain({ 'a.price.value': 1 }));
		const [below] = await flatten([inner, { a: { price: { unit: 'kg' } } }], { depth: 1 });
		expect(plain(below)).toEqual(plain({ 'a.price': { value: 1 } }));
	});

	it('refuses values within one another without end', async () => {
		const ring: Json = {};
		ring.value = ring;
		await expect(flatten([{ ring }])).rejects.toThrow(/^item 0: the object in the field .* contains itself/);
		let deep: Json = { value: 1 };
		for (let level = 0; level < 30_000; level++) deep = { value: deep };
		await expect(flatten([{ deep }])).rejects.toThrow(/^item 0: the field 'deep' has more than 100 levels/);
	});

	it('knows from the columns that NULL in all items is in the place of an object', async () => {
		const columns = ['id', 'address.city', 'address.zip'];
		const [nothing, empty] = await flatten(
			[
				{ id: 1, address: null },
				{ id: 2, address: {} },
			],
			{ columns },
		);
		expect(plain(nothing)).toEqual(plain({ id: 1, 'address.city': null, 'address.zip': null }));
		expect(plain(empty)).toEqual(plain({ id: 2, 'address.city': null, 'address.zip': null }));
		const [own] = await flatten([{ address: null }], { columns: ['address', ...columns] });
		expect(plain(own)).toEqual(plain({ address: null }));
		const [beside] = await flatten([{ 'address.city': 'Oslo', address: null }], { columns });
		expect(plain(beside)).toEqual(plain({ 'address.city': 'Oslo', 'address.zip': null }));
	});
});
