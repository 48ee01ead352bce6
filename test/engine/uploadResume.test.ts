/** A resume that can't go on keeps what the earlier run has uploaded; one with a gap fills it. See also uploadOptions.test.ts. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { fileItem, itemsOf } from '../support/engine';
import { asCsv, asText, BINARY, COLUMNS, makeRows, tryUpload, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => sandbox.faults.clear());

const BEFORE = makeRows(2);
const ROWS = makeRows(50, 100);
const states = (streamId: number) => sandbox.executions(streamId).map(({ currentState }) => currentState);
const arrivals = (streamId: number) =>
	sandbox.parts(streamId, 1).map(({ part, timesArrived }) => [part, timesArrived]);

interface Failed {
	message: string;
	details: IDataObject;
}

async function failing(
	streamId: number,
	items: INodeExecutionData[],
	options: IDataObject,
	more: IDataObject = {},
): Promise<Failed> {
	const { outputs } = await tryUpload(sandbox, {
		streamId,
		items,
		options: { rowsPerPart: 10, maxConcurrentUploads: 1, ...options },
		more,
		run: { onError: 'continueErrorOutput' },
	});
	expect(outputs[0]).toEqual([]);
	return outputs[1][0].json as unknown as Failed;
}

/** An upload of 5 parts that was kept open, as part `missing` could not be uploaded. */
async function keptOpen(missing: number, items = itemsOf(ROWS), more: IDataObject = {}) {
	const stream = await sandbox.createStream({ name: 'resume', columns: COLUMNS, rows: BEFORE as never });
	sandbox.faults.add({ operation: 'part', part: missing, status: 400 });
	const { details } = await failing(stream.streamId, items, { onFailure: 'keepOpen' }, more);
	return { ...stream, details };
}

/** The right resume, after whatever happened: all rows land, once. */
async function expectResumed(
	{ streamId, dataSetId }: { streamId: number; dataSetId: string },
	details: IDataObject,
	items = itemsOf(ROWS),
	rows: IDataObject[] = ROWS,
	more: IDataObject = {},
): Promise<void> {
	const { summary } = await upload(sandbox, { streamId, items, options: { resume: details }, more });
	expect(summary).toMatchObject({ executionId: 1, rows: 50, state: 'SUCCESS', verified: true });
	expect(await sandbox.rows(dataSetId)).toEqual(asText([...BEFORE, ...rows]));
}

it('a resume with a gap sends just the missing part', async () => {
	const stream = await keptOpen(4);
	// What a run with several uploads at once reports when part 2 is the one that fails.
	const gap = {
		...stream.details,
		landedParts: (stream.details.landedParts as IDataObject[]).filter(({ part }) => part !== 2),
	};
	expect(gap.landedParts.map(({ part }) => part)).toEqual([1, 3]);
	await expectResumed(stream, gap);
	expect(arrivals(stream.streamId)).toEqual([
		[1, 1],
		[2, 2],
		[3, 1],
		[4, 1],
		[5, 1],
	]);
});

describe('a mistaken resume keeps the execution open, and the right one then goes through', () => {
	it('with other rows', async () => {
		const stream = await keptOpen(3);
		const rows = ROWS.map((row, i) => (i === 4 ? { ...row, name: 'other' } : row));
		const { message, details } = await failing(stream.streamId, itemsOf(rows), { resume: stream.details });
		expect(message).toMatch(
			/input has changed since part 1 was sent. The execution 1 is kept open.*Hand this message's details to 'Resume'.*very same input.*abort the execution 1/s,
		);
		expect(details).toMatchObject({ executionId: 1, fate: 'open', effect: 'none', partsCut: 3 });
		expect(states(stream.streamId)).toEqual(['ACTIVE']);
		await expectResumed(stream, details);
	});

	it('with other rows, of which some went into a gap: they are sent anew', async () => {
		const stream = await keptOpen(4);
		const gap = {
			...stream.details,
			landedParts: (stream.details.landedParts as IDataObject[]).filter(({ part }) => part !== 2),
		};
		const rows = ROWS.map((row, i) => (i === 14 || i === 24 ? { ...row, name: 'other' } : row));
		const { message, details } = await failing(stream.streamId, itemsOf(rows), { resume: gap });
		expect(message).toMatch(/input has changed since part 3 was sent/);
		expect(arrivals(stream.streamId)).toEqual([
			[1, 1],
			[2, 2],
			[3, 1],
		]);
		await expectResumed(stream, details);
	});

	it('with fewer rows', async () => {
		const stream = await keptOpen(3);
		const { message, details } = await failing(stream.streamId, itemsOf(ROWS.slice(0, 20)), {
			resume: stream.details,
		});
		expect(message).toMatch(
			/this run has 2 parts, but the one that was kept open had 3.*execution 1 is kept open/,
		);
		expect(details).toMatchObject({ fate: 'open', partsCut: 3 });
		await expectResumed(stream, details);
	});

	it('with a file that is faulty in a later line', async () => {
		// More than what is read before the execution is opened.
		const rows = ROWS.map((row) => ({ ...row, name: 'x'.repeat(340_000) }));
		const csv = asCsv(rows);
		const stream = await keptOpen(3, [fileItem(csv, 'a.csv')], BINARY);
		const faulty = csv.replace(/(\n149,.*)\n/, '$1,one too many\n');
		const { message, details } = await failing(
			stream.streamId,
			[fileItem(faulty, 'a.csv')],
			{ resume: stream.details },
			BINARY,
		);
		expect(message).toMatch(/Line 51 of 'a.csv'.*The execution 1 is kept open.*very same input/s);
		expect(details).toMatchObject({ executionId: 1, fate: 'open', effect: 'none', itemIndex: 0 });
		await expectResumed(stream, details, [fileItem(csv, 'a.csv')], rows, BINARY);
	});

	it('with a file that is faulty at its beginning: nothing is sent', async () => {
		const csv = asCsv(ROWS);
		const stream = await keptOpen(3, [fileItem(csv, 'a.csv')], BINARY);
		const from = sandbox.log.length;
		const { message } = await failing(
			stream.streamId,
			[fileItem(csv.replace('name 101', 'name,101'), 'a.csv')],
			{ resume: stream.details },
			BINARY,
		);
		expect(message).toMatch(/Line 3 of 'a.csv'.*The execution 1 was left as it is/);
		expect(
			sandbox.log.slice(from).filter(({ method, operation }) => method !== 'GET' && operation !== 'token'),
		).toEqual([]);
		await expectResumed(stream, stream.details, [fileItem(csv, 'a.csv')], ROWS, BINARY);
	});

	it('with items that do not fit: nothing is sent', async () => {
		const stream = await keptOpen(3);
		const rows = ROWS.map((row, i) => (i === 40 ? { ...row, id: 'x' } : row));
		const { message } = await failing(stream.streamId, itemsOf(rows), { resume: stream.details });
		expect(message).toMatch(/item 40, column 'id'.*The execution 1 was left as it is/);
		await expectResumed(stream, stream.details);
	});
});

it("a resume whose part Domo refuses ends as 'On Failure' says", async () => {
	const stream = await keptOpen(3);
	sandbox.faults.add({ operation: 'part', part: 4, status: 400 });
	const { details } = await failing(stream.streamId, itemsOf(ROWS), { resume: stream.details });
	expect(details).toMatchObject({ fate: 'aborted', part: 4 });
	expect(states(stream.streamId)).toEqual(['ABORTED']);
});
