/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What `npm run contract` deletes: what it has made, nothing else, and until it is seen to be gone. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runContract } from '../../contract/contract';
import { clientOf, Ledger } from '../../contract/ledger';
import { readOptions } from '../../contract/options';
import { Secrets } from '../../contract/secrets';
import { useSandbox } from '../support/useSandbox';

const sandbox = useSandbox({ indexingMs: 5 });
const COLUMNS = [{ name: 'a', type: 'STRING' as const }];
const MARK = 'contract 20260102T0304-0a1b2c';

let folder: string;
let file: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'contract-'));
	file = join(folder, 'created');
	sandbox.faults.clear();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = async (...args: string[]) => {
	const options = readOptions(['--ledger', file, ...args], {
		DOMO_BASE_URL: sandbox.url,
		DOMO_CLIENT_ID: sandbox.clientId,
		DOMO_CLIENT_SECRET: sandbox.clientSecret,
	});
	const hooks = { stop: new AbortController().signal, secrets: new Secrets(), onResult: () => undefined };
	return await runContract(options, hooks);
};
const clean = async () => await run('--clean');
const maker = (more: object = {}) => ({
	target: sandbox.url,
	client: clientOf(sandbox.clientId),
	mark: MARK,
	...more,
});
const noted = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);

/** A Stream of the given name, its IDs noted as if a run had made it. */
async function stream(name: string, of: object = {}) {
	const { streamId, dataSetId } = await sandbox.createStream({ name, columns: COLUMNS });
	const ledger = new Ledger(maker(of), file);
	ledger.note({ kind: 'dataSet', id: dataSetId });
	ledger.note({ kind: 'stream', id: String(streamId) });
	return { streamId, dataSetId };
}
const deletes = (from: number) => sandbox.log.slice(from).filter(({ method }) => method === 'DELETE').length;

it('deletes what a run has made, the Stream before its DataSet', async () => {
	const { dataSetId } = await stream(`${MARK} 1 rows`);
	const from = sandbox.log.length;
	expect(await clean()).toMatchObject({ left: [], notOurs: [] });
	expect(
		sandbox.log
			.slice(from)
			.filter(({ method }) => method === 'DELETE')
			.map(({ operation }) => operation),
	).toEqual(['deleteStream', 'deleteDataSet']);
	expect((await shown(dataSetId)).deleted).toBe(true);
	expect(noted()).toEqual([]);
});

it.each([
	['a name of its own', {}],
	[
		'a name of its own, where an older version noted neither client nor mark',
		{ client: undefined, mark: undefined },
	],
])('leaves alone and says what has a noted ID and %s', async (_, of) => {
	const { streamId, dataSetId } = await stream('PRODUCTION contract 20260102T0304-0a1b2c', of);
	const from = sandbox.log.length;
	expect(await clean()).toMatchObject({
		left: [],
		notOurs: [`Stream ${streamId}`, `DataSet ${dataSetId}`],
	});
	expect(deletes(from)).toBe(0);
	expect(noted()).toEqual([]);
});

it('leaves alone what another run of the same client made under another mark than was noted', async () => {
	await stream('contract 20260102T0304-ffffff 1 rows');
	const from = sandbox.log.length;
	expect((await clean()).notOurs).toHaveLength(2);
	expect(deletes(from)).toBe(0);
});

it('deletes by entries of an older version what bears a mark', async () => {
	const { dataSetId } = await stream(`${MARK} 1 rows`, { client: undefined, mark: undefined });
	expect(await clean()).toMatchObject({ left: [], notOurs: [] });
	expect((await shown(dataSetId)).deleted).toBe(true);
});

it.each([
	['client', { client: clientOf('someone else') }],
	['address', { target: 'https://elsewhere.example' }],
])('looks at nothing that is noted of another %s', async (_, of) => {
	await stream(`${MARK} 1 rows`, of);
	const before = noted();
	const from = sandbox.log.length;
	expect(await clean()).toMatchObject({ left: [], notOurs: [], notedOfOthers: 2 });
	expect(deletes(from)).toBe(0);
	expect(noted()).toEqual(before);
	rmSync(file);
});

it('writes down no client ID', async () => {
	await stream(`${MARK} 1 rows`);
	expect(readFileSync(file, 'utf8')).not.toContain(sandbox.clientId);
});

it("a run's own end leaves alone what another run has under way", async () => {
	const { dataSetId } = await stream(`${MARK} 1 rows`);
	await run('--only', 'dataSets.create.2xx');
	expect((await shown(dataSetId)).deleted).toBeUndefined();
	expect(noted()).toHaveLength(2);
});

describe('an answer that is not Domo’s', () => {
	it.each([
		['a page under 200', { html200: true }],
		['a page under 404', { status: 404, html: '<html>Domo Maintenance</html>' }],
		['200, and nothing has happened', { status: 200, body: {} }],
		['404, and nothing has happened', { status: 404 }],
		['500', { status: 500 }],
	])(
		'to a DELETE, %s: what is still there stays noted and is said',
		async (_, fault) => {
			const { streamId, dataSetId } = await stream(`${MARK} 1 rows`);
			for (const operation of ['deleteStream', 'deleteDataSet'] as const)
				sandbox.faults.add({ operation, times: 'always', ...fault });
			const { left } = await clean();
			expect(left.map((line) => line.split(':')[0])).toEqual([`Stream ${streamId}`, `DataSet ${dataSetId}`]);
			expect(noted()).toHaveLength(2);
			sandbox.faults.clear();
			expect((await clean()).left).toEqual([]);
		},
		60_000,
	);

	it.each([
		['a page under 403', { status: 403, html: '<html>Access denied</html>' }],
		['a page under 200', { html200: true }],
		['too early', { status: 425 }],
		[
			'a problem of what stands before Domo',
			{ status: 400, body: { message: 'Infrastructure problem (403)' } },
		],
	])('that comes once (%s) leaves nothing behind', async (_, fault) => {
		await stream(`${MARK} 1 rows`);
		for (const operation of ['getStream', 'deleteDataSet'] as const)
			sandbox.faults.add({ operation, times: 1, ...fault });
		expect((await clean()).left).toEqual([]);
		expect(noted()).toEqual([]);
	});

	it('a page under 404 to a GET is not taken for gone', async () => {
		const { dataSetId } = await stream(`${MARK} 1 rows`);
		for (const operation of ['getStream', 'getDataSet'] as const)
			sandbox.faults.add({ operation, times: 'always', status: 404, html: '<html>Maintenance</html>' });
		expect((await clean()).left).toHaveLength(2);
		expect(noted()).toHaveLength(2);
		sandbox.faults.clear();
		expect((await clean()).left).toEqual([]);
		expect((await shown(dataSetId)).deleted).toBe(true);
	});

	it.each([500, 408, 503])('%s to a DELETE is tried again', async (status) => {
		await stream(`${MARK} 1 rows`);
		sandbox.faults.add({ operation: 'deleteStream', status, times: 2 });
		expect((await clean()).left).toEqual([]);
		expect(noted()).toEqual([]);
	});
});

it.each([
	['no mark of a run', { mark: 'PROD' }],
	['a mark that is none', { mark: [''] }],
	['an ID that leads elsewhere', { id: '../datasets/1' }],
	['an ID that is no text', { id: {} }],
])('deletes nothing by a line with %s, and keeps it', async (_, wrong) => {
	const { dataSetId } = await sandbox.createStream({ name: 'PROD sales', columns: COLUMNS });
	const line = JSON.stringify({ ...maker(), kind: 'dataSet', id: dataSetId, ...wrong });
	writeFileSync(file, `${line}\n`);
	expect(await clean()).toMatchObject({ left: [], notOurs: [], unreadable: 1 });
	expect(noted()).toEqual([line]);
	expect((await shown(dataSetId)).deleted).not.toBe(true);
});

it.each([JSON.stringify({ message: 'no Route matched with those values' }), ''])(
	'takes nothing for gone while what is surely there is not shown either: 404 %p',
	async (body) => {
		const { streamId, dataSetId } = await stream(`${MARK} 1 rows`);
		for (const operation of ['getStream', 'getDataSet'] as const)
			sandbox.faults.add({ operation, status: 404, body, times: 'always' });
		const { left } = await clean();
		expect(left.map((line) => line.split(':')[0])).toEqual([`Stream ${streamId}`, `DataSet ${dataSetId}`]);
		expect(noted()).toHaveLength(2);
		sandbox.faults.clear();
		expect((await clean()).left).toEqual([]);
		expect((await shown(dataSetId)).deleted).toBe(true);
	},
	30_000,
);

it('deletes what its server shows some seconds late', async () => {
	const before = sandbox.dataSetNames();
	for (const operation of ['getStream', 'getDataSet'] as const)
		sandbox.faults.add({ operation, status: 404, body: { status: 404 }, times: 3 });
	await run('--only', 'streams.list.limit-obeyed');
	sandbox.faults.clear();
	expect(sandbox.dataSetNames()).toEqual(before);
}, 30_000);

describe('the ledger', () => {
	it('begins a line of its own after half a line', () => {
		writeFileSync(file, '{"target":"http');
		new Ledger(maker(), file).note({ kind: 'stream', id: '7' });
		expect(new Ledger(maker(), file).left('all runs')).toEqual([maker({ kind: 'stream', id: '7' })]);
		rmSync(file);
	});

	it('keeps what it can not read', () => {
		writeFileSync(file, '{"target":"http\n');
		const ledger = new Ledger(maker(), file);
		ledger.note({ kind: 'stream', id: '7' });
		ledger.strike(ledger.left('this run')[0]);
		expect(noted()).toEqual(['{"target":"http']);
		rmSync(file);
	});

	it('keeps what another run has noted meanwhile', () => {
		const [one, other] = [new Ledger(maker(), file), new Ledger(maker(), file)];
		one.note({ kind: 'stream', id: '1' });
		other.note({ kind: 'stream', id: '2' });
		one.strike(one.left('this run')[0]);
		expect(new Ledger(maker(), file).left('all runs').map(({ id }) => id)).toEqual(['2']);
		rmSync(file);
	});
});

async function shown(dataSetId: string): Promise<{ deleted?: boolean }> {
	const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
	const token = await fetch(`${sandbox.url}/oauth/token?grant_type=client_credentials&scope=data`, {
		headers: { authorization: `Basic ${basic}` },
	});
	const { access_token: bearer } = (await token.json()) as { access_token: string };
	const answer = await fetch(`${sandbox.url}/v1/datasets/${dataSetId}`, {
		headers: { authorization: `bearer ${bearer}` },
	});
	return (await answer.json()) as { deleted?: boolean };
}
