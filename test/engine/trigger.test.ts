import type { IDataObject } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { type SeedRow } from '../../sandbox';
import {
	credentialsFor,
	itemsOf,
	runNodeWell,
	runWorkflow,
	TEST_CREDENTIAL_ID,
	type MemoryCredentials,
} from '../support/engine';
import { byDataSet, byId, byUrl, fromList } from '../support/locators';
import { ActiveTrigger, triggerNode } from '../support/poll';
import { StreamNode } from '../support/streamNode';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';
import { useFakeDate } from '../support/fakeDate';

const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'region', type: 'STRING' },
	{ name: 'amount', type: 'DOUBLE' },
	{ name: 'day', type: 'DATE' },
];
const MINUTE_MS = 60_000;

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
let credentials: MemoryCredentials;
let executions: StreamNode;

beforeAll(() => {
	useFakeDate();
	credentials = credentialsFor(sandbox);
	executions = new StreamNode(sandbox, 'execution');
});
afterAll(() => {
	jest.useRealTimers();
});
afterEach(() => {
	sandbox.faults.clear();
	Object.assign(sandbox.settings, { deletedDataSetStatus: 200 });
});

const later = () => jest.setSystemTime(Date.now() + MINUTE_MS);

async function makeDataSet(
	rows: SeedRow[] = [{ id: 1, region: 'north', amount: 1.5, day: '2026-01-31' }],
): Promise<string> {
	return await sandbox.createDataSet({ name: 'Sales', columns: COLUMNS, rows });
}

async function onDataSet(
	operation: string,
	dataSetId: string,
	parameters: IDataObject,
	rows?: IDataObject[],
): Promise<void> {
	later();
	const all = {
		resource: 'dataSet',
		operation,
		dataSetId: byId(dataSetId),
		...parameters,
	};
	await runNodeWell('domoDataSet', all, credentials, rows && itemsOf(rows));
}
const importRows = async (dataSetId: string, rows: IDataObject[], updateMethod = 'APPEND') =>
	await onDataSet(
		'import',
		dataSetId,
		{ updateMethod, inputSource: 'items', options: { missingColumns: 'null' } },
		rows,
	);
const rename = async (dataSetId: string, name: string) =>
	await onDataSet('update', dataSetId, { updateFields: { name } });

const makeStream = async (updateMethod = 'APPEND', rows: SeedRow[] = []) =>
	await sandbox.createStream({ name: 'Orders', columns: COLUMNS, updateMethod, rows });

/** Opens an execution. @returns its ID */
async function open(streamId: number): Promise<number> {
	later();
	const { json } = await executions.runWell('create', { streamId, options: { activeExecution: 'abortIt' } });
	return json[0].executionId as number;
}

/** Uploads a row and commits. @returns once Domo has indexed it */
async function finish(streamId: number, executionId: number): Promise<void> {
	await executions.runWell(
		'uploadPart',
		{ streamId, executionId, partId: 1, options: { missingColumns: 'null' } },
		itemsOf([{ id: 1 }]),
	);
	await executions.runWell('commit', { streamId, executionId });
	later();
}

async function load(streamId: number): Promise<void> {
	await finish(streamId, await open(streamId));
}
const abort = async (streamId: number, executionId: number) =>
	await executions.runWell('abort', { streamId, executionId });

const watchStream = (streamId: number, more: IDataObject = {}) =>
	new ActiveTrigger(credentials, { event: 'executionFinished', streamId: byId(streamId), ...more });

const endings = (items: IDataObject[] | null) =>
	items?.map(({ executionId, currentState }) => `${String(executionId)} ${String(currentState)}`);

const watchDataSet = (dataSetId: string, more: IDataObject = {}) =>
	new ActiveTrigger(credentials, {
		event: 'dataSetUpdated',
		dataSetId: byId(dataSetId),
		...more,
	});

describe('DataSet Updated', () => {
	it('says nothing on the first poll, then gives out the DataSet once when rows have come', async () => {
		const dataSetId = await makeDataSet();
		const trigger = watchDataSet(dataSetId);
		expect(await trigger.poll()).toBeNull();
		expect(await trigger.poll()).toBeNull();
		await importRows(dataSetId, [{ id: 2 }]);
		expect(await trigger.poll()).toEqual([
			expect.objectContaining({
				id: dataSetId,
				name: 'Sales',
				rows: 2,
				dataCurrentAt: sandbox.dataSet(dataSetId).dataCurrentAt,
			}),
		]);
		expect(await trigger.poll()).toBeNull();
	});

	it('is one change where the DataSet was updated twice between two polls', async () => {
		const dataSetId = await makeDataSet();
		const trigger = watchDataSet(dataSetId);
		await trigger.poll();
		await importRows(dataSetId, [{ id: 2 }]);
		await importRows(dataSetId, [{ id: 3 }]);
		expect(await trigger.poll()).toEqual([expect.objectContaining({ id: dataSetId, rows: 3 })]);
		expect(await trigger.poll()).toBeNull();
	});

	it('does not take a new name for new data', async () => {
		const dataSetId = await makeDataSet();
		const trigger = watchDataSet(dataSetId);
		await trigger.poll();
		await rename(dataSetId, 'Sales 2026');
		expect(await trigger.poll()).toBeNull();
	});

	it("goes by 'updatedAt' only where 'dataCurrentAt' is absent", async () => {
		const dataSetId = await makeDataSet([]);
		expect(sandbox.dataSet(dataSetId).dataCurrentAt).toBeUndefined();
		const trigger = watchDataSet(dataSetId);
		await trigger.poll();
		expect(await trigger.poll()).toBeNull();
		await rename(dataSetId, 'Sales 2026');
		expect(await trigger.poll()).toEqual([expect.objectContaining({ name: 'Sales 2026', rows: 0 })]);
		await importRows(dataSetId, [{ id: 1 }]);
		expect(await trigger.poll()).toEqual([expect.objectContaining({ rows: 1 })]);
		await rename(dataSetId, 'Sales');
		expect(await trigger.poll()).toBeNull();
	});

	it('does not take an answer without its time for a change', async () => {
		const dataSetId = await makeDataSet([{ id: 1 }]);
		const state = sandbox.dataSet(dataSetId);
		const { dataCurrentAt } = state;
		expect(dataCurrentAt).toBeDefined();
		const trigger = watchDataSet(dataSetId);
		await trigger.poll();
		Object.assign(state, { dataCurrentAt: undefined });
		expect(await trigger.poll()).toBeNull();
		Object.assign(state, { dataCurrentAt });
		expect(await trigger.poll()).toBeNull();
		// Nor where the first look of all lacked it.
		Object.assign(state, { dataCurrentAt: undefined });
		const another = watchDataSet(dataSetId);
		await another.poll();
		Object.assign(state, { dataCurrentAt });
		expect(await another.poll()).toBeNull();
		await importRows(dataSetId, [{ id: 2 }]);
		expect(await another.poll()).toEqual([expect.objectContaining({ rows: 2 })]);
		expect(await trigger.poll()).toEqual([expect.objectContaining({ rows: 2 })]);
	});

	it("goes by 'dataCurrentAt' again once an answer after the first has it", async () => {
		const dataSetId = await makeDataSet([{ id: 1 }]);
		const state = sandbox.dataSet(dataSetId);
		const { dataCurrentAt } = state;
		Object.assign(state, { dataCurrentAt: undefined });
		const trigger = watchDataSet(dataSetId);
		await trigger.poll();
		Object.assign(state, { dataCurrentAt });
		expect(await trigger.poll()).toBeNull();
		await rename(dataSetId, 'Sales 2026');
		expect(await trigger.poll()).toBeNull();
		await importRows(dataSetId, [{ id: 2 }]);
		expect(await trigger.poll()).toEqual([expect.objectContaining({ rows: 2 })]);
	});

	it('does not take a first answer that tells neither rows nor their time for an empty DataSet', async () => {
		const dataSetId = await makeDataSet([{ id: 1 }]);
		const { updatedAt } = sandbox.dataSet(dataSetId);
		sandbox.faults.add({
			operation: 'getDataSet',
			status: 200,
			body: { id: dataSetId, name: 'Sales', updatedAt },
		});
		const trigger = watchDataSet(dataSetId);
		await trigger.poll();
		expect(await trigger.poll()).toBeNull();
		await importRows(dataSetId, [{ id: 2 }]);
		expect(await trigger.poll()).toEqual([expect.objectContaining({ rows: 2 })]);
	});

	it('notices the first rows even where they came in the second of the last look', async () => {
		const dataSetId = await makeDataSet([]);
		const trigger = watchDataSet(dataSetId);
		await trigger.poll();
		const { updatedAt } = sandbox.dataSet(dataSetId);
		await importRows(dataSetId, [{ id: 1 }]);
		Object.assign(sandbox.dataSet(dataSetId), { updatedAt, dataCurrentAt: updatedAt });
		expect(await trigger.poll()).toEqual([expect.objectContaining({ rows: 1 })]);
	});

	it('gives out after a restart what has changed meanwhile, and nothing that was given out before', async () => {
		const dataSetId = await makeDataSet();
		const trigger = watchDataSet(dataSetId);
		await trigger.poll();
		await importRows(dataSetId, [{ id: 2 }]);
		expect(await trigger.poll()).toHaveLength(1);
		const quiet = trigger.restarted();
		expect(await quiet.poll()).toBeNull();
		await importRows(dataSetId, [{ id: 3 }]);
		const awake = quiet.restarted();
		expect(await awake.poll()).toEqual([expect.objectContaining({ rows: 3 })]);
		expect(await awake.restarted().poll()).toBeNull();
	});

	it('does not give out an update again after an answer of Domo that lags behind', async () => {
		const dataSetId = await makeDataSet();
		const trigger = watchDataSet(dataSetId);
		await trigger.poll();
		const { dataCurrentAt } = sandbox.dataSet(dataSetId);
		await importRows(dataSetId, [{ id: 2 }]);
		expect(await trigger.poll()).toHaveLength(1);
		sandbox.faults.add({
			operation: 'getDataSet',
			status: 200,
			body: { id: dataSetId, name: 'Sales', dataCurrentAt },
		});
		expect(await trigger.poll()).toBeNull();
		expect(await trigger.poll()).toBeNull();
		expect(sandbox.faults.hits).toBe(1);
	});

	it('starts anew where another DataSet is chosen, or another credential', async () => {
		const [first, second] = [await makeDataSet(), await makeDataSet()];
		const trigger = watchDataSet(first);
		await trigger.poll();
		await importRows(first, [{ id: 2 }]);
		await importRows(second, [{ id: 2 }]);
		const moved = trigger.restarted({ dataSetId: byId(second) });
		expect(await moved.poll()).toBeNull();
		await importRows(second, [{ id: 3 }]);
		expect(await moved.poll()).toEqual([expect.objectContaining({ id: second, rows: 3 })]);
		await importRows(second, [{ id: 4 }]);
		credentials.store.other = structuredClone(credentials.store[TEST_CREDENTIAL_ID]);
		expect(await moved.restarted({}, 'other').poll()).toBeNull();
	});

	it('takes the DataSet by the address of its page', async () => {
		const dataSetId = await makeDataSet();
		const value = `https://acme.domo.com/datasources/${dataSetId}/details/data/table`;
		const trigger = watchDataSet(dataSetId, {
			dataSetId: byUrl(value, 'https?://[^/]+/.*?([0-9a-f-]{36}).*'),
		});
		await trigger.poll();
		await importRows(dataSetId, [{ id: 2 }]);
		expect(await trigger.restarted({ dataSetId: byId(dataSetId) }).poll()).toEqual([
			expect.objectContaining({ id: dataSetId }),
		]);
	});
});

describe('Include Rows', () => {
	it("puts the rows into 'data', typed by the DataSet's columns", async () => {
		const dataSetId = await makeDataSet([
			{ id: 1, region: 'a "b", c\nd', amount: 1.5, day: '2026-01-31' },
			{ id: '9007199254740993', region: '', amount: null, day: null },
		]);
		const trigger = watchDataSet(dataSetId, { includeRows: true });
		await trigger.poll();
		await importRows(dataSetId, [{ id: 3, region: null, amount: -0.25, day: '1999-12-31' }]);
		const [{ data }] = (await trigger.poll()) ?? [];
		expect(data).toEqual([
			{ id: 1, region: 'a "b", c\nd', amount: 1.5, day: '2026-01-31' },
			{ id: '9007199254740993', region: '', amount: null, day: null },
			{ id: 3, region: null, amount: -0.25, day: '1999-12-31' },
		]);
	});

	it("gives 50 rows, or as many as 'Limit' says", async () => {
		const dataSetId = await makeDataSet(Array.from({ length: 70 }, (_, index) => ({ id: index })));
		const fifty = watchDataSet(dataSetId, { includeRows: true });
		const sixty = watchDataSet(dataSetId, { includeRows: true, limit: 60 });
		await Promise.all([fifty.poll(), sixty.poll()]);
		await importRows(dataSetId, [{ id: 70 }]);
		const idsOf = (items: IDataObject[] | null) => (items?.[0].data as IDataObject[]).map(({ id }) => id);
		expect(idsOf(await fifty.poll())).toEqual(Array.from({ length: 50 }, (_, index) => index));
		expect(idsOf(await sixty.poll())).toEqual(Array.from({ length: 60 }, (_, index) => index));
	});

	it('tells of a DataSet that was emptied, too', async () => {
		const { streamId, dataSetId } = await makeStream('REPLACE', [{ id: 1 }]);
		const trigger = watchDataSet(dataSetId, { includeRows: true });
		await trigger.poll();
		const executionId = await open(streamId);
		await executions.runWell('commit', { streamId, executionId });
		expect(await trigger.poll()).toEqual([expect.objectContaining({ rows: 0, data: [] })]);
	});

	it.each([
		['is refused', { operation: 'export', status: 503, times: 'always' }, /NodeApiError.*503.*toe/],
		[
			'is cut off',
			{ operation: 'export', cutDownloadAtBytes: 20, times: 'always' },
			/cut off after 20 bytes/,
		],
	] as const)(
		'keeps a change for the next poll where the export %s, and gives it out once',
		async (_, fault, words) => {
			const dataSetId = await makeDataSet();
			const trigger = watchDataSet(dataSetId, { includeRows: true });
			await trigger.poll();
			await importRows(dataSetId, [{ id: 2, region: 'south' }]);
			const before = trigger.memory;
			sandbox.faults.add(fault);
			expect(await trigger.pollFailure()).toMatch(words);
			expect(trigger.memory).toEqual(before);
			sandbox.faults.clear();
			const [{ data }] = (await trigger.poll()) ?? [];
			expect((data as IDataObject[]).map(({ id }) => id)).toEqual([1, 2]);
			expect(await trigger.poll()).toBeNull();
		},
	);

	it('gives out a change once where n8n polls again while a slow poll is under way', async () => {
		const dataSetId = await makeDataSet();
		const trigger = watchDataSet(dataSetId, { includeRows: true });
		await trigger.poll();
		await importRows(dataSetId, [{ id: 2 }]);
		sandbox.faults.add({ operation: 'export', latencyMs: 300 });
		const outcomes = await Promise.all([trigger.poll(), trigger.poll()]);
		expect(outcomes.filter((items) => items !== null)).toEqual([[expect.objectContaining({ rows: 2 })]]);
		expect(await trigger.poll()).toBeNull();
		await importRows(dataSetId, [{ id: 3 }]);
		expect(await trigger.poll()).toHaveLength(1);
	});
});

describe('Execution Finished', () => {
	it('says nothing on the first poll, then gives out each execution that has ended, once', async () => {
		const { streamId, dataSetId } = await makeStream();
		await load(streamId);
		const trigger = watchStream(streamId);
		expect(await trigger.poll()).toBeNull();
		await load(streamId);
		expect(await trigger.poll()).toEqual([
			expect.objectContaining({
				id: 2,
				executionId: 2,
				streamId,
				dataSetId,
				dataSetName: 'Orders',
				currentState: 'SUCCESS',
				rows: 1,
				endedAt: sandbox.execution(streamId, 2).endedAt,
			}),
		]);
		expect(await trigger.poll()).toBeNull();
	});

	it('waits for the end of an execution that was running at the first poll, or at a later one', async () => {
		const { streamId } = await makeStream();
		const first = await open(streamId);
		const trigger = watchStream(streamId);
		expect(await trigger.poll()).toBeNull();
		expect(await trigger.poll()).toBeNull();
		await finish(streamId, first);
		expect(endings(await trigger.poll())).toEqual(['1 SUCCESS']);
		const second = await open(streamId);
		expect(await trigger.poll()).toBeNull();
		await finish(streamId, second);
		expect(endings(await trigger.poll())).toEqual(['2 SUCCESS']);
		expect(await trigger.poll()).toBeNull();
	});

	it('gives out all that ended between two polls, well or not, in their order', async () => {
		const { streamId } = await makeStream();
		const trigger = watchStream(streamId);
		expect(await trigger.poll()).toBeNull();
		await load(streamId);
		await abort(streamId, await open(streamId));
		await load(streamId);
		await open(streamId);
		expect(endings(await trigger.poll())).toEqual(['1 SUCCESS', '2 ABORTED', '3 SUCCESS']);
		expect(await trigger.poll()).toBeNull();
	});

	it("leaves out what ended in other states than 'States' says, for good", async () => {
		const { streamId } = await makeStream();
		const trigger = watchStream(streamId, { states: ['ABORTED', 'ERROR'] });
		await trigger.poll();
		await load(streamId);
		await abort(streamId, await open(streamId));
		expect(endings(await trigger.poll())).toEqual(['2 ABORTED']);
		const all = trigger.restarted({ states: [] });
		expect(await all.poll()).toBeNull();
		await load(streamId);
		expect(endings(await all.poll())).toEqual(['3 SUCCESS']);
	});

	it('takes a state that nobody has seen before for one that goes on, and reports its end', async () => {
		const { streamId } = await makeStream();
		const trigger = watchStream(streamId);
		await trigger.poll();
		await open(streamId);
		sandbox.faults.add({
			operation: 'listExecutions',
			status: 200,
			body: [{ id: 1, currentState: 'INDEXING' }],
			times: 2,
		});
		expect(await trigger.poll()).toBeNull();
		expect(await trigger.poll()).toBeNull();
		await abort(streamId, 1);
		expect(endings(await trigger.poll())).toEqual(['1 ABORTED']);
	});

	it('gives out after a restart what ended meanwhile, and nothing that was given out before', async () => {
		const { streamId } = await makeStream();
		const trigger = watchStream(streamId);
		await trigger.poll();
		await load(streamId);
		const running = await open(streamId);
		expect(endings(await trigger.poll())).toEqual(['1 SUCCESS']);
		await finish(streamId, running);
		await load(streamId);
		const restarted = trigger.restarted();
		expect(endings(await restarted.poll())).toEqual(['2 SUCCESS', '3 SUCCESS']);
		expect(await restarted.restarted().poll()).toBeNull();
	});

	it('loses nothing where n8n did not save the memory of a poll that found nothing to give out', async () => {
		const { streamId } = await makeStream();
		const trigger = watchStream(streamId);
		await trigger.poll();
		const asSaved = trigger.restarted();
		const running = await open(streamId);
		expect(await trigger.poll()).toBeNull();
		await finish(streamId, running);
		expect(endings(await asSaved.poll())).toEqual(['1 SUCCESS']);
	});

	it.each(['listExecutions', 'getStream'] as const)(
		'keeps what ended for the next poll where %s fails, and gives it out once',
		async (operation) => {
			const { streamId } = await makeStream();
			const trigger = watchStream(streamId);
			await trigger.poll();
			await load(streamId);
			await open(streamId);
			const before = trigger.memory;
			sandbox.faults.add({ operation, status: 502, times: 3 });
			expect(await trigger.pollFailure()).toMatch(/NodeApiError.*502.*toe/);
			expect(trigger.memory).toEqual(before);
			expect(endings(await trigger.poll())).toEqual(['1 SUCCESS']);
			expect(await trigger.poll()).toBeNull();
		},
	);

	it('gets over a passing fault within one poll', async () => {
		const { streamId } = await makeStream();
		const trigger = watchStream(streamId);
		await trigger.poll();
		await load(streamId);
		sandbox.faults.add(
			{ operation: 'listExecutions', resetBeforeBody: true },
			{ operation: 'getStream', expireToken: true },
		);
		expect(endings(await trigger.poll())).toEqual(['1 SUCCESS']);
		expect(sandbox.faults.hits).toBe(2);
		expect(await trigger.poll()).toBeNull();
	});

	it('reads on where more executions ended between two polls than Domo lists on a page, newest first', async () => {
		const { streamId } = await makeStream();
		await load(streamId);
		const trigger = watchStream(streamId);
		await trigger.poll();
		const newestFirst = Array.from({ length: 61 }, (_, index) => ({
			id: 61 - index,
			currentState: index % 2 ? 'ABORTED' : 'SUCCESS',
		}));
		const page = (from: number, to: number) => ({
			operation: 'listExecutions' as const,
			status: 200,
			body: newestFirst.slice(from, to),
		});
		sandbox.faults.add(page(0, 50), page(50, 61));
		const items = (await trigger.poll()) ?? [];
		expect(items.map(({ executionId }) => executionId)).toEqual(
			Array.from({ length: 60 }, (_, index) => index + 2),
		);
		expect(sandbox.log.slice(-3).map(({ query }) => [query.limit, query.offset])).toEqual([
			['50', '0'],
			['50', '50'],
			[undefined, undefined],
		]);
	});

	it('asks for an execution that was running and is not listed any more', async () => {
		const { streamId } = await makeStream();
		const running = await open(streamId);
		const trigger = watchStream(streamId);
		await trigger.poll();
		await finish(streamId, running);
		sandbox.faults.add({ operation: 'listExecutions', status: 200, body: [] });
		expect(endings(await trigger.poll())).toEqual(['1 SUCCESS']);
		expect(await trigger.poll()).toBeNull();
	});

	it('lets go of an execution that Domo has forgotten, but not of one it could not tell about just then', async () => {
		const { streamId } = await makeStream();
		await open(streamId);
		const trigger = watchStream(streamId);
		await trigger.poll();
		const notListed = { operation: 'listExecutions' as const, status: 200, body: [] };
		sandbox.faults.add(notListed, { operation: 'getExecution', status: 503, times: 3 });
		expect(await trigger.pollFailure()).toMatch(/503/);
		sandbox.faults.clear();
		sandbox.faults.add(notListed, { operation: 'getExecution', gone: true });
		expect(await trigger.poll()).toBeNull();
		sandbox.faults.add(notListed);
		expect(await trigger.poll()).toBeNull();
		expect(sandbox.faults.hits).toBe(3);
		await load(streamId);
		expect(endings(await trigger.poll())).toEqual(['2 SUCCESS']);
	});

	it('does not give out an execution again after an answer of Domo that lags behind', async () => {
		const { streamId } = await makeStream();
		const trigger = watchStream(streamId);
		await trigger.poll();
		await load(streamId);
		expect(endings(await trigger.poll())).toEqual(['1 SUCCESS']);
		sandbox.faults.add({
			operation: 'listExecutions',
			status: 200,
			body: [{ id: 1, currentState: 'ACTIVE' }],
		});
		expect(await trigger.poll()).toBeNull();
		expect(await trigger.poll()).toBeNull();
		expect(sandbox.faults.hits).toBe(1);
	});

	it('starts anew where another Stream or event is chosen, but not where the same Stream is chosen another way', async () => {
		const [first, second] = [await makeStream(), await makeStream()];
		const trigger = watchStream(first.streamId);
		await trigger.poll();
		await load(first.streamId);
		await load(second.streamId);
		expect(await trigger.restarted({ streamId: byId(second.streamId) }).poll()).toBeNull();
		expect(
			await trigger.restarted({ event: 'dataSetUpdated', dataSetId: byId(first.dataSetId) }).poll(),
		).toBeNull();
		expect(endings(await trigger.restarted({ streamId: byDataSet(first.dataSetId) }).poll())).toEqual([
			'1 SUCCESS',
		]);
	});
});

describe('Test mode', () => {
	/** Runs the trigger as the editor does, through all of n8n's engine. */
	async function test(parameters: IDataObject): Promise<{ items?: IDataObject[]; refusal: string }> {
		const run = await runWorkflow(
			{ nodes: [triggerNode(parameters)], connections: {}, settings: {} },
			credentials,
		);
		const { error, runData } = run.data.resultData;
		return {
			items: runData['Domo Trigger']?.[0].data?.main[0]?.map(({ json }) => json),
			refusal: error ? `${error.message} — ${error.description ?? ''}` : '',
		};
	}

	it('shows the DataSet, with its rows where they are wanted', async () => {
		const dataSetId = await makeDataSet();
		const parameters = { event: 'dataSetUpdated', dataSetId: byId(dataSetId) };
		expect(await test(parameters)).toEqual({
			items: [expect.objectContaining({ id: dataSetId, rows: 1 })],
			refusal: '',
		});
		expect((await test({ ...parameters, includeRows: true })).items?.[0].data).toEqual([
			{ id: 1, region: 'north', amount: 1.5, day: '2026-01-31' },
		]);
	});

	it('shows the newest execution that has finished in one of the chosen states', async () => {
		const { streamId } = await makeStream();
		await load(streamId);
		await abort(streamId, await open(streamId));
		await open(streamId);
		const parameters = { event: 'executionFinished', streamId: byId(streamId) };
		expect(endings((await test(parameters)).items ?? null)).toEqual(['2 ABORTED']);
		expect(endings((await test({ ...parameters, states: ['SUCCESS'] })).items ?? null)).toEqual([
			'1 SUCCESS',
		]);
	});

	it('says so where there is nothing to show', async () => {
		const { streamId } = await makeStream();
		await open(streamId);
		const parameters = { event: 'executionFinished', streamId: byId(streamId) };
		expect((await test(parameters)).refusal).toMatch(
			/^No execution of the Stream \d+ has finished yet, so there is nothing to show — Load rows/,
		);
		expect((await test({ ...parameters, states: ['ERROR', 'FAILED'] })).refusal).toMatch(
			/^No execution .* has ended as ERROR or FAILED yet/,
		);
	});

	it('leaves what the active workflow remembers alone', async () => {
		const { streamId, dataSetId } = await makeStream('APPEND', [{ id: 1 }]);
		const triggers = [watchStream(streamId), watchDataSet(dataSetId)];
		for (const trigger of triggers) await trigger.poll();
		await load(streamId);
		for (const trigger of triggers) {
			const before = trigger.memory;
			expect(await trigger.poll('manual')).toHaveLength(1);
			expect(trigger.memory).toEqual(before);
			expect(await trigger.poll()).toHaveLength(1);
			expect(await trigger.poll()).toBeNull();
		}
	});
});

describe('A trigger that cannot work says why', () => {
	it.each([
		[
			200,
			/NodeOperationError.*The DataSet .* has been deleted in Domo.*Choose another one in 'DataSet', or switch the workflow off/,
		],
		[404, /NodeApiError.*HTTP 404.*toe.*It may have been deleted/],
	] as const)('where the DataSet is deleted (Domo answers %d)', async (deletedDataSetStatus, words) => {
		const dataSetId = await makeDataSet();
		const trigger = watchDataSet(dataSetId);
		await trigger.poll();
		await onDataSet('delete', dataSetId, {});
		Object.assign(sandbox.settings, { deletedDataSetStatus });
		expect(await trigger.pollFailure()).toMatch(words);
		expect(await trigger.pollFailure('manual')).toMatch(words);
	});

	it('where the Stream is deleted, or the DataSet has none', async () => {
		const { streamId } = await makeStream();
		const trigger = watchStream(streamId);
		await trigger.poll();
		await new StreamNode(sandbox, 'stream').runWell('delete', { streamId });
		expect(await trigger.pollFailure()).toMatch(/list the executions of the Stream \d+.*HTTP 404/);
		const without = watchStream(0, { streamId: byDataSet(await makeDataSet()) });
		expect(await without.pollFailure()).toMatch(/has no Stream/);
	});

	it('where Domo does not say when the DataSet was updated', async () => {
		const dataSetId = await makeDataSet();
		sandbox.faults.add({ operation: 'getDataSet', status: 200, body: { id: dataSetId, name: 'Sales' } });
		expect(await watchDataSet(dataSetId).pollFailure()).toMatch(
			/does not say when the DataSet .* was updated/,
		);
	});

	it.each([
		['no event of this node', { event: 'dataset' }, /'Event' can't be "dataset"/],
		['no DataSet', { dataSetId: fromList() }, /No DataSet is chosen in 'DataSet'/],
		['text for Include Rows', { includeRows: '={{ "false" }}' }, /'Include Rows' can't be "false"/],
		['no rows at all', { includeRows: true, limit: '={{ 0 }}' }, /'Limit' is 0/],
		['no Stream', { event: 'executionFinished', streamId: fromList() }, /No Stream is chosen/],
		[
			'a state in lower case',
			{ event: 'executionFinished', streamId: byId(1), states: '={{ ["success"] }}' },
			/'States' can't be \["success"\].*SUCCESS/,
		],
	])('where the parameters bring in %s', async (_, parameters, words) => {
		const trigger = new ActiveTrigger(credentials, {
			event: 'dataSetUpdated',
			dataSetId: byId(await makeDataSet()),
			...parameters,
		});
		expect(await trigger.pollFailure()).toMatch(words);
	});
});
