/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** CSV files as n8n really holds them: in memory, and in the filesystem store, where they are streamed. */
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { BinaryDataService, Container, fileItem, useFilesystemBinaryData } from '../support/engine';
import { asCsv, asText, BINARY, COLUMNS, makeRows, refuse, tryUpload, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
let folder: string;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'binary-data-'));
	process.env.N8N_BINARY_DATA_STORAGE_PATH = folder;
	await useFilesystemBinaryData();
});
afterAll(() => {
	rmSync(folder, { recursive: true });
});

type MakeItem = (content: Buffer | string, fileName: string) => Promise<INodeExecutionData>;

const inMemory: MakeItem = async (content, fileName) => fileItem(content, fileName);
const inFilesystem: MakeItem = async (content, fileName) => {
	const stored = await Container.get(BinaryDataService).store(
		{ type: 'execution', workflowId: 'test', executionId: '1' } as never,
		Buffer.from(content),
		{ data: '', mimeType: 'text/csv', fileName },
	);
	if (stored.id === undefined) throw new Error('the binary store keeps the data in memory');
	return { json: {}, binary: { data: stored } };
};

const makeStream = async () => await sandbox.createStream({ name: 'files', columns: COLUMNS });
const small: IDataObject = { partSizeMb: 0.01 };

describe.each([
	['memory', inMemory],
	['the filesystem', inFilesystem],
])('a file in %s', (_, makeItem) => {
	const rows = makeRows(1_500);

	it.each([
		['plain', (csv: string) => Buffer.from(csv)],
		['gzipped', (csv: string) => gzipSync(csv)],
		['with a byte order mark', (csv: string) => Buffer.from(`\ufeff${csv}`)],
		['with CRLF', (csv: string) => Buffer.from(csv.replaceAll('\n', '\r\n'))],
		['without a last line end', (csv: string) => Buffer.from(csv.trimEnd())],
	])('lands whole, in order: %s', async (_name, pack) => {
		const { streamId, dataSetId } = await makeStream();
		const { summary } = await upload(sandbox, {
			streamId,
			items: [await makeItem(pack(asCsv(rows)), 'a.csv')],
			options: small,
			more: BINARY,
		});
		expect(summary.rows).toBe(rows.length);
		expect(sandbox.parts(streamId, 1).length).toBeGreaterThan(2);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
	});

	it('is one of several, each with its own header in its own order, plain or gzipped', async () => {
		const { streamId, dataSetId } = await makeStream();
		const items = [
			await makeItem(asCsv(rows.slice(0, 500)), 'a.csv'),
			await makeItem(gzipSync(asCsv(rows.slice(500, 501), ['day', 'amount', 'name', 'id'])), 'b.csv.gz'),
			await makeItem(asCsv([], ['day', 'amount', 'name', 'id']), 'no rows.csv'),
			await makeItem(asCsv(rows.slice(501), ['name', 'id', 'day', 'amount']), 'c.csv'),
		];
		const { json, summary, outputs } = await upload(sandbox, {
			streamId,
			items,
			options: small,
			more: BINARY,
		});
		expect(json).toHaveLength(1);
		expect(summary.rows).toBe(rows.length);
		expect(outputs[0][0].pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }, { item: 3 }]);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
	});

	it('of several gzip members loads whole or is refused before the commit', async () => {
		const { streamId, dataSetId } = await makeStream();
		const csv = Buffer.from(asCsv(rows));
		const members = Buffer.concat([gzipSync(csv.subarray(0, 9_000)), gzipSync(csv.subarray(9_000))]);
		const { error } = await tryUpload(sandbox, {
			streamId,
			items: [await makeItem(members, 'a.csv.gz')],
			options: small,
			more: BINARY,
		});
		const landed = await sandbox.rows(dataSetId);
		if (error) expect(landed).toEqual([]);
		else expect(landed).toEqual(asText(rows));
		expect(sandbox.executions(streamId).filter(({ currentState }) => currentState === 'ACTIVE')).toEqual([]);
	});

	it('that is cut short in its gzip is refused, and nothing lands', async () => {
		const { streamId, dataSetId } = await makeStream();
		const gzipped = gzipSync(asCsv(makeRows(20_000)));
		const said = await refuse(sandbox, {
			streamId,
			items: [await makeItem(gzipped.subarray(0, gzipped.length - 40), 'a.csv.gz')],
			options: { partSizeMb: 0.3 },
			more: BINARY,
		});
		expect(said).toMatch(/'a.csv.gz' \(item 0\)/);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
		expect(sandbox.executions(streamId).filter(({ currentState }) => currentState === 'ACTIVE')).toEqual([]);
	});
});

it('a field of another name is taken, and the name may come from an expression', async () => {
	const { streamId, dataSetId } = await makeStream();
	const item = fileItem(asCsv(makeRows(2)), 'a.csv', 'report');
	await upload(sandbox, {
		streamId,
		items: [item],
		more: { ...BINARY, binaryPropertyName: '={{ "rep" + "ort" }}' },
	});
	expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
});

it("a file in the filesystem: each chunk's memory is given back once it was read", async () => {
	const { streamId, dataSetId } = await makeStream();
	const rows = makeRows(20_000);
	const csv = asCsv(rows);
	const item = await inFilesystem(csv, 'a.csv');
	let givenBack = 0;

	const { postMessage } = MessagePort.prototype;
	const post = jest.spyOn(MessagePort.prototype, 'postMessage');
	post.mockImplementation(function (
		this: typeof MessagePort.prototype,
		message: unknown,
		transfer?: unknown,
	) {
		const memories = Array.isArray(transfer) ? transfer.filter((each) => each instanceof ArrayBuffer) : [];
		givenBack += memories.reduce((sum, { byteLength }) => sum + byteLength, 0);
		postMessage.call(this, message, transfer as never);
	});
	await upload(sandbox, { streamId, items: [item], more: BINARY });
	post.mockRestore();
	expect(givenBack).toBe(Buffer.byteLength(csv));
	expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
});
