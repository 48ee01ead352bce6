/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBDataChunk, DuckDBInstance, VARCHAR } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBResult, DuckDBValue } from '@duckdb/node-api';

import type { Column, ColumnType } from '../domo/types';
import { Turnstile } from './throttle';

export type TextRow = Array<string | null>;

/** Rows that were read from CSV but belong to no DataSet yet. */
export interface StagedRows {
	table: string;
	rows: number;
	columns: number;
}

const CHUNK_ROWS = 2048;

/** What a query sees of a text column. DECIMAL is a double there, as in the JSON that Domo answers with. */
const SQL_TYPES: Record<ColumnType, string> = {
	STRING: 'VARCHAR',
	DECIMAL: 'DOUBLE',
	LONG: 'BIGINT',
	DOUBLE: 'DOUBLE',
	DATE: 'DATE',
	DATETIME: 'TIMESTAMP',
};

export const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
const rowsTable = (dataSetId: string) => `rows_${dataSetId.replaceAll('-', '_')}`;
export const typedView = (dataSetId: string) => `data_${dataSetId.replaceAll('-', '_')}`;
export const textView = (dataSetId: string) => `text_${dataSetId.replaceAll('-', '_')}`;

/**
 * All rows, in an in-process DuckDB that spills to a temporary folder.
 *
 * Values are kept as the CSV's text, so that what arrived can be compared digit for digit; queries see
 * them typed, through a view.
 */
export class Storage {
	private stagedTables = 0;
	private readonly landings = new Turnstile();
	private readonly stagings = new Turnstile();

	private constructor(
		readonly folder: string,
		private readonly database: DuckDBInstance,
		private readonly connection: DuckDBConnection,
	) {}

	static async open(): Promise<Storage> {
		const folder = await mkdtemp(join(tmpdir(), 'domo-sandbox-'));
		const database = await DuckDBInstance.create(':memory:', {
			memory_limit: '1GB',
			temp_directory: join(folder, 'spill'),
			threads: '2',
		});
		return new Storage(folder, database, await database.connect());
	}

	async close(): Promise<void> {
		await this.stagings.run(async () => undefined);
		await this.landings.run(async () => undefined);
		this.connection.closeSync();
		this.database.closeSync();
		// A request that is still being faulted may be writing: tried again until the folder is empty.
		await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
	}

	async createTable(dataSetId: string, columns: Column[]): Promise<void> {
		const texts = columns.map((_, index) => `c${index} VARCHAR`);
		await this.connection.run(
			`CREATE TABLE ${rowsTable(dataSetId)} (${['ordinal BIGINT', ...texts].join(', ')})`,
		);
		await this.createViews(dataSetId, columns);
	}

	/** Puts a new schema over a DataSet; values stay under the columns whose names stay. */
	async changeColumns(dataSetId: string, before: Column[], after: Column[]): Promise<void> {
		const table = rowsTable(dataSetId);
		const kept = after.map(({ name }, index) => {
			const from = before.findIndex((column) => column.name === name);
			return from < 0 ? `NULL::VARCHAR AS c${index}` : `c${from} AS c${index}`;
		});
		await this.landings.run(async () => {
			await this.connection.run(
				`CREATE OR REPLACE TABLE ${table} AS SELECT ${['ordinal', ...kept].join(', ')} FROM ${table} ORDER BY ordinal`,
			);
			await this.createViews(dataSetId, after);
		});
	}

	private async createViews(dataSetId: string, columns: Column[]): Promise<void> {
		const table = rowsTable(dataSetId);
		const typed = columns.map(
			({ name, type }, index) => `TRY_CAST(c${index} AS ${SQL_TYPES[type]}) AS ${identifier(name)}`,
		);
		const texts = columns.map(({ name }, index) => `c${index} AS ${identifier(name)}`);
		await this.connection.run(
			`CREATE OR REPLACE VIEW ${typedView(dataSetId)} AS SELECT ${typed.join(', ')} FROM ${table} ORDER BY ordinal`,
		);
		await this.connection.run(
			`CREATE OR REPLACE VIEW ${textView(dataSetId)} AS SELECT ${texts.join(', ')} FROM ${table} ORDER BY ordinal`,
		);
	}

	async dropTable(dataSetId: string): Promise<void> {
		await this.connection.run(`DROP VIEW IF EXISTS ${typedView(dataSetId)}`);
		await this.connection.run(`DROP VIEW IF EXISTS ${textView(dataSetId)}`);
		await this.connection.run(`DROP TABLE IF EXISTS ${rowsTable(dataSetId)}`);
	}

	/** Reads rows into a table of their own; if reading throws, nothing of them is left. One at a time. */
	async stage(runs: AsyncIterable<TextRow[]> | Iterable<TextRow[]>, columns: number): Promise<StagedRows> {
		return await this.stagings.run(async () => await this.stageNow(runs, columns));
	}

	private async stageNow(
		runs: AsyncIterable<TextRow[]> | Iterable<TextRow[]>,
		columns: number,
	): Promise<StagedRows> {
		const staged: StagedRows = { table: `staged_${++this.stagedTables}`, rows: 0, columns };
		const texts = Array.from({ length: columns }, (_, index) => `c${index} VARCHAR`);
		const connection = await this.database.connect();
		await connection.run(`CREATE TABLE ${staged.table} (${texts.join(', ')})`);
		const types = texts.map(() => VARCHAR);
		// The same arrays are filled again and again: fresh ones cost as much collecting as all else together.
		const values = types.map((): DuckDBValue[] => []);
		const appender = await connection.createAppender(staged.table);
		let filled = 0;
		const flush = () => {
			if (filled === 0) return;
			const chunk = DuckDBDataChunk.create(types, filled);
			for (const column of values) column.length = filled;
			chunk.setColumns(values);
			appender.appendDataChunk(chunk);
			staged.rows += filled;
			filled = 0;
		};
		let complete = false;
		try {
			for await (const rows of runs) {
				for (const row of rows) {
					for (let index = 0; index < columns; index++) values[index][filled] = row[index];
					if (++filled === CHUNK_ROWS) flush();
				}
			}
			flush();
			complete = true;
		} finally {
			appender.closeSync();
			if (!complete) await connection.run(`DROP TABLE ${staged.table}`);
			connection.closeSync();
		}
		return staged;
	}

	async discard(staged: StagedRows): Promise<void> {
		await this.connection.run(`DROP TABLE IF EXISTS ${staged.table}`);
	}

	/**
	 * Puts staged rows into a DataSet, in the order given, all or nothing.
	 *
	 * @param keys column positions; rows with equal keys are replaced
	 * @param ifStillWanted asked once no other landing is under way; false lets everything be
	 * @returns the DataSet's row count afterwards, or undefined if it was no longer wanted
	 */
	async land(
		dataSetId: string,
		parts: StagedRows[],
		updateMethod: 'APPEND' | 'REPLACE',
		keys: number[] = [],
		ifStillWanted: () => boolean = () => true,
	): Promise<number | undefined> {
		return await this.landings.run(async () => {
			if (!ifStillWanted()) return undefined;
			const table = rowsTable(dataSetId);
			const connection = await this.database.connect();
			let complete = false;
			try {
				await connection.run('BEGIN TRANSACTION');
				if (updateMethod === 'REPLACE') await connection.run(`DELETE FROM ${table}`);
				if (keys.length > 0 && updateMethod === 'APPEND') {
					const equal = keys.map((key) => `old.c${key} = new.c${key}`).join(' AND ');
					for (const { table: staged } of parts) {
						await connection.run(
							`DELETE FROM ${table} old WHERE EXISTS (SELECT 1 FROM ${staged} new WHERE ${equal})`,
						);
					}
				}
				const [[highest]] = await read(connection, `SELECT coalesce(max(ordinal), -1) FROM ${table}`);
				let ordinal = (highest as bigint) + 1n;
				for (const part of parts) {
					const columns = Array.from({ length: part.columns }, (_, index) => `c${index}`);
					await connection.run(
						`INSERT INTO ${table} SELECT ${[`rowid + ${ordinal}`, ...columns].join(', ')} FROM ${part.table} ORDER BY rowid`,
					);
					ordinal += BigInt(part.rows);
				}
				const [[count]] = await read(connection, `SELECT count(*) FROM ${table}`);
				await connection.run('COMMIT');
				complete = true;
				return Number(count);
			} finally {
				if (!complete) await connection.run('ROLLBACK');
				connection.closeSync();
			}
		});
	}

	/** How many rows have a key that is null, and how many keys occur more than once. */
	async keyFaults(parts: StagedRows[], keys: number[]): Promise<{ nulls: number; duplicates: number }> {
		if (parts.length === 0) return { nulls: 0, duplicates: 0 };
		const names = keys.map((key) => `c${key}`);
		const all = parts.map(({ table }) => `SELECT ${names.join(', ')} FROM ${table}`).join(' UNION ALL ');
		const anyNull = names.map((name) => `${name} IS NULL`).join(' OR ');
		const [[nulls]] = await read(this.connection, `SELECT count(*) FROM (${all}) WHERE ${anyNull}`);
		const [[duplicates]] = await read(
			this.connection,
			`SELECT count(*) FROM (SELECT 1 FROM (${all}) GROUP BY ${names.join(', ')} HAVING count(*) > 1)`,
		);
		return { nulls: Number(nulls), duplicates: Number(duplicates) };
	}

	/** A DataSet's rows as text, in order, in runs of up to 2048. */
	async *texts(dataSetId: string, columns: number, limit?: number, offset = 0): AsyncGenerator<TextRow[]> {
		const names = Array.from({ length: columns }, (_, index) => `'${GUARD}' || c${index}`);
		const page = limit === undefined ? '' : ` LIMIT ${limit} OFFSET ${offset}`;
		yield* this.stream(
			`SELECT ${names.join(', ')} FROM ${rowsTable(dataSetId)} ORDER BY ordinal${page}`,
			async function* (result) {
				for await (const rows of result.yieldRows()) {
					yield (rows as TextRow[]).map((row) => row.map((text) => text?.slice(GUARD.length) ?? null));
				}
			},
		);
	}

	/** A DataSet's rows as CSV, in order; NULL is an empty field and an empty string `""`. */
	async *csv(dataSetId: string, columns: number): AsyncGenerator<Buffer> {
		// DuckDB writes the lines: it does so several times faster than values could be fetched and joined here.
		const fields = Array.from({ length: columns }, (_, index) => csvField(`c${index}`));
		yield* this.stream(
			`SELECT '${GUARD}' || ${fields.join(` || ',' || `)} || chr(10) FROM ${rowsTable(dataSetId)} ORDER BY ordinal`,
			async function* (result) {
				for await (const chunk of result) {
					const lines = chunk.getColumnValues(0) as string[];
					yield Buffer.from(lines.map((line) => line.slice(GUARD.length)).join(''));
				}
			},
		);
	}

	/** Runs one statement on a connection of its own, so that a result can be read while others run. */
	async *stream<T>(sql: string, read: (result: DuckDBResult) => AsyncGenerator<T>): AsyncGenerator<T> {
		const connection = await this.database.connect();
		try {
			yield* read(await connection.stream(sql));
		} finally {
			connection.closeSync();
		}
	}

	/** @throws what DuckDB says about SQL that it cannot run */
	async check(sql: string): Promise<void> {
		const statements = await this.connection.extractStatements(sql);
		if (statements.count !== 1) throw new Error('Exactly one statement is needed');
		(await statements.prepare(0)).destroySync();
	}

	/** Runs SQL for tests and tools; integers come back as numbers where they are safe, else as bigint. */
	async sql(query: string): Promise<Array<Record<string, unknown>>> {
		const result = await this.connection.runAndReadAll(query);
		return result.getRowObjectsJS().map((row) => {
			const plain: Record<string, unknown> = {};
			for (const [name, value] of Object.entries(row)) {
				const isSafe = typeof value === 'bigint' && Number.isSafeInteger(Number(value));
				plain[name] = isSafe ? Number(value) : value;
			}
			return plain;
		});
	}
}

/** Stands before each text on its way out of DuckDB, whose client takes a text's own leading U+FEFF for a byte order mark. */
const GUARD = '|';

/** SQL that writes a text column as a CSV field. */
function csvField(column: string): string {
	const special = [',', '"', '\n', '\r', '\ufeff'].map(
		(character) => `contains(${column}, chr(${character.charCodeAt(0)}))`,
	);
	const mustQuote = [`${column} = ''`, `${column} = '\\N'`, ...special].join(' OR ');
	const quoted = `'"' || replace(${column}, '"', '""') || '"'`;
	return `CASE WHEN ${column} IS NULL THEN '' WHEN ${mustQuote} THEN ${quoted} ELSE ${column} END`;
}

async function read(connection: DuckDBConnection, sql: string): Promise<DuckDBValue[][]> {
	return (await connection.runAndReadAll(sql)).getRows();
}
