/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Column } from '../../domo/types';
import type { Sandbox } from '../../sandbox';
import { DEFAULT_VALUE_OPTIONS } from '../../transfer/columns/valueOptions';
import { inferColumns } from '../../transfer/items/itemColumns';

/** A file of the npm package vega-datasets. Its `exports` keep `require.resolve` out, so it is looked up as a file. */
export function vegaFile(name: string): string {
	const folders = require.resolve.paths('vega-datasets') ?? [];
	const path = folders
		.map((folder) => join(folder, 'vega-datasets', 'data', name))
		.find((each) => existsSync(each));
	if (path === undefined) throw new Error(`vega-datasets/data/${name} is not installed: run "npm ci" first`);
	return path;
}

/** How many rows a JSON array of objects has, and their columns by this package's own inference. */
export async function columnsOfJson(path: string): Promise<{ columns: Column[]; rows: number }> {
	const rows = JSON.parse(await readFile(path, 'utf8')) as Array<Record<string, unknown>>;
	const items = rows.map((json) => ({ json }));
	const { columns } = await inferColumns(items, DEFAULT_VALUE_OPTIONS);
	return { columns, rows: rows.length };
}

/** The columns of flights-3m.parquet, as Domo has them. */
export const FLIGHT_COLUMNS: Column[] = [
	{ name: 'date', type: 'DATETIME' },
	{ name: 'delay', type: 'LONG' },
	{ name: 'distance', type: 'LONG' },
	{ name: 'origin', type: 'STRING' },
	{ name: 'destination', type: 'STRING' },
];

/**
 * Writes flights of flights-3m.parquet to a CSV file with a header, in their order.
 *
 * @param limit how many; all by default
 * @returns how many were written
 */
export async function writeFlightsCsv(
	sandbox: Pick<Sandbox, 'sql'>,
	path: string,
	limit?: number,
): Promise<number> {
	const [from, to] = [vegaFile('flights-3m.parquet'), path].map((each) => `'${each.replaceAll("'", "''")}'`);
	const [{ Count }] = await sandbox.sql(
		`COPY (SELECT strftime(date, '%Y-%m-%dT%H:%M:%S') AS date, delay, distance, origin, destination
		 FROM read_parquet(${from}) ${limit === undefined ? '' : `LIMIT ${limit}`}) TO ${to} (FORMAT csv, HEADER)`,
	);
	return Count as number;
}
