/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from './freePort';
import type { InstalledN8n } from './n8nInstall';
import { startProgram } from './services/startedProgram';

/** n8n's first start runs its database's migrations; a busy machine needs minutes. */
const START_TIMEOUT_MS = 300_000;
const ANSWER_TIMEOUT_MS = 30_000;

export interface RunningN8n {
	/** http://localhost:PORT */
	url: string;
	logPath: string;
	/** undefined where it could not be started */
	pid: number | undefined;
	isUp: Promise<void>;
	stop(): Promise<void>;
}

export interface LaunchOptions {
	/** Exists already; holds n8n's database, settings and binary data */
	userFolder: string;
	port: number;
	/** Where n8n's own task runner finds it; the next port where left out */
	brokerPort?: number;
	/** `n8n.log` in the user folder where left out */
	logPath?: string;
	env?: NodeJS.ProcessEnv;
}

/** Starts n8n on any free port and waits until its editor answers. @throws as `launchN8n`'s `isUp` */
export async function startN8n(
	n8n: InstalledN8n,
	options: Omit<LaunchOptions, 'port' | 'brokerPort'>,
): Promise<RunningN8n> {
	const launched = launchN8n(n8n, { ...options, port: await freePort(), brokerPort: await freePort() });
	process.stderr.write(`n8n's log is ${launched.logPath}\n`);
	await launched.isUp;
	return launched;
}

/**
 * Starts n8n. `isUp` settles when its editor answers; it rejects, and n8n is stopped, when n8n ends or does not
 * answer in time; its log is named.
 */
export function launchN8n(n8n: InstalledN8n, options: LaunchOptions): RunningN8n {
	const {
		userFolder,
		port,
		brokerPort = port + 1,
		logPath = join(userFolder, 'n8n.log'),
		env = {},
	} = options;
	const url = `http://localhost:${port}`;
	const program = startProgram({
		name: 'n8n',
		command: n8n.nodePath,
		args: [n8n.n8nPath, 'start'],
		cwd: userFolder,
		env: {
			...n8nEnvironment(n8n, userFolder),
			N8N_PORT: String(port),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(brokerPort),
			...env,
		},
		logPath,
	});
	// The server listens before its REST routes are in place.
	const isUp = program.waitUntilUp(
		async () =>
			(await answersWell(`${url}/healthz/readiness`)) && (await answersWell(`${url}/rest/settings`)),
		START_TIMEOUT_MS,
	);
	return { url, logPath: program.logPath, pid: program.pid, isUp, stop: program.stop };
}

export interface WorkerOptions {
	/** Exists already; holds the community packages */
	userFolder: string;
	/** How many executions it runs at once */
	concurrency: number;
	/** Queue and database, the same as n8n's own */
	env: NodeJS.ProcessEnv;
	logPath: string;
}

export interface RunningWorker {
	logPath: string;
	stop(): Promise<void>;
	/** As when its machine dies. */
	kill(): Promise<void>;
}

/** Starts a worker of n8n's queue mode and waits until it takes executions. @throws when it does not, naming its log */
export async function startWorker(
	n8n: InstalledN8n,
	{ userFolder, concurrency, env, logPath }: WorkerOptions,
): Promise<RunningWorker> {
	const port = await freePort();
	const program = startProgram({
		name: 'n8n worker',
		command: n8n.nodePath,
		args: [n8n.n8nPath, 'worker', `--concurrency=${concurrency}`],
		cwd: userFolder,
		env: {
			...n8nEnvironment(n8n, userFolder),
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(port),
			N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
			...env,
		},
		logPath,
	});
	process.stderr.write(`The worker's log is ${logPath}\n`);
	await program.waitUntilUp(
		async () => await answersWell(`http://127.0.0.1:${port}/healthz/readiness`),
		START_TIMEOUT_MS,
	);
	return program;
}

async function answersWell(address: string): Promise<boolean> {
	return await fetch(address, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }).then(
		({ ok }) => ok,
		() => false,
	);
}

/** What any of n8n's commands is started with. */
export function n8nEnvironment(n8n: InstalledN8n, userFolder: string): NodeJS.ProcessEnv {
	return {
		...withoutN8nSettings(process.env),
		PATH: `${join(n8n.nodePath, '..')}:${process.env.PATH ?? ''}`,
		N8N_USER_FOLDER: userFolder,
		// Nothing is asked of, or told to, the world outside.
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_SECURE_COOKIE: 'false',
		GENERIC_TIMEZONE: 'UTC',
	};
}

/** The caller's own n8n settings must not reach this one. */
function withoutN8nSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(env).filter(([name]) => !/^(N8N_|DB_|EXECUTIONS_|QUEUE_|NODES_|NODE_OPTIONS$)/.test(name)),
	);
}

/** Removes a user folder, also while n8n's last files are still being closed. */
export async function removeFolder(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
