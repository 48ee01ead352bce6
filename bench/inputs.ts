/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { IBinaryData } from 'n8n-workflow';

import { FLIGHT_COLUMNS } from '../examples/demo/sources';
import type { Bench } from './bench';
import { csvText } from './csvText';
import { flightsCsv, flightsCsvRows } from './flightsCsv';
import { columnsOf, makeItems, type Shape } from './tables';

/** A CSV file on disk, and the same in n8n's binary store. */
export interface InputFile {
	path: string;
	binary: IBinaryData;
	rows: number;
	megabytes: number;
}

const GIGABYTE = 1_000_000_000;
const ROWS_PER_WRITE = 20_000;

/** The 3 million flights of vega-datasets: 106 MB. */
export async function flightsFile(bench: Bench): Promise<InputFile> {
	const path = join(bench.folder, 'flights-3m.csv');
	return await stored(bench, path, await bench.sink.call('writeFlights', path));
}

/** 1 GB of made-up flights. */
export async function gigabyteFile(bench: Bench): Promise<InputFile> {
	const path = join(bench.folder, 'flights-1gb.csv');
	await pipeline(Readable.from(flightsCsv(GIGABYTE)), createWriteStream(path));
	return await stored(bench, path, flightsCsvRows(GIGABYTE));
}

/** A table of tables.ts as a CSV file with a header. */
export async function tableFile(bench: Bench, shape: Shape, count: number): Promise<string> {
	const path = join(bench.folder, `${shape}-${count}.csv`);
	const names = columnsOf(shape).map(({ name }) => name);
	const items = makeItems(shape, count);
	const lines = function* () {
		yield `${names.join(',')}\n`;
		for (let row = 0; row < count; row += ROWS_PER_WRITE) yield csvText(items.slice(row, row + ROWS_PER_WRITE), names);
	};
	await pipeline(Readable.from(lines()), createWriteStream(path));
	return path;
}

async function stored(bench: Bench, path: string, rows: number): Promise<InputFile> {
	const place = { domo: bench.sink.domo, streamId: 0, dataSetId: '', columns: FLIGHT_COLUMNS };
	const { binary } = await bench.measure({ ...place, runner: 'storeFile', path });
	return { path, binary: binary!, rows, megabytes: (await stat(path)).size / 1e6 };
}
