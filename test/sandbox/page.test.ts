/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';

import type { Sandbox } from '../../sandbox';
import { DEFAULT_SETTINGS } from '../../sandbox/options';
import { SandboxState } from '../../sandbox/state';
import type { RequestRecord } from '../../sandbox/state';
import type { Storage } from '../../sandbox/storage';
import { useSandbox } from '../support/useSandbox';
import { column, DomoClient } from './domoClient';

const sandbox = useSandbox({}, 'test');

/** A request under any headers, which fetch would not send. @returns the status */
async function ask(
	method: string,
	path: string,
	headers: Record<string, string>,
	body = '',
): Promise<number> {
	const asked = request(sandbox.url + path, { method, headers });
	asked.end(body);
	const [answer] = (await once(asked, 'response')) as [IncomingMessage];
	answer.resume();
	return answer.statusCode!;
}

interface PageState {
	dataSets: Array<{ id: string }>;
	dataSet: { id: string; execution: { id: number; sentAgain: number; maxInFlight: number } };
	requests: Array<{ path: string; query: string }>;
	faults: Array<{ fault: Record<string, unknown> }>;
	variants: Array<{ name: string; isOn: boolean }>;
}

const pageState = async (of: Sandbox, query = ''): Promise<PageState> =>
	(await (await fetch(`${of.url}/_sandbox/page/state?${query}`)).json()) as PageState;

it('shows the DataSet that was written to last, within the same second, too', async () => {
	const streams = [];
	for (const name of ['one', 'two', 'three'])
		streams.push(await sandbox.createStream({ name, columns: [column('text')] }));
	const domo = new DomoClient(sandbox);
	await domo.logIn();
	for (const { streamId, dataSetId } of [streams[1], streams[2], streams[0], streams[2]]) {
		await domo.createExecution(streamId);
		expect((await pageState(sandbox)).dataSet.id).toBe(dataSetId);
	}
	const newest = await sandbox.createDataSet({ name: 'four', columns: [column('text')] });
	expect((await pageState(sandbox)).dataSet.id).toBe(newest);
});

describe('who may use the page', () => {
	const FAULT = JSON.stringify({ operation: 'part', status: 503 });

	it.each([
		['a name that was made to point here', { host: 'evil.example' }],
		['such a name with the port', { host: 'evil.example:8400' }],
		['a name that begins like localhost', { host: 'localhost.evil.example' }],
		['another origin', { origin: 'https://evil.example' }],
		['another port of this machine', { origin: 'http://127.0.0.1:1' }],
		['a file or a frame without an origin', { origin: 'null' }],
		['a page that hides its origin', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
		[
			'a form of another page',
			{
				'sec-fetch-site': 'cross-site',
				'sec-fetch-mode': 'navigate',
				'sec-fetch-dest': 'document',
			},
		],
	])('refuses %s every switch', async (_who, headers) => {
		const posts = ['faults', 'options', 'expireTokens', 'sql', 'page/variant', 'page/speed'];
		for (const path of posts) expect(await ask('POST', `/_sandbox/${path}`, headers, FAULT)).toBe(403);
		expect(await ask('DELETE', '/_sandbox/faults', headers)).toBe(403);
		expect(sandbox.faults.list()).toEqual([]);
	});

	it.each(['/%5fsandbox/', '/_sandb%6Fx/', '/%5Fsandb%6fx/', '//_sandbox/', '/./_sandbox/', '/_sandbox//'])(
		'refuses them, however the address is written: %s',
		async (path) => {
			const evil = { host: 'evil.example', origin: 'https://evil.example' };
			for (const [method, what] of [
				['POST', 'expireTokens'],
				['POST', 'faults'],
				['DELETE', 'faults'],
				['GET', 'state'],
				['GET', 'page/state'],
			]) {
				const status = await ask(method, path + what, evil, method === 'POST' ? FAULT : '');
				expect([what, [403, 404].includes(status) || status]).toEqual([what, true]);
			}
			expect(sandbox.faults.list()).toEqual([]);
		},
	);

	it('refuses other names the page, the rows and the log', async () => {
		const id = await sandbox.createDataSet({ name: 'Salaries', columns: [column('a')] });
		for (const path of ['', 'page/state', `page/rows/${id}`, `rows/${id}`, 'log', 'state'])
			expect(await ask('GET', `/_sandbox/${path}`, { host: 'evil.example' })).toBe(403);
	});

	it("refuses public names Domo's own paths, too: whoever can read the page knows the credentials", async () => {
		const path = '/oauth/token?grant_type=client_credentials&scope=data';
		const login = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
		const under = async (host: string) => await ask('GET', path, { host, authorization: `Basic ${login}` });
		for (const host of ['evil.example', 'evil.com:8080', '127.0.0.1.evil.com', 'localhost.evil.com'])
			expect([host, await under(host)]).toEqual([host, 403]);
		for (const host of [
			'localhost:1',
			'127.0.0.1',
			'[::1]:80',
			'sandbox',
			'host.docker.internal:8080',
			'10.0.0.7',
		])
			expect([host, await under(host)]).toEqual([host, 200]);
	});

	it('answers its own page and programs', async () => {
		const own = { origin: sandbox.url, 'sec-fetch-site': 'same-origin' };
		expect(await ask('POST', '/_sandbox/faults', own, FAULT)).toBe(200);
		expect(await ask('POST', '/_sandbox/faults', {}, FAULT)).toBe(200);
		expect(sandbox.faults.list()).toHaveLength(2);
	});

	it('lets a link to the page be followed', async () => {
		const link = {
			'sec-fetch-site': 'cross-site',
			'sec-fetch-mode': 'navigate',
			'sec-fetch-dest': 'document',
		};
		expect(await ask('GET', '/_sandbox/', link)).toBe(200);
		expect(await ask('GET', '/', link)).toBe(302);
	});

	it('runs nothing but its own files, and is in no frame', async () => {
		const { headers } = await fetch(sandbox.pageUrl);
		expect(headers.get('content-security-policy')).toMatch(
			/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
		);
		expect(headers.get('x-content-type-options')).toBe('nosniff');
	});
});

describe('what the page is sent', () => {
	it('has no secret and no token among the requests', async () => {
		const client = new DomoClient(sandbox);
		await client.logIn();
		await client.ask(
			'GET',
			`/oauth/token?client_secret=${sandbox.clientSecret}&access_token=${client.token}`,
		);
		await client.ask('GET', `/v1/${client.token}/${sandbox.clientSecret}`);
		await client.ask('GET', `/v1/datasets?limit=5&${client.token}=1`);
		const text = JSON.stringify(await pageState(sandbox));
		expect(text).not.toContain(sandbox.clientSecret);
		expect(text).not.toContain(client.token.split('.')[1]);
		expect(text).not.toContain(client.token.split('.')[2]);
		expect(text).toContain('limit=5');
		expect(text).toContain('client_secret=•••');
	});

	it('is no request to Domo itself', async () => {
		await pageState(sandbox);
		await fetch(`${sandbox.url}/`);
		expect(sandbox.log).toEqual([]);
	});

	it('counts what was sent again and what was in flight at once', async () => {
		const client = new DomoClient(sandbox);
		await client.logIn();
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'S', columns: [column('a')] });
		sandbox.faults.add({ operation: 'part', part: 2, status: 503 });
		const execution = await client.createExecution(streamId);
		const send = async (part: number) =>
			await client.ask('PUT', `/v1/streams/${streamId}/executions/${execution}/part/${part}`, 'x\n', {
				'content-type': 'text/csv',
			});
		for (const part of [1, 2, 2, 3]) await send(part);
		const { dataSet } = await pageState(sandbox);
		expect(dataSet).toMatchObject({
			id: dataSetId,
			execution: { id: execution, parts: 3, sentAgain: 1, maxInFlight: 1, inFlight: 0, rows: 3 },
		});
	});

	it('shows a DataSet as text, NULL and an empty text apart, each page by itself', async () => {
		const rows = Array.from({ length: 250 }, (_, index) => ({
			a: String(index),
			b: index === 0 ? '' : index === 1 ? null : '\ufeff'.padEnd(900, 'x'),
		}));
		const id = await sandbox.createDataSet({ name: 'D', columns: [column('a'), column('b')], rows });
		const page = async (offset: number) =>
			(await (await fetch(`${sandbox.url}/_sandbox/page/rows/${id}?offset=${offset}`)).json()) as {
				rows: Array<Array<string | null>>;
			};
		const first = await page(0);
		expect(first.rows).toHaveLength(100);
		expect(first.rows[0]).toEqual(['0', '']);
		expect(first.rows[1]).toEqual(['1', null]);
		expect(first.rows[2]).toEqual(['2', '\ufeff'.padEnd(301, 'x')]);
		expect((await page(200)).rows.map(([a]) => a)).toEqual(rows.slice(200).map(({ a }) => a));
		for (const offset of ['-1', 'x', '1.5', '1;DROP'])
			expect(await ask('GET', `/_sandbox/page/rows/${id}?offset=${offset}`, {})).toBe(400);
	});

	it('is bounded, however many DataSets there are', async () => {
		for (let index = 0; index < 301; index++)
			await sandbox.createDataSet({ name: `D${index}`, columns: [column('a')] });
		expect((await pageState(sandbox)).dataSets).toHaveLength(300);
	});
});

describe('the switches', () => {
	it('turn each variant on, and back to the usual', async () => {
		const post = async (name: string, on: boolean) =>
			await ask('POST', '/_sandbox/page/variant', {}, JSON.stringify({ name, on }));
		expect(await post('deleted-404', true)).toBe(200);
		expect(sandbox.settings.deletedDataSetStatus).toBe(404);
		const isOn = async () =>
			(await pageState(sandbox)).variants.filter((each) => each.isOn).map(({ name }) => name);
		expect(await isOn()).toEqual(['deleted-404']);
		expect(await post('deleted-404', false)).toBe(200);
		expect(sandbox.settings.deletedDataSetStatus).toBe(DEFAULT_SETTINGS.deletedDataSetStatus);
		expect(await post('constructor', true)).toBe(400);
	});

	it('set the speed, in numbers alone', async () => {
		const post = async (body: unknown) => await ask('POST', '/_sandbox/page/speed', {}, JSON.stringify(body));
		expect(await post({ latencyMs: 3, clientSecret: 'x' })).toBe(200);
		expect(sandbox.settings).toMatchObject({ latencyMs: 3, clientSecret: 'sandbox-secret' });
		for (const latencyMs of [-1, 'x', null]) expect(await post({ latencyMs })).toBe(400);
	});

	it('show faults that a test has added, as far as JSON can', async () => {
		sandbox.faults.add({ operation: 'commit', times: Infinity, heldUntil: Promise.resolve() });
		expect((await pageState(sandbox)).faults[0].fault).toEqual({
			operation: 'commit',
			times: 'always',
			heldUntil: 'a promise',
		});
	});
});

it('the log forgets its older half before it grows without end', () => {
	const state = new SandboxState({ ...DEFAULT_SETTINGS }, undefined as unknown as Storage);
	for (let number = 1; number <= 100_001; number++) state.noteRequest({ number } as RequestRecord);
	expect(state.log).toHaveLength(50_001);
	expect(state.log.at(-1)!.number).toBe(100_001);
});
