/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { parse } from 'csv-parse/sync';

import type { Column } from '../domo/types';
import { startSandbox, type Sandbox } from '../sandbox';
import { ExampleRunner } from './exampleRunner';
import { N8nApi } from './n8nApi';
import { cacheFolder, installN8n } from './n8nInstall';
import { removeFolder, startN8n, type RunningN8n } from './n8nServer';
import { installPackedPackage, repository } from './packedPackage';

const TIMEOUT_MS = 600_000;
const MANUAL = 'When clicking ‘Execute workflow’';
const AIRPORTS_CSV = join(repository, 'node_modules', 'vega-datasets', 'data', 'airports.csv');
const SALES_COLUMNS: Column[] = [
	{ name: 'order', type: 'LONG' },
	{ name: 'shop', type: 'STRING' },
];

/** Those that need no database. All of them, with stand-ins for n8n's own nodes: test/engine/examples.test.ts */
describe('the examples in the full n8n, with its own nodes', { timeout: 30 * 60_000 }, () => {
	let userFolder: string;
	let sandbox: Sandbox;
	let n8n: RunningN8n;
	let runner: ExampleRunner;
	let web: Server;
	let url: string;
	const pages = new Map<string, string | Buffer>();
	const received: Buffer[] = [];

	before(async () => {
		userFolder = await mkdtemp(join(tmpdir(), 'n8n-domo-examples-'));
		const installed = await installN8n(() => undefined);
		await installPackedPackage(userFolder);
		sandbox = await startSandbox();
		web = createServer(async (request, response) => {
			const body: Buffer[] = [];
			for await (const chunk of request) body.push(chunk as Buffer);
			if (request.method === 'PUT') received.push(Buffer.concat(body));
			const page = request.method === 'PUT' ? '{}' : pages.get(request.url ?? '');
			response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(page);
		}).listen(0, '127.0.0.1');
		await once(web, 'listening');
		url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
		n8n = await startN8n(installed, { userFolder });
		const api = new N8nApi(n8n.url);
		await api.setUpOwner();
		const id = await api.createCredential('Domo (sandbox)', 'domoOAuth2Api', {
			clientId: sandbox.clientId,
			clientSecret: sandbox.clientSecret,
			baseUrl: sandbox.url,
		});
		runner = new ExampleRunner(api, { domoOAuth2Api: { id, name: 'Domo (sandbox)' } });
	}, { timeout: TIMEOUT_MS });

	after(async () => {
		await n8n?.stop();
		web?.closeAllConnections();
		web?.close();
		await sandbox?.close();
		await removeFolder(userFolder);
	}, { timeout: TIMEOUT_MS });

	const salesCsv = (from: number, count: number) =>
		['order,shop', ...Array.from({ length: count }, (_, i) => `${from + i},"shop ""${i}"""`)].join('\n');
	const readCsv = (csv: string | Buffer) => parse(csv, { columns: true, cast: (text) => (text === '' ? null : text) }) as unknown[];

	it('csv-from-http', { timeout: TIMEOUT_MS }, async () => {
		const csv = await readFile(AIRPORTS_CSV);
		pages.set('/airports.csv', csv);
		const { dataSetId } = await sandbox.createStream({ name: 'Airports (example)', columns: readColumns(csv), rows: [{ iata: 'old' }] });
		const id = await runner.import('csv-from-http', { parameters: { 'Download the CSV': { url: `${url}/airports.csv` } } });
		assert.equal(await runner.run(id, MANUAL), 'success');
		assert.deepEqual(await sandbox.rows(dataSetId), readCsv(csv));
	});

	it('ten-csv-files', { timeout: TIMEOUT_MS }, async () => {
		for (let file = 1; file <= 10; file++) pages.set(`/sales-${String(file).padStart(2, '0')}.csv`, salesCsv(file * 100, 50));
		const { dataSetId } = await sandbox.createStream({ name: 'Sales (example)', columns: SALES_COLUMNS });
		const assignments = [{ id: '1', name: 'address', type: 'string', value: url }];
		const id = await runner.import('ten-csv-files', { parameters: { 'Where the Files Are': { assignments: { assignments } } } });
		assert.equal(await runner.run(id, MANUAL), 'success');
		const expected = Array.from({ length: 10 }, (_, i) => readCsv(salesCsv((i + 1) * 100, 50))).flat();
		assert.deepEqual(await sandbox.rows(dataSetId), expected);
	});

	it('upsert', { timeout: TIMEOUT_MS }, async () => {
		const columns: Column[] = [{ name: 'customer_id', type: 'LONG' }, { name: 'name', type: 'STRING' }];
		const rows = [{ customer_id: 1, name: 'old' }, { customer_id: 2, name: 'old' }];
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'Customers', columns, keyColumnNames: ['customer_id'], rows });
		pages.set('/customers', JSON.stringify([{ customer_id: 2, name: 'newer' }, { customer_id: 3, name: 'new' }, { customer_id: 2, name: 'newest' }]));
		const id = await runner.import('upsert', { streamId, parameters: { 'Customers That Changed': { url: `${url}/customers` } } });
		assert.equal(await runner.run(id, 'Every Hour'), 'success');
		const found = (await sandbox.rows(dataSetId)).map(({ customer_id, name }) => `${customer_id} ${name}`);
		assert.deepEqual(found.sort(), ['1 old', '2 newest', '3 new']);
	});

	it('export-to-spreadsheet', { timeout: TIMEOUT_MS }, async () => {
		const rows = Array.from({ length: 60 }, (_, order) => ({ order, shop: `shop "${order}"` }));
		const dataSetId = await sandbox.createDataSet({ name: 'Sales', columns: SALES_COLUMNS, rows });
		received.length = 0;
		const id = await runner.import('export-to-spreadsheet', { dataSetId, behind: { 'Convert to File': sendFile(`${url}/sheet`) } });
		assert.equal(await runner.run(id, MANUAL), 'success');
		assert.deepEqual(sheetRows(received[0]), rows);
	});

	it('trigger-to-export', { timeout: TIMEOUT_MS }, async () => {
		const rows = Array.from({ length: 60 }, (_, order) => ({ order: String(order), shop: 'north, "east"' }));
		const dataSetId = await sandbox.createDataSet({ name: 'Sales', columns: SALES_COLUMNS, rows });
		received.length = 0;
		const id = await runner.import('trigger-to-export', { dataSetId, parameters: { 'Send the File': { url: `${url}/file` } } });
		assert.equal(await runner.run(id, 'Domo Trigger'), 'success');
		assert.deepEqual(received.map(readCsv), [rows]);
	});

	it('resume-an-upload', { timeout: TIMEOUT_MS }, async () => {
		pages.set('/sales.csv', salesCsv(0, 1000));
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'Sales', columns: SALES_COLUMNS });
		const more = { rowsPerPart: 100, maxTries: 1 };
		const { options } = await resumeNode();
		sandbox.faults.add({ operation: 'part', part: 7, status: 503 });
		const id = await runner.import('resume-an-upload', {
			streamId,
			parameters: {
				'Download the CSV': { url: `${url}/sales.csv` },
				'Upload in Parallel': { options: { onFailure: 'keepOpen', ...more } },
				Wait: { amount: 1, unit: 'seconds' },
				Resume: { options: { ...options, ...more } },
			},
		});
		assert.equal(await runner.run(id, MANUAL), 'success');
		assert.deepEqual(await sandbox.rows(dataSetId), readCsv(salesCsv(0, 1000)));
		assert.deepEqual(sandbox.executions(streamId).map(({ id: execution, commits }) => [execution, commits]), [[1, 1]]);
	});
});

function readColumns(csv: Buffer): Column[] {
	const names = csv.toString('utf8', 0, csv.indexOf('\n')).trim().split(',');
	return names.map((name) => ({ name, type: name.endsWith('itude') ? 'DOUBLE' : 'STRING' }));
}

/** What a user would put behind Convert to File. */
const sendFile = (address: string) => ({
	id: '99',
	name: 'Send',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	position: [800, 0],
	parameters: { method: 'PUT', url: address, sendBody: true, contentType: 'binaryData', inputDataFieldName: 'data', options: {} },
});

async function resumeNode(): Promise<{ options: Record<string, unknown> }> {
	const { nodes } = JSON.parse(await readFile(join(repository, 'examples', 'resume-an-upload.json'), 'utf8')) as {
		nodes: Array<{ name: string; parameters: { options: Record<string, unknown> } }>;
	};
	return nodes.find(({ name }) => name === 'Resume')!.parameters;
}

/** Read by the spreadsheet library that n8n brings along. */
function sheetRows(file: Buffer): unknown[] {
	const ofN8n = createRequire(join(cacheFolder(), 'node_modules', 'n8n-nodes-base', 'package.json'));
	const sheets = ofN8n('@e965/xlsx') as {
		read(data: Buffer): { SheetNames: string[]; Sheets: Record<string, unknown> };
		utils: { sheet_to_json(sheet: unknown): unknown[] };
	};
	const book = sheets.read(file);
	assert.deepEqual(book.SheetNames, ['Domo']);
	return sheets.utils.sheet_to_json(book.Sheets.Domo);
}
