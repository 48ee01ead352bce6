/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
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
	stop(): Promise<void>;
}

export interface N8nStartOptions {
	/** Holds n8n's database, settings and binary data */
	userFolder: string;
	/** Any free one where left out */
	port?: number;
	env?: NodeJS.ProcessEnv;
}

/** Starts n8n and waits until its editor answers. @throws when it ends or does not answer; its log is named */
export async function startN8n(n8n: InstalledN8n, { userFolder, port, env = {} }: N8nStartOptions): Promise<RunningN8n> {
	await mkdir(userFolder, { recursive: true });
	const usedPort = port ?? (await freePort());
	const url = `http://localhost:${usedPort}`;
	const logPath = join(userFolder, 'n8n.log');
	const log = createWriteStream(logPath, { flags: 'a' });
	const child = spawn(n8n.nodePath, [n8n.n8nPath, 'start'], {
		cwd: userFolder,
		env: {
			...withoutN8nSettings(process.env),
			PATH: `${join(n8n.nodePath, '..')}:${process.env.PATH ?? ''}`,
			N8N_USER_FOLDER: userFolder,
			N8N_PORT: String(usedPort),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			// Nothing is asked of, or told to, the world outside.
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_DYNAMIC_BANNERS_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			N8N_PERSONALIZATION_ENABLED: 'false',
			N8N_HIRING_BANNER_ENABLED: 'false',
			N8N_SECURE_COOKIE: 'false',
			GENERIC_TIMEZONE: 'UTC',
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

	const hasEnded = ended.then((code) => `n8n ended with ${code}`);
	const isUp = answers(url, AbortSignal.timeout(START_TIMEOUT_MS));
	const outcome = await Promise.race([hasEnded, isUp]);
	if (outcome !== true) {
		await stop();
		throw new Error(`${outcome === false ? 'n8n did not start in time' : outcome}; its log is ${logPath}`);
	}
	return { url, logPath, stop };
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

/** The caller's own n8n settings must not reach this one. */
function withoutN8nSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(N8N_|DB_|EXECUTIONS_|QUEUE_|NODES_|NODE_OPTIONS$)/.test(name)));
}

/** Removes a user folder, also while n8n's last files are still being closed. */
export async function removeFolder(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
