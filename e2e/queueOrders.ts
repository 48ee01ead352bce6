import type { Sandbox } from '../sandbox';
import type { RunningPostgres } from './services/postgres';

/** What two tables have in common only if they hold the same rows, as often; their order is left out. */
export type OrderSums = Record<'rows' | 'ids' | 'id_sum' | 'customers' | 'amount' | 'digest', string>;

/** Makes a database with the table that the Postgres examples read: its ids have holes, wider than a slice too. */
export async function createOrders(postgres: RunningPostgres, database: string, rows: number): Promise<void> {
	await postgres.createDatabase(database);
	await postgres.query(
		database,
		`CREATE TABLE orders (id bigint PRIMARY KEY, customer text, amount numeric(12, 2), updated_at timestamptz);
		INSERT INTO orders SELECT
			n + n / 7 + CASE WHEN n > ${rows / 2} THEN 10000000 ELSE 0 END,
			CASE WHEN n % 11 = 0 THEN NULL ELSE 'customer "' || n || E'", Zürich\\nPO box' END,
			CASE WHEN n % 13 = 0 THEN NULL ELSE n / 100.0 END,
			timestamptz '2020-01-01 00:00:00Z' + n * interval '1 second'
		FROM generate_series(1, ${rows}) AS n`,
	);
}

export async function sumsInPostgres(postgres: RunningPostgres, database: string): Promise<OrderSums> {
	const [sums] = await postgres.query(
		database,
		`SELECT count(*) AS rows, count(DISTINCT id) AS ids, sum(id) AS id_sum, count(customer) AS customers, sum(amount) AS amount,
			sum(('x' || substr(md5(line), 1, 8))::bit(32)::bigint) AS digest
		FROM (SELECT *, concat(id, '|', coalesce(customer, 'NULL'), '|', coalesce(amount::text, 'NULL'), '|',
			to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')) AS line FROM orders) AS lines`,
	);
	return sums as OrderSums;
}

/** The same of what has arrived in Domo. */
export async function sumsInDomo(sandbox: Sandbox, dataSetId: string): Promise<OrderSums> {
	const [sums] = await sandbox.sql(
		`SELECT count(*)::VARCHAR AS rows, count(DISTINCT id)::VARCHAR AS ids, sum(id::BIGINT)::VARCHAR AS id_sum,
			count(customer)::VARCHAR AS customers, sum(amount::DECIMAL(12, 2))::VARCHAR AS amount,
			sum(('0x' || substr(md5(line), 1, 8))::UBIGINT)::VARCHAR AS digest
		FROM (SELECT *, concat(id, '|', coalesce(customer, 'NULL'), '|', coalesce(amount, 'NULL'), '|', updated_at) AS line
			FROM ${sandbox.dataSet(dataSetId).textView})`,
	);
	return sums as OrderSums;
}
