/** What keeps an upload from doing harm, and what it does for a person: dry run, shrink guard, spacing of commits, new columns, Streams by name. */
import type { IDataObject } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { credentialsFor, fileItem, itemsOf, runNode } from '../support/engine';
import { byId, byName } from '../support/locators';
import { asText, NO_FINDINGS } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';

const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'name', type: 'STRING' },
];
const makeNames = (count: number): IDataObject[] =>
	Array.from({ length: count }, (_, i) => ({ id: i, name: `name ${i}` }));

const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => {
	sandbox.faults.clear();
	sandbox.settings.minMinutesBetweenCommits = 0;
});

async function run(
	streamId: object,
	items: Parameters<typeof runNode>[3],
	options: IDataObject = {},
	more: IDataObject = {},
) {
	return await runNode(
		'domoStream',
		{
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId,
			updateMethod: 'stream',
			inputSource: 'items',
			options,
			...more,
		} as IDataObject,
		credentialsFor(sandbox),
		items,
	);
}

const saidBy = ({ error }: Awaited<ReturnType<typeof run>>) =>
	`${error?.message} ${error?.description ?? ''}`;

describe('dry run', () => {
	it('counts parts, rows and bytes and sends nothing', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'dry', columns: COLUMNS });
		const { json, hints } = await run(byId(streamId), itemsOf(makeNames(25)), {
			dryRun: true,
			rowsPerPart: 10,
		});
		// 0,name 0\n to 9,name 9\n are 9 bytes each, 10 to 24 are 11.
		expect(json).toEqual([
			{
				dryRun: true,
				streamId,
				dataSetId,
				updateMethod: 'APPEND',
				newColumns: [],
				wouldUpload: true,
				parts: 3,
				rows: 25,
				csvBytes: 10 * 9 + 15 * 11,
				...NO_FINDINGS,
			},
		]);
		expect(hints.join()).toMatch(/25 rows would be uploaded in 3 parts. Nothing was sent/);
		expect(sandbox.executions(streamId)).toEqual([]);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
	});

	it('tells what an upload would refuse', async () => {
		const { streamId } = await sandbox.createStream({ name: 'dry', columns: COLUMNS });
		const { json, error } = await run(byId(streamId), itemsOf([{ id: 'x', name: 'a' }]), { dryRun: true });
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({
			wouldUpload: false,
			refusal: expect.stringMatching(/item 0, column 'id'/),
		});
	});

	it('reads a file to its end', async () => {
		const { streamId } = await sandbox.createStream({ name: 'dry', columns: COLUMNS });
		const sound = await run(
			byId(streamId),
			[fileItem('id,name\n1,a\n2,b\n')],
			{ dryRun: true },
			{ inputSource: 'binary' },
		);
		expect(sound.json[0]).toMatchObject({ wouldUpload: true, rows: 2, parts: 1, csvBytes: 8 });
		const faulty = await run(
			byId(streamId),
			[fileItem('id,name\n1,a\n2\n')],
			{ dryRun: true },
			{ inputSource: 'binary' },
		);
		expect(faulty.json[0]).toMatchObject({
			wouldUpload: false,
			code: 'CSV_FIELD_COUNT',
			refusal: expect.stringMatching(/Line 3/),
		});
		expect(sandbox.executions(streamId)).toEqual([]);
	});
});

describe("a REPLACE that shrinks the DataSet beyond 'Refuse Shrink Below (%)'", () => {
	it.each([
		['items: nothing is sent', 'items', []],
		['a file: its execution is aborted', 'binary', ['ABORTED']],
	])('%s', async (_, inputSource, states) => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'shrink',
			columns: COLUMNS,
			updateMethod: 'REPLACE',
			rows: makeNames(10) as never,
		});
		const input =
			inputSource === 'items' ? itemsOf(makeNames(4)) : [fileItem('id,name\n0,a\n1,b\n2,c\n3,d\n')];
		const result = await run(byId(streamId), input, { refuseShrinkBelowPercent: 50 }, { inputSource });
		expect(saidBy(result)).toMatch(/4 rows, and the DataSet has 10.*less than 50 %.*Refuse Shrink Below/);
		expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(states);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeNames(10)));
	});

	it('goes through at exactly that share', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'shrink',
			columns: COLUMNS,
			updateMethod: 'REPLACE',
			rows: makeNames(10) as never,
		});
		const result = await run(byId(streamId), itemsOf(makeNames(5)), { refuseShrinkBelowPercent: 50 });
		expect(result.error).toBeUndefined();
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeNames(5)));
	});

	it('does not hinder an APPEND', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'shrink',
			columns: COLUMNS,
			rows: makeNames(10) as never,
		});
		await run(byId(streamId), itemsOf(makeNames(1)), { refuseShrinkBelowPercent: 50 });
		expect(await sandbox.rows(dataSetId)).toHaveLength(11);
	});
});

describe('a commit sooner than Domo allows', () => {
	async function committedStream() {
		const stream = await sandbox.createStream({ name: 'soon', columns: COLUMNS });
		await run(byId(stream.streamId), itemsOf(makeNames(1)));
		return stream;
	}

	it("'Try': Domo refuses, the execution stays open, and the message says when to commit", async () => {
		const { streamId, dataSetId } = await committedStream();
		sandbox.settings.minMinutesBetweenCommits = 15;
		const result = await run(byId(streamId), itemsOf(makeNames(2)));
		expect(saidBy(result)).toMatch(
			/execution 2 is still open.*'Commit' of the resource 'Execution' at \d\d:\d\d UTC \(in 1[56] minutes\)/,
		);
		expect(sandbox.execution(streamId, 2).currentState).toBe('ACTIVE');
		expect(await sandbox.rows(dataSetId)).toHaveLength(1);
	});

	it("'Try' where Domo doesn't mind: the rows land, with a hint", async () => {
		const { streamId, dataSetId } = await committedStream();
		const { hints, error } = await run(byId(streamId), itemsOf(makeNames(2)));
		expect(error).toBeUndefined();
		expect(hints.join()).toMatch(/committed less than 15 minutes ago/);
		expect(await sandbox.rows(dataSetId)).toHaveLength(3);
	});

	it("'Stop': nothing is sent", async () => {
		const { streamId } = await committedStream();
		const result = await run(byId(streamId), itemsOf(makeNames(2)), { commitTooSoon: 'fail' });
		expect(saidBy(result)).toMatch(
			/committed less than 15 minutes ago.*next commit at \d\d:\d\d UTC.*Nothing was sent/,
		);
		expect(sandbox.executions(streamId)).toHaveLength(1);
	});

	it("'Wait': the commit goes out when it may", async () => {
		const { streamId, dataSetId } = await committedStream();
		const spacing = 0.02;
		sandbox.settings.minMinutesBetweenCommits = spacing;
		const { error } = await run(byId(streamId), itemsOf(makeNames(2)), {
			commitTooSoon: 'wait',
			minMinutesBetweenCommits: spacing,
		});
		expect(error).toBeUndefined();
		expect(await sandbox.rows(dataSetId)).toHaveLength(3);
	});
});

describe('new columns', () => {
	it('are added at the end, with types that fit every value, and the rows land', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'new',
			columns: COLUMNS,
			rows: makeNames(1) as never,
		});
		const rows = [
			{ id: 1, name: 'a', day: '2024-02-29', score: 1 },
			{ id: 2, name: 'b', score: 2.5 },
		];
		const { error, hints } = await run(byId(streamId), itemsOf(rows), { unknownFields: 'addColumns' });
		expect(error).toBeUndefined();
		expect(sandbox.dataSet(dataSetId).columns).toEqual([
			...COLUMNS,
			{ name: 'day', type: 'DATE' },
			{ name: 'score', type: 'DOUBLE' },
		]);
		expect(hints.join()).toMatch(/'day' \(DATE\), 'score' \(DOUBLE\) were added/);
		expect(await sandbox.rows(dataSetId)).toEqual([
			{ id: '0', name: 'name 0', day: null, score: null },
			{ id: '1', name: 'a', day: '2024-02-29', score: '1' },
			{ id: '2', name: 'b', day: null, score: '2.5' },
		]);
	});

	it('are taken away again when the upload is aborted', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'new',
			columns: COLUMNS,
			rows: makeNames(1) as never,
		});
		sandbox.faults.add({ operation: 'part', status: 400, times: 'always' });
		const result = await run(byId(streamId), itemsOf([{ id: 1, name: 'a', more: 'x' }]), {
			unknownFields: 'addColumns',
		});
		expect(saidBy(result)).toMatch(/columns that were added for it are taken away again/);
		expect(sandbox.dataSet(dataSetId).columns).toEqual(COLUMNS);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeNames(1)));
	});

	it('stay, and are named, where the abort is not confirmed', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'new', columns: COLUMNS });
		sandbox.faults.add(
			{ operation: 'part', status: 400, times: 'always' },
			{ operation: 'abort', status: 403, times: 'always' },
			{ operation: 'getExecution', status: 403, times: 'always' },
		);
		const result = await run(byId(streamId), itemsOf([{ id: 1, name: 'a', more: 'x' }]), {
			unknownFields: 'addColumns',
		});
		expect(saidBy(result)).toMatch(/before 'id', 'name'; now 'id', 'name', 'more'/);
		expect(sandbox.dataSet(dataSetId).columns).toHaveLength(3);
	});

	it('are not made when a value is refused', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'new', columns: COLUMNS });
		const result = await run(byId(streamId), itemsOf([{ id: 'x', name: 'a', more: 'x' }]), {
			unknownFields: 'addColumns',
		});
		expect(saidBy(result)).toMatch(/item 0, column 'id'/);
		expect(sandbox.dataSet(dataSetId).columns).toEqual(COLUMNS);
	});

	it('are added for files, too, with types that fit their values', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'new', columns: COLUMNS });
		const result = await run(
			byId(streamId),
			[fileItem('id,name,amount,day\n1,a,1.5,31.01.2024\n2,b,7,\n')],
			{ unknownFields: 'addColumns' },
			{ inputSource: 'binary' },
		);
		expect(result.error).toBeUndefined();
		expect(sandbox.dataSet(dataSetId).columns).toEqual([
			...COLUMNS,
			{ name: 'amount', type: 'DECIMAL' },
			{ name: 'day', type: 'DATE' },
		]);
		expect(await sandbox.rows(dataSetId)).toEqual([
			{ id: '1', name: 'a', amount: '1.5', day: '2024-01-31' },
			{ id: '2', name: 'b', amount: '7', day: null },
		]);
	});
});

describe("a Stream by its DataSet's name", () => {
	it('is made from the items where none exists, and found by the next run', async () => {
		const rows = [
			{ id: 1, name: 'a' },
			{ id: 2, name: null },
		];
		const first = await run(byName('Made by name'), itemsOf(rows));
		expect(first.error).toBeUndefined();
		expect(first.hints.join()).toMatch(/was created with the Stream \d+. Select that Stream/);
		const { dataSetId, streamId } = first.json[0] as { dataSetId: string; streamId: number };
		expect(sandbox.dataSet(dataSetId).columns).toEqual(COLUMNS);
		const second = await run(byName('Made by name'), itemsOf(rows));
		expect(second.json[0]).toMatchObject({ dataSetId, streamId });
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...rows, ...rows]));
	});

	it('is made from a CSV file', async () => {
		const result = await run(
			byName('Made from a file'),
			[fileItem('day;amount\n2024-01-01;1.5\n2024-01-02;\n')],
			{},
			{ inputSource: 'binary', updateMethod: 'REPLACE', fileOptions: { delimiter: ';' } },
		);
		expect(result.error).toBeUndefined();
		const { dataSetId } = result.json[0] as { dataSetId: string };
		expect(sandbox.dataSet(dataSetId).columns).toEqual([
			{ name: 'day', type: 'DATE' },
			{ name: 'amount', type: 'DECIMAL' },
		]);
		expect(await sandbox.rows(dataSetId)).toEqual([
			{ day: '2024-01-01', amount: '1.5' },
			{ day: '2024-01-02', amount: null },
		]);
	});

	it('matches the whole name only, over all pages', async () => {
		for (let i = 0; i < 60; i++) await sandbox.createDataSet({ name: `Paged ${i}`, columns: COLUMNS });
		const { streamId } = await sandbox.createStream({ name: 'Paged', columns: COLUMNS });
		const result = await run(byName('Paged'), itemsOf(makeNames(1)));
		expect(result.json[0]).toMatchObject({ streamId });
	});

	it.each([
		[
			'two DataSets have it',
			async (name: string) => [
				(await sandbox.createStream({ name, columns: COLUMNS })).dataSetId,
				(await sandbox.createStream({ name, columns: COLUMNS })).dataSetId,
			],
			/2 DataSets are named/,
		],
		[
			'its DataSet has no Stream',
			async (name: string) => [await sandbox.createDataSet({ name, columns: COLUMNS })],
			/exists, but has no Stream/,
		],
	])('is refused where %s, naming their IDs', async (name, make, message) => {
		const ids = await make(name);
		const result = await run(byName(name), itemsOf(makeNames(1)));
		expect(saidBy(result)).toMatch(message);
		for (const id of ids) expect(saidBy(result)).toContain(id);
	});

	it('is only named in a dry run', async () => {
		const result = await run(byName('Never made'), itemsOf(makeNames(1)), { dryRun: true });
		expect(result.json[0]).toEqual({
			dryRun: true,
			wouldCreate: 'Never made',
			updateMethod: 'APPEND',
			newColumns: COLUMNS,
			wouldUpload: true,
			parts: 1,
			rows: 1,
			csvBytes: 9,
			...NO_FINDINGS,
		});
		expect((await run(byName('Never made'), itemsOf(makeNames(1)), { dryRun: true })).json[0]).toHaveProperty(
			'wouldCreate',
		);
	});

	it('is not made again when the answer to making it was lost', async () => {
		sandbox.faults.add({ operation: 'createStream', resetAfterEffect: true });
		const result = await run(byName('Lost'), itemsOf(makeNames(1)));
		expect(saidBy(result)).toMatch(
			/not known whether the DataSet 'Lost' was made.*before you run this again/,
		);
		const again = await run(byName('Lost'), itemsOf(makeNames(1)));
		expect(again.json[0]).toMatchObject({ rows: 1, state: 'SUCCESS' });
	});
});
