/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { parse } from 'csv-parse/sync';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { type SeedRow } from '../../sandbox';
import {
	BinaryDataService,
	Container,
	credentialsFor,
	itemsOf,
	runNode,
	runNodeWell,
	useFilesystemBinaryData,
	type MemoryCredentials,
	type NodeRunOptions,
} from '../support/engine';
import { byId } from '../support/locators';
import { useSandbox } from '../support/useSandbox';
import { setWaits, shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox();
let credentials: MemoryCredentials;
let typedId: string;

const COLUMNS = [
	{ name: 'text', type: 'STRING' as const },
	{ name: 'long', type: 'LONG' as const },
	{ name: 'double', type: 'DOUBLE' as const },
	{ name: 'date', type: 'DATE' as const },
	{ name: 'datetime', type: 'DATETIME' as const },
];
const ROWS: SeedRow[] = [
	{ text: 'a "b", c\nd', long: 42, double: 1.5, date: '2026-01-31', datetime: '2026-01-31T12:00:00' },
	{ text: '', long: '9007199254740993', double: null, date: null, datetime: null },
	{ text: null, long: -1, double: -0.25, date: '1999-12-31', datetime: '1999-12-31T23:59:59' },
];

beforeAll(async () => {
	credentials = credentialsFor(sandbox);
	typedId = await sandbox.createDataSet({ name: 'Typed: all/kinds', columns: COLUMNS, rows: ROWS });
});

afterEach(() => sandbox.faults.clear());

const parametersFor = (dataSetId: string, more: IDataObject): IDataObject => ({
	resource: 'dataSet',
	operation: 'export',
	dataSetId: byId(dataSetId),
	...more,
});
const get = async (
	dataSetId: string,
	more: IDataObject = {},
	items?: INodeExecutionData[],
	options?: NodeRunOptions,
) => await runNode('domoDataSet', parametersFor(dataSetId, more), credentials, items, options);
const getWell = async (dataSetId: string, more: IDataObject = {}, items?: INodeExecutionData[]) =>
	await runNodeWell('domoDataSet', parametersFor(dataSetId, more), credentials, items);

const fileOf = (item: INodeExecutionData, field = 'data') =>
	Buffer.from(item.binary?.[field].data ?? '', 'base64').toString();
const exportsOf = (dataSetId: string) =>
	sandbox.log.filter(({ operation, path }) => operation === 'export' && path.includes(dataSetId));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ n: index }));
const newNumbered = async (count: number) =>
	await sandbox.createDataSet({
		name: 'Numbered',
		columns: [{ name: 'n', type: 'LONG' }],
		rows: numbered(count),
	});

describe('To a file', () => {
	it('holds every row under a header, named after the DataSet', async () => {
		const { outputs } = await getWell(typedId);
		const [item] = outputs[0];
		const records = parse(fileOf(item), { columns: true }) as Array<Record<string, string>>;
		expect(records).toEqual(
			ROWS.map((row) =>
				Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? '')])),
			),
		);
		expect(item.binary?.data).toMatchObject({
			fileName: 'Typed_ all_kinds.csv',
			mimeType: 'text/csv',
			fileExtension: 'csv',
		});
		expect(item.json).toEqual({
			dataSetId: typedId,
			fileName: 'Typed_ all_kinds.csv',
			csvBytes: Buffer.byteLength(fileOf(item)),
		});
		expect(item.pairedItem).toEqual({ item: 0 });
	});

	it('leaves the header out, takes another name and another field where asked to', async () => {
		const id = await newNumbered(3);
		const { outputs } = await getWell(id, {
			binaryPropertyName: 'csv',
			options: { includeHeader: false, fileName: 'mine.csv' },
		});
		expect(fileOf(outputs[0][0], 'csv')).toBe('0\n1\n2\n');
		expect(outputs[0][0].binary?.csv.fileName).toBe('mine.csv');
		expect(exportsOf(id)).toMatchObject([{ query: { fileName: 'mine.csv', includeHeader: 'false' } }]);
	});

	it('gives one file per input item', async () => {
		const first = await newNumbered(1);
		const second = await newNumbered(2);
		const { outputs } = await getWell('={{ $json.id }}', {}, itemsOf([{ id: first }, { id: second }]));
		expect(outputs[0].map((item) => [fileOf(item), item.pairedItem])).toEqual([
			['n\n0\n', { item: 0 }],
			['n\n0\n1\n', { item: 1 }],
		]);
	});

	it('holds only the header where the DataSet has no rows', async () => {
		const { outputs } = await getWell(await newNumbered(0));
		expect(fileOf(outputs[0][0])).toBe('n\n');
	});
});

describe('To items', () => {
	const items = { output: 'items' };

	it('gives each row with types by the columns', async () => {
		const { json, outputs } = await getWell(typedId, { ...items, returnAll: true });
		expect(json).toEqual([
			ROWS[0],
			{ text: '', long: '9007199254740993', double: null, date: null, datetime: null },
			ROWS[2],
		]);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 0 }]);
	});

	it('stops at the limit, which is 50 unless another is given', async () => {
		const id = await newNumbered(3000);
		expect((await getWell(id, items)).json).toEqual(numbered(50));
		expect((await getWell(id, { ...items, limit: 1234 })).json).toEqual(numbered(1234));
		expect((await getWell(id, { ...items, returnAll: true })).json).toEqual(numbered(3000));
	});

	it('pairs the rows with the item that asked for them', async () => {
		const first = await newNumbered(1);
		const second = await newNumbered(2);
		const { outputs } = await getWell('={{ $json.id }}', items, itemsOf([{ id: first }, { id: second }]));
		expect(outputs[0].map(({ json, pairedItem }) => [json.n, pairedItem])).toEqual([
			[0, { item: 0 }],
			[0, { item: 1 }],
			[1, { item: 1 }],
		]);
	});
});

describe('A download that does not come whole', () => {
	it.each([
		['a file', 'its announced length', { cutDownloadAtBytes: 4000 }, { output: 'binary' }],
		[
			'a file',
			'the end of a chunked answer',
			{ cutDownloadAtBytes: 4000, chunked: true },
			{ output: 'binary' },
		],
		['items', 'its announced length', { cutDownloadAtBytes: 4000 }, { output: 'items', returnAll: true }],
		[
			'items',
			'the end of a chunked answer',
			{ cutDownloadAtBytes: 4000, chunked: true },
			{ output: 'items', returnAll: true },
		],
	])('fails the export to %s when cut before %s', async (_, __, fault, parameters) => {
		const id = await newNumbered(5000);
		sandbox.faults.add({ operation: 'export', ...fault });
		const { error, outputs } = await get(id, parameters);
		expect(error?.message).toMatch(
			new RegExp(`^The export of the DataSet ${id} was cut off after \\d+ bytes`),
		);
		expect(error?.description).toContain('Run the export again');
		expect(outputs.flat()).toEqual([]);
	});

	it('fails the export when it ends within a quoted field', async () => {
		sandbox.faults.add({
			operation: 'export',
			status: 200,
			body: 'n\n1\n"2',
			headers: { 'content-type': 'text/csv' },
		});
		const { error } = await get(await newNumbered(2));
		expect(error?.message).toContain('it ended within a quoted field');
	});

	it('goes to the error output where the node continues', async () => {
		sandbox.faults.add({ operation: 'export', cutDownloadAtBytes: 10, after: 1 });
		const id = await newNumbered(100);
		const { outputs } = await get(id, {}, itemsOf([{}, {}]), { onError: 'continueErrorOutput' });
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
		expect(outputs[1].map(({ json, pairedItem }) => [Object.keys(json), pairedItem])).toEqual([
			[['error', 'message', 'details'], { item: 1 }],
		]);
	});

	it('is tried again where it has not begun', async () => {
		const id = await newNumbered(3);
		sandbox.faults.add({ operation: 'export', status: 503, retryAfterSeconds: 0 });
		expect((await getWell(id, { output: 'items' })).json).toEqual(numbered(3));
	});
});

describe('A token that died', () => {
	it.each([406, 401] as const)('is renewed where the export gets a %d', async (status) => {
		sandbox.settings.deadTokenCsvStatus = status;
		const id = await newNumbered(3);
		sandbox.faults.add({ operation: 'export', expireToken: true });
		const issuedBefore = sandbox.tokensIssued;
		expect((await getWell(id, { output: 'items' })).json).toEqual(numbered(3));
		expect(sandbox.tokensIssued).toBe(issuedBefore + 1);
	});

	it('ends with what Domo says where a 406 stays', async () => {
		const id = await newNumbered(3);
		sandbox.faults.add({
			operation: 'export',
			status: 406,
			html: '<html><title>Not Acceptable</title></html>',
			times: 'always',
		});
		const { error } = await get(id);
		expect(error?.message).toContain(
			`Domo did not export the DataSet ${id}: an HTML page: Not Acceptable (HTTP 406)`,
		);
		expect(exportsOf(id)).toHaveLength(2);
	});
});

it('refuses a DataSet that was deleted', async () => {
	const id = await newNumbered(1);
	await runNodeWell('domoDataSet', parametersFor(id, { operation: 'delete' }), credentials);
	const { error } = await get(id);
	expect(error?.message).toBe(`The DataSet ${id} has been deleted in Domo`);
	expect(exportsOf(id)).toEqual([]);
});

it('refuses a page that comes in the place of the CSV', async () => {
	const id = await newNumbered(1);
	sandbox.faults.add({ operation: 'export', html200: true, times: 'always' });
	const { error } = await runNode('domoDataSet', parametersFor(id, {}), credentials, undefined);
	expect(error?.message).toContain('an HTML page: Domo Maintenance');
});

describe('From a server that gzips or stalls', () => {
	let server: Server;
	let gzipped: MemoryCredentials;
	const ID = '11111111-2222-3333-4444-555555555555';
	const csv = 'n\n1\n';
	/** Leaves the download unfinished, and is told of it and of its end. */
	let stall: { begun: () => void; ended: () => void } | undefined;

	beforeAll(async () => {
		server = createServer((request, response) => {
			const json = (value: object) =>
				response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
			if (request.url?.startsWith('/oauth/token'))
				return json({ access_token: 't', token_type: 'bearer', expires_in: 3599 });
			if (!request.url?.includes('/data?'))
				return json({ id: ID, name: 'Zipped', schema: { columns: [{ name: 'n', type: 'LONG' }] } });
			if (stall) {
				// More than the connection holds by itself: once it is written, the node is reading.
				response.on('close', stall.ended).writeHead(200, { 'content-type': 'text/csv' });
				return response.write(Buffer.alloc(20_000_000, csv), stall.begun);
			}
			const body = gzipSync(csv);
			return response
				.writeHead(200, {
					'content-type': 'text/csv',
					'content-encoding': 'gzip',
					'content-length': body.length,
				})
				.end(body);
		});
		await new Promise<void>((resolve) => {
			server.listen(0, '127.0.0.1', resolve);
		});
		const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		gzipped = credentialsFor({ url, clientId: 'c', clientSecret: 's' });
	});

	afterAll(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});

	it('takes a gzipped download as whole although more bytes were announced than it has unpacked', async () => {
		const { outputs } = await runNodeWell('domoDataSet', parametersFor(ID, {}), gzipped);
		expect(fileOf(outputs[0][0])).toBe(csv);
		const { json } = await runNodeWell('domoDataSet', parametersFor(ID, { output: 'items' }), gzipped);
		expect(json).toEqual([{ n: 1 }]);
	});

	it('ends a download when the run is stopped', async () => {
		let stop = () => {};
		const ended = new Promise<void>((resolve) => {
			stall = { begun: () => stop(), ended: resolve };
		});
		const { outputs } = await runNode('domoDataSet', parametersFor(ID, {}), gzipped, undefined, {
			onStarted: (stopRun) => {
				stop = stopRun;
			},
		});
		// The server itself never ends it: that this comes true is the test.
		await ended;
		expect(outputs.flat()).toEqual([]);
	});

	it('gives up a download from which nothing comes any more', async () => {
		setWaits({ downloadIdleMs: 500 });
		const ended = new Promise<void>((resolve) => {
			stall = { begun: () => {}, ended: resolve };
		});
		const { error, outputs } = await runNode('domoDataSet', parametersFor(ID, {}), gzipped);
		expect(error?.message).toContain('was cut off after 20000000 bytes (nothing came for 0.5 s)');
		expect(outputs.flat()).toEqual([]);
		await ended;
	});
});

describe("With n8n's binary store on disk", () => {
	// The store can't be switched back: these stay last.
	beforeAll(async () => await useFilesystemBinaryData());

	it('streams the file into the store, and an import reads it from there', async () => {
		const id = await newNumbered(20_000);
		const { outputs } = await getWell(id);
		const file = outputs[0][0].binary?.data;
		const stored = await Container.get(BinaryDataService).getAsBuffer(file as never);
		expect(stored.toString()).toBe(
			`n\n${numbered(20_000)
				.map(({ n }) => `${n}\n`)
				.join('')}`,
		);
		expect(outputs[0][0].json.csvBytes).toBe(stored.length);
		const target = await newNumbered(0);
		await runNodeWell(
			'domoDataSet',
			parametersFor(target, { operation: 'import', inputSource: 'binary' }),
			credentials,
			outputs[0],
		);
		expect(
			await sandbox.sql(
				`SELECT count(*)::INT AS rows, sum(n)::INT AS total FROM ${sandbox.dataSet(target).view}`,
			),
		).toEqual([{ rows: 20_000, total: (20_000 * 19_999) / 2 }]);
	});

	it('hands on no file of a download that was cut off', async () => {
		const id = await newNumbered(5000);
		sandbox.faults.add({ operation: 'export', cutDownloadAtBytes: 9000 });
		const { error, outputs } = await get(id);
		expect(error?.message).toContain('was cut off after 9000 bytes');
		expect(outputs.flat()).toEqual([]);
	});
});
