/** The checks' own parts against plain models. */
import fc from 'fast-check';

import type { Column } from '../../domo/types';
import { AllowedValues } from '../../transfer/checks/allowedValues';
import { Bounds } from '../../transfer/checks/bounds';
import type { RowCheck } from '../../transfer/checks/check';
import { FieldScanner } from '../../transfer/checks/fieldScanner';
import { HashMemory } from '../../transfer/checks/hashSet';
import { Unique } from '../../transfer/checks/unique';
import { CsvWriter } from '../../transfer/items/csvWriter';
import { runs } from '../support/runs';

const locate = (row: number) => `row ${row}`;

/** Texts as they are sent, in blocks of some rows. */
function look(check: RowCheck, rows: ReadonlyArray<readonly (string | null)[]>, rowsPerBlock = 7): void {
	const scanner = new FieldScanner(check.columns, '', (batch) => check.look(batch, locate));
	for (let from = 0; from < rows.length; from += rowsPerBlock) {
		const writer = new CsvWriter('');
		writer.start(Buffer.alloc(16));
		for (const row of rows.slice(from, from + rowsPerBlock)) {
			for (const text of row) {
				if (text === null) writer.null();
				else writer.text(text);
				writer.endField();
			}
			writer.endRecord();
		}
		scanner.scan(writer.take());
	}
}

const hard = fc.oneof(
	fc.constantFrom('', 'a', 'b', '"', '""', ',', '\n', 'a,b', '\r\n', 'é', '\u{1F600}', '\uFB01', '\\N'),
	fc.string({ unit: 'binary', maxLength: 40 }),
);
const field = fc.option(hard, { nil: null, freq: 8 });
const anyRow = fc.tuple(field, field, field);
const unlimited = () => new HashMemory(1e9);
const never = () => {
	throw new Error('the memory was said to be full');
};
const column = (type: Column['type'], index = 1) => ({ name: `c${index}`, type, index });

test('unique finds the rows that a Set finds', () => {
	fc.assert(
		fc.property(fc.array(anyRow, { maxLength: 60 }), fc.boolean(), (rows, isTogether) => {
			const which = isTogether ? [column('STRING', 0), column('STRING', 2)] : [column('STRING')];
			const check = new Unique(which, unlimited(), never);
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

test('unique stays exact over many values, whose hashes grow through all sizes', () => {
	const check = new Unique([column('LONG')], new HashMemory(8_000_000), never);
	const rows = Array.from({ length: 200_000 }, (_, id) => ['x', String(id % 199_999)]);
	look(check, rows, 5000);
	expect(check.findings()).toMatchObject([{ count: 1, first: ["row 199999 ('0')"] }]);
});

test('unique says so once its memory is full', () => {
	const full = jest.fn();
	const check = new Unique([column('LONG')], new HashMemory(100_000), full);
	look(
		check,
		Array.from({ length: 20_000 }, (_, id) => ['x', String(id)]),
	);
	expect(full).toHaveBeenCalledTimes(1);
	expect(check.findings()).toMatchObject([{ held: null }]);
});

test('numbers that are one value in two forms are a repeat', () => {
	const check = new Unique([column('DECIMAL')], unlimited(), never);
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
