import * as fc from 'fast-check';

import type { Column } from '../../domo/types';
import { decodeRows, ExportError, type ExportRow } from '../../transfer/export/decode';
import { runs } from '../support/runs';

const text = fc.string({
	unit: fc.constantFrom('a', 'b', ' ', '"', ',', '\n', '\r', '\r\n', '\0', '\ufeff', '😀', 'é', '漢', '\\N'),
	maxLength: 8,
});
const decimal = fc
	.tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 1, max: 9 }))
	.map(([whole, fraction]) => Number(`${whole}.${fraction}`));

/** A value of each column, with the text Domo would export. */
const columns: Column[] = [
	{ name: 'text', type: 'STRING' },
	{ name: 'whole', type: 'LONG' },
	{ name: '__proto__', type: 'DECIMAL' },
	{ name: 'toString', type: 'DOUBLE' },
	{ name: 'day', type: 'DATE' },
];
const row = fc.tuple(
	fc.option(text),
	fc.option(fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }).map(String))),
	fc.option(decimal),
	fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
	fc.option(
		fc
			.date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2100-01-01') })
			.map((date) => date.toISOString().slice(0, 10)),
	),
);

function csvField(value: string | number | null, quoteAll: boolean): string {
	if (value === null) return '';
	const written = String(value);
	const needsQuotes = quoteAll || written === '' || written === '\\N' || /[",\r\n]/.test(written);
	return needsQuotes ? `"${written.replaceAll('"', '""')}"` : written;
}

async function* chunksOf(bytes: Buffer, sizes: number[]): AsyncGenerator<Uint8Array> {
	for (let at = 0, k = 0; at < bytes.length; k++) {
		const size = sizes.length > 0 ? sizes[k % sizes.length] : bytes.length;
		yield bytes.subarray(at, at + size);
		at += size;
	}
}

describe('decoding an export', () => {
	it('gives back every value of every row, however the export is quoted and cut into chunks', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(row, { maxLength: 15 }),
				fc.record({
					hasHeader: fc.boolean(),
					quoteAll: fc.boolean(),
					lineEnd: fc.constantFrom('\n', '\r\n'),
					endsInLine: fc.boolean(),
					sizes: fc.oneof(
						fc.constant<number[]>([]),
						fc.constant<number[]>([1]),
						fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
					),
					limit: fc.option(fc.integer({ min: 0, max: 16 }), { nil: undefined }),
					pieceBytes: fc.option(fc.integer({ min: 4, max: 60 }), { nil: undefined }),
				}),
				async (rows, form) => {
					const lines = rows.map((values) => values.map((value) => csvField(value, form.quoteAll)).join(','));
					if (form.hasHeader) lines.unshift(columns.map((column) => column.name).join(','));
					const csv = lines.join(form.lineEnd) + (form.endsInLine && lines.length > 0 ? form.lineEnd : '');
					const found: ExportRow[] = [];
					const { hasHeader, limit, pieceBytes } = form;
					for await (const batch of decodeRows(chunksOf(Buffer.from(csv), form.sizes), columns, {
						hasHeader,
						limit,
						pieceBytes,
					})) {
						expect(batch.length).toBeGreaterThan(0);
						found.push(...batch);
					}
					const expected = rows
						.slice(0, limit)
						.map((values) => values.map((value) => (Object.is(value, -0) ? 0 : value)));
					expect(
						found.map((found) =>
							columns.map(({ name }) => (Object.hasOwn(found, name) ? found[name] : 'absent')),
						),
					).toEqual(expected);
				},
			),
			{ numRuns: runs(150, 500) },
		);
	});

	it('reads a number as it stands like one in quotes, in any form', async () => {
		const digits = fc.string({ unit: fc.constantFrom(...'0011239.-'), minLength: 1, maxLength: 20 });
		const typed = (['LONG', 'DECIMAL', 'DOUBLE'] as const).map((type): Column => ({ name: type, type }));
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(digits, digits, digits), { minLength: 1 }), async (rows) => {
				const bare = rows.map((values) => `${values.join(',')}\n`).join('');
				const quoted = rows.map((values) => `"${values.join('","')}"\n`).join('');
				expect(await rowsOf(bare, typed)).toEqual(await rowsOf(quoted, typed));
			}),
			{ numRuns: runs(300, 2000) },
		);
	});

	it('tells short texts apart, whether they repeat or not', async () => {
		const short = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é', '漢'), minLength: 1, maxLength: 14 });
		const texts: Column[] = [
			{ name: 'many', type: 'STRING' },
			{ name: 'few', type: 'STRING' },
		];
		await fc.assert(
			fc.asyncProperty(
				fc.array(short, { minLength: 1, maxLength: 400 }),
				fc.array(short, { minLength: 1, maxLength: 20 }),
				async (many, few) => {
					const rows = Array.from({ length: 1500 }, (_, row) => ({
						many: many[row % many.length],
						few: few[(row * 7) % few.length],
					}));
					expect(await rowsOf(rows.map((row) => `${row.many},${row.few}\n`).join(''), texts)).toEqual(rows);
				},
			),
			{ numRuns: runs(20, 100) },
		);
	});

	it('refuses an export that was cut off anywhere but between two rows or before the last value of one', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), fc.nat(), async (rows, cut) => {
				const lines = rows.map((values) =>
					Buffer.from(values.map((value) => csvField(value, true)).join(',') + '\n'),
				);
				const csv = Buffer.concat(lines);
				const kept = csv.subarray(0, cut % csv.length);
				// A cut before the last value leaves what an export without a last line feed and a NULL looks like.
				const wholeRows = [...rows.keys(), rows.length].find((count) => {
					const line = lines[count - 1] ?? Buffer.alloc(0);
					const end = Buffer.concat(lines.slice(0, count)).length;
					const cutsThatLookWhole =
						count === 0 ? [0] : [end, end - 1, end - line.length + line.lastIndexOf(',') + 1];
					return cutsThatLookWhole.includes(kept.length);
				});
				const decoded = countRows(kept);
				if (wholeRows === undefined) await expect(decoded).rejects.toThrow(ExportError);
				else await expect(decoded).resolves.toBe(wholeRows);
			}),
			{ numRuns: runs(150, 500) },
		);
	});
});

async function rowsOf(csv: string, columns: Column[]): Promise<ExportRow[]> {
	const rows: ExportRow[] = [];
	for await (const batch of decodeRows(chunksOf(Buffer.from(csv), []), columns, { hasHeader: false }))
		rows.push(...batch);
	return rows;
}

async function countRows(csv: Buffer): Promise<number> {
	let count = 0;
	for await (const batch of decodeRows(chunksOf(csv, []), columns, { hasHeader: false }))
		count += batch.length;
	return count;
}
