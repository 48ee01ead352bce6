/* eslint-disable @n8n/community-nodes/no-restricted-imports, no-console */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';

import { startSandbox, type Sandbox } from '../sandbox';
import { eventually } from './eventually';
import { MANUAL, ORDER_COLUMNS, setFields } from './exampleCases';
import { ExampleRunner } from './exampleRunner';
import { N8nApi } from './n8nApi';
import { cacheFolder, installN8n } from './n8nInstall';
import { QueueMode } from './queueMode';
import { createOrders, sumsInDomo, sumsInPostgres } from './queueOrders';
import { workflowChain } from './workflowChain';

const TIMEOUT_MS = 900_000;
/** A busy machine needs minutes for what is done in one. */
const RUN_TIMEOUT_MS = 600_000;
const WEBHOOK_PATH = 'domo-upload-part';
const CONCURRENCY = 5;
/** One more than a worker can run: some of them run on the other worker. */
const TOO_MANY_FOR_ONE = CONCURRENCY + 1;
const YESTERDAY = { id: 0, customer: 'of yesterday' };

describe('n8n in queue mode with two workers', { timeout: 60 * 60_000 }, () => {
	let sandbox: Sandbox;
	let queue: QueueMode;
	let api: N8nApi;
	let domo: { id: string; name: string };

	before(
		async () => {
			const installed = await installN8n(() => undefined);
			sandbox = await startSandbox();
			queue = await QueueMode.start(installed, { workers: 2, concurrency: CONCURRENCY });
			api = new N8nApi(queue.url);
			await api.setUpOwner();
			const { clientId, clientSecret, url: baseUrl } = sandbox;
			domo = {
				id: await api.createCredential('Domo', 'domoOAuth2Api', { clientId, clientSecret, baseUrl }),
				name: 'Domo',
			};
		},
		{ timeout: TIMEOUT_MS },
	);

	after(
		async () => {
			await queue?.stop();
			await sandbox?.close();
		},
		{ timeout: TIMEOUT_MS },
	);

	const holds: Array<() => void> = [];
	afterEach(() => {
		sandbox.faults.clear();
		// What a failed test still holds would take the workers' places.
		for (const letGo of holds.splice(0)) letGo();
	});

	/** Holds requests of this kind until they are let go. */
	const hold = (operation: 'part' | 'getStream' | 'listExecutions') => {
		let letGo = () => {};
		const fault = {
			operation,
			times: 'always' as const,
			heldUntil: new Promise<void>((resolve) => (letGo = resolve)),
		};
		sandbox.faults.add(fault);
		holds.push(letGo);
		const heldCount = () => sandbox.faults.list().find((planned) => planned.fault === fault)?.hits ?? 0;
		const areHeld = async (count: number) =>
			await eventually(`${count} held ${operation} requests`, () => heldCount() >= count, RUN_TIMEOUT_MS);
		return { letGo, areHeld };
	};

	const credentialFor = async (database: string) => {
		const { host, port, user } = queue.postgres;
		const id = await api.createCredential(database, 'postgres', {
			host,
			port,
			user,
			database,
			password: 'not asked for',
			ssl: 'disable',
		});
		return { id, name: database };
	};

	/** A database with the examples' table. @returns what runs workflows on it */
	const shop = async (database: string, rows: number) => {
		await createOrders(queue.postgres, database, rows);
		return new ExampleRunner(api, { domoOAuth2Api: domo, postgres: await credentialFor(database) });
	};

	const importFanOut = async (
		runner: ExampleRunner,
		streamId: number,
		rowsPerSlice: number,
		createOptions = {},
	) => {
		const worker_url = `${queue.url}/webhook/${WEBHOOK_PATH}`;
		const settings = await setFields('fan-out', 'Settings', { worker_url, rows_per_slice: rowsPerSlice });
		const parameters = { ...settings, 'Create Execution': { options: createOptions } };
		return await runner.import('fan-out', { streamId, parameters });
	};

	/** What a run has stopped with. */
	const messageOf = async (executionId: string) => {
		const { data } = await api.call<{ data: string }>('GET', `/rest/executions/${executionId}`);
		const { parse } = createRequire(join(cacheFolder(), 'node_modules', 'n8n', 'package.json'))(
			'flatted',
		) as { parse(text: string): unknown };
		return (parse(data) as { resultData: { error?: { message: string } } }).resultData.error?.message ?? '';
	};

	/** By worker, the executions begun since then. */
	const begunAfter = async (executionId: string) =>
		(await queue.executionsBegun()).map((begun) =>
			[...begun].filter((id) => Number(id) > Number(executionId)),
		);

	const createOrderStream = async (name: string) =>
		await sandbox.createStream({ name, columns: ORDER_COLUMNS, rows: [YESTERDAY] });
	const customersIn = async (dataSetId: string) => [
		...new Set((await sandbox.rows(dataSetId)).map(({ customer }) => customer)),
	];

	describe('fan-out', () => {
		const FEW_ROWS = 10_000;
		let few: ExampleRunner;
		let workerWorkflow: string;

		before(
			async () => {
				few = await shop('few', FEW_ROWS);
			},
			{ timeout: TIMEOUT_MS },
		);

		/** The workflow that uploads a slice reads the database of its own credential. */
		const publishWorker = async (runner: ExampleRunner) => {
			if (workerWorkflow) await api.call('POST', `/rest/workflows/${workerWorkflow}/deactivate`, {});
			workerWorkflow = await runner.import('fan-out-worker', {});
			await api.activateWorkflow(workerWorkflow);
		};

		it(
			'sends the parts of one execution from both workers and commits once',
			{ timeout: TIMEOUT_MS },
			async () => {
				const rows = 3_000_000;
				const many = await shop('many', rows);
				await publishWorker(many);
				const { streamId, dataSetId } = await createOrderStream('Many orders');
				const workflow = await importFanOut(many, streamId, 100_000);
				const begunAtMs = performance.now();
				const parent = await many.start(workflow, MANUAL);
				assert.equal(await many.ended(parent, RUN_TIMEOUT_MS), 'success');
				console.log(`${rows} rows fanned out in ${((performance.now() - begunAtMs) / 1000).toFixed(1)} s`);

				const [execution, ...others] = sandbox.executions(streamId);
				assert.deepEqual(others, []);
				assert.deepEqual([execution.currentState, execution.commits], ['SUCCESS', 1]);
				assert.deepEqual(
					execution.parts.map(({ part, rows: partRows, timesArrived }) => [part, partRows, timesArrived]),
					Array.from({ length: 30 }, (_, i) => [i + 1, 100_000, 1]),
				);
				const sums = await sumsInDomo(sandbox, dataSetId);
				assert.deepEqual([sums.rows, sums.ids], [String(rows), String(rows)]);
				assert.deepEqual(sums, await sumsInPostgres(queue.postgres, 'many'));
				// One run of the other workflow for each slice, none of them begun by both workers.
				const slices = await begunAfter(parent);
				assert.equal(slices.flat().length, 30);
				assert.equal(new Set(slices.flat()).size, 30);
				for (const ofWorker of slices) assert.ok(ofWorker.length > 0, 'one worker took all slices');
			},
		);

		it(
			'aborts when a worker dies with its slices, and succeeds when run again',
			{ timeout: TIMEOUT_MS },
			async () => {
				await publishWorker(few);
				const { streamId, dataSetId } = await createOrderStream('A worker dies');
				const workflow = await importFanOut(few, streamId, FEW_ROWS / 10);
				const parts = hold('part');
				const parent = await few.start(workflow, MANUAL);
				// As many as fit beside the one that hands out.
				await parts.areHeld(2 * CONCURRENCY - 1);
				const dying = 1 - (await queue.workerOf(parent));
				await queue.killWorker(dying);
				parts.letGo();
				assert.equal(await few.ended(parent, RUN_TIMEOUT_MS), 'error');
				assert.match(await messageOf(parent), /^Slices that were not uploaded whole: \d+(, \d+){4}\. /);
				const [{ currentState, commits }] = sandbox.executions(streamId);
				assert.deepEqual([currentState, commits], ['ABORTED', 0]);
				assert.deepEqual(await customersIn(dataSetId), [YESTERDAY.customer]);

				sandbox.faults.clear();
				await queue.startWorker(dying);
				assert.equal(await few.run(workflow, MANUAL, RUN_TIMEOUT_MS), 'success');
				assert.deepEqual(await sumsInDomo(sandbox, dataSetId), await sumsInPostgres(queue.postgres, 'few'));
				assert.deepEqual(
					sandbox.executions(streamId).map((execution) => execution.commits),
					[0, 1],
				);
			},
		);

		it(
			'commits nothing when the worker dies that hands out, and refuses until told to abort what is left',
			{ timeout: TIMEOUT_MS },
			async () => {
				await publishWorker(few);
				const { streamId, dataSetId } = await createOrderStream('The worker that hands out dies');
				const workflow = await importFanOut(few, streamId, FEW_ROWS / 10);
				const parts = hold('part');
				const parent = await few.start(workflow, MANUAL);
				await parts.areHeld(2 * CONCURRENCY - 1);
				const dying = await queue.workerOf(parent);
				await queue.killWorker(dying);
				parts.letGo();
				const status = await few.ended(parent, RUN_TIMEOUT_MS);
				assert.ok(['error', 'crashed'].includes(status), status);
				// The other worker's slices still go in; nobody is left to commit them.
				await eventually(
					'the end of the other slices',
					async () =>
						(await queue.query("SELECT id FROM execution_entity WHERE status IN ('new', 'running')"))
							.length === 0,
					RUN_TIMEOUT_MS,
				);
				sandbox.faults.clear();
				const [left] = sandbox.executions(streamId);
				assert.deepEqual([left.currentState, left.commits], ['ACTIVE', 0]);
				assert.deepEqual(await customersIn(dataSetId), [YESTERDAY.customer]);

				const refused = await few.start(workflow, MANUAL);
				assert.equal(await few.ended(refused, RUN_TIMEOUT_MS), 'error');
				assert.match(await messageOf(refused), /^The execution 1 of the Stream \d+ is still ACTIVE since /);
				const again = await importFanOut(few, streamId, FEW_ROWS / 10, { activeExecution: 'abortIt' });
				assert.equal(await few.run(again, MANUAL, RUN_TIMEOUT_MS), 'success');
				assert.deepEqual(await sumsInDomo(sandbox, dataSetId), await sumsInPostgres(queue.postgres, 'few'));
				assert.deepEqual(
					sandbox.executions(streamId).map(({ currentState, commits }) => [currentState, commits]),
					[
						['ABORTED', 0],
						['SUCCESS', 1],
					],
				);
				await queue.startWorker(dying);
			},
		);
	});

	describe('Upload in Parallel', () => {
		const ROWS = 1000;
		const rowsOf = (label: string) =>
			Array.from({ length: ROWS }, (_, id) => ({ id: String(id), customer: label }));
		let runner: ExampleRunner;
		let postgres: { id: string; name: string };

		before(
			async () => {
				await queue.postgres.createDatabase('source');
				postgres = await credentialFor('source');
				runner = new ExampleRunner(api, {});
			},
			{ timeout: TIMEOUT_MS },
		);

		/** A workflow that replaces a Stream's rows with those of a query, each with the label. @returns its id */
		const uploading = async (streamId: number, label: string, options = {}) =>
			await api.createWorkflow(
				workflowChain(label, [
					{ name: MANUAL, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
					{
						name: 'Rows',
						type: 'n8n-nodes-base.postgres',
						typeVersion: 2.6,
						parameters: {
							operation: 'executeQuery',
							query: `SELECT id, '${label}' AS customer FROM generate_series(0, ${ROWS - 1}) AS id`,
							options: {},
						},
						credentials: { postgres },
					},
					uploadNode(String(streamId), { options }),
				]),
			);
		const uploadNode = (streamId: string, parameters: Record<string, unknown>) => ({
			name: 'Upload in Parallel',
			type: 'n8n-nodes-domo.domoStream',
			typeVersion: 1,
			parameters: {
				resource: 'stream',
				operation: 'uploadInParallel',
				streamId: { __rl: true, mode: 'id', value: streamId },
				updateMethod: 'REPLACE',
				...parameters,
			},
			credentials: { domoOAuth2Api: domo },
		});
		const createStream = async (name: string) =>
			await sandbox.createStream({ name, columns: ORDER_COLUMNS.slice(0, 2), rows: [YESTERDAY] });
		const startAll = async (workflows: string[]) =>
			await Promise.all(workflows.map(async (workflow) => await runner.start(workflow, MANUAL)));
		const endAll = async (executions: string[]) =>
			await Promise.all(executions.map(async (execution) => await runner.ended(execution, RUN_TIMEOUT_MS)));
		const workersOf = async (executions: string[]) =>
			[
				...new Set(await Promise.all(executions.map(async (execution) => await queue.workerOf(execution)))),
			].sort();
		const labels = Array.from({ length: TOO_MANY_FOR_ONE }, (_, i) => `run ${i}`);
		const all = <T>(value: T) => Array.from({ length: TOO_MANY_FOR_ONE }, () => value);

		it(
			'uses a token that another worker has renewed, and renews it once in each at most',
			{ timeout: TIMEOUT_MS },
			async () => {
				const streams = await Promise.all(labels.map(async (label) => await createStream(label)));
				const workflows = await Promise.all(
					streams.map(async ({ streamId }, i) => await uploading(streamId, labels[i])),
				);
				sandbox.expireTokens();
				const issuedBefore = sandbox.tokensIssued;
				assert.equal(await runner.run(workflows[0], MANUAL, RUN_TIMEOUT_MS), 'success');
				assert.equal(sandbox.tokensIssued, issuedBefore + 1);

				const uploadOnBoth = async (meanwhile: () => void) => {
					const first = hold('getStream');
					const executions = await startAll(workflows);
					await first.areHeld(TOO_MANY_FOR_ONE);
					assert.deepEqual(await workersOf(executions), [0, 1]);
					meanwhile();
					first.letGo();
					assert.deepEqual(await endAll(executions), all('success'));
					sandbox.faults.clear();
					for (const [i, { dataSetId }] of streams.entries())
						assert.deepEqual(await sandbox.rows(dataSetId), rowsOf(labels[i]));
				};
				await uploadOnBoth(() => {});
				assert.equal(sandbox.tokensIssued, issuedBefore + 1);
				await uploadOnBoth(() => sandbox.expireTokens());
				const renewed = sandbox.tokensIssued - issuedBefore - 1;
				console.log(`${TOO_MANY_FOR_ONE} uploads on two workers renewed a dead token ${renewed} times`);
				assert.ok(renewed === 1 || renewed === 2, `${renewed} tokens`);
				await uploadOnBoth(() => {});
				assert.equal(sandbox.tokensIssued, issuedBefore + 1 + renewed);
			},
		);

		it('refuses to disturb an upload that another worker is sending', { timeout: TIMEOUT_MS }, async () => {
			const { streamId, dataSetId } = await createStream('One at a time');
			const workflows = await Promise.all(labels.map(async (label) => await uploading(streamId, label)));
			const parts = hold('part');
			const [first] = await startAll(workflows.slice(0, 1));
			await parts.areHeld(1);
			const looks = hold('listExecutions');
			const others = await startAll(workflows.slice(1));
			await looks.areHeld(others.length);
			assert.deepEqual(await workersOf([first, ...others]), [0, 1]);
			looks.letGo();
			assert.deepEqual(
				await endAll(others),
				others.map(() => 'error'),
			);
			for (const other of others)
				assert.match(
					await messageOf(other),
					/^The execution 1 of the Stream \d+ is still ACTIVE since .*a new execution would abort it/,
				);
			assert.deepEqual(await customersIn(dataSetId), [YESTERDAY.customer]);
			parts.letGo();
			assert.equal(await runner.ended(first, RUN_TIMEOUT_MS), 'success');
			assert.deepEqual(await sandbox.rows(dataSetId), rowsOf(labels[0]));
			assert.deepEqual(
				sandbox.executions(streamId).map(({ commits }) => commits),
				[1],
			);
		});

		it(
			'waits for an upload under way where told to, and lands after it',
			{ timeout: TIMEOUT_MS },
			async () => {
				const { streamId, dataSetId } = await createStream('One after the other');
				const parts = hold('part');
				const [first] = await startAll([await uploading(streamId, 'first')]);
				await parts.areHeld(1);
				const listsBefore = lists();
				const [second] = await startAll([await uploading(streamId, 'second', { activeExecution: 'wait' })]);
				await eventually(
					'two looks at the running execution',
					() => lists() >= listsBefore + 2,
					RUN_TIMEOUT_MS,
				);
				assert.deepEqual(
					sandbox.executions(streamId).map(({ currentState }) => currentState),
					['ACTIVE'],
				);
				parts.letGo();
				assert.deepEqual(await endAll([first, second]), ['success', 'success']);
				assert.deepEqual(await sandbox.rows(dataSetId), rowsOf('second'));
				assert.deepEqual(
					sandbox.executions(streamId).map(({ commits }) => commits),
					[1, 1],
				);
			},
		);
		const lists = () => sandbox.log.filter(({ operation }) => operation === 'listExecutions').length;

		it('lands one of several uploads that begin in the same moment', { timeout: TIMEOUT_MS }, async () => {
			const { streamId, dataSetId } = await createStream('All at once');
			const workflows = await Promise.all(labels.map(async (label) => await uploading(streamId, label)));
			const looks = hold('listExecutions');
			const executions = await startAll(workflows);
			await looks.areHeld(TOO_MANY_FOR_ONE);
			assert.deepEqual(await workersOf(executions), [0, 1]);
			// Nobody sends a part before everybody has opened an execution.
			const parts = hold('part');
			looks.letGo();
			await eventually(
				'an execution of each',
				() => sandbox.executions(streamId).length === TOO_MANY_FOR_ONE,
				RUN_TIMEOUT_MS,
			);
			parts.letGo();
			const ends = await endAll(executions);
			assert.deepEqual([...ends].sort(), [...labels.slice(1).map(() => 'error'), 'success']);
			for (const [i, execution] of executions.entries()) {
				if (ends[i] === 'error')
					assert.match(await messageOf(execution), /aborted.*: none of this upload is in the DataSet/);
			}
			assert.deepEqual(await sandbox.rows(dataSetId), rowsOf(labels[ends.indexOf('success')]));
			assert.deepEqual(
				sandbox.executions(streamId).map(({ commits }) => commits),
				[0, 0, 0, 0, 0, 1],
			);
		});

		it('loads a CSV file that n8n took and keeps in its database', { timeout: TIMEOUT_MS }, async () => {
			const { streamId, dataSetId } = await createStream('CSV');
			const rows = Array.from({ length: 100_000 }, (_, id) => ({
				id: String(id),
				customer: `customer "${id}", Zürich`,
			}));
			const csv = Buffer.from(
				[
					'id,customer',
					...rows.map(({ id, customer }) => `${id},"${customer.replaceAll('"', '""')}"`),
					'',
				].join('\n'),
			);
			const workflow = await api.createWorkflow(
				workflowChain('CSV', [
					{
						name: 'Webhook',
						type: 'n8n-nodes-base.webhook',
						typeVersion: 2,
						webhookId: 'csv',
						parameters: { httpMethod: 'POST', path: 'csv', responseMode: 'lastNode', options: {} },
					},
					uploadNode(String(streamId), { inputSource: 'binary', options: { partSizeMb: 1 } }),
				]),
			);
			await api.activateWorkflow(workflow);
			const answer = await fetch(`${queue.url}/webhook/csv`, {
				method: 'POST',
				headers: { 'content-type': 'text/csv' },
				body: csv,
			});
			const summary = (await answer.json()) as { rows: number; verified: boolean };
			assert.deepEqual([answer.status, summary.rows, summary.verified], [200, rows.length, true]);
			assert.deepEqual(await sandbox.rows(dataSetId), rows);
			const [execution] = sandbox.executions(streamId);
			assert.ok(execution.parts.length >= 4, `${execution.parts.length} parts`);
			assert.ok(execution.parts.every(({ timesArrived }) => timesArrived === 1));
			assert.deepEqual(await queue.query('SELECT "fileSize" FROM binary_data'), [
				{ fileSize: String(csv.length) },
			]);
		});
	});
});
