/** Parts of each kind, gzipped in memory that is used again, under what a line and a server do to them. */
import type { Fault } from '../../sandbox';
import { fileItem } from '../support/engine';
import { BINARY, tryUpload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const sandbox = useSandbox();
shortWaits();
const ROWS = 30_000;
/** Rows of which no part is like another: one in another's memory would show. */
const rows = Array.from({ length: ROWS }, (_, i) => [
	String(i),
	`${(i * 2654435761) % 4294967296} row ${i} ${'abc '.repeat(i % 29)}`,
]);
const CSV = `id,text\n${rows.map((fields) => `${fields.join()}\n`).join('')}`;

beforeEach(() => {
	sandbox.faults.clear();
});

const FAULTS: Record<string, Fault[]> = {
	none: [],
	'503 before the body is read': [
		{ operation: 'part', after: 1, times: 6, status: 503, resetBeforeBody: true },
	],
	'503 and 429 by turns': [
		{ operation: 'part', after: 2, times: 3, status: 503 },
		{ operation: 'part', after: 6, times: 3, status: 429, retryAfterSeconds: 0 },
	],
	'lost answers': [{ operation: 'part', after: 1, times: 4, resetAfterEffect: true }],
	'a token that dies': [{ operation: 'part', after: 3, expireToken: true }],
};

describe.each(['gzip', 'auto', 'none'])('compression %s', (compression) => {
	it.each(Object.keys(FAULTS))(
		'%s: the rows are the same, in order',
		async (name) => {
			const columns = [
				{ name: 'id', type: 'LONG' as const },
				{ name: 'text', type: 'STRING' as const },
			];
			const { streamId, dataSetId } = await sandbox.createStream({ name: `${compression} ${name}`, columns });
			sandbox.faults.add(...FAULTS[name]);
			const { error, json } = await tryUpload(sandbox, {
				streamId,
				items: [fileItem(CSV)],
				options: { compression, partSizeMb: 0.1, maxConcurrentUploads: 4, maxTries: 10 },
				more: BINARY,
			});
			expect(error).toBeUndefined();
			expect(json[0].parts).toBeGreaterThan(5);
			const arrived = await sandbox.rows(dataSetId, ROWS + 1);
			expect(arrived.length).toBe(ROWS);
			expect(arrived.findIndex(({ id, text }, i) => id !== rows[i][0] || text !== rows[i][1])).toBe(-1);
		},
		60_000,
	);
});
