/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

import { eventually } from './eventually';
import { N8nApi, type WorkflowJson } from './n8nApi';
import type { InstalledN8n } from './n8nInstall';
import { freePort } from './freePort';
import { launchN8n, removeFolder, type RunningN8n } from './n8nServer';
import { watchMemory, type PeakMemory } from './scaleMemory';
import type { Arrived, ScaleSink } from './scaleSink';
import { errorWorkflow, SCALE_PATHS, scaleWorkflows, type ScalePath } from './scaleWorkflows';

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
export interface ScaleRun extends PeakMemory {
	path: ScalePath;
	rows: number;
	/** From the call of the Webhook to its answer. */
	seconds: number;
	/** As Upload in Parallel says; none for the naive way. */
	uploadSeconds?: number;
	arrived: Arrived;
	/** Why it did not end well; none where all rows are there. */
	broke?: string;
}

/** How long n8n's error workflow may take to tell what broke. */
const ERROR_WORKFLOW_MS = 20_000;

/** Runs the workflows, each in a freshly started n8n of the same user folder. */
export class ScaleRunner {
	private n8n?: RunningN8n;

	constructor(
		private readonly installed: InstalledN8n,
		private readonly userFolder: string,
		private readonly sink: ScaleSink,
	) {}

	/** Makes the account, the credential and the workflows, all switched on. */
	async setUp(nodeTimeoutMs: number): Promise<void> {
		const { url } = await this.start();
		const api = new N8nApi(url);
		await api.setUpOwner();
		const { url: baseUrl, clientId, clientSecret } = this.sink.address;
		const name = 'Domo (sandbox)';
		const id = await api.createCredential(name, 'domoOAuth2Api', { clientId, clientSecret, baseUrl });
		const switchedOn = async (workflow: WorkflowJson) => {
			const workflowId = await api.createWorkflow(workflow);
			await api.activateWorkflow(workflowId);
			return workflowId;
		};
		const errors = await switchedOn(errorWorkflow(this.sink.address));
		const workflows = scaleWorkflows(this.sink.address, { id, name }, nodeTimeoutMs, {
			errorWorkflow: errors,
		});
		for (const workflow of Object.values(workflows)) await switchedOn(workflow);
		await this.stop();
	}

	/** Runs one of them. It never throws for what happens to the rows. */
	async run(path: ScalePath, rows: number, timeoutMs: number): Promise<ScaleRun> {
		await this.sink.forget();
		const { url } = await this.start();
		try {
			const peak = watchMemory();
			const startedAt = performance.now();
			const answer = await call(`${url}/webhook/${SCALE_PATHS[path]}?rows=${rows}`, timeoutMs);
			const seconds = (performance.now() - startedAt) / 1000;
			const memory = peak();
			const arrived = await this.sink.check(rows);
			const output = answer.status === 200 ? (JSON.parse(answer.text) as Output) : {};
			const broke = answer.status === 200 ? missing(arrived, rows, output) : await this.whyItBroke(answer);
			return {
				path,
				rows,
				seconds,
				uploadSeconds: output.durationMs && output.durationMs / 1000,
				...memory,
				arrived,
				broke,
			};
		} finally {
			await this.stop();
			// What a run that broke has left behind; gigabytes.
			for (const folder of ['storage', 'binaryData'])
				await removeFolder(join(this.userFolder, '.n8n', folder));
		}
	}

	private async start(): Promise<RunningN8n> {
		// A log for each start: what is said there is about one run.
		await rm(join(this.userFolder, 'n8n.log'), { force: true });
		const ports = { port: await freePort(), brokerPort: await freePort() };
		// Noted before it is up: it may have to be stopped while it starts.
		this.n8n = launchN8n(this.installed, { userFolder: this.userFolder, env: SCALE_ENV, ...ports });
		await this.n8n.isUp;
		return this.n8n;
	}

	async stop(): Promise<void> {
		await this.n8n?.stop();
		this.n8n = undefined;
	}

	private async whyItBroke({ status, text }: Answer): Promise<string> {
		const log = await readFile(join(this.userFolder, 'n8n.log'), 'utf8');
		const [fatal] = /FATAL ERROR.*/.exec(log) ?? [];
		if (fatal !== undefined) return `n8n ended: ${fatal}`;
		if (status === 0) return text;
		const broke = await eventually(
			'what broke',
			async () => await this.sink.broke(),
			ERROR_WORKFLOW_MS,
		).catch(() => undefined);
		return broke ? `${broke.node ?? 'n8n'}: ${broke.message}` : text;
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
		const fail = ({ name, message }: Error) =>
			resolve({
				status: 0,
				text:
					name === 'AbortError'
						? `No answer within ${timeoutMs / 60_000} minutes`
						: `n8n gave no answer: ${message}`,
			});
		const outgoing = request(url, { signal: AbortSignal.timeout(timeoutMs) }, (incoming) => {
			const chunks: Buffer[] = [];
			incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
			incoming.once('error', fail);
			incoming.once('end', () =>
				resolve({ status: incoming.statusCode!, text: Buffer.concat(chunks).toString() }),
			);
		});
		outgoing.once('error', fail);
		outgoing.end();
	});
}

/** What the last node gives; Upload in Parallel says these. */
interface Output {
	durationMs?: number;
	verified?: boolean;
}

function missing(
	{ rows, isAsSent }: Arrived,
	wanted: number,
	{ verified = true }: Output,
): string | undefined {
	if (!verified) return 'The upload is not verified';
	return rows === wanted && isAsSent
		? undefined
		: `${rows} of ${wanted} rows arrived${isAsSent ? '' : ', not as they were sent'}`;
}
