/** A refused download whose page never ends: the status says enough, and the node neither hangs nor leaves a connection. */
/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { credentialsFor, runNode, type MemoryCredentials } from '../support/engine';
import { byId } from '../support/locators';
import { shortWaits } from '../support/waits';

const ID = '11111111-2222-3333-4444-555555555555';
const ERROR_PAGE_MS = 300;

/** How exports are answered, with a page that begins and stays silent; a good one for each that is not here. */
let refusals: Array<{ status: number; headers: OutgoingHttpHeaders; begins: string }> = [];
let closed: Array<Promise<void>> = [];
let server: Server;
let credentials: MemoryCredentials;

shortWaits({ errorPageMs: ERROR_PAGE_MS });
beforeAll(async () => {
	server = createServer((request, response) => {
		const json = (value: object) =>
			response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
		if (request.url?.startsWith('/oauth/token'))
			return json({ access_token: 't', token_type: 'bearer', expires_in: 3599 });
		if (!request.url?.includes('/data?'))
			return json({ id: ID, name: 'Stalled', schema: { columns: [{ name: 'n', type: 'LONG' }] } });
		const refusal = refusals.shift();
		if (!refusal) return response.writeHead(200, { 'content-type': 'text/csv' }).end('n\n1\n');
		closed.push(new Promise((resolve) => response.on('close', resolve)));
		response.writeHead(refusal.status, refusal.headers);
		return refusal.begins === '' ? response.flushHeaders() : response.write(refusal.begins);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	credentials = credentialsFor({ url, clientId: 'c', clientSecret: 's' });
});
afterAll(async () => {
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
	refusals = [];
	closed = [];
});

const exportRows = async () =>
	await runNode(
		'domoDataSet',
		{
			resource: 'dataSet',
			operation: 'export',
			dataSetId: byId(ID),
			output: 'items',
		},
		credentials,
	);

const HTML = { 'content-type': 'text/html' };

it.each([
	['a 502 that says nothing', { status: 502, headers: HTML, begins: '' }],
	['a 502 whose page begins', { status: 502, headers: HTML, begins: '<html><title>Bad Gateway</title>' }],
	['a 502 that is gzipped', { status: 502, headers: { ...HTML, 'content-encoding': 'gzip' }, begins: '' }],
	['a page under 200', { status: 200, headers: HTML, begins: '<html><title>Domo Maintenance</title>' }],
])('%s is asked again', async (_, refusal) => {
	refusals = [refusal];
	const { error, json } = await exportRows();
	expect(error).toBeUndefined();
	expect(json).toEqual([{ n: 1 }]);
	await Promise.all(closed);
	expect(closed).toHaveLength(1);
});

it('a 403 is told with what came of its words', async () => {
	refusals = [{ status: 403, headers: { 'content-type': 'text/plain' }, begins: 'Access is denied' }];
	const { error } = await exportRows();
	expect(error?.message).toMatch(/did not export .*: Access is denied \(HTTP 403\)/);
	await Promise.all(closed);
});

it('a 401 that a new token does not cure is told', async () => {
	refusals = Array(2).fill({ status: 401, headers: {}, begins: '' });
	const { error } = await exportRows();
	expect(error?.message).toMatch(/did not export .* \(HTTP 401\)/);
	// n8n holds the first one.
	await closed[1];
});
