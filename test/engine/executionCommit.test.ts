import type { Column } from '../../domo/types';
import { type SandboxOptions } from '../../sandbox';
import { itemsOf } from '../support/engine';
import { byId } from '../support/locators';
import { StreamNode } from '../support/streamNode';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const COLUMNS: Column[] = [{ name: 'id', type: 'LONG' }];

shortWaits({ pollMs: 20, recommitAfterMs: 500 });
const sandbox = useSandbox();
let node: StreamNode;
beforeAll(() => {
	node = new StreamNode(sandbox, 'execution');
});
beforeEach(() => {
	sandbox.faults.clear();
	set({ indexingMs: 5, minMinutesBetweenCommits: 0, checkPartsAt: 'upload' });
});

const set = (options: SandboxOptions) => Object.assign(sandbox.settings, options);
const ids = async (dataSetId: string) => (await sandbox.rows(dataSetId)).map(({ id }) => Number(id));

/** A Stream with an open execution 1 that holds these parts, each of one row: its number. */
async function openWith(...parts: number[]): Promise<{ streamId: number; dataSetId: string }> {
	const made = await sandbox.createStream({ name: 'commits', columns: COLUMNS });
	await node.runWell('create', { streamId: made.streamId });
	for (const partId of parts) await uploadPart(made.streamId, 1, partId);
	return made;
}

async function uploadPart(streamId: number, executionId: number, partId: number): Promise<void> {
	await node.runWell('uploadPart', { streamId, executionId, partId }, itemsOf([{ id: partId }]));
}

describe('Commit', () => {
	it('waits until the rows are in', async () => {
		const { streamId, dataSetId } = await openWith(1, 2);
		const { json, hints } = await node.runWell('commit', { streamId, executionId: 1 });
		expect(json).toEqual([{ streamId, executionId: 1, state: 'SUCCESS' }]);
		expect(hints).toEqual([]);
		expect(await ids(dataSetId)).toEqual([1, 2]);
	});

	it('does not wait where it need not', async () => {
		const { streamId, dataSetId } = await openWith(1);
		set({ indexingMs: 60_000 });
		const { json, hints } = await node.runWell('commit', {
			streamId,
			executionId: 1,
			options: { waitForCompletion: false },
		});
		expect(json).toEqual([{ streamId, executionId: 1, state: 'ACTIVE' }]);
		expect(hints).toEqual(['The execution 1 is committed; Domo is indexing it.']);
		expect(await ids(dataSetId)).toEqual([]);
	});

	it('gives up waiting after its time without calling it failed', async () => {
		const { streamId } = await openWith(1);
		set({ indexingMs: 60_000 });
		const { json, hints } = await node.runWell('commit', {
			streamId,
			executionId: 1,
			options: { waitTimeoutSeconds: 0.3 },
		});
		expect(json[0].state).toBe('ACTIVE');
		expect(hints.join()).toMatch(/was still ACTIVE after 0.3 s.*don't load these rows again/);
		expect(sandbox.execution(streamId, 1).commits).toBe(1);
	});

	it('sends one commit for all items that mean the same execution', async () => {
		const { streamId, dataSetId } = await openWith(1);
		const other = await openWith(1);
		const items = itemsOf([{ s: streamId }, { s: other.streamId }, { s: streamId }, { s: streamId }]);
		const { json, outputs, hints } = await node.runWell(
			'commit',
			{ streamId: byId('={{ $json.s }}'), executionId: 1 },
			items,
		);
		expect(json.map(({ streamId: id, state }) => [id, state])).toEqual(
			items.map(({ json: { s } }) => [s, 'SUCCESS']),
		);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3].map((item) => ({ item })));
		expect(hints).toEqual([
			`Items 0, 2 and 3 mean the same, the execution 1 of the Stream ${streamId}: it was committed once.`,
		]);
		expect(sandbox.execution(streamId, 1).commits).toBe(1);
		expect(await ids(dataSetId)).toEqual([1]);
	});

	it('with a part missing says so, and goes through once the part is there', async () => {
		const { streamId, dataSetId } = await openWith(1, 3);
		expect(await node.refusal('commit', { streamId, executionId: 1 })).toMatch(
			/non-consecutive part ids.*toe.*put nothing into the DataSet.*execution 1 is still open.*Upload the missing part/,
		);
		expect(await ids(dataSetId)).toEqual([]);
		await uploadPart(streamId, 1, 2);
		await node.runWell('commit', { streamId, executionId: 1 });
		expect(await ids(dataSetId)).toEqual([1, 2, 3]);
	});

	it('within 15 minutes of another says that the execution is open, and when to commit it', async () => {
		const { streamId, dataSetId } = await openWith(1);
		set({ minMinutesBetweenCommits: 15 });
		await node.runWell('commit', { streamId, executionId: 1 });
		await node.runWell('create', { streamId });
		await uploadPart(streamId, 2, 1);
		expect(await node.refusal('commit', { streamId, executionId: 2 })).toMatch(
			/Only one commit in 15 minutes.*execution 2 is still open with all its parts.*Commit it with the operation 'Commit'.*later.*15 minutes.*'Abort'/,
		);
		set({ minMinutesBetweenCommits: 0 });
		await node.runWell('commit', { streamId, executionId: 2 });
		expect(await ids(dataSetId)).toEqual([1, 1]);
	});

	it('of one that has ended says how it ended', async () => {
		const { streamId, dataSetId } = await openWith(1);
		await node.runWell('commit', { streamId, executionId: 1 });
		expect(await node.refusal('commit', { streamId, executionId: 1 })).toMatch(/ended as SUCCESS.*already/);
		await node.runWell('create', { streamId });
		await node.runWell('abort', { streamId, executionId: 2 });
		expect(await node.refusal('commit', { streamId, executionId: 2 })).toMatch(
			/ended as ABORTED.*none of its rows are in the DataSet.*upload its parts again/,
		);
		expect(await node.refusal('commit', { streamId, executionId: 9 })).toMatch(/HTTP 404/);
		expect(await ids(dataSetId)).toEqual([1]);
	});

	it('says so when Domo does not take the rows after all', async () => {
		set({ checkPartsAt: 'commit' });
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'keyed',
			columns: COLUMNS,
			keyColumnNames: ['id'],
		});
		await node.runWell('create', { streamId });
		// The same key in two parts: no part by itself shows it.
		for (const partId of [1, 2])
			await node.runWell('uploadPart', { streamId, executionId: 1, partId }, itemsOf([{ id: 5 }]));
		expect(await node.refusal('commit', { streamId, executionId: 1 })).toMatch(
			/did not take the rows.*ended as INVALID.*history in Domo/,
		);
		expect(await ids(dataSetId)).toEqual([]);
	});

	it('under Continue, explains the refused one and commits the other', async () => {
		const gap = await openWith(2);
		const { streamId, dataSetId } = await openWith(1);
		const items = itemsOf([{ s: gap.streamId }, { s: streamId }]);
		const parameters = { streamId: byId('={{ $json.s }}'), executionId: 1 };
		const { outputs } = await node.runWell('commit', parameters, items, { onError: 'continueErrorOutput' });
		expect(outputs[0]).toEqual([
			{ json: { streamId, executionId: 1, state: 'SUCCESS' }, pairedItem: { item: 1 } },
		]);
		expect(outputs[1][0]).toMatchObject({
			json: {
				error: expect.stringMatching(/non-consecutive/),
				details: { streamId: gap.streamId, executionId: 1, fate: 'open', effect: 'none' },
			},
			pairedItem: { item: 0 },
		});
		expect(await ids(dataSetId)).toEqual([1]);
		const regular = await node.runWell('commit', parameters, items, { onError: 'continueRegularOutput' });
		expect(regular.json.map(({ error }) => error)).toEqual([
			expect.stringMatching(/non-consecutive/),
			expect.stringMatching(/ended as SUCCESS/),
		]);
	});
});

describe('a lost answer to Commit', () => {
	it('that took effect loads the rows once', async () => {
		const { streamId, dataSetId } = await openWith(1);
		sandbox.faults.add({ operation: 'commit', resetAfterEffect: true });
		const { json } = await node.runWell('commit', { streamId, executionId: 1 });
		expect(json).toEqual([{ streamId, executionId: 1, state: 'SUCCESS' }]);
		expect(sandbox.execution(streamId, 1).commits).toBe(1);
		expect(await ids(dataSetId)).toEqual([1]);
	});

	it('that never arrived is sent again once the execution has stayed open', async () => {
		const { streamId, dataSetId } = await openWith(1);
		sandbox.faults.add({ operation: 'commit', resetBeforeBody: true });
		const { json } = await node.runWell('commit', {
			streamId,
			executionId: 1,
			options: { waitTimeoutSeconds: 30 },
		});
		expect(json[0].state).toBe('SUCCESS');
		expect(sandbox.execution(streamId, 1).commits).toBe(1);
		expect(await ids(dataSetId)).toEqual([1]);
	});

	it.each(['PENDING', 'QUEUED'])(
		'is not sent again while the execution is %s: it may stand for indexing, and is waited for',
		async (currentState) => {
			const { streamId, dataSetId } = await openWith(1);
			const states = () =>
				sandbox.log.filter(
					({ operation, path }) => operation === 'getExecution' && path.includes(`/streams/${streamId}/`),
				).length;
			// More often than it is looked at before a second commit would be due.
			sandbox.faults.add(
				{ operation: 'commit', resetAfterEffect: true, times: 'always' },
				{ operation: 'getExecution', status: 200, body: { id: 1, currentState }, times: 9 },
			);
			const from = states();
			const { json } = await node.runWell('commit', { streamId, executionId: 1 });
			expect(json).toEqual([{ streamId, executionId: 1, state: 'SUCCESS' }]);
			expect(states() - from).toBeGreaterThan(9);
			expect(
				sandbox.log.filter(
					({ operation, path }) => operation === 'commit' && path.includes(`/streams/${streamId}/`),
				),
			).toHaveLength(1);
			expect(await ids(dataSetId)).toEqual([1]);
		},
	);

	it('is reported as unknown where the execution stays QUEUED: only one that is ACTIVE is committed again', async () => {
		const { streamId, dataSetId } = await openWith(1);
		sandbox.faults.add(
			{ operation: 'commit', resetBeforeBody: true },
			{ operation: 'getExecution', status: 200, body: { id: 1, currentState: 'QUEUED' }, times: 'always' },
		);
		const { json, hints } = await node.runWell('commit', {
			streamId,
			executionId: 1,
			options: { waitTimeoutSeconds: 0.2 },
		});
		expect(json).toEqual([{ streamId, executionId: 1, state: 'unknown' }]);
		expect(hints.join()).toMatch(/whether it took effect is not known \(.*the execution is QUEUED/);
		expect(sandbox.execution(streamId, 1).commits).toBe(0);
		expect(await ids(dataSetId)).toEqual([]);
	});

	it('is reported as unknown, and not as failed, where Domo does not tell the state either', async () => {
		const { streamId } = await openWith(1);
		sandbox.faults.add(
			{ operation: 'commit', resetAfterEffect: true },
			{ operation: 'getExecution', gone: true, times: 'always' },
		);
		const { json, hints } = await node.runWell('commit', { streamId, executionId: 1 });
		expect(json).toEqual([{ streamId, executionId: 1, state: 'unknown' }]);
		expect(hints.join()).toMatch(
			/whether it took effect is not known.*Look at the DataSet before you load these rows again/,
		);
		expect(sandbox.execution(streamId, 1).commits).toBe(1);
	});
});
