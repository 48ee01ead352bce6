/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What the parsers take by themselves: a file's rows with types by the schema, made and dropped. */
import { createReadStream } from 'node:fs';

import { parse as csvParse } from 'csv-parse';

import type { Column } from '../../domo/types';
import { decodeRows } from '../../transfer/export/decode';
import type { Job, Prepare } from '../job';
import { papaparse } from '../papaparse';
import { typedRow } from '../typedRow';

type Parser = NonNullable<Job['parser']>;

/** Each counts the rows it has made. */
const PARSERS: Record<Parser, (file: NodeJS.ReadableStream, columns: Column[]) => Promise<number>> = {
	ours: async (file, columns) => {
		let rows = 0;
		for await (const batch of decodeRows(file as AsyncIterable<Uint8Array>, columns, { hasHeader: true }))
			rows += batch.length;
		return rows;
	},
	csvParse: async (file, columns) => await countTyped(file.pipe(csvParse({ from: 2 })), columns),
	papaparse: async (file, columns) =>
		(await countTyped(
			file.pipe(papaparse.parse(papaparse.NODE_STREAM_INPUT, { skipEmptyLines: true })),
			columns,
		)) - 1,
};

async function countTyped(records: AsyncIterable<unknown>, columns: Column[]): Promise<number> {
	let rows = 0;
	for await (const record of records) {
		typedRow(record as string[], columns);
		rows++;
	}
	return rows;
}

export const prepare: Prepare =
	async ({ path, columns, parser }) =>
	async (clock) =>
		await clock(async () => ({
			rows: await PARSERS[parser!](createReadStream(path!), columns),
		}));
