/** An export read by csv-parse as it streams in, with types by the schema. */
import { parse } from 'csv-parse';

import { openDownload } from '../download';
import type { Prepare } from '../job';
import { typedRow } from '../typedRow';

export const prepare: Prepare =
	async ({ domo, dataSetId, columns }) =>
	async (clock) =>
		await clock(async () => {
			const items: Array<{ json: object }> = [];
			const download = await openDownload(domo, dataSetId);
			const parser = download.pipe(parse({ from: 2 }));
			for await (const record of parser) items.push({ json: typedRow(record as string[], columns) });
			return { rows: items.length };
		});
