/** Checks before the commit: what does not hold is not loaded, and the summary lists every check. */
import type { IDataObject } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { credentialsFor, fileItem, itemsOf, runNode } from '../support/engine';
import { byId, byMode, byName } from '../support/locators';
import {
	asCsv,
	BINARY,
	COLUMNS,
	makeRows,
	parameters,
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
			/'id' has a value again in 1 row: (item 12 \(as item 3\)|line 14 of .* \(as line 5 of )/,
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
			// An expression may give a date.
			bounds: rule({ column: 'day', least: '2024-02-29', greatest: new Date('2024-02-29T00:00:00Z') }),
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

	it('see the right fields where the load adds some, leaves rows out and converts others', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const rows = ROWS.map((row, index) => ({
			...row,
			id: index === 5 ? 'bad' : index % 3 === 0 ? `+${index}` : index,
		}));
		const { more, ...run } = input(rows);
		const { summary } = await upload(sandbox, {
			streamId,
			...run,
			options: { loadColumns: ['loadTime', 'fileName', 'rowNumber'], rowsPerPart: 4 },
			more: {
				...more,
				valueOptions: { badValues: 'leaveOut', maxBadRowsPercent: 100 },
				checks: {
					bounds: rule({ column: 'amount', greatest: '2.25' }, { column: '_row_number', greatest: 11 }),
					allowedValues: rule({ column: 'name', values: ROWS.slice(1).map(({ name }) => name) }),
					uniqueColumns: ['id', 'day'],
					whenViolated: 'warn',
				},
			},
		});
		const at = (row: number) => expect.stringMatching(new RegExp(`^(item ${row}|line ${row + 2} of)`));
		expect(summary.checks).toEqual([
			{ check: 'uniqueColumns', column: 'id', held: true },
			expect.objectContaining({ column: 'day', count: 10 }),
			expect.objectContaining({ column: 'name', count: 1, first: [at(0)] }),
			expect.objectContaining({ column: 'amount', count: 2, first: [at(10), at(11)] }),
			expect.objectContaining({ column: '_row_number', count: 1, first: [at(11)] }),
		]);
		expect(await sandbox.rows(dataSetId)).toHaveLength(11);
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

	it('that warn say whether they do not hold or could not be made', async () => {
		const { streamId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const checks = { uniqueColumns: ['id'], uniqueMemoryMb: 0.01, whenViolated: 'warn' };
		const { hints } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(2000)),
			...withChecks(checks),
		});
		expect(hints.join(' ')).toContain(
			'A check that only warns could not be made: Columns That Must Be Unique',
		);
		expect(hints.join(' ')).not.toContain('does not hold');
	});

	it('do not hold once a value has come again, though the memory does not suffice for the rest', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const rows = [...makeRows(2), ...makeRows(2000)];
		const run = { streamId, items: itemsOf(rows) };
		const checks = { uniqueColumns: ['id'], uniqueMemoryMb: 0.01 };
		const said = await refuse(sandbox, { ...run, ...withChecks(checks) });
		expect(said).toMatch(
			/does not hold.*'id' has a value again in at least 2 rows \(then the values of 'id' are too/,
		);
		expect(said).toMatch(/item 2 \(as item 0\), item 3 \(as item 1\)/);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
		expect(sandbox.executions(streamId).filter(({ currentState }) => currentState === 'ACTIVE')).toEqual([]);
	});

	it('look at a column once, however often and in what letters it is named', async () => {
		const { streamId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const checks = { uniqueColumns: ['id', 'ID', 'id'], notNullColumns: ['name', 'Name'] };
		const { summary } = await upload(sandbox, { streamId, items: itemsOf(ROWS), ...withChecks(checks) });
		expect(summary.checks).toEqual([
			{ check: 'notNullColumns', column: 'name', held: true },
			{ check: 'uniqueColumns', column: 'id', held: true },
		]);
	});

	const FULL = {
		minRows: 1,
		notNullColumns: ['name', 'amount'],
		uniqueColumns: ['id'],
		uniqueMemoryMb: 0.01,
		newestColumn: 'day',
		newestWithinHours: 1,
		bounds: rule({ column: 'id', least: 1 }),
		sameInput: true,
	};
	const MANY = makeRows(2000).map((row, index) => ({ ...row, amount: index === 7 ? null : row.amount }));
	const TOO_MANY = {
		check: 'uniqueColumns',
		column: 'id',
		held: null,
		reason: expect.stringMatching(/too many for the memory/),
	};
	const STOPPED = { held: null, reason: 'the load was stopped before its last row' };

	const AS_FAR = [
		{ check: 'minRows', ...STOPPED },
		{ check: 'notNullColumns', column: 'name', ...STOPPED },
		{ check: 'notNullColumns', column: 'amount', held: false, count: 1, first: ['item 7'] },
		TOO_MANY,
		{ check: 'newestWithinHours', column: 'day', ...STOPPED },
		{ check: 'bounds', column: 'id', held: false, count: 1, first: ["item 0 ('0')"] },
		{ check: 'sameInput', ...STOPPED },
	];

	it('list what the others came to where one stops the upload', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const checks = { ...FULL, warnOnly: ['notNullColumns', 'bounds'] };
		const run = { streamId, items: itemsOf(MANY), ...withChecks(checks) };
		const { json } = await tryUpload(sandbox, { ...run, run: { onError: 'continueRegularOutput' } });
		expect(json[0].details).toMatchObject({ code: 'CHECK_NOT_MADE', checks: AS_FAR });
		expect(await sandbox.rows(dataSetId)).toEqual([]);
	});

	it.each(['abort', 'keepOpen'])(
		'say first what is violated where one stops the upload, and abort it (On Failure: %s)',
		async (onFailure) => {
			const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
			const { json } = await tryUpload(sandbox, {
				streamId,
				items: itemsOf(MANY),
				options: { onFailure, rowsPerPart: 200, maxConcurrentUploads: 1 },
				...withChecks({ ...FULL, uniqueMemoryMb: 0.03 }),
				run: { onError: 'continueRegularOutput' },
			});
			expect(json[0]).toMatchObject({
				error: expect.stringMatching(
					/^A check does not hold, so nothing is loaded\. Columns That Must Not Be NULL: .*Least and Greatest: .*\('0'\)\. Columns That Must Be Unique: .* too many .* was aborted: none/,
				),
				details: { code: 'CHECK_FAILED', fate: 'aborted', effect: 'none', checks: AS_FAR },
			});
			expect(json[0].details).not.toHaveProperty('landedParts');
			expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['ABORTED']);
			expect(await sandbox.rows(dataSetId)).toEqual([]);
		},
	);

	it('list what the others came to where the number of items is refused', async () => {
		const { streamId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const items = itemsOf(ROWS.map((row, index) => ({ ...row, amount: index === 7 ? null : row.amount })));
		const checks = { ...FULL, uniqueMemoryMb: 1, minRows: 13, maxRows: 20 };
		const { json } = await tryUpload(sandbox, {
			streamId,
			items,
			...withChecks(checks),
			run: { onError: 'continueRegularOutput' },
		});
		expect(json[0]).toMatchObject({
			error: expect.stringMatching(/at least 13 are wanted\. Nothing was sent\.$/),
			details: {
				code: 'CHECK_FAILED',
				checks: [
					{ check: 'minRows', held: false, count: 12 },
					{ check: 'maxRows', held: true, count: 12 },
					{ check: 'notNullColumns', column: 'name', ...STOPPED },
					{ check: 'notNullColumns', column: 'amount', held: false, count: 1, first: ['item 7'] },
					{ check: 'uniqueColumns', ...STOPPED },
					{ check: 'newestWithinHours', column: 'day', ...STOPPED },
					{ check: 'bounds', column: 'id', held: false, count: 1 },
					{ check: 'sameInput', ...STOPPED },
				],
			},
		});
		expect(sandbox.executions(streamId)).toEqual([]);
	});

	const TO_THE_END = [
		{ check: 'minRows', held: true, count: 2000 },
		{ check: 'notNullColumns', column: 'name', held: true },
		{ check: 'notNullColumns', column: 'amount', held: false, count: 1 },
		TOO_MANY,
		{ check: 'newestWithinHours', column: 'day', held: false },
		{ check: 'bounds', column: 'id', held: false, count: 1 },
		{ check: 'sameInput', held: true },
	];

	it('are all made in a Dry Run, where one can not be', async () => {
		const { streamId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const run = { streamId, items: itemsOf(MANY), options: { dryRun: true }, ...withChecks(FULL) };
		const { summary } = await upload(sandbox, run);
		expect(summary).toMatchObject({ wouldUpload: false, checks: TO_THE_END });
	});

	it('are all made in an import, where one can not be, and nothing is sent', async () => {
		const dataSetId = await dataSet();
		const { json } = await runNode(
			'domoDataSet',
			{
				resource: 'dataSet',
				operation: 'import',
				dataSetId: byId(dataSetId),
				updateMethod: 'APPEND',
				inputSource: 'items',
				checks: { ...FULL, warnOnly: ['notNullColumns', 'bounds', 'newestWithinHours'] },
			},
			credentialsFor(sandbox),
			itemsOf(MANY),
			{ onError: 'continueRegularOutput' },
		);
		expect(json[0]).toMatchObject({
			error: expect.stringMatching(/^A check could not be made.*Nothing was sent\.$/),
			details: { code: 'CHECK_NOT_MADE', checks: TO_THE_END },
		});
		expect(await sandbox.rows(dataSetId)).toEqual([]);
	});

	it.each([
		['a value in a row after the first bytes', '2,b,1,2024-02-30'],
		['an open quote', '2,"b,1,2024-02-29'],
	])('say of an import that %s stops that nothing was sent', async (_, line) => {
		const dataSetId = await dataSet();
		const { error } = await runNode(
			'domoDataSet',
			{
				resource: 'dataSet',
				operation: 'import',
				dataSetId: byId(dataSetId),
				updateMethod: 'APPEND',
				...BINARY,
			},
			credentialsFor(sandbox),
			[fileItem(`${asCsv(ROWS)}${line}\n`)],
		);
		expect(
			`${error?.message} ${error?.description ?? ''}`.match(/nothing was sent|no part of this/gi),
		).toHaveLength(1);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
	});

	it.each<[IDataObject[string], string[], string[]]>([
		[
			['', 'a'],
			['', 'a'],
			[' ', 'b'],
		],
		["={{ ['', ' a '] }}", ['', ' a '], ['a', '  ']],
		[[''], [''], ['a']],
		[
			['a, b', 1],
			['a, b', '1'],
			['a', ' 1', ''],
		],
		[' a , b,, ', ['a', 'b'], [' a ', '']],
	])('allow the texts %j as they are in a list', async (values, allowed, others) => {
		for (const [, input] of INPUTS) {
			const columns: Column[] = [
				{ name: 'id', type: 'LONG' },
				{ name: 's', type: 'STRING' },
			];
			const { streamId, dataSetId } = await sandbox.createStream({ name: 'allowed', columns });
			const load = async (texts: string[]) => {
				const csv = `id,s\n${texts.map((s, id) => `${id},"${s}"\n`).join('')}`;
				const { more } = input([]);
				const items = more === BINARY ? [fileItem(csv)] : itemsOf(texts.map((s, id) => ({ id, s })));
				const checks = { allowedValues: rule({ column: 's', values }) };
				const { error } = await tryUpload(sandbox, { streamId, items, more: { ...more, checks } });
				return error?.message;
			};
			expect(await load(allowed)).toBeUndefined();
			expect(await load([...allowed, ...others])).toContain(
				`not allowed in ${others.length} row${others.length > 1 ? 's' : ''}: `,
			);
			expect((await sandbox.rows(dataSetId)).map(({ s }) => s)).toEqual(allowed);
		}
	});

	it('pass over blank texts in a list for numbers', async () => {
		const { streamId } = await sandbox.createStream({ name: 'allowed', columns: COLUMNS });
		const allowed = (values: string[]) => withChecks({ allowedValues: rule({ column: 'id', values }) });
		await upload(sandbox, { streamId, items: itemsOf(makeRows(2)), ...allowed(['', '0', ' 1 ']) });
		const said = await refuse(sandbox, { streamId, items: itemsOf(makeRows(2)), ...allowed(['', ' ']) });
		expect(said).toMatch(/has no values for the column 'id'/);
	});

	it.each<[string, IDataObject, string, string]>([
		['amount', { decimalSign: 'comma' }, '1,5', '1.5'],
		['amount', { percentSigns: 'fraction' }, '50%', '0.5'],
		['amount', {}, '1,2,3', '123'],
		['day', { dateOrder: 'dayFirst' }, '01/02/2024', '2024-02-01'],
		['day', { numbersAsDates: 'excel' }, '45323', '2024-02-01'],
		['day', { dateFormat: 'dd/MM/yyyy' }, '01/02/2024', '2024-02-01'],
		['id', {}, '1.5', '2'],
		['id', {}, '9223372036854775808', '9223372036854775807'],
	])(
		"take a value for '%s' in Domo's own form, whatever the value options are (%j, %s)",
		async (column, valueOptions, own, domo) => {
			const { streamId, dataSetId } = await sandbox.createStream({ name: 'bounds', columns: COLUMNS });
			const run = { streamId, items: itemsOf([{ ...ROWS[0], [column]: null }]) };
			for (const checks of [
				{ bounds: rule({ column, least: own }) },
				{ allowedValues: rule({ column, values: [own] }) },
			]) {
				const { error } = await tryUpload(sandbox, { ...run, more: { checks, valueOptions } });
				expect(error?.message).toMatch(
					/gives '.*' for the column '.*', which is not a \w+ as Domo writes it\. Nothing was sent\.$/,
				);
				const said = `${error?.message} ${error?.description ?? ''}`;
				expect(said).toMatch(/ Write an? .*, such as .*, however the input is written\.$/);
				expect(said).not.toMatch(/'(Decimal Sign|Date Order|Date Format|Percent Signs|Numbers as Dates)'/);
			}
			const checks = { bounds: rule({ column, least: domo }) };
			await upload(sandbox, { ...run, more: { checks, valueOptions } });
			expect(await sandbox.rows(dataSetId)).toHaveLength(1);
		},
	);

	it.each(['notNullColumns', 'uniqueColumns'])('refuse %s that an expression gives as null', async (name) => {
		const { streamId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const more = { checks: { [name]: '={{ null }}' } };
		const said = await refuse(sandbox, { streamId, items: itemsOf(ROWS), more });
		expect(said).toMatch(/'Columns That Must .*' can't be null\. Nothing was sent/);
		expect(sandbox.executions(streamId)).toEqual([]);
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

	it.each(UNUSABLE.filter(([name]) => name !== 'an unknown check'))(
		'report %s in a Dry Run',
		async (_, checks, message) => {
			const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
			const { summary, hints } = await upload(sandbox, {
				streamId,
				items: itemsOf(ROWS),
				options: { dryRun: true },
				...withChecks(checks),
			});
			expect(summary).toMatchObject({
				dryRun: true,
				streamId,
				dataSetId,
				updateMethod: 'APPEND',
				wouldUpload: false,
				code: expect.stringMatching(/^CHECK_/),
				refusal: expect.stringMatching(message),
				advice: expect.any(String),
			});
			expect(hints.join()).toMatch(/Dry run: the upload would be refused/);
		},
	);

	it('report one in a Dry Run of many targets, beside the others', async () => {
		const one = await sandbox.createStream({ name: 'with', columns: COLUMNS });
		const other = await sandbox.createStream({ name: 'without', columns: COLUMNS.slice(0, 3) });
		const { json, error } = await tryUpload(sandbox, {
			streamId: 0,
			items: itemsOf([
				...ROWS.map((row) => ({ ...row, to: one.streamId })),
				{ id: 1, name: 'x', amount: 1, to: other.streamId },
			]),
			options: { dryRun: true },
			more: {
				streamId: byMode('targetField', 'to'),
				targetFieldHolds: 'id',
				checks: { notNullColumns: ['day'] },
			},
		});
		expect(error).toBeUndefined();
		expect(json).toMatchObject([
			{ streamId: one.streamId, wouldUpload: true, checks: [{ held: true }] },
			{ streamId: other.streamId, wouldUpload: false, code: 'CHECK_COLUMN' },
		]);
	});

	it.each([
		['columns are to be added', 'existing'],
		['a DataSet is to be made', 'new'],
	])('let a Dry Run report a file that can not be read, where %s', async (_, which) => {
		const { streamId } = await sandbox.createStream({ name: 'existing', columns: COLUMNS });
		const { json, error } = await tryUpload(sandbox, {
			streamId,
			items: [fileItem('PK\u0003\u0004xl/workbook.xml', 'book.xlsx')],
			options: { dryRun: true, unknownFields: 'addColumns' },
			more: { ...BINARY, ...(which === 'new' ? { streamId: byMode('name', 'not there yet') } : {}) },
		});
		expect(error).toBeUndefined();
		expect(json).toMatchObject([
			{
				...(which === 'new' ? { wouldCreate: 'not there yet' } : { streamId }),
				wouldUpload: false,
				code: expect.stringMatching(/^CSV_/),
			},
		]);
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

	/** An upload of enough rows for some parts, whose third one Domo refused: the details of what is kept open. */
	async function keptOpen(rows: IDataObject[], rowsPerPart: number) {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const options = { onFailure: 'keepOpen', rowsPerPart, maxTries: 1, maxConcurrentUploads: 1 };
		const run = {
			streamId,
			items: itemsOf(rows),
			options,
			run: { onError: 'continueRegularOutput' as const },
		};
		sandbox.faults.add({ operation: 'part', part: 3, status: 400 });
		const { json } = await tryUpload(sandbox, run);
		sandbox.faults.clear();
		const states = () => sandbox.executions(streamId).map(({ currentState }) => currentState);
		expect(states()).toEqual(['ACTIVE']);
		const resume = async (details: IDataObject, checks: IDataObject, more: Partial<UploadRun> = {}) =>
			(
				await tryUpload(sandbox, {
					...run,
					options: { ...options, onFailure: 'abort', resume: details },
					...withChecks(checks),
					...more,
				})
			).json[0];
		return { dataSetId, details: json[0].details as IDataObject, states, resume };
	}

	it('of a resume that can not be made leave it open, and it can be resumed with more memory', async () => {
		const { dataSetId, details, states, resume } = await keptOpen(makeRows(2000), 200);
		const full = await resume(details, { uniqueColumns: ['id'], uniqueMemoryMb: 0.03 });
		expect(full).toMatchObject({
			error: expect.stringMatching(/A check could not be made.* is kept open, .*committed nothing/),
			details: {
				code: 'CHECK_NOT_MADE',
				fate: 'open',
				effect: 'none',
				checks: [{ check: 'uniqueColumns', held: null }],
			},
		});
		expect(states()).toEqual(['ACTIVE']);
		const parts = (full.details as { landedParts: object[] }).landedParts.length;
		expect(parts).toBeGreaterThan((details as { landedParts: object[] }).landedParts.length);
		const done = await resume(full.details as IDataObject, { uniqueColumns: ['id'] });
		expect(done).toMatchObject({ state: 'SUCCESS', rows: 2000, checks: [{ held: true }] });
		expect(await sandbox.rows(dataSetId)).toHaveLength(2000);
	});

	it('of a resume that can not be made in its first part: the details can be resumed, too', async () => {
		const { dataSetId, details, states, resume } = await keptOpen(makeRows(2000), 200);
		const full = await resume(details, { uniqueColumns: ['id'], uniqueMemoryMb: 0.005 });
		expect(full).toMatchObject({
			error: expect.stringMatching(
				/A check could not be made.*Nothing was sent, and the execution 1 was left as it is/,
			),
			details: { code: 'CHECK_NOT_MADE', fate: 'open', effect: 'none', checks: [{ held: null }] },
		});
		expect(states()).toEqual(['ACTIVE']);
		const done = await resume(full.details as IDataObject, { uniqueColumns: ['id'] });
		expect(done).toMatchObject({ state: 'SUCCESS', rows: 2000, checks: [{ held: true }] });
		expect(await sandbox.rows(dataSetId)).toHaveLength(2000);
	});

	it('of a resume leave it open as long as no part shows that the input is the right one', async () => {
		const { dataSetId, details, states, resume } = await keptOpen(makeRows(2000), 200);
		const [, second] = details.landedParts as IDataObject[];
		const wrong = makeRows(2000).map((row, index) => ({ ...row, id: index < 150 ? 7 : row.id }));
		const stopped = await resume(
			{ ...details, landedParts: [second] },
			{ uniqueColumns: ['id'], uniqueMemoryMb: 0.008 },
			{ items: itemsOf(wrong) },
		);
		expect(stopped.details).toMatchObject({ code: 'CHECK_FAILED' });
		expect(states()).toEqual(['ACTIVE']);
		const done = await resume(details, { uniqueColumns: ['id'] });
		expect(done).toMatchObject({ state: 'SUCCESS', rows: 2000 });
		expect(await sandbox.rows(dataSetId)).toHaveLength(2000);
	});

	it('of a Dry Run whose values are refused say only what is certain', async () => {
		const { streamId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const rows = [...makeRows(2), { ...makeRows(1)[0], id: 'none' }];
		const { json } = await tryUpload(sandbox, {
			streamId,
			items: itemsOf(rows),
			options: { dryRun: true },
			...withChecks({ minRows: 3, notNullColumns: ['name'], uniqueColumns: ['day'], sameInput: true }),
		});
		expect(json[0].refusal).toMatch(/^A value does not fit its column/);
		expect(json[0].checks).toMatchObject([
			{ check: 'minRows', held: null },
			{ check: 'notNullColumns', column: 'name', held: null },
			{ check: 'uniqueColumns', held: false, count: 1 },
			{ check: 'sameInput', held: null },
		]);
	});

	it('that do not hold in many columns are not all spelt out', async () => {
		const many = Array.from({ length: 15 }, (_, i): Column => ({ name: `c${i}`, type: 'STRING' }));
		const { streamId } = await sandbox.createStream({ name: 'checked', columns: [...COLUMNS, ...many] });
		const run = { streamId, items: itemsOf(makeRows(1)), options: { missingColumns: 'null' } };
		const notNullColumns = many.map(({ name }) => name);
		expect(await refuse(sandbox, { ...run, ...withChecks({ notNullColumns }) })).toMatch(
			/'c9' is NULL in 1 row: item 0\. So it is with 5 more checks: see 'checks'/,
		);
		const warned = await upload(sandbox, { ...run, ...withChecks({ notNullColumns, whenViolated: 'warn' }) });
		expect(warned.summary.checks).toHaveLength(15);
		expect(warned.hints.filter((hint) => hint.includes('check'))).toHaveLength(11);
	});

	it('that delete a new DataSet again say nothing of it but that', async () => {
		const { hints, json } = await runNode(
			'domoStream',
			parameters(0, {}, { streamId: byName('checked anew'), checks: { minRows: 5 } }),
			credentialsFor(sandbox),
			itemsOf(makeRows(2)),
			{ onError: 'continueRegularOutput' },
		);
		expect(json[0].error).toMatch(/at least 5 are wanted/);
		expect(hints.filter((hint) => hint.includes('was created with the Stream'))).toEqual([]);
	});

	it('that can not be made keep an execution open where that is chosen, and abort it elsewhere', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const run = {
			streamId,
			items: itemsOf(makeRows(2000)),
			run: { onError: 'continueRegularOutput' as const },
		};
		const options = { rowsPerPart: 200, maxConcurrentUploads: 1 };
		const few = withChecks({ uniqueColumns: ['id'], uniqueMemoryMb: 0.03 });
		await tryUpload(sandbox, { ...run, options, ...few });
		const { json } = await tryUpload(sandbox, {
			...run,
			options: { ...options, onFailure: 'keepOpen' },
			...few,
		});
		expect(
			sandbox
				.executions(streamId)
				.map(({ currentState }) => currentState)
				.sort(),
		).toEqual(['ABORTED', 'ACTIVE']);
		const { summary } = await upload(sandbox, {
			...run,
			options: { ...options, resume: json[0].details },
			...withChecks({ uniqueColumns: ['id'] }),
		});
		expect(summary).toMatchObject({ state: 'SUCCESS', rows: 2000 });
		expect(await sandbox.rows(dataSetId)).toHaveLength(2000);
	});

	it('of the number of rows abort a resume as the others do, but not for a wrong input', async () => {
		const { dataSetId, details, states, resume } = await keptOpen(ROWS, 4);
		const wrong = await resume(details, { minRows: 12 }, { items: itemsOf(makeRows(5)) });
		expect(wrong.details).toMatchObject({ code: 'UPLOAD_RESUME_INPUT_CHANGED', fate: 'open' });
		expect(states()).toEqual(['ACTIVE']);
		const few = await resume(details, { minRows: 13 });
		expect(few).toMatchObject({
			error: expect.stringMatching(/has 12 rows, at least 13/),
			details: { code: 'CHECK_FAILED', fate: 'aborted' },
		});
		expect(states()).toEqual(['ABORTED']);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
	});

	const NOW = Date.now();
	const dayOf = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString().slice(0, 10);

	it.each([
		['items', (rows: IDataObject[]) => ({ items: itemsOf(rows), more: {} })],
		['a file', (rows: IDataObject[]) => ({ items: [fileItem(asCsv(rows))], more: BINARY })],
	])('of %s do not take a date far ahead for the newest', async (_, input) => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const rows = [...ROWS, { ...ROWS[0], day: '9999-12-31' }];
		const { more, ...run } = input(rows);
		const newest = (hours: number) => ({ checks: { newestColumn: 'day', newestWithinHours: hours } });
		const stale = await refuse(sandbox, { streamId, ...run, more: { ...more, ...newest(48) } });
		expect(stale).toMatch(/newest value of 'day' is 2024-02-29, which is more than 48 hours before now/);
		expect(stale).toMatch(
			/does not count as the newest. 1 row has one: (item 12|line 14 .*) \('9999-12-31'\)/,
		);
		expect(await sandbox.rows(dataSetId)).toEqual([]);

		const fresh = await upload(sandbox, { streamId, ...run, more: { ...more, ...newest(1e6) } });
		expect(fresh.summary.checks).toEqual([
			{
				check: 'newestWithinHours',
				column: 'day',
				held: true,
				first: ['2024-02-29'],
				later: { count: 1, first: [expect.stringMatching(/\('9999-12-31'\)/)] },
			},
		]);
		expect(fresh.hints.join()).toMatch(/'day' beyond .*, a day from now, does not count/);
		expect(await sandbox.rows(dataSetId)).toHaveLength(13);
	});

	it('take tomorrow for the newest, and no date but far ones for none', async () => {
		const { streamId } = await sandbox.createStream({ name: 'checked', columns: COLUMNS });
		const checks = { newestColumn: 'day', newestWithinHours: 1 };
		const day = dayOf(23);
		const near = [
			{ ...ROWS[0], day },
			{ ...ROWS[1], day: dayOf(24 * 3) },
		];
		const { summary } = await upload(sandbox, { streamId, items: itemsOf(near), ...withChecks(checks) });
		expect(summary.checks).toMatchObject([{ held: true, first: [day], later: { count: 1 } }]);
		const far = await refuse(sandbox, { streamId, items: itemsOf(near.slice(1)), ...withChecks(checks) });
		expect(far).toMatch(/'day' has no date up to .* in any row/);
	});

	it('leave tryUpload without any check as it was', async () => {
		const { streamId } = await sandbox.createStream({ name: 'plain', columns: COLUMNS });
		const { json } = await tryUpload(sandbox, { streamId, items: itemsOf(ROWS) });
		expect(json[0]).not.toHaveProperty('checks');
	});
});
