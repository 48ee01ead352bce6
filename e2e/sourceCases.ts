/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';

import type { Column } from '../domo/types';
import type { Sandbox } from '../sandbox';
import { MANUAL, sheetLibrary, type PreparedExample } from './exampleCases';
import type { ExampleChanges } from './exampleRunner';
import type { Sources } from './sources';

type Row = Array<string | null>;

interface Expected {
	name: string;
	columns: Column[];
	/** Each value as its text in Domo, in the order of the columns. */
	rows: Row[];
	/** Columns whose texts are JSON: how it is laid out does not matter. */
	json?: string[];
}

/** By file name, each example of `examples/` that reads from a source of its own. */
export const SOURCE_CASES: Record<string, (sources: Sources) => Promise<PreparedExample>> = {
	'postgres-types': async ({ surroundings: { sandbox, postgres } }) =>
		prepared(sandbox, {}, async () => {
			const [{ rows }] = await postgres.query(
				'postgres',
				`SELECT json_agg(json_build_array(
						id::text, nullif(weight::text, 'NaN'), price::numeric::text,
						CASE WHEN isfinite(shipped_at) THEN to_char(shipped_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') END,
						to_char(packed_at, 'YYYY-MM-DD"T"HH24:MI:SS'), ordered_on::text, pickup::text, is_open::int::text,
						nullif(ratio::text, 'NaN'), CASE jsonb_typeof(details) WHEN 'null' THEN NULL WHEN 'string' THEN details #>> '{}' ELSE details::text END,
						array_to_json(tags)::text, array_to_json(counts::text[])::text, tracking::text, note
					) ORDER BY id) AS rows FROM shipments`,
			);
			return {
				name: 'Shipments (example)',
				columns: columns(
					'id LONG, weight DECIMAL, price DECIMAL, shipped_at DATETIME, packed_at DATETIME, ordered_on DATE, pickup STRING, ' +
						'is_open LONG, ratio DOUBLE, details STRING, tags STRING, counts STRING, tracking STRING, note STRING',
				),
				rows: JSON.parse(rows) as Row[],
				json: ['details', 'tags', 'counts'],
			};
		}),

	'mariadb-types': async ({ surroundings: { sandbox }, mariaDb }) =>
		prepared(sandbox, {}, async () => {
			const text = (column: string) => `CAST(${column} AS CHAR)`;
			const time = (column: string) => `IF(${column} = 0, NULL, DATE_FORMAT(${column}, '%Y-%m-%dT%H:%i:%s'))`;
			const day = (column: string) => `IF(${column} = 0, NULL, ${text(column)})`;
			const rows = await mariaDb.query(
				`SELECT JSON_ARRAYAGG(JSON_ARRAY(
					${text('id')}, ${text('amount')}, ${text('rate')}, ${time('created_at')}, ${time('seen_at')}, ${time('updated_at')}, ${day('due_on')},
					${day('paid_on')}, ${text('pickup')}, ${text('fiscal_year')}, ${text('is_open')}, ${text('is_paid + 0')},
					${text('flags + 0')}, CONCAT('', details), note
				) ORDER BY id) FROM invoices`,
			);
			return {
				name: 'Invoices (example)',
				columns: columns(
					'id LONG, amount DECIMAL, rate DOUBLE, created_at DATETIME, seen_at DATETIME, updated_at DATETIME, due_on DATE, paid_on DATE, ' +
						'pickup STRING, fiscal_year LONG, is_open LONG, is_paid LONG, flags LONG, details STRING, note STRING',
				),
				rows: JSON.parse(rows) as Row[],
				json: ['details'],
			};
		}),

	'sftp-csv-files': async ({ surroundings: { sandbox }, sftp }) => {
		const files = Array.from({ length: 10 }, (_, file) => orderFile(file));
		// Last one first: the folder's own order is not that of the names.
		for (const { name, content } of [...files].reverse()) await sftp.put(`exports/${name}`, content);
		await sftp.put('exports/readme.txt', 'not a table');
		await sftp.put('exports/old/orders-00.csv', 'id\n1\n');
		return await prepared(sandbox, {}, async () => ({
			name: 'Orders from SFTP (example)',
			columns: columns('id LONG, shop STRING, amount DECIMAL, ordered_on DATE'),
			rows: files.flatMap(({ rows }) => rows),
		}));
	},

	's3-csv-files': async ({ surroundings: { sandbox }, s3 }) => {
		const rows: Row[] = Array.from({ length: 300 }, (_, i) => [
			String(i).padStart(5, '0'),
			`2026-01-31T${String(i % 24).padStart(2, '0')}:00:00`,
			i % 7 === 0 ? null : `${i - 150}.50`,
			i % 5 === 0 ? '' : `"${i}", ä 日本`,
		]);
		const csvOf = (some: Row[]) => ['sensor,read_at,value,remark', ...some.map(csvLine)].join('\r\n');
		await s3.put('readings/2026-01.csv', csvOf(rows.slice(0, 100)));
		await s3.put('readings/2026-02.csv', csvOf(rows.slice(100)));
		await s3.put('other/2026-01.csv', 'not,these\n1,2');
		return await prepared(sandbox, {}, async () => ({
			name: 'Readings from S3 (example)',
			columns: columns('sensor STRING, read_at DATETIME, value DECIMAL, remark STRING'),
			rows,
		}));
	},

	'api-pages': async ({ surroundings: { sandbox, web } }) => {
		const orders = Array.from({ length: 250 }, (_, i) => ({
			id: String(9007199254740993n + BigInt(i)),
			placed_at: `2026-02-01T10:00:00.${String(i).padStart(3, '0')}+05:30`,
			amount: i / 8,
			paid: i % 3 === 0 ? null : i % 3 === 1,
			customer: i % 4 === 0 ? null : { name: `customer "${i}"`, address: { city: 'Köln' } },
			tags: i % 2 === 0 ? [] : ['new', { rank: i }],
		}));
		const pages = [orders.slice(0, 100), orders.slice(100, 200), orders.slice(200)];
		pages.forEach((data, page) => {
			const next = page + 1 < pages.length ? `${web.url}/orders?limit=100&page=${page + 2}` : null;
			web.pages.set(
				`/orders?limit=100${page === 0 ? '' : `&page=${page + 1}`}`,
				JSON.stringify({ data, next }),
			);
		});
		return await prepared(
			sandbox,
			{ parameters: { 'All Pages': { url: `${web.url}/orders?limit=100` } } },
			async () => ({
				name: 'Orders from an API (example)',
				columns: columns(
					'id LONG, placed_at DATETIME, amount DOUBLE, paid LONG, customer.name STRING, customer.address.city STRING, tags STRING',
				),
				rows: orders.map(({ id, amount, paid, customer, tags }) => [
					id,
					'2026-02-01T04:30:00',
					String(amount),
					paid === null ? null : String(Number(paid)),
					customer?.name ?? null,
					customer?.address.city ?? null,
					JSON.stringify(tags),
				]),
				json: ['tags'],
			}),
		);
	},

	'ods-to-typed-columns': async (sources) => await sheetCase(sources, 'ods'),
};

/** The same sheet as an .ods or .xlsx file, written by the library that n8n reads it with. */
export async function sheetCase(
	{ surroundings: { sandbox, web, n8n } }: Sources,
	format: 'ods' | 'xlsx',
): Promise<PreparedExample> {
	const { utils, write } = sheetLibrary(n8n);
	const sheet = utils.aoa_to_sheet(
		[
			['code', 'delivered_on', 'checked_at', 'amount', 'pieces', 'damaged', 'remark'],
			[
				'00501',
				new Date(Date.UTC(2024, 0, 31)),
				new Date(Date.UTC(2024, 1, 29, 14, 5, 7)),
				1234.5,
				3,
				true,
				'ä "b"',
			],
			['A-7', new Date(Date.UTC(1999, 11, 31)), null, 0.1, 0, false, null],
			['1e5', null, new Date(Date.UTC(2026, 9, 25, 2, 30)), null, null, null, ' < & > '],
			['true', new Date(Date.UTC(1900, 2, 1)), new Date(Date.UTC(1970, 0, 1)), -20, 12_345_678, null, '=1+1'],
		],
		{ cellDates: true, UTC: true },
	);
	const book = utils.book_new();
	utils.book_append_sheet(book, sheet, 'Deliveries');
	web.pages.set(`/deliveries.${format}`, write(book, { type: 'buffer', bookType: format }));
	return await prepared(
		sandbox,
		{
			parameters: {
				'Download the Sheet': { url: `${web.url}/deliveries.${format}` },
				'Rows of the Sheet': { operation: format },
			},
		},
		async () => ({
			name: 'Deliveries (example)',
			columns: columns(
				'code STRING, delivered_on DATE, checked_at DATETIME, amount DECIMAL, pieces LONG, damaged LONG, remark STRING',
			),
			rows: [
				['00501', '2024-01-31', '2024-02-29T14:05:07', '1234.5', '3', '1', 'ä "b"'],
				['A-7', '1999-12-31', null, '0.1', '0', '0', null],
				['1e5', null, '2026-10-25T02:30:00', null, null, null, ' < & > '],
				['true', '1900-03-01', '1970-01-01T00:00:00', '-20', '12345678', null, '=1+1'],
			],
		}),
	);
}

/** @param expect asked once the example has run */
async function prepared(
	sandbox: Sandbox,
	changes: ExampleChanges,
	expect: () => Promise<Expected>,
): Promise<PreparedExample> {
	return {
		changes,
		trigger: MANUAL,
		check: async () => {
			const { name, columns: wanted, rows, json = [] } = await expect();
			const dataSetIds = sandbox.dataSetIds(name);
			assert.equal(dataSetIds.length, 1, `DataSets named ${name}`);
			const found = sandbox.dataSet(dataSetIds[0]).columns;
			assert.deepEqual(found, wanted);
			const isJson = wanted.map((column) => json.includes(column.name));
			const parsed = (row: Row) =>
				row.map((value, column) => (isJson[column] && value !== null ? jsonOrText(value) : value));
			const loaded = (await sandbox.rows(dataSetIds[0])).map((row) =>
				wanted.map((column) => row[column.name]),
			);
			assert.ok(rows.length > 0);
			assert.deepEqual(loaded.map(parsed), rows.map(parsed));
		},
	};
}

/** A text that is no JSON is itself the value: a JSON column's text comes without its quotes. */
function jsonOrText(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** @param list such as `id LONG, name STRING` */
const columns = (list: string): Column[] =>
	list.split(', ').map((column) => {
		const [name, type] = column.split(' ');
		return { name, type: type as Column['type'] };
	});

const csvField = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);
const csvLine = (row: Row) => row.map(csvField).join(',');

/** One of ten files, no two written in the same way; each with 20 rows. */
function orderFile(file: number): { name: string; content: string | Buffer; rows: Row[] } {
	const rows: Row[] = Array.from({ length: 20 }, (_, i) => [
		String(file * 100 + i),
		i % 3 === 0 ? '' : `shop "${i}", Straße`,
		i % 4 === 0 ? null : `${file}.${i}5`,
		`2026-${String(file + 1).padStart(2, '0')}-${String(i + 1).padStart(2, '0')}`,
	]);
	const header = ['id', 'shop', 'amount', 'ordered_on'];
	const isReversed = file % 2 === 1;
	const line = (row: Row) => (isReversed ? [...row].reverse() : row);
	const delimiter = [',', ';', '\t'][file % 3];
	const text = [header as Row, ...rows]
		.map((row) => line(row).map(csvField).join(delimiter))
		.join(file % 4 === 0 ? '\r\n' : '\n');
	const name = `orders-${String(file + 1).padStart(2, '0')}.csv`;
	if (file === 7) return { name: `${name}.gz`, content: gzipSync(text), rows };
	if (file === 8) return { name, content: Buffer.from(`\ufeff${text}`, 'utf16le'), rows };
	return { name, content: file === 9 ? `\ufeff${text}` : text, rows };
}
