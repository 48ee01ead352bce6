/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** The rules of the pauses between tries. */
import fc from 'fast-check';

import {
	DomoClient,
	SendFailure,
	type DomoRequest,
	type HttpAnswer,
	type RetryNotice,
} from '../../domo/client';
import { DomoError, orDomoError } from '../../domo/errors';
import { parseRetryAfterMs, pause, pauseBeforeTryMs, RETRY_TIMING } from '../../domo/retry';

const { basePauseMs, maxPauseMs, maxRetryAfterMs, maxTotalMs } = RETRY_TIMING;

describe('the pause before the next try', () => {
	it.each([
		[2, basePauseMs],
		[3, basePauseMs * 2],
		[4, basePauseMs * 4],
		[5, basePauseMs * 8],
	])('number %d is anything from 0 up to %d ms', (nextTry, belowMs) => {
		expect(pauseBeforeTryMs(nextTry, undefined, 0)).toBe(0);
		expect(pauseBeforeTryMs(nextTry, undefined, 0.5)).toBe(belowMs / 2);
		expect(pauseBeforeTryMs(nextTry, undefined, 0.999)).toBeCloseTo(belowMs * 0.999);
	});

	it.each([8, 9, 100, 2000])('number %d is capped', (nextTry) => {
		expect(pauseBeforeTryMs(nextTry, undefined, 0.5)).toBe(maxPauseMs / 2);
	});

	it('is what Domo asks for: neither jittered nor capped', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 2, max: 50 }),
				fc.nat(),
				fc.double({ min: 0, max: 0.999, noNaN: true }),
				(nextTry, askedMs, random) => {
					expect(pauseBeforeTryMs(nextTry, askedMs, random)).toBe(askedMs);
				},
			),
		);
	});
});

describe('Retry-After', () => {
	const NOW = Date.parse('2026-02-28T23:59:30Z');

	it.each<[string | undefined, number | undefined]>([
		['0', 0],
		['7', 7_000],
		[' 120 ', 120_000],
		['1.5', 1_500],
		['-3', 0],
		['Sun, 01 Mar 2026 00:00:00 GMT', 30_000],
		['Sunday, 01-Mar-26 00:00:00 GMT', 30_000],
		['Sat, 28 Feb 2026 23:59:30 GMT', 0],
		['Sat, 28 Feb 2026 12:00:00 GMT', 0],
		[undefined, undefined],
		['', undefined],
		['  ', undefined],
		['soon', undefined],
		['try 5', undefined],
		['Infinity', undefined],
		['NaN', undefined],
		['Sun, 99 Foo 2026 00:00:00 GMT', undefined],
	])('%j is %j ms', (header, ms) => {
		expect(parseRetryAfterMs(header, NOW)).toBe(ms);
	});
});

describe('a client', () => {
	beforeEach(() => jest.useFakeTimers());
	afterEach(() => jest.useRealTimers());

	const REQUEST: DomoRequest = { what: 'answer', method: 'GET', path: '/', repeat: 'always', maxTries: 1000 };
	const refusal = (retryAfterSeconds?: number): HttpAnswer => ({
		status: 429,
		headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
		body: '',
	});

	/** Asks, with time made to pass as fast as it can. @returns when each try was made, and what came of them */
	async function ask(answer: () => HttpAnswer, request: Partial<DomoRequest> = {}) {
		const startMs = Date.now();
		const triedAtMs: number[] = [];
		const notices: RetryNotice[] = [];
		const send = async () => {
			triedAtMs.push(Date.now() - startMs);
			return answer();
		};
		const client = new DomoClient({ send, onRetry: (notice) => notices.push(notice) });
		const asked = orDomoError(client.done({ ...REQUEST, ...request }));
		await jest.runAllTimersAsync();
		return { outcome: await asked, triedAtMs, notices, endedAtMs: Date.now() - startMs };
	}

	it('waits as long as Domo asks, and tells so', async () => {
		const answers = [refusal(3), refusal(300), { status: 204, headers: {}, body: '' }];
		const { outcome, triedAtMs, notices } = await ask(() => answers.shift() as HttpAnswer);
		expect(outcome).toBeUndefined();
		expect(triedAtMs).toEqual([0, 3_000, 303_000]);
		expect(notices.map(({ triesMade, pauseMs }) => [triesMade, pauseMs])).toEqual([
			[1, 3_000],
			[2, 300_000],
		]);
	});

	it('does not wait where Domo asks for too long, and says how long it is', async () => {
		const { outcome, triedAtMs, endedAtMs } = await ask(() => refusal(maxRetryAfterMs / 1000 + 1));
		expect(triedAtMs).toEqual([0]);
		expect(endedAtMs).toBe(0);
		expect((outcome as DomoError).details).toMatchObject({
			status: 429,
			tries: 1,
			advice: 'Domo asks to wait 6 minutes. Run the workflow again after that.',
		});
	});

	it('begins no try beyond its time for all of them, and does not wait for one', async () => {
		const { outcome, triedAtMs, endedAtMs } = await ask(() => refusal(100));
		const tries = maxTotalMs / 100_000 + 1;
		expect(triedAtMs).toEqual(Array.from({ length: tries }, (_, i) => i * 100_000));
		expect(endedAtMs).toBe(maxTotalMs);
		expect((outcome as DomoError).details).toMatchObject({ status: 429, tries });
	});

	it('counts the time its tries take, too', async () => {
		const { triedAtMs } = await ask(() => {
			jest.setSystemTime(Date.now() + maxTotalMs - 5_000);
			return refusal(4);
		});
		expect(triedAtMs).toEqual([0, maxTotalMs - 1_000]);
	});

	it('pauses longer and longer, with jitter, and ends with its tries', async () => {
		const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
		const { outcome, triedAtMs } = await ask(
			() => {
				throw new SendFailure('ECONNRESET', 'noAnswer');
			},
			{ maxTries: 4 },
		);
		random.mockRestore();
		const half = basePauseMs / 2;
		expect(triedAtMs).toEqual([0, half, half * 3, half * 7]);
		expect((outcome as DomoError).details).toMatchObject({ kind: 'noAnswer', tries: 4 });
	});
});

it('a pause that is stopped leaves no timer behind', async () => {
	const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
	const before = timers();
	const stop = new AbortController();
	const pausing = pause(900_000, stop.signal);
	expect(timers()).toBe(before + 1);
	stop.abort();
	await expect(pausing).rejects.toMatchObject({ details: { kind: 'cancelled' } });
	expect(timers()).toBe(before);
});
