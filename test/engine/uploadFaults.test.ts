/**
 * The table of faults × requests of Upload in Parallel: for each cell the rows that are in Domo afterwards and the
 * execution's final state. docs/reliability.md shows the same table.
 */
import { sleep } from 'n8n-workflow';

import { type Fault, type Operation } from '../../sandbox';
import { refuseConnections } from '../support/closedPort';
import { credentialsFor, itemsOf } from '../support/engine';
import { FAULTS } from '../support/faultTable';
import { sample } from '../support/runs';
import { asText, COLUMNS, makeRows, tryUpload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { setWaits, shortWaits } from '../support/waits';

/**
 * What must be true afterwards.
 * - `landed`: the node succeeds, all rows are in Domo exactly once, in order.
 * - `nothing`: the node fails, the DataSet is as before, no execution is left open.
 * - `open`: the node fails and says so, the DataSet is as before, the own execution is open with all its parts.
 * - `unknown`: the node succeeds with `state: unknown` and a hint; the rows are there or not, but never twice.
 */
type Ending = 'landed' | 'nothing' | 'open' | 'unknown';

const BEFORE = makeRows(3);
const ROWS = makeRows(50, 1000);
const AFTER = [...BEFORE, ...ROWS];
const PARTS = 5;

/** The one fault that no server can play: nothing of the request gets to it. */
const REFUSED = 'connection refused';
const REFUSED_FOR_EVER = 'connection refused for ever';

/** What each fault does; see FAULTS for the others. Downloads are no part of an upload. */
const names = Object.keys(FAULTS).filter((name) => !name.startsWith('a download'));
const PASSING = [...names.filter((name) => ['slow', 'notNow', 'lost'].includes(FAULTS[name].kind)), REFUSED];
const LASTING = [
	...names.filter((name) => ['refused', 'notNowForEver', 'lostForEver'].includes(FAULTS[name].kind)),
	REFUSED_FOR_EVER,
];
const TOOK_EFFECT = '503 for ever, though it took effect';

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

/** The requests a fault means something for: only these two send a body that can be slow. */
const operationsFor = (name: string): Operation[] => (name === 'slow body' ? ['token', 'part'] : OPERATIONS);

function endingOf(operation: Operation, name: string): Ending {
	// The token service itself says that the secret is wrong: nothing is tried again.
	if (name === '401 once' && operation === 'token') return 'nothing';
	if (PASSING.includes(name)) return 'landed';
	// The rows are committed: what is asked afterwards can no longer make the node fail.
	if (operation === 'getExecution') return 'unknown';
	if (operation !== 'commit') return 'nothing';
	// Its state tells.
	if (name === TOOK_EFFECT) return 'landed';
	// It may have taken effect; the second one, sent because the execution stayed ACTIVE, tells no more.
	if (FAULTS[name]?.kind === 'lostForEver') return 'unknown';
	// It surely did nothing, and an execution is never aborted once a commit was sent.
	return 'open';
}

shortWaits({ recommitAfterMs: 300 });
const sandbox = useSandbox({ indexingMs: 5 });

/** Uploads ROWS in parts, under one fault on one kind of request and what else is to go wrong. */
async function uploadUnder(name: string, operation: Operation, others: Fault[] = []) {
	sandbox.faults.clear();
	const { streamId, dataSetId } = await sandbox.createStream({
		name: 'faults',
		columns: COLUMNS,
		rows: BEFORE as never,
	});
	const fault = FAULTS[name]?.fault;
	// Short only where the fault is that no answer comes: elsewhere a busy machine must not look like one.
	const timeoutMs = fault?.hang ? 1_500 : 20_000;
	setWaits({ requestTimeoutMs: timeoutMs, tokenTimeoutMs: timeoutMs });
	sandbox.faults.add(...others);
	if (fault) sandbox.faults.add({ ...fault, operation });
	const connections = fault ? undefined : refuseConnections(operation, name === REFUSED ? 1 : Infinity);
	const from = sandbox.log.length;
	// Where the state can't be told, the node waits for it as long as it may.
	const waitTimeoutSeconds = operation === 'getExecution' && LASTING.includes(name) ? 0.5 : 5;
	const result = await tryUpload(sandbox, {
		streamId,
		items: itemsOf(ROWS),
		options: {
			rowsPerPart: ROWS.length / PARTS,
			requestTimeoutSeconds: timeoutMs / 1000,
			waitTimeoutSeconds,
		},
		credentials: credentialsFor(sandbox),
	}).finally(() => connections?.end());
	const struck =
		connections?.refused ??
		sandbox.faults.list().find((planned) => planned.fault.operation === operation)?.hits;
	const requests = sandbox.log.slice(from).filter((request) => request.operation === operation).length;
	sandbox.faults.clear();
	const states = sandbox.executions(streamId).map(({ currentState }) => currentState);
	return { result, struck, requests, streamId, states, rows: await settledRows(streamId, dataSetId) };
}

/** The rows once nothing is being indexed any more. */
async function settledRows(streamId: number, dataSetId: string) {
	const untilMs = Date.now() + 5_000;
	while (
		sandbox.executions(streamId).some(({ currentState, commits }) => currentState === 'ACTIVE' && commits > 0)
	) {
		if (Date.now() > untilMs) throw new Error('an execution is still being indexed');
		await sleep(10);
	}
	return await sandbox.rows(dataSetId);
}

async function expectUploadEnding(name: string, operation: Operation, ending: Ending): Promise<void> {
	const { result, struck, requests, streamId, states, rows } = await uploadUnder(name, operation);
	expect(struck).toBeGreaterThan(0);
	if (ending === 'landed') {
		expect(result.error).toBeUndefined();
		expect(result.json).toMatchObject([{ state: 'SUCCESS', rows: ROWS.length, verified: true }]);
		expect(rows).toEqual(asText(AFTER));
		expect(states.filter((state) => state === 'SUCCESS')).toHaveLength(1);
		expect(states).not.toContain('ACTIVE');
		for (const { sha256OfEachArrival } of sandbox.parts(streamId, states.length))
			expect(new Set(sha256OfEachArrival).size).toBe(1);
	} else if (ending === 'unknown') {
		expect(result.error).toBeUndefined();
		expect(result.json).toMatchObject([{ state: 'unknown' }]);
		expect(result.hints.join(' ')).toMatch(/not known/);
		const committed = sandbox.executions(streamId).some(({ commits }) => commits > 0);
		expect(rows).toEqual(asText(committed ? AFTER : BEFORE));
	} else {
		expect(result.error?.message).toMatch(/\S/);
		expect(rows).toEqual(asText(BEFORE));
		expect(states.filter((state) => state === 'ACTIVE')).toHaveLength(ending === 'open' ? 1 : 0);
	}
	if (ending === 'open') {
		expect(result.error?.message).toMatch(
			/execution \d+ is still open|Domo shows the execution \d+ as ACTIVE: it is still open/,
		);
		expect(sandbox.parts(streamId, 1).map(({ part }) => part)).toEqual([1, 2, 3, 4, 5]);
	}
	if (name === REFUSED_FOR_EVER) {
		expect(requests).toBe(0);
		expect(ending === 'unknown' ? 'unknown' : result.error?.message).toMatch(/unknown|ECONNREFUSED/);
	}
	// A refusal is final; a 401 is answered with a new token, once.
	if (FAULTS[name]?.kind === 'refused') {
		const tries = name === '401 for ever' && operation !== 'token' ? 2 : 1;
		expect(requests).toBeLessThanOrEqual(operation === 'part' ? PARTS * tries : tries);
	}
}

describe.each(PASSING.map((name, index) => [name, index] as const))(
	'a fault that passes: %s',
	(name, index) => {
		it.each(sample(operationsFor(name), 3, index))('on %s', async (operation) => {
			await expectUploadEnding(name, operation, endingOf(operation, name));
		});
	},
);

describe.each(LASTING.map((name, index) => [name, index] as const))(
	'a fault that lasts: %s',
	(name, index) => {
		it.each(sample(operationsFor(name), 3, index))('on %s', async (operation) => {
			await expectUploadEnding(name, operation, endingOf(operation, name));
		});
	},
);

describe('one part of many', () => {
	it.each(LASTING.filter((name) => name !== REFUSED_FOR_EVER))('that meets what lasts: %s', async (name) => {
		const { fault } = FAULTS[name];
		const { result, states, rows } = await uploadUnder('slow body', 'part', [
			{ ...fault, operation: 'part', part: 4 },
		]);
		expect(result.error?.message).toMatch(/part 4|rows? 30/);
		expect(states).toEqual(['ABORTED']);
		expect(rows).toEqual(asText(BEFORE));
	});
});

describe('the abort of an upload that gives up', () => {
	const refusedPart: Fault = { operation: 'part', part: 4, status: 400, times: 'always' };

	it.each([...PASSING.filter((name) => name !== 'slow body'), TOOK_EFFECT])(
		'is made in spite of: %s',
		async (name) => {
			const { result, struck, states, rows } = await uploadUnder(name, 'abort', [refusedPart]);
			expect(struck).toBeGreaterThan(0);
			expect(result.error?.message).toMatch(
				/The execution 1 was aborted: none of this upload is in the DataSet/,
			);
			expect(states).toEqual(['ABORTED']);
			expect(rows).toEqual(asText(BEFORE));
		},
	);

	it.each(LASTING.filter((name) => name !== TOOK_EFFECT))(
		'cannot be made, and the message says so: %s',
		async (name) => {
			const { result, struck, streamId, states, rows } = await uploadUnder(name, 'abort', [refusedPart]);
			expect(struck).toBeGreaterThan(0);
			expect(result.error?.message).toMatch(
				/execution 1 could not be aborted, but this upload did not commit it: none of it is in the DataSet unless another job/,
			);
			expect(states).toEqual(['ACTIVE']);
			expect(sandbox.execution(streamId, 1).commits).toBe(0);
			expect(rows).toEqual(asText(BEFORE));
		},
	);
});
