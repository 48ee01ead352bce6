/** 'Repeated Keys': the index of keys, and which rows of files and items are left. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';

import type { Column } from '../../domo/types';
import { openCsvFiles } from '../../transfer/csv/csvFile';
import { KeyIndex } from '../../transfer/csv/keyIndex';
import { FirstOfEachKey, LastOfEachKey } from '../../transfer/csv/repeatedKeys';
import { hash128, viewOf } from '../../transfer/hash128';
import { DEFAULT_VALUE_OPTIONS } from '../../transfer/columns/valueOptions';
import { openItems } from '../../transfer/items/itemRows';
import { RecordEnds } from '../../transfer/recordEnds';
import type { RowSource } from '../../transfer/rowSource';

const hashOf = (text: string) => {
	const out = new Uint32Array(4);
	const bytes = Buffer.from(text);
	hash128(viewOf(bytes), 0, bytes.length, out);
	return [...out].map((word) => word.toString(16).padStart(8, '0')).join('');
};

describe('the hash', () => {
	it.each([
		// Published with other implementations of MurmurHash3_x86_128.
		['', '00000000000000000000000000000000'],
		['I will not buy this record, it is scratched.', 'a0a9683b25ac5e40d9af2895890dddf5'],
	])('of %j', (text, expected) => {
		expect(hashOf(text)).toBe(expected);
	});

	it('tells texts apart, of every length and with each byte changed', () => {
		const texts = new Set<string>();
		for (let length = 0; length < 70; length++) {
			texts.add('a'.repeat(length));
			for (let at = 0; at < length; at++) texts.add(`${'a'.repeat(at)}b${'a'.repeat(length - at - 1)}`);
		}
		expect(new Set([...texts].map(hashOf)).size).toBe(texts.size);
	});
});

describe('the index of keys', () => {
	it('knows the last row of each key, as a Map does', () => {
		// Words from a few, so that slots and shards are shared.
		const word = fc.constantFrom(0, 1, 255, 256, 2 ** 31, 2 ** 32 - 1);
		fc.assert(
			fc.property(fc.array(fc.tuple(word, word, word, word), { size: 'max', maxLength: 400 }), (hashes) => {
				const index = new KeyIndex(Infinity);
				const model = new Map<string, number>();
				hashes.forEach((hash, row) => {
					const key = hash.join();
					expect(index.set(Uint32Array.from(hash), row)).toBe(model.get(key) ?? -1);
					model.set(key, row);
				});
				expect(index.size).toBe(model.size);
			}),
		);
	});

	it('says where its memory is at its end', () => {
		const index = new KeyIndex(200_000);
		const hash = new Uint32Array(4);
		let row = 0;
		for (; ; row++) {
			hash128(viewOf(Buffer.from(String(row))), 0, String(row).length, hash);
			if (index.set(hash, row) === -2) break;
		}
		// 20 bytes a slot, at most three quarters of which are taken.
		expect(row).toBeGreaterThan(200_000 / 20 / 3);
		expect(row).toBeLessThan(200_000 / 20);
		hash128(viewOf(Buffer.from('7')), 0, 1, hash);
		expect(index.set(hash, row)).toBe(7);
	});

	it.each([
		['first', (keys: number[]) => new FirstOfEachKey(keys, 100_000)],
		['last', (keys: number[]) => new LastOfEachKey(keys, undefined, 100_000)],
	])('refuses more keys than it can tell apart, keeping the %s', (_, filterOf) => {
		const filter = filterOf([0]);
		const feed = () => {
			for (let row = 0; row < 100_000; row++) {
				const record = Buffer.from(`${row},x\n`);
				filter.keeps(record, 0, record.length);
			}
		};
		expect(feed).toThrow(/^The files have more than [\d,]+ different keys/);
	});
});

const COLUMNS: Column[] = [
	{ name: 'note', type: 'STRING' },
	{ name: 'id', type: 'LONG' },
	{ name: 'name', type: 'STRING' },
];
const KEYS = ['name', 'id'];
type Row = [note: string, id: number, name: string];

async function textsOf(source: RowSource): Promise<string[][]> {
	const blocks: Buffer[] = [];
	const ends = new RecordEnds();
	const next = async () => await source.next(100, 3, undefined, ends);
	for (let block = await next(); block; block = await next()) {
		blocks.push(block.bytes);
		let start = 0;
		for (const end of ends.at.subarray(0, ends.count)) {
			expect(parse(block.bytes.subarray(start, end))).toHaveLength(1);
			start = end;
		}
		expect({ records: ends.count, bytes: start }).toEqual({ records: block.rows, bytes: block.bytes.length });
	}
	await source.close();
	return parse(Buffer.concat(blocks)) as string[][];
}

function kept(rows: Row[], keep: 'keepFirst' | 'keepLast'): string[][] {
	const rowByKey = new Map<string, number>();
	rows.forEach(([, id, name], row) => {
		const key = JSON.stringify([id, name]);
		if (keep === 'keepLast' || !rowByKey.has(key)) rowByKey.set(key, row);
	});
	return rows.filter((_, row) => [...rowByKey.values()].includes(row)).map((row) => row.map(String));
}

const text = fc.constantFrom('', 'a', 'a,b', 'a"b', '"', 'x\ny', 'é', ' a', '""', 'a\r\nb');
const rowsArbitrary = fc.array(fc.tuple(text, fc.integer({ min: -1, max: 1 }), text) as fc.Arbitrary<Row>, {
	size: 'max',
	maxLength: 40,
});
const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;

describe('the rows that are left', () => {
	it('of files are one of each key, however its fields are written', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(rowsArbitrary, { minLength: 1, maxLength: 3 }),
				fc.constantFrom('keepFirst' as const, 'keepLast' as const),
				fc.constantFrom('\n', '\r\n'),
				fc.constantFrom(',', ';'),
				fc.infiniteStream(fc.boolean()),
				async (files, repeatedKeys, lineEnd, delimiter, quotes) => {
					const field = (value: string) =>
						/[",;\r\n]|^$|^ /.test(value) || quotes.next().value === true ? quoted(value) : value;
					const csvOf = (rows: Row[]) =>
						[['note', 'id', 'name'], ...rows.map((row) => row.map((value) => field(String(value))))]
							.map((fields) => fields.join(delimiter) + lineEnd)
							.join('');
					const source = await openCsvFiles(
						files.map((rows, itemIndex) => ({
							name: `${itemIndex}.csv`,
							itemIndex,
							open: async function* () {
								yield Buffer.from(csvOf(rows));
							},
						})),
						COLUMNS,
						{
							unknownFields: 'fail',
							missingColumns: 'fail',
							nullText: '',
							delimiter,
							keyColumnNames: KEYS,
							repeatedKeys,
						},
					);
					const rows = files.flat();
					const expected = kept(rows, repeatedKeys);
					expect(await textsOf(source)).toEqual(expected);
					expect(source.findings.repeatedKeys).toBe(rows.length - expected.length);
				},
			),
			{ numRuns: 200 },
		);
	});

	it('of items are one of each key', async () => {
		await fc.assert(
			fc.asyncProperty(
				rowsArbitrary,
				fc.constantFrom('keepFirst' as const, 'keepLast' as const),
				async (rows, repeatedKeys) => {
					const source = await openItems(
						rows.map(([note, id, name]) => ({ json: { note, id, name } })),
						COLUMNS,
						{
							unknownFields: 'fail',
							missingColumns: 'fail',
							nullText: '',
							values: DEFAULT_VALUE_OPTIONS,
							keyColumnNames: KEYS,
							repeatedKeys,
						},
					);
					const expected = kept(rows, repeatedKeys);
					expect(source.rowCount).toBe(expected.length);
					expect(await textsOf(source)).toEqual(expected);
					expect(source.findings.repeatedKeys).toBe(rows.length - expected.length);
				},
			),
			{ numRuns: 100 },
		);
	});
});
