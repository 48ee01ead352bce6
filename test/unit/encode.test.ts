/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { Column, ColumnType } from '../../domo/types';
import { openItems, type ItemOptions } from '../../transfer/items/itemRows';
import { DEFAULT_VALUE_OPTIONS } from '../../transfer/columns/valueOptions';
import { InputError } from '../../transfer/inputError';
import { itemsOf } from '../support/items';

type Json = Record<string, unknown>;

const defaults: ItemOptions = {
	unknownFields: 'fail',
	missingColumns: 'fail',
	nullText: '',
	values: DEFAULT_VALUE_OPTIONS,
};

function columnsOf(types: Record<string, ColumnType>): Column[] {
	return Object.entries(types).map(([name, type]) => ({ name, type }));
}

const idAndName = columnsOf({ id: 'LONG', name: 'STRING' });

async function csvOf(rows: Json[], columns: Column[], options: Partial<ItemOptions> = {}): Promise<string> {
	const source = await openItems(itemsOf(rows), columns, { ...defaults, ...options });
	const block = await source.next(1_000_000, Infinity);
	expect(await source.next(1_000_000, Infinity)).toBeNull();
	expect(block?.rows).toBe(source.rowCount);
	return block?.bytes.toString() ?? '';
}

async function refusal(
	rows: Json[],
	columns: Column[],
	options: Partial<ItemOptions> = {},
): Promise<InputError> {
	const outcome: unknown = await openItems(itemsOf(rows), columns, { ...defaults, ...options }).catch(
		(error: unknown) => error,
	);
	expect(outcome).toBeInstanceOf(InputError);
	return outcome as InputError;
}

describe('encoding items', () => {
	it('puts fields in the order of the columns, every row ended by a line feed', async () => {
		expect(
			await csvOf(
				[
					{ name: 'Ann', id: 1 },
					{ id: 2, name: 'Bob' },
				],
				idAndName,
			),
		).toBe('1,Ann\n2,Bob\n');
	});

	it.each([
		['plain', 'plain'],
		['AA', 'AA'],
		['a,b', '"a,b"'],
		['say "hi"', '"say ""hi"""'],
		['"', '""""'],
		['a\nb', '"a\nb"'],
		['a\rb', '"a\rb"'],
		['', '""'],
		['\\N', '"\\N"'],
		['\\Nope', '\\Nope'],
		['\ufefffirst', '"\ufefffirst"'],
		['in the \ufeffmiddle', 'in the \ufeffmiddle'],
		['a\0b', 'a\0b'],
		['Zoë, 😀', '"Zoë, 😀"'],
		['日本', '日本'],
		['é\r', '"é\r"'],
		['é\n', '"é\n"'],
		['é,', '"é,"'],
		['é"', '"é"""'],
		[`${'long '.repeat(40)}\r`, `"${'long '.repeat(40)}\r"`],
		[`${'long '.repeat(40)}\n`, `"${'long '.repeat(40)}\n"`],
		[' x ', ' x '],
		['long '.repeat(40), 'long '.repeat(40)],
		['long, '.repeat(40), `"${'long, '.repeat(40)}"`],
		['long "é" '.repeat(40), `"${'long ""é"" '.repeat(40)}"`],
	])('writes the text %j as %j', async (text, field) => {
		expect(await csvOf([{ name: text, id: 1 }], columnsOf({ name: 'STRING', id: 'LONG' }))).toBe(
			`${field},1\n`,
		);
	});

	it('keeps NULL and an empty text apart', async () => {
		const columns = columnsOf({ a: 'STRING', b: 'STRING', c: 'STRING', d: 'DOUBLE' });
		expect(await csvOf([{ a: null, b: '', c: undefined, d: NaN }], columns)).toBe(',"",,\n');
	});

	it('writes NULL as \\N where asked', async () => {
		const columns = columnsOf({ a: 'STRING', b: 'STRING', c: 'STRING', d: 'DOUBLE' });
		expect(await csvOf([{ a: null, b: '', c: '\\N', d: NaN }], columns, { nullText: '\\N' })).toBe(
			'\\N,"","\\N",\\N\n',
		);
	});

	it.each([
		[0, '0'],
		[-0, '0'],
		[9, '9'],
		[10, '10'],
		[-99, '-99'],
		[100, '100'],
		[2147483647, '2147483647'],
		[-2147483648, '-2147483648'],
		[4294967296, '4294967296'],
		[0.5, '0.5'],
		[-0.07, '-0.07'],
		[12.3, '12.3'],
		[19999999.99, '19999999.99'],
		[20000000.01, '20000000.01'],
		[1.005, '1.005'],
		[1e-7, '0.0000001'],
		[1e21, '1000000000000000000000'],
	])('writes the number %p as %s in a DECIMAL column', async (value, field) => {
		expect(await csvOf([{ d: value, e: 1 }], columnsOf({ d: 'DECIMAL', e: 'LONG' }))).toBe(`${field},1\n`);
	});

	it('writes each type in its form', async () => {
		const columns = columnsOf({
			s: 'STRING',
			l: 'LONG',
			d: 'DECIMAL',
			f: 'DOUBLE',
			day: 'DATE',
			time: 'DATETIME',
			flag: 'STRING',
			bit: 'LONG',
		});
		const row = {
			s: { a: [1] },
			l: 9223372036854775807n,
			d: '1.10',
			f: 1e300,
			day: new Date('2024-03-01T23:30:00Z'),
			time: '2024-03-01T10:00:00+02:00',
			flag: true,
			bit: true,
		};
		expect(
			await csvOf([row], columns, {
				values: { ...DEFAULT_VALUE_OPTIONS, workflowTimeZone: 'Europe/Berlin' },
			}),
		).toBe('"{""a"":[1]}",9223372036854775807,1.10,1e+300,2024-03-02,2024-03-01T08:00:00,true,1\n');
	});

	it('does not change the items', async () => {
		const row = Object.freeze({ name: 'a,b', id: '007' });
		await csvOf([row], idAndName);
		expect(row).toEqual({ name: 'a,b', id: '007' });
	});

	it('finds a column in fields named in another case', async () => {
		expect(await csvOf([{ ' ID': 1, Name: 'Ann' }], idAndName)).toBe('1,Ann\n');
	});

	it('takes a key absent in one item for NULL there', async () => {
		expect(await csvOf([{ id: 1 }, { name: 'Bob', id: 2 }, { name: 'Cy' }], idAndName)).toBe(
			'1,\n2,Bob\n,Cy\n',
		);
	});

	it('keeps to the columns when later items have other fields or another order', async () => {
		const rows = [
			{ id: 1, name: 'Ann' },
			{ id: 2, extra: 'x', name: 'Bob' },
			{ name: 'Cy', id: 3 },
			{ id: 4, name: 'Di' },
		];
		expect(await csvOf(rows, idAndName, { unknownFields: 'ignore' })).toBe('1,Ann\n2,Bob\n3,Cy\n4,Di\n');
	});

	it('fills missing columns with NULL where allowed', async () => {
		expect(await csvOf([{ name: 'Ann' }], idAndName, { missingColumns: 'null' })).toBe(',Ann\n');
	});

	it('does not take what every object inherits for a field', async () => {
		const columns: Column[] = [
			{ name: 'id', type: 'LONG' },
			{ name: 'constructor', type: 'STRING' },
			{ name: 'toString', type: 'STRING' },
		];
		const rows: Json[] = [{ id: 1 }, { id: 2, constructor: 'Renault', toString: 'x' }];
		expect(await csvOf(rows, columns)).toBe('1,,\n2,Renault,x\n');
	});

	it('leaves out items without any field, and still names items as n8n counts them', async () => {
		const rows = [{}, { id: 1, name: 'Ann' }, {}, {}, { id: 2, name: 'Bob' }, {}];
		expect(await csvOf(rows, idAndName)).toBe('1,Ann\n2,Bob\n');
		const source = await openItems(itemsOf(rows), idAndName, defaults);
		expect([source.rowCount, source.locate(0), source.locate(1)]).toEqual([2, 'item 1', 'item 4']);
		const { message } = await refusal([...rows, { id: 'x', name: '' }], idAndName);
		expect(message).toContain("item 6, column 'id'");
	});

	it.each([[[]], [[{}, {}]]])('lets %j be no rows at all', async (rows) => {
		const source = await openItems(itemsOf(rows), idAndName, defaults);
		expect(source.rowCount).toBe(0);
		expect(await source.next(1000, 1000)).toBeNull();
	});
});

describe('refusing items before anything is sent', () => {
	it('names item, column, value and type of a value that does not fit', async () => {
		const { message, itemIndex } = await refusal(
			[
				{ id: 1, name: 'a' },
				{ id: 'abc', name: 'b' },
			],
			idAndName,
		);
		expect(message).toBe(
			"A value does not fit its column: item 1, column 'id': 'abc' is not an integer of 64 bits (LONG)",
		);
		expect(itemIndex).toBe(1);
	});

	it('shows the first ten values that do not fit and counts the others', async () => {
		const rows = Array.from({ length: 51 }, (_, i) => ({ id: `x${i}`, name: 'a' }));
		const { message } = await refusal(rows, idAndName);
		expect(message).toContain('51 values do not fit');
		expect(message).toContain("item 9, column 'id': 'x9'");
		expect(message).not.toContain('item 10,');
		expect(message).toMatch(/; and 41 more in column 'id'$/);
	});

	it('finds the last value of many', async () => {
		const rows = Array.from({ length: 20_000 }, (_, i) => ({ id: i, name: 'a' }) as Json);
		rows[19_999].id = 1.5;
		expect((await refusal(rows, idAndName)).message).toContain("item 19999, column 'id': 1.5");
	});

	it.each([
		[
			'an unknown field',
			[
				{ id: 1, name: 'a' },
				{ id: 2, nmae: 'b' },
			],
			"'nmae'",
		],
		['a column no item has', [{ id: 1 }, { id: 2 }], "'name'"],
		['fields that share nothing with the columns', [{ a: 1 }], 'no column in common'],
		['two fields for one column', [{ id: 1, NAME: 'a', Name: 'b' }], "'NAME', 'Name'"],
	])('refuses %s', async (_, rows, words) => {
		expect((await refusal(rows, idAndName)).message).toContain(words);
	});

	it('refuses NULL in a table of one column, which would be an empty line', async () => {
		const oneColumn = columnsOf({ name: 'STRING' });
		const { message } = await refusal([{ name: 'a' }, { name: null }], oneColumn);
		expect(message).toContain("item 1, column 'name'");
		expect(message).toContain('empty line');
		expect(await csvOf([{ name: 'a' }, { name: null }], oneColumn, { nullText: '\\N' })).toBe('a\n\\N\n');
		expect(await csvOf([{ name: 'a' }, { name: '' }], oneColumn)).toBe('a\n""\n');
	});

	describe('with key columns', () => {
		const key = { keyColumnNames: ['id', 'name'] };

		it.each([[null], [undefined], [NaN]])('refuses %p in one of them', async (value) => {
			const { message } = await refusal(
				[
					{ id: 1, name: 'a' },
					{ id: value, name: 'a' },
				],
				idAndName,
				key,
			);
			expect(message).toContain("item 1, column 'id': NULL");
		});

		it('refuses a key that stands twice, also where one is text and one a number', async () => {
			const rows = [{}, { id: 1, name: 'a' }, { id: 2, name: 'a' }, { id: '1', name: 'a' }];
			const { message, itemIndex } = await refusal(rows, idAndName, key);
			expect(message).toBe("Items 1 and 3 have the same key: 'id' = '1', 'name' = 'a'");
			expect(itemIndex).toBe(3);
		});

		it('accepts rows that share a part of the key', async () => {
			const rows = [
				{ id: 1, name: 'a' },
				{ id: 1, name: 'b' },
				{ id: 11, name: '' },
				{ id: 1, name: '1' },
			];
			expect(await csvOf(rows, idAndName, key)).toBe('1,a\n1,b\n11,""\n1,1\n');
		});

		it('does not mind NULL in other columns', async () => {
			expect(await csvOf([{ id: 1, name: null }], idAndName, { keyColumnNames: ['id'] })).toBe('1,\n');
		});

		it('refuses a key column that the DataSet does not have', async () => {
			expect(
				(await refusal([{ id: 1, name: '' }], idAndName, { keyColumnNames: ['ID2'] })).message,
			).toContain("'ID2'");
		});
	});

	it('lets other work run meanwhile, and stops when told', async () => {
		const items = itemsOf(Array.from({ length: 400_000 }, (_, i) => ({ id: i, name: `name ${i}` })));
		const stop = new AbortController();
		setTimeout(() => stop.abort(new Error('Stopped')), 0);
		await expect(openItems(items, idAndName, { ...defaults, signal: stop.signal })).rejects.toThrow(
			'Stopped',
		);
	});
});

describe('drawing blocks', () => {
	const rows = itemsOf(Array.from({ length: 10 }, (_, i) => ({ id: i, name: 'abcdef' })));

	it('ends a block with the first record at or past maxBytes', async () => {
		const source = await openItems(rows, idAndName, defaults);
		// Each record has 9 bytes.
		expect(await source.next(18, 100)).toEqual({ bytes: Buffer.from('0,abcdef\n1,abcdef\n'), rows: 2 });
		expect((await source.next(19, 100))?.rows).toBe(3);
		expect((await source.next(1, 100))?.rows).toBe(1);
	});

	it('never gives more than maxRows', async () => {
		const source = await openItems(rows, idAndName, defaults);
		expect((await source.next(1000, 7))?.rows).toBe(7);
		expect((await source.next(1000, 7))?.rows).toBe(3);
		expect(await source.next(1000, 7)).toBeNull();
	});

	it('fills the Buffer it is given', async () => {
		const source = await openItems(rows, idAndName, defaults);
		const reuse = Buffer.alloc(1000);
		const block = await source.next(500, 100, reuse);
		expect(block?.bytes.buffer).toBe(reuse.buffer);
		expect(reuse.subarray(0, 9).toString()).toBe('0,abcdef\n');
	});

	it('leaves a block alone once it is drawn', async () => {
		const source = await openItems(rows, idAndName, defaults);
		const first = await source.next(9, 100);
		await source.next(9, 100);
		expect(first?.bytes.toString()).toBe('0,abcdef\n');
	});

	it('makes room for a record longer than any limit', async () => {
		const long = '日'.repeat(300_000);
		const source = await openItems(itemsOf([{ id: 1, name: long }]), idAndName, defaults);
		const block = await source.next(10, 100, Buffer.alloc(10));
		expect(block?.bytes.toString()).toBe(`1,${long}\n`);
	});

	it('makes room by the bytes of a text, not by its characters', async () => {
		const text = '日'.repeat(90);
		const source = await openItems(itemsOf([{ id: 1, name: text }]), idAndName, defaults);
		const block = await source.next(10, 100, Buffer.alloc(256));
		expect(block?.bytes.toString()).toBe(`1,${text}\n`);
	});

	it('gives nothing after it was closed', async () => {
		const source = await openItems(rows, idAndName, defaults);
		await source.next(9, 100);
		await source.close();
		await source.close();
		expect(await source.next(9, 100)).toBeNull();
	});
});
