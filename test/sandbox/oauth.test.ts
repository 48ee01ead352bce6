/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as wait } from 'node:timers/promises';

import { useSandbox } from '../support/useSandbox';
import { column, DomoClient } from './domoClient';

const sandbox = useSandbox({}, 'test');
let domo: DomoClient;

beforeEach(() => {
	domo = new DomoClient(sandbox);
});

const basic = (id: string, secret: string) => ({
	authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const right = basic('sandbox-client', 'sandbox-secret');
const form = () => new URLSearchParams('grant_type=client_credentials&scope=data');

test('issues a JWT for a form body, a query on POST, and a GET', async () => {
	const query = '/oauth/token?grant_type=client_credentials&scope=data%20user';
	const answers = [
		await domo.ask('POST', '/oauth/token', form(), right),
		await domo.ask('POST', query, undefined, right),
		await domo.ask('GET', query, undefined, right),
	];
	for (const { status, json } of answers) {
		expect(status).toBe(200);
		expect(json).toMatchObject({
			token_type: 'bearer',
			expires_in: 3599,
			userId: 27,
			jti: expect.any(String),
		});
		expect(json).not.toHaveProperty('refresh_token');
		expect(json.access_token.split('.')).toHaveLength(3);
		domo.token = json.access_token;
		expect((await domo.ask('GET', '/v1/datasets')).status).toBe(200);
	}
	expect(sandbox.tokensIssued).toBe(3);
});

test('refuses a wrong secret, no credentials, another grant and an unknown scope', async () => {
	expect(await domo.ask('POST', '/oauth/token', form(), basic('sandbox-client', 'wrong'))).toMatchObject({
		status: 401,
		json: { error: 'invalid_client' },
	});
	expect((await domo.ask('POST', '/oauth/token', form(), { authorization: '' })).status).toBe(401);
	const password = new URLSearchParams('grant_type=password');
	expect((await domo.ask('POST', '/oauth/token', password, right)).json.error).toBe('unsupported_grant_type');
	const scope = new URLSearchParams('grant_type=client_credentials&scope=everything');
	expect((await domo.ask('POST', '/oauth/token', scope, right)).json.error).toBe('invalid_scope');
	expect(sandbox.tokensIssued).toBe(0);
});

test('answers a dead token with an empty 401, and where CSV is wanted with a 406 page', async () => {
	await domo.logIn();
	const id = await sandbox.createDataSet({ name: 'd', columns: [column('a')] });
	const exported = async () =>
		await domo.ask('GET', `/v1/datasets/${id}/data`, undefined, { accept: 'text/csv' });
	expect((await exported()).status).toBe(200);
	sandbox.expireTokens();
	const dead = await domo.ask('GET', '/v1/datasets');
	expect(dead).toMatchObject({ status: 401, text: '' });
	expect(dead.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
	const page = await exported();
	expect(page.status).toBe(406);
	expect(page.headers.get('content-type')).toContain('text/html');
	sandbox.settings.deadTokenCsvStatus = 401;
	expect(await exported()).toMatchObject({ status: 401, text: '' });
});

test('lets a token die of age', async () => {
	sandbox.settings.tokenSeconds = 0.2;
	await domo.logIn();
	expect((await domo.ask('GET', '/v1/datasets')).status).toBe(200);
	await wait(250);
	expect((await domo.ask('GET', '/v1/datasets')).status).toBe(401);
});

test('logs requests without the Authorization header', async () => {
	await domo.logIn();
	await domo.ask('GET', '/v1/datasets?limit=1', undefined, { 'x-test': '1' });
	expect(sandbox.log).toHaveLength(2);
	expect(sandbox.log[1]).toMatchObject({
		operation: 'listDataSets',
		method: 'GET',
		path: '/v1/datasets',
		query: { limit: '1' },
		status: 200,
		headers: { 'x-test': '1' },
	});
	expect(JSON.stringify(sandbox.log)).not.toMatch(/authorization/i);
});
