/** The checks' own parts against plain models. */
import fc from 'fast-check';

import type { Column } from '../../domo/types';
import { AllowedValues } from '../../transfer/checks/allowedValues';
import { Bounds } from '../../transfer/checks/bounds';
import { textOf, type RowCheck } from '../../transfer/checks/check';
import { FieldScanner } from '../../transfer/checks/fieldScanner';
import { InputForm } from '../../transfer/checks/inputForm';
import { Newest } from '../../transfer/checks/newest';
import { TimeZone } from '../../transfer/columns/timeZones';
import { HashMemory } from '../../transfer/checks/hashLists';
import { Unique } from '../../transfer/checks/unique';
import { CsvWriter } from '../../transfer/items/csvWriter';
import { RecordEnds } from '../../transfer/recordEnds';
import { runs } from '../support/runs';

const QUOTE = 0x22;

const locate = (row: number) => `row ${row}`;

function scannerOf(check: RowCheck, columnCount: number): FieldScanner {
	const columns = Array.from({ length: columnCount }, (_, index) => column('STRING', index));
	const wanted = new Map(check.columns.map((index) => [index, check.needsEnds]));
	return new FieldScanner(wanted, columns, '', (batch) => check.look(batch, locate));
}

/** Texts as they are sent, in blocks of some rows. */
function look(check: RowCheck, rows: ReadonlyArray<readonly (string | null)[]>, rowsPerBlock = 7): void {
	const scanner = scannerOf(check, rows[0]?.length ?? 0);
	for (let from = 0; from < rows.length; from += rowsPerBlock) {
		const writer = new CsvWriter('');
		writer.start(Buffer.alloc(16));
		const ends = new RecordEnds();
		for (const row of rows.slice(from, from + rowsPerBlock)) {
			for (const text of row) {
				if (text === null) writer.null();
				else writer.text(text);
				writer.endField();
			}
			writer.endRecord();
			ends.add(writer.length);
		}
		scanner.scan(writer.take(), ends, ends.count);
	}
}

const hard = fc.oneof(
	fc.constantFrom('', 'a', 'b', '"', '""', ',', '\n', 'a,b', '\r\n', 'é', '\u{1F600}', '\uFB01', '\\N'),
	fc.string({ unit: 'binary', maxLength: 40 }),
);
const field = fc.option(hard, { nil: null, freq: 8 });
const plain = fc.option(fc.constantFrom('a', 'b', 'ab', 'bc', 'c', 'abcabc', '1'), { nil: null, freq: 8 });
const rowsOf = (one: fc.Arbitrary<string | null>) => fc.array(fc.tuple(one, one, one), { maxLength: 60 });
const someRows = fc.oneof(rowsOf(field), rowsOf(plain));
const table = { columnCount: 3, nullText: '' } as const;
const unlimited = () => new HashMemory(1e9);
const never = () => {
	throw new Error('the memory was said to be full');
};
const column = (type: Column['type'], index = 1) => ({ name: `c${index}`, type, index });

test('unique finds the rows that a Set finds', () => {
	fc.assert(
		fc.property(someRows, fc.constantFrom([1], [0, 2], [1, 2], [2, 0, 1]), (rows, indexes) => {
			const which = indexes.map((index) => column('STRING', index));
			const check = new Unique(which, table, unlimited(), never);
			look(check, rows);
			const seen = new Set<string>();
			const repeated = rows.flatMap((row, index) => {
				const values = which.map(({ index: at }) => row[at]);
				if (values.includes(null)) return [];
				const key = JSON.stringify(values);
				if (seen.has(key)) return [index];
				seen.add(key);
				return [];
			});
			const [{ held, count = 0, first = [] }] = check.findings();
			expect(held).toBe(repeated.length === 0);
			expect(count).toBe(repeated.length);
			expect(first.map((place) => place.split(' (')[0])).toEqual(repeated.slice(0, 10).map(locate));
		}),
		{ numRuns: runs(200, 2000) },
	);
});

test.each([
	[
		[0, 1],
		['a', 'bc', 'x'],
		['ab', 'c', 'x'],
	],
	[
		[0, 1, 2],
		['a', 'bc', 'x'],
		['ab', 'c', 'x'],
	],
	[
		[0, 1],
		['a,b', 'c', 'x'],
		['a', 'b,c', 'x'],
	],
	[
		[0, 1],
		['a', '', 'x'],
		['', 'a', 'x'],
	],
	[[0], ['', 'a', 'x'], [null, 'a', 'x']],
	[[0], ['""', 'a', 'x'], ['', 'a', 'x']],
	[
		[0, 1],
		['a', null, 'x'],
		['a', null, 'x'],
	],
	[
		[0, 1, 2],
		['a', null, 'x'],
		['a', null, 'x'],
	],
])('of the columns %j, %j and %j are different', (indexes, one, other) => {
	for (const rowsPerBlock of [1, 2]) {
		const which = indexes.map((index) => column('STRING', index));
		const check = new Unique(which, table, unlimited(), never);
		look(check, [one, other], rowsPerBlock);
		expect(check.findings()[0].held).toBe(true);
	}
});

test('a value is the same in a block with quotes and in one without', () => {
	for (const indexes of [[1], [0, 1], [0, 1, 2]]) {
		const check = new Unique(
			indexes.map((index) => column('STRING', index)),
			table,
			unlimited(),
			never,
		);
		const scan = scannerOf(check, 3);
		for (const text of ['a,b,c\n', '"a",b,"c"\r\n', 'a,"b",c\n']) {
			const bytes = Buffer.from(text);
			const ends = new RecordEnds();
			ends.add(bytes.length);
			scan.scan(bytes, ends, 1);
		}
		expect(check.findings()).toMatchObject([{ count: 2, first: ['row 1 (as row 0)', 'row 2 (as row 0)'] }]);
	}
});

test('unique needs memory for different values only, and names the first rows that repeat one', () => {
	const check = new Unique([column('LONG')], table, new HashMemory(60_000), never);
	const rows = Array.from({ length: 50_000 }, (_, row) => ['x', String(row % 700)]);
	look(check, rows, 5000);
	expect(check.findings()).toMatchObject([
		{
			count: 49_300,
			first: Array.from({ length: 10 }, (_, k) => `row ${700 + k} (as row ${k})`),
		},
	]);
	expect(check.findings()[0].count).toBe(49_300);
});

test('unique stays exact over many values, whose hashes grow through all sizes', () => {
	const check = new Unique([column('LONG')], table, new HashMemory(8_000_000), never);
	const rows = Array.from({ length: 200_000 }, (_, id) => ['x', String(id % 199_999)]);
	look(check, rows, 5000);
	expect(check.findings()).toMatchObject([{ count: 1, first: ['row 199999 (as row 0)'] }]);
});

test('unique says so once its memory is full', () => {
	const full = jest.fn();
	const check = new Unique([column('LONG')], table, new HashMemory(100_000), full);
	look(
		check,
		Array.from({ length: 20_000 }, (_, id) => ['x', String(id)]),
	);
	expect(full).toHaveBeenCalledTimes(1);
	expect(check.findings()).toMatchObject([{ held: null }]);
});

test('numbers that are one value in two forms are a repeat', () => {
	const check = new Unique([column('DECIMAL')], table, unlimited(), never);
	look(check, [
		['', '1.5'],
		['', '1.50'],
		['', '0.0'],
		['', '0'],
		['', '-0'],
		['', '10'],
		['', '1'],
	]);
	expect(check.findings()[0].count).toBe(3);
});

/** A decimal in units of 10^-20. */
const scaled = (text: string) => {
	const [whole, fraction = ''] = text.replace('-', '').split('.');
	const value = BigInt(whole + fraction.padEnd(20, '0'));
	return text.startsWith('-') ? -value : value;
};
const digits = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const near = fc
	.tuple(digits, fc.integer({ min: -2, max: 2 }))
	.map(([base, step]) => [base, base + BigInt(step)].map(String));
const long = fc.oneof(
	near,
	fc.tuple(digits, digits).map((pair) => pair.map(String)),
);
const decimal = fc
	.tuple(
		fc.constantFrom('', '-'),
		fc.bigInt({ min: 0n, max: 10n ** 19n }),
		fc.bigInt({ min: 0n, max: 10n ** 18n }),
		fc.integer({ min: 1, max: 19 }),
	)
	.map(
		([sign, whole, fraction, length]) =>
			`${sign}${whole}.${String(fraction).padStart(length, '0').slice(0, 19)}`,
	);
const almost = decimal.chain((text) =>
	fc.constantFrom([text, text], [text, `${text}0`], [text, `${text}1`], [`${text}1`, text]),
);

test.each([
	['LONG', long],
	['DECIMAL', fc.oneof(almost, fc.tuple(decimal, decimal))],
] as const)('bounds of a %s compare as BigInt does', (type, pairs) => {
	fc.assert(
		fc.property(pairs, ([value, bound]) => {
			const least = new Bounds(column(type), bound, undefined);
			const greatest = new Bounds(column(type), undefined, bound);
			look(least, [['x', value]]);
			look(greatest, [['x', value]]);
			expect(least.findings()[0].held).toBe(scaled(value) >= scaled(bound));
			expect(greatest.findings()[0].held).toBe(scaled(value) <= scaled(bound));
		}),
		{ numRuns: runs(500, 5000) },
	);
});

test('bounds of a STRING compare by code units', () => {
	fc.assert(
		fc.property(hard, hard, (value, bound) => {
			const least = new Bounds(column('STRING'), bound, undefined);
			look(least, [['x', value]]);
			expect(least.findings()[0].held).toBe(value >= bound);
		}),
		{ numRuns: runs(500, 5000) },
	);
});

test.each([
	['say "a"', 'say "a"'],
	['"', '"'],
	['a""b', 'a""b'],
	['a"b', 'a"a'],
	['a"b,c', 'a"b'],
])('a bound with quotes: %j is %j or more', (value, bound) => {
	const least = new Bounds(column('STRING'), bound, undefined);
	const greatest = new Bounds(column('STRING'), undefined, value);
	for (const check of [least, greatest]) {
		look(check, [
			['x', value],
			['x', bound],
		]);
		expect(check.findings()[0].held).toBe(true);
	}
});

test('values allowed are those of a list', () => {
	const list = fc.array(hard, { minLength: 1, maxLength: 20 });
	fc.assert(
		fc.property(fc.array(field, { maxLength: 30 }), list, (values, allowed) => {
			const check = new AllowedValues(column('STRING'), allowed);
			look(
				check,
				values.map((value) => ['x', value]),
			);
			const others = values.filter((value) => value !== null && !allowed.includes(value));
			expect(check.findings()[0].count ?? 0).toBe(others.length);
		}),
		{ numRuns: runs(500, 5000) },
	);
});

test.each([
	[['a""b'], 'a"b', false],
	[['a"b'], 'a"b', true],
	[['a""b'], 'a""b', true],
	[['a"b'], 'a""b', false],
	[['"'], '"', true],
	[['""'], '"', false],
])('of %j, %j is allowed: %j', (allowed, value, isAllowed) => {
	const check = new AllowedValues(column('STRING'), allowed);
	look(check, [['x', value]]);
	expect(check.findings()[0].held).toBe(isAllowed);
});

const MANY: Column[] = [
	{ name: 'at', type: 'DATETIME' },
	{ name: 'count', type: 'LONG' },
	{ name: 'name', type: 'STRING' },
	{ name: 'day', type: 'DATE' },
	{ name: 'note', type: 'STRING' },
];
const nullable = (one: fc.Arbitrary<string>) => fc.option(one, { nil: null });
const manyRows = (text: fc.Arbitrary<string>) =>
	fc.array(
		fc.tuple(
			nullable(fc.constantFrom('2024-02-29T10:15:00', '0001-01-01T00:00:00')),
			nullable(fc.integer().map(String)),
			nullable(text),
			nullable(fc.constantFrom('2024-02-29', '9999-12-31')),
			nullable(text),
		),
		{ maxLength: 30 },
	);
const quotedIf = (text: string, isQuoted: boolean) =>
	isQuoted || text === '' || /[",\r\n]|^\\N$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** @returns the text, where its field begins there */
function beginsWith(bytes: Buffer, from: number, text: string | null): string | null {
	if (text === null) return 'not NULL';
	const written = Buffer.from(bytes[from - 1] === QUOTE ? text.replaceAll('"', '""') : text);
	return bytes.subarray(from, from + written.length).equals(written) ? text : 'another place';
}

test('fields are found whichever are looked for, and whatever ends the lines', () => {
	fc.assert(
		fc.property(
			fc.oneof(manyRows(hard), manyRows(fc.constantFrom('a', 'abcd', 'abcde', 'é', '-1'))),
			fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), {
				minLength: 1,
				selector: ([index]) => index,
			}),
			fc.constantFrom('\n', '\r\n'),
			fc.constantFrom('' as const, '\\N' as const),
			fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
			(rows, columnsWanted, lineEnd, nullText, dice) => {
				const wanted = columnsWanted.map(([index]) => index);
				const roll = () => dice.next().value === 0;
				const records = rows.map((row) =>
					Buffer.from(
						row.map((text) => (text === null ? nullText : quotedIf(text, roll()))).join(',') + lineEnd,
					),
				);
				const ends = new RecordEnds();
				let end = 0;
				for (const record of records) ends.add((end += record.length));
				const found: Array<Array<string | null>> = [];
				const scanner = new FieldScanner(
					new Map(columnsWanted),
					MANY,
					nullText,
					({ bytes, rows: count, column: at, firstRow }) => {
						for (let row = 0; row < count; row++) {
							found.push(
								columnsWanted.map(([index, needsEnd]) => {
									const places = at(index);
									if (places.to[row] < 0) return null;
									if (needsEnd) return textOf(bytes, places, row);
									return beginsWith(bytes, places.from[row], rows[firstRow + row][index]);
								}),
							);
						}
					},
				);
				scanner.scan(Buffer.concat(records), ends, ends.count);
				expect(found).toEqual(rows.map((row) => wanted.map((index) => row[index])));
			},
		),
		{ numRuns: runs(1000, 10_000) },
	);
});

/** Rows as InputForm gives them, cut into blocks. */
function formOf(
	rows: ReadonlyArray<readonly (string | null)[]>,
	{ nullText, lineEnd, columns, isQuoted, rowsPerBlock }: Written,
): string {
	const form = new InputForm(columns, nullText, []);
	const pieces: Buffer[] = [];
	for (let from = 0; from < rows.length; from += rowsPerBlock) {
		const records = rows.slice(from, from + rowsPerBlock).map((row) =>
			columns
				.map((_, index) => row[index] ?? null)
				.map((text) => (text === null ? nullText : quotedIf(text, isQuoted)))
				.join(','),
		);
		form.write(Buffer.from(records.map((record) => record + lineEnd).join('')), (piece) =>
			pieces.push(Buffer.from(piece)),
		);
	}
	return Buffer.concat(pieces).toString('latin1');
}

interface Written {
	nullText: '' | '\\N';
	lineEnd: string;
	columns: Column[];
	isQuoted: boolean;
	rowsPerBlock: number;
}

const THREE = ['a', 'b', 'c'].map((name): Column => ({ name, type: 'STRING' }));
const written = fc.record<Written>({
	nullText: fc.constantFrom('', '\\N'),
	lineEnd: fc.constantFrom('\n', '\r\n'),
	columns: fc.constantFrom(THREE, [...THREE, { name: '_load_time', type: 'DATETIME' }]),
	isQuoted: fc.boolean(),
	rowsPerBlock: fc.integer({ min: 1, max: 9 }),
});

test('an input has one form, however it is written, and another input has another', () => {
	fc.assert(
		fc.property(someRows, someRows, written, written, (rows, others, one, other) => {
			expect(formOf(rows, one)).toBe(formOf(rows, other));
			expect(formOf(rows, one) === formOf(others, other)).toBe(
				JSON.stringify(rows) === JSON.stringify(others),
			);
		}),
		{ numRuns: runs(500, 5000) },
	);
});

test.each([
	['DATE', 10],
	['DATETIME', 19],
] as const)('the newest %s is the last one up to tomorrow', (type, length) => {
	const now = Date.now();
	const hours = fc.integer({ min: -1e6, max: 1e6 });
	fc.assert(
		fc.property(fc.array(hours, { minLength: 1, maxLength: 30 }), (ages) => {
			const dates = ages.map((age) => new Date(now + age * 3_600_000).toISOString().slice(0, length));
			const check = new Newest(column(type), 2e6, new TimeZone('UTC'));
			look(
				check,
				dates.map((date) => ['x', date]),
			);
			const last = new Date(now + 24 * 3_600_000).toISOString().slice(0, length);
			const counting = dates.filter((date) => date <= last).sort();
			const [finding] = check.findings();
			expect(finding.first).toEqual(counting.length === 0 ? undefined : [counting.at(-1)]);
			expect(finding.later?.count ?? 0).toBe(dates.length - counting.length);
			expect(finding.held).toBe(counting.length > 0);
		}),
		{ numRuns: runs(300, 3000) },
	);
});
