/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { InstalledN8n } from './n8nInstall';

/** n8n's first start runs its database's migrations; a busy machine needs minutes. */
const START_TIMEOUT_MS = 300_000;
const POLL_MS = 250;
/** How long n8n may take to end by itself. */
const STOP_TIMEOUT_MS = 15_000;

export interface RunningN8n {
	/** http://localhost:PORT */
	url: string;
	logPath: string;
	isUp: Promise<void>;
	stop(): Promise<void>;
}

export interface LaunchOptions {
	/** Exists already; holds n8n's database, settings and binary data */
	userFolder: string;
	port: number;
	/** Where n8n's own task runner finds it; the next port where left out */
	brokerPort?: number;
	env?: NodeJS.ProcessEnv;
}

/** Starts n8n on any free port and waits until its editor answers. @throws as `launchN8n`'s `isUp` */
export async function startN8n(n8n: InstalledN8n, options: Omit<LaunchOptions, 'port' | 'brokerPort'>): Promise<RunningN8n> {
	const launched = launchN8n(n8n, { ...options, port: await freePort(), brokerPort: await freePort() });
	await launched.isUp;
	return launched;
}

/**
 * Starts n8n. `isUp` settles when its editor answers; it rejects, and n8n is stopped, when n8n ends or does not
 * answer in time; its log is named.
 */
export function launchN8n(n8n: InstalledN8n, { userFolder, port, brokerPort = port + 1, env = {} }: LaunchOptions): RunningN8n {
	const url = `http://localhost:${port}`;
	const logPath = join(userFolder, 'n8n.log');
	const log = createWriteStream(logPath, { flags: 'a' });
	const child = spawn(n8n.nodePath, [n8n.n8nPath, 'start'], {
		cwd: userFolder,
		env: {
			...n8nEnvironment(n8n, userFolder),
			N8N_PORT: String(port),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(brokerPort),
			...env,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	child.stdout.pipe(log, { end: false });
	child.stderr.pipe(log, { end: false });
	const ended = once(child, 'close').then(([code]) => code as number | null);

	const stop = async (): Promise<void> => {
		if (child.exitCode === null && child.signalCode === null) {
			child.kill('SIGTERM');
			const late = AbortSignal.timeout(STOP_TIMEOUT_MS);
			late.addEventListener('abort', () => child.kill('SIGKILL'));
			await ended;
		}
		log.end();
	};

	const waitUntilUp = async (): Promise<void> => {
		const hasEnded = ended.then((code) => `n8n ended with ${code}`);
		const outcome = await Promise.race([hasEnded, answers(url, AbortSignal.timeout(START_TIMEOUT_MS))]);
		if (outcome === true) return;
		await stop();
		throw new Error(`${outcome === false ? 'n8n did not start in time' : outcome}; its log is ${logPath}`);
	};
	return { url, logPath, isUp: waitUntilUp(), stop };
}

async function answers(url: string, giveUp: AbortSignal): Promise<boolean> {
	while (!giveUp.aborted) {
		const isUp = await fetch(`${url}/healthz/readiness`).then(
			({ ok }) => ok,
			() => false,
		);
		// The server listens before its REST routes are in place.
		if (isUp && (await fetch(`${url}/rest/settings`).then(({ ok }) => ok, () => false))) return true;
		await delay(POLL_MS);
	}
	return false;
}

export async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
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
	return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(N8N_|DB_|EXECUTIONS_|QUEUE_|NODES_|NODE_OPTIONS$)/.test(name)));
}

/** Removes a user folder, also while n8n's last files are still being closed. */
export async function removeFolder(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
