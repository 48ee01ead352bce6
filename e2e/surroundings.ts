/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startSandbox, type Sandbox } from '../sandbox';
import { keptLog } from './kept';
import { installN8n, type InstalledN8n } from './n8nInstall';
import { removeFolder } from './n8nServer';
import { installPackedPackage } from './packedPackage';
import { RunningPostgres } from './services/postgres';
import { WebServer } from './webServer';

/** Credentials by type, as workflows of `examples/` and n8n's REST API name them. */
export interface CredentialData {
	id: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

/** One n8n, not started yet, with this package as a user has it; and what workflows read from and load into. */
export class Surroundings {
	sandbox!: Sandbox;
	web!: WebServer;
	/** With the tables `orders` and `products`; nothing changes them. */
	postgres!: RunningPostgres;

	private constructor(
		readonly n8n: InstalledN8n,
		/** What n8n is told in N8N_USER_FOLDER */
		readonly userFolder: string,
	) {}

	/** @throws when something does not start; the rest is stopped then */
	static async open(n8nVersion: string): Promise<Surroundings> {
		const n8n = await installN8n((line) => process.stderr.write(`${line}\n`), { version: n8nVersion });
		const surroundings = new Surroundings(n8n, await mkdtemp(join(tmpdir(), 'n8n-domo-e2e-')));
		try {
			await surroundings.start();
			return surroundings;
		} catch (error) {
			await surroundings.close();
			return await Promise.reject(error as Error);
		}
	}

	/** All that the examples need; each has the id that the examples name. */
	get credentials(): CredentialData[] {
		const { clientId, clientSecret, url: baseUrl } = this.sandbox;
		const { host, port, user } = this.postgres;
		return [
			{
				id: 'domoDemoCredential',
				name: 'Domo OAuth2 API',
				type: 'domoOAuth2Api',
				data: { clientId, clientSecret, baseUrl },
			},
			{
				id: 'postgresCredential',
				name: 'Postgres',
				type: 'postgres',
				data: { host, port, user, database: 'postgres', ssl: 'disable' },
			},
		];
	}

	/** n8n's log, which outlives the test */
	get logPath(): string {
		return keptLog(this.userFolder);
	}

	async close(): Promise<void> {
		await this.postgres?.stop();
		this.web?.close();
		await this.sandbox?.close();
		await removeFolder(this.userFolder);
	}

	private async start(): Promise<void> {
		await installPackedPackage(this.userFolder);
		this.sandbox = await startSandbox();
		this.web = await WebServer.open();
		this.postgres = await RunningPostgres.start();
		await fillTables(this.postgres);
	}
}

async function fillTables(postgres: RunningPostgres): Promise<void> {
	await postgres.query(
		'postgres',
		`CREATE TABLE orders AS
			SELECT (i * 3 + i % 2)::bigint AS id, 'customer ' || i AS customer, (i / 4.0)::numeric(9,2) AS amount,
				timestamptz '2025-01-01 00:00:00+00' + i * interval '1 second' AS updated_at
			FROM generate_series(1, 1050) AS numbers(i);
		CREATE TABLE products AS
			SELECT 'sku-' || lpad(i::text, 4, '0') AS sku, 'product ' || i AS name, (i / 8.0)::numeric(9,3) AS price,
				CASE WHEN i % 3 = 0 THEN date '2026-01-31' END AS discontinued
			FROM generate_series(1, 1000) AS numbers(i);`,
	);
}
