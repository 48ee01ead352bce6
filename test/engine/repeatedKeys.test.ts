/** 'Repeated Keys' in an upsert: which rows arrive, and what is said of the others. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { LastOfEachKey } from '../../transfer/csv/repeatedKeys';
import { fileItem, itemsOf } from '../support/engine';
import { byMode } from '../support/locators';
import { StreamNode } from '../support/streamNode';
import { asCsv, asText, BINARY, COLUMNS, makeRows, refuse, tryUpload, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => sandbox.faults.clear());

const BEFORE = makeRows(2);
const makeKeyed = async () =>
	await sandbox.createStream({
		name: 'keyed',
		columns: COLUMNS,
		keyColumnNames: ['id'],
		rows: BEFORE as never,
	});
const row = (id: number, name: string) => ({ id, name, amount: 1, day: '2024-01-01' });
const ROWS = [row(1, 'one'), row(7, 'seven'), row(1, 'uno'), row(8, 'eight'), row(7, 'sept'), row(1, 'ett')];
const FIRST = [BEFORE[0], ROWS[0], ROWS[1], ROWS[3]];
const LAST = [BEFORE[0], ROWS[5], ROWS[3], ROWS[4]];
const byKey = (rows: Array<Record<string, string | null>>) =>
	[...rows].sort((a, b) => Number(a.id) - Number(b.id));

const INPUTS: Array<[string, INodeExecutionData[], IDataObject]> = [
	['items', itemsOf(ROWS), {}],
	['a file', [fileItem(asCsv(ROWS))], BINARY],
	[
		'two files',
		[fileItem(asCsv(ROWS.slice(0, 4))), fileItem(asCsv(ROWS.slice(4)).replaceAll('\n', '\r\n'))],
		BINARY,
	],
];

describe.each(INPUTS)('%s', (_, items, more) => {
	it.each([
		['keepFirst', FIRST, "3 rows were left out: an earlier row has the same key ('Repeated Keys')."],
		['keepLast', LAST, "3 rows were left out: a later row has the same key ('Repeated Keys')."],
	])('%s: one row of each key arrives, the others are counted', async (repeatedKeys, arrived, hint) => {
		const { streamId, dataSetId } = await makeKeyed();
		const { summary, hints } = await upload(sandbox, {
			streamId,
			items,
			more,
			options: { repeatedKeys, rowsPerPart: 2 },
		});
		expect(summary).toMatchObject({ rows: 3, repeatedKeys: 3, state: 'SUCCESS' });
		expect(hints).toContain(hint);
		expect(byKey(await sandbox.rows(dataSetId))).toEqual(byKey(asText(arrived)));
	});

	it('a Dry Run counts them, and sends nothing', async () => {
		const { streamId, dataSetId } = await makeKeyed();
		const { summary } = await upload(sandbox, {
			streamId,
			items,
			more,
			options: { repeatedKeys: 'keepLast', dryRun: true },
		});
		expect(summary).toMatchObject({ wouldUpload: true, rows: 3, repeatedKeys: 3 });
		expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
	});
});

it('refuses them by default, and says where to choose', async () => {
	const { streamId } = await makeKeyed();
	expect(await refuse(sandbox, { streamId, items: itemsOf(ROWS) })).toMatch(
		/Items 0 and 2 have the same key: 'id' = '1'.*or set 'Repeated Keys'/,
	);
});

it('does nothing in a Stream without keys', async () => {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'plain', columns: COLUMNS });
	const { summary } = await upload(sandbox, {
		streamId,
		items: [fileItem(asCsv(ROWS))],
		more: BINARY,
		options: { repeatedKeys: 'keepLast' },
	});
	expect(summary).toMatchObject({ rows: 6, verified: true });
	expect(summary).not.toHaveProperty('repeatedKeys');
	expect(await sandbox.rows(dataSetId)).toEqual(asText(ROWS));
});

it('a row that is left out for its values does not count for its key', async () => {
	for (const [items, more] of [
		[itemsOf([...ROWS, { ...row(1, 'bad'), amount: 'x' as never }]), {}],
		[[fileItem(`${asCsv(ROWS)}1,bad,x,2024-01-01\n`)], BINARY],
	] as Array<[INodeExecutionData[], IDataObject]>) {
		const { streamId, dataSetId } = await makeKeyed();
		const { summary } = await upload(sandbox, {
			streamId,
			items,
			more: { ...more, valueOptions: { badValues: 'leaveOut' } },
			options: { repeatedKeys: 'keepLast' },
		});
		expect(summary).toMatchObject({ rows: 3, badRows: 1, repeatedKeys: 3 });
		expect(byKey(await sandbox.rows(dataSetId))).toEqual(byKey(asText(LAST)));
	}
});

it("keeping the last, a file's fault beyond its first 16 MB is found before anything is sent", async () => {
	const { streamId } = await makeKeyed();
	const long = makeRows(20_000, 10).map((each) => ({ ...each, name: `${each.name} ${'x'.repeat(900)}` }));
	const from = sandbox.log.length;
	const words = await refuse(sandbox, {
		streamId,
		items: [fileItem(asCsv([...long, { ...row(5, 'bad'), amount: 'x' }]))],
		more: BINARY,
		options: { repeatedKeys: 'keepLast' },
	});
	expect(words).toMatch(/line 20002.*Nothing was sent/i);
	expect(sandbox.log.slice(from).map(({ operation }) => operation)).not.toContain('part');
});

it('names the line of a row that Domo refuses, counting those left out', async () => {
	const { streamId } = await makeKeyed();
	sandbox.faults.add({ operation: 'part', part: 2, status: 400 });
	const { error } = await tryUpload(sandbox, {
		streamId,
		items: [fileItem(asCsv(ROWS))],
		more: BINARY,
		options: { repeatedKeys: 'keepLast', rowsPerPart: 1, maxConcurrentUploads: 1 },
	});
	// The second row that is kept is the fifth of the file.
	expect(error?.message).toMatch(/line 6\b/);
});

it('a kept-open upload is resumed with the same rows', async () => {
	for (const [, items, more] of INPUTS) {
		const { streamId, dataSetId } = await makeKeyed();
		sandbox.faults.add({ operation: 'part', part: 3, status: 400 });
		const options = { repeatedKeys: 'keepLast', rowsPerPart: 1, maxConcurrentUploads: 1 };
		const { outputs } = await tryUpload(sandbox, {
			streamId,
			items,
			more,
			options: { ...options, onFailure: 'keepOpen' },
			run: { onError: 'continueErrorOutput' },
		});
		const { details } = outputs[1][0].json as { details: IDataObject };
		await upload(sandbox, { streamId, items, more, options: { ...options, resume: details } });
		expect(byKey(await sandbox.rows(dataSetId))).toEqual(byKey(asText(LAST)));
	}
});

it('is the same for a part, whose keys alone it knows', async () => {
	const { streamId, dataSetId } = await makeKeyed();
	const node = new StreamNode(sandbox, 'execution');
	await node.runWell('create', { streamId });
	const { json } = await node.runWell(
		'uploadPart',
		{ streamId, executionId: 1, partId: 1, inputSource: 'items', options: { repeatedKeys: 'keepFirst' } },
		itemsOf(ROWS),
	);
	expect(json[0]).toMatchObject({ rows: 3, repeatedKeys: 3 });
	await node.runWell('commit', { streamId, executionId: 1 });
	expect(byKey(await sandbox.rows(dataSetId))).toEqual(byKey(asText(FIRST)));
});

it('of the files of several targets are looked for once, and not while the targets are checked', async () => {
	const targets = await Promise.all([makeKeyed(), makeKeyed()]);
	const looked = jest.spyOn(LastOfEachKey.prototype, 'filter');
	try {
		const items = targets.map(({ streamId }) => ({ ...fileItem(asCsv(ROWS)), json: { to: streamId } }));
		const { error } = await tryUpload(sandbox, {
			streamId: 0,
			items,
			more: { ...BINARY, streamId: byMode('targetField', 'to'), targetFieldHolds: 'id' },
			options: { repeatedKeys: 'keepLast' },
		});
		expect(error).toBeUndefined();
		expect(looked).toHaveBeenCalledTimes(2);
		for (const { dataSetId } of targets)
			expect(byKey(await sandbox.rows(dataSetId))).toEqual(byKey(asText(LAST)));
	} finally {
		looked.mockRestore();
	}
});
