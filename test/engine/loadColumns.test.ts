/** 'Load Columns': what arrives in them, where they are added, and that a resume writes the first run's values. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { credentialsFor, fileItem, itemsOf, runNode, runNodeWell } from '../support/engine';
import { byId, byName } from '../support/locators';
import { StreamNode } from '../support/streamNode';
import { until } from '../support/until';
import {
	asCsv,
	asText,
	BINARY,
	COLUMNS,
	makeRows,
	parameters,
	refuse,
	tryUpload,
	upload,
} from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => sandbox.faults.clear());

const LOAD: Column[] = [
	{ name: '_load_time', type: 'DATETIME' },
	{ name: '_execution_id', type: 'STRING' },
	{ name: '_file_name', type: 'STRING' },
	{ name: '_row_number', type: 'LONG' },
];
const ALL = ['rowNumber', 'fileName', 'executionId', 'loadTime'];
const ROWS = makeRows(5, 10);
const makeStream = async (columns: Column[] = COLUMNS, more: object = {}) =>
	await sandbox.createStream({ name: 'loads', columns, ...more });
/** Rows as they arrive; whatever the time is, it is one and it is now. */
const arrived = (rows: IDataObject[], places: Array<[file: string | null, row: number]>, loadTime: unknown) =>
	asText(
		rows.map((row, index) => ({
			...row,
			_load_time: loadTime,
			_execution_id: '1',
			_file_name: places[index][0],
			_row_number: places[index][1],
		})),
	);
async function timeOf(dataSetId: string, from: number): Promise<string> {
	const times = new Set((await sandbox.rows(dataSetId)).map((row) => row._load_time));
	expect(times.size).toBe(1);
	const [time] = [...times] as string[];
	expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
	const ms = Date.parse(`${time}Z`);
	expect(ms).toBeGreaterThan(from - 1000);
	expect(ms).toBeLessThanOrEqual(Date.now());
	return time;
}

const CSV = asCsv(ROWS);
const INPUTS: Array<[string, INodeExecutionData[], IDataObject, Array<[string | null, number]>]> = [
	['items', itemsOf(ROWS), {}, [1, 2, 3, 4, 5].map((row) => [null, row])],
	['a file', [fileItem(CSV, 'a.csv')], BINARY, [1, 2, 3, 4, 5].map((row) => ['a.csv', row])],
	[
		'files, each counted from 1',
		[
			fileItem(asCsv(ROWS.slice(0, 2)).replaceAll('\n', '\r\n'), 'a,b.csv'),
			fileItem(asCsv(ROWS.slice(2), undefined, ';'), 'c "d".csv'),
		],
		BINARY,
		[
			['a,b.csv', 1],
			['a,b.csv', 2],
			['c "d".csv', 1],
			['c "d".csv', 2],
			['c "d".csv', 3],
		],
	],
];

describe.each(INPUTS)('%s', (_, items, more, places) => {
	it.each([
		['adds the columns to a DataSet that has none of them', COLUMNS, [...COLUMNS, ...LOAD]],
		[
			'fills those that the DataSet has, wherever they are',
			[LOAD[3], COLUMNS[0], LOAD[0], ...COLUMNS.slice(1)],
			[LOAD[3], COLUMNS[0], LOAD[0], ...COLUMNS.slice(1), LOAD[1], LOAD[2]],
		],
	])('%s', async (__, columns, after) => {
		const { streamId, dataSetId } = await makeStream(columns);
		const from = Date.now();
		const { summary } = await upload(sandbox, {
			streamId,
			items,
			more,
			options: { loadColumns: ALL, rowsPerPart: 2 },
		});
		expect(summary).toMatchObject({ rows: 5, state: 'SUCCESS', verified: true });
		expect(sandbox.dataSet(dataSetId).columns).toEqual(after);
		const time = await timeOf(dataSetId, from);
		const names = after.map(({ name }) => name);
		expect(await sandbox.rows(dataSetId)).toEqual(
			arrived(ROWS, places, time).map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))),
		);
	});

	it('a DataSet made by name has them; a Dry Run says so', async () => {
		const run = async (options: IDataObject) =>
			await runNodeWell(
				'domoStream',
				{
					...parameters(0, { loadColumns: ['loadTime', 'rowNumber'], ...options }, more),
					streamId: byName(`made with load columns ${places.map(([file]) => file).join()}`),
				},
				credentialsFor(sandbox),
				items,
			);
		const dry = await run({ dryRun: true });
		expect((dry.json[0].newColumns as Column[]).map(({ name }) => name)).toEqual([
			'id',
			'name',
			'amount',
			'day',
			'_load_time',
			'_row_number',
		]);
		const { json } = await run({});
		const rows = await sandbox.rows(String(json[0].dataSetId));
		expect(rows.map((row) => row._row_number)).toEqual(places.map(([, row]) => String(row)));
		expect(dry.json[0]).toMatchObject({ rows: 5, csvBytes: json[0].csvBytes });
	});

	it("a resume writes the first run's values, and its parts are the same", async () => {
		const { streamId, dataSetId } = await makeStream([...COLUMNS, ...LOAD]);
		sandbox.faults.add({ operation: 'part', part: 2, status: 400 });
		const options = { loadColumns: ALL, rowsPerPart: 2, maxConcurrentUploads: 1 };
		const { outputs } = await tryUpload(sandbox, {
			streamId,
			items,
			more,
			options: { ...options, onFailure: 'keepOpen' },
			run: { onError: 'continueErrorOutput' },
		});
		const { details } = outputs[1][0].json as { details: IDataObject };
		expect(details.landedParts).toHaveLength(1);
		const first = details.loadValues as { loadTime: string; executionId: string };
		expect(first).toEqual({ loadTime: expect.any(String) as string, executionId: '1' });
		const another = await tryUpload(sandbox, {
			streamId,
			items,
			more,
			options: { ...options, resume: { ...details, loadValues: { ...first, executionId: '2' } } },
		});
		expect(another.error?.message).toMatch(/part 1/i);
		// A later second, which the rows must not have.
		await until(() => Date.now() >= Date.parse(`${first.loadTime}Z`) + 1000);
		const { summary } = await upload(sandbox, {
			streamId,
			items,
			more,
			options: { ...options, resume: details },
		});
		expect(summary).toMatchObject({ executionId: 1, rows: 5, verified: true });
		expect(sandbox.parts(streamId, 1).map(({ timesArrived }) => timesArrived)).toEqual([1, 1, 1]);
		expect(await sandbox.rows(dataSetId)).toEqual(arrived(ROWS, places, first.loadTime));
	});
});

it('counts rows that are left out', async () => {
	for (const [items, more] of [
		[itemsOf([ROWS[0], {}, { ...ROWS[1], amount: 'x' }, ROWS[2]]), {}],
		[
			[
				fileItem(
					`${asCsv([ROWS[0]])}too,short\n11,name 11,x,2024-02-29\n${asCsv([ROWS[2]]).split('\n')[1]}\n`,
				),
			],
			BINARY,
		],
	] as Array<[INodeExecutionData[], IDataObject]>) {
		const { streamId, dataSetId } = await makeStream();
		await upload(sandbox, {
			streamId,
			items,
			more: { ...more, valueOptions: { badValues: 'leaveOut' } },
			options: { loadColumns: ['rowNumber'] },
		});
		expect((await sandbox.rows(dataSetId)).map((row) => [row.id, row._row_number])).toEqual([
			['10', '1'],
			['12', '4'],
		]);
	}
});

it('together with Repeated Keys: the number is the row’s in the input', async () => {
	for (const [items, more] of [
		[itemsOf([ROWS[0], ROWS[1], ROWS[0], ROWS[2]]), {}],
		[[fileItem(asCsv([ROWS[0], ROWS[1], ROWS[0], ROWS[2]]))], BINARY],
	] as Array<[INodeExecutionData[], IDataObject]>) {
		const { streamId, dataSetId } = await makeStream(COLUMNS, { keyColumnNames: ['id'] });
		await upload(sandbox, {
			streamId,
			items,
			more,
			options: { loadColumns: ['rowNumber'], repeatedKeys: 'keepLast' },
		});
		expect((await sandbox.rows(dataSetId)).map((row) => [row.id, row._row_number]).sort()).toEqual([
			['10', '3'],
			['11', '2'],
			['12', '4'],
		]);
	}
});

it('a DataSet of one column takes NULL beside them', async () => {
	const { streamId, dataSetId } = await makeStream([{ name: 'name', type: 'STRING' }]);
	const options = { loadColumns: ['rowNumber'] };
	await upload(sandbox, { streamId, items: itemsOf([{ name: null }, { name: 'b' }]), options });
	await upload(sandbox, { streamId, items: [fileItem('name\n"c,"\n""\n')], more: BINARY, options });
	expect(await sandbox.rows(dataSetId)).toEqual([
		{ name: null, _row_number: '1' },
		{ name: 'b', _row_number: '2' },
		{ name: 'c,', _row_number: '1' },
		{ name: '', _row_number: '2' },
	]);
});

it('are taken away again where the upload comes to nothing', async () => {
	const { streamId, dataSetId } = await makeStream();
	sandbox.faults.add({ operation: 'part', status: 400, times: 'always' });
	const words = await refuse(sandbox, { streamId, items: itemsOf(ROWS), options: { loadColumns: ALL } });
	expect(words).toMatch(/The columns that were added for it are taken away again/);
	expect(sandbox.dataSet(dataSetId).columns).toEqual(COLUMNS);
});

it('beside what is mapped by hand', async () => {
	const { streamId, dataSetId } = await makeStream([...COLUMNS.slice(0, 1), LOAD[3]]);
	const mapping = (value: IDataObject) => ({
		columnMapping: {
			mappingMode: 'defineBelow',
			value,
			matchingColumns: [],
			schema: Object.keys(value).map((id) => ({ id, displayName: id, display: true, type: 'string' })),
		} as unknown as IDataObject,
	});
	const run = (value: IDataObject) => ({
		streamId,
		items: itemsOf([{ nr: 7 }]),
		options: { loadColumns: ['rowNumber', 'loadTime'] },
		more: mapping(value),
	});
	await upload(sandbox, run({ id: '={{ $json.nr }}', _row_number: null }));
	expect(await sandbox.rows(dataSetId)).toMatchObject([{ id: '7', _row_number: '1' }]);
	expect(await refuse(sandbox, run({ id: '={{ $json.nr }}', _row_number: '3' }))).toMatch(
		/'Load Columns' fills the column '_row_number', and the input has a value for it, too.*Nothing was sent/,
	);
});

describe('is refused, and nothing is sent', () => {
	it.each([
		['items with a field of that name', itemsOf([{ ...ROWS[0], _Row_Number: 1 }]), {}, {}],
		[
			'a file with such a header',
			[fileItem('id,name,amount,day,_ROW_NUMBER\n1,a,1,2024-01-01,1\n')],
			BINARY,
			{},
		],
		[
			'such a field beside Add Columns',
			itemsOf([{ ...ROWS[0], _row_number: 1 }]),
			{},
			{ unknownFields: 'addColumns' },
		],
		[
			'such a field that is ignored',
			itemsOf([{ ...ROWS[0], _row_number: 1 }]),
			{},
			{ unknownFields: 'ignore' },
		],
	] as Array<[string, INodeExecutionData[], IDataObject, IDataObject]>)(
		'%s',
		async (_, items, more, options) => {
			const { streamId, dataSetId } = await makeStream();
			expect(
				await refuse(sandbox, { streamId, items, more, options: { loadColumns: ALL, ...options } }),
			).toMatch(
				/'Load Columns' fills the column '_row_number', and the input has a value for it, too.*Nothing was sent/,
			);
			expect(sandbox.dataSet(dataSetId).columns).toEqual(COLUMNS);
		},
	);

	it.each([
		[
			'a column of another type',
			{ ...LOAD[0], type: 'DATE' as const },
			{},
			/must be a DATETIME or STRING, but is a DATE/,
		],
		['a key column', LOAD[3], { keyColumnNames: ['_row_number'] }, /'_row_number', which is a key column/],
	])('%s', async (_, column, more, message) => {
		const { streamId } = await makeStream([...COLUMNS, column], more);
		for (const input of [{ items: itemsOf(ROWS) }, { items: [fileItem(CSV)], more: BINARY }]) {
			expect(await refuse(sandbox, { streamId, ...input, options: { loadColumns: ALL } })).toMatch(message);
		}
	});

	it.each([['rowNumbers'], [['loadTime', 'x']], [7]])('the choice %j', async (loadColumns) => {
		const { streamId } = await makeStream();
		expect(await refuse(sandbox, { streamId, items: itemsOf(ROWS), options: { loadColumns } })).toMatch(
			/'Load Columns' can't be .* Nothing was sent/,
		);
	});

	it("a 'Resume' whose values are none", async () => {
		const { streamId } = await makeStream();
		const resume = {
			streamId,
			executionId: 1,
			partsCut: 1,
			landedParts: [],
			loadValues: { loadTime: 'now' },
		};
		expect(await refuse(sandbox, { streamId, items: itemsOf(ROWS), options: { resume } })).toMatch(
			/'Resume' does not hold the details/,
		);
	});
});

describe('Import and Upload Part', () => {
	const importing = (dataSetId: string) => ({
		resource: 'dataSet',
		operation: 'import',
		dataSetId: byId(dataSetId),
		...BINARY,
		options: { loadColumns: ['fileName', 'rowNumber'] },
	});

	it('fill the columns that the DataSet has', async () => {
		const columns = [...COLUMNS, LOAD[2], LOAD[3]];
		const dataSetId = await sandbox.createDataSet({ name: 'imported', columns });
		await runNodeWell('domoDataSet', importing(dataSetId), credentialsFor(sandbox), [fileItem(CSV, 'a.csv')]);
		const expected = asText(
			ROWS.map((row, index) => ({ ...row, _file_name: 'a.csv', _row_number: index + 1 })),
		);
		expect(await sandbox.rows(dataSetId)).toEqual(expected);

		const { streamId, dataSetId: other } = await makeStream(columns);
		const node = new StreamNode(sandbox, 'execution');
		await node.runWell('create', { streamId });
		await node.runWell(
			'uploadPart',
			{ streamId, executionId: 1, partId: 1, ...BINARY, options: { loadColumns: ['fileName', 'rowNumber'] } },
			[fileItem(CSV, 'a.csv')],
		);
		await node.runWell('commit', { streamId, executionId: 1 });
		expect(await sandbox.rows(other)).toEqual(expected);
	});

	it('say what adds those that it lacks', async () => {
		const dataSetId = await sandbox.createDataSet({ name: 'imported', columns: COLUMNS });
		const { error } = await runNode('domoDataSet', importing(dataSetId), credentialsFor(sandbox), [
			fileItem(CSV),
		]);
		expect(`${error?.message} ${error?.description}`).toMatch(
			/The DataSet has no columns '_file_name', '_row_number', which 'Load Columns' fills.*'Upload in Parallel'/,
		);
	});
});
