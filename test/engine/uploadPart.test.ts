/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { DomoClient } from '../../domo/client';
import type { Column } from '../../domo/types';
import { type SandboxOptions } from '../../sandbox';
import { DEFAULT_VALUE_OPTIONS } from '../../transfer/columns/valueOptions';
import { openItems } from '../../transfer/items/itemRows';
import { uploadWholePart } from '../../transfer/upload/uploadPart';
import { fileItem, itemsOf } from '../support/engine';
import { NO_FINDINGS } from '../support/uploads';
import { byId } from '../support/locators';
import { requestsSince, StreamNode } from '../support/streamNode';
import { useSandbox } from '../support/useSandbox';

const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'name', type: 'STRING' },
];

const sandbox = useSandbox({ indexingMs: 5 });
let node: StreamNode;
beforeAll(() => {
	node = new StreamNode(sandbox, 'execution');
});
beforeEach(() => {
	sandbox.faults.clear();
	set({ executionUpdateMethod: 'honour' });
});
const set = (options: SandboxOptions) => Object.assign(sandbox.settings, options);

/** A Stream with the open execution 1. */
async function open(more: { columns?: Column[]; keyColumnNames?: string[] } = {}) {
	const made = await sandbox.createStream({ name: 'parts', columns: COLUMNS, ...more });
	await node.runWell('create', { streamId: made.streamId });
	return made;
}
/** Commits the execution 1 and gives the rows. */
async function landed(streamId: number, dataSetId: string) {
	await node.runWell('commit', { streamId, executionId: 1 });
	return await sandbox.rows(dataSetId);
}
const part = (streamId: number, more: IDataObject = {}): IDataObject => ({
	streamId,
	executionId: 1,
	partId: 1,
	...more,
});
const files = (streamId: number, more: IDataObject = {}): IDataObject =>
	part(streamId, { inputSource: 'binary', partId: '={{ $itemIndex + 1 }}', ...more });
const partIds = (streamId: number) => sandbox.parts(streamId, 1).map((each) => each.part);

describe('items', () => {
	it('are one part together, in their order', async () => {
		const { streamId, dataSetId } = await open();
		const items = itemsOf([
			{ id: 1, name: 'a' },
			{ id: 2, name: '' },
			{ id: 3, name: null },
		]);
		const { json, outputs } = await node.runWell('uploadPart', part(streamId, { partId: 1 }), items);
		const csv = Buffer.from('1,a\n2,""\n3,\n');
		const [held] = sandbox.parts(streamId, 1);
		expect(json).toEqual([
			{
				streamId,
				executionId: 1,
				partId: 1,
				rows: 3,
				csvBytes: csv.length,
				sentBytes: held.sentBytes,
				retries: 0,
				...NO_FINDINGS,
			},
		]);
		expect(outputs[0][0].pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(held).toMatchObject({ part: 1, rows: 3, rawBytes: csv.length, encoding: 'gzip', timesArrived: 1 });
		expect(await landed(streamId, dataSetId)).toEqual([
			{ id: '1', name: 'a' },
			{ id: '2', name: '' },
			{ id: '3', name: null },
		]);
	});

	it.each([
		['Stream', { streamId: byId('={{ $json.s }}') }, /'Stream' is not the same for all items/],
		[
			'Execution ID',
			{ executionId: '={{ $json.e }}' },
			/'Execution ID' is not the same for all items: 1 in item 0, 2 in item 1/,
		],
		[
			'Part ID',
			{ partId: '={{ $json.p }}' },
			/'Part ID' is not the same for all items: 1 in item 0, 2 in item 1/,
		],
	])('are refused before anything is sent where %s differs', async (_, more, words) => {
		const { streamId } = await open();
		const items = itemsOf([
			{ s: streamId, e: 1, p: 1 },
			{ s: streamId + 1, e: 2, p: 2 },
		]);
		const from = sandbox.log.length;
		expect(await node.refusal('uploadPart', part(streamId, more), items)).toMatch(words);
		expect(requestsSince(sandbox, from, 'part')).toBe(0);
	});

	it('that do not fit are refused before anything is sent', async () => {
		const { streamId } = await open();
		expect(
			await node.refusal(
				'uploadPart',
				part(streamId),
				itemsOf([
					{ id: 1, name: 'a' },
					{ id: 'x', name: 'b' },
				]),
			),
		).toMatch(/item 1.*id.*x.*LONG/i);
		expect(
			await node.refusal('uploadPart', part(streamId), itemsOf([{ id: 1, name: 'a', more: 1 }])),
		).toMatch(/more/);
		expect(await node.refusal('uploadPart', part(streamId), itemsOf([{ id: 1 }]))).toMatch(/name/);
		expect(await node.refusal('uploadPart', part(streamId), itemsOf([{}, {}]))).toMatch(
			/Part 1 has no rows.*empty part is never sent/,
		);
		expect(partIds(streamId)).toEqual([]);
	});

	it('with other fields, or without a column, pass where the options say so', async () => {
		const { streamId, dataSetId } = await open();
		const options = { unknownFields: 'ignore', missingColumns: 'null', nullText: '\\N' };
		await node.runWell('uploadPart', part(streamId, { options }), itemsOf([{ ID: 1, more: 2 }]));
		expect(sandbox.parts(streamId, 1)[0].rawBytes).toBe('1,\\N\n'.length);
		expect(await landed(streamId, dataSetId)).toEqual([{ id: '1', name: null }]);
	});

	it('of a keyed Stream may not have a key twice', async () => {
		const { streamId } = await open({ keyColumnNames: ['id'] });
		expect(
			await node.refusal(
				'uploadPart',
				part(streamId),
				itemsOf([
					{ id: 1, name: 'a' },
					{ id: 1, name: 'b' },
				]),
			),
		).toMatch(/key/i);
		expect(partIds(streamId)).toEqual([]);
	});
});

describe('CSV files', () => {
	it('are a part each, in the order of the part IDs', async () => {
		const { streamId, dataSetId } = await open();
		const items = [
			fileItem('id,name\n5,e\n6,f\n'),
			fileItem(gzipSync('name,id\nc,3\n')),
			fileItem('id,name\n1,"a\nb"\n'),
		];
		const { json, outputs } = await node.runWell(
			'uploadPart',
			files(streamId, { partId: '={{ 3 - $itemIndex }}' }),
			items,
		);
		expect(json.map(({ partId, rows }) => [partId, rows])).toEqual([
			[3, 2],
			[2, 1],
			[1, 1],
		]);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(await landed(streamId, dataSetId)).toEqual([
			{ id: '1', name: 'a\nb' },
			{ id: '3', name: 'c' },
			{ id: '5', name: 'e' },
			{ id: '6', name: 'f' },
		]);
	});

	it('are read as the options say', async () => {
		const { streamId, dataSetId } = await open();
		const file = fileItem(Buffer.from('1;Zo\xEB\n', 'latin1'), 'a.csv', 'upload');
		const fileOptions = { delimiter: ';', fileEncoding: 'windows-1252', fileHasHeader: false };
		await node.runWell('uploadPart', files(streamId, { binaryPropertyName: 'upload', fileOptions }), [file]);
		expect(await landed(streamId, dataSetId)).toEqual([{ id: '1', name: 'Zoë' }]);
	});

	it('with the same part ID are refused before anything is sent, naming the items', async () => {
		const { streamId } = await open();
		const items = [1, 2, 2].map((p): INodeExecutionData => ({ ...fileItem('id,name\n1,a\n'), json: { p } }));
		expect(await node.refusal('uploadPart', files(streamId, { partId: '={{ $json.p }}' }), items)).toMatch(
			/'Part ID' is 2 in item 1 and in item 2.*overwrite/,
		);
		expect(partIds(streamId)).toEqual([]);
	});

	it('under Continue, only those that can be used are sent', async () => {
		const { streamId } = await open();
		const good = (p: unknown): INodeExecutionData => ({
			...fileItem('id,name\n1,a\n'),
			json: { p } as IDataObject,
		});
		const items = [
			good(1),
			good(2),
			good(2),
			good('x'),
			{ ...good(3), binary: {} },
			{ ...good(4), ...fileItem('id,other\n1,a\n'), json: { p: 4 } },
			good(5),
		];
		const parameters = files(streamId, { partId: '={{ $json.p }}' });
		const { outputs } = await node.runWell('uploadPart', parameters, items, {
			onError: 'continueErrorOutput',
		});
		expect(outputs[0].map(({ json, pairedItem }) => [json.partId, pairedItem])).toEqual([
			[1, { item: 0 }],
			[5, { item: 6 }],
		]);
		expect(outputs[1].map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
			[expect.stringMatching(/'Part ID' is 2 in item 1 and in item 2/), { item: 1 }],
			[expect.stringMatching(/'Part ID' is 2 in item 1 and in item 2/), { item: 2 }],
			[expect.stringMatching(/'Part ID' is "x"/), { item: 3 }],
			[expect.stringMatching(/data/), { item: 4 }],
			[expect.stringMatching(/other/), { item: 5 }],
		]);
		expect(partIds(streamId)).toEqual([1, 5]);
		const regular = await node.runWell('uploadPart', parameters, items, { onError: 'continueRegularOutput' });
		expect(regular.json.map(({ partId, error }) => partId ?? typeof error)).toEqual([
			1,
			'string',
			'string',
			'string',
			'string',
			'string',
			5,
		]);
	});

	it('without rows are never sent', async () => {
		const { streamId } = await open();
		expect(await node.refusal('uploadPart', files(streamId), [fileItem('id,name\n')])).toMatch(
			/Part 1 has no rows/,
		);
		expect(await node.refusal('uploadPart', files(streamId), [fileItem('')])).toMatch(/rows\.csv.*empty/);
		expect(partIds(streamId)).toEqual([]);
	});

	it('with a broken row are refused by their line before anything is sent', async () => {
		const { streamId } = await open();
		expect(
			await node.refusal('uploadPart', files(streamId), [fileItem('id,name\n1,a\n2,b,c\n', 'sales.csv')]),
		).toMatch(/Line 3 of 'sales.csv' \(item 0\)/);
		expect(partIds(streamId)).toEqual([]);
	});

	it('ask for Stream, columns and execution once', async () => {
		const { streamId } = await open();
		const from = sandbox.log.length;
		const items = Array.from({ length: 20 }, (_, i) => fileItem(`id,name\n${i},a\n`));
		await node.runWell('uploadPart', files(streamId), items);
		expect(partIds(streamId)).toEqual(items.map((_, i) => i + 1));
		expect(
			['getStream', 'getDataSet', 'getExecution', 'part'].map((operation) =>
				requestsSince(sandbox, from, operation),
			),
		).toEqual([1, 0, 1, 20]);
	});
});

describe('a value that Domo refuses', () => {
	it("in a file is named by the file's line", async () => {
		const { streamId } = await open();
		const csv = `id,name\n1,"two\nlines"\n${Array.from({ length: 40 }, (_, i) => `${i},a\n`).join('')}8,b\n`;
		// 1 header line, 2 lines of the first row, 40 rows: the 42nd row of the part is in line 44.
		sandbox.faults.add({
			operation: 'part',
			status: 400,
			body: {
				status: 400,
				message: 'There are too many columns. Expected 2. Row 42, column 3.',
				toe: 'T-42',
			},
			part: 2,
		});
		expect(
			await node.refusal('uploadPart', files(streamId), [
				fileItem('id,name\n7,a\n'),
				fileItem(csv, 'sales.csv'),
			]),
		).toMatch(/^Line 44 of 'sales.csv' \(item 1\) \(row 42 of part 2\): Domo did not accept part 2: .*toe/);
		expect(partIds(streamId)).toEqual([1]);
	});

	it('in items is named by the item, and what Domo says of no row by the part', async () => {
		const { streamId } = await open();
		const items = itemsOf([{}, { id: 1, name: 'a' }, { id: 2, name: 'b' }]);
		sandbox.faults.add({
			operation: 'part',
			status: 400,
			body: { status: 400, message: 'There are too few columns. Expected 2. Row 2, column 1.', toe: 'T-1' },
		});
		expect(await node.refusal('uploadPart', part(streamId), items)).toMatch(
			/^Item 2 \(row 2 of part 1\): .*too few columns.*T-1/,
		);
		sandbox.faults.add({ operation: 'part', status: 400, body: { status: 400, message: 'No.', toe: 'T-2' } });
		expect(await node.refusal('uploadPart', part(streamId), items)).toMatch(
			/^Part 1 \(item 1 to item 2\): .*No\..*T-2/,
		);
	});
});

describe('an execution that can take no part', () => {
	it('is refused before anything is sent', async () => {
		const { streamId } = await open();
		await node.runWell('abort', { streamId, executionId: 1 });
		const from = sandbox.log.length;
		const items = itemsOf([{ id: 1, name: 'a' }]);
		expect(await node.refusal('uploadPart', part(streamId), items)).toMatch(
			/execution 1 .* is ABORTED, and parts go only into an open one/,
		);
		expect(await node.refusal('uploadPart', part(streamId, { executionId: 8 }), items)).toMatch(/HTTP 404/);
		expect(await node.refusal('uploadPart', part(streamId, { partId: '={{ 0 }}' }), items)).toMatch(
			/'Part ID' is 0/,
		);
		expect(await node.refusal('uploadPart', part(streamId, { partId: '={{ 1.5 }}' }), items)).toMatch(
			/'Part ID' is 1.5/,
		);
		expect(requestsSince(sandbox, from, 'part')).toBe(0);
	});
});

describe('sending', () => {
	const items = itemsOf(Array.from({ length: 2_000 }, (_, id) => ({ id, name: `name ${id}` })));
	const csvBytes = items.reduce((sum, { json }) => sum + `${json.id},${json.name}\n`.length, 0);

	it.each([
		['gzip', 'text/csv', 'gzip'],
		['gzipContentType', 'application/gzip', undefined],
		['none', 'text/csv', undefined],
	])('with compression %s lands the same rows', async (compression, contentType, contentEncoding) => {
		const { streamId, dataSetId } = await open();
		const { json } = await node.runWell('uploadPart', part(streamId, { options: { compression } }), items);
		expect(json[0]).toMatchObject({ rows: 2_000, csvBytes });
		const request = sandbox.log.filter(({ operation }) => operation === 'part').at(-1);
		expect(request?.headers['content-type']).toBe(contentType);
		expect(request?.headers['content-encoding']).toBe(contentEncoding);
		expect(request?.bytes).toBe(json[0].sentBytes);
		if (compression === 'none') expect(json[0].sentBytes).toBe(csvBytes);
		else expect(json[0].sentBytes).toBeLessThan(csvBytes / 2);
		expect(await landed(streamId, dataSetId)).toEqual(
			items.map(({ json: { id, name } }) => ({ id: String(id), name })),
		);
	});

	it('again overwrites the part', async () => {
		const { streamId, dataSetId } = await open();
		for (const name of ['first', 'second'])
			await node.runWell('uploadPart', part(streamId), itemsOf([{ id: 1, name }]));
		expect(await landed(streamId, dataSetId)).toEqual([{ id: '1', name: 'second' }]);
	});

	it.each([
		['without an answer', { resetAfterEffect: true }],
		['that never arrived', { resetBeforeBody: true }],
		['while Domo is busy', { status: 503, retryAfterSeconds: 0 }],
		['with a dead token', { expireToken: true }],
	])('a part %s is sent again, the same bytes, and lands once', async (_, fault) => {
		const { streamId, dataSetId } = await open();
		sandbox.faults.add({ operation: 'part', ...fault });
		const { json } = await node.runWell('uploadPart', part(streamId), items);
		// A dead token is renewed and the request repeated by n8n itself, unseen by this package.
		expect(json[0].retries).toBe('expireToken' in fault ? 0 : 1);
		expect(new Set(sandbox.parts(streamId, 1)[0].sha256OfEachArrival).size).toBe(1);
		expect(await landed(streamId, dataSetId)).toHaveLength(2_000);
	});

	it('gives up after Max Tries, and a time-out counts as a try', async () => {
		const { streamId } = await open();
		sandbox.faults.add({ operation: 'part', hang: true, times: 'always' });
		const options = { maxTries: 2, requestTimeoutSeconds: 1 };
		expect(
			await node.refusal('uploadPart', part(streamId, { options }), itemsOf([{ id: 1, name: 'a' }])),
		).toMatch(/No answer came from Domo when asked to accept part 1/);
		expect(sandbox.faults.hits).toBe(2);
		expect(
			await node.refusal('uploadPart', part(streamId, { options: { maxTries: '={{ 0 }}' } }), items),
		).toMatch(/'Max Tries per Part' can't be 0\..*1 to 20/);
		expect(
			await node.refusal('uploadPart', part(streamId, { options: { compression: '={{ "zip" }}' } }), items),
		).toMatch(/'Compression' can't be "zip"/);
	});
});

test('a part larger than the limit is refused before it is sent, and its input is let go', async () => {
	const rows = await openItems(
		itemsOf([
			{ id: 1, name: 'x'.repeat(3_000_000) },
			{ id: 2, name: 'b' },
		]),
		COLUMNS,
		{
			unknownFields: 'fail',
			missingColumns: 'fail',
			nullText: '',
			values: DEFAULT_VALUE_OPTIONS,
		},
	);
	let requests = 0;
	const client = new DomoClient({
		send: async () => {
			requests++;
			return { status: 200, headers: {}, body: '{}' };
		},
	});
	const options = {
		streamId: 1,
		executionId: 1,
		partId: 4,
		encoding: 'gzip',
		maxTries: 1,
		requestTimeoutMs: 1_000,
	} as const;
	await expect(uploadWholePart(client, rows, { ...options, maxPartBytes: 2 * 1024 * 1024 })).rejects.toThrow(
		'Part 4 has more than 2 MB of CSV, which is too large for one part. It was not sent',
	);
	expect(requests).toBe(0);
	expect(await rows.next(1, 1)).toBeNull();
});
