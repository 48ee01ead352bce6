/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a program may take to end by itself. */
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 250;

export interface ProgramOptions {
	/** What messages call it */
	name: string;
	command: string;
	args: string[];
	cwd: string;
	env: NodeJS.ProcessEnv;
	/** Takes all that the program says */
	logPath: string;
	/** Who runs it, where not we */
	user?: { uid: number; gid: number };
	/** What asks it to end; SIGTERM where left out */
	stopSignal?: NodeJS.Signals;
}

export interface StartedProgram {
	logPath: string;
	/** undefined where it could not be started */
	pid: number | undefined;
	/** Waits until `answers` gives true. @throws when the program ends or does not answer in time; it is stopped then */
	waitUntilUp(answers: () => Promise<boolean>, timeoutMs: number): Promise<void>;
	/** Asks it to end, makes it after a while, and waits until it has. */
	stop(): Promise<void>;
	/** Ends it at once, as the kernel does when memory runs out. */
	kill(): Promise<void>;
}

/** Starts a program that goes on until it is stopped. */
export function startProgram(options: ProgramOptions): StartedProgram {
	const { name, command, args, cwd, env, logPath, user, stopSignal = 'SIGTERM' } = options;
	const log = createWriteStream(logPath, { flags: 'a' });
	const child = spawn(command, args, { cwd, env, ...user, stdio: ['ignore', 'pipe', 'pipe'] });
	child.stdout.pipe(log, { end: false });
	child.stderr.pipe(log, { end: false });
	// Not at the exit: its last words may still be on their way.
	child.once('close', () => log.end());
	let end: string | undefined;
	const ended = once(child, 'exit')
		.then(([code, signal]) => `ended with ${code ?? signal}`)
		.catch((error: Error) => `could not be started: ${error.message}`)
		.then((how) => (end = how));

	const stopWith = async (signal: NodeJS.Signals): Promise<void> => {
		if (end !== undefined) return;
		child.kill(signal);
		const inTime = new AbortController();
		delay(STOP_TIMEOUT_MS, undefined, { signal: inTime.signal }).then(
			() => child.kill('SIGKILL'),
			() => undefined,
		);
		await ended;
		inTime.abort();
	};
	const stop = async () => await stopWith(stopSignal);

	const waitUntilUp = async (answers: () => Promise<boolean>, timeoutMs: number): Promise<void> => {
		const giveUpAt = performance.now() + timeoutMs;
		while (end === undefined && performance.now() < giveUpAt) {
			if (await answers()) return;
			await delay(POLL_MS);
		}
		const how = end ?? 'did not start in time';
		await stop();
		throw new Error(`${name} ${how}; its log is ${logPath}`);
	};
	return { logPath, pid: child.pid, waitUntilUp, stop, kill: async () => await stopWith('SIGKILL') };
}
