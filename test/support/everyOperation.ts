import type { IDataObject } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox';
import { credentialsFor, fileItem, itemsOf, runNode } from './engine';
import { byId, byMode } from './locators';

/** What an operation is run on. */
export interface Target {
	dataSetId: string;
	streamId: number;
	executionId?: number;
}

const COLUMNS = [
	{ name: 'id', type: 'LONG' as const },
	{ name: 'region', type: 'STRING' as const },
];
const LISTED = { column: [{ name: 'id', type: 'LONG' }] };
const ONE_FILTER = { filter: [{ column: 'region', operator: 'EQUALS', values: ['West'], not: false }] };
const MAPPED = {
	mappingMode: 'defineBelow',
	value: { id: '={{ $json.id }}', region: 'x' },
	schema: [{ id: 'id' }, { id: 'region' }],
};

type Base = (target: Target) => IDataObject;
const onDataSet: Base = ({ dataSetId }) => ({ dataSetId: byId(dataSetId) });
const onPolicy: Base = ({ dataSetId }) => ({ dataSetId: byId(dataSetId), policyId: '1' });
const onStream: Base = ({ streamId }) => ({ streamId: byId(streamId) });
const onExecution: Base = ({ streamId, executionId }) => ({
	streamId: byId(streamId),
	executionId: byId(executionId),
});
const more =
	(base: Base, parameters: IDataObject): Base =>
	(target) => ({ ...base(target), ...parameters });
const none: Base = () => ({});

/** Each operation, in each of its ways, with the parameters it can't do without. */
export const OPERATIONS: Array<
	[type: 'domoDataSet' | 'domoStream', resource: string, operation: string, base: Base]
> = [
	['domoDataSet', 'dataSet', 'create', more(none, { name: 'made', schemaSource: 'define', columns: LISTED })],
	['domoDataSet', 'dataSet', 'create', more(none, { name: 'made', schemaSource: 'items' })],
	['domoDataSet', 'dataSet', 'create', more(none, { name: 'made', schemaSource: 'json' })],
	['domoDataSet', 'dataSet', 'delete', onDataSet],
	['domoDataSet', 'dataSet', 'export', more(onDataSet, { output: 'items', returnAll: false, limit: 1 })],
	['domoDataSet', 'dataSet', 'export', more(onDataSet, { output: 'binary' })],
	['domoDataSet', 'dataSet', 'get', onDataSet],
	['domoDataSet', 'dataSet', 'getAll', more(none, { returnAll: false, limit: 2 })],
	['domoDataSet', 'dataSet', 'import', more(onDataSet, { inputSource: 'items' })],
	['domoDataSet', 'dataSet', 'import', more(onDataSet, { inputSource: 'items', columnMapping: MAPPED })],
	['domoDataSet', 'dataSet', 'import', more(onDataSet, { inputSource: 'binary' })],
	[
		'domoDataSet',
		'dataSet',
		'query',
		more(onDataSet, { sql: 'SELECT id FROM table WHERE region = $1', queryParameters: "={{ ['West'] }}" }),
	],
	['domoDataSet', 'dataSet', 'update', more(onDataSet, { updateFields: { name: 'renamed' } })],
	['domoDataSet', 'policy', 'create', more(onDataSet, { name: 'made', filters: ONE_FILTER, users: ['1'] })],
	['domoDataSet', 'policy', 'delete', onPolicy],
	['domoDataSet', 'policy', 'get', onPolicy],
	['domoDataSet', 'policy', 'getAll', onDataSet],
	['domoDataSet', 'policy', 'update', more(onPolicy, { updateFields: { filters: ONE_FILTER } })],
	['domoStream', 'stream', 'create', more(none, { name: 'made', schemaSource: 'define', columns: LISTED })],
	['domoStream', 'stream', 'create', more(none, { name: 'made', schemaSource: 'items' })],
	['domoStream', 'stream', 'delete', onStream],
	['domoStream', 'stream', 'get', onStream],
	['domoStream', 'stream', 'getAll', more(none, { returnAll: false, limit: 2 })],
	['domoStream', 'stream', 'update', more(onStream, { updateMethod: 'APPEND' })],
	[
		'domoStream',
		'stream',
		'uploadInParallel',
		more(onStream, { updateMethod: 'stream', inputSource: 'items' }),
	],
	[
		'domoStream',
		'stream',
		'uploadInParallel',
		more(onStream, { inputSource: 'items', columnMapping: MAPPED }),
	],
	['domoStream', 'stream', 'uploadInParallel', more(onStream, { inputSource: 'binary' })],
	['domoStream', 'stream', 'uploadInParallel', () => ({ streamId: byMode('name', 'fuzzed') })],
	['domoStream', 'execution', 'abort', onExecution],
	['domoStream', 'execution', 'commit', onExecution],
	['domoStream', 'execution', 'create', onStream],
	['domoStream', 'execution', 'get', onExecution],
	['domoStream', 'execution', 'getAll', more(onStream, { returnAll: false, limit: 2 })],
	['domoStream', 'execution', 'uploadPart', more(onExecution, { partId: 1, inputSource: 'items' })],
	['domoStream', 'execution', 'uploadPart', more(onExecution, { partId: 1, inputSource: 'binary' })],
];

/** A DataSet with its Stream, and with a policy or an open execution where operations on these need one. */
export async function makeTarget(sandbox: Sandbox, resource: string): Promise<Target> {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'fuzzed', columns: COLUMNS });
	if (resource === 'policy') await makePolicy(sandbox, dataSetId);
	if (resource !== 'execution') return { streamId, dataSetId };
	const { json } = await runOnOneRow(sandbox, 'domoStream', {
		resource,
		operation: 'create',
		streamId: byId(streamId),
	});
	return { streamId, dataSetId, executionId: json[0].executionId as number };
}

async function makePolicy(sandbox: Sandbox, dataSetId: string): Promise<void> {
	const policy = { name: 'first', filters: ONE_FILTER, users: ['7'], groups: ['8'] };
	await runOnOneRow(sandbox, 'domoDataSet', {
		resource: 'policy',
		operation: 'create',
		dataSetId: byId(dataSetId),
		...policy,
	});
}

/** Runs an operation on one item: `id` 1 and `region` West, as fields and as a CSV file. */
export async function runOnOneRow(
	sandbox: Sandbox,
	type: 'domoDataSet' | 'domoStream',
	parameters: IDataObject,
) {
	const file = () => fileItem('id,region\n1,West\n', 'a.csv').binary;
	const items = itemsOf([{ id: 1, region: 'West' }]).map((item) => ({ ...item, binary: file() }));
	return await runNode(type, parameters, credentialsFor(sandbox), items);
}
