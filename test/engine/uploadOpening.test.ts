/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** What goes on while Domo opens the execution. */
import { startSandbox, type Sandbox } from '../../sandbox';
import { PartCutter } from '../../transfer/parts';
import { DEFAULT_TIMING } from '../../transfer/upload';
import { fileItem, itemsOf } from '../support/engine';
import { StreamNode } from '../support/streamNode';
import { until } from '../support/until';
import { asCsv, asText, BINARY, COLUMNS, makeRows, refuse, tryUpload, upload } from '../support/uploads';

const WORKERS = 4;
const options = { partSizeMb: 0.2, maxConcurrentUploads: WORKERS };
/** In the third part or so: some worker draws it before any part is sent. */
const FAULTY_LINE = 20_000;
const rows = makeRows(40_000);

let sandbox: Sandbox;
beforeAll(async () => {
	Object.assign(DEFAULT_TIMING, { pollMs: 5, verifyTimeoutMs: 200 });
	sandbox = await startSandbox({ indexingMs: 5 });
});
afterAll(async () => await sandbox.close());
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
	const heldUntil = new Promise<void>((resolve) => watchDraws((drawn) => drawn === WORKERS && resolve(), () => undefined));
	sandbox.faults.add({ operation: 'createExecution', heldUntil });
	const { summary } = await upload(sandbox, { streamId, items: [fileItem(asCsv(rows), 'a.csv')], options, more: BINARY });
	expect(summary.parts).toBeGreaterThan(WORKERS);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
});

it('a fault that is found in a later part keeps it from being opened', async () => {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'fault', columns: COLUMNS, rows: makeRows(3) as never });
	const before = await sandbox.rows(dataSetId);
	const lines = asCsv(rows).trimEnd().split('\n');
	lines[FAULTY_LINE - 1] += ',one too many';
	const heldUntil = new Promise<void>((resolve) => watchDraws(() => undefined, () => void setImmediate(resolve)));
	sandbox.faults.add({ operation: 'listExecutions', heldUntil });
	const message = await refuse(sandbox, { streamId, items: [fileItem(lines.join('\n'), 'a.csv')], options, more: BINARY });
	expect(message).toContain(`Line ${FAULTY_LINE} `);
	expect(message).toContain('Nothing was sent');
	expect(sandbox.executions(streamId)).toEqual([]);
	expect(await sandbox.rows(dataSetId)).toEqual(before);
});

it('a refused opening is the one error, and no part is sent', async () => {
	const { streamId } = await sandbox.createStream({ name: 'refused', columns: COLUMNS });
	sandbox.faults.add({ operation: 'createExecution', status: 403 });
	const message = await refuse(sandbox, { streamId, items: [fileItem(asCsv(rows), 'a.csv')], options, more: BINARY });
	expect(message).toContain('create an execution');
	expect(sandbox.executions(streamId)).toEqual([]);
});

describe('the list of executions', () => {
	const items = itemsOf(makeRows(3));
	const lists = (from: number) => sandbox.log.slice(from).filter(({ operation }) => operation === 'listExecutions').length;
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
		await until(() => sandbox.log.slice(from).some(({ operation, status }) => operation === 'listExecutions' && status !== undefined));
		await otherJob.runWell('create', { streamId });
		expect(await running).toMatch(/execution 1 of the Stream \d+ is still ACTIVE/);
		expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['ACTIVE']);
	});

	it('is not asked for in a dry run', async () => {
		const { streamId } = await makeStream();
		const from = sandbox.log.length;
		await upload(sandbox, { streamId, items, options: { dryRun: true } });
		expect(lists(from)).toBe(0);
	});

	it('is not asked for in a resume', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'part', status: 400 });
		const { outputs } = await tryUpload(sandbox, { streamId, items, options: { onFailure: 'keepOpen' }, run: { onError: 'continueErrorOutput' } });
		const from = sandbox.log.length;
		await upload(sandbox, { streamId, items, options: { resume: outputs[1][0].json.details, waitForCompletion: false } });
		expect(lists(from)).toBe(0);
	});

	it('that is refused is told once it is needed, and never else', async () => {
		// A rejection that nobody handles makes Jest fail the test.
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'listExecutions', status: 403, times: 'always' });
		expect(await refuse(sandbox, { streamId, items })).toMatch(/did not list the executions .*HTTP 403/);
		sandbox.faults.add({ operation: 'getDataSet', status: 404, latencyMs: 100 });
		expect(await refuse(sandbox, { streamId, items })).toMatch(/did not give the DataSet .*HTTP 404/);
		expect(await refuse(sandbox, { streamId, items: itemsOf([{ ...makeRows(1)[0], id: 'x' }]) })).toMatch(/item 0, column 'id'/);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(sandbox.executions(streamId)).toEqual([]);
	});
});
