/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { parse } from 'csv-parse/sync';

import type { Column } from '../domo/types';
import type { Sandbox } from '../sandbox';
import { LEFT_OUT_BY_EXAMPLE, LOADED_BY_EXAMPLES, type LoadedDataSet } from '../test/support/exampleRows';
import { readExample, type ExampleChanges } from './exampleRunner';
import type { InstalledN8n } from './n8nInstall';
import { repository } from './packedPackage';
import type { RunningPostgres } from './services/postgres';
import type { Surroundings } from './surroundings';

/** The trigger of most examples */
export const MANUAL = 'When clicking ‘Execute workflow’';

const AIRPORTS_CSV = join(repository, 'node_modules', 'vega-datasets', 'data', 'airports.csv');
const SALES_COLUMNS: Column[] = [
	{ name: 'order', type: 'LONG' },
	{ name: 'shop', type: 'STRING' },
];
/** Of the table that the Postgres examples read */
export const ORDER_COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'customer', type: 'STRING' },
	{ name: 'amount', type: 'DECIMAL' },
	{ name: 'updated_at', type: 'DATETIME' },
];
const PRODUCT_COLUMNS: Column[] = [
	{ name: 'sku', type: 'STRING' },
	{ name: 'name', type: 'STRING' },
	{ name: 'price', type: 'DECIMAL' },
	{ name: 'discontinued', type: 'DATE' },
];

/** One example, its source and DataSet made; to be run from `trigger`, then checked. */
export interface PreparedExample {
	changes: ExampleChanges;
	trigger: string;
	/** Asserts on the rows that arrived. */
	check(): Promise<void>;
}

/** The names of all files in `examples/`, without their ending */
export async function exampleNames(): Promise<string[]> {
	const files = await readdir(join(repository, 'examples'));
	return files
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.slice(0, -'.json'.length))
		.sort();
}

type ExampleCase = (surroundings: Surroundings) => Promise<PreparedExample>;

/** The table of products takes the place of yesterday's rows. @param trigger the workflow's own */
const productsReplaced =
	(trigger: string): ExampleCase =>
	async ({ sandbox, postgres }) => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'Products',
			columns: PRODUCT_COLUMNS,
			rows: [{ sku: 'of yesterday' }],
		});
		return {
			changes: { streamId },
			trigger,
			check: async () => {
				const products = await postgres.query(
					'postgres',
					'SELECT sku, name, price, discontinued FROM products ORDER BY products.sku',
				);
				assert.deepEqual(await sandbox.rows(dataSetId), products.map(emptyIsNull));
			},
		};
	};

/** By file name, each example of `examples/` but the pair that hands out slices to executions of their own. */
export const EXAMPLE_CASES: Record<string, ExampleCase> = {
	'upload-in-parallel': async ({ sandbox }) => {
		const columns: Column[] = [
			{ name: 'id', type: 'LONG' },
			{ name: 'name', type: 'STRING' },
			{ name: 'born', type: 'DATE' },
		];
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'People', columns });
		const people = [
			{ id: '9007199254740993', name: 'Grace "Amazing" Hopper', born: '1906-12-09' },
			{ id: '8', name: 'Barbara\nLiskov', born: '1939-11-07' },
			{ id: '9', name: 'Ada, Countess of Lovelace', born: null },
		];
		const peopleNode = {
			id: '98',
			name: 'People',
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			position: [120, 0],
			parameters: { jsCode: `return ${JSON.stringify(people)};` },
		};
		return {
			// The example's own rows are pinned, and only the editor takes pinned rows.
			changes: { streamId, dataSetId, behind: { [MANUAL]: peopleNode } },
			trigger: MANUAL,
			check: async () => assert.deepEqual(await sandbox.rows(dataSetId), people),
		};
	},

	'csv-from-http': async ({ sandbox, web }) => {
		const csv = await readFile(AIRPORTS_CSV);
		web.pages.set('/airports.csv', csv);
		const { dataSetId } = await sandbox.createStream({
			name: 'Airports (example)',
			columns: airportColumns(csv),
			rows: [{ iata: 'old' }],
		});
		return {
			changes: { parameters: { 'Download the CSV': { url: `${web.url}/airports.csv` } } },
			trigger: MANUAL,
			check: async () => assert.deepEqual(await sandbox.rows(dataSetId), readCsv(csv)),
		};
	},

	'ten-csv-files': async ({ sandbox, web }) => {
		const csvOf = (file: number) => salesCsv(file * 100, 50);
		for (let file = 1; file <= 10; file++)
			web.pages.set(`/sales-${String(file).padStart(2, '0')}.csv`, csvOf(file));
		const { dataSetId } = await sandbox.createStream({ name: 'Sales (example)', columns: SALES_COLUMNS });
		return {
			changes: { parameters: await setFields('ten-csv-files', 'Where the Files Are', { address: web.url }) },
			trigger: MANUAL,
			check: async () => {
				const expected = Array.from({ length: 10 }, (_, i) => readCsv(csvOf(i + 1))).flat();
				assert.deepEqual(await sandbox.rows(dataSetId), expected);
			},
		};
	},

	'ten-files-ten-datasets': async ({ sandbox, web }) => {
		const numbers = Array.from({ length: 10 }, (_, i) => String(i + 1).padStart(2, '0'));
		const csvOf = (file: number) => salesCsv(file * 100, 20);
		numbers.forEach((number, i) => web.pages.set(`/shop-${number}.csv`, csvOf(i + 1)));
		const made = await Promise.all(
			numbers.map(
				async (number) =>
					await sandbox.createStream({ name: `Shop ${number} (example)`, columns: SALES_COLUMNS }),
			),
		);
		return {
			changes: {
				parameters: await setFields('ten-files-ten-datasets', 'Where the Files Are', { address: web.url }),
			},
			trigger: MANUAL,
			check: async () => {
				for (const [i, { dataSetId }] of made.entries())
					assert.deepEqual(await sandbox.rows(dataSetId), readCsv(csvOf(i + 1)));
			},
		};
	},

	'excel-to-typed-columns': async ({ sandbox }) => ({
		changes: {},
		trigger: MANUAL,
		check: async () => await checkLoaded(sandbox, LOADED_BY_EXAMPLES['excel-to-typed-columns']),
	}),

	'semicolon-decimal-comma': async ({ sandbox, web }) => {
		const path = '/what-to-correct';
		return {
			changes: { behind: { 'What to Correct': sendJson(`${web.url}${path}`) } },
			trigger: MANUAL,
			check: async () => {
				await checkLoaded(sandbox, LOADED_BY_EXAMPLES['semicolon-decimal-comma']);
				const sent = web
					.received(path)
					.map((json) => JSON.parse(json.toString('utf8')) as { reason: string });
				assert.deepEqual(
					sent.map(({ reason, ...where }) => [typeof reason, where]),
					[['string', LEFT_OUT_BY_EXAMPLE]],
				);
			},
		};
	},

	'sheet-like-items': async ({ sandbox }) => ({
		changes: {},
		trigger: MANUAL,
		check: async () => await checkLoaded(sandbox, LOADED_BY_EXAMPLES['sheet-like-items']),
	}),

	'nested-api-items': async ({ sandbox }) => ({
		changes: {},
		trigger: MANUAL,
		check: async () => await checkLoaded(sandbox, LOADED_BY_EXAMPLES['nested-api-items']),
	}),

	upsert: async ({ sandbox, web }) => {
		const columns: Column[] = [
			{ name: 'customer_id', type: 'LONG' },
			{ name: 'name', type: 'STRING' },
		];
		const rows = [
			{ customer_id: 1, name: 'old' },
			{ customer_id: 2, name: 'old' },
		];
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'Customers',
			columns,
			keyColumnNames: ['customer_id'],
			rows,
		});
		const changed = [
			{ customer_id: 2, name: 'newer' },
			{ customer_id: 3, name: 'new' },
			{ customer_id: 2, name: 'newest' },
		];
		web.pages.set('/customers', JSON.stringify(changed));
		return {
			changes: { streamId, parameters: { 'Customers That Changed': { url: `${web.url}/customers` } } },
			trigger: 'Every Hour',
			check: async () => {
				const found = (await sandbox.rows(dataSetId)).map(
					({ customer_id, name }) => `${customer_id} ${name}`,
				);
				assert.deepEqual(found.sort(), ['1 old', '2 newest', '3 new']);
			},
		};
	},

	'export-to-spreadsheet': async ({ sandbox, web, n8n }) => {
		const rows = Array.from({ length: 60 }, (_, order) => ({ order, shop: `shop "${order}"` }));
		const dataSetId = await sandbox.createDataSet({ name: 'Sales', columns: SALES_COLUMNS, rows });
		const path = `/sheet/${dataSetId}`;
		return {
			changes: { dataSetId, behind: { 'Convert to File': sendFile(`${web.url}${path}`) } },
			trigger: MANUAL,
			check: async () =>
				assert.deepEqual(
					web.received(path).map((file) => sheetRows(n8n, file)),
					[rows],
				),
		};
	},

	'trigger-to-export': async ({ sandbox, web }) => {
		const rows = Array.from({ length: 60 }, (_, order) => ({ order: String(order), shop: 'north, "east"' }));
		const dataSetId = await sandbox.createDataSet({ name: 'Sales', columns: SALES_COLUMNS, rows });
		const path = `/file/${dataSetId}`;
		return {
			changes: { dataSetId, parameters: { 'Send the File': { url: `${web.url}${path}` } } },
			trigger: 'Domo Trigger',
			check: async () => assert.deepEqual(web.received(path).map(readCsv), [rows]),
		};
	},

	'resume-an-upload': async ({ sandbox, web }) => {
		web.pages.set('/sales.csv', salesCsv(0, 1000));
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'Sales', columns: SALES_COLUMNS });
		const more = { rowsPerPart: 100, maxTries: 1 };
		const resume = (await readExample('resume-an-upload')).nodes.find(({ name }) => name === 'Resume')!;
		sandbox.faults.add({ operation: 'part', part: 7, status: 503 });
		return {
			changes: {
				streamId,
				parameters: {
					'Download the CSV': { url: `${web.url}/sales.csv` },
					'Upload in Parallel': { options: { onFailure: 'keepOpen', ...more } },
					Wait: { amount: 1, unit: 'seconds' },
					Resume: { options: { ...(resume.parameters.options as object), ...more } },
				},
			},
			trigger: MANUAL,
			check: async () => {
				assert.deepEqual(await sandbox.rows(dataSetId), readCsv(salesCsv(0, 1000)));
				const executions = sandbox.executions(streamId);
				assert.deepEqual(
					executions.map(({ id, commits }) => [id, commits]),
					[[1, 1]],
				);
				assert.equal(executions[0].parts.find(({ part }) => part === 7)!.timesArrived, 1);
			},
		};
	},

	'incremental-load': async ({ sandbox, postgres }) => {
		const orders = await readOrders(postgres);
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'Orders',
			columns: ORDER_COLUMNS,
			rows: orders.slice(0, 400),
		});
		return {
			changes: { streamId, dataSetId },
			trigger: 'Every Hour',
			check: async () => assert.deepEqual(await sandbox.rows(dataSetId), orders),
		};
	},

	'postgres-pages': async ({ sandbox, postgres }) => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'Orders',
			columns: ORDER_COLUMNS,
			rows: [{ id: 0, customer: 'of yesterday' }],
		});
		return {
			changes: {
				streamId,
				dataSetId,
				parameters: await setFields('postgres-pages', 'Page Size', { rows_per_page: 100 }),
			},
			trigger: MANUAL,
			check: async () => {
				assert.deepEqual(await sandbox.rows(dataSetId), await readOrders(postgres));
				const executions = sandbox.executions(streamId);
				assert.deepEqual(
					executions.map(({ commits }) => commits),
					[1],
				);
				assert.deepEqual(
					executions[0].parts.map(({ rows }) => rows),
					[...Array.from({ length: 10 }, () => 100), 50],
				);
			},
		};
	},

	'nightly-replace': productsReplaced('Every Night'),
	'checks-before-commit': productsReplaced('Every Morning'),
};

/** Asserts on the columns and rows of the DataSet that an example has made. */
async function checkLoaded(sandbox: Sandbox, { name, columns, rows }: LoadedDataSet): Promise<void> {
	const [dataSetId, ...others] = sandbox.dataSetIds(name);
	assert.ok(dataSetId !== undefined, `no DataSet is named ${name}`);
	assert.deepEqual(others, []);
	assert.deepEqual(sandbox.dataSet(dataSetId).columns, columns);
	const loaded = await sandbox.rows(dataSetId);
	assert.deepEqual(
		loaded.map((row) => columns.map((column) => row[column.name])),
		rows,
	);
}

/** The orders as Domo must hold them. */
async function readOrders(postgres: RunningPostgres): Promise<Array<Record<string, string>>> {
	return await postgres.query(
		'postgres',
		`SELECT id, customer, amount, to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') AS updated_at FROM orders ORDER BY orders.id`,
	);
}

const emptyIsNull = (row: Record<string, string>) =>
	Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value]));

const salesCsv = (from: number, count: number) =>
	['order,shop', ...Array.from({ length: count }, (_, i) => `${from + i},"shop ""${i}"""`)].join('\n');

/** A CSV file's rows as Domo must hold them. */
export function readCsv(csv: string | Buffer): Array<Record<string, string | null>> {
	return parse(csv, { columns: true, cast: (text) => (text === '' ? null : text) }) as Array<
		Record<string, string | null>
	>;
}

function airportColumns(csv: Buffer): Column[] {
	const names = csv.toString('utf8', 0, csv.indexOf('\n')).trim().split(',');
	return names.map((name) => ({ name, type: name.endsWith('itude') ? 'DOUBLE' : 'STRING' }));
}

/** What an example's Edit Fields node sets, with some of the values changed. */
export async function setFields(
	file: string,
	node: string,
	values: Record<string, unknown>,
): Promise<Record<string, Record<string, unknown>>> {
	const { assignments } = (await readExample(file)).nodes.find(({ name }) => name === node)!.parameters
		.assignments as {
		assignments: Array<{ name: string; value: unknown }>;
	};
	return {
		[node]: {
			assignments: {
				assignments: assignments.map((field) => ({ ...field, value: values[field.name] ?? field.value })),
			},
		},
	};
}

/** What a user would put behind a node that gives a file. */
export const sendFile = (address: string) => ({
	id: '99',
	name: 'Send',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	position: [800, 0],
	parameters: {
		method: 'PUT',
		url: address,
		sendBody: true,
		contentType: 'binaryData',
		inputDataFieldName: 'data',
		options: {},
	},
});

/** Same, behind a node that gives rows; each item becomes a request of its own. */
const sendJson = (address: string) => ({
	...sendFile(address),
	parameters: {
		method: 'PUT',
		url: address,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: '={{ JSON.stringify($json) }}',
		options: {},
	},
});

interface SheetLibrary {
	read(data: Buffer): { SheetNames: string[]; Sheets: Record<string, unknown> };
	write(book: unknown, options: { type: 'buffer'; bookType: string }): Buffer;
	utils: {
		sheet_to_json(sheet: unknown): unknown[];
		aoa_to_sheet(rows: unknown[][], options: { cellDates: boolean; UTC: boolean }): unknown;
		book_new(): unknown;
		book_append_sheet(book: unknown, sheet: unknown, name: string): void;
	};
}

/** The spreadsheet library that n8n brings along. */
export function sheetLibrary({ version, n8nPath }: InstalledN8n): SheetLibrary {
	const ofN8n = createRequire(join(n8nPath, '..', '..', '..', 'n8n-nodes-base', 'package.json'));
	return ofN8n(version.startsWith('1.') ? 'xlsx' : '@e965/xlsx') as SheetLibrary;
}

function sheetRows(n8n: InstalledN8n, file: Buffer): unknown[] {
	const { read, utils } = sheetLibrary(n8n);
	const book = read(file);
	assert.deepEqual(book.SheetNames, ['Domo']);
	return utils.sheet_to_json(book.Sheets.Domo);
}
