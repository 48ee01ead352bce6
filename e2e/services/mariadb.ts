/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from '../freePort';
import { otherThanRoot } from './otherUser';
import { startProgram, type StartedProgram } from './startedProgram';

const run = promisify(execFile);

const START_TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Distributions leave it out of other users' PATH. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin`;

/** A MariaDB of its own in a temporary folder. Its sessions are in UTC and take zero dates, as old tables have them. */
export class RunningMariaDb {
	readonly host = '127.0.0.1';
	readonly user = 'n8n';
	readonly password = 'n8n';
	readonly database = 'shop';

	private constructor(
		readonly port: number,
		private readonly folder: string,
		private readonly server: StartedProgram,
	) {}

	/** @throws when no MariaDB is found, or it does not start */
	static async start(): Promise<RunningMariaDb> {
		const owner = await otherThanRoot('nobody');
		const folder = await mkdtemp(join(tmpdir(), 'n8n-domo-mariadb-'));
		if (owner) await chown(folder, owner.uid, owner.gid);
		const env = { ...process.env, PATH };
		const data = join(folder, 'data');
		const install = ['--no-defaults', `--datadir=${data}`, '--skip-test-db', '--skip-name-resolve'];
		await run('mariadb-install-db', [...install, '--auth-root-authentication-method=normal'], {
			cwd: folder,
			env,
			...owner,
		});
		const port = await freePort();
		const server = startProgram({
			name: 'MariaDB (apt-get install mariadb-server-core mariadb-client-core)',
			command: 'mariadbd',
			args: [
				'--no-defaults',
				`--datadir=${data}`,
				`--port=${port}`,
				'--bind-address=127.0.0.1',
				`--socket=${join(folder, 'mariadb.sock')}`,
				`--pid-file=${join(folder, 'mariadb.pid')}`,
				'--skip-name-resolve',
				'--default-time-zone=+00:00',
				'--character-set-server=utf8mb4',
				'--sql-mode=',
				'--innodb-flush-log-at-trx-commit=0',
				'--innodb-buffer-pool-size=16M',
			],
			cwd: folder,
			env,
			logPath: join(folder, 'mariadb.log'),
			user: owner,
		});
		const mariaDb = new RunningMariaDb(port, folder, server);
		const asRoot = async (sql: string) =>
			await run('mariadb', [
				'--no-defaults',
				`--socket=${join(folder, 'mariadb.sock')}`,
				'-u',
				'root',
				'-e',
				sql,
			]);
		await server.waitUntilUp(
			async () =>
				await asRoot('SELECT 1').then(
					() => true,
					() => false,
				),
			START_TIMEOUT_MS,
		);
		const { database, user, password } = mariaDb;
		await asRoot(
			`CREATE DATABASE ${database};
			CREATE USER '${user}'@'%' IDENTIFIED BY '${password}';
			GRANT ALL ON ${database}.* TO '${user}'@'%';`,
		).catch(async (error: Error) => {
			await server.stop();
			throw error;
		});
		return mariaDb;
	}

	/** Runs SQL. @returns what it prints: the fields of a row parted by tabs, no header */
	async query(sql: string): Promise<string> {
		const file = join(this.folder, 'statements.sql');
		await writeFile(file, sql);
		const { stdout } = await run(
			'mariadb',
			[
				'--no-defaults',
				`--host=${this.host}`,
				`--port=${this.port}`,
				`--user=${this.user}`,
				`--password=${this.password}`,
				'--default-character-set=utf8mb4',
				'--batch',
				'--raw',
				'--skip-column-names',
				`--execute=source ${file}`,
				this.database,
			],
			{ maxBuffer: MAX_OUTPUT_BYTES },
		);
		return stdout;
	}

	async stop(): Promise<void> {
		await this.server.stop();
		await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}
}
