/** Checks before the commit: what does not hold is not loaded, and the summary lists every check. */
import type { IDataObject } from 'n8n-workflow';

import { credentialsFor, fileItem, itemsOf, runNode } from '../support/engine';
import { byId } from '../support/locators';
import {
	asCsv,
	BINARY,
	COLUMNS,
	makeRows,
	refuse,
	tryUpload,
	upload,
	type UploadRun,
} from '../support/uploads';
import { useSandbox } from '../support/useSandbox';

const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => {
	sandbox.faults.clear();
	sandbox.settings.minMinutesBetweenCommits = 0;
});

const withChecks = (checks: IDataObject, more: IDataObject = {}) => ({ more: { checks, ...more } });

/** Uploads as items and as a file, each into a Stream of its own. */
const INPUTS: Array<[string, (rows: IDataObject[]) => Pick<UploadRun, 'items'> & { more: IDataObject }]> = [
	['items', (rows) => ({ items: itemsOf(rows), more: {} })],
	['a file', (rows) => ({ items: [fileItem(asCsv(rows))], more: BINARY })],
];

const rule = (...rules: IDataObject[]) => ({ rule: rules });

const ROWS = makeRows(12);
const DOUBLE = [...ROWS, { ...ROWS[3], name: 'again' }];

describe.each(INPUTS)('checks of %s', (_, input) => {
	const VIOLATED: Array<[string, IDataObject, IDataObject[], RegExp, IDataObject]> = [
		['least rows', { minRows: 13 }, ROWS, /has 12 rows, at least 13/, { check: 'minRows', count: 12 }],
		['most rows', { maxRows: 11 }, ROWS, /has 12 rows, at most 11/, { check: 'maxRows', count: 12 }],
		[
			'NULL',
			{ notNullColumns: ['amount'] },
			[...ROWS, { id: 99, name: 'x', amount: '', day: '2024-02-29' }],
			/'amount' is NULL in 1 row: (item 12|line 14 )/,
			{ check: 'notNullColumns', column: 'amount', count: 1 },
		],
		[
			'a repeated value',
			{ uniqueColumns: ['name', 'id'] },
			DOUBLE,
			/'id' has a value again in 1 row: (item 12|line 14 of .*) \('3'\)/,
			{ check: 'uniqueColumns', column: 'id', count: 1 },
		],
		[
			'repeated values together',
			{ uniqueColumns: 'id, day', uniqueTogether: true },
			DOUBLE,
			/'id' and 'day' together have a value again in 1 row/,
			{ check: 'uniqueColumns', column: 'id, day', count: 1 },
		],
		[
			'a stale day',
			{ newestColumn: 'day', newestWithinHours: 48 },
			ROWS,
			/newest value of 'day' is 2024-02-29, which is more than 48 hours before now/,
			{ check: 'newestWithinHours', column: 'day' },
		],
		[
			'a value that is not allowed',
			{ allowedValues: rule({ column: 'amount', values: '0, 0.25, .5' }) },
			makeRows(5),
			/'amount' has a value that is not allowed in 2 rows: (item 3|line 5 of .*) \('0.75'\)/,
			{ check: 'allowedValues', column: 'amount', count: 2 },
		],
		[
			'a value out of bounds',
			{ bounds: rule({ column: 'id', least: '2', greatest: '9' }) },
			ROWS,
			/'id' is not between 2 and 9 in 4 rows: (item 0|line 2 of .*) \('0'\)/,
			{ check: 'bounds', column: 'id', count: 4 },
		],
	];

	it.each(VIOLATED)('stop %s, and commit nothing', async (_name, checks, rows, message, result) => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const { more, ...run } = input(rows);
		const said = await refuse(sandbox, { streamId, ...run, more: { ...more, checks } });
		expect(said).toMatch(/A check does not hold, so nothing is loaded/);
		expect(said).toMatch(message);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
		expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).not.toContain('ACTIVE');

		const { summary, hints } = await upload(sandbox, {
			streamId,
			...run,
			more: { ...more, checks: { ...checks, whenViolated: 'warn' } },
		});
		expect(summary.checks).toContainEqual(expect.objectContaining({ ...result, held: false }));
		expect(hints.join()).toMatch(message);
		expect(await sandbox.rows(dataSetId)).toHaveLength(rows.length);
	});

	it('that hold are listed, and the rows arrive', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const { more, ...run } = input(ROWS);
		const checks = {
			minRows: 12,
			maxRows: 12,
			notNullColumns: ['id', 'day'],
			uniqueColumns: ['id'],
			bounds: rule({ column: 'day', least: '2024-02-29', greatest: '2024-02-29' }),
			allowedValues: rule({ column: 'day', values: ['2024-02-29'] }),
			sameInput: true,
		};
		const { summary } = await upload(sandbox, {
			streamId,
			...run,
			options: { rowsPerPart: 5, maxConcurrentUploads: 3 },
			more: { ...more, checks },
		});
		expect(summary.checks).toEqual([
			{ check: 'minRows', held: true, count: 12 },
			{ check: 'maxRows', held: true, count: 12 },
			{ check: 'notNullColumns', column: 'id', held: true },
			{ check: 'notNullColumns', column: 'day', held: true },
			{ check: 'uniqueColumns', column: 'id', held: true },
			{ check: 'allowedValues', column: 'day', held: true },
			{ check: 'bounds', column: 'day', held: true },
			{ check: 'sameInput', held: true },
		]);
		expect(await sandbox.rows(dataSetId)).toHaveLength(12);
	});

	it('are reported by a Dry Run', async () => {
		const { streamId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const { more, ...run } = input(DOUBLE);
		const checks = { minRows: 20, uniqueColumns: ['id'] };
		const { summary } = await upload(sandbox, {
			streamId,
			...run,
			options: { dryRun: true },
			more: { ...more, checks },
		});
		expect(summary).toMatchObject({
			wouldUpload: false,
			refusal: expect.stringMatching(/at least 20 .*'id' has a value again/),
			checks: [
				{ check: 'minRows', held: false },
				{ check: 'uniqueColumns', held: false, count: 1 },
			],
		});
		expect(sandbox.executions(streamId)).toEqual([]);
	});

	it('of an import stop it before it is sent', async () => {
		const dataSetId = await dataSet();
		const { more, ...run } = input(DOUBLE);
		const importing = async (checks: IDataObject) =>
			await runNode(
				'domoDataSet',
				{
					resource: 'dataSet',
					operation: 'import',
					dataSetId: byId(dataSetId),
					updateMethod: 'APPEND',
					inputSource: 'items',
					...more,
					checks,
				} as IDataObject,
				credentialsFor(sandbox),
				run.items,
			);
		const { error } = await importing({ uniqueColumns: ['id'] });
		expect(error?.message).toMatch(/'id' has a value again in 1 row.*Nothing was sent/);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
		const { json } = await importing({ uniqueColumns: ['id'], warnOnly: ['uniqueColumns'] });
		expect(json[0].checks).toMatchObject([{ check: 'uniqueColumns', held: false, count: 1 }]);
		expect(await sandbox.rows(dataSetId)).toHaveLength(DOUBLE.length);
	});
});

async function dataSet(): Promise<string> {
	return (await sandbox.createStream({ name: 'imported', columns: COLUMNS })).dataSetId;
}

describe('checks before the commit', () => {
	it('stop a REPLACE whose number of rows differs too much, but not on an empty DataSet', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'checked',
			columns: COLUMNS,
			updateMethod: 'REPLACE',
		});
		const replace = { checks: { maxRowChangePercent: 10 }, updateMethod: 'REPLACE' };
		const first = await upload(sandbox, { streamId, items: itemsOf(makeRows(100)), more: replace });
		expect(first.summary.checks).toMatchObject([{ check: 'maxRowChangePercent', held: null }]);
		await upload(sandbox, { streamId, items: itemsOf(makeRows(110)), more: replace });
		const said = await refuse(sandbox, { streamId, items: itemsOf(makeRows(122)), more: replace });
		expect(said).toMatch(/122 rows, the DataSet 110 rows: they differ by more than 10 %.*Nothing was sent/);
		expect(await sandbox.rows(dataSetId)).toHaveLength(110);
	});

	it('do not keep an execution open that could be resumed into a commit', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const run = { streamId, items: itemsOf(DOUBLE), options: { onFailure: 'keepOpen', rowsPerPart: 4 } };
		await refuse(sandbox, { ...run, ...withChecks({ uniqueColumns: ['id'] }) });
		expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['ABORTED']);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
	});

	it('stop where the memory for unique values does not suffice', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const checks = { uniqueColumns: ['id'], uniqueMemoryMb: 0.01 };
		const run = { streamId, items: itemsOf(makeRows(2000)) };
		const said = await refuse(sandbox, { ...run, ...withChecks(checks) });
		expect(said).toMatch(/A check could not be made, so nothing is loaded.*too many for the memory/);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
		const { summary } = await upload(sandbox, { ...run, ...withChecks({ ...checks, whenViolated: 'warn' }) });
		expect(summary.checks).toMatchObject([{ check: 'uniqueColumns', held: null }]);
	});

	const UNUSABLE: Array<[string, IDataObject, RegExp]> = [
		[
			'an unknown column',
			{ notNullColumns: ['nope'] },
			/names the column 'nope', which the DataSet does not have/,
		],
		['a newest date of another type', { newestColumn: 'id', newestWithinHours: 1 }, /'id', which is LONG/],
		['hours without a column', { newestWithinHours: 1 }, /belong together/],
		['an unknown check', { warnOnly: ['rows'] }, /'Only Warn' can't be \["rows"\]/],
		[
			'a bound of another type',
			{ bounds: rule({ column: 'id', least: 'x' }) },
			/gives 'x' for the column 'id'/,
		],
		['no bound', { bounds: rule({ column: 'id' }) }, /has no bound for the column 'id'/],
		[
			'bounds the wrong way round',
			{ bounds: rule({ column: 'id', least: 3, greatest: 2 }) },
			/above the greatest/,
		],
		['no values', { allowedValues: rule({ column: 'id', values: '' }) }, /has no values for the column 'id'/],
	];
	it.each(UNUSABLE)('refuse %s before anything is sent', async (_, checks, message) => {
		const { streamId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const said = await refuse(sandbox, { streamId, items: itemsOf(ROWS), ...withChecks(checks) });
		expect(said).toMatch(message);
		expect(said).toMatch(/Nothing was sent/);
		expect(sandbox.executions(streamId)).toEqual([]);
	});

	it('do not count rows that are left out, and see values as they are sent', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const rows = [
			{ id: '1,000', name: 'a', amount: 1, day: '31.01.2024' },
			{ id: 'bad', name: 'b', amount: 1, day: '31.01.2024' },
			{ id: '7,000', name: 'c', amount: 1, day: '31.01.2024' },
			{ id: '1,234,567', name: 'd', amount: 1, day: '31.01.2024' },
		];
		const { summary } = await upload(sandbox, {
			streamId,
			items: itemsOf(rows),
			more: {
				checks: {
					maxRows: 3,
					bounds: rule({ column: 'id', least: 1000, greatest: 1_234_567 }),
					allowedValues: rule({ column: 'day', values: '2024-01-31' }),
				},
				valueOptions: { badValues: 'leaveOut', maxBadRowsPercent: 100 },
			},
		});
		expect(summary.checks).toMatchObject([{ held: true, count: 3 }, { held: true }, { held: true }]);
		expect(await sandbox.rows(dataSetId)).toHaveLength(3);
	});

	it('count no row twice where parts are sent again', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		sandbox.faults.add({ operation: 'part', status: 503, times: 3 });
		const { summary } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(40)),
			options: { rowsPerPart: 5 },
			...withChecks({ uniqueColumns: ['id'], maxRows: 40 }),
		});
		expect(summary.checks).toMatchObject([{ held: true, count: 40 }, { held: true }]);
		expect(await sandbox.rows(dataSetId)).toHaveLength(40);
	});

	it('of a resume abort what was kept open: it must not be resumed into a commit', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const options = { onFailure: 'keepOpen', rowsPerPart: 4, maxTries: 1, maxConcurrentUploads: 1 };
		const run = { streamId, items: itemsOf(DOUBLE) };
		sandbox.faults.add({ operation: 'part', part: 3, status: 400 });
		const { json } = await tryUpload(sandbox, { ...run, options, run: { onError: 'continueRegularOutput' } });
		sandbox.faults.clear();
		expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['ACTIVE']);
		const said = await refuse(sandbox, {
			...run,
			options: { ...options, resume: json[0].details },
			...withChecks({ uniqueColumns: ['id'] }),
		});
		expect(said).toMatch(/'id' has a value again in 1 row/);
		expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['ABORTED']);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
	});

	it('leave tryUpload without any check as it was', async () => {
		const { streamId } = await sandbox.createStream({ name: 'plain', columns: COLUMNS });
		const { json } = await tryUpload(sandbox, { streamId, items: itemsOf(ROWS) });
		expect(json[0]).not.toHaveProperty('checks');
	});
});
