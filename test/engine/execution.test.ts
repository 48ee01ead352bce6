import type { IDataObject } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { type SandboxOptions } from '../../sandbox';
import { itemsOf } from '../support/engine';
import { byDataSet, byId } from '../support/locators';
import { requestsSince, StreamNode } from '../support/streamNode';
import { useSandbox } from '../support/useSandbox';

const COLUMNS: Column[] = [{ name: 'id', type: 'LONG' }];
const HOUR_MS = 3_600_000;

const sandbox = useSandbox({ indexingMs: 5 });
let node: StreamNode;
beforeAll(() => {
	node = new StreamNode(sandbox, 'execution');
});
afterEach(() => jest.restoreAllMocks());
beforeEach(() => {
	sandbox.faults.clear();
	set({ indexingMs: 5, executionUpdateMethod: 'honour' });
});

const set = (options: SandboxOptions) => Object.assign(sandbox.settings, options);
const makeStream = async (updateMethod = 'APPEND', rows: Array<{ id: number }> = []) =>
	await sandbox.createStream({ name: 'executions', columns: COLUMNS, updateMethod, rows });
const states = (streamId: number) => sandbox.executions(streamId).map(({ currentState }) => currentState);

/** Opens an execution, uploads the items as part 1 and commits it. */
async function load(streamId: number, rows: IDataObject[], create: IDataObject = {}): Promise<void> {
	const { json } = await node.runWell('create', { streamId, ...create });
	await node.runWell('uploadPart', { streamId, executionId: json[0].executionId, partId: 1 }, itemsOf(rows));
	await node.runWell('commit', { streamId, executionId: json[0].executionId });
}

describe('Create', () => {
	it('opens an execution and says which', async () => {
		const { streamId, dataSetId } = await makeStream();
		const { json } = await node.runWell('create', { streamId: byDataSet(dataSetId) });
		expect(json).toEqual([
			expect.objectContaining({ id: 1, executionId: 1, streamId, currentState: 'ACTIVE' }),
		]);
		expect(states(streamId)).toEqual(['ACTIVE']);
	});

	it('opens one for all items that choose the same Stream, however they choose it', async () => {
		const { streamId } = await makeStream();
		const other = (await makeStream()).streamId;
		const items = itemsOf([{ s: streamId }, { s: other }, { s: ` ${streamId} ` }]);
		const { json, outputs, hints } = await node.runWell(
			'create',
			{ streamId: byId('={{ $json.s }}') },
			items,
		);
		expect(json.map((each) => [each.streamId, each.executionId])).toEqual([
			[streamId, 1],
			[other, 1],
			[streamId, 1],
		]);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(states(streamId)).toEqual(['ACTIVE']);
		expect(states(other)).toEqual(['ACTIVE']);
		expect(hints.join()).toMatch(
			new RegExp(`Items 0 and 2 chose the same Stream ${streamId}: one execution`),
		);
	});

	it('refuses two update methods for one Stream before any execution is created', async () => {
		const { streamId } = await makeStream();
		const items = itemsOf([{ m: 'APPEND' }, { m: 'REPLACE' }]);
		expect(await node.refusal('create', { streamId, updateMethod: '={{ $json.m }}' }, items)).toMatch(
			/'Update Method' is not the same in item 0 and item 1.*No execution was created/,
		);
		expect(states(streamId)).toEqual([]);
	});

	it('under Continue, creates for the Streams that can be used and explains the others', async () => {
		const { streamId } = await makeStream();
		const items = itemsOf([{ s: 99_999 }, { s: streamId }]);
		const parameters = { streamId: byId('={{ $json.s }}') };
		const routed = await node.runWell('create', parameters, items, { onError: 'continueErrorOutput' });
		expect(routed.json).toEqual([expect.objectContaining({ streamId, executionId: 1 })]);
		expect(routed.outputs[1]).toEqual([
			expect.objectContaining({
				json: expect.objectContaining({ error: expect.stringContaining('404') }),
				pairedItem: { item: 0 },
			}),
		]);
		const regular = await node.runWell('create', parameters, items, { onError: 'continueRegularOutput' });
		expect(regular.json.map(({ error }) => error)).toEqual([
			expect.stringContaining('404'),
			expect.stringMatching(/still ACTIVE/),
		]);
	});
});

describe('Update Method', () => {
	it('overrides the Stream for this execution', async () => {
		const { streamId, dataSetId } = await makeStream('APPEND', [{ id: 1 }]);
		await load(streamId, [{ id: 2 }], { updateMethod: 'REPLACE' });
		expect(await sandbox.rows(dataSetId)).toEqual([{ id: '2' }]);
		await load(streamId, [{ id: 3 }]);
		expect(await sandbox.rows(dataSetId)).toEqual([{ id: '2' }, { id: '3' }]);
	});

	it.each([
		['ignores', 'ignore', /did not take the update method APPEND.*says REPLACE/],
		['does not report', 'honourUnreported', /did not take the update method APPEND.*does not say which/],
	] as const)(
		'is refused where Domo %s it, and the execution is aborted',
		async (_, executionUpdateMethod, words) => {
			const { streamId } = await makeStream('REPLACE');
			set({ executionUpdateMethod });
			expect(await node.refusal('create', { streamId, updateMethod: 'APPEND' })).toMatch(words);
			expect(states(streamId)).toEqual(['ABORTED']);
		},
	);

	it('is trusted unreported where the user says so', async () => {
		const { streamId, dataSetId } = await makeStream('APPEND', [{ id: 1 }]);
		set({ executionUpdateMethod: 'honourUnreported' });
		await load(streamId, [{ id: 2 }], {
			updateMethod: 'REPLACE',
			options: { trustExecutionUpdateMethod: true },
		});
		expect(await sandbox.rows(dataSetId)).toEqual([{ id: '2' }]);
	});

	it("needs no confirmation where it is the Stream's own, or APPEND on a keyed Stream", async () => {
		set({ executionUpdateMethod: 'honourUnreported' });
		const own = await makeStream('REPLACE');
		await node.runWell('create', { streamId: own.streamId, updateMethod: 'REPLACE' });
		const keyed = await sandbox.createStream({
			name: 'keyed',
			columns: COLUMNS,
			updateMethod: 'UPSERT',
			keyColumnNames: ['id'],
		});
		await node.runWell('create', { streamId: keyed.streamId, updateMethod: 'APPEND' });
		expect([...states(own.streamId), ...states(keyed.streamId)]).toEqual(['ACTIVE', 'ACTIVE']);
		expect(sandbox.execution(keyed.streamId, 1).updateMethod).toBe('UPSERT');
	});

	it('is refused where Domo would take it as REPLACE', async () => {
		const { streamId } = await makeStream();
		expect(await node.refusal('create', { streamId, updateMethod: '={{ "append" }}' })).toMatch(
			/would take as REPLACE/,
		);
		expect(states(streamId)).toEqual([]);
	});
});

describe('Active Execution', () => {
	it('by default leaves a running execution alone and creates none', async () => {
		const { streamId } = await makeStream();
		await node.runWell('create', { streamId });
		expect(await node.refusal('create', { streamId })).toMatch(
			/execution 1 of the Stream \d+ is still ACTIVE.*uploading.*indexing/,
		);
		expect(states(streamId)).toEqual(['ACTIVE']);
	});

	it('Abort It aborts the running one and says so', async () => {
		const { streamId } = await makeStream();
		await node.runWell('create', { streamId });
		const { json, hints } = await node.runWell('create', {
			streamId,
			options: { activeExecution: 'abortIt' },
		});
		expect(json[0].executionId).toBe(2);
		expect(states(streamId)).toEqual(['ABORTED', 'ACTIVE']);
		expect(hints.join()).toMatch(/execution 1 was ACTIVE and was aborted/);
	});

	it('Wait waits until the running one has ended', async () => {
		const { streamId, dataSetId } = await makeStream();
		await node.runWell('create', { streamId });
		await node.runWell('uploadPart', { streamId, executionId: 1, partId: 1 }, itemsOf([{ id: 7 }]));
		set({ indexingMs: 300 });
		await node.runWell('commit', { streamId, executionId: 1, options: { waitForCompletion: false } });
		expect(states(streamId)).toEqual(['ACTIVE']);
		const { json } = await node.runWell('create', { streamId, options: { activeExecution: 'wait' } });
		expect(json[0].executionId).toBe(2);
		expect(states(streamId)).toEqual(['SUCCESS', 'ACTIVE']);
		expect(await sandbox.rows(dataSetId)).toEqual([{ id: '7' }]);
	});

	it('Wait gives up after its time and leaves the running one alone', async () => {
		const { streamId } = await makeStream();
		await node.runWell('create', { streamId });
		const options = { activeExecution: 'wait', waitTimeoutSeconds: 1 };
		expect(await node.refusal('create', { streamId, options })).toMatch(/still ACTIVE.*after waiting 1 s/);
		expect(states(streamId)).toEqual(['ACTIVE']);
	});

	it('refuses a wait too long for a timer, and takes the longest that is not', async () => {
		const { streamId, dataSetId } = await makeStream();
		const options = (waitTimeoutSeconds: number) => ({ activeExecution: 'wait', waitTimeoutSeconds });
		expect(await node.refusal('create', { streamId, options: options(2_147_484) })).toMatch(
			/'Wait Timeout \(Seconds\)' can't be 2147484\. Nothing was sent.*to 2,000,000/,
		);
		expect(states(streamId)).toEqual([]);
		await node.runWell('create', { streamId });
		await node.runWell('uploadPart', { streamId, executionId: 1, partId: 1 }, itemsOf([{ id: 7 }]));
		set({ indexingMs: 300 });
		await node.runWell('commit', { streamId, executionId: 1, options: { waitForCompletion: false } });
		await node.runWell('create', { streamId, options: options(2_000_000) });
		expect(states(streamId)).toEqual(['SUCCESS', 'ACTIVE']);
		expect(await sandbox.rows(dataSetId)).toEqual([{ id: '7' }]);
	});

	it('Stale After is only compared: a million hours leave a running one alone', async () => {
		const { streamId } = await makeStream();
		await node.runWell('create', { streamId });
		const { now } = Date;
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 5_000 * HOUR_MS);
		const options = { staleAfterHours: 1_000_000 };
		expect(await node.refusal('create', { streamId, options })).toMatch(/still ACTIVE/);
		expect(states(streamId)).toEqual(['ACTIVE']);
	});

	it('takes one that is older than Stale After as left behind', async () => {
		const { streamId } = await makeStream();
		await node.runWell('create', { streamId });
		const { now } = Date;
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 5 * HOUR_MS);
		expect(await node.refusal('create', { streamId })).toMatch(/still ACTIVE/);
		const { hints } = await node.runWell('create', { streamId, options: { staleAfterHours: 4 } });
		expect(states(streamId)).toEqual(['ABORTED', 'ACTIVE']);
		expect(hints.join()).toMatch(
			/execution 1 .* was still ACTIVE, opened at .* was aborted.*'Stale After \(Hours\)' \(4\)/,
		);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 7 * HOUR_MS);
		await node.runWell('create', { streamId });
		expect(states(streamId)).toEqual(['ABORTED', 'ABORTED', 'ACTIVE']);
	});

	it('refuses a choice there is not', async () => {
		const { streamId } = await makeStream();
		await node.runWell('create', { streamId });
		expect(
			await node.refusal('create', { streamId, options: { activeExecution: '={{ "abort" }}' } }),
		).toMatch(/'Active Execution' can't be "abort"/);
		expect(states(streamId)).toEqual(['ACTIVE']);
	});
});

describe('a lost answer to Create', () => {
	it('that took effect leaves no second execution open', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'createExecution', resetAfterEffect: true });
		const { json } = await node.runWell('create', { streamId });
		expect(json[0].executionId).toBe(2);
		expect(states(streamId)).toEqual(['ABORTED', 'ACTIVE']);
	});

	it('that never arrived is sent again', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'createExecution', resetBeforeBody: true });
		const { json } = await node.runWell('create', { streamId });
		expect(json[0].executionId).toBe(1);
		expect(states(streamId)).toEqual(['ACTIVE']);
	});
});

describe('Get and Get Many', () => {
	it('give an execution, and those of a Stream up to a limit or all', async () => {
		const { streamId } = await makeStream();
		for (let i = 0; i < 3; i++)
			await node.runWell('create', { streamId, options: { activeExecution: 'abortIt' } });
		const one = await node.runWell('get', { streamId, executionId: 2 });
		expect(one.json).toEqual([
			expect.objectContaining({ id: 2, streamId, executionId: 2, currentState: 'ABORTED' }),
		]);
		const all = await node.runWell('getAll', { streamId });
		expect(all.json.map((each) => [each.executionId, each.currentState])).toEqual([
			[1, 'ABORTED'],
			[2, 'ABORTED'],
			[3, 'ACTIVE'],
		]);
		expect((await node.runWell('getAll', { streamId, limit: 1 })).json).toHaveLength(1);
		expect((await node.runWell('getAll', { streamId, returnAll: true })).json).toHaveLength(3);
	});

	it('ask Domo once for what many items ask for, and pair every answer', async () => {
		const { streamId } = await makeStream();
		await node.runWell('create', { streamId });
		const from = sandbox.log.length;
		const many = await node.runWell('getAll', { streamId }, itemsOf([{}, {}, {}]));
		const { json } = await node.runWell('get', { streamId, executionId: 1 }, itemsOf([{}, {}]));
		expect(json).toHaveLength(2);
		expect(many.outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		// One page, and whether there is more.
		expect(requestsSince(sandbox, from, 'listExecutions')).toBe(2);
		expect(requestsSince(sandbox, from, 'getExecution')).toBe(1);
	});

	it('refuse an execution that is not there, or is no number', async () => {
		const { streamId } = await makeStream();
		expect(await node.refusal('get', { streamId, executionId: 5 })).toMatch(/HTTP 404/);
		expect(await node.refusal('get', { streamId, executionId: '={{ "x" }}' })).toMatch(
			/'Execution ID' is "x", which is not a whole number of 1 or more/,
		);
		expect(await node.refusal('get', { streamId, executionId: '={{ $json.gone }}' })).toMatch(
			/'Execution ID' is .*not a whole number/,
		);
	});

	it('take an execution ID that an item holds as text', async () => {
		const { streamId } = await makeStream();
		await node.runWell('create', { streamId });
		const { json } = await node.runWell(
			'get',
			{ streamId, executionId: '={{ $json.e }}' },
			itemsOf([{ e: '1' }]),
		);
		expect(json[0].executionId).toBe(1);
	});
});

describe('Abort', () => {
	it('ends an execution once for all items, and nothing of it lands', async () => {
		const { streamId, dataSetId } = await makeStream();
		await node.runWell('create', { streamId });
		await node.runWell('uploadPart', { streamId, executionId: 1, partId: 1 }, itemsOf([{ id: 1 }]));
		const { json } = await node.runWell('abort', { streamId, executionId: 1 }, itemsOf([{}, {}]));
		expect(json).toEqual([
			{ streamId, executionId: 1, state: 'ABORTED' },
			{ streamId, executionId: 1, state: 'ABORTED' },
		]);
		expect(states(streamId)).toEqual(['ABORTED']);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
	});

	it('is well with one that is aborted already, as after a lost answer', async () => {
		const { streamId } = await makeStream();
		await node.runWell('create', { streamId });
		sandbox.faults.add({ operation: 'abort', resetAfterEffect: true });
		const { json } = await node.runWell('abort', { streamId, executionId: 1 });
		expect(json[0].state).toBe('ABORTED');
		expect(states(streamId)).toEqual(['ABORTED']);
	});

	it('refuses one whose rows are in the DataSet', async () => {
		const { streamId } = await makeStream();
		await load(streamId, [{ id: 1 }]);
		expect(await node.refusal('abort', { streamId, executionId: 1 })).toMatch(
			/not active.*The execution 1 is SUCCESS: its rows are in the DataSet/,
		);
	});
});

test('the whole way by hand: an execution, parts out of order, a commit', async () => {
	const { streamId, dataSetId } = await makeStream('REPLACE', [{ id: 0 }]);
	const executionId = (await node.runWell('create', { streamId })).json[0].executionId;
	for (const partId of [3, 1, 2]) {
		await node.runWell(
			'uploadPart',
			{ streamId, executionId, partId },
			itemsOf([{ id: partId * 10 }, { id: partId * 10 + 1 }]),
		);
	}
	expect(await sandbox.rows(dataSetId)).toEqual([{ id: '0' }]);
	await node.runWell('commit', { streamId, executionId });
	expect((await sandbox.rows(dataSetId)).map(({ id }) => id)).toEqual(['10', '11', '20', '21', '30', '31']);
});
