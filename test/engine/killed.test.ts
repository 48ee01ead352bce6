/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { itemsOf } from '../support/engine';
import type { ChildRun } from '../support/uploadInChild';
import { asText, COLUMNS, makeRows, refuse, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const SUPPORT = join(__dirname, '../support');
const BEFORE = makeRows(2);
const ROWS = makeRows(60, 100);

shortWaits({ pollMs: 20 });
const sandbox = useSandbox();
let child: ChildProcess | undefined;
beforeEach(() => sandbox.faults.clear());
afterEach(() => child?.kill('SIGKILL'));

/** Starts an upload of 6 parts in a process of its own. */
async function startUpload(): Promise<{ streamId: number; dataSetId: string }> {
	const stream = await sandbox.createStream({ name: 'killed', columns: COLUMNS, rows: BEFORE as never });
	const { url, clientId, clientSecret } = sandbox;
	const run: ChildRun = {
		server: { url, clientId, clientSecret },
		streamId: stream.streamId,
		rows: ROWS,
		options: { rowsPerPart: 10, maxConcurrentUploads: 2 },
	};
	const program = ['-r', join(SUPPORT, 'typescript.js'), join(SUPPORT, 'uploadInChild.ts')];
	child = spawn(process.execPath, [...program, JSON.stringify(run)], {
		// This file's own, which name n8n's folder: by default a process is given those of Jest's.
		env: process.env,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	return stream;
}

/** Kills the process as soon as the sandbox has seen what is waited for; it must not have ended by itself. */
async function killOnce(isTime: () => boolean): Promise<void> {
	const running = child as ChildProcess;
	const ended = once(running, 'exit');
	while (!isTime()) {
		if (running.exitCode !== null) throw new Error(`the upload ended by itself with ${running.exitCode}`);
		await new Promise((resolve) => {
			setTimeout(resolve, 5);
		});
	}
	running.kill('SIGKILL');
	expect(await ended).toEqual([null, 'SIGKILL']);
}

/** The upload's own execution, once it is there. */
const first = (streamId: number) => sandbox.executions(streamId).at(0);

it('a process killed midway commits nothing, and the next run is refused or clears up, as it is told', async () => {
	sandbox.faults.add({ operation: 'part', part: 4, hang: true, times: 'always' });
	const { streamId, dataSetId } = await startUpload();
	await killOnce(() => sandbox.faults.hits > 0 && (first(streamId)?.parts.length ?? 0) > 0);
	sandbox.faults.clear();
	expect(first(streamId)).toMatchObject({ id: 1, currentState: 'ACTIVE', commits: 0 });
	expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));

	const again = { streamId, items: itemsOf(ROWS), options: { rowsPerPart: 10, activeExecution: 'fail' } };
	expect(await refuse(sandbox, again)).toMatch(
		new RegExp(`The execution 1 of the Stream ${streamId} is still ACTIVE`),
	);
	expect(sandbox.executions(streamId)).toHaveLength(1);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(BEFORE));

	const { summary, hints } = await upload(sandbox, {
		...again,
		options: { ...again.options, activeExecution: 'abortIt' },
	});
	expect(summary).toMatchObject({ executionId: 2, state: 'SUCCESS', rows: 60, verified: true });
	expect(hints.join()).toContain('The execution 1 was ACTIVE and was aborted');
	expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual([
		'ABORTED',
		'SUCCESS',
	]);
	expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...ROWS]));
}, 120_000);

it('a process killed after its commit leaves all rows, once', async () => {
	sandbox.settings.indexingMs = 300;
	const { streamId, dataSetId } = await startUpload();
	await killOnce(() => (first(streamId)?.commits ?? 0) > 0);
	// The next run waits for it, as it can't tell indexing from uploading.
	const next = makeRows(1, 500);
	const { summary } = await upload(sandbox, {
		streamId,
		items: itemsOf(next),
		options: { activeExecution: 'wait' },
	});
	expect(summary).toMatchObject({ executionId: 2, state: 'SUCCESS' });
	expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual([
		'SUCCESS',
		'SUCCESS',
	]);
	expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...ROWS, ...next]));
}, 120_000);
