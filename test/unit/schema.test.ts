/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { DateTime } from 'luxon';

import type { Column } from '../../domo/types';
import { InputError } from '../../transfer/inputError';
import { ColumnInference } from '../support/columnInference';
import { checkColumns, parseColumnsJson } from '../../transfer/columns/schema';
import { DEFAULT_VALUE_OPTIONS } from '../../transfer/columns/valueOptions';
import { inferColumns as inferItemColumns } from '../../transfer/items/itemColumns';

async function inferColumns(items: Array<{ json: Record<string, unknown> }>): Promise<Column[]> {
	return (await inferItemColumns(items, DEFAULT_VALUE_OPTIONS)).columns;
}

function column(name: string, type = 'STRING'): Column {
	return { name, type } as Column;
}

describe('checking columns', () => {
	it.each([
		['no columns', [], 'no columns'],
		['an empty name', [column('a'), column('  ')], 'Column 2 has no name'],
		['a type Domo does not know', [column('a', 'BOOLEAN')], "'BOOLEAN'"],
		['no type', [{ name: 'a' } as Column], 'has the type missing'],
		['a type in lower case', [column('a', 'long')], "'long'"],
		['two equal names', [column('a'), column('a')], "two columns named 'a'"],
		['names equal but for case', [column('Sales'), column('b'), column('SALES')], "'Sales' and 'SALES'"],
		['names equal but for outer spaces', [column('a'), column(' a')], "'a' and ' a'"],
		["Domo's batch id", [column('_BATCH_ID_', 'LONG')], "Domo's own"],
		["Domo's batch time in another case", [column('_batch_last_run_', 'DATETIME')], "Domo's own"],
	])('refuses %s', (_, columns, words) => {
		expect(() => checkColumns(columns)).toThrow(InputError);
		expect(() => checkColumns(columns)).toThrow(words);
	});

	it('accepts every type of Domo, and any script', () => {
		const types = ['STRING', 'DECIMAL', 'LONG', 'DOUBLE', 'DATE', 'DATETIME'];
		expect(() => checkColumns(types.map((type, i) => column(`名前 ${i}`, type)))).not.toThrow();
	});
});

describe('reading columns from JSON', () => {
	const expected = [
		{ name: 'id', type: 'LONG' },
		{ name: 'Name', type: 'STRING' },
	];

	it.each([
		['an array', '[{"name":"id","type":"LONG"},{"name":"Name","type":"STRING"}]'],
		["Domo's schema", '{"columns":[{"name":"id","type":"LONG"},{"name":"Name","type":"STRING"}]}'],
		['types in lower case and spaces', '[{"name":" id ","type":" long"},{"name":"Name","type":"string"}]'],
		['further keys', '[{"name":"id","type":"LONG","visible":true},{"name":"Name","type":"STRING"}]'],
	])('takes %s', (_, text) => {
		expect(parseColumnsJson(text)).toEqual(expected);
	});

	it.each([
		['text that is not JSON', '[{', 'not JSON'],
		['an empty text', '', 'not JSON'],
		['an object without columns', '{"name":"id"}', 'not a JSON array'],
		['a column without a type', '[{"name":"id"}]', 'Column 1'],
		['a column that is a text', '["id"]', 'Column 1'],
		['a name that is a number', '[{"name":"a","type":"LONG"},{"name":1,"type":"LONG"}]', 'Column 2'],
		['an empty array', '[]', 'no columns'],
		['a type Domo does not know', '[{"name":"id","type":"int"}]', "'INT'"],
	])('refuses %s', (_, text, words) => {
		expect(() => parseColumnsJson(text)).toThrow(InputError);
		expect(() => parseColumnsJson(text)).toThrow(words);
	});
});

describe('inferring columns', () => {
	it.each<[string, unknown[], string]>([
		['integers', [1, -5, 0], 'LONG'],
		['a JS integer beyond ±2^53', [1, 9007199254740992], 'DOUBLE'],
		['integers as text', ['0', '-12', '9223372036854775807', '-9223372036854775808'], 'LONG'],
		['an integer text beyond 64 bits', ['9223372036854775808'], 'STRING'],
		['bigints', [1n, 9223372036854775807n], 'LONG'],
		['a bigint beyond 64 bits', [9223372036854775808n], 'STRING'],
		['a leading zero', ['12', '007'], 'STRING'],
		['a leading plus', ['+12'], 'STRING'],
		['decimal text', ['1.50', '-0.25'], 'DECIMAL'],
		['decimal text with a leading zero', ['01.5'], 'STRING'],
		['decimal text and integers', ['1.50', 3, '4'], 'DECIMAL'],
		['JS fractions', [1.5], 'DOUBLE'],
		['JS fractions and integers', [1, 1.5, '2'], 'DOUBLE'],
		['JS fractions and decimal text', ['1.50', 1.5], 'DOUBLE'],
		['text with an exponent', ['1e5', '-2.5E-3'], 'DOUBLE'],
		['an exponent too large for a DOUBLE', ['1e999'], 'STRING'],
		['days', ['2024-02-29', '1999-12-31'], 'DATE'],
		['a day that does not exist', ['2024-02-28', '2023-02-30'], 'STRING'],
		['ISO times', ['2024-02-29T10:00:00', '2024-02-29T10:00Z', '2024-02-29T10:00:00.123+02:00'], 'DATETIME'],
		['days and ISO times', ['2024-02-29', '2024-02-29T10:00:00Z'], 'DATETIME'],
		['a time after a space', ['2024-02-29 10:00:00'], 'DATETIME'],
		['days the American way', ['02/29/2024'], 'DATE'],
		['JS Dates and Luxon values', [new Date(0), DateTime.utc(2024, 1, 1)], 'DATETIME'],
		['a JS Date and a day', [new Date(0), '2024-02-29'], 'DATETIME'],
		['days and integers', ['2024-02-29', 20240229], 'STRING'],
		['booleans', [true, false], 'STRING'],
		['booleans and integers', [true, 1], 'STRING'],
		['an empty text among integers', [1, ''], 'LONG'],
		['objects', [{ a: 1 }], 'STRING'],
		['arrays', [[1]], 'STRING'],
		['only nulls', [null, undefined, NaN], 'STRING'],
		['nulls among integers', [null, 4, undefined, NaN], 'LONG'],
		['one text at the very end', [...Array.from({ length: 5000 }, (_, i) => i), 'n/a'], 'STRING'],
	])('of %s', async (_, values, type) => {
		expect(await inferColumns(values.map((value) => ({ json: { c: value } })))).toEqual([
			{ name: 'c', type },
		]);
	});

	it('keeps the order of first appearance over all items', async () => {
		const items = [{ json: { b: 1 } }, { json: { a: 'x', b: 2 } }, { json: { c: null, a: 1 } }];
		expect((await inferColumns(items)).map(({ name }) => name)).toEqual(['b', 'a', 'c']);
	});

	it('refuses items without any field', async () => {
		await expect(inferColumns([{ json: {} }])).rejects.toThrow(InputError);
		await expect(inferColumns([])).rejects.toThrow(InputError);
	});

	it('refuses fields whose names differ only in case', async () => {
		await expect(inferColumns([{ json: { a: 1 } }, { json: { A: 1 } }])).rejects.toThrow("'a' and 'A'");
	});

	it('lets other work run meanwhile', async () => {
		const items = Array.from({ length: 400_000 }, (_, i) => ({
			json: { a: i, b: `text ${i}`, c: '2024-01-01' },
		}));
		let othersRan = false;
		void new Promise((resolve) => setTimeout(resolve, 0)).then(() => (othersRan = true));
		await inferColumns(items);
		expect(othersRan).toBe(true);
	});

	it('infers the fields of a file, which are all text, by the same rules', () => {
		const inference = new ColumnInference();
		for (const [id, price] of [
			['1', '2.50'],
			['2', '3'],
		]) {
			inference.add('id', id);
			inference.add('price', price);
		}
		expect(inference.columns()).toEqual([
			{ name: 'id', type: 'LONG' },
			{ name: 'price', type: 'DECIMAL' },
		]);
	});
});
