/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { freePort } from '../freePort';
import { startProgram } from './startedProgram';

const START_TIMEOUT_MS = 60_000;

export interface RunningRedis {
	port: number;
	stop(): Promise<void>;
}

/** Starts the system's redis-server on 127.0.0.1; it keeps nothing. @throws when there is none */
export async function startRedis(folder: string): Promise<RunningRedis> {
	await mkdir(folder, { recursive: true });
	const port = await freePort();
	const redis = startProgram({
		name: 'Redis (apt-get install redis-server)',
		command: 'redis-server',
		args: [
			'--port',
			String(port),
			'--bind',
			'127.0.0.1',
			'--dir',
			folder,
			'--save',
			'',
			'--appendonly',
			'no',
		],
		cwd: folder,
		env: process.env,
		logPath: join(folder, 'redis.log'),
	});
	await redis.waitUntilUp(async () => await answersPing(port), START_TIMEOUT_MS);
	return { port, stop: redis.stop };
}

async function answersPing(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
		const settle = (isUp: boolean) => {
			socket.destroy();
			resolve(isUp);
		};
		socket.once('data', (answer) => settle(answer.toString().startsWith('+PONG')));
		socket.once('error', () => settle(false));
		socket.once('close', () => settle(false));
	});
}
