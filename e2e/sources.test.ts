/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { PreparedExample } from './exampleCases';
import { ExampleRunner, type ExampleChanges } from './exampleRunner';
import { N8nApi } from './n8nApi';
import { N8N_VERSION } from './n8nInstall';
import { startN8n, type RunningN8n } from './n8nServer';
import { SOURCE_CASES, sheetCase } from './sourceCases';
import { Sources } from './sources';
import { Surroundings } from './surroundings';

const TIMEOUT_MS = 600_000;

describe(`real sources, read by the nodes of n8n ${N8N_VERSION}`, { timeout: 30 * 60_000 }, () => {
	let surroundings: Surroundings;
	let sources: Sources;
	let n8n: RunningN8n;
	let runner: ExampleRunner;

	before(
		async () => {
			surroundings = await Surroundings.open(N8N_VERSION);
			sources = await Sources.open(surroundings);
			n8n = await startN8n(surroundings.n8n, {
				userFolder: surroundings.userFolder,
				logPath: surroundings.logPath,
				// As in n8n's own image, whatever zone this machine is in.
				env: { TZ: 'UTC' },
			});
			const api = new N8nApi(n8n.url);
			await api.setUpOwner();
			runner = await ExampleRunner.withCredentials(api, sources.credentials);
		},
		{ timeout: TIMEOUT_MS },
	);

	after(
		async () => {
			await n8n?.stop();
			await sources?.close();
			await surroundings?.close();
		},
		{ timeout: TIMEOUT_MS },
	);

	const run = async (file: string, { changes, trigger }: PreparedExample, more: ExampleChanges = {}) => {
		const workflowId = await runner.import(file, { ...changes, ...more });
		assert.equal(await runner.run(workflowId, trigger), 'success');
	};

	for (const [file, prepare] of Object.entries(SOURCE_CASES)) {
		it(file, { timeout: TIMEOUT_MS }, async () => {
			const example = await prepare(sources);
			await run(file, example);
			await example.check();
		});
	}

	it(
		'sftp-csv-files, with a line that does not fit: no row of any file',
		{ timeout: TIMEOUT_MS },
		async () => {
			const example = await SOURCE_CASES['sftp-csv-files'](sources);
			await run('sftp-csv-files', example);
			await sources.sftp.put('exports/orders-05.csv', 'id,shop,amount,ordered_on\n1,north,many,2026-01-31\n');
			const workflowId = await runner.import('sftp-csv-files', example.changes);
			assert.equal(await runner.run(workflowId, example.trigger), 'error');
			await example.check();
		},
	);

	it('ods-to-typed-columns, with an .xlsx file', { timeout: TIMEOUT_MS }, async () => {
		const example = await sheetCase(sources, 'xlsx');
		await run('ods-to-typed-columns', example);
		await example.check();
	});

	it('postgres-types, as a newer Postgres node reads it: days as text', { timeout: TIMEOUT_MS }, async () => {
		const example = await SOURCE_CASES['postgres-types'](sources);
		await run('postgres-types', example, { typeVersions: { Shipments: 2.7 } });
		await example.check();
	});

	for (const timezone of ['America/New_York', 'Asia/Tokyo']) {
		it(`postgres-types, in a workflow in ${timezone}: the same days`, { timeout: TIMEOUT_MS }, async () => {
			const example = await SOURCE_CASES['postgres-types'](sources);
			await run('postgres-types', example, { settings: { timezone } });
			await example.check();
		});
	}
});
