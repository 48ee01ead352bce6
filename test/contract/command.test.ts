/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
/** The command itself, in a process of its own: exit codes, files, Ctrl-C. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { until } from '../support/until';
import { useSandbox, withSandbox } from '../support/useSandbox';

const ROOT = join(__dirname, '../..');
const MARKED = 'marked-secret-1d9b';
/** Where the command finds the client secret. */
const VARIABLE = 'DOMO_CLIENT_SECRET';
const sandbox = useSandbox({ clientSecret: MARKED, indexingMs: 5 });

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'contract-'));
	sandbox.faults.clear();
});
afterEach(() => {
	child?.kill('SIGKILL');
	rmSync(folder, { recursive: true, force: true });
});

function start(
	args: string[],
	more: Record<string, string> = {},
): { output: () => string; ended: Promise<number>; stdout: Readable } {
	const program = ['-r', join(ROOT, 'test/support/typescript.js'), join(ROOT, 'contract/run.ts')];
	const started = spawn(process.execPath, [...program, '--ledger', join(folder, 'created'), ...args], {
		cwd: folder,
		env: {
			...process.env,
			DOMO_BASE_URL: sandbox.url,
			DOMO_CLIENT_ID: sandbox.clientId,
			[VARIABLE]: MARKED,
			...more,
		},
	});
	child = started;
	let output = '';
	for (const stream of [started.stdout, started.stderr])
		stream.on('data', (chunk: Buffer) => (output += String(chunk)));
	return {
		output: () => output,
		stdout: started.stdout,
		ended: once(started, 'close').then(([code]) => code as number),
	};
}

it('writes the outcomes as JSON and a page, prints them, and ends with 0', async () => {
	const { output, ended } = start(['--only', 'auth', '--json', 'out.json', '--markdown', 'out.md']);
	expect([await ended, output()]).toEqual([0, expect.stringContaining('confirmed       auth.token.is-jwt')]);
	const report = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'));
	expect(Object.keys(report)).toEqual(['target', 'startedAt', 'checks']);
	for (const check of report.checks) {
		expect(Object.keys(check).filter((key) => key !== 'seen')).toEqual(['name', 'fact', 'outcome']);
		expect(['confirmed', 'contradicted', 'notObservable', 'notTried']).toContain(check.outcome);
	}
	const page = readFileSync(join(folder, 'out.md'), 'utf8');
	expect(page).toContain(`Target: \`${sandbox.url}\``);
	expect([output(), page, JSON.stringify(report)].join('')).not.toContain(MARKED);
});

it('cleans up where nobody takes its lines any more', async () => {
	const { ended, stdout } = start(['--only', 'streams', '--only', 'executions']);
	stdout.once('data', () => stdout.destroy());
	expect(await ended).toBe(2);
	expect(sandbox.dataSetNames().filter((name) => name.startsWith('contract '))).toEqual([]);
	expect(existsSync(join(folder, 'created'))).toBe(false);
}, 60_000);

it('does not record into the recording of another run', async () => {
	const recorded = join(folder, 'recorded');
	mkdirSync(recorded);
	writeFileSync(join(recorded, '0001-GET.json'), '{}');
	const { output, ended } = start(['--only', 'auth', '--record', recorded]);
	expect([await ended, output()]).toEqual([2, expect.stringMatching(/has a recording already.*--record/)]);
});

it('says that a recording is not complete, and goes on', async () => {
	const recorded = join(folder, 'recorded');
	mkdirSync(join(recorded, '0002-GET.json'), { recursive: true });
	const { output, ended } = start(['--only', 'streams.list.array', '--record', recorded, '--json', '-']);
	expect(await ended).toBe(0);
	expect(output()).toMatch(/The recording is not complete: EISDIR/);
	const json = output().slice(output().indexOf('\n{'), output().lastIndexOf('}') + 1);
	expect(JSON.parse(json).checks).toMatchObject([{ name: 'streams.list.array', outcome: 'confirmed' }]);
});

const DELETED_WITH_200 = { operation: 'deleteDataSet', afterEffect: true, status: 200, body: {} } as const;

it('takes an answer that comes once for no word on Domo', async () => {
	sandbox.faults.add(DELETED_WITH_200);
	const { output, ended } = start(['--only', 'dataSets.delete.204']);
	expect([await ended, output()]).toEqual([
		0,
		expect.stringMatching(/not observable +dataSets\.delete\.204: once: HTTP 200.*; then: HTTP 204/),
	]);
});

it('ends with 1 where a check is contradicted', async () => {
	sandbox.faults.add({ ...DELETED_WITH_200, times: 'always' });
	const { output, ended } = start(['--only', 'dataSets.delete.204']);
	expect([await ended, output()]).toEqual([
		1,
		expect.stringContaining('CONTRADICTED    dataSets.delete.204: HTTP 200'),
	]);
});

it.each([
	['a wrong secret', { [VARIABLE]: 'wrong-secret-8812' }, /no access token came: HTTP 401/],
	['no server', { DOMO_BASE_URL: 'http://127.0.0.1:1' }, /could not run/],
	['half of a credential', { [VARIABLE]: '' }, /DOMO_CLIENT_ID and DOMO_CLIENT_SECRET/],
])('ends with 2 for %s', async (_, environment, message) => {
	const { output, ended } = start(['--only', 'auth'], environment);
	expect([await ended, output()]).toEqual([2, expect.stringMatching(message)]);
	expect(output()).not.toMatch(/wrong-secret-8812|marked-secret/);
});

it('hides secrets that are everyday words, and changes no name, fact or field of the report for it', async () => {
	await withSandbox({ clientId: 'client', clientSecret: 'secret' }, async ({ url }) => {
		const environment = { DOMO_BASE_URL: url, DOMO_CLIENT_ID: 'client', [VARIABLE]: 'secret' };
		const files = ['--json', 'out.json', '--markdown', 'out.md'];
		const { output, ended } = start(['--only', 'auth.secret', ...files], environment);
		expect(await ended).toBe(0);
		const { checks } = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'));
		expect(checks).toEqual([
			expect.objectContaining({
				name: 'auth.secret.wrong-is-refused',
				fact: 'A wrong client secret gets no token',
				outcome: 'confirmed',
			}),
		]);
		expect(readFileSync(join(folder, 'out.md'), 'utf8')).toContain('`auth.secret.wrong-is-refused`');
		expect(output()).toContain('auth.secret.wrong-is-refused');
	});
});

it('asks for nothing where its report could not be written', async () => {
	const { output, ended } = start(['--only', 'auth', '--json', join(folder, 'no/such/folder.json')]);
	expect([await ended, output()]).toEqual([2, expect.stringMatching(/could not run: ENOENT/)]);
	expect(output()).not.toContain('Target:');
});

it.each([
	[
		'its IDs could not be noted',
		['--ledger', 'no/such/folder/created'],
		/can't be noted \(--ledger\): ENOENT/,
	],
	['no check is meant', ['--only', 'nosuch'], /could not run: no check begins with 'nosuch'/],
	['its requests could not be recorded', ['--record', '/proc/nothing/here'], /could not run: .*ENOENT/],
])('makes nothing where %s, and ends with 2', async (_, args, message) => {
	const { output, ended } = start(args);
	expect([await ended, output()]).toEqual([2, expect.stringMatching(message)]);
	expect(sandbox.dataSetNames()).toEqual([]);
});

it.each([
	['Ctrl-C', 'SIGINT'],
	['the end of its terminal', 'SIGHUP'],
] as const)('after %s deletes what it has made, writes its report, and ends with 2', async (_, signal) => {
	const { output, ended } = start(['--json', 'out.json']);
	await until(() => sandbox.dataSetNames().length > 3, 60_000);
	expect(existsSync(join(folder, 'created'))).toBe(true);
	child?.kill(signal);
	expect([await ended, output()]).toEqual([2, expect.stringContaining('Stopping')]);
	expect(sandbox.dataSetNames()).toEqual([]);
	expect(existsSync(join(folder, 'created'))).toBe(false);
	expect(readFileSync(join(folder, 'out.json'), 'utf8')).toContain('the run was stopped');
});

it('killed at once, leaves IDs behind by which --clean deletes', async () => {
	start([]);
	await until(() => sandbox.dataSetNames().length > 3, 60_000);
	child?.kill('SIGKILL');
	await until(() => existsSync(join(folder, 'created')), 60_000);
	const { output, ended } = start(['--clean']);
	expect([await ended, output()]).toEqual([
		0,
		expect.stringContaining('Nothing that was noted is left behind.'),
	]);
	// What was under way when it was killed may be one more, whose ID never came.
	expect(sandbox.dataSetNames().length).toBeLessThan(3);
});

it('ends with 2 where --clean leaves something, and says what', async () => {
	start([]);
	await until(() => sandbox.dataSetNames().length > 3, 60_000);
	child?.kill('SIGKILL');
	await until(() => existsSync(join(folder, 'created')), 60_000);
	sandbox.faults.add({ operation: 'deleteDataSet', status: 403, times: 'always' });
	const { output, ended } = start(['--clean']);
	expect([await ended, output()]).toEqual([2, expect.stringMatching(/Left behind, .*: DataSet .*HTTP 403/)]);
	sandbox.faults.clear();
	expect(await start(['--clean']).ended).toBe(0);
});
