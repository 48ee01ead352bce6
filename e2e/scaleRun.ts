/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

import { N8nApi } from './n8nApi';
import type { InstalledN8n } from './n8nInstall';
import { startN8n } from './n8nServer';
import { watchMemory } from './scaleMemory';
import type { Arrived, ScaleSink } from './scaleSink';
import { SCALE_PATHS, scaleWorkflows, type ScalePath } from './scaleWorkflows';

/** What n8n is started with; all else is as it comes. */
export const SCALE_ENV = {
	NODE_OPTIONS: '--max-old-space-size=2048',
	N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
	EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
	EXECUTIONS_DATA_SAVE_ON_ERROR: 'none',
	EXECUTIONS_DATA_SAVE_ON_PROGRESS: 'false',
	EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'false',
};

/** One run of one workflow. */
export interface ScaleRun {
	path: ScalePath;
	rows: number;
	/** What the rows are as CSV. */
	megabytes: number;
	/** From the call of the Webhook to its answer. */
	seconds: number;
	/** As Upload in Parallel says; undefined for the naive way. */
	uploadSeconds?: number;
	idleBytes: number;
	mainBytes: number;
	runnerBytes: number;
	arrived: Arrived;
	/** Why it did not end well; undefined where all rows are there. */
	broke?: string;
}

/** Runs the workflows, each in a freshly started n8n of the same user folder. */
export class ScaleRunner {
	constructor(
		private readonly installed: InstalledN8n,
		private readonly userFolder: string,
		private readonly sink: ScaleSink,
	) {}

	/** Makes the account, the credential and the workflows, all switched on. */
	async setUp(nodeTimeoutMs: number): Promise<void> {
		const n8n = await startN8n(this.installed, { userFolder: this.userFolder, env: SCALE_ENV });
		try {
			const api = new N8nApi(n8n.url);
			await api.setUpOwner();
			const { url, clientId, clientSecret } = this.sink.address;
			const name = 'Domo (sandbox)';
			const id = await api.createCredential(name, 'domoOAuth2Api', { clientId, clientSecret, baseUrl: url });
			for (const workflow of Object.values(scaleWorkflows(this.sink.address, { id, name }, nodeTimeoutMs))) {
				const workflowId = await api.createWorkflow(workflow);
				const { versionId } = await api.call<{ versionId: string }>('GET', `/rest/workflows/${workflowId}`);
				await api.call('POST', `/rest/workflows/${workflowId}/activate`, { versionId });
			}
		} finally {
			await n8n.stop();
		}
	}

	/** Runs one of them. It never throws for what happens in the run. */
	async run(path: ScalePath, rows: number, timeoutMs: number): Promise<ScaleRun> {
		await this.sink.forget();
		const logFrom = (await this.log()).length;
		const n8n = await startN8n(this.installed, { userFolder: this.userFolder, env: SCALE_ENV });
		try {
			const peak = watchMemory();
			const startedAt = performance.now();
			const answer = await call(`${n8n.url}/webhook/${SCALE_PATHS[path]}?rows=${rows}`, timeoutMs);
			const seconds = (performance.now() - startedAt) / 1000;
			const memory = peak();
			const arrived = await this.sink.check(rows);
			const broke = answer.status === 200 ? missing(arrived, rows) : whyItBroke(answer, (await this.log()).slice(logFrom));
			const { durationMs } = answer.status === 200 ? (JSON.parse(answer.text) as { durationMs?: number }) : {};
			return {
				path,
				rows,
				megabytes: arrived.bytes / 1e6,
				seconds,
				uploadSeconds: durationMs === undefined ? undefined : durationMs / 1000,
				...memory,
				arrived,
				broke,
			};
		} finally {
			await n8n.stop();
			// What a run that broke has left behind; gigabytes.
			for (const folder of ['storage', 'binaryData']) await rm(join(this.userFolder, '.n8n', folder), { recursive: true, force: true, maxRetries: 5 });
		}
	}

	private async log(): Promise<string> {
		return await readFile(join(this.userFolder, 'n8n.log'), 'utf8').catch(() => '');
	}
}

interface Answer {
	/** 0: none came */
	status: number;
	text: string;
}

/** Unlike `fetch`, it waits for the answer's first byte for as long as it is told. */
async function call(url: string, timeoutMs: number): Promise<Answer> {
	return await new Promise((resolve) => {
		const fail = (error: Error) => resolve({ status: 0, text: error.message });
		const outgoing = request(url, { signal: AbortSignal.timeout(timeoutMs) }, (incoming) => {
			const chunks: Buffer[] = [];
			incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
			incoming.once('error', fail);
			incoming.once('end', () => resolve({ status: incoming.statusCode!, text: Buffer.concat(chunks).toString() }));
		});
		outgoing.once('error', fail);
		outgoing.end();
	});
}

function missing({ rows, isAsSent }: Arrived, wanted: number): string | undefined {
	return rows === wanted && isAsSent ? undefined : `${rows} of ${wanted} rows arrived${isAsSent ? '' : ', not as they were sent'}`;
}

function whyItBroke({ status, text }: Answer, log: string): string {
	console.log(log.slice(-3000));
	return `${status} ${text}`;
}
