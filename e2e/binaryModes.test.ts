/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

import type { Column } from '../domo/types';
import { readCsv, sendFile } from './exampleCases';
import { ExampleRunner } from './exampleRunner';
import { N8nApi, type WorkflowJson } from './n8nApi';
import { N8N_VERSIONS } from './n8nInstall';
import { startN8n, type RunningN8n } from './n8nServer';
import { Surroundings } from './surroundings';
import { workflowChain } from './workflowChain';

const TIMEOUT_MS = 600_000;
const START = 'Start';
const ROWS = 50_000;
const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'note', type: 'STRING' },
	{ name: 'amount', type: 'DECIMAL' },
];

/** N8N_DEFAULT_BINARY_DATA_MODE, and how n8n then names a file in an execution; `default` is memory and has no names. */
const MODES = { default: undefined, filesystem: 'filesystem-v2:', database: 'database:' };

for (const version of N8N_VERSIONS) {
	describe(`files in n8n ${version}, wherever it keeps them`, { timeout: 30 * 60_000 }, () => {
		let surroundings: Surroundings;
		/** About 4 MB; Domo does not tell an empty text from none. */
		const csv = [
			'id,note,amount',
			...Array.from(
				{ length: ROWS },
				(_, i) =>
					`${i},"line ${i}${i % 3 === 0 ? '\n' : ', '}""ä 日本"" ${'x'.repeat(i % 97)}",${i % 5 === 0 ? '' : i / 4}`,
			),
		].join('\n');
		const expected = readCsv(csv);

		before(
			async () => {
				surroundings = await Surroundings.open(version);
				surroundings.web.pages.set('/rows.csv', csv);
				surroundings.web.pages.set('/rows.csv.gz', gzipSync(csv));
			},
			{ timeout: TIMEOUT_MS },
		);

		after(async () => await surroundings?.close(), { timeout: TIMEOUT_MS });

		for (const [mode, fileName] of Object.entries(MODES)) {
			describe(`in ${mode} mode`, () => {
				let n8n: RunningN8n;
				let api: N8nApi;
				let runner: ExampleRunner;
				let credentials: Record<string, { id: string; name: string }>;

				before(
					async () => {
						n8n = await startN8n(surroundings.n8n, {
							userFolder: surroundings.userFolder,
							logPath: surroundings.logPath,
							env: {
								N8N_DEFAULT_BINARY_DATA_MODE: mode,
								N8N_AVAILABLE_BINARY_DATA_MODES: 'filesystem,database',
							},
						});
						api = new N8nApi(n8n.url);
						await api.logIn();
						const [{ type, name, data }] = surroundings.credentials;
						credentials = { [type]: { id: await api.createCredential(name, type, data), name } };
						runner = new ExampleRunner(api, credentials);
					},
					{ timeout: TIMEOUT_MS },
				);

				after(async () => await n8n?.stop(), { timeout: TIMEOUT_MS });

				/** Runs these nodes one after the other, and looks where n8n has kept their file. */
				const run = async (name: string, nodes: WorkflowJson['nodes']): Promise<void> => {
					const start = { name: START, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };
					const executionId = await runner.start(
						await api.createWorkflow(workflowChain(name, [start, ...nodes])),
						START,
					);
					assert.equal(await runner.ended(executionId), 'success');
					const { data } = await api.call<{ data: string }>('GET', `/rest/executions/${executionId}`);
					const named = [...data.matchAll(/"(filesystem-v2:|database:)/g)].map(([, found]) => found);
					assert.deepEqual([...new Set(named)], fileName === undefined ? [] : [fileName]);
				};

				const domoNode = (name: string, parameters: Record<string, unknown>) => ({
					name,
					type: `n8n-nodes-domo.${parameters.resource === 'dataSet' ? 'domoDataSet' : 'domoStream'}`,
					typeVersion: 1,
					parameters,
					credentials,
				});

				for (const file of ['rows.csv', 'rows.csv.gz']) {
					it(`uploads ${file}, and exports the same rows as a file`, { timeout: TIMEOUT_MS }, async () => {
						const { sandbox, web } = surroundings;
						const { streamId, dataSetId } = await sandbox.createStream({
							name: `${mode} ${file}`,
							columns: COLUMNS,
						});
						await run('Upload', [
							downloadNode(`${web.url}/${file}`),
							domoNode('Upload', {
								resource: 'stream',
								operation: 'uploadInParallel',
								streamId: { __rl: true, mode: 'id', value: String(streamId) },
								inputSource: 'binary',
							}),
						]);
						assert.deepEqual(await sandbox.rows(dataSetId), expected);

						const path = `/exported/${mode}/${file}`;
						await run('Export', [
							domoNode('Export', {
								resource: 'dataSet',
								operation: 'export',
								dataSetId: { __rl: true, mode: 'id', value: dataSetId },
								output: 'binary',
							}),
							sendFile(`${web.url}${path}`),
						]);
						assert.deepEqual(web.received(path).map(readCsv), [expected]);
					});
				}
			});
		}
	});
}

const downloadNode = (url: string) => ({
	name: 'Download',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: { url, options: { response: { response: { responseFormat: 'file' } } } },
});
