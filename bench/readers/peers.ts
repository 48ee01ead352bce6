/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** What other readers of CSV make of a file, with their defaults where they infer types. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { DuckDBInstance } from '@duckdb/node-api';
import { parse as csvParse } from 'csv-parse/sync';
import { papaparse } from '../papaparse';

export type Rows = Array<Record<string, string | null>>;

/** What a reader made of a file: its rows as texts, or why it refused. */
export type Reading = { rows: Rows } | { refused: string };

const asText = (value: unknown): string | null => {
	if (value === null || value === undefined) return null;
	return value instanceof Date ? value.toISOString().slice(0, 19) : String(value);
};

const asTexts = (rows: Array<Record<string, unknown>>): Rows =>
	rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asText(value)])));

async function attempt(read: () => Promise<Rows> | Rows): Promise<Reading> {
	return await Promise.resolve()
		.then(read)
		.then(
			(rows) => ({ rows }),
			(error: Error) => ({ refused: error.message.split('\n')[0] }),
		);
}

/** DuckDB's sniffer: `read_csv` without an option. */
export async function duckDb(path: string): Promise<Reading> {
	const database = await DuckDBInstance.create(':memory:');
	const connection = await database.connect();
	try {
		return await attempt(async () => {
			const reader = await connection.runAndReadAll(
				`SELECT COLUMNS(*)::VARCHAR FROM read_csv('${path.replaceAll("'", "''")}')`,
			);
			return asTexts(reader.getRowObjects());
		});
	} finally {
		connection.closeSync();
		database.closeSync();
	}
}

/** csv-parse with `cast` and `cast_date`. */
export const csvParseCast = async (bytes: Buffer): Promise<Reading> =>
	await attempt(() =>
		asTexts(
			csvParse(bytes, { columns: true, cast: true, cast_date: true, skip_empty_lines: true }) as Array<
				Record<string, unknown>
			>,
		),
	);

/** papaparse with `dynamicTyping`. It reports faults beside the rows and goes on. */
export const papaparseTyped = async (bytes: Buffer): Promise<Reading> =>
	await attempt(() =>
		asTexts(
			papaparse.parse(bytes.toString('utf8'), {
				header: true,
				dynamicTyping: true,
				skipEmptyLines: true,
			}).data,
		),
	);

/** pandas, and the same as pydomo sends it. */
export async function pandas(paths: string[]): Promise<Array<{ pandas: Reading; pydomo: Reading }>> {
	const script = join(__dirname, '..', '..', '..', 'bench', 'readers', 'readers.py');
	const { stdout } = await promisify(execFile)(process.env.PYTHON ?? 'python3', [script, ...paths]);
	return stdout
		.trim()
		.split('\n')
		.map((line) => {
			const result = JSON.parse(line) as { refused?: string; pandas?: Rows; pydomo?: Rows };
			const reading = (rows: Rows | undefined): Reading =>
				rows ? { rows } : { refused: result.refused ?? 'not run' };
			return { pandas: reading(result.pandas), pydomo: reading(result.pydomo) };
		});
}
