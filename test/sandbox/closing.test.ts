/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';

import { sleep } from 'n8n-workflow';

import { startSandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';
import { column, DomoClient } from './domoClient';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(os.tmpdir(), 'closing-'));
	jest.spyOn(os, 'tmpdir').mockReturnValue(folder);
});
afterEach(async () => {
	jest.restoreAllMocks();
	await rm(folder, { recursive: true });
});

const other = useSandbox();

test('a closed sandbox leaves no file behind', async () => {
	const sandbox = await startSandbox({ tls: true });
	expect(readdirSync(folder)).toHaveLength(1);
	await sandbox.close();
	expect(readdirSync(folder)).toEqual([]);
});

test('nor does one that cannot start, as its port is taken', async () => {
	const port = Number(new URL(other.url).port);
	await expect(startSandbox({ port })).rejects.toThrow('EADDRINUSE');
	await expect(startSandbox({ tls: true, tlsPort: port })).rejects.toThrow('EADDRINUSE');
	expect(readdirSync(folder)).toEqual([]);
});

test('it can be closed while requests hang and a download is under way', async () => {
	const sandbox = await startSandbox();
	const domo = new DomoClient(sandbox);
	await domo.logIn();
	const rows = Array.from({ length: 50_000 }, (_, i) => ({ text: `row ${i}`.repeat(20) }));
	const dataSetId = await sandbox.createDataSet({ name: 'long', columns: [column('text')], rows });
	const authorization = `bearer ${domo.token}`;
	const download = await fetch(`${sandbox.url}/v1/datasets/${dataSetId}/data?includeHeader=true`, {
		headers: { authorization, accept: 'text/csv' },
	});
	await download.body?.getReader().read();
	sandbox.faults.add({ operation: 'getDataSet', hang: true });
	const hanging = fetch(`${sandbox.url}/v1/datasets/${dataSetId}`, { headers: { authorization } });
	hanging.catch(() => undefined);
	while (sandbox.faults.hits === 0) await sleep(2);
	await sandbox.close();
	await expect(hanging).rejects.toThrow();
	expect(readdirSync(folder)).toEqual([]);
});

test('it can be closed right after an execution has ended, whose rows are then let go of', async () => {
	// jest fails a test that leaves a rejection to nobody.
	for (let run = 0; run < 10; run++) {
		const sandbox = await startSandbox({ indexingMs: 0 });
		const domo = new DomoClient(sandbox);
		await domo.logIn();
		const { streamId } = await sandbox.createStream({ name: 'ended', columns: [column('text')] });
		const executionId = await domo.createExecution(streamId);
		const path = `/v1/streams/${streamId}/executions/${executionId}`;
		for (let part = 1; part <= 8; part++)
			await domo.ask('PUT', `${path}/part/${part}`, 'a\n', { 'content-type': 'text/csv' });
		await domo.ask('PUT', `${path}/commit`);
		while ((await domo.ask('GET', path)).json.currentState === 'ACTIVE');
		await sandbox.close();
	}
});

test('what DuckDB is doing then is ended, not left to go on', async () => {
	const sandbox = await startSandbox();
	const endless = sandbox.sql(
		'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 1',
	);
	endless.catch(() => undefined);
	await sandbox.close();
	await expect(endless).rejects.toThrow(/[Ii]nterrupt/);
});
