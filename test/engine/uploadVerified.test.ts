/** `verified`: the DataSet's row count after Domo has taken the rows. */
import { type Operation } from '../../sandbox';
import { itemsOf } from '../support/engine';
import { StreamNode } from '../support/streamNode';
import { until } from '../support/until';
import { asText, COLUMNS, makeRows, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { setWaits, shortWaits } from '../support/waits';

shortWaits({ recommitAfterMs: 200, verifyTimeoutMs: 20_000 });
const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => {
	sandbox.faults.clear();
});

const BEFORE = makeRows(2);
const ROWS = makeRows(3, 10);
const makeStream = async (updateMethod = 'APPEND') =>
	await sandbox.createStream({ name: 'verified', columns: COLUMNS, updateMethod, rows: BEFORE as never });
const requests = (from: number, operation: Operation) =>
	sandbox.log.slice(from).filter((request) => request.operation === operation).length;

/** The DataSet as Domo tells it while its count lags behind the rows. */
const stale = (dataSetId: string) => ({
	id: dataSetId,
	name: 'verified',
	rows: BEFORE.length,
	schema: { columns: COLUMNS },
});
/** Asked for its columns first, then, for an APPEND as for a REPLACE, for its rows before. */
const ASKED_BEFORE = 2;

it.each([
	['APPEND', [...BEFORE, ...ROWS]],
	['REPLACE', ROWS],
])('is true once a count that lags behind has come right (%s)', async (updateMethod, after) => {
	const { streamId, dataSetId } = await makeStream(updateMethod);
	sandbox.faults.add({
		operation: 'getDataSet',
		after: ASKED_BEFORE,
		status: 200,
		body: stale(dataSetId),
		times: 4,
	});
	const from = sandbox.log.length;
	const { summary, hints } = await upload(sandbox, { streamId, items: itemsOf(ROWS) });
	expect(summary).toMatchObject({ state: 'SUCCESS', verified: true, dataSetRows: after.length });
	expect(hints.join(' ')).not.toMatch(/expected/);
	expect(requests(from, 'getDataSet')).toBe(ASKED_BEFORE + 4 + 1);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(after));
});

it('is true though Domo is too busy to tell the count at first', async () => {
	const { streamId } = await makeStream();
	// Five tries of one request, and some more.
	sandbox.faults.add({ operation: 'getDataSet', after: ASKED_BEFORE, status: 503, times: 7 });
	const { summary } = await upload(sandbox, { streamId, items: itemsOf(ROWS) });
	expect(summary).toMatchObject({ state: 'SUCCESS', verified: true, dataSetRows: 5 });
});

it('is false, with a hint that names both figures, where the count stays wrong for the whole time', async () => {
	setWaits({ verifyTimeoutMs: 200 });
	const { streamId, dataSetId } = await makeStream();
	sandbox.faults.add({
		operation: 'getDataSet',
		after: ASKED_BEFORE,
		status: 200,
		body: stale(dataSetId),
		times: 'always',
	});
	const from = sandbox.log.length;
	const { summary, hints } = await upload(sandbox, { streamId, items: itemsOf(ROWS) });
	expect(summary).toMatchObject({ state: 'SUCCESS', verified: false, dataSetRows: 2 });
	expect(hints.join(' ')).toMatch(
		/has 2 rows where 5 were expected after this upload. Domo reports the execution 1 as SUCCESS/,
	);
	expect(requests(from, 'getDataSet')).toBeGreaterThan(ASKED_BEFORE + 2);
	expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...ROWS]));
});

it('is null where another execution has ended meanwhile: its rows are in the count, too', async () => {
	const { streamId, dataSetId } = await makeStream();
	const otherJob = new StreamNode(sandbox, 'execution');
	let letGo = () => {};
	// The list that is asked for after the commit; the first is the one before the execution is opened.
	sandbox.faults.add({
		operation: 'listExecutions',
		after: 1,
		heldUntil: new Promise<void>((resolve) => (letGo = resolve)),
	});
	const from = sandbox.log.length;
	const running = upload(sandbox, { streamId, items: itemsOf(ROWS) });
	await until(() => requests(from, 'listExecutions') === 2);
	await otherJob.runWell('create', { streamId });
	await otherJob.runWell('uploadPart', { streamId, executionId: 2, partId: 1 }, itemsOf(makeRows(1, 50)));
	await otherJob.runWell('commit', { streamId, executionId: 2 });
	letGo();
	const { summary, hints } = await running;
	expect(summary).toMatchObject({ state: 'SUCCESS', executionId: 1, verified: null, dataSetRows: 6 });
	expect(hints.join(' ')).not.toMatch(/expected/);
	expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...ROWS, ...makeRows(1, 50)]));
});

it('is null where another execution is opened while the count is off', async () => {
	const { streamId, dataSetId } = await makeStream();
	setWaits({ verifyTimeoutMs: 1_000 });
	sandbox.faults.add({
		operation: 'getDataSet',
		after: ASKED_BEFORE,
		status: 200,
		body: stale(dataSetId),
		times: 'always',
	});
	const from = sandbox.log.length;
	const running = upload(sandbox, { streamId, items: itemsOf(ROWS) });
	await until(() => requests(from, 'getDataSet') >= ASKED_BEFORE + 2);
	await new StreamNode(sandbox, 'execution').runWell('create', { streamId });
	const { summary, hints } = await running;
	expect(summary).toMatchObject({ state: 'SUCCESS', verified: null });
	expect(hints.join(' ')).not.toMatch(/expected/);
});

it('is null where Domo does not tell the count before an APPEND', async () => {
	const { streamId } = await makeStream();
	sandbox.faults.add({ operation: 'getDataSet', after: 1, status: 403 });
	const { summary } = await upload(sandbox, { streamId, items: itemsOf(ROWS) });
	expect(summary).toMatchObject({ state: 'SUCCESS', verified: null, dataSetRows: 5 });
});
