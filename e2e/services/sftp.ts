/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from '../freePort';
import { startProgram, type StartedProgram } from './startedProgram';

const run = promisify(execFile);

const START_TIMEOUT_MS = 30_000;
/** It wants to be called by its full path. */
const SSHD = '/usr/sbin/sshd';
/** Where sshd, run by root, puts what it does not trust yet; Debian makes it when the service starts. */
const PRIVILEGE_SEPARATION_FOLDER = '/run/sshd';

/** OpenSSH's own server on 127.0.0.1: it takes one key, and gives files of a temporary folder by SFTP and nothing else. */
export class RunningSftp {
	readonly host = '127.0.0.1';
	readonly username = userInfo().username;

	private constructor(
		readonly port: number,
		/** What logs in */
		readonly privateKey: string,
		private readonly folder: string,
		private readonly server: StartedProgram,
	) {}

	/** @throws when there is no OpenSSH server, or it does not start */
	static async start(): Promise<RunningSftp> {
		const folder = await mkdtemp(join(tmpdir(), 'n8n-domo-sftp-'));
		await mkdir(join(folder, 'files'));
		const [hostKey, userKey] = ['host', 'user'].map((name) => join(folder, `${name}.key`));
		for (const path of [hostKey, userKey])
			await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'n8n-nodes-domo', '-f', path]);
		const port = await freePort();
		const settings = {
			Port: port,
			ListenAddress: '127.0.0.1',
			HostKey: hostKey,
			AuthorizedKeysFile: `${userKey}.pub`,
			PidFile: 'none',
			// Temporary folders are open to all.
			StrictModes: 'no',
			UsePAM: 'no',
			PasswordAuthentication: 'no',
			KbdInteractiveAuthentication: 'no',
			PermitRootLogin: 'prohibit-password',
			AllowTcpForwarding: 'no',
			Subsystem: 'sftp internal-sftp',
			ForceCommand: `internal-sftp -d ${join(folder, 'files')}`,
		};
		const config = join(folder, 'sshd_config');
		await writeFile(
			config,
			Object.entries(settings)
				.map(([name, value]) => `${name} ${value}\n`)
				.join(''),
		);
		if (process.getuid?.() === 0) await mkdir(PRIVILEGE_SEPARATION_FOLDER, { recursive: true, mode: 0o755 });
		const server = startProgram({
			name: 'OpenSSH (apt-get install openssh-server)',
			command: SSHD,
			args: ['-D', '-e', '-f', config],
			cwd: folder,
			env: process.env,
			logPath: join(folder, 'sshd.log'),
		});
		const privateKey = await readFile(userKey, 'utf8');
		await server.waitUntilUp(async () => await greets(port), START_TIMEOUT_MS);
		return new RunningSftp(port, privateKey, folder, server);
	}

	/** Puts a file where who logs in finds it. @param path from the folder that a session starts in */
	async put(path: string, content: string | Buffer): Promise<void> {
		const target = join(this.folder, 'files', path);
		await mkdir(join(target, '..'), { recursive: true });
		await writeFile(target, content);
	}

	async stop(): Promise<void> {
		await this.server.stop();
		await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}
}

/** Whether a server says the first word of SSH on this port. */
async function greets(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		const settle = (isUp: boolean) => {
			socket.destroy();
			resolve(isUp);
		};
		socket.once('data', (greeting) => settle(greeting.toString('latin1').startsWith('SSH-2.0')));
		socket.once('error', () => settle(false));
		socket.once('close', () => settle(false));
	});
}
