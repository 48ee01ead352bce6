/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { DuckDBDataChunk, DuckDBInstance, VARCHAR } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBResult, DuckDBValue } from '@duckdb/node-api';

import type { Column, ColumnType } from '../domo/types';
import type { Settings } from './options';
import { Turnstile } from './throttle';

export type TextRow = Array<string | null>;

/** Rows that were read from CSV but belong to no DataSet yet. */
export interface StagedRows {
	table: string;
	rows: number;
	columns: number;
}

const CHUNK_ROWS = 2048;
const INTERRUPT_EVERY_MS = 10;
const LETTING_GO_MS = 30_000;

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
	/** What the common connection is doing. */
	private readonly running = new Set<Promise<unknown>>();
	/** Those that a read or a write has for itself. */
	private readonly connections = new Set<DuckDBConnection>();

	private constructor(
		readonly folder: string,
		private readonly database: DuckDBInstance,
		private readonly connection: DuckDBConnection,
	) {}

	static async open(): Promise<Storage> {
		const folder = await mkdtemp(join(tmpdir(), 'domo-sandbox-'));
		const start = async (): Promise<Storage> => {
			const database = await DuckDBInstance.create(':memory:', {
				memory_limit: '1GB',
				temp_directory: join(folder, 'spill'),
				threads: '2',
			});
			return new Storage(folder, database, await database.connect());
		};
		return await start().catch(async (error: unknown) => {
			await rm(folder, { recursive: true, force: true });
			throw error;
		});
	}

	private async connect(): Promise<DuckDBConnection> {
		const connection = await this.database.connect();
		this.connections.add(connection);
		return connection;
	}

	private disconnect(connection: DuckDBConnection): void {
		if (this.connections.delete(connection)) connection.closeSync();
	}

	/** Does something on the common connection, which is not closed meanwhile. */
	private async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
		const running = work(this.connection);
		this.running.add(running);
		return await running.finally(() => this.running.delete(running));
	}

	private async run(sql: string): Promise<void> {
		await this.use(async (connection) => await connection.run(sql));
	}

	/**
	 * Ends all that DuckDB is doing, then DuckDB, and removes the folder. What is under way must end first: a request that
	 * loses its connection may never end, and keeps the process alive without being among Node's handles.
	 */
	async close(): Promise<void> {
		try {
			await this.letGo();
		} finally {
			// A request that is still being faulted may be writing: tried again until the folder is empty.
			await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
		}
	}

	private async letGo(): Promise<void> {
		await this.stagings.run(async () => undefined);
		await this.landings.run(async () => undefined);
		// Again and again: what has not begun yet is not interrupted.
		for (let waitedMs = 0; this.running.size + this.connections.size > 0; waitedMs += INTERRUPT_EVERY_MS) {
			if (waitedMs > LETTING_GO_MS) throw new Error('DuckDB does not let go of a request');
			for (const connection of [this.connection, ...this.connections]) connection.interrupt();
			await wait(INTERRUPT_EVERY_MS);
		}
		this.connection.closeSync();
		this.database.closeSync();
	}

	async createTable(dataSetId: string, columns: Column[]): Promise<void> {
		const texts = columns.map((_, index) => `c${index} VARCHAR`);
		await this.run(`CREATE TABLE ${rowsTable(dataSetId)} (${['ordinal BIGINT', ...texts].join(', ')})`);
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
			await this.run(
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
		await this.run(
			`CREATE OR REPLACE VIEW ${typedView(dataSetId)} AS SELECT ${typed.join(', ')} FROM ${table} ORDER BY ordinal`,
		);
		await this.run(
			`CREATE OR REPLACE VIEW ${textView(dataSetId)} AS SELECT ${texts.join(', ')} FROM ${table} ORDER BY ordinal`,
		);
	}

	async dropTable(dataSetId: string): Promise<void> {
		await this.run(`DROP VIEW IF EXISTS ${typedView(dataSetId)}`);
		await this.run(`DROP VIEW IF EXISTS ${textView(dataSetId)}`);
		await this.run(`DROP TABLE IF EXISTS ${rowsTable(dataSetId)}`);
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
		const connection = await this.connect();
		try {
			await connection.run(`CREATE TABLE ${staged.table} (${texts.join(', ')})`);
			await append(connection, staged, runs);
		} finally {
			this.disconnect(connection);
		}
		return staged;
	}

	async discard(staged: StagedRows): Promise<void> {
		await this.run(`DROP TABLE IF EXISTS ${staged.table}`);
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
			const connection = await this.connect();
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
				try {
					if (!complete) await connection.run('ROLLBACK');
				} finally {
					// Also where the closing of the sandbox has interrupted the rollback.
					this.disconnect(connection);
				}
			}
		});
	}

	/** How many keys occur more than once. */
	async repeatedKeys(parts: StagedRows[], keys: number[]): Promise<number> {
		if (parts.length === 0) return 0;
		const names = keys.map((key) => `c${key}`);
		const all = parts.map(({ table }) => `SELECT ${names.join(', ')} FROM ${table}`).join(' UNION ALL ');
		const sql = `SELECT count(*) FROM (SELECT 1 FROM (${all}) GROUP BY ${names.join(', ')} HAVING count(*) > 1)`;
		const [[repeated]] = await this.use(async (connection) => await read(connection, sql));
		return Number(repeated);
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

	/** A page of a DataSet's rows as text, in order, each text cut to so many characters. */
	async page(
		dataSetId: string,
		columns: number,
		{ limit, offset, maxCharacters }: { limit: number; offset: number; maxCharacters: number },
	): Promise<TextRow[]> {
		const table = rowsTable(dataSetId);
		const names = Array.from(
			{ length: columns },
			(_, index) => `'${GUARD}' || left(c${index}, ${maxCharacters})`,
		);
		// The page is found by its ordinals alone: sorting whole rows of millions costs seconds.
		const sql = `SELECT ${names.join(', ')} FROM ${table} WHERE ordinal IN (SELECT ordinal FROM ${table} ORDER BY ordinal LIMIT ${limit} OFFSET ${offset}) ORDER BY ordinal`;
		const rows = (await this.use(async (connection) => await read(connection, sql))) as TextRow[];
		return rows.map((row) => row.map((text) => text?.slice(GUARD.length) ?? null));
	}

	/** A DataSet's rows as CSV, in order; NULL is an empty field and an empty string `""`. */
	async *csv(
		dataSetId: string,
		columns: Column[],
		written: Pick<Settings, 'datetimeWritten' | 'nullWritten'>,
	): AsyncGenerator<Buffer> {
		// DuckDB writes the lines: it does so several times faster than values could be fetched and joined here.
		const fields = columns.map(({ type }, index) => csvField(`c${index}`, type, written));
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
		const connection = await this.connect();
		try {
			yield* read(await connection.stream(sql));
		} finally {
			this.disconnect(connection);
		}
	}

	/** @throws what DuckDB says about SQL that it cannot run */
	async check(sql: string): Promise<void> {
		await this.use(async (connection) => {
			const statements = await connection.extractStatements(sql);
			if (statements.count !== 1) throw new Error('Exactly one statement is needed');
			(await statements.prepare(0)).destroySync();
		});
	}

	/** Runs SQL for tests and tools; integers come back as numbers where they are safe, else as bigint. */
	async sql(query: string): Promise<Array<Record<string, unknown>>> {
		const result = await this.use(async (connection) => await connection.runAndReadAll(query));
		return result.getRowObjectsJS().map((row) => {
			const entries = Object.entries(row).map(([name, value]): [string, unknown] => {
				const isSafe = typeof value === 'bigint' && Number.isSafeInteger(Number(value));
				return [name, isSafe ? Number(value) : value];
			});
			return Object.fromEntries(entries);
		});
	}
}

/** Fills a new table; if reading throws, it is dropped. */
async function append(
	connection: DuckDBConnection,
	staged: StagedRows,
	runs: AsyncIterable<TextRow[]> | Iterable<TextRow[]>,
): Promise<void> {
	const { columns } = staged;
	const types = Array.from({ length: columns }, () => VARCHAR);
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
	}
}

/** Stands before each text on its way out of DuckDB, whose client takes a text's own leading U+FEFF for a byte order mark. */
const GUARD = '|';

/** SQL that writes a text column as a CSV field. */
function csvField(
	name: string,
	type: ColumnType,
	{ datetimeWritten, nullWritten }: Pick<Settings, 'datetimeWritten' | 'nullWritten'>,
): string {
	const between = datetimeWritten === 'T' ? [' ', 'T'] : ['T', ' '];
	const column =
		type === 'DATETIME' && datetimeWritten !== 'as sent'
			? `replace(${name}, '${between[0]}', '${between[1]}')`
			: name;
	const special = [',', '"', '\n', '\r', '\ufeff'].map(
		(character) => `contains(${column}, chr(${character.charCodeAt(0)}))`,
	);
	const mustQuote = [`${column} = ''`, `${column} = '\\N'`, ...special].join(' OR ');
	const quoted = `'"' || replace(${column}, '"', '""') || '"'`;
	return `CASE WHEN ${column} IS NULL THEN '${nullWritten}' WHEN ${mustQuote} THEN ${quoted} ELSE ${column} END`;
}

async function read(connection: DuckDBConnection, sql: string): Promise<DuckDBValue[][]> {
	return (await connection.runAndReadAll(sql)).getRows();
}
