/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** What goes on while Domo opens the execution. */
import { sleep } from 'n8n-workflow';

import { PartCutter } from '../../transfer/parts/parts';
import { fileItem, itemsOf } from '../support/engine';
import { StreamNode } from '../support/streamNode';
import { until } from '../support/until';
import { asCsv, asText, BINARY, COLUMNS, makeRows, refuse, tryUpload, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const WORKERS = 4;
const options = { partSizeMb: 0.2, maxConcurrentUploads: WORKERS };
/** In which one that gives up has looked what there is. */
const LOOK_MS = 300;
/** In the third part or so: some worker draws it before any part is sent. */
const FAULTY_LINE = 20_000;
const rows = makeRows(40_000);

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => sandbox.faults.clear());
afterEach(() => jest.restoreAllMocks());

/** Tells of each draw how it ended. */
function watchDraws(onDrawn: (drawn: number) => void, onFailed: () => void): void {
	const next = PartCutter.prototype.next;
	let drawn = 0;
	jest.spyOn(PartCutter.prototype, 'next').mockImplementation(async function (this: PartCutter) {
		const part = await next.call(this).catch((error: unknown) => {
			onFailed();
			throw error;
		});
		onDrawn(++drawn);
		return part;
	});
}

it('the first part of each worker is cut', async () => {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'cut early', columns: COLUMNS });
	// Domo answers only when every worker has a part: an upload that waits for the answer first would never end.
	const heldUntil = new Promise<void>((resolve) =>
		watchDraws(
			(drawn) => drawn === WORKERS && resolve(),
			() => undefined,
		),
	);
	sandbox.faults.add({ operation: 'createExecution', heldUntil });
	const { summary } = await upload(sandbox, {
		streamId,
		items: [fileItem(asCsv(rows), 'a.csv')],
		options,
		more: BINARY,
	});
	expect(summary.parts).toBeGreaterThan(WORKERS);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
});

it('a fault that is found in a later part keeps it from being opened', async () => {
	const { streamId, dataSetId } = await sandbox.createStream({
		name: 'fault',
		columns: COLUMNS,
		rows: makeRows(3) as never,
	});
	const before = await sandbox.rows(dataSetId);
	const lines = asCsv(rows).trimEnd().split('\n');
	lines[FAULTY_LINE - 1] += ',one too many';
	const heldUntil = new Promise<void>((resolve) =>
		watchDraws(
			() => undefined,
			() => void setImmediate(resolve),
		),
	);
	sandbox.faults.add({ operation: 'listExecutions', heldUntil });
	const message = await refuse(sandbox, {
		streamId,
		items: [fileItem(lines.join('\n'), 'a.csv')],
		options,
		more: BINARY,
	});
	expect(message).toContain(`Line ${FAULTY_LINE} `);
	expect(message).toContain('Nothing was sent');
	expect(sandbox.executions(streamId)).toEqual([]);
	expect(await sandbox.rows(dataSetId)).toEqual(before);
});

it('a refused opening is the one error, and no part is sent', async () => {
	const { streamId } = await sandbox.createStream({ name: 'refused', columns: COLUMNS });
	sandbox.faults.add({ operation: 'createExecution', status: 403 });
	const message = await refuse(sandbox, {
		streamId,
		items: [fileItem(asCsv(rows), 'a.csv')],
		options,
		more: BINARY,
	});
	expect(message).toContain('create an execution');
	expect(sandbox.executions(streamId)).toEqual([]);
});

describe('the list of executions', () => {
	const items = itemsOf(makeRows(3));
	const lists = (from: number) =>
		sandbox.log.slice(from).filter(({ operation }) => operation === 'listExecutions').length;
	const makeStream = async () => await sandbox.createStream({ name: 'ahead', columns: COLUMNS });
	beforeEach(() => sandbox.faults.clear());

	it("is asked for beside the DataSet's columns, once", async () => {
		const { streamId, dataSetId } = await makeStream();
		const from = sandbox.log.length;
		const heldUntil = until(() => lists(from) > 0);
		// An upload that waits for the columns first would not come to its end.
		sandbox.faults.add({ operation: 'getDataSet', heldUntil });
		await upload(sandbox, { streamId, items, options: { waitForCompletion: false } });
		expect(lists(from)).toBe(1);
		expect(sandbox.executions(streamId)).toHaveLength(1);
		await until(() => sandbox.execution(streamId, 1).currentState === 'SUCCESS');
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(3)));
	});

	it('is asked for anew where the columns took long: an execution that someone else has opened since is left alone', async () => {
		const { streamId } = await makeStream();
		const otherJob = new StreamNode(sandbox, 'execution');
		const from = sandbox.log.length;
		sandbox.faults.add({ operation: 'getDataSet', latencyMs: 2_100 });
		const running = refuse(sandbox, { streamId, items });
		await until(() =>
			sandbox.log
				.slice(from)
				.some(({ operation, status }) => operation === 'listExecutions' && status !== undefined),
		);
		await otherJob.runWell('create', { streamId });
		expect(await running).toMatch(/execution 1 of the Stream \d+ is still ACTIVE/);
		expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['ACTIVE']);
	});

	it('is asked for once in a dry run, which goes through the same checks', async () => {
		const { streamId } = await makeStream();
		const from = sandbox.log.length;
		await upload(sandbox, { streamId, items, options: { dryRun: true } });
		expect(lists(from)).toBe(1);
	});

	it('is read once in a resume, for the time of the last commit', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'part', status: 400 });
		const { outputs } = await tryUpload(sandbox, {
			streamId,
			items,
			options: { onFailure: 'keepOpen' },
			run: { onError: 'continueErrorOutput' },
		});
		const from = sandbox.log.length;
		await upload(sandbox, {
			streamId,
			items,
			options: { resume: outputs[1][0].json.details, waitForCompletion: false },
		});
		// One page, and whether there is more.
		expect(lists(from)).toBe(2);
	});

	it('that is refused is told once it is needed, and never else', async () => {
		// A rejection that nobody handles makes Jest fail the test.
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'listExecutions', status: 403, times: 'always' });
		expect(await refuse(sandbox, { streamId, items })).toMatch(/did not list the executions .*HTTP 403/);
		sandbox.faults.add({ operation: 'getDataSet', status: 404, latencyMs: 100 });
		expect(await refuse(sandbox, { streamId, items })).toMatch(/did not give the DataSet .*HTTP 404/);
		expect(await refuse(sandbox, { streamId, items: itemsOf([{ ...makeRows(1)[0], id: 'x' }]) })).toMatch(
			/item 0, column 'id'/,
		);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(sandbox.executions(streamId)).toEqual([]);
	});
});

describe('Stop while Domo creates the execution', () => {
	const stoppedWhileCreating = async (
		run: (streamId: number, onStarted: (stop: () => void) => void) => unknown,
	) => {
		const { streamId } = await sandbox.createStream({ name: 'stopped', columns: COLUMNS });
		let letGo = () => {};
		sandbox.faults.add({
			operation: 'createExecution',
			heldUntil: new Promise<void>((resolve) => (letGo = resolve)),
		});
		const from = sandbox.log.length;
		const requests = () =>
			sandbox.log
				.slice(from)
				.filter(({ path }) => path.includes(`/streams/${streamId}/executions`))
				.map(({ operation }) => operation);
		let stop = () => {};
		const running = run(streamId, (stopRun) => (stop = stopRun));
		await until(() => sandbox.faults.hits > 0);
		stop();
		await running;
		// Domo is slower than whoever gives up and looks what there is.
		await sleep(LOOK_MS);
		letGo();
		await until(() => sandbox.executions(streamId)[0]?.currentState === 'ABORTED');
		expect(requests()).not.toContain('part');
		expect(sandbox.executions(streamId)).toHaveLength(1);
	};

	it("leaves none open: 'Upload in Parallel'", async () => {
		await stoppedWhileCreating(
			async (streamId, onStarted) =>
				await tryUpload(sandbox, { streamId, items: itemsOf(makeRows(3)), run: { onStarted } }),
		);
	});

	it("leaves none open: 'Create' of the resource 'Execution'", async () => {
		await stoppedWhileCreating(
			async (streamId, onStarted) =>
				await new StreamNode(sandbox, 'execution').run('create', { streamId }, undefined, { onStarted }),
		);
	});
});

it('a creation that never worked has no effect, and its details say so', async () => {
	const { streamId } = await sandbox.createStream({ name: 'refused', columns: COLUMNS });
	sandbox.faults.add({ operation: 'createExecution', status: 503, times: 'always' });
	const { outputs } = await tryUpload(sandbox, {
		streamId,
		items: itemsOf(makeRows(1)),
		run: { onError: 'continueErrorOutput' },
	});
	expect(outputs[1][0].json.details).toMatchObject({ code: 'DOMO_SERVER_ERROR', effect: 'none' });
	expect(sandbox.executions(streamId)).toEqual([]);
});
