/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { parse } from 'csv-parse/sync';

import { freePort } from '../freePort';
import { otherThanRoot } from './otherUser';
import { startProgram, type StartedProgram } from './startedProgram';

const run = promisify(execFile);

const START_TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const DEBIANS = '/usr/lib/postgresql';
const USER = 'postgres';

/** A PostgreSQL of its own in a temporary folder, for whoever is on this machine. */
export class RunningPostgres {
	readonly host = '127.0.0.1';
	readonly user = USER;

	private constructor(
		readonly port: number,
		private readonly programs: string,
		private readonly folder: string,
		private readonly server: StartedProgram,
	) {}

	/** @throws when no PostgreSQL is found, or it does not start */
	static async start(): Promise<RunningPostgres> {
		const programs = await findPrograms();
		const owner = await otherThanRoot(USER);
		// In a folder that the server's own user may enter.
		const folder = await mkdtemp(join(tmpdir(), 'n8n-domo-postgres-'));
		if (owner) await chown(folder, owner.uid, owner.gid);
		const data = join(folder, 'data');
		await run(
			join(programs, 'initdb'),
			['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
			{
				cwd: folder,
				...owner,
			},
		);
		const port = await freePort();
		const settings = {
			listen_addresses: '127.0.0.1',
			unix_socket_directories: '',
			fsync: 'off',
			synchronous_commit: 'off',
			full_page_writes: 'off',
		};
		const server = startProgram({
			name: 'PostgreSQL',
			command: join(programs, 'postgres'),
			args: [
				'-D',
				data,
				'-p',
				String(port),
				...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
			],
			cwd: folder,
			env: process.env,
			logPath: join(folder, 'postgres.log'),
			user: owner,
			// Its clients are cut off, not waited for.
			stopSignal: 'SIGINT',
		});
		const postgres = new RunningPostgres(port, programs, folder, server);
		await server.waitUntilUp(
			async () =>
				await postgres.query('postgres', 'SELECT 1').then(
					() => true,
					() => false,
				),
			START_TIMEOUT_MS,
		);
		return postgres;
	}

	/** Runs SQL, as one transaction if it is more than one statement. @returns the last one's rows, values as text, NULL as '' */
	async query(database: string, sql: string): Promise<Array<Record<string, string>>> {
		const args = [
			'-X',
			'-q',
			'--csv',
			'-v',
			'ON_ERROR_STOP=1',
			'-h',
			this.host,
			'-p',
			String(this.port),
			'-U',
			USER,
			'-d',
			database,
			'-c',
			sql,
		];
		const { stdout } = await run(join(this.programs, 'psql'), args, { maxBuffer: MAX_OUTPUT_BYTES });
		return parse(stdout, { columns: true }) as Array<Record<string, string>>;
	}

	async createDatabase(name: string): Promise<void> {
		await this.query('postgres', `CREATE DATABASE ${name}`);
	}

	async stop(): Promise<void> {
		await this.server.stop();
		await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}
}

/** The folder with initdb, postgres and psql; distributions leave it out of the PATH. */
async function findPrograms(): Promise<string> {
	const told = await run('pg_config', ['--bindir']).then(
		({ stdout }) => [stdout.trim()],
		() => [],
	);
	const versions = existsSync(DEBIANS) ? readdirSync(DEBIANS).sort((a, b) => Number(b) - Number(a)) : [];
	const places = [
		...told,
		...versions.map((version) => join(DEBIANS, version, 'bin')),
		...(process.env.PATH ?? '').split(':'),
	];
	const found = places.find((place) =>
		['initdb', 'postgres', 'psql'].every((program) => existsSync(join(place, program))),
	);
	if (found === undefined)
		throw new Error('No PostgreSQL was found: install one (apt-get install postgresql)');
	return found;
}
