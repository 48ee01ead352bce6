/** Answers that are JSON, but not what Domo sends: told in words, never as an error of JavaScript's own. */
import type { IDataObject } from 'n8n-workflow';

import { credentialsFor, itemsOf, runNode } from '../support/engine';
import { byId } from '../support/locators';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 1 });
const COLUMNS = [{ name: 'id', type: 'LONG' as const }];
let dataSetId: string;
let streamId: number;
beforeAll(async () => {
	({ dataSetId, streamId } = await sandbox.createStream({ name: 'odd', columns: COLUMNS }));
});
afterEach(() => sandbox.faults.clear());

const run = async (type: 'domoDataSet' | 'domoStream', parameters: IDataObject) =>
	await runNode(
		type,
		{ dataSetId: byId(dataSetId), streamId: byId(streamId), inputSource: 'items', ...parameters },
		credentialsFor(sandbox),
		itemsOf([{ id: 1 }]),
	);

it.each([
	['listDataSets', 'domoDataSet', 'dataSet', 'getAll'],
	['listPolicies', 'domoDataSet', 'policy', 'getAll'],
	['listStreams', 'domoStream', 'stream', 'getAll'],
	['listExecutions', 'domoStream', 'execution', 'getAll'],
	['listExecutions', 'domoStream', 'execution', 'create'],
] as const)('a list of nothings: %s, %s %s %s', async (asked, type, resource, operation) => {
	sandbox.faults.add({ operation: asked, status: 200, body: [null], times: 'always' });
	const { error } = await run(type, { resource, operation, returnAll: true });
	expect(error?.message).toContain('it answered HTTP 200 with JSON that lacks what belongs there');
});

it.each(['import', 'export'])('columns that are none: %s', async (operation) => {
	const body = { id: dataSetId, name: 'odd', schema: { columns: [null] } };
	sandbox.faults.add({ operation: 'getDataSet', status: 200, body, times: 'always' });
	const { error } = await run('domoDataSet', {
		resource: 'dataSet',
		operation,
		updateMethod: 'APPEND',
		output: 'items',
	});
	expect(error?.message).toContain('it answered HTTP 200 with JSON that lacks what belongs there');
});

it.each([
	['execution', 'uploadPart'],
	['stream', 'uploadInParallel'],
])('a Stream that is told without its DataSet: %s %s', async (resource, operation) => {
	await run('domoStream', { resource: 'execution', operation: 'create' });
	sandbox.faults.add({ operation: 'getStream', status: 200, body: { id: streamId }, times: 'always' });
	const { error } = await run('domoStream', { resource, operation, executionId: byId(1), partId: 1 });
	expect(error?.message).toBe(`Domo names no DataSet for the Stream ${streamId}. Nothing was sent.`);
});
