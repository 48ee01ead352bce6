/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { useSandbox } from '../support/useSandbox';
import { column } from './domoClient';

/** What a user of npm's `domo-sdk` writes; it knows https only, so it runs where the certificate is trusted. */
const USER_CODE = `
const { DomoClient } = require('domo-sdk');
const { gzipSync } = require('zlib');
const [host, clientId, clientSecret] = process.argv.slice(1);
(async () => {
	const domo = new DomoClient(clientId, clientSecret, undefined, host);
	const dataSet = { name: 'From the SDK', schema: { columns: [{ name: 'a', type: 'STRING' }, { name: 'n', type: 'LONG' }] } };
	const stream = await domo.streams.create({ dataSet, updateMethod: 'APPEND' });
	const [found] = await domo.streams.search(['dataSource.id:' + stream.dataSet.id]);
	const execution = await domo.streams.createExecution(found.id);
	await domo.streams.uploadPart(found.id, execution.id, 1, 'one,1\\n');
	await domo.streams.uploadCompressedPart(found.id, execution.id, 2, gzipSync('two,2\\n'));
	const committed = await domo.streams.commit(found.id, execution.id);
	let state = committed.currentState;
	while (state === 'ACTIVE') state = (await domo.streams.getExecution(found.id, execution.id)).currentState;
	const other = await domo.datasets.create(dataSet);
	await domo.datasets.importData(other.id, 'three,3');
	const exported = await domo.datasets.exportData(other.id, true);
	console.log(JSON.stringify({ dataSetId: stream.dataSet.id, state, exported, listed: (await domo.datasets.list(5, 0, 'name')).length }));
})().catch((error) => { console.error(error); process.exitCode = 1; });
`;

const sandbox = useSandbox({ tls: true });

test('npm’s domo-sdk creates a Stream, uploads and commits over TLS, unchanged', async () => {
	const host = new URL(sandbox.tlsUrl ?? '').host;
	const { stdout } = await promisify(execFile)(
		process.execPath,
		['--no-deprecation', '-e', USER_CODE, host, sandbox.clientId, sandbox.clientSecret],
		{ env: { ...process.env, NODE_EXTRA_CA_CERTS: sandbox.certificatePath } },
	);
	const { dataSetId, ...rest } = JSON.parse(stdout);
	expect(rest).toEqual({ state: 'SUCCESS', exported: 'a,n\nthree,3\n', listed: 2 });
	expect(await sandbox.rows(dataSetId)).toEqual([
		{ a: 'one', n: '1' },
		{ a: 'two', n: '2' },
	]);
	expect(sandbox.dataSet(dataSetId).columns).toEqual([column('a'), column('n', 'LONG')]);
});

test('resets TLS connections too', async () => {
	sandbox.faults.add({ operation: 'token', resetBeforeBody: true, times: 'always' });
	const host = new URL(sandbox.tlsUrl ?? '').host;
	const run = promisify(execFile)(
		process.execPath,
		['--no-deprecation', '-e', USER_CODE, host, sandbox.clientId, sandbox.clientSecret],
		{ env: { ...process.env, NODE_EXTRA_CA_CERTS: sandbox.certificatePath } },
	);
	await expect(run).rejects.toThrow(/ECONNRESET|socket hang up/);
});
