/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createReadStream, createWriteStream } from 'node:fs';
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
	return await storedFile(bench, path, await bench.sink.call('writeFlights', path));
}

/** 1 GB of made-up flights. */
export async function gigabyteFile(bench: Bench): Promise<InputFile> {
	const path = join(bench.folder, 'flights-1gb.csv');
	await pipeline(Readable.from(flightsCsv(GIGABYTE)), createWriteStream(path));
	return await storedFile(bench, path, flightsCsvRows(GIGABYTE));
}

/** The flights file several times over, with one header. @returns its rows */
export async function flightsTimes(flights: InputFile, times: number, path: string): Promise<number> {
	await pipeline(
		Readable.from(
			(async function* () {
				for (let turn = 0; turn < times; turn++) {
					let isHeader = turn > 0;
					for await (const chunk of createReadStream(flights.path) as AsyncIterable<Buffer>) {
						yield isHeader ? chunk.subarray(chunk.indexOf('\n') + 1) : chunk;
						isHeader = false;
					}
				}
			})(),
		),
		createWriteStream(path),
	);
	return flights.rows * times;
}

/**
 * At least so many bytes of six mixed columns, with a header: 20,000 different rows over and over, which is further apart
 * than gzip looks back. @returns its rows
 */
export async function mixedText(bytes: number, path: string): Promise<number> {
	const names = columnsOf('narrow').map(({ name }) => name);
	const block = csvText(makeItems('narrow', ROWS_PER_WRITE), names);
	const blocks = Math.ceil(bytes / Buffer.byteLength(block));
	const texts = function* () {
		yield `${names.join(',')}\n`;
		for (let turn = 0; turn < blocks; turn++) yield block;
	};
	await pipeline(Readable.from(texts()), createWriteStream(path));
	return ROWS_PER_WRITE * blocks;
}

/** A table of tables.ts as a CSV file with a header. */
export async function tableFile(bench: Bench, shape: Shape, count: number): Promise<string> {
	const path = join(bench.folder, `${shape}-${count}.csv`);
	const names = columnsOf(shape).map(({ name }) => name);
	const items = makeItems(shape, count);
	const lines = function* () {
		yield `${names.join(',')}\n`;
		for (let row = 0; row < count; row += ROWS_PER_WRITE)
			yield csvText(items.slice(row, row + ROWS_PER_WRITE), names);
	};
	await pipeline(Readable.from(lines()), createWriteStream(path));
	return path;
}

/** A CSV file on disk, put into the store. */
export async function storedFile(bench: Bench, path: string, rows: number): Promise<InputFile> {
	const place = { domo: bench.sink.domo, streamId: 0, dataSetId: '', columns: FLIGHT_COLUMNS };
	const { binary } = await bench.measure({ ...place, runner: 'storeFile', path });
	return { path, binary: binary!, rows, megabytes: (await stat(path)).size / 1e6 };
}
