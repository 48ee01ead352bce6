/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { parse } from 'csv-parse/sync';
import { NodeHelpers, type IDataObject } from 'n8n-workflow';

import { vegaFile } from '../../examples/demo/sources';
import type { Column } from '../../domo/types';
import { type SeedRow } from '../../sandbox';
import { SourceDatabase } from '../support/baseNodes';
import { MemoryCredentials, nodeTypes } from '../support/engine';
import {
	changedExample,
	EXAMPLE_CREDENTIAL_ID,
	EXAMPLES_FOLDER,
	readExample,
	runExample,
	runExampleWell,
	type ExampleRun,
} from '../support/examples';
import { LEFT_OUT_BY_EXAMPLE, LOADED_BY_EXAMPLES } from '../support/exampleRows';
import { ActiveTrigger } from '../support/poll';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const AIRPORTS_CSV = readFileSync(vegaFile('airports.csv'));
const ORDER_COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'customer', type: 'STRING' },
	{ name: 'amount', type: 'DECIMAL' },
	{ name: 'updated_at', type: 'DATETIME' },
];

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
let credentials: MemoryCredentials;
let web: Web;

beforeAll(async () => {
	credentials = new MemoryCredentials({
		[EXAMPLE_CREDENTIAL_ID]: {
			clientId: sandbox.clientId,
			clientSecret: sandbox.clientSecret,
			baseUrl: sandbox.url,
		},
	});
	web = await Web.open();
});
afterAll(async () => {
	await web.close();
	await SourceDatabase.close();
});
afterEach(() => sandbox.faults.clear());

type Answer = { status?: number; body: string | Buffer };

/** A web server on this machine: what an example reads from, or sends to. */
class Web {
	readonly pages = new Map<string, (body: Buffer) => Answer | Promise<Answer>>();

	private constructor(private readonly server: Server) {}

	static async open(): Promise<Web> {
		const server = createServer();
		const web = new Web(server);
		server.on(
			'request',
			(request: IncomingMessage, response: ServerResponse) => void web.answer(request, response),
		);
		await new Promise<void>((resolve) => {
			server.listen(0, '127.0.0.1', resolve);
		});
		return web;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const page =
			this.pages.get(`${request.method} ${request.url}`) ?? (() => ({ status: 404, body: 'not here' }));
		const { status = 200, body } = await page(Buffer.concat(chunks));
		response.writeHead(status).end(body);
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => {
			this.server.close(resolve);
		});
	}
}

const readCsv = (csv: string | Buffer) =>
	parse(csv, {
		columns: true,
		cast: (text, { quoting }) => (text === '' && !quoting ? null : text),
	}) as Array<Record<string, string | null>>;

/** The DataSet that an upload went into. */
const uploadedInto = (run: ExampleRun, node: string) => run.json(node)[0].dataSetId as string;

/** Fills the table that the Postgres examples read. */
async function fillOrders(count: number): Promise<void> {
	await SourceDatabase.query(`CREATE OR REPLACE TABLE orders AS
		SELECT (i * 3 + i % 2)::bigint AS id, 'customer ' || i AS customer, (i / 4)::decimal(9,2) AS amount,
			timestamptz '2026-01-01 00:00:00+00' + to_seconds(i) AS updated_at
		FROM range(1, ${count + 1}) AS numbers(i)`);
}

/** The table's rows as Domo must hold them. */
async function ordersAsText(): Promise<Array<Record<string, string | null>>> {
	return (await SourceDatabase.query(`SELECT id::varchar AS id, customer, amount::varchar AS amount,
		strftime(updated_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S') AS updated_at FROM orders ORDER BY orders.id`)) as Array<
		Record<string, string>
	>;
}

async function expectLoaded(dataSetId: string, example: keyof typeof LOADED_BY_EXAMPLES): Promise<void> {
	const { name, columns, rows } = LOADED_BY_EXAMPLES[example];
	expect(sandbox.dataSet(dataSetId)).toMatchObject({ name, columns });
	const loaded = await sandbox.rows(dataSetId);
	expect(loaded.map((row) => columns.map((column) => row[column.name]))).toEqual(rows);
}

const makeOrders = async (rows: SeedRow[] = []) =>
	await sandbox.createStream({ name: 'Orders', columns: ORDER_COLUMNS, rows });

describe('every example', () => {
	const files = readdirSync(EXAMPLES_FOLDER)
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.slice(0, -5));

	it.each(files)(
		'%s can be imported: nodes, connections, credential, and parameters that the nodes know',
		(file) => {
			const { nodes, connections, active } = readExample(file);
			const names = nodes.map(({ name }) => name);
			expect(new Set(names).size).toBe(names.length);
			expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
			expect(active).toBe(false);
			const ends = Object.values(connections).flatMap(({ main }) =>
				main.flatMap((links) => (links ?? []).map(({ node }) => node)),
			);
			expect(names).toEqual(expect.arrayContaining([...Object.keys(connections), ...ends]));

			const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
			expect(notes).toHaveLength(1);
			for (const node of nodes.filter(({ type }) => type.startsWith('n8n-nodes-domo.'))) {
				expect(node.credentials).toEqual({
					domoOAuth2Api: { id: EXAMPLE_CREDENTIAL_ID, name: 'Domo OAuth2 API' },
				});
				const { description } = nodeTypes.getByNameAndVersion(node.type) as {
					description: Parameters<typeof NodeHelpers.getNodeParameters>[5];
				};
				// What a node does not know, n8n drops. How often a trigger polls is n8n's own parameter.
				const { pollTimes, ...own } = node.parameters;
				const kept = NodeHelpers.getNodeParameters(
					description!.properties,
					node.parameters,
					true,
					false,
					node,
					description,
				);
				expect(pollTimes === undefined).toBe(!node.type.endsWith('Trigger'));
				expect(kept).toMatchObject(own);
			}
		},
	);

	it('is described in the table of examples/README.md, and nothing else is', () => {
		const readme = readFileSync(join(EXAMPLES_FOLDER, 'README.md'), 'utf8');
		const described = [...readme.matchAll(/\]\(([\w-]+)\.json\)/g)].map(([, file]) => file);
		expect([...new Set(described)].sort()).toEqual([...files].sort());
	});
});

describe('incremental-load', () => {
	const startMs = Math.floor(Date.now() / 60_000) * 60_000;
	const at = (secondsAgo: number) => new Date(startMs - secondsAgo * 1000).toISOString();
	const insert = async (id: number, time: string) =>
		await SourceDatabase.query(
			`INSERT INTO orders VALUES (${id}, 'customer ${id}', 1.5, timestamptz '${time}')`,
		);
	const asDomo = (time: string) => time.slice(0, 19);

	it('adds only the rows that are newer than the newest one in Domo, each once', async () => {
		const newest = at(7200);
		const { streamId, dataSetId } = await makeOrders([
			{ id: 1, customer: 'customer 1', amount: '1.5', updated_at: asDomo(newest) },
		]);
		await fillOrders(0);
		await insert(0, at(9000));
		// Domo has kept its whole second only.
		await insert(1, newest.replace('.000Z', '.750Z'));
		await insert(2, at(3600));
		await insert(3, at(3599));
		await insert(4, new Date().toISOString());
		const run = async () => await runExampleWell('incremental-load', credentials, { streamId, dataSetId });
		const ids = async () => (await sandbox.rows(dataSetId)).map(({ id }) => id);

		expect((await run()).json('Append to Domo')).toEqual([
			expect.objectContaining({ rows: 2, dataSetRows: 3, verified: true }),
		]);
		expect((await sandbox.rows(dataSetId)).slice(1)).toEqual([
			{ id: '2', customer: 'customer 2', amount: '1.50', updated_at: asDomo(at(3600)) },
			{ id: '3', customer: 'customer 3', amount: '1.50', updated_at: asDomo(at(3599)) },
		]);
		expect((await run()).times('Append to Domo')).toBe(0);
		await insert(5, at(1800));
		await run();
		expect(await ids()).toEqual(['1', '2', '3', '5']);
	});

	it('takes all rows into an empty DataSet', async () => {
		const { streamId, dataSetId } = await makeOrders();
		await fillOrders(100);
		await runExampleWell('incremental-load', credentials, { streamId, dataSetId });
		expect(await sandbox.rows(dataSetId)).toEqual(await ordersAsText());
	});
});

describe('postgres-pages', () => {
	const pageSize = (rows: number) => {
		const assignment = { id: '1', name: 'rows_per_page', type: 'number', value: rows };
		return { 'Page Size': { assignments: { assignments: [assignment] } } };
	};

	it('uploads each page as a part, and commits once', async () => {
		await fillOrders(1_050);
		const { streamId, dataSetId } = await makeOrders([{ id: 0, customer: 'of yesterday' }]);
		const run = await runExampleWell('postgres-pages', credentials, { streamId, parameters: pageSize(100) });
		expect(run.times('Upload Part')).toBe(11);
		expect(run.json('Commit')).toEqual([expect.objectContaining({ state: 'SUCCESS' })]);
		expect(await sandbox.rows(dataSetId)).toEqual(await ordersAsText());
		const executions = sandbox.executions(streamId);
		expect(executions.map(({ commits }) => commits)).toEqual([1]);
		expect(executions[0].parts.map(({ part, rows, timesArrived }) => [part, rows, timesArrived])).toEqual(
			Array.from({ length: 11 }, (_, i) => [i + 1, i < 10 ? 100 : 50, 1]),
		);
	});

	it('aborts and says why when a part is refused; the DataSet stays as it was', async () => {
		await fillOrders(300);
		const { streamId, dataSetId } = await makeOrders([{ id: 0, customer: 'of yesterday' }]);
		sandbox.faults.add({ operation: 'part', status: 400, after: 1 });
		const run = await runExample('postgres-pages', credentials, { streamId, parameters: pageSize(100) });
		expect(run.message).toMatch(/part 2.*400/);
		expect(sandbox.executions(streamId)).toEqual([
			expect.objectContaining({ currentState: 'ABORTED', commits: 0 }),
		]);
		expect(await sandbox.rows(dataSetId)).toEqual([expect.objectContaining({ customer: 'of yesterday' })]);
	});

	it('aborts when a page cannot be read', async () => {
		await fillOrders(300);
		const { streamId } = await makeOrders();
		const parameters = {
			...pageSize(100),
			'Read a Page': { query: 'SELECT id FROM no_such_table WHERE id BETWEEN $1 AND $2' },
		};
		const run = await runExample('postgres-pages', credentials, { streamId, parameters });
		expect(run.message).toMatch(/no_such_table does not exist/);
		expect(sandbox.executions(streamId)).toEqual([
			expect.objectContaining({ currentState: 'ABORTED', commits: 0 }),
		]);
	});

	it('opens no execution where the table is empty', async () => {
		await fillOrders(0);
		const { streamId } = await makeOrders();
		await runExampleWell('postgres-pages', credentials, { streamId });
		expect(sandbox.executions(streamId)).toEqual([]);
	});
});

/** What an example's Edit Fields node sets, with some of the values changed. */
function setFields(file: string, node: string, values: IDataObject): Record<string, IDataObject> {
	const { assignments } = readExample(file).nodes.find(({ name }) => name === node)!.parameters
		.assignments as {
		assignments: Array<{ name: string; value: unknown }>;
	};
	expect(assignments.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(values)));
	const changed = assignments.map((assignment) => ({
		...assignment,
		value: values[assignment.name] ?? assignment.value,
	}));
	return { [node]: { assignments: { assignments: changed } as IDataObject } };
}

describe('csv-from-http', () => {
	const run = async () =>
		await runExampleWell('csv-from-http', credentials, {
			parameters: { 'Download the CSV': { url: `${web.url}/airports.csv` } },
		});

	it('makes the DataSet at the first run, and replaces its rows at the next', async () => {
		web.pages.set('GET /airports.csv', () => ({ body: AIRPORTS_CSV }));
		const first = await run();
		expect(first.json('Upload in Parallel')).toEqual([
			expect.objectContaining({ rows: 3376, verified: true }),
		]);
		const dataSetId = uploadedInto(first, 'Upload in Parallel');
		expect(sandbox.dataSet(dataSetId).name).toBe('Airports (example)');
		expect(await sandbox.rows(dataSetId)).toEqual(readCsv(AIRPORTS_CSV));

		const shorter = AIRPORTS_CSV.toString('utf8').split('\n').slice(0, 101).join('\n');
		web.pages.set('GET /airports.csv', () => ({ body: shorter }));
		expect(uploadedInto(await run(), 'Upload in Parallel')).toBe(dataSetId);
		expect(await sandbox.rows(dataSetId)).toEqual(readCsv(shorter));
	});
});

describe('ten-csv-files', () => {
	const csvOf = (file: number) => {
		const rows = Array.from({ length: 100 }, (_, i) => ({
			order: `${file * 1000 + i}`,
			shop: i % 7 === 0 ? '' : `"shop ${i}, ""north"""`,
		}));
		const names = file % 2 === 0 ? (['order', 'shop'] as const) : (['shop', 'order'] as const);
		return [names.join(','), ...rows.map((row) => names.map((name) => row[name]).join(','))].join('\n');
	};
	const changes = () => ({
		parameters: setFields('ten-csv-files', 'Where the Files Are', { address: `${web.url}/sales` }),
	});
	const publish = (csv: (file: number) => string) => {
		for (let file = 1; file <= 10; file++) {
			web.pages.set(`GET /sales/sales-${String(file).padStart(2, '0')}.csv`, () => ({ body: csv(file) }));
		}
	};

	it('loads the rows of all files in one upload in their order; one that does not fit is named, and nothing is loaded', async () => {
		publish(csvOf);
		const run = await runExampleWell('ten-csv-files', credentials, changes());
		expect(run.json('Upload in Parallel')).toEqual([
			expect.objectContaining({ rows: 1000, executionId: 1, verified: true }),
		]);
		const dataSetId = uploadedInto(run, 'Upload in Parallel');
		const found = (await sandbox.rows(dataSetId)).map(({ order, shop }) => ({ order, shop }));
		expect(found).toEqual(
			Array.from({ length: 10 }, (_, i) =>
				readCsv(csvOf(i + 1)).map(({ order, shop }) => ({ order, shop })),
			).flat(),
		);

		publish((file) => csvOf(file).replace('7050', 'seven'));
		const refused = await runExample('ten-csv-files', credentials, changes());
		expect(refused.message).toMatch(/line 52 of 'sales-07\.csv'.*'seven'/i);
		expect(await sandbox.rows(dataSetId)).toHaveLength(1000);
	});
});

describe('ten-files-ten-datasets', () => {
	const numbers = Array.from({ length: 10 }, (_, i) => String(i + 1).padStart(2, '0'));
	const csvOf = (number: string) => `order,shop\n1${number}1,north\n1${number}2,"south, ${number}"\n`;

	it('loads each file into the DataSet that is named after it, and replaces its rows at the next run', async () => {
		for (const number of numbers)
			web.pages.set(`GET /shops/shop-${number}.csv`, () => ({ body: csvOf(number) }));
		const changes = {
			parameters: setFields('ten-files-ten-datasets', 'Where the Files Are', { address: `${web.url}/shops` }),
		};
		await runExampleWell('ten-files-ten-datasets', credentials, changes);
		const run = await runExampleWell('ten-files-ten-datasets', credentials, changes);
		const summaries = run.json('Upload in Parallel');
		expect(summaries.map(({ target, rows }) => [target, rows])).toEqual(
			numbers.map((number) => [`Shop ${number} (example)`, 2]),
		);
		for (const [i, { dataSetId }] of summaries.entries()) {
			expect(sandbox.dataSet(dataSetId as string).name).toBe(`Shop ${numbers[i]} (example)`);
			expect(await sandbox.rows(dataSetId as string)).toEqual(readCsv(csvOf(numbers[i])));
		}
	});
});

describe('excel-to-typed-columns', () => {
	it('loads serial numbers as days and times, and each column in the type that was chosen', async () => {
		const run = await runExampleWell('excel-to-typed-columns', credentials);
		const dataSetId = uploadedInto(run, 'Upload in Parallel');
		await expectLoaded(dataSetId, 'excel-to-typed-columns');
	});

	it('says what the numbers could be where Numbers as Dates is not set', async () => {
		const { valueOptions } = readExample('excel-to-typed-columns').nodes.find(
			({ name }) => name === 'Upload in Parallel',
		)!.parameters as { valueOptions: IDataObject };
		const run = await runExample('excel-to-typed-columns', credentials, {
			parameters: { 'Upload in Parallel': { valueOptions: { ...valueOptions, numbersAsDates: 'refuse' } } },
		});
		expect(run.message).toMatch(/item 0.*'ordered_on'.*45322/i);
		expect(run.times('Upload in Parallel')).toBe(1);
	});
});

describe('semicolon-decimal-comma', () => {
	it('loads the rows between title and total, and says what is to correct', async () => {
		const run = await runExampleWell('semicolon-decimal-comma', credentials);
		const [summary] = run.json('Upload in Parallel');
		expect(summary).toMatchObject({ rows: 4, badRows: 1, verified: true });
		const dataSetId = summary.dataSetId as string;
		await expectLoaded(dataSetId, 'semicolon-decimal-comma');
		expect(run.json('What to Correct')).toEqual([
			{ ...LEFT_OUT_BY_EXAMPLE, reason: expect.any(String) as string },
		]);
	});

	it.each([
		['linesBeforeHeader', /line 3 .*looks like the header/i],
		['fileEncoding', /windows-1252/i],
	])('says what to set where %s is not', async (option, words) => {
		const { fileOptions } = readExample('semicolon-decimal-comma').nodes.find(
			({ name }) => name === 'Upload in Parallel',
		)!.parameters as { fileOptions: IDataObject };
		const others = Object.fromEntries(Object.entries(fileOptions).filter(([name]) => name !== option));
		const run = await runExample('semicolon-decimal-comma', credentials, {
			parameters: { 'Upload in Parallel': { fileOptions: others } },
		});
		expect(run.message).toMatch(words);
	});
});

describe('sheet-like-items', () => {
	it('shows how each column is read, then loads the rows', async () => {
		const run = await runExampleWell('sheet-like-items', credentials);
		expect(run.json('Dry Run')).toEqual([
			expect.objectContaining({ dryRun: true, wouldUpload: true, rows: 4, wouldCreate: 'Stock (example)' }),
		]);
		expect(run.json('Dry Run', 2)).toMatchObject([
			{ column: 'sku', type: 'STRING', rows: 4, nulls: 0, converted: {} },
			{ column: 'product', type: 'STRING', nulls: 1 },
			{ column: 'price', type: 'DECIMAL', nulls: 1, converted: { currency: 3, grouped: 1 } },
			{ column: 'stock', type: 'LONG', nulls: 1, converted: { grouped: 1, nullWord: 1 } },
			{ column: 'weight', type: 'DECIMAL', nulls: 1, converted: { grouped: 1 } },
			{ column: 'active', type: 'LONG', nulls: 1, converted: { boolean: 3 } },
			{
				column: 'counted',
				type: 'DATETIME',
				nulls: 1,
				reading: expect.stringMatching(/month first/i) as string,
			},
		]);
		const dataSetId = uploadedInto(run, 'Upload in Parallel');
		await expectLoaded(dataSetId, 'sheet-like-items');
	});

	it('replaces them at the next run, and stops before the load where a column no longer fits', async () => {
		const load = async (change: (code: string) => string = (code) => code) => {
			const { jsCode } = readExample('sheet-like-items').nodes.find(
				({ name }) => name === 'Sheet',
			)!.parameters;
			return await runExample('sheet-like-items', credentials, {
				parameters: { Sheet: { jsCode: change(jsCode as string) } },
			});
		};
		const dataSetId = uploadedInto(await load(), 'Upload in Parallel');
		await expectLoaded(dataSetId, 'sheet-like-items');
		const sold = await load((code) => code.replace("'$12'", "'sold out'"));
		expect(sold.message).toMatch(/price \(DECIMAL, misfits: 1\)/);
		expect(sold.times('Upload in Parallel')).toBe(0);
		await expectLoaded(dataSetId, 'sheet-like-items');
	});
});

describe('nested-api-items', () => {
	it('loads each inner field into a column of its own', async () => {
		const run = await runExampleWell('nested-api-items', credentials);
		expect(run.json('Upload in Parallel')).toMatchObject([{ rows: 3, state: 'SUCCESS', verified: true }]);
		await expectLoaded(uploadedInto(run, 'Upload in Parallel'), 'nested-api-items');
	});
});

describe('nightly-replace', () => {
	const columns: Column[] = [
		{ name: 'sku', type: 'STRING' },
		{ name: 'name', type: 'STRING' },
		{ name: 'price', type: 'DECIMAL' },
		{ name: 'discontinued', type: 'DATE' },
	];
	const fillProducts = async (count: number) =>
		await SourceDatabase.query(`CREATE OR REPLACE TABLE products AS
			SELECT 'sku-' || lpad(i::varchar, 4, '0') AS sku, 'product ' || i AS name, (i / 8)::decimal(9,3) AS price,
				CASE WHEN i % 3 = 0 THEN date '2026-01-31' END AS discontinued
			FROM range(${count}) AS numbers(i)`);
	const productsAsText = async () =>
		await SourceDatabase.query(
			'SELECT sku, name, price::varchar AS price, discontinued::varchar AS discontinued FROM products ORDER BY products.sku',
		);

	it('replaces all rows, refuses a table that has shrunk below 80 %, and leaves all rows where there is none', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'Products',
			columns,
			rows: [{ sku: 'of yesterday' }],
		});
		const night = async (count: number) => {
			await fillProducts(count);
			return await runExample('nightly-replace', credentials, { streamId });
		};
		expect((await night(1000)).message).toBeUndefined();
		const thousand = await productsAsText();
		expect(await sandbox.rows(dataSetId)).toEqual(thousand);

		expect((await night(799)).message).toMatch(/799/);
		expect((await night(0)).times('Replace in Domo')).toBe(0);
		expect(await sandbox.rows(dataSetId)).toEqual(thousand);

		expect((await night(800)).message).toBeUndefined();
		expect(await sandbox.rows(dataSetId)).toEqual(await productsAsText());
	});
});

describe('checks-before-commit', () => {
	it('replaces all rows where the checks hold, and keeps the old ones where one does not', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'Products',
			columns: [
				{ name: 'sku', type: 'STRING' },
				{ name: 'name', type: 'STRING' },
				{ name: 'price', type: 'DECIMAL' },
				{ name: 'discontinued', type: 'DATE' },
			],
		});
		const morning = async (count: number, sku: string) => {
			await SourceDatabase.query(`CREATE OR REPLACE TABLE products AS
				SELECT ${sku} AS sku, 'product ' || i AS name, (i / 8)::decimal(9,3) AS price, NULL::date AS discontinued
				FROM range(${count}) AS numbers(i)`);
			return await runExample('checks-before-commit', credentials, { streamId });
		};
		const own = "'sku-' || i";
		expect((await morning(1000, own)).message).toBeUndefined();
		expect((await morning(99, own)).message).toMatch(/has 99 rows, at least 100/);
		expect((await morning(1000, "'sku-' || (i % 997)")).message).toMatch(/'sku' has a value again in 3 rows/);
		expect((await morning(1000, "nullif('sku-' || i, 'sku-7')")).message).toMatch(/'sku' is NULL in 1 row/);
		expect(await sandbox.rows(dataSetId)).toHaveLength(1000);
		expect((await morning(500, own)).message).toBeUndefined();
		expect(await sandbox.rows(dataSetId)).toHaveLength(500);
	});
});

describe('upsert', () => {
	it('makes a keyed Stream; rows with a known key then take the place of the old ones, others are added', async () => {
		const made = await runExampleWell('upsert', credentials, { start: 'When clicking ‘Execute workflow’' });
		const { id, dataSet } = made.json('Create the Stream')[0] as { id: number; dataSet: { id: string } };
		expect(made.times('Upsert in Domo')).toBe(0);

		const load = async (customers: IDataObject[]) => {
			web.pages.set('GET /customers', () => ({ body: JSON.stringify(customers) }));
			const parameters = { 'Customers That Changed': { url: `${web.url}/customers` } };
			return await runExampleWell('upsert', credentials, { streamId: id, parameters, start: 'Every Hour' });
		};
		const customer = (customer_id: number, city: string) => ({
			customer_id,
			name: `name ${customer_id}`,
			city,
			changed_at: '2026-01-31T12:00:00Z',
		});
		await load([customer(1, 'Berlin'), customer(2, 'Berlin'), customer(3, 'Berlin')]);
		await load([customer(2, 'Paris'), customer(4, 'Rome'), customer(2, 'Lima')]);
		const rows = (await sandbox.rows(dataSet.id)).map(({ customer_id, city }) => `${customer_id} ${city}`);
		expect(rows.sort()).toEqual(['1 Berlin', '2 Lima', '3 Berlin', '4 Rome']);
	});
});

describe('export-to-spreadsheet', () => {
	it('gives a file with all rows, typed', async () => {
		const rows = Array.from({ length: 120 }, (_, id) => ({
			id,
			customer: id % 2 ? `customer "${id}"` : null,
			amount: '1.25',
			updated_at: '2026-01-31T12:00:00',
		}));
		const { dataSetId } = await makeOrders(rows);
		const run = await runExampleWell('export-to-spreadsheet', credentials, { dataSetId });
		const [{ binary }] = run.items('Convert to File');
		expect(binary!.data.fileName).toBe('domo.xlsx');
		expect(JSON.parse(Buffer.from(binary!.data.data, 'base64').toString('utf8'))).toEqual(
			rows.map((row) => ({ ...row, amount: 1.25 })),
		);
	});
});

describe('trigger-to-export', () => {
	it("sends the DataSet's rows as a file once it has been updated", async () => {
		const sent: Buffer[] = [];
		web.pages.set('PUT /domo/Orders.csv', (body) => {
			sent.push(body);
			return { body: '{}' };
		});
		const { streamId, dataSetId } = await makeOrders();
		const node = changedExample('trigger-to-export', { dataSetId }).nodes.find(
			({ name }) => name === 'Domo Trigger',
		)!;
		const trigger = new ActiveTrigger(credentials, node.parameters as IDataObject, {}, EXAMPLE_CREDENTIAL_ID);
		expect(await trigger.poll()).toBeNull();
		await fillOrders(50);
		await runExampleWell('incremental-load', credentials, { streamId, dataSetId });
		expect(await trigger.poll()).toEqual([expect.objectContaining({ id: dataSetId, rows: 50 })]);
		expect(await trigger.poll()).toBeNull();

		const parameters = {
			'Send the File': { url: `=${web.url}/domo/{{ encodeURIComponent($json.fileName) }}` },
		};
		await runExampleWell('trigger-to-export', credentials, { dataSetId, parameters });
		expect(sent.map(readCsv)).toEqual([await ordersAsText()]);
	});
});

describe('resume-an-upload', () => {
	const csv = [
		'id,customer,amount,updated_at',
		...Array.from({ length: 1000 }, (_, i) => `${i},customer ${i},0.5,2026-01-31T12:00:00`),
	].join('\n');
	const run = async (streamId: number) => {
		web.pages.set('GET /flights.csv', () => ({ body: csv }));
		const more = { rowsPerPart: 100, maxTries: 2 };
		const { options } = readExample('resume-an-upload').nodes.find(({ name }) => name === 'Resume')!
			.parameters as { options: IDataObject };
		const parameters = {
			'Download the CSV': { url: `${web.url}/flights.csv` },
			'Upload in Parallel': { options: { onFailure: 'keepOpen', ...more } },
			Resume: { options: { ...options, ...more } },
		};
		return await runExample('resume-an-upload', credentials, { streamId, parameters });
	};

	it('sends only what is missing at the second try, and commits once', async () => {
		const { streamId, dataSetId } = await makeOrders();
		sandbox.faults.add({ operation: 'part', part: 7, status: 503, times: 2 });
		const result = await run(streamId);
		expect(result.message).toBeUndefined();
		const [{ details }] = result.json('Upload in Parallel', 1) as Array<{
			details: { part: number; landedParts: Array<{ part: number }> };
		}>;
		expect(details).toMatchObject({ fate: 'open', part: 7 });
		// Of the six before it, at most three were still under way.
		const landed = details.landedParts.map(({ part }) => part);
		expect(landed.length).toBeGreaterThanOrEqual(3);
		expect(result.json('Resume')).toEqual([
			expect.objectContaining({ executionId: 1, rows: 1000, dataSetRows: 1000, verified: true }),
		]);
		expect(await sandbox.rows(dataSetId)).toEqual(readCsv(csv));
		const [execution, ...others] = sandbox.executions(streamId);
		expect(others).toEqual([]);
		expect(execution.commits).toBe(1);
		const sentOnce = execution.parts.filter(({ timesArrived }) => timesArrived === 1).map(({ part }) => part);
		expect(sentOnce).toEqual(expect.arrayContaining(landed));
	});

	it('takes no second way where all goes well', async () => {
		const { streamId, dataSetId } = await makeOrders();
		const result = await run(streamId);
		expect(result.times('Kept Open?')).toBe(0);
		expect(await sandbox.rows(dataSetId)).toEqual(readCsv(csv));
	});

	it('stops with a message where a second try is of no use', async () => {
		const { streamId } = await sandbox.createStream({
			name: 'Other columns',
			columns: [{ name: 'city', type: 'STRING' }],
		});
		const result = await run(streamId);
		expect(result.message).toMatch(/no column in common/);
		expect(sandbox.executions(streamId)).toEqual([]);
	});
});

describe('fan-out', () => {
	/** The worker workflow, active: each call of its webhook is a run of its own. */
	function startWorkers(beforeEach: (job: IDataObject) => Promise<unknown> | void): void {
		web.pages.set('POST /webhook/domo-upload-part', async (bytes) => {
			const body = JSON.parse(bytes.toString('utf8')) as IDataObject;
			await beforeEach(body);
			const run = await runExample('fan-out-worker', credentials, {}, [
				{ json: { headers: {}, params: {}, query: {}, body } },
			]);
			if (run.message !== undefined) return { status: 500, body: JSON.stringify({ message: run.message }) };
			return { body: JSON.stringify(run.json('Respond to Webhook')[0] ?? {}) };
		});
	}
	const handOut = async (streamId: number) => {
		const parameters = setFields('fan-out', 'Settings', {
			worker_url: `${web.url}/webhook/domo-upload-part`,
			rows_per_slice: 100,
		});
		return await runExample('fan-out', credentials, { streamId, parameters });
	};

	it('uploads each slice by a worker of its own into one execution, and commits once', async () => {
		await fillOrders(1_050);
		const { streamId, dataSetId } = await makeOrders([{ id: 0, customer: 'of yesterday' }]);
		const jobs: unknown[] = [];
		startWorkers(({ part_id }) => void jobs.push(part_id));
		const run = await handOut(streamId);
		expect(run.message).toBeUndefined();
		expect(run.json('Commit')).toEqual([expect.objectContaining({ state: 'SUCCESS' })]);
		expect(await sandbox.rows(dataSetId)).toEqual(await ordersAsText());
		expect(jobs).toHaveLength(11);
		const [execution, ...others] = sandbox.executions(streamId);
		expect(others).toEqual([]);
		expect(execution.commits).toBe(1);
		expect(execution.parts.map(({ timesArrived }) => timesArrived)).toEqual(
			Array.from({ length: 11 }, () => 1),
		);
	});

	it.each([
		[
			'a worker fails',
			async () => sandbox.faults.add({ operation: 'part', part: 4, status: 400 }),
			/not uploaded whole: 4\..*part 4.*400/,
		],
		[
			'rows have gone meanwhile',
			async () => await SourceDatabase.query("DELETE FROM orders WHERE customer = 'customer 250'"),
			/not uploaded whole: 3\./,
		],
		[
			'a slice has gone meanwhile',
			async () => await SourceDatabase.query('DELETE FROM orders WHERE id <= 300'),
			/not uploaded whole: 1\./,
		],
	])('aborts and commits nothing where %s', async (_, happens, words) => {
		await fillOrders(500);
		const { streamId, dataSetId } = await makeOrders([{ id: 0, customer: 'of yesterday' }]);
		let happened: Promise<unknown> | undefined;
		startWorkers(async () => await (happened ??= happens() as Promise<unknown>));
		expect((await handOut(streamId)).message).toMatch(words);
		expect(sandbox.executions(streamId)).toEqual([
			expect.objectContaining({ currentState: 'ABORTED', commits: 0 }),
		]);
		expect(await sandbox.rows(dataSetId)).toEqual([expect.objectContaining({ customer: 'of yesterday' })]);
	});
});
