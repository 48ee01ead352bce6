/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { InstalledN8n } from './n8nInstall';
import { freePort } from './freePort';
import { n8nEnvironment } from './n8nServer';

const TIMEOUT_MS = 300_000;

/** n8n's commands, as typed in a terminal; no n8n is running meanwhile. */
export class N8nCli {
	constructor(
		private readonly n8n: InstalledN8n,
		private readonly userFolder: string,
	) {}

	/** `n8n import:workflow`. @param workflows or one workflow; each brings its id */
	async importWorkflows(workflows: object): Promise<void> {
		await this.import('workflow', workflows);
	}

	/** `n8n import:credentials` */
	async importCredentials(credentials: object): Promise<void> {
		await this.import('credentials', credentials);
	}

	/** `n8n execute`. @throws with what n8n said, when the workflow did not end well */
	async execute(workflowId: string): Promise<void> {
		await this.run(['execute', `--id=${workflowId}`], 'Execution was successful');
	}

	private async import(what: string, content: object): Promise<void> {
		const file = join(this.userFolder, `${what}.json`);
		await writeFile(file, JSON.stringify(content));
		await this.run([`import:${what}`, `--input=${file}`], 'Successfully imported');
	}

	/** @param ifWell what n8n says when all went well; some commands end with 0 in any case */
	private async run(args: string[], ifWell: string): Promise<void> {
		const child = spawn(this.n8n.nodePath, [this.n8n.n8nPath, ...args], {
			cwd: this.userFolder,
			env: {
				...n8nEnvironment(this.n8n, this.userFolder),
				N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			},
			stdio: ['ignore', 'pipe', 'pipe'],
			timeout: TIMEOUT_MS,
			killSignal: 'SIGKILL',
		});
		let output = '';
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding('utf8').on('data', (text: string) => (output += text));
		const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
		if (code === 0 && output.includes(ifWell)) return;
		throw new Error(`'n8n ${args.join(' ')}' ended with ${code ?? signal}:\n${output.slice(-4000)}`);
	}
}
