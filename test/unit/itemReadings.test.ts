import type { Column, ColumnType } from '../../domo/types';
import { InputError } from '../../transfer/inputError';
import { openItems, type ItemOptions, type ItemRowSource } from '../../transfer/items/itemRows';
import { newColumnsOf } from '../../transfer/items/itemColumns';
import { DEFAULT_VALUE_OPTIONS, type ValueOptions } from '../../transfer/columns/valueOptions';

type Json = Record<string, unknown>;

function columnsOf(types: Record<string, ColumnType>): Column[] {
	return Object.entries(types).map(([name, type]) => ({ name, type }));
}

async function open(
	rows: Json[],
	columns: Column[],
	values: Partial<ValueOptions> = {},
	options: Partial<ItemOptions> = {},
): Promise<ItemRowSource> {
	return await openItems(
		rows.map((json) => ({ json })),
		columns,
		{
			unknownFields: 'fail',
			missingColumns: 'fail',
			nullText: '',
			values: { ...DEFAULT_VALUE_OPTIONS, ...values },
			...options,
		},
	);
}

async function csvOf(source: ItemRowSource): Promise<string> {
	return (await source.next(1_000_000, Infinity))?.bytes.toString() ?? '';
}

async function refusalOf(opening: Promise<unknown>): Promise<InputError> {
	const outcome: unknown = await opening.catch((error: unknown) => error);
	expect(outcome).toBeInstanceOf(InputError);
	return outcome as InputError;
}

const idAndN = columnsOf({ id: 'LONG', n: 'LONG' });

test('values are read as their columns are, and each column has a hint', async () => {
	const source = await open(
		[
			{ price: '1.234,50', day: '31.01.2024', t: '1,5' },
			{ price: '2,5', day: '2024-02-01', t: '2.5' },
			{ price: 7.25, day: null, t: 5 },
		],
		columnsOf({ price: 'DECIMAL', day: 'DATE', t: 'STRING' }),
	);
	expect(await csvOf(source)).toBe('1234.50,2024-01-31,"1,5"\n2.5,2024-02-01,2.5\n7.25,,5\n');
	expect(source.findings.hints.map(({ column }) => column)).toEqual(['price', 'day']);
	expect(source.findings.conversions).toEqual({
		price: { decimalComma: 2, grouped: 1 },
		day: { dayForm: 1 },
	});
});

test('a plain number of a column with decimal commas is not taken for text in that form', async () => {
	const source = await open(
		[{ n: '1.234' }, { n: '1234' }, { n: '0,5' }, { n: 1.234 }],
		columnsOf({ n: 'DECIMAL' }),
	);
	expect(await csvOf(source)).toBe('1234\n1234\n0.5\n1.234\n');
});

test('two columns that nothing settles are both named', async () => {
	const { message, advice } = await refusalOf(
		open([{ a: '1,234', b: '01/02/2024' }], columnsOf({ a: 'DECIMAL', b: 'DATE' })),
	);
	expect(message).toContain("Column 'a': '1,234' (item 0)");
	expect(message).toContain("Column 'b': '01/02/2024' (item 0)");
	expect(advice).toContain("'Decimal Sign'");
	expect(advice).toContain("'Date Order'");
});

describe('Bad Values', () => {
	const rows = [{ id: 1, n: '5' }, {}, { id: 2, n: 'many' }, { id: 3, n: '1,234' }, { id: 4, n: 1.5 }];

	it('leaves rows out, which are named, and locates the others as n8n counts them', async () => {
		const source = await open(rows, idAndN, { badValues: 'leaveOut' });
		expect(await csvOf(source)).toBe('1,5\n3,1234\n');
		expect(source.rowCount).toBe(2);
		expect([source.locate(0), source.locate(1)]).toEqual(['item 0', 'item 3']);
		const { leftOut, badRows, badValues, firstBadRows, leftOutHint, conversions } = source.findings;
		expect(
			leftOut.map(({ json, inputItem }) => [json.item, json.column, json.value, json.row, inputItem]),
		).toEqual([
			[2, 'n', 'many', { id: 2, n: 'many' }, 2],
			[4, 'n', 1.5, { id: 4, n: 1.5 }, 4],
		]);
		expect([badRows, badValues, firstBadRows.length]).toEqual([2, 2, 2]);
		expect(leftOutHint).toMatch(/^2 rows were left out/);
		expect(conversions).toEqual({ n: { grouped: 1 } });
	});

	it('loads NULL in their place', async () => {
		const source = await open(rows, idAndN, { badValues: 'null' });
		expect(await csvOf(source)).toBe('1,5\n2,\n3,1234\n4,\n');
		expect(source.findings.leftOutHint).toMatch(/^2 values in 2 rows did not fit and were loaded as NULL:/);
	});

	it('does not apply to what can mean two things, and a Dry Run says so', async () => {
		const twoCurrencies = [{ n: '€5' }, { n: { value: '$5' } }];
		const openWith = async (profile: boolean) =>
			await open(twoCurrencies as never, columnsOf({ n: 'DECIMAL' }), { badValues: 'leaveOut' }, { profile });
		const { message } = await refusalOf(openWith(false));
		expect((await openWith(true)).findings.refusal?.message).toBe(message);
	});

	it('says only of values that were loaded as NULL that they were', async () => {
		const keyed = [{ id: 'none', n: 5 }, ...Array.from({ length: 12 }, (_, id) => ({ id, n: id }))];
		const hintOf = async (items: object[]) =>
			(await open(items as never, idAndN, { badValues: 'null' }, { keyColumnNames: ['id'] })).findings
				.leftOutHint;
		expect(await hintOf(keyed)).toMatch(/^1 row was left out, because of values that do not fit/);
		expect(await hintOf([...keyed, { id: 13, n: 'many' }])).toMatch(
			/^1 value in 1 row did not fit and was loaded as NULL, and 1 row was left out: /,
		);
	});

	it('leaves a row out for a misfit or NULL in its key, and counts no conversion of it', async () => {
		const keyed = [
			{ id: 'x', n: '1,234' },
			{ id: null, n: '1,234' },
			{ id: 1, n: 'many' },
		];
		const source = await open(keyed, idAndN, { badValues: 'null' }, { keyColumnNames: ['id'] });
		expect(await csvOf(source)).toBe('1,\n');
		expect(source.findings.leftOut.map(({ json }) => [json.item, json.column])).toEqual([
			[0, 'id'],
			[1, 'id'],
			[2, 'n'],
		]);
		expect(source.findings.conversions).toEqual({});
	});

	it('lets keys be compared in the form they are sent in', async () => {
		const twice = [
			{ id: '1,000', n: 1 },
			{ id: '2,001', n: 2 },
			{ id: 1000, n: 3 },
		];
		expect((await refusalOf(open(twice, idAndN, {}, { keyColumnNames: ['id'] }))).message).toContain(
			'Items 0 and 2 have the same key',
		);
	});

	it('leaves out a lone NULL of a table of one column, which would be an empty line', async () => {
		const source = await open([{ n: 1 }, { n: 'x' }, { n: 3 }], columnsOf({ n: 'LONG' }), {
			badValues: 'null',
		});
		expect(await csvOf(source)).toBe('1\n3\n');
	});

	it('does not hold for readings that nothing settles', async () => {
		await refusalOf(open([{ id: 1, n: '5,000' }], idAndN, { badValues: 'leaveOut' }));
	});

	it('leaves out half of a character in a text', async () => {
		const source = await open([{ t: 'a' }, { t: '\ud83d' }], columnsOf({ t: 'STRING' }), {
			badValues: 'leaveOut',
		});
		expect(await csvOf(source)).toBe('a\n');
	});

	it('refuses beyond the limits', async () => {
		const many = Array.from({ length: 100 }, (_, i) => ({ id: i, n: i < 11 ? 'x' : 1 }));
		expect((await refusalOf(open(many, idAndN, { badValues: 'null' }))).message).toContain(
			"'Max Bad Rows (%)'",
		);
		expect((await open(many, idAndN, { badValues: 'null', maxBadRowsPercent: 11 })).rowCount).toBe(100);
	});
});

describe('Column Types', () => {
	it('carry settings of a column that exists', async () => {
		const source = await open([{ id: '1.234', n: 'none' }], idAndN, {
			columnTypes: {
				column: [
					{ name: ' ID', decimalSign: 'comma' },
					{ name: 'n', readAsNull: 'none' },
				],
			},
		});
		expect(await csvOf(source)).toBe('1234,\n');
	});

	it.each([
		[
			'another type than the column',
			[{ name: 'n', type: 'STRING' as const }],
			"the DataSet's column is LONG",
		],
		['no column', [{ name: 'm' }], "'m', which is no column"],
		['one column twice', [{ name: 'n' }, { name: 'N' }], 'two rows'],
	])('with %s are refused', async (_, column, words) => {
		expect((await refusalOf(open([{ id: 1, n: 2 }], idAndN, { columnTypes: { column } }))).message).toContain(
			words,
		);
	});

	it('give a new column its type', async () => {
		const items = [{ json: { id: 1, zip: '10001', at: '2024-01-31' } }];
		const columns = columnsOf({ id: 'LONG' });
		const columnTypes = { column: [{ name: 'zip', type: 'STRING' as const }] };
		const added = await newColumnsOf(items, columns, { ...DEFAULT_VALUE_OPTIONS, columnTypes });
		expect(added.columns).toEqual(columnsOf({ zip: 'STRING', at: 'DATE' }));
	});
});

describe('a profile', () => {
	it('is of every value, with what an upload would refuse', async () => {
		const source = await open(
			[
				{ id: 1, n: 'x' },
				{ id: 2, n: '5' },
			],
			idAndN,
			{},
			{ profile: true },
		);
		const { profiles, refusal } = source.findings;
		expect(refusal?.message).toContain("item 0, column 'n'");
		expect(profiles.map(({ column, rows, misfits, distinct }) => [column, rows, misfits, distinct])).toEqual([
			['id', 2, 0, 2],
			['n', 2, 1, 1],
		]);
	});

	it('is there where nothing settles a reading', async () => {
		const source = await open([{ id: '5,000', n: 1 }], idAndN, {}, { profile: true });
		expect(source.findings.refusal?.message).toContain("'5,000'");
		expect(source.findings.profiles[0]).toMatchObject({
			misfits: 1,
			firstMisfits: [{ item: 0, value: '5,000' }],
		});
	});

	it('refuses two rows with one key', async () => {
		const source = await open(
			[
				{ id: 1, n: 1 },
				{ id: 1, n: 2 },
			],
			idAndN,
			{},
			{ profile: true, keyColumnNames: ['id'] },
		);
		expect(source.findings.refusal?.message).toContain('same key');
	});
});

test('words for NULL hold for numbers and booleans, too', async () => {
	const source = await open(
		[
			{ t: 'x', n: -999 },
			{ t: true, n: '-999' },
			{ t: 'n/a', n: 5 },
			{ t: -999, n: 6 },
		],
		columnsOf({ t: 'STRING', n: 'LONG' }),
		{ readAsNull: '-999,N/A,true' },
	);
	expect(await csvOf(source)).toBe('x,\n,\n,5\n,6\n');
});

test.each(['\u0000', '5\u0000', '\u0000 \u0001', '\u001f7'])(
	'a control character is no blank: %j is refused in a LONG column, and kept in a STRING one',
	async (value) => {
		const refusal = await refusalOf(open([{ n: value }], columnsOf({ n: 'LONG' })));
		expect(refusal.message).toContain('n');
		const kept = await open([{ n: value }], columnsOf({ n: 'STRING' }), {
			emptyText: 'null',
			trimText: true,
		});
		expect(await csvOf(kept)).toBe(`${value}\n`);
	},
);

test.each(['\t5\r\n', '\u00a05\u200b', ' 5\u2003'])('blanks of all kinds go: %j is 5', async (value) => {
	expect(await csvOf(await open([{ n: value }], columnsOf({ n: 'LONG' })))).toBe('5\n');
});
