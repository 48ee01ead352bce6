import { useSandbox } from '../support/useSandbox';
import { column, DomoClient } from './domoClient';

const sandbox = useSandbox({ indexingMs: 5 });
let domo: DomoClient;
const columns = [column('id', 'LONG'), column('name')];

beforeAll(async () => {
	domo = new DomoClient(sandbox);
	await domo.logIn();
});
afterEach(() => {
	Object.assign(sandbox.settings, {
		indexingMs: 5,
		executionUpdateMethod: 'honour',
		minMinutesBetweenCommits: 0,
	});
});

const names = async (dataSetId: string) =>
	(await sandbox.rows(dataSetId)).map(({ id, name }) => `${id}${name}`);

async function uploadCsv(streamId: number, csv: string, body?: unknown) {
	const executionId = await domo.createExecution(streamId, body);
	const answer = await domo.part(streamId, executionId, 1, csv);
	expect(answer.text).toContain('"currentState":"ACTIVE"');
	return await domo.commitAndWait(streamId, executionId);
}

test('creates, lists, finds, changes and deletes Streams, each with a new DataSet', async () => {
	const made = await domo.send('POST', '/v1/streams', {
		dataSet: { name: 'Made', description: 'd', schema: { columns } },
		updateMethod: 'APPEND',
	});
	expect(made).toMatchObject({
		status: 201,
		json: { updateMethod: 'APPEND', dataSet: { name: 'Made', schema: { columns } } },
	});
	const { id, dataSet } = made.json;
	expect((await domo.ask('GET', `/v1/streams/search?q=dataSource.id:${dataSet.id}&fields=all`)).json).toEqual(
		[made.json],
	);
	expect((await domo.ask('GET', '/v1/streams/search?q=dataSource.owner.id:27')).json[0].id).toBe(1);
	expect((await domo.ask('GET', '/v1/streams/search?q=dataSource.id:unknown')).json).toEqual([]);
	expect((await domo.ask('GET', '/v1/streams/search?q=name:Made')).status).toBe(400);
	expect((await domo.ask('GET', `/v1/streams/${id}`)).json.dataSet.schema).toBeUndefined();
	expect((await domo.send('PATCH', `/v1/streams/${id}`, { updateMethod: 'REPLACE' })).json.updateMethod).toBe(
		'REPLACE',
	);
	expect((await domo.send('PATCH', `/v1/streams/${id}`, { updateMethod: 'replace' })).status).toBe(400);
	expect((await domo.ask('GET', '/v1/streams?limit=501')).status).toBe(400);
	expect((await domo.ask('GET', '/v1/streams?limit=500')).status).toBe(200);
	expect((await domo.ask('DELETE', `/v1/streams/${id}`)).status).toBe(204);
	expect((await domo.ask('GET', `/v1/streams/${id}`)).status).toBe(404);
	expect((await domo.ask('GET', `/v1/datasets/${dataSet.id}`)).status).toBe(200);
});

test('refuses a Stream on an existing DataSet, a wrong type, and names that differ only in case', async () => {
	const refused = async (dataSet: unknown) =>
		(await domo.send('POST', '/v1/streams', { dataSet, updateMethod: 'APPEND' })).status;
	expect(await refused({ id: 'x', name: 'n', schema: { columns } })).toBe(400);
	expect(await refused({ name: 'n', schema: { columns: [{ name: 'a', type: 'BOOLEAN' }] } })).toBe(400);
	expect(await refused({ name: 'n', schema: { columns: [column('a'), column('A')] } })).toBe(400);
	expect(await refused({ name: 'n', schema: { columns: [] } })).toBe(400);
});

test('appends or replaces as the Stream says', async () => {
	const adds = await sandbox.createStream({ name: 'Adds', columns, rows: [{ id: 0, name: 'z' }] });
	await uploadCsv(adds.streamId, '1,a\n');
	await uploadCsv(adds.streamId, '2,b\n');
	expect(await names(adds.dataSetId)).toEqual(['0z', '1a', '2b']);
	const replaces = await sandbox.createStream({ name: 'Replaces', columns, updateMethod: 'REPLACE' });
	await uploadCsv(replaces.streamId, '1,a\n');
	await uploadCsv(replaces.streamId, '2,b\n');
	expect(await names(replaces.dataSetId)).toEqual(['2b']);
});

test.each([
	['honour', ['2b'], 'REPLACE'],
	['honourUnreported', ['2b'], undefined],
	['ignore', ['1a', '2b'], 'APPEND'],
] as const)('treats the update method of an execution as told: %s', async (policy, kept, reported) => {
	sandbox.settings.executionUpdateMethod = policy;
	const { streamId, dataSetId } = await sandbox.createStream({
		name: policy,
		columns,
		rows: [{ id: 1, name: 'a' }],
	});
	const { id } = await uploadCsv(streamId, '2,b\n', { updateMethod: 'REPLACE' });
	expect(await names(dataSetId)).toEqual(kept);
	expect((await domo.ask('GET', `/v1/streams/${streamId}/executions/${id}`)).json.updateMethod).toBe(
		reported,
	);
});

test('replaces rows with equal keys on a keyed Stream', async () => {
	for (const updateMethod of ['APPEND', 'UPSERT']) {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'Keyed',
			columns,
			updateMethod,
			keyColumnNames: ['id'],
			rows: [
				{ id: 1, name: 'a' },
				{ id: 2, name: 'b' },
				{ id: 3, name: 'c' },
			],
		});
		await uploadCsv(streamId, '4,D\n2,B\n');
		expect(await names(dataSetId)).toEqual(['1a', '3c', '4D', '2B']);
		expect(await uploadCsv(streamId, '1,A\n1,AA\n')).toMatchObject({ currentState: 'INVALID' });
		const executionId = await domo.createExecution(streamId);
		expect(await domo.part(streamId, executionId, 1, '5,e\n,f\n')).toMatchObject({
			status: 400,
			json: { message: "Key column 'id' is null. Row 2." },
		});
		expect(await names(dataSetId)).toEqual(['1a', '3c', '4D', '2B']);
	}
});

test('aborts every other open execution when one is created, even one that is indexing', async () => {
	sandbox.settings.indexingMs = 60_000;
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'Two jobs', columns });
	const first = await domo.createExecution(streamId);
	await domo.part(streamId, first, 1, '1,a\n');
	await domo.commit(streamId, first);
	const second = await domo.createExecution(streamId);
	expect([first, second]).toEqual([1, 2]);
	expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['ABORTED', 'ACTIVE']);
	expect((await domo.part(streamId, first, 2, '2,b\n')).status).toBe(400);
	expect(await names(dataSetId)).toEqual([]);
	const elsewhere = await sandbox.createStream({ name: 'Elsewhere', columns });
	expect(await domo.createExecution(elsewhere.streamId)).toBe(1);
	expect(sandbox.execution(streamId, second).currentState).toBe('ACTIVE');
});

test('leaves one execution open when several are created at once', async () => {
	const { streamId } = await sandbox.createStream({ name: 'At once', columns });
	const ids = await Promise.all([1, 2, 3, 4].map(async () => await domo.createExecution(streamId)));
	expect(ids.sort()).toEqual([1, 2, 3, 4]);
	expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual([
		'ABORTED',
		'ABORTED',
		'ABORTED',
		'ACTIVE',
	]);
});

test('demands consecutive part ids at the commit', async () => {
	const { streamId } = await sandbox.createStream({ name: 'Gap', columns });
	const executionId = await domo.createExecution(streamId);
	await domo.part(streamId, executionId, 1, '1,a\n');
	await domo.part(streamId, executionId, 3, '3,c\n');
	expect((await domo.commit(streamId, executionId)).json).toMatchObject({
		status: 400,
		message: 'Too many non-consecutive part ids. Make consecutive or upload multiple data versions',
	});
	await domo.part(streamId, executionId, 2, '2,b\n');
	expect((await domo.commitAndWait(streamId, executionId)).rows).toBe(3);
});

test('takes part ids from 0, as pydomo sends them', async () => {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'From 0', columns });
	const executionId = await domo.createExecution(streamId);
	await domo.part(streamId, executionId, 1, '1,a\n');
	await domo.part(streamId, executionId, 0, '0,z\n');
	await domo.commitAndWait(streamId, executionId);
	expect(await names(dataSetId)).toEqual(['0z', '1a']);
});

test('is ACTIVE while it indexes: a second commit is answered 200, parts are refused, nothing has landed', async () => {
	sandbox.settings.indexingMs = 150;
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'Slow', columns });
	const executionId = await domo.createExecution(streamId);
	await domo.part(streamId, executionId, 1, '1,a\n');
	expect((await domo.commit(streamId, executionId)).json.currentState).toBe('ACTIVE');
	expect((await domo.commit(streamId, executionId)).status).toBe(200);
	expect((await domo.part(streamId, executionId, 2, '2,b\n')).status).toBe(400);
	expect(await names(dataSetId)).toEqual([]);
	expect(await domo.settled(streamId, executionId)).toMatchObject({ currentState: 'SUCCESS', commits: 2 });
	expect(await names(dataSetId)).toEqual(['1a']);
	expect((await domo.commit(streamId, executionId)).status).toBe(400);
	expect((await domo.ask('PUT', `/v1/streams/${streamId}/executions/${executionId}/abort`)).status).toBe(400);
});

test('aborts one execution, or the current one', async () => {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'Abort', columns });
	const first = await domo.createExecution(streamId);
	await domo.part(streamId, first, 1, '1,a\n');
	const aborted = await domo.ask('PUT', `/v1/streams/${streamId}/executions/${first}/abort`);
	expect(aborted).toMatchObject({ status: 200, json: { currentState: 'ABORTED' } });
	expect((await domo.commit(streamId, first)).status).toBe(400);
	const second = await domo.createExecution(streamId);
	expect((await domo.ask('PUT', `/v1/streams/${streamId}/executions/abort`)).status).toBe(204);
	expect(sandbox.execution(streamId, second).currentState).toBe('ABORTED');
	expect(await names(dataSetId)).toEqual([]);
	expect((await domo.ask('GET', `/v1/streams/${streamId}/executions?limit=1&offset=1`)).json).toMatchObject([
		{ id: second },
	]);
});

test('empties a DataSet when a REPLACE is committed without parts, and leaves it on APPEND', async () => {
	const { streamId, dataSetId } = await sandbox.createStream({
		name: 'Empty',
		columns,
		rows: [{ id: 1, name: 'a' }],
	});
	await domo.commitAndWait(streamId, await domo.createExecution(streamId));
	expect(await names(dataSetId)).toEqual(['1a']);
	await domo.commitAndWait(streamId, await domo.createExecution(streamId, { updateMethod: 'REPLACE' }));
	expect(await names(dataSetId)).toEqual([]);
	expect(sandbox.dataSet(dataSetId).rows).toBe(0);
});

test('refuses a second commit within fifteen minutes, when told to', async () => {
	const { streamId } = await sandbox.createStream({ name: 'Hasty', columns });
	sandbox.settings.minMinutesBetweenCommits = 15;
	await uploadCsv(streamId, '1,a\n');
	const executionId = await domo.createExecution(streamId);
	expect((await domo.commit(streamId, executionId)).status).toBe(400);
});

test('answers 404 for what does not exist and 403 without a message for what may not be written', async () => {
	expect((await domo.ask('POST', '/v1/streams/999/executions')).json).toMatchObject({
		status: 404,
		statusReason: 'Not Found',
	});
	const readOnly = await sandbox.createDataSet({ name: 'From a connector', columns, viaApi: false });
	const answer = await domo.ask('PUT', `/v1/datasets/${readOnly}/data?updateMethod=APPEND`, '1,a\n', {
		'content-type': 'text/csv',
	});
	expect(answer).toMatchObject({ status: 403, json: { status: 403, toe: expect.any(String) } });
	expect(Object.keys(answer.json)).toEqual(['status', 'toe']);
});
