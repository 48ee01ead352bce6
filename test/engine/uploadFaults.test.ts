/**
 * The table of faults × operations of Upload in Parallel: for each cell the rows that are in Domo afterwards and the
 * execution's final state. docs/reliability.md shows the same table.
 */
import { sleep, type IDataObject } from 'n8n-workflow';

import { RETRY_TIMING } from '../../domo/retry';
import type { Column } from '../../domo/types';
import { startSandbox, type Fault, type Operation, type Sandbox } from '../../sandbox';
import { DEFAULT_TIMING } from '../../transfer/upload';
import { credentialsFor, itemsOf, runNode } from '../support/engine';

/**
 * What must be true afterwards.
 * - `landed`: the node succeeds, all rows are in Domo exactly once, in order.
 * - `nothing`: the node fails, the DataSet is as before, no execution is left open.
 * - `open`: the node fails and says so, the DataSet is as before, the own execution is open with all its parts.
 * - `unknown`: the node succeeds with `state: unknown` and a hint; the rows are there or not, but never twice.
 */
type Ending = 'landed' | 'nothing' | 'open' | 'unknown';

const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'name', type: 'STRING' },
];
const makeRows = (from: number, count: number): IDataObject[] =>
	Array.from({ length: count }, (_, i) => ({ id: from + i, name: `name ${from + i}` }));
const asText = (rows: IDataObject[]) => rows.map(({ id, name }) => ({ id: String(id), name }));
const BEFORE = makeRows(0, 3);
const ROWS = makeRows(1000, 50);

/** Faults that pass: the second request is served. */
const PASSING: Record<string, Omit<Fault, 'operation'>> = {
	'reset before the body': { resetBeforeBody: true },
	'reset after it took effect': { resetAfterEffect: true },
	'no answer in time': { hang: true },
	'no answer in time, though it took effect': { hang: true, afterEffect: true },
	'401 (token expired)': { expireToken: true },
	'408': { status: 408 },
	'425': { status: 425 },
	'429 with Retry-After in seconds': { status: 429, retryAfterSeconds: 1 },
	'429 with Retry-After as a date': { status: 429, retryAfterDate: 1_000 },
	'500': { status: 500 },
	'502 with HTML': { status: 502, html: '<html><title>Bad Gateway</title></html>' },
	'503 after it took effect': { status: 503, afterEffect: true },
	'504': { status: 504 },
	'200 with HTML in it': { html200: true },
	'200 with HTML, though it took effect': { html200: true, afterEffect: true },
	'truncated JSON': { truncateJson: true },
	'a maintenance page under 400': { status: 400, html: '<html><title>Domo Maintenance</title></html>' },
};

/** Faults that stay however often the request is sent. */
const LASTING: Record<string, Omit<Fault, 'operation'>> = {
	'400 for ever': { status: 400, times: 'always' },
	'403 without a message for ever': { status: 403, body: { status: 403, toe: 'TOE-403' }, times: 'always' },
	'404 for ever': { gone: true, times: 'always' },
	'406 with HTML for ever': { status: 406, html: '<html><h1>Not Acceptable</h1></html>', times: 'always' },
	'401 for ever': { status: 401, body: '', times: 'always' },
	'500 for ever': { status: 500, times: 'always' },
};

const OPERATIONS: Operation[] = [
	'token',
	'getStream',
	'getDataSet',
	'listExecutions',
	'createExecution',
	'part',
	'commit',
	'getExecution',
];

/** Cells that end otherwise than their row does, with the reason. */
const EXCEPTIONS: Record<string, Ending> = {
	// The rows are committed: what is asked afterwards can no longer make the node fail.
	'getExecution × 400 for ever': 'unknown',
	'getExecution × 403 without a message for ever': 'unknown',
	'getExecution × 404 for ever': 'unknown',
	'getExecution × 406 with HTML for ever': 'unknown',
	'getExecution × 401 for ever': 'unknown',
	'getExecution × 500 for ever': 'unknown',
	// A commit that was refused surely did nothing, and an execution is never aborted once a commit was sent.
	'commit × 400 for ever': 'open',
	'commit × 403 without a message for ever': 'open',
	'commit × 404 for ever': 'open',
	'commit × 406 with HTML for ever': 'open',
	'commit × 401 for ever': 'open',
	// A 500 may have taken effect; the second one, sent because the execution stayed ACTIVE, tells no more.
	'commit × 500 for ever': 'unknown',
};

let sandbox: Sandbox;
const timings = { retry: { ...RETRY_TIMING }, upload: { ...DEFAULT_TIMING } };
beforeAll(async () => {
	Object.assign(RETRY_TIMING, { basePauseMs: 5 });
	Object.assign(DEFAULT_TIMING, { pollMs: 20, recommitAfterMs: 300, verifyTimeoutMs: 200 });
	sandbox = await startSandbox();
});
afterAll(async () => {
	Object.assign(RETRY_TIMING, timings.retry);
	Object.assign(DEFAULT_TIMING, timings.upload);
	await sandbox.close();
});

async function uploadUnder(fault: Fault) {
	sandbox.faults.clear();
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'faults', columns: COLUMNS, rows: BEFORE as never });
	sandbox.faults.add(fault);
	// Short only where the fault is that no answer comes: elsewhere a busy machine must not look like one.
	const timeoutMs = fault.hang ? 700 : 20_000;
	Object.assign(RETRY_TIMING, { requestTimeoutMs: timeoutMs, tokenTimeoutMs: timeoutMs });
	const result = await runNode(
		'domoStream',
		{
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: { __rl: true, mode: 'id', value: String(streamId) },
			updateMethod: 'stream',
			inputSource: 'items',
			options: { rowsPerPart: 10, requestTimeoutSeconds: timeoutMs / 1000, waitTimeoutSeconds: 5 },
		},
		credentialsFor(sandbox),
		itemsOf(ROWS),
	);
	const struck = sandbox.faults.hits;
	sandbox.faults.clear();
	return { result, struck, streamId, rows: await settledRows(streamId, dataSetId) };
}

/** The rows once nothing is being indexed any more. */
async function settledRows(streamId: number, dataSetId: string) {
	const untilMs = Date.now() + 5_000;
	while (sandbox.executions(streamId).some(({ currentState, commits }) => currentState === 'ACTIVE' && commits > 0)) {
		if (Date.now() > untilMs) throw new Error('an execution is still being indexed');
		await sleep(10);
	}
	return await sandbox.rows(dataSetId);
}

async function expectEnding(fault: Fault, ending: Ending): Promise<void> {
	const { result, struck, streamId, rows } = await uploadUnder(fault);
	const before = asText(BEFORE);
	const after = [...before, ...asText(ROWS)];
	const states = sandbox.executions(streamId).map(({ currentState }) => currentState);
	expect(struck).toBeGreaterThan(0);
	if (ending === 'landed') {
		expect(result.error).toBeUndefined();
		expect(result.json).toMatchObject([{ state: 'SUCCESS', rows: 50, verified: true }]);
		expect(rows).toEqual(after);
		expect(states.filter((state) => state === 'SUCCESS')).toHaveLength(1);
		expect(states).not.toContain('ACTIVE');
	} else if (ending === 'unknown') {
		expect(result.error).toBeUndefined();
		expect(result.json).toMatchObject([{ state: 'unknown' }]);
		expect(result.hints.join(' ')).toMatch(/not known/);
		expect([JSON.stringify(before), JSON.stringify(after)]).toContain(JSON.stringify(rows));
	} else {
		expect(result.error?.message).toMatch(/\S/);
		expect(rows).toEqual(before);
		expect(states.filter((state) => state === 'ACTIVE')).toHaveLength(ending === 'open' ? 1 : 0);
	}
	if (ending === 'open') {
		expect(result.error?.message).toMatch(/execution \d+ is still open/);
		expect(sandbox.parts(streamId, 1).map(({ part }) => part)).toEqual([1, 2, 3, 4, 5]);
	}
}

describe.each(Object.entries(PASSING))('a fault that passes: %s', (name, fault) => {
	it.each(OPERATIONS)('on %s', async (operation) => {
		await expectEnding({ ...fault, operation }, EXCEPTIONS[`${operation} × ${name}`] ?? 'landed');
	});
});

describe.each(Object.entries(LASTING))('a fault that lasts: %s', (name, fault) => {
	it.each(OPERATIONS)('on %s', async (operation) => {
		await expectEnding({ ...fault, operation }, EXCEPTIONS[`${operation} × ${name}`] ?? 'nothing');
	});
});

describe('one part of many', () => {
	it.each(Object.entries(LASTING))('that lasts: %s', async (_, fault) => {
		await expectEnding({ ...fault, operation: 'part', part: 4 }, 'nothing');
	});
});

it('an abort that is refused leaves the execution open, uncommitted, and the message says so', async () => {
	sandbox.faults.clear();
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'no abort', columns: COLUMNS, rows: BEFORE as never });
	sandbox.faults.add({ operation: 'part', part: 2, status: 400, times: 'always' }, { operation: 'abort', status: 403, times: 'always' });
	const result = await runNode(
		'domoStream',
		{
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: { __rl: true, mode: 'id', value: String(streamId) },
			updateMethod: 'stream',
			inputSource: 'items',
			options: { rowsPerPart: 10 },
		},
		credentialsFor(sandbox),
		itemsOf(ROWS),
	);
	expect(result.error?.message).toMatch(/execution 1 could not be aborted, but it was not committed/);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));
});
