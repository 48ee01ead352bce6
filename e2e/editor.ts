/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startSandbox, type Sandbox } from '../sandbox';
import { importExamples } from './importExamples';
import { N8nApi, OWNER } from './n8nApi';
import { installN8n } from './n8nInstall';
import { launchN8n, removeFolder } from './n8nServer';
import { installPackedPackage } from './packedPackage';
import { createDemoStreams } from '../sandbox/demoStreams';

const USAGE = `The full n8n with this package as a user has it, against a local Domo. Flags:
  --port 5678            n8n's port
  --sandbox-port 8400    the sandbox's port`;

const CREDENTIAL_NAME = 'Domo (sandbox)';

let isEnding = false;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			help: { type: 'boolean', default: false },
			port: { type: 'string', default: '5678' },
			'sandbox-port': { type: 'string', default: '8400' },
		},
	});
	if (values.help) return console.log(USAGE);
	const userFolder = await mkdtemp(join(tmpdir(), 'n8n-domo-editor-'));
	const say = progress();
	// Ctrl-C may come at any moment: what has been started by then is stopped, the last first.
	const toEnd: Array<() => Promise<void>> = [async () => await removeFolder(userFolder)];
	const end = async () => {
		isEnding = true;
		for (const stop of toEnd.reverse()) await stop();
		process.exit(0);
	};
	process.once('SIGINT', () => void end());
	process.once('SIGTERM', () => void end());

	const n8n = await installN8n(say);
	say('Building the package and installing it as a user would');
	await installPackedPackage(userFolder);
	say('Starting the sandbox');
	const sandbox = await startSandbox({ port: Number(values['sandbox-port']) });
	toEnd.push(async () => await sandbox.close());
	const streams = await createDemoStreams(sandbox);
	say(`Starting n8n ${n8n.version}`);
	const running = launchN8n(n8n, { userFolder, port: Number(values.port) });
	toEnd.push(running.stop);
	await running.isUp;
	say('Making the account, the credential and the example workflows');
	const api = new N8nApi(running.url);
	await api.setUpOwner();
	const workflows = await importExamples(api, await createSandboxCredential(api, sandbox), streams);
	say('Ready');

	console.log(`
n8n        ${running.url}
Log in as  ${OWNER.email}  with  ${OWNER.password}
Sandbox    ${sandbox.pageUrl}   (shows what lands, live)
Streams    ${streams.map(({ streamId, name }) => `${streamId}: ${name}`).join('\n           ')}
Workflows  ${workflows.join('\n           ')}

n8n's log is ${running.logPath}
Ctrl-C ends it; nothing is kept.`);
}

/** @returns the credential as a workflow's nodes name it */
async function createSandboxCredential(api: N8nApi, sandbox: Sandbox): Promise<{ id: string; name: string }> {
	const id = await api.createCredential(CREDENTIAL_NAME, 'domoOAuth2Api', {
		clientId: sandbox.clientId,
		clientSecret: sandbox.clientSecret,
		baseUrl: sandbox.url,
	});
	return { id, name: CREDENTIAL_NAME };
}

/** Says each step with the seconds since the start. */
function progress(): (line: string) => void {
	const start = performance.now();
	return (line) => console.log(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${line}`);
}

main().catch((error: Error) => {
	// What is stopped under way ends with a complaint of its own.
	if (isEnding) return;
	console.error(error.message);
	process.exit(1);
});
