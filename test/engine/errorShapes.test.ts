/** Every shape of refusal that Domo has been seen to send, and what the user then reads. */
import nock from 'nock';

import { credentialsFor, itemsOf, runNode, type NodeResult } from '../support/engine';
import { parameters } from '../support/uploads';
import { shortWaits } from '../support/waits';

const BASE = 'https://api.domo.com';
const SECRET = 'unmistakable-secret';
const TOKEN = 'unmistakable-token';
const DATA_SET = '0b5e1b67-2b52-4cf5-a2b6-4e3c1b1d9a11';
const COLUMNS = [
	{ name: 'id', type: 'LONG' },
	{ name: 'name', type: 'STRING' },
];
const HTML = { 'Content-Type': 'text/html' };

shortWaits({ recommitAfterMs: 20, verifyTimeoutMs: 20 });
beforeAll(() => {
	nock.disableNetConnect();
});
beforeEach(() => {
	nock(BASE)
		.post('/oauth/token')
		.times(5)
		.reply(200, { access_token: TOKEN, token_type: 'bearer', expires_in: 3599 });
});
afterEach(() => nock.cleanAll());
afterAll(() => {
	nock.enableNetConnect();
	nock.restore();
});

const items = itemsOf([
	{ id: 1, name: 'a' },
	{ id: 2, name: 'b' },
	{ id: 3, name: 'c' },
]);

/** A Domo that answers well up to the parts. */
function domoUpToParts(): void {
	nock(BASE)
		.get('/v1/streams/7')
		.query(true)
		.reply(200, { id: 7, dataSet: { id: DATA_SET, name: 'Sales' }, updateMethod: 'APPEND' });
	nock(BASE)
		.get(`/v1/datasets/${DATA_SET}`)
		.times(9)
		.reply(200, { id: DATA_SET, name: 'Sales', rows: 0, schema: { columns: COLUMNS } });
	nock(BASE).get('/v1/streams/7/executions').query(true).times(9).reply(200, []);
	nock(BASE).post('/v1/streams/7/executions').reply(201, { id: 1, currentState: 'ACTIVE' });
}

async function run(options: Parameters<typeof parameters>[1] = {}): Promise<NodeResult> {
	return await runNode(
		'domoStream',
		parameters(7, options),
		credentialsFor({ url: BASE, clientId: 'client', clientSecret: SECRET }),
		items,
	);
}

function expectNothingSecret(result: NodeResult): void {
	const { message, stack, description, context } = { stack: '', ...result.error } as Record<string, unknown>;
	const shown = JSON.stringify([result.run, message, stack, description, context]);
	expect(shown).not.toContain(SECRET);
	expect(shown).not.toContain(TOKEN);
}

describe('on the first request', () => {
	it.each<[string, number, nock.Body, Record<string, string>, RegExp, RegExp]>([
		[
			"JSON with Domo's words and toe",
			400,
			{ status: 400, statusReason: 'Bad Request', message: 'Bad stream', toe: 'CA6JIHTO46-28C5D-UEQ7I' },
			{},
			/Domo did not give the Stream 7: Bad stream \(HTTP 400, Domo's reference 'toe' CA6JIHTO46-28C5D-UEQ7I\)/,
			/^$/,
		],
		[
			'a 403 that says nothing but toe',
			403,
			{ status: 403, toe: 'TOE403' },
			{},
			/HTTP 403, .*toe.* TOE403/,
			/grant 'Manage DataSet'/,
		],
		[
			'a 400 that is a 403 underneath',
			400,
			{ status: 400, message: 'Infrastructure problem (403): Access is denied', toe: 'TOEX' },
			{},
			/Infrastructure problem \(403\): Access is denied.*TOEX/,
			/lacks a right/,
		],
		[
			'OAuth JSON',
			400,
			{ error: 'invalid_token', error_description: 'Token was revoked' },
			{},
			/Token was revoked \(HTTP 400\)/,
			/^$/,
		],
		[
			'a 404',
			404,
			{ status: 404, message: 'Not Found', toe: 'T4' },
			{},
			/Not Found.*T4/,
			/may have been deleted/,
		],
		[
			'plain text',
			400,
			'no such thing\nat all',
			{ 'Content-Type': 'text/plain' },
			/: no such thing \(HTTP 400\)/,
			/^$/,
		],
		[
			"Jetty's 406 page",
			406,
			'<html><head><title>Error 406 Not Acceptable</title></head></html>',
			HTML,
			/HTML page: Error 406 Not Acceptable \(HTTP 406\)/,
			/Try again/,
		],
		['an empty body', 409, '', {}, /Domo did not give the Stream 7 \(HTTP 409\)/, /^$/],
	])('%s', async (_, status, body, headers, message, advice) => {
		nock(BASE).get('/v1/streams/7').query(true).reply(status, body, headers);
		const result = await run();
		expect(result.error?.message).toMatch(message);
		expect(result.error?.description ?? '').toMatch(advice);
		expect(result.error?.httpCode).toBe(String(status));
		expectNothingSecret(result);
	});

	it('a 401 with an empty body that a new token does not cure', async () => {
		nock(BASE)
			.get('/v1/streams/7')
			.query(true)
			.times(9)
			.reply(401, '', { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
		const result = await run();
		expect(result.error?.message).toMatch(/Domo did not give the Stream 7 \(HTTP 401\)/);
		expect(result.error?.description).toMatch(
			/does not take the access token. Check the client ID and secret/,
		);
		expectNothingSecret(result);
	});

	it('a 429 that asks for a long wait tells how long, and does not wait', async () => {
		nock(BASE)
			.get('/v1/streams/7')
			.query(true)
			.reply(429, { status: 429, message: 'Too many requests', toe: 'T429' }, { 'Retry-After': '1800' });
		const result = await run();
		expect(result.error?.message).toMatch(/Too many requests.*T429/);
		expect(result.error?.description).toMatch(/wait 30 minutes/);
	});

	it('a 429 with Retry-After as a date is waited for', async () => {
		nock(BASE)
			.get('/v1/streams/7')
			.query(true)
			.reply(429, '', { 'Retry-After': new Date(Date.now() + 1000).toUTCString() });
		nock(BASE).get('/v1/streams/7').query(true).reply(404, { status: 404, message: 'after the wait' });
		expect((await run()).error?.message).toMatch(/after the wait/);
	});

	it('a 500 is tried again, and then told with its toe', async () => {
		const scope = nock(BASE)
			.get('/v1/streams/7')
			.query(true)
			.times(5)
			.reply(500, { status: 500, message: 'Internal Server Error', toe: 'T500' });
		const result = await run();
		expect(scope.isDone()).toBe(true);
		expect(result.error?.message).toMatch(/Internal Server Error.*T500/);
		expect(result.error?.description).toMatch(/on the side of Domo.*Domo Support/);
	});

	it('a maintenance page under 200 is no answer', async () => {
		nock(BASE)
			.get('/v1/streams/7')
			.query(true)
			.times(5)
			.reply(200, '<html><head><title>Domo Maintenance</title></head></html>', HTML);
		const result = await run();
		expect(result.error?.message).toMatch(
			/not known whether Domo could give the Stream 7.*HTML page: Domo Maintenance/,
		);
		expectNothingSecret(result);
	});

	it.each([
		['JSON that is not an object', '[]'],
		['null', 'null'],
		['an object without what a Stream has', '{}'],
		['a Stream without a DataSet', '{"id":7,"updateMethod":"APPEND"}'],
	])('%s under 200 is told as such', async (_, body) => {
		nock(BASE)
			.get('/v1/streams/7')
			.query(true)
			.times(5)
			.reply(200, body, { 'Content-Type': 'application/json' });
		const { error } = await run();
		expect(error?.message).toMatch(/Stream 7/);
		expect(error?.message).not.toMatch(/undefined|Cannot read/);
	});
});

describe('on a part', () => {
	const part = () => nock(BASE).put('/v1/streams/7/executions/1/part/1');
	const aborted = () => nock(BASE).put('/v1/streams/7/executions/1/abort').reply(200, {});

	it.each([
		[
			'There are too many columns. Expected 2. Row 2, column 3.',
			/Item 1 \(row 2 of part 1\): .*too many columns/,
		],
		[
			'There are too few columns. Expected 2. Row 3, column 1.',
			/Item 2 \(row 3 of part 1\): .*too few columns/,
		],
		['There are too few columns. Expected 2. Row 453, column 1.', /Part 1 \(item 0 to item 2\): .*Row 453/],
	])("%s is told by the user's own row", async (message, said) => {
		domoUpToParts();
		part().reply(400, { status: 400, message, toe: 'TOEROW' });
		const abort = aborted();
		const result = await run();
		expect(result.error?.message).toMatch(said);
		expect(result.error?.message).toMatch(
			/TOEROW.*execution 1 was aborted: none of this upload is in the DataSet/,
		);
		expect(abort.isDone()).toBe(true);
		expectNothingSecret(result);
	});

	it('a maintenance page under 400 is tried again', async () => {
		domoUpToParts();
		part().reply(400, '<html><head><title>Domo Maintenance</title></head></html>', HTML);
		part().reply(400, { status: 400, message: 'the second answer', toe: 'T2' });
		aborted();
		expect((await run()).error?.message).toMatch(/the second answer.*T2/);
	});

	it('the body is one gzip member of the rows', async () => {
		domoUpToParts();
		let body = '';
		part().reply(400, (_uri, sent) => {
			body = String(sent);
			return { status: 400, message: 'seen' };
		});
		aborted();
		await run();
		expect(body).toMatch(/^1f8b08/);
	});
});

describe('an execution that is answered without an id', () => {
	it('is never used: no part goes out', async () => {
		nock(BASE)
			.get('/v1/streams/7')
			.query(true)
			.reply(200, { id: 7, dataSet: { id: DATA_SET, name: 'Sales' }, updateMethod: 'APPEND' });
		nock(BASE)
			.get(`/v1/datasets/${DATA_SET}`)
			.reply(200, { id: DATA_SET, name: 'Sales', rows: 0, schema: { columns: COLUMNS } });
		nock(BASE).get('/v1/streams/7/executions').query(true).times(9).reply(200, []);
		nock(BASE).post('/v1/streams/7/executions').times(3).reply(200, {});
		const parts = nock(BASE).put(/part/).reply(200, {});
		const result = await run();
		expect(result.error?.message).toMatch(
			/not known whether Domo could create an execution on the Stream 7: it answered HTTP 200 with JSON that lacks/,
		);
		expect(parts.isDone()).toBe(false);
	});
});

describe('on the commit', () => {
	it('gaps in the part ids are explained, and the execution stays open', async () => {
		domoUpToParts();
		nock(BASE).put('/v1/streams/7/executions/1/part/1').reply(200, { id: 1, currentState: 'ACTIVE' });
		nock(BASE).put('/v1/streams/7/executions/1/commit').reply(400, {
			status: 400,
			message: 'Too many non-consecutive part ids. Make consecutive or upload multiple data versions',
			toe: 'TGAP',
		});
		// It is asked for before it is called open.
		nock(BASE).get('/v1/streams/7/executions/1').reply(200, { id: 1, currentState: 'ACTIVE' });
		const result = await run();
		expect(result.error?.message).toMatch(
			/non-consecutive part ids.*TGAP.*put nothing into the DataSet.*execution 1 is still open/,
		);
		expectNothingSecret(result);
	});
});
