/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What a run has recorded is replayed to the package's own client, as a recording of a live Domo would be. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import nock from 'nock';

import { runContract } from '../../contract/contract';
import { readOptions } from '../../contract/options';
import type { Exchange } from '../../contract/recording';
import { Secrets } from '../../contract/secrets';
import { DomoClient, type Send } from '../../domo/client';
import { exportData, getDataSet, listDataSetPage, queryDataSet } from '../../domo/dataSets';
import { DomoError } from '../../domo/errors';
import { commitExecution, getExecution, listExecutionPage } from '../../domo/executions';
import { getStream, searchStreamsOfDataSet } from '../../domo/streams';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const ADDRESS = 'https://recorded.example';
const GROUPS = ['dataSets', 'streams', 'executions', 'query', 'export', 'parts.ids', 'errors.parts'];

shortWaits();
const sandbox = useSandbox({ indexingMs: 20 });
let folder: string;
let exchanges: Exchange[];

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'recording-'));
	const options = readOptions(
		[
			'--record',
			folder,
			'--ledger',
			join(folder, 'created'),
			...GROUPS.flatMap((group) => ['--only', group]),
		],
		{
			DOMO_BASE_URL: sandbox.url,
			DOMO_CLIENT_ID: sandbox.clientId,
			DOMO_CLIENT_SECRET: sandbox.clientSecret,
		},
	);
	await runContract(options, {
		stop: new AbortController().signal,
		secrets: new Secrets(),
		onResult: () => undefined,
	});
	exchanges = readdirSync(folder)
		.filter((name) => name.endsWith('.json'))
		.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Exchange);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
	nock.cleanAll();
	nock.enableNetConnect();
});
afterAll(() => nock.restore());

const send: Send = async ({ method, path, headers, body }) => {
	const response = await fetch(ADDRESS + path, { method, headers, body: body as RequestInit['body'] });
	return {
		status: response.status,
		headers: Object.fromEntries(response.headers),
		body: await response.text(),
	};
};
const client = new DomoClient({ send, maxTries: 1 });

/** How the package asks for what was recorded: its function, by the method and path of the request. */
const CALLS: Array<[request: RegExp, ask: (parts: string[], exchange: Exchange) => Promise<unknown>]> = [
	[/^GET \/v1\/datasets\/([^/?]+)$/, async ([id]) => await getDataSet(client, id)],
	[/^GET \/v1\/datasets\?limit=50$/, async () => await listDataSetPage(client, {}, 50, 0)],
	[/^GET \/v1\/datasets\/([^/?]+)\/data\?includeHeader=false$/, async ([id]) => await exported(id, false)],
	[/^GET \/v1\/datasets\/([^/?]+)\/data\?includeHeader=true/, async ([id]) => await exported(id, true)],
	[
		/^POST \/v1\/datasets\/query\/execute\/([^/?]+)$/,
		async ([id], { request }) =>
			await queryDataSet(client, id, (JSON.parse(request.body ?? '') as { sql: string }).sql),
	],
	[/^GET \/v1\/streams\/(\d+)\?fields=all$/, async ([id]) => await getStream(client, Number(id))],
	[
		/^GET \/v1\/streams\/search\?q=dataSource\.id:([^&]+)&fields=all$/,
		async ([id]) => await searchStreamsOfDataSet(client, id),
	],
	[
		/^GET \/v1\/streams\/(\d+)\/executions\/(\d+)$/,
		async ([stream, execution]) =>
			await getExecution(client, { streamId: Number(stream), executionId: Number(execution) }),
	],
	[
		/^GET \/v1\/streams\/(\d+)\/executions\?limit=50&offset=0$/,
		async ([stream]) => await listExecutionPage(client, Number(stream), 50, 0),
	],
	[
		/^PUT \/v1\/streams\/(\d+)\/executions\/(\d+)\/commit$/,
		async ([stream, execution]) =>
			await commitExecution(client, { streamId: Number(stream), executionId: Number(execution) }),
	],
];

async function exported(dataSetId: string, includeHeader: boolean): Promise<string> {
	const { body } = await exportData(client, dataSetId, { includeHeader });
	const chunks: Uint8Array[] = [];
	for await (const chunk of body) chunks.push(chunk);
	return Buffer.concat(chunks).toString('utf8');
}

/** What the client makes of a recorded exchange. */
async function replayed(exchange: Exchange): Promise<{ value: unknown } | undefined> {
	const { request, response } = exchange;
	const asked = `${request.method} ${request.path}`;
	const call = CALLS.find(([pattern]) => pattern.test(asked));
	if (!call) return undefined;
	nock.cleanAll();
	nock.disableNetConnect();
	nock(ADDRESS).intercept(/.*/, request.method).reply(response.status, response.body, response.headers);
	return { value: await call[1](call[0].exec(asked)!.slice(1), exchange).catch((error: unknown) => error) };
}

it('the client reads every answer, and every refusal with its status and Domo’s words', async () => {
	const seen: Record<string, number> = {};
	for (const exchange of exchanges) {
		const result = await replayed(exchange);
		if (!result) continue;
		const { status, body } = exchange.response;
		const where = `${exchange.request.method} ${exchange.request.path}`;
		if (status >= 300) {
			expect([where, result.value]).toEqual([where, expect.any(DomoError)]);
			const { message, toe } = JSON.parse(body === '' ? '{}' : body) as { message?: string; toe?: string };
			const error = result.value as DomoError;
			expect([where, error.details.status, error.details.toe]).toEqual([where, status, toe]);
			if (message) expect(error.message).toContain(message);
			seen[`refused ${status}`] = (seen[`refused ${status}`] ?? 0) + 1;
			continue;
		}
		if (result.value instanceof Error) throw new Error(`${where}: ${result.value.message}`);
		if (/^GET .*\/data\?/.test(where)) expect(result.value).toBe(body);
		else if (!where.includes('/query/')) expect([where, result.value]).toEqual([where, JSON.parse(body)]);
		seen.read = (seen.read ?? 0) + 1;
	}
	expect(seen.read).toBeGreaterThan(50);
	expect(seen['refused 400']).toBeGreaterThan(3);
	expect(seen['refused 404']).toBeGreaterThan(0);
});

it('a recording keeps the digits of a query, and what belongs together', async () => {
	const bodies = exchanges.map(({ response }) => response.body).join('\n');
	expect(bodies).toContain('9223372036854775807');
	const created = exchanges.filter(
		({ request, response }) =>
			request.method === 'POST' && request.path === '/v1/streams' && response.status < 300,
	);
	expect(created.length).toBeGreaterThan(5);
	for (const { response } of created) {
		const { id, dataSet } = JSON.parse(response.body) as { id: number; dataSet: { id: string } };
		const paths = exchanges.map(({ request }) => request.path);
		expect(paths.some((path) => path.startsWith(`/v1/streams/${id}`))).toBe(true);
		expect(paths).toContain(`/v1/datasets/${dataSet.id}`);
	}
	const sandboxIds = sandbox.log.flatMap(({ path }) => /\/datasets\/([0-9a-f-]{36})$/.exec(path)?.[1] ?? []);
	for (const id of sandboxIds.filter((one) => !one.startsWith('00000000'))) expect(bodies).not.toContain(id);
});
