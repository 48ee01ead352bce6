/** The credential: which base URLs are used, and that the secret goes nowhere else. */
import fc from 'fast-check';
import { Workflow, type ICredentialDataDecryptedObject, type INode } from 'n8n-workflow';
import nock from 'nock';

import { DomoOAuth2Api } from '../../credentials/DomoOAuth2Api.credentials';
import { usableBaseUrl } from '../../domo/baseUrl';
import {
	credentialsFor,
	itemsOf,
	MemoryCredentials,
	nodeTypes,
	runNode,
	TEST_CREDENTIAL_ID,
} from '../support/engine';
import { runs } from '../support/runs';
import { COLUMNS, makeRows, parameters, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const credential = new DomoOAuth2Api();
const field = (name: string) => credential.properties.find((property) => property.name === name);

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
afterAll(() => {
	// Test files of one process share Node's http: the next one's nock must not stand on this one's.
	nock.restore();
});

/** The access-token URL as n8n resolves it when it decrypts the credential. */
async function accessTokenUrl(data: ICredentialDataDecryptedObject): Promise<unknown> {
	const store = new MemoryCredentials({
		[TEST_CREDENTIAL_ID]: { clientId: 'a', clientSecret: 'b', ...data },
	});
	return (
		await store.getDecrypted(
			{} as never,
			{ id: TEST_CREDENTIAL_ID, name: 'Domo' },
			'domoOAuth2Api',
			'internal',
		)
	).accessTokenUrl;
}

/** The base of the test request, as n8n resolves it with $credentials. */
function testBaseUrl(data: ICredentialDataDecryptedObject): unknown {
	const node: INode = {
		id: 'm',
		name: 'm',
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const url = credential.test.request.baseURL as string;
	return workflow.expression.getParameterValue(url, null, 0, 0, 'm', [], 'internal', {
		$credentials: data,
	} as never);
}

const USED = [
	['https://api.domo.com', false, 'https://api.domo.com'],
	['https://api.domo.com/', false, 'https://api.domo.com'],
	['  https://api.domo.com//  ', false, 'https://api.domo.com'],
	['HTTPS://API.DOMO.COM', false, 'HTTPS://API.DOMO.COM'],
	['https://proxy.example:8443/domo/', false, 'https://proxy.example:8443/domo'],
	['http://localhost:3000', false, 'http://localhost:3000'],
	['http://127.0.0.1:3000/', false, 'http://127.0.0.1:3000'],
	['http://[::1]:3000', false, 'http://[::1]:3000'],
	['http://domo.internal', true, 'http://domo.internal'],
] as const;
const REFUSED = [
	['', false],
	['http://domo.internal', false],
	['http://127.0.0.1.evil.example', false],
	['http://localhost.evil.example', false],
	['http://localhost@evil.example', false],
	['http://localhost:3000@evil.example', true],
	['https://user:pass@api.domo.com', false],
	['https://api.domo.com?x=', false],
	['https://api.domo.com#', true],
	['https://api.domo.com\\@evil.example', true],
	['ftp://api.domo.com', true],
	['api.domo.com', true],
	['javascript:alert(1)', true],
	['https://', true],
	['https://a b', true],
	['https://api.domo.com\nhttp://evil.example', true],
] as const;

describe('the base URL', () => {
	it.each(USED)('%j (Allow HTTP: %j) is used as %j', async (baseUrl, allowHttp, used) => {
		expect(usableBaseUrl(baseUrl, allowHttp)).toBe(used);
		expect(await accessTokenUrl({ baseUrl, allowHttp })).toBe(`${used}/oauth/token`);
		expect(testBaseUrl({ baseUrl, allowHttp })).toBe(used);
	});

	it.each(REFUSED)('%j (Allow HTTP: %j) is refused', async (baseUrl, allowHttp) => {
		expect(usableBaseUrl(baseUrl, allowHttp)).toBeUndefined();
		expect(await accessTokenUrl({ baseUrl, allowHttp })).toBe('');
		expect(testBaseUrl({ baseUrl, allowHttp })).toBe('');
	});

	const piece = fc.constantFrom(
		'http',
		'https',
		'HTTP',
		'://',
		':',
		'/',
		'//',
		'\\',
		'@',
		'?',
		'#',
		'.',
		' ',
		'\t',
		'\n',
		'%2f',
		'localhost',
		'127.0.0.1',
		'127.1',
		'[::1]',
		'0x7f.1',
		'api.domo.com',
		'evil.example',
		':80',
		'ſ',
		'｡',
		'\u0000',
		'"',
		"'",
		'}}',
		'${1}',
	);
	const address = fc.oneof(
		fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('')),
		fc
			.tuple(fc.constantFrom('http://', 'https://'), fc.array(piece, { maxLength: 5 }))
			.map(([scheme, pieces]) => scheme + pieces.join('')),
		fc.webUrl({ withFragments: true, withQueryParameters: true }),
		fc.string(),
	);

	it('is judged alike by the node and by the expressions n8n resolves', async () => {
		await fc.assert(
			fc.asyncProperty(address, fc.boolean(), async (baseUrl, allowHttp) => {
				const usable = usableBaseUrl(baseUrl, allowHttp);
				// n8n resolves a field that begins with '=' as an expression of its own.
				fc.pre(!baseUrl.startsWith('='));
				expect(await accessTokenUrl({ baseUrl, allowHttp })).toBe(
					usable === undefined ? '' : `${usable}/oauth/token`,
				);
				expect(testBaseUrl({ baseUrl, allowHttp })).toBe(usable ?? '');
			}),
			{ numRuns: 300 },
		);
	});

	it('never leads an http request away from this machine without Allow HTTP, nor hides another host', () => {
		fc.assert(
			fc.property(address, fc.boolean(), (baseUrl, allowHttp) => {
				const usable = usableBaseUrl(baseUrl, allowHttp);
				if (usable === undefined) return;
				let url: URL;
				try {
					url = new URL(`${usable}/oauth/token`);
				} catch {
					return;
				}
				expect(['http:', 'https:']).toContain(url.protocol);
				expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', '']);
				if (url.protocol === 'http:' && !allowHttp)
					expect(url.hostname).toMatch(/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/);
			}),
			{ numRuns: runs(1_000, 5_000) },
		);
	});
});

describe('the fields', () => {
	it('a user sees are these, and no others', () => {
		expect(credential.properties.filter(({ type }) => type !== 'hidden').map(({ name }) => name)).toEqual([
			'clientId',
			'clientSecret',
			'baseUrl',
			'allowHttp',
			'instanceName',
			'scope',
		]);
		expect(field('baseUrl')?.default).toBe('https://api.domo.com');
		expect(field('allowHttp')?.default).toBe(false);
		expect(field('clientSecret')?.typeOptions?.password).toBe(true);
	});

	it('ask for the scope data, or data and user as well', () => {
		const { type, default: scope, options } = field('scope')!;
		expect([type, scope]).toEqual(['options', 'data']);
		expect(options).toMatchObject([{ value: 'data' }, { value: 'data user' }]);
	});

	it('that are hidden make it client credentials', () => {
		expect(credential.extends).toEqual(['oAuth2Api']);
		expect(['grantType', 'authentication'].map((name) => [field(name)?.type, field(name)?.default])).toEqual([
			['hidden', 'clientCredentials'],
			['hidden', 'header'],
		]);
	});
});

it('a trailing slash does no harm to an upload', async () => {
	const { streamId } = await sandbox.createStream({ name: 'slash', columns: COLUMNS });
	const credentials = credentialsFor({ ...sandbox, url: `${sandbox.url}/` });
	const { summary } = await upload(sandbox, { streamId, items: itemsOf(makeRows(2)), credentials });
	expect(summary.rows).toBe(2);
});

it('the test request is one that a sound credential gets answered', async () => {
	const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
	const { url, qs } = credential.test.request;
	const base = String(testBaseUrl({ baseUrl: `${sandbox.url}/` }));
	const tokenUrl = String(await accessTokenUrl({ baseUrl: `${sandbox.url}/` }));
	const { access_token: token } = (await (
		await fetch(`${tokenUrl}?grant_type=client_credentials&scope=data`, {
			method: 'POST',
			headers: { authorization: `Basic ${basic}` },
		})
	).json()) as { access_token: string };
	const query = new URLSearchParams(qs as Record<string, string>).toString();
	const answer = await fetch(`${base}${url}?${query}`, {
		headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
	});
	expect(answer.status).toBe(200);
	expect(Array.isArray(await answer.json())).toBe(true);
});

it('the test says which scope is missing', async () => {
	const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
	const { access_token: token } = (await (
		await fetch(`${sandbox.url}/oauth/token?grant_type=client_credentials&scope=user`, {
			headers: { authorization: `Basic ${basic}` },
		})
	).json()) as { access_token: string };
	const statusWith = async (authorization: string) =>
		(await fetch(`${sandbox.url}${credential.test.request.url}?limit=1`, { headers: { authorization } }))
			.status;
	// n8n shows the message of the rule whose value is the answer's status.
	const messageOf = (status: number) =>
		credential.test.rules?.find(
			({ type, properties }) => type === 'responseCode' && properties.value === status,
		)?.properties.message;
	expect(messageOf(await statusWith(`Bearer ${token}`))).toMatch(
		/scope 'data'.*grant 'Manage DataSet' is missing/,
	);
	expect(messageOf(await statusWith('Bearer dead'))).toMatch(/'Client ID' and 'Client Secret'/);
	expect(messageOf(404)).toMatch(/'Base URL'/);
});

describe('http to another machine', () => {
	afterEach(() => {
		nock.cleanAll();
		nock.enableNetConnect();
	});

	it.each([['http://domo.example'], ['http://127.0.0.1.evil.example'], ['https://me@evil.example'], ['']])(
		'%j is refused, and neither secret nor rows leave',
		async (url) => {
			nock.disableNetConnect();
			const seen: string[] = [];
			const onRequest = (request: { method: string; host?: string }) =>
				seen.push(`${request.method} ${String(request.host)}`);
			nock.emitter.on('no match', onRequest);
			try {
				const { error } = await runNode(
					'domoStream',
					parameters(1),
					credentialsFor({ url, clientId: 'a', clientSecret: 'b' }),
					itemsOf(makeRows(1)),
				);
				expect(error?.message).toMatch(/credential's 'Base URL' .*can't be used/);
				expect(error?.description).toMatch(/'Allow HTTP'/);
				expect(seen).toEqual([]);
			} finally {
				nock.emitter.off('no match', onRequest);
			}
		},
	);

	it.each([
		['https://admin:pass-word@api.domo.com', 'https://…@api.domo.com'],
		['http://admin:pass-word@domo.example/path', 'http://…@domo.example/path'],
		['  HTTPS://admin:p@ss/w#o?r@d@api.domo.com', 'HTTPS://…@api.domo.com'],
		['https://admin:pass\nword@api.domo.com', 'https://…@api.domo.com'],
		['admin:pass-word@api.domo.com', '…@api.domo.com'],
		['admin://pass-word@api.domo.com', '…@api.domo.com'],
		['https:/admin:pass-word@api.domo.com', '…@api.domo.com'],
		['ftp.domo.com', 'ftp.domo.com'],
	])('%j is shown without user name and password', async (url, shown) => {
		const result = await runNode(
			'domoStream',
			parameters(1),
			credentialsFor({ url, clientId: 'a', clientSecret: 'b' }),
			itemsOf(makeRows(1)),
		);
		expect(result.error?.message).toBe(`The credential's 'Base URL' (${shown}) can't be used`);
		expect(
			JSON.stringify([
				result.run,
				result.error,
				result.error?.message,
				(result.error as Error | undefined)?.stack,
			]),
		).not.toMatch(/admin|pass|ss\/w/);
	});

	it('is done with Allow HTTP', async () => {
		nock.disableNetConnect();
		const token = nock('http://domo.example').post('/oauth/token').reply(401, { error: 'invalid_client' });
		const { error } = await runNode(
			'domoStream',
			parameters(1),
			credentialsFor({ url: 'http://domo.example', clientId: 'a', clientSecret: 'b' }, { allowHttp: true }),
			itemsOf(makeRows(1)),
		);
		expect(token.isDone()).toBe(true);
		expect(error?.message).toMatch(/Domo gave no access token/);
	});
});
