/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { eventually } from './eventually';
import { EXAMPLE_CASES, MANUAL, readCsv, setFields } from './exampleCases';
import { ExampleRunner } from './exampleRunner';
import { N8nApi } from './n8nApi';
import { N8N_ON_NODE_20, N8N_VERSIONS } from './n8nInstall';
import { startN8n, type RunningN8n } from './n8nServer';
import { repository } from './packedPackage';
import { SOURCE_CASES } from './sourceCases';
import { Surroundings } from './surroundings';

const TIMEOUT_MS = 600_000;
const TRIGGER_TIMEOUT_MS = 240_000;
const FAN_OUT = ['fan-out', 'fan-out-worker'];

it('all examples are tried, those with a source of their own in sources.test.ts', async () => {
	const files = (await readdir(join(repository, 'examples'))).filter((file) => file.endsWith('.json'));
	assert.deepEqual(
		[...Object.keys(EXAMPLE_CASES), ...FAN_OUT, ...Object.keys(SOURCE_CASES)].sort(),
		files.map((file) => file.slice(0, -'.json'.length)).sort(),
	);
});

for (const version of N8N_VERSIONS) {
	describe(`the examples in the full n8n ${version}, with its own nodes`, { timeout: 30 * 60_000 }, () => {
		let surroundings: Surroundings;
		let n8n: RunningN8n;
		let api: N8nApi;
		let runner: ExampleRunner;

		before(
			async () => {
				surroundings = await Surroundings.open(version);
				n8n = await startN8n(surroundings.n8n, {
					userFolder: surroundings.userFolder,
					logPath: surroundings.logPath,
				});
				api = new N8nApi(n8n.url);
				await api.setUpOwner();
				runner = await ExampleRunner.withCredentials(api, surroundings.credentials);
			},
			{ timeout: TIMEOUT_MS },
		);

		after(
			async () => {
				await n8n?.stop();
				await surroundings?.close();
			},
			{ timeout: TIMEOUT_MS },
		);

		it('n8n has loaded the nodes', { timeout: TIMEOUT_MS }, async () => {
			const names = new Set((await api.nodeTypes()).map(({ name }) => name));
			for (const node of ['domoDataSet', 'domoStream', 'domoTrigger'])
				assert.ok(names.has(`n8n-nodes-domo.${node}`), node);
		});

		it('n8n tests the credential', { timeout: TIMEOUT_MS }, async () => {
			const { type, name, data } = surroundings.credentials[0];
			// As the editor does: saved first, then tested.
			const test = async (clientSecret: unknown) => {
				const changed = { ...data, clientSecret };
				const id = await api.createCredential(name, type, changed);
				return await api.call<{ status: string; message: string }>('POST', '/rest/credentials/test', {
					credentials: { id, name, type, data: changed },
				});
			};
			assert.equal((await test('not the secret')).status, 'Error');
			assert.equal((await test(data.clientSecret)).status, 'OK');
			// A client without the scope is given a token, but no DataSets.
			surroundings.sandbox.faults.add({ operation: 'listDataSets', status: 403, times: 'always' });
			try {
				const { status, message } = await test(data.clientSecret);
				assert.equal(status, 'Error');
				// n8n 1 has words of its own for a 403, whatever a credential's rules say.
				const inWords =
					version === N8N_ON_NODE_20
						? /^Forbidden/
						: /its scope 'data' or its user's grant 'Manage DataSet' is missing/;
				assert.match(message, inWords);
			} finally {
				surroundings.sandbox.faults.clear();
			}
		});

		for (const [file, prepare] of Object.entries(EXAMPLE_CASES)) {
			it(file, { timeout: TIMEOUT_MS }, async () => {
				const { changes, trigger, check } = await prepare(surroundings);
				assert.equal(await runner.run(await runner.import(file, changes), trigger), 'success');
				await check();
			});
		}

		it('fan-out', { timeout: TIMEOUT_MS }, async () => {
			await api.activateWorkflow(await runner.import('fan-out-worker', {}));
			const { changes, check } = await EXAMPLE_CASES['postgres-pages'](surroundings);
			const worker_url = `${n8n.url}/webhook/domo-upload-part`;
			const parameters = await setFields('fan-out', 'Settings', { worker_url, rows_per_slice: 100 });
			assert.equal(
				await runner.run(await runner.import('fan-out', { ...changes, parameters }), MANUAL),
				'success',
			);
			await check();
		});

		it(
			'postgres-pages, with a page that Domo refuses: nothing is loaded',
			{ timeout: TIMEOUT_MS },
			async () => {
				const { sandbox } = surroundings;
				const { changes, trigger } = await EXAMPLE_CASES['postgres-pages'](surroundings);
				sandbox.faults.add({ operation: 'part', part: 3, status: 400 });
				assert.equal(await runner.run(await runner.import('postgres-pages', changes), trigger), 'error');
				const executions = sandbox.executions(changes.streamId!);
				assert.deepEqual(
					executions.map(({ currentState, commits }) => [currentState, commits]),
					[['ABORTED', 0]],
				);
				assert.deepEqual(
					(await sandbox.rows(changes.dataSetId!)).map(({ customer }) => customer),
					['of yesterday'],
				);
			},
		);

		it('trigger-to-export, switched on', { timeout: TIMEOUT_MS }, async () => {
			const { sandbox, web } = surroundings;
			const upload = await EXAMPLE_CASES['upload-in-parallel'](surroundings);
			const dataSetId = upload.changes.dataSetId!;
			const path = `/watched/${dataSetId}`;
			// n8n lets a trigger look once a minute at most: 15 s from now for the first time.
			const cronExpression = `${(new Date().getSeconds() + 15) % 60} * * * * *`;
			const id = await runner.import('trigger-to-export', {
				dataSetId,
				parameters: {
					'Domo Trigger': { pollTimes: { item: [{ mode: 'custom', cronExpression }] } },
					'Send the File': { url: `${web.url}${path}` },
				},
			});
			await api.activateWorkflow(id);
			assert.equal(
				await runner.run(await runner.import('upload-in-parallel', upload.changes), upload.trigger),
				'success',
			);
			await upload.check();
			await eventually(
				'the file that the trigger starts',
				() => web.received(path).length > 0,
				TRIGGER_TIMEOUT_MS,
			);
			assert.deepEqual(web.received(path).map(readCsv), [await sandbox.rows(dataSetId)]);
		});
	});
}
