/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** npm's domo-sdk as its users write it: CSV texts of 100,000 rows, all parts at once by Promise.all, no gzip. */
import { createRequire } from 'node:module';

import type { Prepare } from '../job';
import { csvText } from '../csvText';
import { makeItems } from '../tables';

const ROWS_PER_PART = 100_000;

interface Streams {
	createExecution(streamId: number): Promise<{ id: number }>;
	uploadPart(streamId: number, executionId: number, part: number, csv: string): Promise<unknown>;
	commit(streamId: number, executionId: number): Promise<unknown>;
}
interface Sdk {
	DomoClient: new (id: string, secret: string, scopes: number[] | undefined, host: string) => { streams: Streams & { transport: { apiHost: string } } };
}

export const prepare: Prepare = async ({ domo, streamId, columns, items }) => {
	const { DomoClient } = createRequire(__filename)('domo-sdk') as Sdk;
	const { streams } = new DomoClient(domo.clientId, domo.clientSecret, undefined, 'localhost');
	// It speaks https only; TLS would cost it time that the others do not spend.
	streams.transport.apiHost = domo.url;
	const names = columns.map(({ name }) => name);
	const rows = makeItems(items!.shape, items!.count);
	return async (clock) => await clock(async () => {
		const execution = await streams.createExecution(streamId);
		const uploads: Array<Promise<unknown>> = [];
		for (let row = 0, part = 1; row < rows.length; row += ROWS_PER_PART, part++) {
			uploads.push(streams.uploadPart(streamId, execution.id, part, csvText(rows.slice(row, row + ROWS_PER_PART), names)));
		}
		await Promise.all(uploads);
		await streams.commit(streamId, execution.id);
		return { rows: rows.length };
	});
};
