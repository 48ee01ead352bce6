/** The key columns of an upsert: what is refused, when, and what is left of the upload. */
import type { IDataObject } from 'n8n-workflow';

import { fileItem } from '../support/engine';
import { requestsSince, StreamNode } from '../support/streamNode';
import { asCsv, asText, BINARY, COLUMNS, makeRows, refuse, tryUpload, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });

const BEFORE = makeRows(2);
const makeKeyed = async () =>
	await sandbox.createStream({
		name: 'keyed',
		columns: COLUMNS,
		keyColumnNames: ['id', 'name'],
		rows: BEFORE as never,
	});
/** More than is read before anything is sent (16 MB); the key of one row near the end is NULL. */
const withNullKey = (nullKey: string) =>
	asCsv([
		...makeRows(20_000, 10).map((row) => ({ ...row, name: `${row.name} ${'x'.repeat(900)}` })),
		{ id: 9, name: nullKey, amount: 1, day: '2024-01-01' },
		...makeRows(100, 50_000),
	]);

describe('a NULL key in a CSV file', () => {
	it.each([
		['is refused with its line, the execution aborted, nothing committed', '', {}],
		['also under Keep Open: what is wrong with the file stays wrong', '', { onFailure: 'keepOpen' }],
		['also as \\N', '\\N', {}],
		['also where \\N is the Null Text', '\\N', { nullText: '\\N' }],
	])('%s', async (_, nullKey, options: IDataObject) => {
		const { streamId, dataSetId } = await makeKeyed();
		const upload = { streamId, items: [fileItem(withNullKey(nullKey))], more: BINARY };
		const from = sandbox.log.length;
		const { outputs } = await tryUpload(sandbox, {
			...upload,
			options: { partSizeMb: 2, maxConcurrentUploads: 2, ...options },
			run: { onError: 'continueErrorOutput' },
		});
		const { message: said, details } = outputs[1][0].json as { message: string; details: IDataObject };
		expect(details).toMatchObject({
			code: 'CSV_NULL_IN_KEY',
			streamId,
			dataSetId,
			executionId: 1,
			fate: 'aborted',
			effect: 'none',
			line: 20_002,
		});
		expect(requestsSince(sandbox, from, 'part')).toBeGreaterThan(0);
		expect(said).toMatch(
			/Line 20002 of 'rows\.csv' \(item 0\) has NULL in the key column 'name', which Domo does not take/,
		);
		expect(said).toMatch(/execution 1 was aborted: none of this upload is in the DataSet/);
		expect(sandbox.executions(streamId).map(({ currentState, commits }) => [currentState, commits])).toEqual([
			['ABORTED', 0],
		]);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
	});

	it.each([
		[
			'in the first lines',
			asCsv([{ id: 1, name: '', amount: 1, day: '2024-01-01' }]),
			{},
			/Line 2 .*NULL in the key column 'name'/,
		],
		[
			'because its column is missing',
			asCsv(makeRows(3), ['id', 'amount']),
			{ missingColumns: 'null' },
			/no field for the key column 'name'/,
		],
	])('%s is refused before anything is sent', async (_, csv, options, words) => {
		const { streamId } = await makeKeyed();
		const from = sandbox.log.length;
		expect(await refuse(sandbox, { streamId, items: [fileItem(csv)], more: BINARY, options })).toMatch(words);
		expect(requestsSince(sandbox, from, 'createExecution')).toBe(0);
	});

	it('is refused by Upload Part before anything is sent', async () => {
		const { streamId } = await makeKeyed();
		const node = new StreamNode(sandbox, 'execution');
		await node.runWell('create', { streamId });
		const from = sandbox.log.length;
		const parameters = { streamId, executionId: 1, partId: 1, ...BINARY };
		expect(await node.refusal('uploadPart', parameters, [fileItem(withNullKey(''))])).toMatch(
			/Line 20002 .*NULL in the key column 'name'/,
		);
		expect(requestsSince(sandbox, from, 'part')).toBe(0);
	});
});

it('a CSV file with whole keys is an upsert; NULL in its other columns passes', async () => {
	const { streamId, dataSetId } = await makeKeyed();
	const { summary } = await upload(sandbox, {
		streamId,
		items: [fileItem('id,name,amount,day\n0,name 0,,\n7,"",3,2024-01-01\n')],
		more: BINARY,
	});
	expect(summary).toMatchObject({ state: 'SUCCESS', rows: 2 });
	expect(await sandbox.rows(dataSetId)).toEqual([
		...asText(BEFORE.slice(1)),
		{ id: '0', name: 'name 0', amount: null, day: null },
		{ id: '7', name: '', amount: '3', day: '2024-01-01' },
	]);
});
