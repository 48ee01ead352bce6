/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** An export read by papaparse as it streams in, with types by the schema. */
import type { Duplex } from 'node:stream';

import { openDownload } from '../download';
import type { Prepare } from '../job';
import { typedRow } from '../typedRow';

/** Not written in the import itself, as it may not be installed. */
const PACKAGE: string = 'papaparse';

export const prepare: Prepare = async ({ domo, dataSetId, columns }) => {
	const { parse, NODE_STREAM_INPUT } = (await import(PACKAGE)) as {
		parse: (input: unknown, options: object) => Duplex;
		NODE_STREAM_INPUT: unknown;
	};
	return async (clock) => await clock(async () => {
		const items: Array<{ json: object }> = [];
		const download = await openDownload(domo, dataSetId);
		const parser = download.pipe(parse(NODE_STREAM_INPUT, { skipEmptyLines: true }));
		for await (const record of parser) items.push({ json: typedRow(record as string[], columns) });
		items.shift();
		return { rows: items.length };
	});
};
