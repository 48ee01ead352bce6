/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Agent, get } from 'node:http';

import type { Fault } from '../../sandbox';
import { until } from '../support/until';
import { useSandbox } from '../support/useSandbox';
import { column, DomoClient } from './domoClient';

const LONG_BODY = `${'x'.repeat(999)}\n`.repeat(2_000);

const sandbox = useSandbox({ indexingMs: 5 });
let domo: DomoClient;
let streamId: number;
let dataSetId: string;
let executionId: number;

beforeAll(() => {
	domo = new DomoClient(sandbox);
});

beforeEach(async () => {
	sandbox.faults.clear();
	await domo.logIn();
	({ streamId, dataSetId } = await sandbox.createStream({ name: 'Faults', columns: [column('a')] }));
	executionId = await domo.createExecution(streamId);
});

const part = async (number = 1, csv = 'x\n') => await domo.part(streamId, executionId, number, csv);
const arrived = () => sandbox.parts(streamId, executionId).map(({ timesArrived }) => timesArrived);

test('strikes the requests it is aimed at, after and as often as told', async () => {
	sandbox.faults.add({ operation: 'part', part: 2, after: 1, times: 2, status: 503 });
	const statuses = [];
	for (let round = 0; round < 5; round++) statuses.push((await part(1)).status, (await part(2)).status);
	expect(statuses).toEqual([200, 200, 200, 503, 200, 503, 200, 200, 200, 200]);
	expect(arrived()).toEqual([5, 3]);
	expect(sandbox.faults.list()).toMatchObject([{ hits: 2 }]);
	expect(sandbox.faults.hits).toBe(2);
});

test.each<[string, Fault, Record<string, unknown>]>([
	[
		'Domo’s shape',
		{ status: 429, retryAfterSeconds: 7 },
		{ status: 429, json: { status: 429, statusReason: 'Too Many Requests' } },
	],
	['a bare 403', { status: 403 }, { status: 403, json: { status: 403, toe: expect.any(String) } }],
	['an empty 401', { status: 401 }, { status: 401, text: '' }],
	['a page', { status: 502, html: '<h1>Bad</h1>' }, { status: 502, text: '<h1>Bad</h1>' }],
	['a body of its own', { status: 400, body: { error: 'odd' } }, { status: 400, json: { error: 'odd' } }],
	['plain text', { status: 500, body: 'odd' }, { status: 500, text: 'odd' }],
	['404, as if deleted', { gone: true }, { status: 404 }],
	['200 with a page', { html200: true }, { status: 200, text: expect.stringContaining('Maintenance') }],
])('answers %s, and the request has no effect', async (_name, fault, answer) => {
	sandbox.faults.add({ operation: 'part', ...fault });
	expect(await part()).toMatchObject(answer);
	expect(arrived()).toEqual([]);
	await part();
	expect(arrived()).toEqual([1]);
});

test('names a time to try again in seconds or as a date', async () => {
	sandbox.faults.add(
		{ status: 429, retryAfterSeconds: 7 },
		{ status: 503, retryAfterDate: 60_000 },
		{ status: 503, retryAfterDate: '2030-01-01T00:00:00Z' },
	);
	expect((await part()).headers.get('retry-after')).toBe('7');
	const at = Date.parse((await part()).headers.get('retry-after') ?? '');
	expect(Math.abs(at - Date.now() - 60_000)).toBeLessThan(5_000);
	expect((await part()).headers.get('retry-after')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
});

test('can lie after the request took effect', async () => {
	sandbox.faults.add(
		{ operation: 'part', status: 500, afterEffect: true },
		{ operation: 'part', html200: true, afterEffect: true },
	);
	expect((await part()).status).toBe(500);
	expect((await part()).text).toContain('Maintenance');
	expect(arrived()).toEqual([2]);
	sandbox.faults.add({ operation: 'createDataSet', status: 500, afterEffect: true });
	const schema = { columns: [column('a')] };
	const answer = await domo.send('POST', '/v1/datasets', { name: 'Lost answer', schema });
	expect(answer).toMatchObject({ status: 500, json: { status: 500 } });
	expect((await domo.ask('GET', '/v1/datasets?nameLike=lost')).json).toHaveLength(1);
});

test('resets before the body without effect, and after the effect without an answer', async () => {
	sandbox.faults.add({ operation: 'part', resetBeforeBody: true });
	await expect(part(1, LONG_BODY)).rejects.toThrow('fetch failed');
	expect(arrived()).toEqual([]);
	sandbox.faults.add({ operation: 'part', resetAfterEffect: true });
	await expect(part(1, LONG_BODY)).rejects.toThrow('fetch failed');
	expect(arrived()).toEqual([1]);
	sandbox.faults.add({ operation: 'commit', resetAfterEffect: true });
	await expect(domo.commit(streamId, executionId)).rejects.toThrow('fetch failed');
	expect((await domo.settled(streamId, executionId)).currentState).toBe('SUCCESS');
	sandbox.faults.add({ operation: 'createExecution', resetAfterEffect: true });
	await expect(domo.createExecution(streamId)).rejects.toThrow('fetch failed');
	expect(sandbox.executions(streamId)).toHaveLength(2);
	const lost = sandbox.log.filter(({ status }) => status === undefined);
	expect(lost.map(({ operation }) => operation)).toEqual(['part', 'part', 'commit', 'createExecution']);
});

test('never answers, with or without effect', async () => {
	for (const afterEffect of [false, true]) {
		sandbox.faults.add({ operation: 'part', hang: true, afterEffect });
		const path = `${sandbox.url}/v1/streams/${streamId}/executions/${executionId}/part/1`;
		const headers = { authorization: `bearer ${domo.token}`, 'content-type': 'text/csv' };
		const signal = AbortSignal.timeout(200);
		await expect(fetch(path, { method: 'PUT', body: 'x\n', headers, signal })).rejects.toThrow('timeout');
		// What takes effect may do so after the caller has given up.
		if (afterEffect) await until(() => arrived().length > 0);
		expect(arrived()).toEqual(afterEffect ? [1] : []);
	}
});

test('forgets a body whose sender went away midway', async () => {
	sandbox.faults.add({ operation: 'part', slowBodyBytesPerSecond: 100_000 });
	const path = `${sandbox.url}/v1/streams/${streamId}/executions/${executionId}/part/1`;
	const headers = { authorization: `bearer ${domo.token}`, 'content-type': 'text/csv' };
	const body = 'x\n'.repeat(10_000_000);
	const signal = AbortSignal.timeout(150);
	await expect(fetch(path, { method: 'PUT', body, headers, signal })).rejects.toThrow('timeout');
	expect((await part(2)).status).toBe(200);
	expect(sandbox.parts(streamId, executionId).map((held) => held.part)).toEqual([2]);
});

const elapsed = async (work: () => Promise<unknown>) => {
	const start = performance.now();
	await work();
	return performance.now() - start;
};

test('takes its time over a body, an answer, or everything', async () => {
	const body = 'x\n'.repeat(15_000);
	sandbox.faults.add(
		{ operation: 'part', slowBodyBytesPerSecond: 100_000 },
		{ operation: 'part', latencyMs: 200 },
	);
	expect(await elapsed(async () => await part(1, body))).toBeGreaterThan(250);
	expect(await elapsed(async () => await part(1, body))).toBeGreaterThan(195);
	sandbox.settings.bandwidthBytesPerSecond = 200_000;
	expect(await elapsed(async () => await Promise.all([part(1, body), part(2, body)]))).toBeGreaterThan(250);
	sandbox.settings.bandwidthBytesPerSecond = 0;
	sandbox.settings.latencyMs = 100;
	expect(await elapsed(async () => await part(3))).toBeGreaterThan(95);
	sandbox.settings.latencyMs = 0;
});

test('only the first request of a connection pays for it', async () => {
	sandbox.settings.connectionMs = 400;
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	const ask = async () =>
		await new Promise<void>((resolve, reject) => {
			get(`${sandbox.url}/v1/datasets?limit=1`, { agent }, (response) =>
				response.resume().on('end', resolve),
			).on('error', reject);
		});
	try {
		expect(await elapsed(ask)).toBeGreaterThan(395);
		// Longer than any test: another connection would never be answered.
		sandbox.settings.connectionMs = 1_000_000;
		await ask();
	} finally {
		sandbox.settings.connectionMs = 0;
		agent.destroy();
	}
});

test('cuts JSON in half', async () => {
	sandbox.faults.add({ operation: 'getStream', truncateJson: true });
	const answer = await domo.ask('GET', `/v1/streams/${streamId}?fields=all`);
	expect(answer.status).toBe(200);
	expect(answer.json).toBeUndefined();
	expect(answer.text).toMatch(/^\{"id":/);
});

test('cuts downloads short, with a Content-Length or in chunks', async () => {
	const id = await sandbox.createDataSet({
		name: 'Long',
		columns: [column('a')],
		rows: Array.from({ length: 5_000 }, () => ({ a: 'x' })),
	});
	const download = async () =>
		await new Promise<{ bytes: number; complete: boolean; length?: string }>((resolve, reject) => {
			const headers = { authorization: `bearer ${domo.token}`, accept: 'text/csv' };
			get(`${sandbox.url}/v1/datasets/${id}/data`, { headers }, (response) => {
				let bytes = 0;
				response.on('data', (chunk: Buffer) => (bytes += chunk.length));
				response.on('error', () => undefined);
				response.on('close', () =>
					resolve({ bytes, complete: response.complete, length: response.headers['content-length'] }),
				);
			}).on('error', reject);
		});
	expect(await download()).toEqual({ bytes: 10_000, complete: true, length: undefined });
	sandbox.faults.add({ operation: 'export', cutDownloadAtBytes: 4_321 });
	expect(await download()).toEqual({ bytes: 4_321, complete: false, length: '10000' });
	sandbox.faults.add({ operation: 'export', cutDownloadAtBytes: 4_321, chunked: true });
	expect(await download()).toEqual({ bytes: 4_321, complete: false, length: undefined });
	sandbox.faults.add({ operation: 'export', cutDownloadAtBytes: 0 });
	expect(await download()).toEqual({ bytes: 0, complete: false, length: '10000' });
});

test('lets every token die midway', async () => {
	sandbox.faults.add({ operation: 'part', after: 1, expireToken: true });
	expect((await part(1)).status).toBe(200);
	expect(await part(2)).toMatchObject({ status: 401, text: '' });
	expect((await part(3)).status).toBe(401);
	await domo.logIn();
	expect((await part(2)).status).toBe(200);
});

test('refuses tokens for ever', async () => {
	sandbox.faults.add({ operation: 'token', times: 'always', status: 401, body: { error: 'invalid_client' } });
	await domo.logIn();
	expect(domo.token).toBeUndefined();
	expect((await part()).status).toBe(401);
});

test('is told its faults and options, and read, over HTTP by other processes', async () => {
	const control = async (
		method: string,
		path: string,
		body?: unknown,
	): Promise<ReturnType<typeof JSON.parse>> =>
		await (
			await fetch(sandbox.url + path, { method, body: body === undefined ? undefined : JSON.stringify(body) })
		).json();
	expect(
		await control('POST', '/_sandbox/faults', [{ operation: 'part', status: 500, times: 'always' }]),
	).toMatchObject([{ hits: 0 }]);
	expect((await part()).status).toBe(500);
	expect(await control('DELETE', '/_sandbox/faults')).toEqual([]);
	expect((await part(1, 'x\n\n""\n')).status).toBe(200);
	expect(await control('POST', '/_sandbox/options', { indexingMs: 6 })).toMatchObject({
		indexingMs: 6,
		tokenSeconds: 3599,
	});
	expect(await control('POST', '/_sandbox/options', { speed: 6 })).toMatchObject({ status: 400 });
	await domo.commitAndWait(streamId, executionId);
	const state = await control('GET', '/_sandbox/state');
	expect(state.streams.at(-1).executions[0]).toMatchObject({
		currentState: 'SUCCESS',
		parts: [{ part: 1, rows: 3, timesArrived: 1 }],
	});
	expect(await control('GET', `/_sandbox/rows/${dataSetId}`)).toEqual([{ a: 'x' }, { a: null }, { a: '' }]);
	expect(await control('GET', `/_sandbox/rows/${dataSetId}?limit=1&offset=2`)).toEqual([{ a: '' }]);
	const { view } = sandbox.dataSet(dataSetId);
	expect(
		await control('POST', '/_sandbox/sql', { sql: `SELECT count(*) AS c, count(a) AS a FROM ${view}` }),
	).toEqual([{ c: 3, a: 2 }]);
	expect(sandbox.log.some(({ path }) => path.startsWith('/_sandbox'))).toBe(false);
});
