/** DuckDB reads the same texts: where both take one, they read the same number or time. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';

import { compareNumbers } from '../../transfer/columns/numberOrder';
import { Misfit } from '../../transfer/columns/misfit';
import { readColumn } from '../support/readColumn';

let duckDb: DuckDBConnection;

beforeAll(async () => {
	duckDb = await (await DuckDBInstance.create(':memory:')).connect();
});

afterAll(() => {
	duckDb.closeSync();
});

/** @param expression of `t`; @returns its text for each of the texts, or null where DuckDB does not take it */
async function inDuckDb(texts: readonly string[], expression: string): Promise<Array<string | null>> {
	const rows = texts.map((text, i) => `(${i}, '${text.replaceAll("'", "''")}')`).join(', ');
	const result = await duckDb.runAndReadAll(
		`SELECT CAST(${expression} AS VARCHAR) FROM (VALUES ${rows}) AS v(i, t) ORDER BY i`,
	);
	return result.getRows().map(([value]) => value as string | null);
}

function valuesOf<T>(arbitrary: fc.Arbitrary<T>): T[] {
	return fc.sample(arbitrary, 1500);
}

test('numbers', async () => {
	const digits = (max: number) =>
		fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 0, maxLength: max });
	const texts = valuesOf(
		fc
			.tuple(
				fc.constantFrom('', '-', '+'),
				digits(12),
				fc.constantFrom('', '.'),
				digits(8),
				fc.constantFrom('', 'e2', 'E-3'),
			)
			.map((parts) => parts.join('')),
	);
	const theirs = await inDuckDb(texts, 'TRY_CAST(t AS DECIMAL(38, 12))');
	let both = 0;
	texts.forEach((text, i) => {
		// Alone, each text can have one reading, or is 1.234, a decimal point by contract.
		const [ours] = readColumn([text], 'DECIMAL').texts;
		const their = theirs[i];
		if (ours === null || ours instanceof Misfit || their === null) return;
		both++;
		expect(`${text} ${compareNumbers(ours, their)}`).toBe(`${text} 0`);
	});
	expect(both).toBeGreaterThan(1000);
});

test('days and times in ISO 8601', async () => {
	const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
	const texts = valuesOf(
		fc
			.tuple(
				fc.integer({ min: 1, max: 2999 }).map((n) => String(n).padStart(4, '0')),
				two(13),
				two(32),
				fc.constantFrom('T', ' '),
				two(23),
				two(60),
				two(60),
				fc.constantFrom('', '.5', '.123456'),
			)
			.map(([y, m, d, t, hh, mm, ss, f]) => `${y}-${m}-${d}${t}${hh}:${mm}:${ss}${f}`),
	);
	const theirs = await inDuckDb(texts, "strftime(TRY_CAST(t AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S')");
	const ours = texts.map((text) => readColumn([text], 'DATETIME').texts[0]);
	texts.forEach((text, i) => {
		const own = ours[i] instanceof Misfit ? null : ours[i];
		// strftime does not pad years.
		const their = theirs[i]?.replace(/^\d+/, (year) => year.padStart(4, '0')) ?? null;
		expect(`${text} ${own}`).toBe(`${text} ${their}`);
	});
});

test.each([
	['%d.%m.%Y', 'dayFirst'],
	['%m/%d/%Y %I:%M:%S %p', 'monthFirst'],
	['%d/%m/%y', 'dayFirst'],
	['%d-%b-%Y', 'auto'],
	['%Y/%m/%d %H:%M', 'auto'],
	['%B %d, %Y', 'auto'],
	['%a, %d %b %Y %H:%M:%S', 'auto'],
	['%Y%m%d', 'auto'],
] as const)('days that DuckDB writes as %s', async (format, dateOrder) => {
	const seconds = valuesOf(fc.integer({ min: 86_400, max: 3_124_137_600 })).slice(0, 400);
	const moments = seconds.map((each) => new Date(each * 1000).toISOString().slice(0, 19));
	const texts = (await inDuckDb(moments, `strftime(CAST(t AS TIMESTAMP), '${format}')`)).map(String);
	const theirs = await inDuckDb(texts, `strftime(strptime(t, '${format}'), '%Y-%m-%dT%H:%M:%S')`);
	expect(readColumn(texts, 'DATETIME', { dateOrder }).texts).toEqual(theirs);
});
