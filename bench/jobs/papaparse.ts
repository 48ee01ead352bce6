/** An export read by papaparse as it streams in, with types by the schema. */
import { openDownload } from '../download';
import type { Prepare } from '../job';
import { papaparse } from '../papaparse';
import { typedRow } from '../typedRow';

export const prepare: Prepare =
	async ({ domo, dataSetId, columns }) =>
	async (clock) =>
		await clock(async () => {
			const items: Array<{ json: object }> = [];
			const download = await openDownload(domo, dataSetId);
			const parser = download.pipe(papaparse.parse(papaparse.NODE_STREAM_INPUT, { skipEmptyLines: true }));
			for await (const record of parser) items.push({ json: typedRow(record as string[], columns) });
			items.shift();
			return { rows: items.length };
		});
