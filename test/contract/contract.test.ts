/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** `npm run contract` against servers that do as the documents say, that do otherwise, and that make no sense. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CHECKS } from '../../contract/checks';
import { CannotRun, runContract } from '../../contract/contract';
import { readOptions } from '../../contract/options';
import { count, markdownOf } from '../../contract/report';
import { Secrets } from '../../contract/secrets';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { DEFAULT_SETTINGS } from '../../sandbox/options';
import { VARIANTS } from '../../sandbox/variants';
import { useSandbox, withSandbox } from '../support/useSandbox';

const CLIENT_ID = 'marked-client-id-7f3a';
const CLIENT_SECRET = 'marked/secret+"\\ß=7f3a';
const sandbox = useSandbox({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, indexingMs: 5 });

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'contract-'));
	const { port, tls, tlsPort, clientId, clientSecret, ...usual } = DEFAULT_SETTINGS;
	void [port, tls, tlsPort, clientId, clientSecret];
	Object.assign(sandbox.settings, usual, { indexingMs: 5 });
	sandbox.faults.clear();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = async (args: string[] = [], url = sandbox.url, stop = new AbortController().signal) => {
	const environment = { DOMO_BASE_URL: url, DOMO_CLIENT_ID: CLIENT_ID, DOMO_CLIENT_SECRET: CLIENT_SECRET };
	const options = readOptions(['--ledger', join(folder, 'created'), ...args], environment);
	const lines: string[] = [];
	const secrets = new Secrets();
	const onResult = (result: object) => lines.push(JSON.stringify(result));
	const result = await runContract(options, { stop, secrets, onResult });
	return { ...result, lines };
};
const outcomes = (report: Awaited<ReturnType<typeof run>>['report']) =>
	Object.fromEntries(report.checks.map(({ name, outcome }) => [name, outcome]));

describe('the checks', () => {
	it('have names of their own, in groups', () => {
		const names = CHECKS.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		expect(names.filter((name) => !/^[a-zA-Z]+(\.[\w-]+)+$/.test(name))).toEqual([]);
		expect(names).toEqual(
			expect.arrayContaining(['streams.commit.answers-200-before-indexed', 'values.datetime.space-accepted']),
		);
	});
});

describe('against a server that does as the documents say', () => {
	it('confirms, shows no secret anywhere, and leaves nothing behind', async () => {
		const recording = join(folder, 'recording');
		const { report, checks, lines, left } = await run(['--record', recording]);
		expect(count(report, 'contradicted')).toBe(0);
		expect(count(report, 'confirmed')).toBeGreaterThan(240);
		expect(report.checks.filter(({ seen = '' }) => /can't read/.test(seen))).toEqual([]);
		expect(report).toEqual({
			target: sandbox.url,
			startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
			checks: expect.any(Array),
		});
		expect(left).toEqual([]);
		expect(sandbox.dataSetNames()).toEqual([]);
		expect(existsSync(join(folder, 'created'))).toBe(false);

		const files = readdirSync(recording).map((name) => readFileSync(join(recording, name), 'utf8'));
		expect(files.length).toBeGreaterThan(500);
		const written = [JSON.stringify(report), markdownOf(report, checks), ...lines, ...files].join('\n');
		for (const secret of [
			CLIENT_ID,
			CLIENT_SECRET,
			JSON.stringify(CLIENT_SECRET).slice(1, -1),
			'7f3a',
			'eyJ',
		]) {
			expect(written.includes(secret)).toBe(false);
			expect(written.includes(Buffer.from(secret).toString('base64').replace(/=+$/, ''))).toBe(false);
		}
		// Of others, a recording has neither names nor IDs.
		expect(files.join('')).not.toMatch(
			/DomoSupport|domo\.support|sandbox\.domo\.com|Hopper|grace@|Sales West/,
		);
	});

	it('sends one request at a time, but where a check is about that', async () => {
		let inFlight = 0;
		let most = 0;
		const proxy = createServer((request, response) => {
			most = Math.max(most, ++inFlight);
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const headers = Object.fromEntries(
					['authorization', 'content-type', 'content-encoding', 'accept'].flatMap((name) =>
						request.headers[name] ? [[name, String(request.headers[name])]] : [],
					),
				);
				const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
				const body = hasBody ? (Buffer.concat(chunks) as never) : undefined;
				void fetch(sandbox.url + String(request.url), { method: request.method, headers, body }).then(
					async (answer) => {
						const text = Buffer.from(await answer.arrayBuffer());
						inFlight--;
						response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
						response.end(text);
					},
				);
			});
		});
		await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
		try {
			const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
			await run(['--only', 'dataSets', '--only', 'streams'], url);
			expect(most).toBe(1);
			await run(['--only', 'parts.at-once'], url);
			expect(most).toBeLessThanOrEqual(4);
		} finally {
			proxy.closeAllConnections();
			await new Promise((resolve) => proxy.close(resolve));
		}
	});

	it('waits as a 429 says, and for indexing that takes its time', async () => {
		Object.assign(sandbox.settings, { indexingMs: 400 });
		sandbox.faults.add({ operation: 'createStream', status: 429, retryAfterSeconds: 1, times: 2 });
		const { report } = await run([
			'--only',
			'streams',
			'--only',
			'executions.create',
			'--only',
			'limits.429',
		]);
		expect(count(report, 'contradicted')).toBe(0);
		expect(report.checks.find(({ name }) => name === 'limits.429.retry-after')?.seen).toMatch(
			/^2 in \d+ requests; Retry-After in seconds$/,
		);
	});
});

/** What a variant must turn: a check that is then contradicted, or one that sees something else. */
const SEEN: Record<string, Array<[name: string, seen: RegExp | 'contradicted']>> = {
	'datetime-strict': [
		['values.datetime.space-accepted', 'contradicted'],
		['parts.datetime.space-accepted', 'contradicted'],
	],
	'datetime-any-form': [['values.datetime.fraction', /^exported/]],
	'datetime-written-with-space': [['export.numbers-and-dates', /2024-02-29 23:59:58/]],
	'part-ids-from-1': [['parts.ids.from-0-accepted', 'contradicted']],
	'part-ids-from-0': [['parts.plain', /non-consecutive/]],
	'part-gaps-land': [['parts.ids.one-gap', /^SUCCESS/]],
	'gzip-by-encoding': [['parts.gzip.application-gzip', 'contradicted']],
	'gzip-by-type': [['parts.gzip.content-encoding', 'contradicted']],
	'gzip-members': [['parts.gzip.several-members', /1\|one, 2\|two/]],
	'gzip-import': [['dataSets.import.gzip', /1\|zipped/]],
	'header-left-out': [
		['parts.header-record', /rows x\|y$/],
		['dataSets.import.header', /^1 rows/],
	],
	'backslash-n-is-text': [['values.null.backslash-n', /^no/]],
	'null-written-as-backslash-n': [['export.null', /^2,\\N/]],
	'empty-commit-refused': [['executions.commit.no-parts-under-replace', /no parts.*2 are left/]],
	'judged-at-commit': [['parts.judged-when', /^after the commit/]],
	'too-soon-400': [['executions.commit.too-soon', /^HTTP 400/]],
	'too-soon-403': [['executions.commit.too-soon', /^HTTP 403/]],
	'too-soon-409': [['executions.commit.too-soon', /^HTTP 409/]],
	'too-soon-429': [['executions.commit.too-soon', /^HTTP 429/]],
	'execution-method-ignored': [['executions.create.replace-on-append-stream', /^not obeyed/]],
	'execution-method-unreported': [['executions.create.update-method-echoed', /not shown/]],
	'states-queued': [['executions.commit.states', /QUEUED.*SUCCESS/]],
	'states-indexing': [['executions.commit.states', /INDEXING.*SUCCESS/]],
	'abort-of-ended-200': [['executions.abort.after-success', /^HTTP 200/]],
	'executions-newest-first': [['executions.list.order', /newest first/]],
	'limits-cut': [['dataSets.list.limit-0', /^HTTP 200/]],
	'created-200': [['streams.create.200-or-201', /^HTTP 200/]],
	'upserts-by-UPSERT': [['upsert.create.append-with-keys', 'contradicted']],
	'upserts-disabled': [['upsert.create.update-method-upsert', /not enabled/]],
	'deleted-404': [['dataSets.delete.then-get', /^HTTP 404/]],
	'dead-token-401': [['auth.dead-token.csv-401-or-406', /^HTTP 401/]],
	'query-integers-as-text': [['query.big-integer', /^"9223372036854775807"$/]],
	'no-data-current-at': [['dataSets.get.dataCurrentAt', /^no$/]],
};

describe('against a server that does otherwise', () => {
	const variants = VARIANTS.filter(({ name }) => SEEN[name]);
	it.each(variants.map(({ name, options }) => [name, options] as const))(
		'sees %s',
		async (name, options: SandboxOptions) => {
			Object.assign(sandbox.settings, options);
			const checks = SEEN[name];
			const { report } = await run(checks.flatMap(([check]) => ['--only', check]));
			for (const [check, wanted] of checks) {
				const result = report.checks.find((one) => one.name === check);
				if (wanted === 'contradicted') expect(result?.outcome).toBe(wanted);
				else
					expect(result).toMatchObject({
						outcome: expect.not.stringMatching('contradicted'),
						seen: expect.stringMatching(wanted),
					});
			}
			expect(sandbox.dataSetNames()).toEqual([]);
		},
	);

	it('contradicts what is stated: a commit answered 202, a DELETE 200', async () => {
		sandbox.faults.add(
			{
				operation: 'commit',
				afterEffect: true,
				status: 202,
				body: { currentState: 'ACTIVE' },
				times: 'always',
			},
			{ operation: 'deleteDataSet', afterEffect: true, status: 200, body: {}, times: 'always' },
		);
		const { report } = await run(['--only', 'streams.commit', '--only', 'dataSets.delete.204']);
		expect(outcomes(report)).toEqual({
			'dataSets.delete.204': 'contradicted',
			'streams.commit.answers-200-before-indexed': 'contradicted',
		});
	});
});

describe.each(['users', 'groups'] as const)('against a server that does not page %s', (what) => {
	const operation = what === 'users' ? 'listUsers' : 'listGroups';
	const all = Array.from({ length: 501 }, (_, id) => ({ id, name: `x ${id}`, email: 'x', role: 'x' }));

	it('contradicts limit and offset', async () => {
		sandbox.faults.add({ operation, status: 200, body: all, times: 'always' });
		const { report } = await run(['--only', `${what}.list`]);
		expect(outcomes(report)).toMatchObject({
			[`${what}.list.fields`]: 'confirmed',
			[`${what}.list.default-limit-50`]: 'contradicted',
			[`${what}.list.limit-at-most-500`]: 'contradicted',
			[`${what}.list.limit-obeyed`]: 'contradicted',
			[`${what}.list.offset`]: 'contradicted',
			[`${what}.list.end`]: 'contradicted',
		});
	});

	it('contradicts a limit that is refused, and confirms all of one that pages', async () => {
		sandbox[what] = all;
		const { report } = await run(['--only', `${what}.list`]);
		expect(count(report, 'contradicted')).toBe(0);
		expect(count(report, 'notObservable')).toBe(0);
		sandbox.faults.add({ operation, status: 400, times: 'always' });
		const refusing = await run(['--only', `${what}.list.limit-500`]);
		expect(outcomes(refusing.report)).toEqual({ [`${what}.list.limit-500`]: 'contradicted' });
	});
});

it('contradicts a list of users that needs no scope', async () => {
	sandbox.faults.add({ operation: 'listUsers', status: 200, body: [], times: 'always' });
	const { report } = await run(['--only', 'users.list.scope']);
	expect(outcomes(report)).toEqual({ 'users.list.scope': 'contradicted' });
});

describe('against a server that makes no sense', () => {
	const TOKEN = JSON.stringify({ access_token: 'opaque-token-of-a-server', token_type: 'bearer' });
	const answers: Array<[string, number, string]> = [
		['null', 200, 'null'],
		['text', 200, '"yes"'],
		['an empty list', 200, '[]'],
		['a list of nulls', 200, '[null, null]'],
		[
			'an object',
			201,
			'{"id":{},"dataSet":7,"schema":[],"rows":{},"filters":{},"metadata":1,"currentState":[]}',
		],
		['half of a JSON', 200, '{"id": 1, "dataSet": {"id": "x'],
		['HTML', 200, '<html>maintenance</html>'],
		['nothing', 204, ''],
		['500', 500, ''],
		['408', 408, ''],
		['503', 503, ''],
	];
	it.each(answers)('ends every check: %s', async (_, status, body) => {
		const server = createServer((request, response) => {
			request.resume();
			const isToken = String(request.url).startsWith('/oauth/');
			const isFirst =
				request.url === '/v1/datasets?limit=1' && request.headers.authorization?.includes('opaque');
			if (isToken || isFirst) return response.end(isToken ? TOKEN : '[]');
			return response.writeHead(status, { 'content-type': 'application/json' }).end(body);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		try {
			const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
			// Indexing and rows that never come must not hold up a test: few waits, and a short time for all.
			const { report } = await run(['--max-minutes', '0.01'], url);
			expect(report.checks.map(({ name }) => name)).toEqual(CHECKS.map(({ name }) => name));
			expect(JSON.stringify(report)).not.toContain('opaque-token');
			const unwell = report.checks.filter(({ seen }) => seen?.includes(`HTTP ${status}`));
			if (status < 400) return;
			expect(unwell.filter(({ outcome }) => outcome !== 'notObservable')).toEqual([]);
			expect(unwell.length).toBeGreaterThan(0);
		} finally {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	});

	it.each([429, 500])('reads nothing out of what a DataSet is shown with: %s', async (status) => {
		sandbox.faults.add({ operation: 'getDataSet', status, retryAfterSeconds: 0, times: 'always' });
		const { report } = await run(['--only', 'policies.enable', '--only', 'dataSets.get']);
		const looked = report.checks.filter(({ seen }) => seen?.includes(`HTTP ${status}`));
		expect(looked.map(({ name }) => name)).toContain('policies.enable');
		expect(looked.filter(({ outcome }) => outcome !== 'notObservable')).toEqual([]);
		sandbox.faults.clear();
		expect((await run(['--clean'])).left).toEqual([]);
	});

	it('contradicts nothing where a gateway fails now and then, and tells what it may have left', async () => {
		await withSandbox({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, indexingMs: 5 }, againstFailing);
	}, 60_000);

	it('notes what a server makes of a request it ought to refuse', async () => {
		const dataSet = { id: 'made-of-nonsense', name: 'x' };
		sandbox.faults.add({ operation: 'createDataSet', status: 201, body: dataSet, times: 'always' });
		sandbox.faults.add({ operation: 'getDataSet', status: 403, times: 'always' });
		const { left } = await run(['--only', 'errors.shape.toe', '--only', 'errors.body-not-json']);
		expect(left.map((line) => line.split(':')[0])).toEqual(Array(2).fill('DataSet made-of-nonsense'));
	});

	it('counts a Stream without its ID as lost, notes its DataSet, and asks for no Stream called undefined', async () => {
		const dataSet = { id: 'of-a-lost-stream', name: 'x' };
		sandbox.faults.add({ operation: 'createStream', status: 201, body: { dataSet }, times: 'always' });
		sandbox.faults.add({ operation: 'getDataSet', status: 403, times: 'always' });
		const from = sandbox.log.length;
		const { left, lostCreates } = await run(['--only', 'upsert.create', '--only', 'streams.create']);
		const paths = sandbox.log.slice(from).map(({ path }) => path);
		expect(paths.filter((path) => path.includes('undefined'))).toEqual([]);
		const creates = paths.filter((path) => path === '/v1/streams').length;
		expect(lostCreates).toEqual(Array(creates).fill('/v1/streams'));
		expect(left.filter((line) => line.startsWith('DataSet of-a-lost-stream:'))).toHaveLength(creates);
		sandbox.faults.clear();
		expect((await run(['--clean'])).left).toEqual([]);
	});

	it('shows what a server answers without control characters', async () => {
		const answer = { operation: 'getStream', status: 404, times: 'always' } as const;
		sandbox.faults.add({ ...answer, body: { message: 'a\u0000b\u001b[2Jc\u202ed' } });
		const { report } = await run(['--only', 'streams.get.unknown-is-404']);
		expect(report.checks[0].seen).toBe('HTTP 404 "a\\u0000b\\u001b[2Jc\\u202ed"');
	});

	it('could not run where there is no token, and says nothing of the secret', async () => {
		sandbox.faults.add({ operation: 'token', status: 401, body: { error: CLIENT_SECRET }, times: 'always' });
		const failure: Error = (await run().catch((error: Error) => error)) as Error;
		expect(failure).toBeInstanceOf(CannotRun);
		expect(failure.message).toMatch(/no access token came: HTTP 401/);
	});
});

type Spoilt = { status: number; headers?: Record<string, string>; body?: string | Buffer };

/** Runs against a server behind a gateway that spoils an answer now and then, by default after the server has done what was asked. */
async function behindGateway(
	own: Sandbox,
	groups: string[],
	every: number,
	spoil: (answer: { status: number; type: string; body: Buffer }) => Spoilt,
	hasEffect = true,
) {
	let requests = 0;
	const proxy = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const isToken = String(request.url).startsWith('/oauth/');
			const isSpoilt = !isToken && ++requests > 3 && requests % every === 0;
			if (isSpoilt && !hasEffect) {
				const { status, headers, body } = spoil({ status: 0, type: '', body: Buffer.alloc(0) });
				response.writeHead(status, headers).end(body);
				return;
			}
			const names = ['authorization', 'content-type', 'content-encoding', 'accept'];
			const headers = Object.fromEntries(
				names.flatMap((name) => (request.headers[name] ? [[name, String(request.headers[name])]] : [])),
			);
			const body = request.method === 'GET' ? undefined : (Buffer.concat(chunks) as never);
			void fetch(own.url + String(request.url), { method: request.method, headers, body }).then(
				async (answer) => {
					const bytes = Buffer.from(await answer.arrayBuffer());
					if (isSpoilt) {
						const type = answer.headers.get('content-type') ?? '';
						const spoilt = spoil({ status: answer.status, type, body: bytes });
						return response.writeHead(spoilt.status, spoilt.headers).end(spoilt.body);
					}
					const shown = ['content-type', 'www-authenticate', 'content-disposition'].flatMap((name) =>
						answer.headers.has(name) ? [[name, String(answer.headers.get(name))] as const] : [],
					);
					return response.writeHead(answer.status, Object.fromEntries(shown)).end(bytes);
				},
			);
		});
	});
	await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
	try {
		const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
		return await run(
			groups.flatMap((name) => ['--only', name]),
			url,
		);
	} finally {
		proxy.closeAllConnections();
		await new Promise((resolve) => proxy.close(resolve));
	}
}

async function againstFailing(own: Sandbox): Promise<void> {
	const groups = ['dataSets', 'query', 'streams', 'auth', 'errors'];
	const failing = { status: 502, body: '<html>Domo Maintenance</html>' };
	const { report, left, lostCreates } = await behindGateway(own, groups, 11, () => failing);
	expect(report.checks.filter(({ outcome }) => outcome === 'contradicted')).toEqual([]);
	expect(left).toEqual([]);
	expect(own.dataSetNames().length).toBeGreaterThan(0);
	expect(lostCreates.length).toBeGreaterThanOrEqual(own.dataSetNames().length);
}

describe('an answer now and then that says nothing of Domo', () => {
	const page = { headers: { 'content-type': 'text/html' }, body: '<html>Domo Maintenance</html>' };
	it.each<[string, Parameters<typeof behindGateway>[3]]>([
		['401', () => ({ status: 401 })],
		['403', () => ({ status: 403 })],
		['302', () => ({ status: 302, headers: { location: 'https://elsewhere.example/' } })],
		['a page under 200', () => ({ status: 200, ...page })],
		['a page under 404', () => ({ status: 404, ...page })],
		['a page without a type', () => ({ status: 400, body: '<!DOCTYPE html><html>Maintenance</html>' })],
		[
			'half of the JSON',
			({ status, type, body }) => ({
				status,
				headers: { 'content-type': type },
				body: type.includes('json') ? body.subarray(0, body.length >> 1) : body,
			}),
		],
	])(
		'contradicts nothing: %s',
		async (name, spoil) => {
			await withSandbox({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, indexingMs: 5 }, async (own) => {
				const { report } = await behindGateway(own, GROUPS, 3, spoil, name !== '401');
				expect(report.checks.filter(({ outcome }) => outcome === 'contradicted')).toEqual([]);
				expect(count(report, 'notObservable')).toBeGreaterThan(5);
			});
		},
		60_000,
	);
	const GROUPS = ['auth', 'dataSets.list', 'dataSets.delete', 'streams', 'errors', 'parts', 'values.date'];

	it.each([401, 403])(
		'to a commit, an import or a part contradicts nothing: %s',
		async (status) => {
			for (const operation of ['commit', 'import', 'part'] as const) {
				sandbox.faults.clear();
				sandbox.faults.add({ operation, status, times: 'always' });
				const { report } = await run(['--only', 'parts', '--only', 'errors.', '--only', 'values.long']);
				expect(report.checks.filter(({ outcome }) => outcome === 'contradicted')).toEqual([]);
			}
		},
		60_000,
	);
});

it.each(["You have exceeded your plan's push limit", 'Only one push an hour: update limit reached'])(
	'answers no question by a limit of the plan: %s',
	async (message) => {
		for (const operation of ['import', 'part'] as const) {
			const body = { status: 400, statusReason: 'Bad Request', message };
			sandbox.faults.add({ operation, status: 400, body, times: 'always' });
		}
		const { report } = await run(['--only', 'parts', '--only', 'values.long', '--only', 'values.null']);
		const sent = report.checks.filter(({ seen }) => seen !== undefined);
		expect(sent.length).toBeGreaterThan(20);
		for (const { name, outcome, seen } of sent)
			expect([name, outcome, seen]).toEqual([
				name,
				'notObservable',
				expect.stringContaining('a limit of the plan: HTTP 400'),
			]);
	},
);

it('says which fields came in the place of a list', async () => {
	for (const operation of ['listStreams', 'listDataSets'] as const)
		sandbox.faults.add({
			operation,
			after: operation === 'listDataSets' ? 1 : 0,
			status: 200,
			body: { data: [] },
			times: 'always',
		});
	const { report } = await run(['--only', 'streams.list.array', '--only', 'dataSets.list.array']);
	expect(report.checks.map(({ outcome, seen }) => [outcome, seen])).toEqual(
		Array(2).fill(['contradicted', 'HTTP 200, fields data']),
	);
});

describe('secrets', () => {
	const secrets = new Secrets();
	secrets.add('marked-secret');

	it.each([
		['marked-secret', '[hidden]'],
		['the end is marked-sec…', 'the end is [hidden]…'],
		['x=mark…', 'x=[hidden]…'],
		['a summa…', 'a summa…'],
	])('%j is shown as %j', (text, shown) => {
		expect(secrets.hide(text)).toBe(shown);
	});
});

describe('what is asked for', () => {
	it('is not to clean up at a sandbox, which leaves nothing, while noted IDs are elsewhere', () => {
		expect(() => readOptions(['--clean'], {})).toThrow(/DOMO_CLIENT_ID/);
	});

	it.each([
		[{ DOMO_BASE_URL: 'https://x.example' }, /DOMO_CLIENT_ID and DOMO_CLIENT_SECRET/],
		[{ DOMO_CLIENT_ID: 'a' }, /DOMO_CLIENT_ID and DOMO_CLIENT_SECRET/],
		[
			{ DOMO_BASE_URL: 'https://u:p@x.example', DOMO_CLIENT_ID: 'a', DOMO_CLIENT_SECRET: 'b' },
			/without user name/,
		],
		[{ DOMO_BASE_URL: 'ftp://x', DOMO_CLIENT_ID: 'a', DOMO_CLIENT_SECRET: 'b' }, /http or https/],
	])('%j is refused', (environment, message) => {
		expect(() => readOptions([], environment)).toThrow(message);
	});

	it('is the sandbox without, and Domo with, credentials alone', () => {
		expect(readOptions([], {}).target).toBeUndefined();
		expect(readOptions([], { DOMO_CLIENT_ID: 'a', DOMO_CLIENT_SECRET: 'b' }).target?.baseUrl).toBe(
			'https://api.domo.com',
		);
	});
});

describe('a run that is stopped', () => {
	it('tries no more and deletes what it has made', async () => {
		const stop = new AbortController();
		const running = run([], sandbox.url, stop.signal);
		while (sandbox.dataSetNames().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
		stop.abort();
		const { report, left } = await running;
		expect(left).toEqual([]);
		expect(sandbox.dataSetNames()).toEqual([]);
		expect(report.checks.filter(({ seen }) => seen === 'the run was stopped').length).toBeGreaterThan(100);
		expect(count(report, 'contradicted')).toBe(0);
	});

	it('that could delete nothing is cleaned up later, by the IDs it noted, and nothing else is touched', async () => {
		const other = await sandbox.createDataSet({
			name: 'contract of someone else',
			columns: [{ name: 'a', type: 'STRING' }],
		});
		sandbox.faults.add({ operation: 'deleteDataSet', status: 503, times: 'always' });
		const { left } = await run(['--only', 'dataSets.import.append', '--only', 'parts.plain']);
		expect(left.length).toBeGreaterThan(0);
		expect(sandbox.dataSetNames().length).toBeGreaterThan(1);
		sandbox.faults.clear();
		const cleaned = await run(['--clean']);
		expect([cleaned.left, cleaned.report.checks]).toEqual([[], []]);
		expect(sandbox.dataSetNames()).toEqual([sandbox.dataSet(other).name]);
		expect(existsSync(join(folder, 'created'))).toBe(false);
	});
});
