/** An upload is committed only if the rows of the input, of the parts that were cut, and of those that were sent agree. */
import { DomoClient } from '../../domo/client';
import { getStream } from '../../domo/streams';
import { PartCutter } from '../../transfer/parts/parts';
import type { RowSource } from '../../transfer/rowSource';
import { upload, type UploadOptions } from '../../transfer/upload/upload';
import { sendTo, UPLOAD_OPTIONS } from '../support/directUpload';
import { asCsv, asText, COLUMNS, makeRows } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const BEFORE = makeRows(2);
const ROWS = makeRows(3, 10);

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
let client: DomoClient;
beforeAll(async () => {
	client = new DomoClient({ send: await sendTo(sandbox) });
});
afterEach(() => jest.restoreAllMocks());

/** A source that says of itself how many rows it has, and gives these. */
function sourceOf(rows: typeof ROWS, rowCount?: number): RowSource & { isClosed: boolean } {
	const bytes = Buffer.from(asCsv(rows).split('\n').slice(1).join('\n'));
	let left: { bytes: Buffer; rows: number } | null = rows.length === 0 ? null : { bytes, rows: rows.length };
	return {
		...(rowCount === undefined ? {} : { rowCount }),
		isClosed: false,
		async next() {
			const block = left;
			left = null;
			return block;
		},
		async close() {
			this.isClosed = true;
		},
		locate: (row) => `row ${row}`,
	};
}

async function uploaded(source: RowSource, options: Partial<UploadOptions> = {}) {
	const { streamId, dataSetId } = await sandbox.createStream({
		name: 'counts',
		columns: COLUMNS,
		rows: BEFORE as never,
	});
	const stream = await getStream(client, streamId);
	const outcome = await upload(client, stream, source, { ...UPLOAD_OPTIONS, ...options }).catch(
		(error: Error) => error,
	);
	return { outcome, executions: sandbox.executions(streamId), rows: await sandbox.rows(dataSetId) };
}

it.each([undefined, ROWS.length])('the counts agree (of the input: %s): all rows land', async (rowCount) => {
	const source = sourceOf(ROWS, rowCount);
	const { outcome, rows } = await uploaded(source);
	expect(outcome).toMatchObject({ state: 'SUCCESS', rows: 3, verified: true });
	expect(rows).toEqual(asText([...BEFORE, ...ROWS]));
	expect(source.isClosed).toBe(true);
});

it.each([
	['fewer', 4],
	['more', 2],
])('%s rows were cut than the input has: nothing is committed', async (_, rowCount) => {
	const { outcome, executions, rows } = await uploaded(sourceOf(ROWS, rowCount));
	expect(outcome).toMatchObject({
		message: expect.stringMatching(
			new RegExp(
				`input has ${rowCount} rows, but 3 were cut into parts.*execution 1 was aborted: none of this upload`,
			),
		),
		details: { fate: 'aborted', effect: 'none' },
	});
	expect(executions).toMatchObject([{ currentState: 'ABORTED', commits: 0 }]);
	expect(rows).toEqual(asText(BEFORE));
});

it('no row was cut of an input that has some: a REPLACE does not empty the DataSet', async () => {
	const { outcome, executions, rows } = await uploaded(sourceOf([], 3), {
		updateMethod: 'REPLACE',
		allowEmptyReplace: true,
	});
	expect(outcome).toMatchObject({
		message: expect.stringMatching(/input has 3 rows, but 0 were cut into parts/),
	});
	expect(executions).toEqual([]);
	expect(rows).toEqual(asText(BEFORE));
});

it.each([
	['a part', { parts: 2, rows: 3, bytes: 1 }],
	['a row', { parts: 1, rows: 4, bytes: 1 }],
])('%s more was cut than sent: nothing is committed', async (_, cut) => {
	jest.spyOn(PartCutter.prototype, 'cut', 'get').mockReturnValue(cut);
	const { outcome, executions, rows } = await uploaded(sourceOf(ROWS));
	expect(outcome).toMatchObject({
		message: expect.stringMatching(/cut, but 1 part with 3 rows sent.*execution 1 was aborted/),
		details: { fate: 'aborted' },
	});
	expect(executions).toMatchObject([{ currentState: 'ABORTED', commits: 0 }]);
	expect(rows).toEqual(asText(BEFORE));
});
