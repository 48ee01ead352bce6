/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { type Sandbox, type SeedRow } from '../../sandbox';
import {
	credentialsFor,
	fileItem,
	itemsOf,
	runNode,
	runNodeWell,
	type MemoryCredentials,
	type NodeRunOptions,
} from '../support/engine';
import { NO_FINDINGS } from '../support/uploads';
import { byId } from '../support/locators';
import { useSandbox } from '../support/useSandbox';

const sandbox = useSandbox();
let credentials: MemoryCredentials;

beforeAll(() => {
	credentials = credentialsFor(sandbox);
});

afterEach(() => sandbox.faults.clear());

const COLUMNS = [
	{ name: 'id', type: 'LONG' as const },
	{ name: 'name', type: 'STRING' as const },
];
const OLD: SeedRow[] = [{ id: 1, name: 'old' }];
const OLD_FOUND = [{ id: '1', name: 'old' }];

const newDataSet = async (
	rows: SeedRow[] = OLD,
	columns: Parameters<Sandbox['createDataSet']>[0]['columns'] = COLUMNS,
) => await sandbox.createDataSet({ name: 'Imported', columns, rows });

const parametersFor = (dataSetId: string, more: IDataObject): IDataObject => ({
	resource: 'dataSet',
	operation: 'import',
	dataSetId: byId(dataSetId),
	...more,
});

const load = async (
	dataSetId: string,
	more: IDataObject,
	items: INodeExecutionData[],
	options?: NodeRunOptions,
) => await runNode('domoDataSet', parametersFor(dataSetId, more), credentials, items, options);
const loadWell = async (dataSetId: string, more: IDataObject, items: INodeExecutionData[]) =>
	await runNodeWell('domoDataSet', parametersFor(dataSetId, more), credentials, items);

const importsOf = (dataSetId: string) =>
	sandbox.log.filter(({ operation, path }) => operation === 'import' && path.includes(dataSetId));

describe('Items', () => {
	it('are added to the rows there are, unless told otherwise', async () => {
		const id = await newDataSet();
		const { json, outputs, hints } = await loadWell(
			id,
			{},
			itemsOf([{ id: 2, name: 'a,"b"\nc' }, { name: '', id: '9007199254740993' }, { id: 4 }]),
		);
		expect(await sandbox.rows(id)).toEqual([
			...OLD_FOUND,
			{ id: '2', name: 'a,"b"\nc' },
			{ id: '9007199254740993', name: '' },
			{ id: '4', name: null },
		]);
		expect(json).toEqual([
			{
				dataSetId: id,
				updateMethod: 'APPEND',
				rows: 3,
				csvBytes: Buffer.byteLength('2,"a,""b""\nc"\n9007199254740993,""\n4,\n'),
				durationMs: expect.any(Number),
				...NO_FINDINGS,
			},
		]);
		expect(outputs[0][0].pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(hints).toEqual([]);
	});

	it('take the place of all rows with REPLACE', async () => {
		const id = await newDataSet();
		const { json } = await loadWell(id, { updateMethod: 'REPLACE' }, itemsOf([{ id: 5, name: 'new' }]));
		expect(await sandbox.rows(id)).toEqual([{ id: '5', name: 'new' }]);
		expect(json[0]).toMatchObject({ updateMethod: 'REPLACE', rows: 1 });
	});

	it('go in one request, however many there are', async () => {
		const id = await newDataSet([]);
		const rows = Array.from({ length: 5_000 }, (_, index) => ({ id: index, name: `row ${index}` }));
		const { outputs } = await loadWell(id, {}, itemsOf(rows));
		expect(await sandbox.rows(id)).toEqual(
			rows.map(({ id: number, name }) => ({ id: String(number), name })),
		);
		expect(importsOf(id)).toHaveLength(1);
		expect(outputs[0][0].pairedItem).toEqual([{ item: 0 }]);
	});

	it('write NULL as \\N where that is chosen', async () => {
		const id = await newDataSet([], [{ name: 'name', type: 'STRING' }]);
		const items = itemsOf([{ name: null }, { name: 'x' }]);
		const refused = await load(id, {}, items);
		expect(refused.error?.message).toContain("set 'Null Text' to \\N");
		await loadWell(id, { options: { nullText: '\\N' } }, items);
		expect(await sandbox.rows(id)).toEqual([{ name: null }, { name: 'x' }]);
	});

	it('may have fields without a column and lack columns only where that is allowed', async () => {
		const id = await newDataSet([]);
		const items = itemsOf([{ id: 1, extra: true }]);
		const refused = await load(id, {}, items);
		expect(refused.error?.message).toContain("The DataSet has no column for the field 'extra' of the items");
		const missing = await load(id, { options: { unknownFields: 'ignore' } }, items);
		expect(missing.error?.message).toContain("No field in the items for the DataSet's column 'name'");
		expect(importsOf(id)).toEqual([]);
		await loadWell(id, { options: { unknownFields: 'ignore', missingColumns: 'null' } }, items);
		expect(await sandbox.rows(id)).toEqual([{ id: '1', name: null }]);
	});

	it('with a value that does not fit are refused before anything is sent', async () => {
		const id = await newDataSet();
		const { error } = await load(
			id,
			{ updateMethod: 'REPLACE' },
			itemsOf([
				{ id: 1, name: 'x' },
				{ id: 'one', name: 'y' },
			]),
		);
		expect(error?.message).toContain("item 1, column 'id'");
		expect(await sandbox.rows(id)).toEqual(OLD_FOUND);
		expect(importsOf(id)).toEqual([]);
	});
});

describe('CSV files', () => {
	const binary = { inputSource: 'binary' };

	it('are matched to the columns by their header', async () => {
		const id = await newDataSet([]);
		const { json } = await loadWell(id, binary, [fileItem('Name,ID\r\n"a ""b""",1\r\n,2\r\n"",3')]);
		expect(await sandbox.rows(id)).toEqual([
			{ id: '1', name: 'a "b"' },
			{ id: '2', name: null },
			{ id: '3', name: '' },
		]);
		expect(json[0]).toMatchObject({ rows: 3 });
	});

	it('of several items form one request, each with its own header', async () => {
		const id = await newDataSet();
		const files = [
			fileItem('id,name\n2,b\n', 'one.csv'),
			fileItem(gzipSync('name,id\nc,3\n'), 'two.csv.gz'),
			fileItem('id,name\n4,d', 'three.csv'),
		];
		const { json, outputs } = await loadWell(id, { ...binary, updateMethod: 'REPLACE' }, files);
		expect(await sandbox.rows(id)).toEqual([
			{ id: '2', name: 'b' },
			{ id: '3', name: 'c' },
			{ id: '4', name: 'd' },
		]);
		expect(importsOf(id)).toHaveLength(1);
		expect(json).toMatchObject([{ rows: 3 }]);
		expect(outputs[0][0].pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	});

	it('may stand in another field, be delimited otherwise, be of another encoding and have no header', async () => {
		const id = await newDataSet([]);
		const content = Buffer.from('7;\u00fcber\n8;"a;b"\n', 'latin1');
		await loadWell(
			id,
			{
				...binary,
				binaryPropertyName: 'file',
				fileOptions: { delimiter: ';', fileEncoding: 'windows-1252', fileHasHeader: false },
			},
			[fileItem(content, 'old.csv', 'file')],
		);
		expect(await sandbox.rows(id)).toEqual([
			{ id: '7', name: 'über' },
			{ id: '8', name: 'a;b' },
		]);
	});

	it('with a faulty row are refused with its line, and nothing is sent', async () => {
		const id = await newDataSet();
		const { error } = await load(id, { ...binary, updateMethod: 'REPLACE' }, [
			fileItem('id,name\n1,a\n', 'good.csv'),
			fileItem('id,name\n1,a\n2\n', 'short.csv'),
		]);
		expect(error?.message).toMatch(/line 3 of 'short\.csv' \(item 1\)/i);
		expect(await sandbox.rows(id)).toEqual(OLD_FOUND);
		expect(importsOf(id)).toEqual([]);
	});

	it('must be there', async () => {
		const id = await newDataSet();
		const { error } = await load(id, binary, itemsOf([{ id: 1 }]));
		expect(error?.message).toContain("'data'");
		expect(importsOf(id)).toEqual([]);
	});
});

describe('No rows', () => {
	it('are nothing to append: nothing is sent, and that is said', async () => {
		const id = await newDataSet();
		const { json, hints } = await loadWell(id, {}, itemsOf([{}]));
		expect(json).toMatchObject([{ dataSetId: id, rows: 0, csvBytes: 0 }]);
		expect(hints).toEqual(['The input has no rows, so nothing was sent.']);
		expect(importsOf(id)).toEqual([]);
	});

	it.each([
		['items', {}, itemsOf([{}])],
		['a file', { inputSource: 'binary' }, [fileItem('id,name\n')]],
	])('in %s do not empty a DataSet by REPLACE', async (_, more, items) => {
		const id = await newDataSet();
		const { error } = await load(id, { updateMethod: 'REPLACE', ...more }, items);
		expect(error?.message).toContain('a REPLACE with none would empty the DataSet');
		expect(error?.description).toContain("'Allow Empty Replace'");
		expect(await sandbox.rows(id)).toEqual(OLD_FOUND);
		expect(importsOf(id)).toEqual([]);
	});

	const EMPTY = { updateMethod: 'REPLACE', options: { allowEmptyReplace: true } };

	it("is refused where 'Allow Empty Replace' is the text 'false', from an expression", async () => {
		const dataSetId = await newDataSet();
		const { error } = await load(
			dataSetId,
			{ updateMethod: 'REPLACE', options: { allowEmptyReplace: '={{ "false" }}' } },
			[{ json: {} }],
		);
		expect(error?.message).toContain("'Allow Empty Replace' can't be \"false\"");
		expect(sandbox.dataSet(dataSetId).rows).toBe(OLD.length);
	});

	it('are sent with a REPLACE where that is allowed, and the outcome is looked at', async () => {
		sandbox.faults.add({ operation: 'import', status: 204, times: 2 });
		const emptied = await newDataSet([]);
		const good = await loadWell(emptied, EMPTY, itemsOf([{}]));
		expect(importsOf(emptied)).toMatchObject([
			{ query: { updateMethod: 'REPLACE' }, headers: { 'content-type': 'text/csv', 'content-length': '0' } },
		]);
		expect(good.json).toMatchObject([{ rows: 0, updateMethod: 'REPLACE' }]);
		expect(good.hints).toEqual(['The DataSet was replaced by no rows and is empty now.']);
		const kept = await newDataSet();
		const bad = await loadWell(kept, EMPTY, itemsOf([{}]));
		expect(bad.hints).toEqual([expect.stringContaining('the DataSet still shows a row count of 1')]);
	});
});

describe('Refused before anything is sent', () => {
	it('more CSV than one request should carry', async () => {
		const id = await newDataSet();
		const items = itemsOf(Array.from({ length: 300 }, (_, index) => ({ id: index, name: 'x'.repeat(500) })));
		const { error } = await load(id, { options: { maxImportMb: 0.1 } }, items);
		expect(error?.message).toBe(
			'The input is more than 0.1 MB of CSV, which is too much for one request. Nothing was sent',
		);
		expect(error?.description).toContain("'Upload in Parallel' of the Domo Stream node");
		expect(importsOf(id)).toEqual([]);
		await loadWell(id, { options: { maxImportMb: 0.16 } }, items);
		expect(sandbox.dataSet(id).rows).toBe(301);
	});

	it('a limit that is exactly met is no more than allowed', async () => {
		const id = await newDataSet([]);
		// "1,xxx…" and the line's end: 500 bytes.
		const row = { id: 1, name: 'x'.repeat(497) };
		const options = { maxImportMb: 0.001 };
		await loadWell(id, { options }, itemsOf([row, row]));
		expect(sandbox.dataSet(id).rows).toBe(2);
		const { error } = await load(id, { options }, itemsOf([row, { ...row, name: `${row.name}x` }]));
		expect(error?.message).toContain('too much for one request');
		expect(sandbox.dataSet(id).rows).toBe(2);
	});

	it('DataSets and update methods that differ between items', async () => {
		const id = await newDataSet();
		const other = await newDataSet();
		const differing = await load(
			id,
			{ dataSetId: byId('={{ $json.to }}') },
			itemsOf([{ to: id }, { to: id }, { to: other }]),
		);
		expect(differing.error?.message).toContain(
			`'DataSet' is not the same for all items: "${id}" in item 0, "${other}" in item 2`,
		);
		const methods = await load(
			id,
			{ updateMethod: '={{ $json.how }}' },
			itemsOf([{ how: 'APPEND' }, { how: 'REPLACE' }]),
		);
		expect(methods.error?.message).toContain(
			`'Update Method' is not the same for all items: "APPEND" in item 0, "REPLACE" in item 1`,
		);
		expect([...importsOf(id), ...importsOf(other)]).toEqual([]);
	});

	it('an update method that Domo would take as REPLACE without a word', async () => {
		const id = await newDataSet();
		const { error } = await load(id, { updateMethod: "={{ 'append' }}" }, itemsOf([{ id: 2, name: 'b' }]));
		expect(error?.message).toContain("'Update Method' is 'append', which is neither APPEND nor REPLACE");
		expect(await sandbox.rows(id)).toEqual(OLD_FOUND);
	});

	it('a DataSet that was deleted, or that was never there', async () => {
		const id = await newDataSet();
		await runNodeWell('domoDataSet', parametersFor(id, { operation: 'delete' }), credentials);
		const deleted = await load(id, {}, itemsOf([{ id: 2, name: 'b' }]));
		expect(deleted.error?.message).toBe(`The DataSet ${id} has been deleted in Domo`);
		const unknown = await load('11111111-2222-3333-4444-555555555555', {}, itemsOf([{ id: 2, name: 'b' }]));
		expect(unknown.error?.message).toContain(
			'Domo did not give the DataSet 11111111-2222-3333-4444-555555555555',
		);
		expect(unknown.error?.httpCode).toBe('404');
	});

	it('a DataSet of which Domo gives no columns', async () => {
		const id = await newDataSet();
		sandbox.faults.add({ operation: 'getDataSet', status: 200, body: { id, name: 'Bare' } });
		const { error } = await load(id, {}, itemsOf([{ id: 2, name: 'b' }]));
		expect(error?.message).toBe(`The DataSet 'Bare' (${id}) has no columns`);
		expect(importsOf(id)).toEqual([]);
	});

	it('goes to the error output as one item where the node continues', async () => {
		const id = await newDataSet();
		const { outputs } = await load(
			id,
			{},
			itemsOf([
				{ id: 1, name: 'a' },
				{ id: 'no', name: 'b' },
			]),
			{ onError: 'continueErrorOutput' },
		);
		expect(outputs[0]).toEqual([]);
		expect(outputs[1]).toHaveLength(1);
		expect(outputs[1][0].pairedItem).toEqual({ item: 1 });
		expect(outputs[1][0].json.error).toContain("item 1, column 'id'");
	});
});

describe('What Domo answers', () => {
	const ROWS = itemsOf([
		{ id: 2, name: 'b' },
		{ id: 3, name: 'c' },
	]);
	const FOUND = [
		{ id: '2', name: 'b' },
		{ id: '3', name: 'c' },
	];

	it('a lost answer to an APPEND that took effect: unknown, with both row counts, and not sent again', async () => {
		const id = await newDataSet();
		sandbox.faults.add({ operation: 'import', resetAfterEffect: true, times: 'always' });
		const { outputs } = await load(id, {}, ROWS, { onError: 'continueErrorOutput' });
		const { error, message, details } = outputs[1][0].json as IDataObject & {
			error: string;
			message: string;
		};
		expect(error).toContain('It is not known whether the rows of this APPEND are in the DataSet');
		expect(error).toContain('Its row count was 1 before and is 3 now; rows sent: 2');
		expect(message).toContain("'Upload in Parallel' of the Domo Stream node");
		expect(details).toMatchObject({ effect: 'unknown' });
		expect(await sandbox.rows(id)).toEqual([...OLD_FOUND, ...FOUND]);
	});

	it('a connection that breaks before an APPEND arrives: unknown too, with a count that stayed', async () => {
		const id = await newDataSet();
		sandbox.faults.add({ operation: 'import', resetBeforeBody: true, times: 'always' });
		const { error } = await load(id, {}, ROWS);
		expect(error?.message).toContain('Its row count was 1 before and is 1 now; rows sent: 2');
		expect(await sandbox.rows(id)).toEqual(OLD_FOUND);
	});

	it.each([
		[
			'a gateway page after the APPEND took effect',
			{ status: 502, html: '<html><title>Bad Gateway</title></html>', afterEffect: true },
		],
		['a page in a 200', { html200: true, afterEffect: true }],
	])('%s: unknown', async (_, fault) => {
		const id = await newDataSet();
		sandbox.faults.add({ operation: 'import', times: 'always', ...fault });
		const { error } = await load(id, {}, ROWS);
		expect(error?.message).toContain('It is not known whether the rows of this APPEND are in the DataSet');
		expect(await sandbox.rows(id)).toEqual([...OLD_FOUND, ...FOUND]);
	});

	it('a lost answer to a REPLACE: it is sent again', async () => {
		const id = await newDataSet();
		sandbox.faults.add({ operation: 'import', resetAfterEffect: true });
		await loadWell(id, { updateMethod: 'REPLACE' }, ROWS);
		expect(await sandbox.rows(id)).toEqual(FOUND);
		expect(importsOf(id)).toHaveLength(2);
	});

	it('no good answer to any try of a REPLACE: unknown, and may be run again', async () => {
		const id = await newDataSet();
		sandbox.faults.add({
			operation: 'import',
			status: 503,
			retryAfterSeconds: 0,
			times: 'always',
			afterEffect: true,
		});
		const { error } = await load(id, { updateMethod: 'REPLACE' }, ROWS);
		expect(error?.message).toContain('Whether the DataSet was replaced is not known');
		expect(error?.description).toContain('A REPLACE may be run again without harm');
		expect(await sandbox.rows(id)).toEqual(FOUND);
	});

	it('"not now" to an APPEND: it is sent again, once it surely had no effect', async () => {
		const id = await newDataSet();
		sandbox.faults.add({ operation: 'import', status: 429, retryAfterSeconds: 0 });
		await loadWell(id, {}, ROWS);
		expect(await sandbox.rows(id)).toEqual([...OLD_FOUND, ...FOUND]);
	});

	it('a token that died: it is renewed and the rows arrive once', async () => {
		const id = await newDataSet();
		sandbox.faults.add({ operation: 'import', expireToken: true });
		await loadWell(id, {}, ROWS);
		expect(await sandbox.rows(id)).toEqual([...OLD_FOUND, ...FOUND]);
	});

	const COMPLAINT = {
		operation: 'import' as const,
		status: 400,
		body: { status: 400, message: 'There are too few columns. Expected 2. Row 2, column 2.', toe: 'TOE-1' },
	};

	it('a complaint about a row: named as the item it came from', async () => {
		const id = await newDataSet();
		sandbox.faults.add(COMPLAINT);
		const { error } = await load(id, {}, itemsOf([{ id: 1, name: 'a' }, {}, { id: 2, name: 'b' }]));
		expect(error?.message).toBe(
			`Item 2: Domo did not import into the DataSet ${id}: There are too few columns. Expected 2. Row 2, column 2. (HTTP 400, Domo's reference 'toe' TOE-1)`,
		);
	});

	it('a complaint about a row: named as the line of the file it came from', async () => {
		const id = await newDataSet();
		sandbox.faults.add(COMPLAINT);
		const { error } = await load(id, { inputSource: 'binary' }, [
			fileItem('id,name\n1,"a\nb"\n2,c\n', 'lines.csv'),
		]);
		expect(error?.message).toMatch(/^Line 4 of 'lines\.csv' \(item 0\): Domo did not import/);
	});

	it('a push too soon: the hourly limit of Standard plans is named', async () => {
		const id = await newDataSet();
		sandbox.faults.add({
			operation: 'import',
			status: 400,
			body: { status: 400, message: 'Push limit exceeded for this DataSet' },
		});
		const { error } = await load(id, {}, ROWS);
		expect(error?.description).toContain('one push an hour');
	});

	it('a body that is too large: points to Upload in Parallel', async () => {
		const id = await newDataSet();
		sandbox.faults.add({ operation: 'import', status: 413, body: { status: 413, message: 'Too large' } });
		const { error } = await load(id, {}, ROWS);
		expect(error?.description).toContain('Upload in Parallel');
	});

	it('a DataSet that was not made through the API cannot be written', async () => {
		const id = await sandbox.createDataSet({ name: 'By a connector', columns: COLUMNS, viaApi: false });
		const { error } = await load(id, {}, ROWS);
		expect(error?.description).toContain(
			'a DataSet that was not made through the API cannot be written through it',
		);
		expect(error?.httpCode).toBe('403');
	});
});
