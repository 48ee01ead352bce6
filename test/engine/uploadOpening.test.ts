/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** What goes on while Domo opens the execution. */
import { startSandbox, type Sandbox } from '../../sandbox';
import { PartCutter } from '../../transfer/parts';
import { DEFAULT_TIMING } from '../../transfer/upload';
import { fileItem } from '../support/engine';
import { asCsv, asText, BINARY, COLUMNS, makeRows, refuse, upload } from '../support/uploads';

const WORKERS = 4;
const options = { partSizeMb: 0.2, maxConcurrentUploads: WORKERS };
/** In the third part or so: some worker draws it before any part is sent. */
const FAULTY_LINE = 20_000;
const rows = makeRows(40_000);

let sandbox: Sandbox;
beforeAll(async () => {
	Object.assign(DEFAULT_TIMING, { pollMs: 5, verifyTimeoutMs: 200 });
	sandbox = await startSandbox({ indexingMs: 5 });
});
afterAll(async () => await sandbox.close());
afterEach(() => jest.restoreAllMocks());

/** Tells of each draw how it ended. */
function watchDraws(onDrawn: (drawn: number) => void, onFailed: () => void): void {
	const next = PartCutter.prototype.next;
	let drawn = 0;
	jest.spyOn(PartCutter.prototype, 'next').mockImplementation(async function (this: PartCutter) {
		const part = await next.call(this).catch((error: unknown) => {
			onFailed();
			throw error;
		});
		onDrawn(++drawn);
		return part;
	});
}

it('the first part of each worker is cut', async () => {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'cut early', columns: COLUMNS });
	// Domo answers only when every worker has a part: an upload that waits for the answer first would never end.
	const heldUntil = new Promise<void>((resolve) => watchDraws((drawn) => drawn === WORKERS && resolve(), () => undefined));
	sandbox.faults.add({ operation: 'createExecution', heldUntil });
	const { summary } = await upload(sandbox, { streamId, items: [fileItem(asCsv(rows), 'a.csv')], options, more: BINARY });
	expect(summary.parts).toBeGreaterThan(WORKERS);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
});

it('a fault that is found in a later part keeps it from being opened', async () => {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'fault', columns: COLUMNS, rows: makeRows(3) as never });
	const before = await sandbox.rows(dataSetId);
	const lines = asCsv(rows).trimEnd().split('\n');
	lines[FAULTY_LINE - 1] += ',one too many';
	const heldUntil = new Promise<void>((resolve) => watchDraws(() => undefined, () => void setImmediate(resolve)));
	sandbox.faults.add({ operation: 'listExecutions', heldUntil });
	const message = await refuse(sandbox, { streamId, items: [fileItem(lines.join('\n'), 'a.csv')], options, more: BINARY });
	expect(message).toContain(`Line ${FAULTY_LINE} `);
	expect(message).toContain('Nothing was sent');
	expect(sandbox.executions(streamId)).toEqual([]);
	expect(await sandbox.rows(dataSetId)).toEqual(before);
});

it('a refused opening is the one error, and no part is sent', async () => {
	const { streamId } = await sandbox.createStream({ name: 'refused', columns: COLUMNS });
	sandbox.faults.add({ operation: 'createExecution', status: 403 });
	const message = await refuse(sandbox, { streamId, items: [fileItem(asCsv(rows), 'a.csv')], options, more: BINARY });
	expect(message).toContain('create an execution');
	expect(sandbox.executions(streamId)).toEqual([]);
});
