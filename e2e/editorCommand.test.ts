/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import { openBrowser, openPage } from './browser';
import { EditorPage } from './editorPage';
import { eventually } from './eventually';
import { readExample } from './exampleRunner';
import { N8nApi } from './n8nApi';
import { installN8n, N8N_VERSION } from './n8nInstall';
import { freePort } from './freePort';
import { repository } from './packedPackage';

const TIMEOUT_MS = 600_000;

describe('npm run editor', { timeout: 30 * 60_000 }, () => {
	let command: ChildProcess;
	let says = '';
	let sandboxUrl: string;
	let api: N8nApi;
	let n8nUrl: string;
	let browser: Browser | undefined;

	/** As Ctrl-C in a terminal: all that the command has started is told, too. */
	const signal = (name: NodeJS.Signals | 0): boolean => {
		try {
			return process.kill(-command.pid!, name);
		} catch {
			return false;
		}
	};

	before(async () => await installN8n((line) => process.stderr.write(`${line}\n`)), { timeout: TIMEOUT_MS });

	after(
		async () => {
			await browser?.close();
			signal('SIGKILL');
		},
		{ timeout: TIMEOUT_MS },
	);

	it('tells what it is doing, and the address', { timeout: TIMEOUT_MS }, async (test) => {
		const [port, sandboxPort] = [await freePort(), await freePort()];
		command = spawn(
			'npm',
			['run', '--silent', 'editor', '--', '--port', String(port), '--sandbox-port', String(sandboxPort)],
			{
				cwd: repository,
				// A process group of its own, as a terminal gives it.
				detached: true,
				stdio: ['ignore', 'pipe', 'pipe'],
			},
		);
		for (const stream of [command.stdout!, command.stderr!])
			stream.setEncoding('utf8').on('data', (text: string) => (says += text));
		await eventually(
			'the end of the start',
			() => says.includes('Ctrl-C ends it') || command.exitCode !== null,
			TIMEOUT_MS,
		);

		const steps = [...says.matchAll(/^ *(\d+) s {2}(.+)$/gm)].map(([, seconds, step]) => ({
			seconds: Number(seconds),
			step,
		}));
		assert.deepEqual(
			steps.map(({ step }) => step),
			[
				'Building the package and installing it as a user would',
				'Starting the sandbox',
				`Starting n8n ${N8N_VERSION}`,
				'Making the account, the credential and the example workflows',
				'Ready',
			],
			says,
		);
		n8nUrl = `http://localhost:${port}`;
		sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
		assert.ok(says.includes(n8nUrl) && says.includes(sandboxUrl), says);
		test.diagnostic(`ready ${steps.at(-1)!.seconds} s after its start, with n8n in the cache`);
	});

	it('has the nodes, the credential and all examples in n8n', { timeout: TIMEOUT_MS }, async () => {
		api = new N8nApi(n8nUrl);
		await api.logIn();
		const names = new Set((await api.nodeTypes()).map(({ name }) => name));
		for (const node of ['domoDataSet', 'domoStream', 'domoTrigger'])
			assert.ok(names.has(`n8n-nodes-domo.${node}`), node);
		const credentials = await api.call<Array<{ type: string }>>('GET', '/rest/credentials');
		assert.deepEqual(
			credentials.map(({ type }) => type),
			['domoOAuth2Api'],
		);
		const files = (await readdir(join(repository, 'examples'))).filter((file) => file.endsWith('.json'));
		const examples = await Promise.all(
			files.map(async (file) => (await readExample(file.slice(0, -'.json'.length))).name),
		);
		const workflows = await api.call<Array<{ name: string }>>('GET', '/rest/workflows');
		assert.deepEqual(workflows.map(({ name }) => name).sort(), examples.sort());
	});

	it('an example runs as it is: its rows arrive in the sandbox', { timeout: TIMEOUT_MS }, async () => {
		const { name, pinData } = await readExample('upload-in-parallel');
		const workflows = await api.call<Array<{ id: string; name: string }>>('GET', '/rest/workflows');
		browser = await openBrowser();
		const editor = new EditorPage(await openPage(browser), n8nUrl);
		await editor.logIn();
		await editor.openWorkflow(workflows.find((workflow) => workflow.name === name)!.id);
		await editor.executeWorkflow();
		await editor.seeDone('Domo Stream');

		const ask = async <T>(path: string) =>
			(await (await fetch(`${sandboxUrl}/_sandbox/${path}`)).json()) as T;
		const { dataSets } = await ask<{ dataSets: Array<{ id: string; name: string }> }>('state');
		const rows = await ask<unknown>(
			`rows/${dataSets.find((dataSet) => dataSet.name === 'People (demo)')!.id}`,
		);
		const [pinned] = Object.values(pinData!) as Array<Array<{ json: Record<string, unknown> }>>;
		assert.deepEqual(
			rows,
			pinned.map(({ json }) => ({ ...json, id: String(json.id) })),
		);
	});

	it('ends on Ctrl-C, and leaves no process and no folder', { timeout: TIMEOUT_MS }, async () => {
		const userFolder = dirname(/n8n's log is (.+)/.exec(says)![1]);
		assert.ok(existsSync(userFolder));
		signal('SIGINT');
		await eventually('no process of it left', () => !signal(0));
		for (const url of [n8nUrl, sandboxUrl]) await assert.rejects(fetch(url));
		assert.ok(!existsSync(userFolder));
	});
});
