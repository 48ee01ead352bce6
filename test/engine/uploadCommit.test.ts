/** What a commit that Domo refuses leaves behind, and what the message says of it. */
import type { IDataObject } from 'n8n-workflow';

import { itemsOf } from '../support/engine';
import { StreamNode } from '../support/streamNode';
import { until } from '../support/until';
import { asText, COLUMNS, makeRows, tryUpload, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits({ recommitAfterMs: 200 });
const sandbox = useSandbox({ indexingMs: 5 });
let otherJob: StreamNode;
beforeAll(() => {
	otherJob = new StreamNode(sandbox, 'execution');
});
beforeEach(() => sandbox.faults.clear());

const BEFORE = makeRows(2);
const makeStream = async () =>
	await sandbox.createStream({ name: 'commit', columns: COLUMNS, rows: BEFORE as never });
const states = (streamId: number) => sandbox.executions(streamId).map(({ currentState }) => currentState);

/** Runs an upload that must fail; gives the item of the error output. */
async function failing(streamId: number, options: IDataObject = {}, rows = makeRows(3, 10)) {
	const { outputs } = await tryUpload(sandbox, {
		streamId,
		items: itemsOf(rows),
		options,
		run: { onError: 'continueErrorOutput' },
	});
	expect(outputs[0]).toEqual([]);
	return outputs[1][0].json as { message: string; details: IDataObject };
}

/** An upload whose parts are in, and which waits with its commit while someone else opens an execution. */
async function overtakenWhileWaiting() {
	const { streamId, dataSetId } = await makeStream();
	await upload(sandbox, { streamId, items: itemsOf(makeRows(1, 5)) });
	const running = failing(streamId, { commitTooSoon: 'wait', minMinutesBetweenCommits: 0.04 });
	await until(() => sandbox.executions(streamId).length === 2 && sandbox.parts(streamId, 2).length === 1);
	await otherJob.runWell('create', { streamId, options: { activeExecution: 'abortIt' } });
	return { streamId, dataSetId, said: await running };
}

describe('a commit that Domo refuses', () => {
	it("because someone else's new execution has aborted ours: it is told as just that", async () => {
		const { streamId, dataSetId, said } = await overtakenWhileWaiting();
		expect(said.message).toMatch(
			/Someone else opened the execution 3 on the Stream \d+, and that aborted the execution 2/,
		);
		expect(said.message).not.toMatch(/still open/);
		expect(said.details).toMatchObject({
			executionId: 2,
			fate: 'aborted',
			effect: 'none',
			toe: expect.any(String),
		});
		expect(states(streamId)).toEqual(['SUCCESS', 'ABORTED', 'ACTIVE']);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...makeRows(1, 5)]));
	});

	it('because ours was aborted by hand: the state is named', async () => {
		const { streamId, dataSetId } = await makeStream();
		let letGo = () => {};
		sandbox.faults.add({ operation: 'commit', heldUntil: new Promise<void>((resolve) => (letGo = resolve)) });
		const running = failing(streamId);
		await until(() =>
			sandbox.log.some(
				({ operation, path }) => operation === 'commit' && path.includes(`/streams/${streamId}/`),
			),
		);
		await otherJob.runWell('abort', { streamId, executionId: 1 });
		letGo();
		const { message, details } = await running;
		expect(message).toMatch(/execution 1 has ended as ABORTED: none of its rows are in the DataSet/);
		expect(details).toMatchObject({ fate: 'aborted', effect: 'none' });
		expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
	});

	it('is not said to leave the execution open where Domo does not tell its state', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add(
			{ operation: 'commit', status: 403, times: 'always' },
			{ operation: 'getExecution', status: 403, times: 'always' },
		);
		const { message, details } = await failing(streamId);
		expect(message).toMatch(
			/This commit put nothing into the DataSet, and the execution 1 could not be looked at.*HTTP 403/,
		);
		expect(details).toMatchObject({ executionId: 1, fate: 'unknown', effect: 'none' });
		expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
	});

	it("although the rows are in is no reason to fail: n8n's Retry On Fail would load them twice", async () => {
		const { streamId, dataSetId } = await makeStream();
		// As where something between sends a commit twice, and the second one's answer is ours.
		sandbox.faults.add(
			{ operation: 'commit', status: 400, afterEffect: true },
			{
				operation: 'getExecution',
				heldUntil: until(() => states(streamId)[0] === 'SUCCESS'),
			},
		);
		const { summary, hints } = await upload(sandbox, { streamId, items: itemsOf(makeRows(3, 10)) });
		expect(summary).toMatchObject({ state: 'SUCCESS', verified: true });
		expect(hints.join(' ')).toMatch(
			/did not commit the execution 1.*has ended as SUCCESS.*rows are in the DataSet/,
		);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...makeRows(3, 10)]));
	});

	it('leaves the columns that were added for it, and names them, where the execution is still open', async () => {
		const { streamId, dataSetId } = await makeStream();
		const body = { message: 'Only one commit in 15 minutes is allowed' };
		sandbox.faults.add({ operation: 'commit', status: 400, body });
		const rows = [{ ...makeRows(1, 10)[0], more: 'x' }];
		const { message, details } = await failing(streamId, { unknownFields: 'addColumns' }, rows);
		expect(message).toMatch(
			/execution 1 is still open.*columns were changed for this upload and stay so: before 'id'.*now .*'more'/,
		);
		expect(details).toMatchObject({ fate: 'open' });
		expect(sandbox.dataSet(dataSetId).columns).toHaveLength(5);
	});
});
