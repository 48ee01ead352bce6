/** 'Add Columns': when the DataSet's columns are changed, and what is left of it by an upload that does not come to its end. */
import type { IDataObject } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { type Operation } from '../../sandbox';
import { credentialsFor, fileItem, itemsOf, runNode } from '../support/engine';
import { StreamNode } from '../support/streamNode';
import { until } from '../support/until';
import { asText, COLUMNS, makeRows, parameters, refuse, tryUpload, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits({ recommitAfterMs: 200 });
const sandbox = useSandbox({ indexingMs: 5 });
let otherJob: StreamNode;
beforeAll(() => {
	otherJob = new StreamNode(sandbox, 'execution');
});
beforeEach(() => {
	sandbox.faults.clear();
	sandbox.settings.indexingMs = 5;
});

const BEFORE = makeRows(2);
const ROWS = makeRows(3, 10).map((row) => ({ ...row, more: 'x' }));
const WIDER: Column[] = [...COLUMNS, { name: 'more', type: 'STRING' }];
const AFTER = [...BEFORE.map((row) => ({ ...row, more: null })), ...ROWS];
const textOf = (rows: IDataObject[]) =>
	asText(rows).map((row) => ({ ...row, more: row.more === 'null' ? null : row.more }));

const makeStream = async () =>
	await sandbox.createStream({ name: 'new columns', columns: COLUMNS, rows: BEFORE as never });
const run = (streamId: number, options: IDataObject = {}) => ({
	streamId,
	items: itemsOf(ROWS),
	options: { unknownFields: 'addColumns', ...options },
});
const columnsOf = (dataSetId: string) => sandbox.dataSet(dataSetId).columns;
const states = (streamId: number) => sandbox.executions(streamId).map(({ currentState }) => currentState);
const requests = (from: number, operation: Operation) =>
	sandbox.log.slice(from).filter((request) => request.operation === operation).length;
/** Resolves once a run has read the columns and waits for the list of executions, which it asks for side by side. */
const columnsRead = async (from: number) =>
	await until(
		() =>
			requests(from, 'listExecutions') === 1 &&
			sandbox.log
				.slice(from)
				.some(({ operation, status }) => operation === 'getDataSet' && status !== undefined),
	);
/** Starts a run that can be stopped. */
function stoppable(streamId: number, options: IDataObject = {}) {
	let stop: () => void = () => undefined;
	const all = parameters(streamId, { unknownFields: 'addColumns', ...options });
	const ended = runNode('domoStream', all, credentialsFor(sandbox), itemsOf(ROWS), {
		onStarted: (stopIt) => (stop = stopIt),
	});
	return { stop: () => stop(), ended };
}

describe('the columns are not changed', () => {
	it.each([
		[
			"the executions can't be listed",
			async () => void sandbox.faults.add({ operation: 'listExecutions', status: 500, times: 'always' }),
			{},
		],
		[
			'another execution is open',
			async (streamId: number) => void (await otherJob.runWell('create', { streamId })),
			{},
		],
		[
			'a commit would come too soon',
			async (streamId: number) => void (await upload(sandbox, { streamId, items: itemsOf(makeRows(1)) })),
			{ commitTooSoon: 'fail' },
		],
		[
			"what is open can't be aborted",
			async (streamId: number) => {
				await otherJob.runWell('create', { streamId });
				sandbox.faults.add({ operation: 'abort', status: 403, times: 'always' });
			},
			{ activeExecution: 'abortIt' },
		],
	])('where %s', async (_, given, options) => {
		const { streamId, dataSetId } = await makeStream();
		await given(streamId);
		const from = sandbox.log.length;
		expect(await refuse(sandbox, run(streamId, options))).not.toMatch(/columns/);
		expect(requests(from, 'updateDataSet')).toBe(0);
		expect(columnsOf(dataSetId)).toEqual(COLUMNS);
	});

	it("while another job uploads CSV that is made for the old ones ('Active Execution: Wait')", async () => {
		const { streamId, dataSetId } = await makeStream();
		await otherJob.runWell('create', { streamId });
		const from = sandbox.log.length;
		const running = upload(sandbox, run(streamId, { activeExecution: 'wait' }));
		await until(() => requests(from, 'listExecutions') >= 3);
		expect(columnsOf(dataSetId)).toEqual(COLUMNS);
		await otherJob.runWell('uploadPart', { streamId, executionId: 1, partId: 1 }, itemsOf(makeRows(1, 5)));
		await otherJob.runWell('commit', { streamId, executionId: 1 });
		expect((await running).summary).toMatchObject({ state: 'SUCCESS', verified: true });
		expect(columnsOf(dataSetId)).toEqual(WIDER);
		expect(await sandbox.rows(dataSetId)).toEqual(
			textOf([...AFTER.slice(0, 2), { ...makeRows(1, 5)[0], more: null }, ...ROWS]),
		);
	});

	it('by a run that is stopped while it waits for another', async () => {
		const { streamId, dataSetId } = await makeStream();
		await otherJob.runWell('create', { streamId });
		const from = sandbox.log.length;
		const { stop, ended } = stoppable(streamId, { activeExecution: 'wait' });
		await until(() => requests(from, 'listExecutions') >= 3);
		stop();
		await ended;
		await until(() => sandbox.log.slice(from).every(({ status }) => status !== undefined));
		expect(requests(from, 'updateDataSet')).toBe(0);
		expect(columnsOf(dataSetId)).toEqual(COLUMNS);
		expect(states(streamId)).toEqual(['ACTIVE']);
	});

	it('where someone else has changed them meanwhile: theirs stay', async () => {
		const { streamId, dataSetId } = await makeStream();
		const theirs: Column[] = [...COLUMNS, { name: 'theirs', type: 'LONG' }];
		let letGo = () => {};
		sandbox.faults.add({
			operation: 'listExecutions',
			heldUntil: new Promise<void>((resolve) => (letGo = resolve)),
		});
		const from = sandbox.log.length;
		const running = refuse(sandbox, run(streamId));
		await columnsRead(from);
		sandbox.dataSet(dataSetId).columns = theirs;
		letGo();
		expect(await running).toMatch(
			/columns have changed since they were read: 'id', 'name', 'amount', 'day' then, 'id', 'name', 'amount', 'day', 'theirs' now. No rows were sent/,
		);
		expect(columnsOf(dataSetId)).toEqual(theirs);
		expect(states(streamId)).toEqual([]);
	});
});

it('columns that someone else has added meanwhile, just as this upload would, are used and left alone', async () => {
	const { streamId, dataSetId } = await makeStream();
	let letGo = () => {};
	sandbox.faults.add(
		{ operation: 'listExecutions', heldUntil: new Promise<void>((resolve) => (letGo = resolve)) },
		{ operation: 'part', status: 400 },
	);
	const from = sandbox.log.length;
	const running = refuse(sandbox, run(streamId));
	await columnsRead(from);
	sandbox.dataSet(dataSetId).columns = WIDER;
	letGo();
	expect(await running).toMatch(/execution 1 was aborted/);
	expect(requests(from, 'updateDataSet')).toBe(0);
	expect(columnsOf(dataSetId)).toEqual(WIDER);
});

describe('the columns are taken away again, and the message says so', () => {
	it.each([
		[
			'where the execution is refused',
			() => void sandbox.faults.add({ operation: 'createExecution', status: 403, times: 'always' }),
			[],
		],
		[
			'where every execution is made unseen, and aborted',
			() =>
				void sandbox.faults.add({ operation: 'createExecution', resetAfterEffect: true, times: 'always' }),
			['ABORTED', 'ABORTED', 'ABORTED'],
		],
		[
			'where the answers to changing them were lost',
			() => void sandbox.faults.add({ operation: 'updateDataSet', status: 500, afterEffect: true, times: 5 }),
			[],
		],
	])('%s', async (_, given, left) => {
		const { streamId, dataSetId } = await makeStream();
		given();
		expect(await refuse(sandbox, run(streamId))).toMatch(
			/columns that were added for it are taken away again/,
		);
		expect(columnsOf(dataSetId)).toEqual(COLUMNS);
		expect(states(streamId)).toEqual(left);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
	});

	it('where the execution does not take the update method', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.settings.executionUpdateMethod = 'ignore';
		const said = await refuse(sandbox, { ...run(streamId), more: { updateMethod: 'REPLACE' } });
		sandbox.settings.executionUpdateMethod = 'honour';
		expect(said).toMatch(
			/did not take the update method REPLACE.*columns that were added for it are taken away again/,
		);
		expect(columnsOf(dataSetId)).toEqual(COLUMNS);
	});

	it('where the run is stopped while they are changed', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add({ operation: 'updateDataSet', hang: true, afterEffect: true });
		const from = sandbox.log.length;
		const { stop, ended } = stoppable(streamId);
		await until(() => columnsOf(dataSetId).length === WIDER.length);
		stop();
		await ended;
		await until(() => columnsOf(dataSetId).length === COLUMNS.length);
		expect(requests(from, 'updateDataSet')).toBe(2);
		expect(states(streamId)).toEqual([]);
	});
});

it('a run that is stopped just before its commit takes the columns away again, too', async () => {
	const { streamId, dataSetId } = await makeStream();
	// The third time the DataSet is asked for is for its rows, which an upload waits for before it commits.
	sandbox.faults.add({ operation: 'getDataSet', after: 2, hang: true });
	const from = sandbox.log.length;
	const { stop, ended } = stoppable(streamId);
	await until(() => requests(from, 'getDataSet') === 3 && sandbox.parts(streamId, 1).length === 1);
	stop();
	await ended;
	await until(() => columnsOf(dataSetId).length === COLUMNS.length);
	expect(states(streamId)).toEqual(['ABORTED']);
	expect(sandbox.execution(streamId, 1).commits).toBe(0);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
});

it('a change of the columns that never took effect is not spoken of', async () => {
	const { streamId, dataSetId } = await makeStream();
	sandbox.faults.add({ operation: 'updateDataSet', status: 403, times: 'always' });
	expect(await refuse(sandbox, run(streamId))).toMatch(
		/^Domo did not update the DataSet [^ ]+ \(HTTP 403, [^)]*\) The credential's user lacks/,
	);
	expect(columnsOf(dataSetId)).toEqual(COLUMNS);
	expect(states(streamId)).toEqual([]);
});

describe('the columns stay, and the message names them', () => {
	it('where neither changing nor restoring them was answered: it is not known which there are', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add(
			{ operation: 'updateDataSet', status: 500, afterEffect: true, times: 5 },
			{ operation: 'updateDataSet', status: 500, times: 'always' },
		);
		expect(await refuse(sandbox, run(streamId))).toMatch(
			/columns may still be those that this upload changed them to: before 'id', 'name', 'amount', 'day'; with it 'id', 'name', 'amount', 'day', 'more'/,
		);
		expect(columnsOf(dataSetId)).toEqual(WIDER);
	});

	it('where an execution may have been left open', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add(
			{ operation: 'createExecution', resetAfterEffect: true },
			{ operation: 'listExecutions', after: 1, status: 500, times: 'always' },
		);
		expect(await refuse(sandbox, run(streamId))).toMatch(
			/An execution may still be open.*columns were changed for this upload and stay so/,
		);
		expect(columnsOf(dataSetId)).toEqual(WIDER);
		expect(states(streamId)).toEqual(['ACTIVE']);
	});

	it("where someone else's execution has aborted ours: it may have been opened for them", async () => {
		const { streamId, dataSetId } = await makeStream();
		let letGo = () => {};
		sandbox.faults.add({ operation: 'part', heldUntil: new Promise<void>((resolve) => (letGo = resolve)) });
		const from = sandbox.log.length;
		const running = tryUpload(sandbox, run(streamId));
		await until(() => requests(from, 'part') === 1);
		await otherJob.runWell('create', { streamId, options: { activeExecution: 'abortIt' } });
		letGo();
		const { error } = await running;
		expect(error?.message).toMatch(
			/Someone else opened the execution 2.*columns were changed for this upload and stay so/,
		);
		expect(columnsOf(dataSetId)).toEqual(WIDER);
	});
});

it('are STRING where a decimal comma of another column makes their points unclear, of items as of files', async () => {
	const columns: Column[] = [{ name: 'a', type: 'DECIMAL' }];
	const rows = [
		{ a: '12,5', b: '1.234' },
		{ a: '13,5', b: '2.345' },
	];
	const csv = `a;b\n${rows.map(({ a, b }) => `${a};${b}\n`).join('')}`;
	for (const [items, more] of [
		[itemsOf(rows), {}],
		[[fileItem(csv)], { inputSource: 'binary' }],
	] as const) {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'points', columns });
		const { hints } = await upload(sandbox, {
			streamId,
			items: [...items],
			more,
			options: { unknownFields: 'addColumns' },
		});
		expect(columnsOf(dataSetId)).toEqual([...columns, { name: 'b', type: 'STRING' }]);
		expect(hints.some((hint) => hint.startsWith("'b' became STRING: '1.234'"))).toBe(true);
		expect(await sandbox.rows(dataSetId)).toEqual([
			{ a: '12.5', b: '1.234' },
			{ a: '13.5', b: '2.345' },
		]);
	}
});
