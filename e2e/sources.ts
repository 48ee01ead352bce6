import type { RunningPostgres } from './services/postgres';
import { RunningMariaDb } from './services/mariadb';
import { RunningS3 } from './services/s3';
import { RunningSftp } from './services/sftp';
import type { CredentialData, Surroundings } from './surroundings';

/** Servers that workflows read from, each its own real one. Their tables hold what their column types allow. */
export class Sources {
	mariaDb!: RunningMariaDb;
	sftp!: RunningSftp;
	s3!: RunningS3;

	private constructor(readonly surroundings: Surroundings) {}

	/** @throws when something does not start; the rest is stopped then, but for the surroundings */
	static async open(surroundings: Surroundings): Promise<Sources> {
		const sources = new Sources(surroundings);
		try {
			await sources.start();
			return sources;
		} catch (error) {
			await sources.close();
			return await Promise.reject(error as Error);
		}
	}

	/** All that the examples need; each has the id that the examples name. */
	get credentials(): CredentialData[] {
		const { mariaDb, sftp, s3 } = this;
		return [
			...this.surroundings.credentials,
			{
				id: 'mySqlCredential',
				name: 'MySQL',
				type: 'mySql',
				data: {
					host: mariaDb.host,
					port: mariaDb.port,
					user: mariaDb.user,
					password: mariaDb.password,
					database: mariaDb.database,
				},
			},
			{
				id: 'sftpCredential',
				name: 'SFTP',
				type: 'sftp',
				data: { host: sftp.host, port: sftp.port, username: sftp.username, privateKey: sftp.privateKey },
			},
			{
				id: 's3Credential',
				name: 'S3',
				type: 's3',
				data: {
					endpoint: s3.url,
					region: s3.region,
					accessKeyId: s3.accessKeyId,
					secretAccessKey: s3.secretAccessKey,
					forcePathStyle: true,
				},
			},
		];
	}

	async close(): Promise<void> {
		await Promise.all([this.mariaDb?.stop(), this.sftp?.stop(), this.s3?.stop()]);
	}

	private async start(): Promise<void> {
		this.mariaDb = await RunningMariaDb.start();
		this.sftp = await RunningSftp.start();
		this.s3 = await RunningS3.start();
		await fillPostgres(this.surroundings.postgres);
		await fillMariaDb(this.mariaDb);
	}
}

async function fillPostgres(postgres: RunningPostgres): Promise<void> {
	await postgres.query(
		'postgres',
		`CREATE TABLE shipments (
			id bigint PRIMARY KEY, weight numeric(30,12), price money, shipped_at timestamptz, packed_at timestamp,
			ordered_on date, pickup time, is_open boolean, ratio double precision, details jsonb, tags text[],
			counts bigint[], tracking uuid, note text
		);
		INSERT INTO shipments VALUES
			(-9223372036854775808, '123456789012345678.123456789012', '1234.50', '2026-03-29 00:59:59.999999+00',
				'2026-03-29 02:30:00', '2026-03-29', '23:59:59', true, 0.1,
				'{"box": {"sides": [1.5, null, "\\"x\\""]}, "fragile": false}', ARRAY['a', 'b, "c"', NULL, ''],
				ARRAY[9007199254740993, NULL], 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'line 1' || chr(10) || 'line 2'),
			(9007199254740992, '-0.000000000001', '-7', '2026-10-25 03:30:00+02', '2026-10-25 02:30:00', '2026-10-25',
				'00:00', false, 1e300, '[]', ARRAY[]::text[], NULL, NULL, ''),
			(9007199254740993, 'NaN', NULL, 'infinity', NULL, '2024-02-29', NULL, NULL, 'NaN', '"text"', NULL, NULL, NULL, NULL),
			(9007199254740994, NULL, '0', NULL, '1999-12-31 23:59:59', NULL, '12:00', true, NULL, 'null',
				ARRAY[ARRAY['x', 'y'], ARRAY['ä', '日本']], ARRAY[]::bigint[], NULL, ' NULL '),
			(9223372036854775807, 0, '12345678.90', '1969-12-31 23:00:00-05', '1969-12-31 23:00:00', '1969-12-31', '01:02:03',
				NULL, -2.5, NULL, NULL, NULL, NULL, 'Größe: "groß", 100 %');`,
	);
}

async function fillMariaDb(mariaDb: RunningMariaDb): Promise<void> {
	await mariaDb.query(
		`CREATE TABLE invoices (
			id bigint NOT NULL PRIMARY KEY, amount decimal(38,18), rate double, created_at datetime, seen_at datetime(6), updated_at timestamp NULL,
			due_on date, paid_on date, pickup time, fiscal_year year, is_open boolean, is_paid bit(1), flags bit(64),
			details json, note varchar(100)
		) CHARACTER SET utf8mb4;
		INSERT INTO invoices VALUES
			(-9223372036854775808, 12345678901234567890.123456789012345678, 0.1, '2026-03-29 02:30:00', '2026-03-29 02:30:00.999999',
				'2026-03-29 02:30:00', '2026-03-29', '0000-00-00', '23:59:59', 2026, true, b'1',
				b'0111111111111111111111111111111111111111111111111111111111111111',
				'{"box": {"sides": [1.5, null, "x"]}, "fragile": false}', 'line 1\\nline 2'),
			(9007199254740992, -0.000000000000000001, -2.5e-200, '0000-00-00 00:00:00', NULL, NULL, '0000-00-00', '2024-02-29', '00:00:00',
				1999, false, b'0', b'0', '[]', ''),
			(9007199254740993, NULL, NULL, NULL, '1970-01-01 00:00:00.5', '1970-01-01 00:00:01', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
			(9223372036854775807, 0, 0, '9999-12-31 23:59:59', '1000-01-01', '2038-01-19 03:14:07', '1000-01-01', '9999-12-31', '12:00:00', 2155, true,
				b'1', b'100000000000000000000000000000000000000000000000000001', 'null', 'Größe: "groß", 日本 😀');`,
	);
}
