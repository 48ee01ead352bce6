/** What is wrong with the input or the parameters: refused before anything is sent, or nothing is committed. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { credentialsFor, fileItem, itemsOf, runNode } from '../support/engine';
import { byDataSet, byId, byMode } from '../support/locators';
import {
	asCsv,
	asText,
	BINARY,
	COLUMNS,
	makeRows,
	parameters,
	refuse,
	upload,
	type UploadRun,
} from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => sandbox.faults.clear());

const BEFORE = makeRows(2);
const makeStream = async (columns: Column[] = COLUMNS, updateMethod = 'APPEND') =>
	await sandbox.createStream({
		name: 'refusals',
		columns,
		updateMethod,
		rows: columns === COLUMNS ? (BEFORE as never) : [],
	});

/** Runs an upload that must be refused before an execution is opened; gives what the user reads. */
async function refusedUnsent(
	run: Omit<UploadRun, 'streamId'>,
	columns?: Column[],
	updateMethod?: string,
): Promise<string> {
	const { streamId, dataSetId } = await makeStream(columns, updateMethod);
	const said = await refuse(sandbox, { ...run, streamId });
	expect(sandbox.executions(streamId)).toEqual([]);
	expect(await sandbox.rows(dataSetId)).toEqual(columns ? [] : asText(BEFORE));
	return said;
}
const file = (csv: string | Buffer, options: IDataObject = {}) => ({
	items: [fileItem(csv, 'sales.csv')],
	options,
	more: BINARY,
});

describe('items', () => {
	it('without any field are refused for a REPLACE, which would empty the DataSet', async () => {
		expect(
			await refusedUnsent({ items: [{ json: {} }, { json: {} }], more: { updateMethod: 'REPLACE' } }),
		).toMatch(
			/no rows, and a REPLACE with none would empty the DataSet. Nothing was sent.*'Allow Empty Replace'/,
		);
		expect(await refusedUnsent({ items: [{ json: {} }] }, undefined, 'REPLACE')).toMatch(
			/'Allow Empty Replace'/,
		);
	});

	it('without any field send nothing for an APPEND, and say so', async () => {
		const { streamId } = await makeStream();
		const { summary, hints } = await upload(sandbox, { streamId, items: [{ json: {} }] });
		expect(summary).toMatchObject({ executionId: null, state: 'NOTHING_TO_UPLOAD', rows: 0, parts: 0 });
		expect(hints.join(' ')).toMatch(/no rows, so nothing was sent/);
		expect(sandbox.executions(streamId)).toEqual([]);
	});

	it('with no column in common name both sides', async () => {
		expect(await refusedUnsent({ items: itemsOf([{ x: 1 }]) })).toMatch(
			/items and the DataSet have no column in common.*'x'.*'id', 'name', 'amount', 'day'/s,
		);
	});

	it('with an unknown field, or without a column, name it and the option', async () => {
		expect(await refusedUnsent({ items: itemsOf([{ ...makeRows(1)[0], extra: 1 }]) })).toMatch(
			/no column for the field 'extra'.*'Unknown Fields'/,
		);
		expect(await refusedUnsent({ items: itemsOf([{ id: 1, name: 'a', amount: 1 }]) })).toMatch(
			/column 'day'.*'Missing Columns'/,
		);
	});

	it('with two fields equal but for case are refused', async () => {
		expect(
			await refusedUnsent({ items: itemsOf([{ ID: 1, Id: 2, name: 'a', amount: 1, day: '2024-01-01' }]) }),
		).toMatch(/Column 'id' could be any of 'ID', 'Id'/);
	});

	it('with values that do not fit name the first ten and count the others', async () => {
		const rows = Array.from({ length: 14 }, (_, id) => ({
			id: id < 12 ? `x${id}` : id,
			name: 'a',
			amount: 1,
			day: '2024-01-01',
		}));
		const said = await refusedUnsent({ items: itemsOf(rows) });
		expect(said).toMatch(/12 values do not fit their columns: item 0, column 'id': .*LONG/);
		expect(said).toMatch(/item 9, column 'id'.*; and 2 more/);
		expect(said).not.toMatch(/item 10,/);
	});

	it.each([
		['a number whose digits are lost already', { id: 2 ** 53 + 2 }, /item 0, column 'id'/],
		['an exponent that leaves a fraction in a LONG', { id: '15e-1' }, /item 0, column 'id'/],
		['Infinity', { amount: Infinity }, /item 0, column 'amount'/],
		['a day that does not exist', { day: '2023-02-29' }, /item 0, column 'day'/],
		['an object in a LONG', { id: { a: 1 } }, /item 0, column 'id'/],
	])('with %s are refused', async (_, change, where) => {
		expect(
			await refusedUnsent({ items: itemsOf([{ ...makeRows(1)[0], ...change } as IDataObject]) }),
		).toMatch(where);
	});
});

describe("a DataSet that can't be loaded", () => {
	it('has two columns equal but for case', async () => {
		const { streamId } = await makeStream();
		const twins = [
			{ name: 'Region', type: 'STRING' },
			{ name: 'region', type: 'STRING' },
		];
		// The sandbox, like Domo today, makes no such DataSet: one from before is played.
		sandbox.faults.add({
			operation: 'getDataSet',
			status: 200,
			body: { id: 'old', name: 'old', schema: { columns: twins } },
		});
		expect(await refuse(sandbox, { streamId, items: itemsOf([{ Region: 'a', region: 'b' }]) })).toMatch(
			/two columns 'region' that differ only in upper and lower case/,
		);
		expect(sandbox.executions(streamId)).toEqual([]);
	});

	it('has no columns', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({
			operation: 'getDataSet',
			status: 200,
			body: { id: 'bare', name: 'bare', schema: { columns: [] } },
		});
		expect(await refuse(sandbox, { streamId, items: itemsOf(makeRows(1)) })).toMatch(
			/has no columns.*'Update'/,
		);
	});

	it('has been deleted', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.dataSet(dataSetId).isDeleted = true;
		expect(await refuse(sandbox, { streamId, items: itemsOf(makeRows(1)) })).toMatch(
			/DataSet .* has been deleted in Domo/,
		);
	});
});

describe('the Stream', () => {
	it('that does not exist is named', async () => {
		expect(await refuse(sandbox, { streamId: 987654, items: itemsOf(makeRows(1)) })).toMatch(
			/Stream 987654.*HTTP 404.*may have been deleted/,
		);
	});

	it.each([
		['id', '={{ "" }}', /No Stream is chosen in 'Stream'/],
		['id', '={{ "abc" }}', /'abc' in 'Stream' is not a Stream ID/],
		['dataSet', 'abc', /'abc' in 'Stream' by DataSet ID is not a DataSet ID/],
	])('given by %s as %j is refused without asking Domo', async (mode, value, said) => {
		const asked = sandbox.log.length;
		expect(
			await refuse(sandbox, {
				streamId: 1,
				items: itemsOf(makeRows(1)),
				more: { streamId: byMode(mode, value) },
			}),
		).toMatch(said);
		expect(sandbox.log.length).toBe(asked);
	});

	it('of a DataSet that has none is told so, with the way out', async () => {
		const dataSetId = await sandbox.createDataSet({ name: 'alone', columns: COLUMNS });
		const more = { streamId: byDataSet(dataSetId) };
		expect(await refuse(sandbox, { streamId: 1, items: itemsOf(makeRows(1)), more })).toMatch(
			/has no Stream .*'Create'.*'Import'/,
		);
	});

	it("is found by its DataSet's ID", async () => {
		const { streamId, dataSetId } = await makeStream();
		const more = { streamId: byDataSet(dataSetId) };
		expect(
			(await upload(sandbox, { streamId: -1, items: itemsOf(makeRows(1)), more })).summary.streamId,
		).toBe(streamId);
	});
});

describe('a file', () => {
	/** 6 MB of sound rows first: more than what is read before the execution is opened. */
	const faultyMidway = `${asCsv(makeRows(9_000).map((row) => ({ ...row, name: 'x'.repeat(2_000) })))}7,a\n`;

	it.each([
		['is empty', '', {}, /'sales.csv' \(item 0\) is empty/],
		[
			'has a header that names a column twice',
			'id,name,id,amount,day\n',
			{},
			/'id' appears twice in the header of 'sales.csv'/,
		],
		['has no column in common', 'x,y\n1,2\n', {}, /header of 'sales.csv' .*no column in common/],
		[
			'has an unknown column',
			'id,name,amount,day,more\n1,a,1,2024-01-01,x\n',
			{},
			/no column for the field 'more'/,
		],
		[
			'has a row with too many fields',
			`${asCsv(makeRows(2))}7,a,1,2024-01-01,x\n`,
			{},
			/Line 4 of 'sales.csv' \(item 0\).*5/,
		],
		[
			'has a row with too few fields',
			`${asCsv(makeRows(2))}7,a\n`,
			{},
			/Line 4 of 'sales.csv' \(item 0\).*2/,
		],
		[
			'leaves a quote open',
			`${asCsv(makeRows(2))}7,"a,1,2024-01-01\n`,
			{},
			/Line 4 of 'sales.csv' .*quote that is never closed/,
		],
		[
			'is not of the stated encoding',
			Buffer.from(asCsv([{ ...makeRows(1)[0], name: 'Zürich' }]), 'latin1'),
			{},
			/Line 2 of 'sales.csv' .*not UTF-8.*'Zürich'.*'File Encoding'/,
		],
	])('that %s is refused', async (_, csv, options, said) => {
		expect(await refusedUnsent(file(csv, options))).toMatch(said);
	});

	it('with a header alone is a REPLACE without rows', async () => {
		expect(await refusedUnsent({ ...file(asCsv([])), more: { ...BINARY, updateMethod: 'REPLACE' } })).toMatch(
			/would empty the DataSet/,
		);
	});

	it('that is not in the item is told with the field', async () => {
		const said = await refusedUnsent({
			items: itemsOf([{ a: 1 }]),
			more: { ...BINARY, binaryPropertyName: 'report' },
		});
		expect(said).toMatch(/report/);
	});

	it('found faulty midway: the execution is aborted, nothing is committed, the line is named', async () => {
		const { streamId, dataSetId } = await makeStream();
		const said = await refuse(sandbox, { streamId, ...file(faultyMidway, { partSizeMb: 1 }) });
		expect(said).toMatch(/Line 9002 of 'sales.csv' \(item 0\).*execution 1 was aborted/);
		expect(sandbox.execution(streamId, 1)).toMatchObject({ currentState: 'ABORTED', commits: 0 });
		expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
	});

	it('found faulty midway is aborted also under Keep Open: no resume could mend it', async () => {
		const { streamId } = await makeStream();
		await refuse(sandbox, { streamId, ...file(faultyMidway, { partSizeMb: 1, onFailure: 'keepOpen' }) });
		expect(sandbox.execution(streamId, 1).currentState).toBe('ABORTED');
	});

	it('the second of several is named by its own item and name', async () => {
		const { streamId, dataSetId } = await makeStream();
		const items = [fileItem(asCsv(makeRows(2)), 'a.csv'), fileItem('id,name\n1,x\n', 'b.csv')];
		expect(await refuse(sandbox, { streamId, items, more: BINARY })).toMatch(/header of 'b.csv' \(item 1\)/);
		expect(sandbox.executions(streamId)).toEqual([]);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
	});
});

describe('parameters that differ between items', () => {
	const two = itemsOf([
		{ ...makeRows(1)[0], s: 'a', m: 'APPEND' },
		{ ...makeRows(1)[0], s: 'b', m: 'REPLACE' },
	]);

	it('the update method: the first two items are named', async () => {
		expect(await refusedUnsent({ items: two, more: { updateMethod: '={{ $json.m }}' } })).toMatch(
			/'Update Method' is not the same for all items: "APPEND" in item 0, "REPLACE" in item 1/,
		);
	});

	it('a Stream by $json that is the same everywhere is used', async () => {
		const { streamId, dataSetId } = await makeStream();
		const items = itemsOf(makeRows(2).map((row) => ({ ...row, to: streamId })));
		await upload(sandbox, {
			streamId,
			items,
			options: { unknownFields: 'ignore' },
			more: { streamId: byId('={{ $json.to }}') },
		});
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...makeRows(2)]));
	});

	it('an expression without an item in it is read once', async () => {
		const { streamId } = await makeStream();
		// A value that is another at every reading: it could only be refused if it were read twice.
		const more = {
			streamId: byId(`={{ Math.random() < 2 ? ${streamId} : Math.random() }}`),
			updateMethod: '={{ "APPEND" }}',
		};
		const { summary } = await upload(sandbox, { streamId, items: itemsOf(makeRows(3)), more });
		expect(summary.rows).toBe(3);
	});
});

describe('options given by expressions', () => {
	it.each([
		['partSizeMb', 0, /'Part Size \(MB\)' can't be 0\..*a number, 0.001 to 1,000/],
		['rowsPerPart', 1.5, /'Rows per Part' can't be 1.5\..*a whole number, 0 or more/],
		['rowsPerPart', -1, /'Rows per Part'/],
		['maxConcurrentUploads', 17, /'Max Concurrent Uploads' can't be 17\..*a whole number, 1 to 16/],
		['maxConcurrentUploads', 0, /'Max Concurrent Uploads'/],
		['maxTries', 0, /'Max Tries per Part'/],
		['memoryBudgetMb', 1, /'Memory Budget \(MB\)'/],
		['requestTimeoutSeconds', 0, /'Request Timeout \(Seconds\)'/],
		['waitTimeoutSeconds', -1, /'Wait Timeout \(Seconds\)'/],
		['requestTimeoutSeconds', 2_147_484, /'Request Timeout \(Seconds\)' can't be 2147484\..* to 2,000,000/],
		['waitTimeoutSeconds', 2_147_484, /'Wait Timeout \(Seconds\)' can't be 2147484\..* to 2,000,000/],
		['minMinutesBetweenCommits', 35_792, /'Min Minutes Between Commits' can't be 35792\..* to 33,333/],
		['staleAfterHours', 'soon', /'Stale After \(Hours\)'/],
		['compression', 'zip', /'Compression' can't be "zip".*"gzip"/],
		['onFailure', 'keep', /'On Failure' can't be "keep"/],
		['activeExecution', 'abort', /'Active Execution' can't be "abort"/],
		['allowEmptyReplace', 'false', /'Allow Empty Replace' can't be "false".*true or false/],
		['trustExecutionUpdateMethod', 'no', /'Trust Execution Update Method' can't be "no"/],
		['waitForCompletion', 0, /'Wait for Completion' can't be 0/],
		['nullText', 'NULL', /'Null Text' can't be "NULL"/],
		['unknownFields', 'drop', /'Unknown Fields' can't be "drop"/],
		['missingColumns', 'skip', /'Missing Columns' can't be "skip"/],
		['delimiter', ' ', /'Delimiter' can't be " "/],
		['fileEncoding', 'latin1', /'File Encoding' can't be "latin1"/],
	])('%s = %j is refused', async (name, value, said) => {
		// Files' own options are only there for files.
		const input = ['delimiter', 'fileEncoding'].includes(name as string)
			? { items: [fileItem(asCsv(makeRows(1)))], more: BINARY }
			: { items: itemsOf(makeRows(1)), more: undefined };
		const given = { [name]: `={{ ${JSON.stringify(value)} }}` };
		const where = input.more ? { more: { ...input.more, fileOptions: given } } : { options: given };
		expect(await refusedUnsent({ ...input, ...where })).toMatch(said);
	});
});

describe('under Continue (error output)', () => {
	const throughError = async (items: INodeExecutionData[], more: IDataObject = {}) => {
		const { streamId } = await makeStream();
		return await runNode('domoStream', parameters(streamId, {}, more), credentialsFor(sandbox), items, {
			onError: 'continueErrorOutput',
		});
	};

	it('the refusal comes out there, paired with the item it stems from', async () => {
		const { outputs, error } = await throughError(
			[fileItem(asCsv(makeRows(1))), fileItem('', 'none.csv')],
			BINARY,
		);
		expect(error).toBeUndefined();
		expect(outputs[0]).toEqual([]);
		expect(outputs[1]).toHaveLength(1);
		expect(outputs[1][0].json.message).toMatch(
			/'none.csv' \(item 1\) is empty\. Nothing was sent\. Check that the right file is chosen/,
		);
		expect(outputs[1][0].pairedItem).toEqual({ item: 1 });
	});

	it("and so does a credential that can't be used: no item passes as loaded", async () => {
		const credentials = credentialsFor({ url: 'http://elsewhere.example', clientId: 'a', clientSecret: 'b' });
		const { outputs } = await runNode('domoStream', parameters(1), credentials, itemsOf(makeRows(2)), {
			onError: 'continueErrorOutput',
		});
		expect(outputs[0] ?? []).toEqual([]);
		expect(outputs[1]).toHaveLength(1);
		expect(outputs[1][0].json.message).toMatch(/'Base URL' .*can't be used/);
	});

	it('and so does one that concerns all items', async () => {
		const { outputs } = await throughError(itemsOf([{ x: 1 }]));
		expect(outputs[1].map(({ json }) => json.error)).toEqual([
			'The items and the DataSet have no column in common. Nothing was sent.',
		]);
	});
});
