import type { Fault, Operation, Sandbox } from '../../sandbox';
import { credentialsFor, type MemoryCredentials, type NodeResult } from './engine';
import { useSandbox } from './useSandbox';
import { setWaits, shortWaits } from './waits';

/**
 * What must be true afterwards.
 * - `done`: the node succeeds; what was asked for is in Domo (or in the output) exactly once.
 * - `nothing`: the node fails and says why; Domo is as before.
 * - `unknown`: it is said to be unknown; what was asked for is in Domo once or not at all.
 */
export type Ending = 'done' | 'nothing' | 'unknown';

/**
 * How a request may be repeated, which decides how a fault ends.
 * - `read`: changes nothing.
 * - `repeatable`: twice is as good as once (REPLACE, a part under its id).
 * - `once`: twice is twice, and Domo can't be asked which it was (APPEND, creates).
 * - `settled`: twice is twice, but Domo can be asked (commit, create execution, abort).
 */
export type Habit = 'read' | 'repeatable' | 'once' | 'settled';

/** One run of an operation, ready to start, on things of its own. */
export interface Prepared {
	run: (credentials: MemoryCredentials) => Promise<NodeResult>;
	/** What the operation changes, as it stands in Domo now. */
	look: () => unknown;
	/** What `look` gives once the operation has taken effect, exactly once. */
	after: unknown;
	/** Checks the output of a run that succeeded. */
	output: (result: NodeResult) => void;
}

export interface Job {
	/** The request the faults strike. */
	operation: Operation;
	habit: Habit;
	/** What can be spoilt: JSON that is cut, a download that ends early. */
	answers: 'json' | 'download' | 'nothing';
	prepare: (sandbox: Sandbox) => Promise<Prepared>;
	/** A list's end is asked for with a request of its own, which no fault strikes. */
	readsOn?: boolean;
	/** Endings that differ from the rule, with the reason beside them. */
	exceptions?: Record<string, Partial<Expected>>;
}

export interface Expected {
	ending: Ending;
	/** How often the request may have been sent, at the least and at the most. */
	requests: [number, number];
}

type Kind =
	/** Slow, but all right. */
	| 'slow'
	/** Domo surely did nothing, and asks to come again. */
	| 'notNow'
	/** No answer that tells whether it took effect. */
	| 'lost'
	/** Domo refuses for good. */
	| 'refused'
	| 'notNowForEver'
	| 'lostForEver';

interface FaultRow {
	kind: Kind;
	fault: Omit<Fault, 'operation'>;
}

const GATEWAY = '<html><title>Bad Gateway</title></html>';
const always = 'always' as const;

export const FAULTS: Record<string, FaultRow> = {
	'slow body': { kind: 'slow', fault: { slowBodyBytesPerSecond: 2_000 } },
	'401, token expired': { kind: 'notNow', fault: { expireToken: true } },
	'401 once': { kind: 'notNow', fault: { status: 401 } },
	'425': { kind: 'notNow', fault: { status: 425 } },
	'429 with Retry-After in seconds': { kind: 'notNow', fault: { status: 429, retryAfterSeconds: 0.25 } },
	'429 with Retry-After as a date': { kind: 'notNow', fault: { status: 429, retryAfterDate: 1_000 } },
	'reset before the body': { kind: 'lost', fault: { resetBeforeBody: true } },
	'reset after it took effect': { kind: 'lost', fault: { resetAfterEffect: true } },
	'no answer in time': { kind: 'lost', fault: { hang: true } },
	'no answer in time, though it took effect': { kind: 'lost', fault: { hang: true, afterEffect: true } },
	'408': { kind: 'lost', fault: { status: 408 } },
	'408 after it took effect': { kind: 'lost', fault: { status: 408, afterEffect: true } },
	'500': { kind: 'lost', fault: { status: 500 } },
	'500 after it took effect': { kind: 'lost', fault: { status: 500, afterEffect: true } },
	'502 with HTML': { kind: 'lost', fault: { status: 502, html: GATEWAY } },
	'503': { kind: 'lost', fault: { status: 503 } },
	'504 after it took effect': { kind: 'lost', fault: { status: 504, afterEffect: true } },
	'200 with HTML in it': { kind: 'lost', fault: { html200: true } },
	'200 with HTML, though it took effect': { kind: 'lost', fault: { html200: true, afterEffect: true } },
	'truncated JSON': { kind: 'lost', fault: { truncateJson: true } },
	'a download cut before its announced length': { kind: 'lost', fault: { cutDownloadAtBytes: 9 } },
	'a download cut without an announced length': {
		kind: 'lost',
		fault: { cutDownloadAtBytes: 9, chunked: true },
	},
	'a maintenance page under 400': {
		kind: 'lost',
		fault: { status: 400, html: '<html><title>Domo Maintenance</title></html>' },
	},
	'400 for ever': { kind: 'refused', fault: { status: 400, times: always } },
	'403 without a message for ever': {
		kind: 'refused',
		fault: { status: 403, body: { status: 403, toe: 'T-403' }, times: always },
	},
	'404 for ever': { kind: 'refused', fault: { gone: true, times: always } },
	'406 with HTML for ever': {
		kind: 'refused',
		fault: { status: 406, html: '<html><h1>Not Acceptable</h1></html>', times: always },
	},
	'401 for ever': { kind: 'refused', fault: { status: 401, times: always } },
	'429 for ever': { kind: 'notNowForEver', fault: { status: 429, retryAfterSeconds: 0, times: always } },
	'500 for ever': { kind: 'lostForEver', fault: { status: 500, times: always } },
	'503 for ever, though it took effect': {
		kind: 'lostForEver',
		fault: { status: 503, retryAfterSeconds: 0, afterEffect: true, times: always },
	},
	'reset before the body for ever': { kind: 'lostForEver', fault: { resetBeforeBody: true, times: always } },
};

/** By the rules in docs/reliability.md. Five tries are the default. */
const RULES: Record<Kind, Record<Habit, Expected>> = {
	slow: {
		read: { ending: 'done', requests: [1, 1] },
		repeatable: { ending: 'done', requests: [1, 1] },
		once: { ending: 'done', requests: [1, 1] },
		settled: { ending: 'done', requests: [1, 1] },
	},
	notNow: {
		read: { ending: 'done', requests: [2, 2] },
		repeatable: { ending: 'done', requests: [2, 2] },
		once: { ending: 'done', requests: [2, 2] },
		settled: { ending: 'done', requests: [2, 2] },
	},
	lost: {
		read: { ending: 'done', requests: [2, 2] },
		repeatable: { ending: 'done', requests: [2, 2] },
		once: { ending: 'unknown', requests: [1, 1] },
		settled: { ending: 'done', requests: [1, 2] },
	},
	refused: {
		read: { ending: 'nothing', requests: [1, 1] },
		repeatable: { ending: 'nothing', requests: [1, 1] },
		once: { ending: 'nothing', requests: [1, 1] },
		settled: { ending: 'nothing', requests: [1, 1] },
	},
	notNowForEver: {
		read: { ending: 'nothing', requests: [5, 5] },
		repeatable: { ending: 'nothing', requests: [5, 5] },
		once: { ending: 'nothing', requests: [5, 5] },
		settled: { ending: 'nothing', requests: [5, 5] },
	},
	lostForEver: {
		read: { ending: 'nothing', requests: [5, 5] },
		repeatable: { ending: 'unknown', requests: [5, 5] },
		once: { ending: 'unknown', requests: [1, 1] },
		settled: { ending: 'unknown', requests: [1, 5] },
	},
};

/** What must come of a fault, by the rules; a 401 is answered by one renewal and the request once more. */
export function expectedOf(job: Job, name: string): Expected {
	const byRule = RULES[FAULTS[name].kind][job.habit];
	const renewed: Partial<Expected> = name === '401 for ever' ? { requests: [2, 2] } : {};
	const expected = { ...byRule, ...renewed, ...job.exceptions?.[name] };
	if (!job.readsOn || expected.ending !== 'done') return expected;
	const [least, most] = expected.requests;
	return { ...expected, requests: [least + 1, most + 1] };
}

/** The faults that mean something for a job. */
export function faultsFor(job: Job): string[] {
	return Object.keys(FAULTS).filter(
		(name) =>
			(name !== 'truncated JSON' || job.answers === 'json') &&
			(!name.startsWith('a download') || job.answers === 'download'),
	);
}

/** A sandbox with short waits, and credentials that hold a token, for all tests of the file that makes one. */
export class FaultTable {
	readonly sandbox: Sandbox;
	credentials!: MemoryCredentials;

	constructor() {
		shortWaits({ recommitAfterMs: 200, verifyTimeoutMs: 60_000 });
		this.sandbox = useSandbox({ indexingMs: 5 });
		beforeAll(() => {
			this.credentials = credentialsFor(this.sandbox);
		});
	}

	/** Only where a request is left without an answer is time short: elsewhere a busy machine must not make it so. */
	private setTimeouts(timeoutMs: number): void {
		setWaits({
			requestTimeoutMs: timeoutMs,
			transferTimeoutMs: timeoutMs,
			queryTimeoutMs: timeoutMs,
			tokenTimeoutMs: timeoutMs,
		});
	}

	/** Runs one cell of the table and checks how it ended. */
	async check(job: Job, name: string): Promise<void> {
		const { sandbox } = this;
		const { fault } = FAULTS[name];
		const expected = expectedOf(job, name);
		sandbox.faults.clear();
		this.setTimeouts(20_000);
		const prepared = await job.prepare(sandbox);
		const before = await prepared.look();
		const from = sandbox.log.length;
		this.setTimeouts(fault.hang ? 900 : 20_000);
		sandbox.faults.add({ ...fault, operation: job.operation });
		const result = await prepared.run(this.credentials);
		const struck = sandbox.faults.hits;
		const requests = sandbox.log.slice(from);
		sandbox.faults.clear();
		expect(struck).toBeGreaterThan(0);
		await expectEnding(prepared, result, before, expected.ending);
		const sent = requests.filter(({ operation }) => operation === job.operation);
		expect(sent.length).toBeGreaterThanOrEqual(expected.requests[0]);
		expect(sent.length).toBeLessThanOrEqual(expected.requests[1]);
		const [first, second] = sent;
		if (name === '429 with Retry-After in seconds')
			expect(second.atMs - first.atMs).toBeGreaterThanOrEqual(249);
		if (name === '429 with Retry-After as a date') {
			// An HTTP date has whole seconds: the first one that began within 1 s of the answer.
			expect(Date.parse(second.at)).toBeGreaterThanOrEqual(
				Math.floor((Date.parse(first.at) + 1_000) / 1_000) * 1_000,
			);
		}
	}

	/** Domo is nowhere: nothing is sent, nothing has changed, and it is said so. */
	async checkRefusedConnection(job: Job): Promise<void> {
		const { sandbox } = this;
		sandbox.faults.clear();
		this.setTimeouts(20_000);
		const prepared = await job.prepare(sandbox);
		const before = await prepared.look();
		for (const hasToken of [false, true]) {
			const credentials = credentialsFor({ ...sandbox, url: 'http://127.0.0.1:1' });
			// With a token it is the operation itself that finds the port closed.
			if (hasToken) {
				const [[id, stored]] = Object.entries(this.credentials.store);
				credentials.store[id] = { ...stored, baseUrl: 'http://127.0.0.1:1' };
			}
			const from = sandbox.log.length;
			const result = await prepared.run(credentials);
			expect(sandbox.log.slice(from)).toEqual([]);
			await expectEnding(prepared, result, before, 'nothing');
			expect(result.error?.message).toMatch(
				hasToken ? /^Domo cannot be reached \(ECONNREFUSED\)/ : /ECONNREFUSED/,
			);
		}
	}
}

async function expectEnding(
	prepared: Prepared,
	result: NodeResult,
	before: unknown,
	ending: Ending,
): Promise<void> {
	const now = await prepared.look();
	if (ending === 'done') {
		expect(result.error).toBeUndefined();
		expect(now).toEqual(prepared.after);
		prepared.output(result);
	} else if (ending === 'nothing') {
		expect(result.error?.message).toMatch(/\S/);
		expect(result.error?.message).not.toMatch(/not known/);
		expect(result.outputs.flat()).toEqual([]);
		expect(now).toEqual(before);
	} else {
		// Where a commit stands behind it, the node may not throw: its item says so, and a hint.
		const said = result.error
			? result.error.message
			: [...result.json.map(({ state }) => `state ${String(state)}`), ...result.hints].join(' ');
		expect(said).toMatch(result.error ? /not known/ : /state unknown.*not known/);
		expect([before, prepared.after]).toContainEqual(now);
	}
}
