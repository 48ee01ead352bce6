/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';

import { fileItem, itemsOf } from '../support/engine';
import { asCsv, asText, BINARY, COLUMNS, makeRows, refuse, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';

const sandbox = useSandbox();
beforeEach(() => sandbox.faults.clear());

describe('items', () => {
	it('land in input order, cut into several parts, each once', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'items', columns: COLUMNS });
		const rows = makeRows(5_000);
		const { json } = await upload(sandbox, { streamId, items: itemsOf(rows), options: { rowsPerPart: 700 } });
		expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
		expect(json).toHaveLength(1);
		expect(json[0]).toMatchObject({
			streamId,
			dataSetId,
			executionId: 1,
			state: 'SUCCESS',
			parts: 8,
			rows: 5_000,
			retries: 0,
			dataSetRows: 5_000,
			verified: true,
		});
		expect(sandbox.parts(streamId, 1).map(({ part, timesArrived }) => [part, timesArrived])).toEqual(
			[1, 2, 3, 4, 5, 6, 7, 8].map((part) => [part, 1]),
		);
	});

	it('are added by APPEND and take the place of all rows by REPLACE', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'methods',
			columns: COLUMNS,
			rows: makeRows(3) as never,
		});
		await upload(sandbox, { streamId, items: itemsOf(makeRows(2)) });
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(3), ...makeRows(2)]));
		await upload(sandbox, { streamId, items: itemsOf(makeRows(1)), more: { updateMethod: 'REPLACE' } });
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(1)));
	});

	it('are paired with the one summary item', async () => {
		const { streamId } = await sandbox.createStream({ name: 'paired', columns: COLUMNS });
		const { outputs } = await upload(sandbox, { streamId, items: itemsOf(makeRows(3)) });
		expect(outputs[0][0].pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	});
});

describe('CSV files', () => {
	it.each([
		['plain', (csv: string) => Buffer.from(csv)],
		['gzipped', (csv: string) => gzipSync(csv)],
	])('land whole when %s', async (_, pack) => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'file', columns: COLUMNS });
		const rows = makeRows(1_000);
		const { json } = await upload(sandbox, {
			streamId,
			items: [fileItem(pack(asCsv(rows)))],
			options: { partSizeMb: 0.01 },
			more: BINARY,
		});
		expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
		expect(json[0].parts).toBeGreaterThan(2);
	});

	it('of several items form one upload in item order', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'files', columns: COLUMNS });
		const files = [makeRows(3), makeRows(1), makeRows(2)];
		const { json } = await upload(sandbox, {
			streamId,
			items: files.map((rows) => fileItem(asCsv(rows))),
			more: BINARY,
		});
		expect(await sandbox.rows(dataSetId)).toEqual(asText(files.flat()));
		expect(json).toHaveLength(1);
		expect(sandbox.executions(streamId)).toHaveLength(1);
	});
});

describe('faults', () => {
	it('a part that is refused for good aborts the execution and leaves the DataSet as it was', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'refused',
			columns: COLUMNS,
			rows: makeRows(2) as never,
		});
		sandbox.faults.add({
			operation: 'part',
			part: 3,
			status: 400,
			body: { status: 400, message: 'no', toe: 'TOE-1' },
		});
		expect(
			await refuse(sandbox, { streamId, items: itemsOf(makeRows(50)), options: { rowsPerPart: 10 } }),
		).toMatch(/Part 3 \(item 20 to item 29\).*no.*TOE-1.*execution 1 was aborted/);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
		expect(sandbox.execution(streamId, 1).currentState).toBe('ABORTED');
	});

	it('a part that takes effect without an answer is sent again and lands once', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'reset', columns: COLUMNS });
		sandbox.faults.add({ operation: 'part', part: 2, resetAfterEffect: true });
		const { json } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(50)),
			options: { rowsPerPart: 10 },
		});
		expect(json[0]).toMatchObject({ retries: 1, rows: 50, parts: 5 });
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(50)));
		expect(sandbox.parts(streamId, 1).map(({ timesArrived }) => timesArrived)).toEqual([1, 2, 1, 1, 1]);
	});
});
