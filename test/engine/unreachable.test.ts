/** Which failures of the network surely had no effect, and which may come after the rows have arrived. */
import nock from 'nock';

import { credentialsFor, itemsOf, runNode, TEST_CREDENTIAL_ID, type NodeResult } from '../support/engine';
import { byId } from '../support/locators';
import { shortWaits } from '../support/waits';

const BASE = 'https://api.domo.com';
const DATA_SET = '0b5e1b67-2b52-4cf5-a2b6-4e3c1b1d9a11';

shortWaits();
beforeEach(() => nock.disableNetConnect());
afterEach(() => {
	nock.cleanAll();
	nock.enableNetConnect();
});
afterAll(() => nock.restore());

const systemError = (syscall: string, code: string) =>
	Object.assign(new Error(`${syscall} ${code}`), { code, ...(syscall ? { syscall } : {}) });

/** Appends one row to a Domo whose first answer to the rows is this failure. @returns also how often the rows went out */
async function appendAfter(failure: Error): Promise<{ result: NodeResult; sent: number }> {
	let sent = 0;
	const count = () => {
		sent++;
		return true;
	};
	nock(BASE)
		.post('/oauth/token')
		.reply(200, { access_token: 'token', token_type: 'bearer', expires_in: 3599 });
	nock(BASE)
		.get(`/v1/datasets/${DATA_SET}`)
		.times(9)
		.reply(200, {
			id: DATA_SET,
			name: 'Sales',
			rows: 0,
			schema: { columns: [{ name: 'id', type: 'LONG' }] },
		});
	nock(BASE).put(`/v1/datasets/${DATA_SET}/data`, count).query(true).replyWithError(failure);
	nock(BASE).put(`/v1/datasets/${DATA_SET}/data`, count).query(true).times(9).reply(204);
	const result = await runNode(
		'domoDataSet',
		append(DATA_SET),
		credentialsFor({ url: BASE, clientId: 'a', clientSecret: 'b' }),
		itemsOf([{ id: 1 }]),
	);
	return { result, sent };
}

const append = (dataSetId: string) => ({
	resource: 'dataSet',
	operation: 'import',
	dataSetId: byId(dataSetId),
	updateMethod: 'APPEND',
});

describe('on a connection that stood, or may have stood, rows that are appended are not sent again after', () => {
	it.each([
		['read', 'EHOSTUNREACH'],
		['write', 'EHOSTUNREACH'],
		['read', 'ENETUNREACH'],
		['read', 'ECONNREFUSED'],
		['read', 'ECONNRESET'],
		['read', 'ETIMEDOUT'],
		['', 'EHOSTUNREACH'],
	])('%s %s', async (syscall, code) => {
		const { result, sent } = await appendAfter(systemError(syscall, code));
		expect(sent).toBe(1);
		expect(result.error?.message).toMatch(/not known/);
		expect(result.error?.message).toContain(code);
	});

	it('several addresses of which one had been connected to', async () => {
		const errors = [systemError('connect', 'EHOSTUNREACH'), systemError('read', 'EHOSTUNREACH')];
		const { result, sent } = await appendAfter(
			Object.assign(new AggregateError(errors), { code: 'EHOSTUNREACH' }),
		);
		expect(sent).toBe(1);
		expect(result.error?.message).toMatch(/not known/);
	});
});

describe('before a connection stood, they are sent again after', () => {
	it.each([
		['connect', 'EHOSTUNREACH'],
		['connect', 'ENETUNREACH'],
		['connect', 'ECONNREFUSED'],
		['connect', 'ETIMEDOUT'],
		['getaddrinfo', 'ENOTFOUND'],
		['getaddrinfo', 'EAI_AGAIN'],
		['queryA', 'ENOTFOUND'],
	])('%s %s', async (syscall, code) => {
		const { result, sent } = await appendAfter(systemError(syscall, code));
		expect(result.error).toBeUndefined();
		expect(sent).toBe(2);
	});

	it('several addresses none of which could be connected to', async () => {
		const errors = [systemError('connect', 'EHOSTUNREACH'), systemError('connect', 'ECONNREFUSED')];
		const { result, sent } = await appendAfter(
			Object.assign(new AggregateError(errors), { code: 'EHOSTUNREACH' }),
		);
		expect(result.error).toBeUndefined();
		expect(sent).toBe(2);
	});
});

describe("what n8n really hands over of Node.js's own errors says that nothing was sent", () => {
	it.each([
		['http://127.0.0.1:1', 'ECONNREFUSED'],
		// Both of localhost's addresses are tried.
		['http://localhost:1', 'ECONNREFUSED'],
		['https://domo.invalid', 'ENOTFOUND|EAI_AGAIN'],
	])('%s', async (url, codes) => {
		nock.restore();
		const credentials = credentialsFor({ url, clientId: 'a', clientSecret: 'b' });
		Object.assign(credentials.store[TEST_CREDENTIAL_ID], { oauthTokenData: { access_token: 'token' } });
		const { error } = await runNode('domoDataSet', append(DATA_SET), credentials, itemsOf([{ id: 1 }]));
		expect(error?.message).toMatch(new RegExp(`^Domo cannot be reached \\((${codes})\\)`));
	});
});
