/** Domo's list of execution states is not known in full: whatever is not known to be an end is still going on, everywhere. */
import type { IDataObject } from 'n8n-workflow';

import { endingOf } from '../../domo/executions';
import { type Operation } from '../../sandbox';
import { credentialsFor, itemsOf } from '../support/engine';
import { byId } from '../support/locators';
import { ActiveTrigger } from '../support/poll';
import { StreamNode } from '../support/streamNode';
import { until } from '../support/until';
import { asText, COLUMNS, makeRows, refuse, tryUpload, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits({ recommitAfterMs: 200 });
const sandbox = useSandbox({ indexingMs: 5 });
let node: StreamNode;
beforeAll(() => {
	node = new StreamNode(sandbox, 'execution');
});
beforeEach(() => {
	sandbox.faults.clear();
	sandbox.settings.indexingMs = 5;
});

const BEFORE = makeRows(2);
const ROWS = makeRows(3, 10);
const OLD = '2020-01-01T00:00:00Z';

/** A Stream with an execution 1 that another job has opened. */
async function withOther() {
	const made = await sandbox.createStream({ name: 'states', columns: COLUMNS, rows: BEFORE as never });
	await node.runWell('create', { streamId: made.streamId });
	return made;
}
const statesOf = (streamId: number) => sandbox.executions(streamId).map(({ currentState }) => currentState);
const requests = (streamId: number, operation: Operation) =>
	sandbox.log.filter(
		(request) => request.operation === operation && request.path.includes(`/streams/${streamId}/`),
	).length;
/** Domo tells this state of the execution 1 for so many looks. */
function tell(currentState: string, times: number | 'always', startedAt = new Date().toISOString()): void {
	const execution = { id: 1, currentState, startedAt };
	sandbox.faults.add(
		{ operation: 'listExecutions', status: 200, body: [execution], times },
		{ operation: 'getExecution', status: 200, body: execution, times },
	);
}

it.each([
	['SUCCESS', 'success'],
	...['ABORTED', 'INVALID', 'ERROR', 'FAILED', 'CANCELLED'].map((state) => [state, 'failed']),
	...['ACTIVE', 'PENDING', 'QUEUED', 'INDEXING', 'success', 'COMPLETE', ''].map((state) => [
		state,
		undefined,
	]),
] as Array<[string, string | undefined]>)('%j is over: %s', (currentState, ending) => {
	expect(endingOf({ id: 1, currentState } as never)).toBe(ending);
});

describe.each(['PENDING', 'INDEXING', 'SOMETHING_NEW'])("another job's execution in %s", (state) => {
	it('is left alone by default, and named', async () => {
		const { streamId, dataSetId } = await withOther();
		tell(state, 'always');
		expect(await refuse(sandbox, { streamId, items: itemsOf(ROWS) })).toMatch(
			new RegExp(`execution 1 of the Stream \\d+ is still ${state} since .*Nothing was sent`),
		);
		expect(requests(streamId, 'abort')).toBe(0);
		expect(statesOf(streamId)).toEqual(['ACTIVE']);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
	});

	it("is left alone by the operation 'Create'", async () => {
		const { streamId } = await withOther();
		tell(state, 'always');
		expect(await node.refusal('create', { streamId })).toMatch(
			new RegExp(`execution 1 .* is still ${state}`),
		);
		expect(statesOf(streamId)).toEqual(['ACTIVE']);
	});

	it("is waited for under 'Wait', and its rows and ours land", async () => {
		const { streamId, dataSetId } = await withOther();
		await node.runWell('uploadPart', { streamId, executionId: 1, partId: 1 }, itemsOf(makeRows(1, 5)));
		await node.runWell('commit', { streamId, executionId: 1 });
		tell(state, 3);
		await upload(sandbox, { streamId, items: itemsOf(ROWS), options: { activeExecution: 'wait' } });
		expect(statesOf(streamId)).toEqual(['SUCCESS', 'SUCCESS']);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...makeRows(1, 5), ...ROWS]));
	});

	it("is aborted by 'Abort It' and by 'Stale After', which name its state", async () => {
		for (const options of [{ activeExecution: 'abortIt' }, { staleAfterHours: 1 }]) {
			const { streamId, dataSetId } = await withOther();
			const startedAt = 'staleAfterHours' in options ? OLD : undefined;
			sandbox.faults.add({
				operation: 'listExecutions',
				status: 200,
				body: [{ id: 1, currentState: state, startedAt }],
			});
			const { hints } = await upload(sandbox, { streamId, items: itemsOf(ROWS), options });
			expect(hints.join(' ')).toMatch(new RegExp(`execution 1 .*was (still )?${state}.* was aborted`));
			expect(statesOf(streamId)).toEqual(['ABORTED', 'SUCCESS']);
			expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...ROWS]));
		}
	});

	it('that Domo does not abort is left, if it is stale: it may be an end nobody knows of', async () => {
		const { streamId } = await withOther();
		sandbox.faults.add({ operation: 'abort', status: 400 });
		tell(state, 1, OLD);
		const { hints } = await upload(sandbox, {
			streamId,
			items: itemsOf(ROWS),
			options: { staleAfterHours: 1 },
		});
		expect(hints.join(' ')).toMatch(new RegExp(`execution 1 .* is ${state} and older.*left as it is`));
	});

	it("that Domo does not abort under 'Abort It' stops the upload, and is named", async () => {
		const { streamId } = await withOther();
		sandbox.faults.add({ operation: 'abort', status: 400 });
		tell(state, 1);
		expect(
			await refuse(sandbox, { streamId, items: itemsOf(ROWS), options: { activeExecution: 'abortIt' } }),
		).toMatch(new RegExp(`did not abort the execution 1.*still ${state}`));
		expect(statesOf(streamId)).toEqual(['ACTIVE']);
	});
});

describe.each(['PENDING', 'INDEXING', 'SOMETHING_NEW'])('our own execution in %s', (currentState) => {
	const running = { id: 1, currentState };
	const makeStream = async () =>
		await sandbox.createStream({ name: 'states', columns: COLUMNS, rows: BEFORE as never });

	it('as the answer to the commit: it is waited for', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add(
			{ operation: 'commit', status: 200, body: running, afterEffect: true },
			{ operation: 'getExecution', status: 200, body: running, times: 3 },
		);
		const { summary } = await upload(sandbox, { streamId, items: itemsOf(ROWS) });
		expect(summary).toMatchObject({ state: 'SUCCESS', verified: true });
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...ROWS]));
	});

	it('after a commit that Domo refused: it is waited for, and the rows are in once', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add(
			{ operation: 'commit', status: 400, afterEffect: true },
			{ operation: 'getExecution', status: 200, body: running, times: 3 },
		);
		const { summary, hints } = await upload(sandbox, { streamId, items: itemsOf(ROWS) });
		expect(summary).toMatchObject({ state: 'SUCCESS', verified: true });
		expect(hints.join(' ')).toMatch(/has ended as SUCCESS: its rows are in the DataSet/);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...ROWS]));
	});

	it('after a commit that Domo refused, for good: unknown, and the node does not fail', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add(
			{ operation: 'commit', status: 400 },
			{ operation: 'getExecution', status: 200, body: running, times: 'always' },
		);
		const { summary, hints } = await upload(sandbox, {
			streamId,
			items: itemsOf(ROWS),
			options: { waitTimeoutSeconds: 0.1 },
		});
		expect(summary.state).toBe('unknown');
		expect(hints.join(' ')).toMatch(new RegExp(`not known \\(.*the execution is ${currentState}\\)`));
	});

	it("the operation 'Commit', refused, does not say that its parts are gone, nor that nothing lands", async () => {
		const { streamId } = await withOther();
		sandbox.faults.add(
			{ operation: 'commit', status: 400 },
			{ operation: 'getExecution', status: 200, body: running },
		);
		const said = await node.refusal('commit', { streamId, executionId: 1 });
		expect(said).toMatch(
			new RegExp(`execution 1 is ${currentState} and not over: an earlier commit may have taken effect`),
		);
		expect(said).not.toMatch(/gone|upload them again|put nothing|None of its rows/);
	});

	it("the operation 'Commit' waits for it", async () => {
		const { streamId, dataSetId } = await withOther();
		await node.runWell('uploadPart', { streamId, executionId: 1, partId: 1 }, itemsOf(ROWS));
		sandbox.faults.add(
			{ operation: 'commit', status: 200, body: running, afterEffect: true },
			{ operation: 'getExecution', status: 200, body: running, times: 3 },
		);
		const { json } = await node.runWell('commit', { streamId, executionId: 1 });
		expect(json).toEqual([{ streamId, executionId: 1, state: 'SUCCESS' }]);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...ROWS]));
	});

	it("the operation 'Abort', refused, says that it is not over", async () => {
		const { streamId } = await withOther();
		sandbox.faults.add(
			{ operation: 'abort', status: 400 },
			{ operation: 'getExecution', status: 200, body: running },
		);
		expect(await node.refusal('abort', { streamId, executionId: 1 })).toMatch(
			new RegExp(`execution 1 is ${currentState} and not over`),
		);
	});

	it("'Resume' sends nothing into it, and does not say to load the rows again", async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add({ operation: 'part', part: 2, status: 400 });
		const { outputs } = await tryUpload(sandbox, {
			streamId,
			items: itemsOf(ROWS),
			options: { rowsPerPart: 1, maxConcurrentUploads: 1, onFailure: 'keepOpen' },
			run: { onError: 'continueErrorOutput' },
		});
		const { details } = outputs[1][0].json as { details: IDataObject };
		sandbox.faults.add({ operation: 'getExecution', status: 200, body: running });
		const parts = requests(streamId, 'part');
		const said = await refuse(sandbox, { streamId, items: itemsOf(ROWS), options: { resume: details } });
		expect(said).toMatch(
			new RegExp(`can't be resumed: it is ${currentState} and not over.*Nothing was sent`),
		);
		expect(said).toMatch(/look at the DataSet before you load these rows again/);
		expect(requests(streamId, 'part')).toBe(parts);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
	});

	it('starts no workflow before it has ended', async () => {
		const { streamId } = await withOther();
		const trigger = new ActiveTrigger(credentialsFor(sandbox), {
			event: 'executionFinished',
			streamId: byId(streamId),
		});
		await trigger.poll();
		await node.runWell('uploadPart', { streamId, executionId: 1, partId: 1 }, itemsOf(ROWS));
		await node.runWell('commit', { streamId, executionId: 1 });
		sandbox.faults.add({ operation: 'listExecutions', status: 200, body: [running] });
		expect(await trigger.poll()).toBeNull();
		expect(await trigger.poll()).toMatchObject([{ executionId: 1, currentState: 'SUCCESS' }]);
	});
});

it('a resume of one that has succeeded says that its rows are in', async () => {
	const { streamId } = await withOther();
	await node.runWell('uploadPart', { streamId, executionId: 1, partId: 1 }, itemsOf(ROWS));
	await node.runWell('commit', { streamId, executionId: 1 });
	const resume = { streamId, executionId: 1, partsCut: 1, landedParts: [] };
	const said = await refuse(sandbox, { streamId, items: itemsOf(ROWS), options: { resume } });
	expect(said).toMatch(/ended as SUCCESS, so its rows are in the DataSet.*before you load these rows again/);
	expect(said).not.toMatch(/Run again without/);
});

describe('a run stopped while Domo is indexing', () => {
	it.each(['upload', 'commit'])('%s: the hint says so, and not that the time was up', async (operation) => {
		const { streamId } = await withOther();
		sandbox.settings.indexingMs = 60_000;
		let stop = () => {};
		const run = { onStarted: (stopRun: () => void) => void (stop = stopRun) };
		const executionId = operation === 'upload' ? 2 : 1;
		const running =
			operation === 'upload'
				? tryUpload(sandbox, {
						streamId,
						items: itemsOf(ROWS),
						options: { activeExecution: 'abortIt' },
						run,
					})
				: node.run('commit', { streamId, executionId }, undefined, run);
		await until(
			() => (sandbox.executions(streamId).find(({ id }) => id === executionId)?.commits ?? 0) === 1,
		);
		stop();
		const { hints, run: ended } = await running;
		const shown = [...hints, JSON.stringify(ended.data.resultData)].join(' ');
		expect(shown).not.toMatch(/after 1200 s/);
	});
});
