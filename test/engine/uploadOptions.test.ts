import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox';
import { fileItem, itemsOf } from '../support/engine';
import { asCsv, asText, BINARY, COLUMNS, makeRows, refuse, tryUpload, upload } from '../support/uploads';
import { useSandbox, withSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits({ verifyTimeoutMs: 300 });
const sandbox = useSandbox();
beforeEach(() => {
	sandbox.faults.clear();
	Object.assign(sandbox.settings, { executionUpdateMethod: 'honour', indexingMs: 5 });
});

const makeStream = async (more: Partial<Parameters<Sandbox['createStream']>[0]> = {}) =>
	await sandbox.createStream({ name: 'options', columns: COLUMNS, ...more });
const partsOf = (streamId: number, executionId = 1) => sandbox.parts(streamId, executionId);

describe('Part Size (MB)', () => {
	it('ends a part at the first row at or past it', async () => {
		const { streamId, dataSetId } = await makeStream();
		const rows = makeRows(3_000);
		await upload(sandbox, { streamId, items: itemsOf(rows), options: { partSizeMb: 0.02 } });
		const sizes = partsOf(streamId).map(({ rawBytes }) => rawBytes);
		expect(sizes.length).toBeGreaterThan(3);
		for (const size of sizes.slice(0, -1)) {
			expect(size).toBeGreaterThanOrEqual(20_000);
			expect(size).toBeLessThan(20_100);
		}
		expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
	});

	it('is 32 MB where it is not set, so that a small input is one part', async () => {
		const { streamId } = await makeStream();
		await upload(sandbox, { streamId, items: itemsOf(makeRows(3_000)) });
		expect(partsOf(streamId)).toHaveLength(1);
	});
});

it("'Rows per Part' caps each part", async () => {
	const { streamId } = await makeStream();
	await upload(sandbox, { streamId, items: itemsOf(makeRows(25)), options: { rowsPerPart: 10 } });
	expect(partsOf(streamId).map(({ rows }) => rows)).toEqual([10, 10, 5]);
});

describe('Max Concurrent Uploads', () => {
	it.each([1, 3])('keeps %i parts in flight', async (maxConcurrentUploads) => {
		await withSandbox({ latencyMs: 30 }, async (own) => {
			const { streamId } = await own.createStream({ name: 'concurrent', columns: COLUMNS });
			await upload(own, {
				streamId,
				items: itemsOf(makeRows(40)),
				options: { rowsPerPart: 4, maxConcurrentUploads },
			});
			expect(own.maxPartsInFlight).toBe(maxConcurrentUploads);
		});
	});
});

describe('Max Tries per Part', () => {
	it('is how often a part is sent before the upload is given up', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'part', part: 1, status: 503, times: 'always' });
		const said = await refuse(sandbox, { streamId, items: itemsOf(makeRows(3)), options: { maxTries: 2 } });
		expect(said).toMatch(/Part 1 .*execution 1 was aborted/);
		expect(sandbox.faults.hits).toBe(2);
	});

	it('lets a part through that succeeds at the last try', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add({ operation: 'part', part: 1, status: 503, times: 2 });
		const { summary } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(3)),
			options: { maxTries: 3 },
		});
		expect(summary.retries).toBe(2);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(3)));
	});
});

it("'Request Timeout (Seconds)' ends a part that gets no answer, and it is sent again", async () => {
	const { streamId, dataSetId } = await makeStream();
	sandbox.faults.add({ operation: 'part', part: 1, hang: true });
	const { summary } = await upload(sandbox, {
		streamId,
		items: itemsOf(makeRows(3)),
		options: { requestTimeoutSeconds: 2 },
	});
	expect(summary.retries).toBe(1);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(3)));
});

it('the longest waits that are taken wait: no timer fires after a millisecond', async () => {
	const { streamId, dataSetId } = await makeStream();
	sandbox.settings.indexingMs = 100;
	sandbox.faults.add({ operation: 'part', latencyMs: 100, times: 'always' });
	const { summary } = await upload(sandbox, {
		streamId,
		items: itemsOf(makeRows(3)),
		options: {
			requestTimeoutSeconds: 2_000_000,
			waitTimeoutSeconds: 2_000_000,
			minMinutesBetweenCommits: 33_333,
		},
	});
	expect(summary).toMatchObject({ state: 'SUCCESS', retries: 0, rows: 3 });
	expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(3)));
});

describe('Wait for Completion', () => {
	it('off: returns while Domo is indexing, and says so', async () => {
		sandbox.settings.indexingMs = 60_000;
		const { streamId } = await makeStream();
		const { summary, hints } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(3)),
			options: { waitForCompletion: false },
		});
		expect(summary).toMatchObject({ state: 'ACTIVE', rows: 3 });
		expect(summary).not.toHaveProperty('dataSetRows');
		expect(hints.join(' ')).toMatch(/execution 1 is committed; Domo is indexing/);
		expect(sandbox.execution(streamId, 1).commits).toBe(1);
	});

	it("on: 'Wait Timeout (Seconds)' ends the waiting without failing", async () => {
		sandbox.settings.indexingMs = 60_000;
		const { streamId } = await makeStream();
		const { summary, hints } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(3)),
			options: { waitTimeoutSeconds: 0.2 },
		});
		expect(summary).toMatchObject({ state: 'ACTIVE', rows: 3 });
		expect(hints.join(' ')).toMatch(/was still ACTIVE after .*don't load these rows again/);
		expect(sandbox.execution(streamId, 1).commits).toBe(1);
	});
});

describe('Compression', () => {
	const labels = (streamId: number) =>
		sandbox.log
			.filter(({ operation, path }) => operation === 'part' && path.includes(`/streams/${streamId}/`))
			.map(({ headers }) => [headers['content-type'], headers['content-encoding']]);

	it.each([
		['gzip', 'text/csv', 'gzip', 'gzip'],
		['gzipContentType', 'application/gzip', undefined, 'gzip'],
		['none', 'text/csv', undefined, 'none'],
	])('%s is sent as %s with Content-Encoding %s', async (compression, type, encoding, kind) => {
		const { streamId, dataSetId } = await makeStream();
		const { summary } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(100)),
			options: { compression },
		});
		expect(labels(streamId)).toEqual([[type, encoding]]);
		expect(partsOf(streamId)[0]).toMatchObject({
			encoding: kind,
			sentBytes: summary.sentBytes,
			rawBytes: summary.csvBytes,
		});
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(100)));
	});

	it('is gzip where it is not set', async () => {
		const { streamId } = await makeStream();
		await upload(sandbox, { streamId, items: itemsOf(makeRows(1)) });
		expect(labels(streamId)).toEqual([['text/csv', 'gzip']]);
	});

	it('auto lands every row once, whatever it chooses', async () => {
		const { streamId, dataSetId } = await makeStream();
		const rows = makeRows(2_000);
		const { summary } = await upload(sandbox, {
			streamId,
			items: itemsOf(rows),
			options: { compression: 'auto', rowsPerPart: 100 },
		});
		expect(Number(summary.gzippedParts) + Number(summary.plainParts)).toBe(20);
		expect(Number(summary.fastParts) + Number(summary.denseParts)).toBe(summary.gzippedParts);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
	});
});

describe('values and columns', () => {
	it.each([
		['', ',""\n'],
		['\\N', '\\N,""\n'],
	])('null is sent as the Null Text %j, and an empty string stays one', async (nullText, csv) => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'null',
			columns: [COLUMNS[1], { name: 'b', type: 'STRING' }],
		});
		await upload(sandbox, { streamId, items: itemsOf([{ name: null, b: '' }]), options: { nullText } });
		expect(partsOf(streamId)[0].sha256).toBe(createHash('sha256').update(csv).digest('hex'));
		expect(await sandbox.rows(dataSetId)).toEqual([{ name: null, b: '' }]);
	});

	it("'Unknown Fields' Ignore leaves them out", async () => {
		const { streamId, dataSetId } = await makeStream();
		await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(2).map((row) => ({ extra: 1, ...row }))),
			options: { unknownFields: 'ignore' },
		});
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
	});

	it("'Missing Columns' NULL leaves them empty", async () => {
		const { streamId, dataSetId } = await makeStream();
		await upload(sandbox, {
			streamId,
			items: itemsOf([{ id: 1, name: 'a' }]),
			options: { missingColumns: 'null' },
		});
		expect(await sandbox.rows(dataSetId)).toEqual([{ id: '1', name: 'a', amount: null, day: null }]);
	});
});

describe('files', () => {
	it.each([
		['comma', ','],
		['semicolon', ';'],
		['tab', '\t'],
		['pipe', '|'],
	])('may be delimited by %s', async (_, delimiter) => {
		const { streamId, dataSetId } = await makeStream();
		const file = fileItem(asCsv(makeRows(3), ['day', 'id', 'name', 'amount'], delimiter));
		await upload(sandbox, { streamId, items: [file], more: { ...BINARY, fileOptions: { delimiter } } });
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(3)));
	});

	it.each([
		['utf-8', 'utf8', 'Zürich ✓'],
		['windows-1252', 'latin1', 'Zürich'],
		['utf-16le', 'utf16le', 'Zürich ✓'],
	] as const)('may be %s', async (fileEncoding, nodeName, name) => {
		const { streamId, dataSetId } = await makeStream();
		const bytes = Buffer.from(asCsv([{ ...makeRows(1)[0], name }]), nodeName);
		await upload(sandbox, {
			streamId,
			items: [fileItem(bytes)],
			more: { ...BINARY, fileOptions: { fileEncoding } },
		});
		expect((await sandbox.rows(dataSetId))[0].name).toBe(name);
	});

	it("without a header ('File Has Header' off) are taken by position", async () => {
		const { streamId, dataSetId } = await makeStream();
		const csv = asCsv(makeRows(2)).split('\n').slice(1).join('\n');
		await upload(sandbox, {
			streamId,
			items: [fileItem(csv)],
			more: { ...BINARY, fileOptions: { fileHasHeader: false } },
		});
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
	});
});

it("'Allow Empty Replace' empties the DataSet, and checks that it is empty", async () => {
	const { streamId, dataSetId } = await makeStream({ rows: makeRows(3) as never });
	const { summary } = await upload(sandbox, {
		streamId,
		items: [{ json: {} }],
		options: { allowEmptyReplace: true },
		more: { updateMethod: 'REPLACE' },
	});
	expect(summary).toMatchObject({ state: 'SUCCESS', parts: 0, rows: 0, dataSetRows: 0, verified: true });
	expect(await sandbox.rows(dataSetId)).toEqual([]);
});

it("'Memory Budget (MB)' holds parts back: with 8 MB, a part of 32 MB is cut smaller", async () => {
	const { streamId, dataSetId } = await makeStream();
	const rows = makeRows(9).map((row) => ({ ...row, name: 'x'.repeat(1_000_000) }));
	await upload(sandbox, {
		streamId,
		items: itemsOf(rows),
		options: { memoryBudgetMb: 8, compression: 'none', maxConcurrentUploads: 2 },
	});
	for (const { rawBytes } of partsOf(streamId)) expect(rawBytes).toBeLessThan(8_000_000);
	expect(sandbox.dataSet(dataSetId).rows).toBe(9);
});

describe('On Failure', () => {
	const failing = async (onFailure: string) => {
		const { streamId, dataSetId } = await makeStream({ rows: makeRows(2) as never });
		sandbox.faults.add({
			operation: 'part',
			part: 3,
			status: 400,
			body: { status: 400, message: 'The part is too large', toe: 'TOE-9' },
		});
		const result = await tryUpload(sandbox, {
			streamId,
			items: itemsOf(makeRows(50)),
			options: { onFailure, rowsPerPart: 10, maxConcurrentUploads: 1 },
			run: { onError: 'continueErrorOutput' },
		});
		return { streamId, dataSetId, result };
	};

	it('Abort: the execution is aborted; under Continue (error output) one item with the details comes out there', async () => {
		const { streamId, dataSetId, result } = await failing('abort');
		expect(result.error).toBeUndefined();
		expect(result.outputs[0]).toEqual([]);
		expect(result.outputs[1]).toHaveLength(1);
		const { json } = result.outputs[1][0];
		expect(json.error).toMatch(/Part 3 \(item 20 to item 29\)/);
		expect(json.details).toMatchObject({
			streamId,
			dataSetId,
			executionId: 1,
			fate: 'aborted',
			effect: 'none',
			part: 3,
			toe: 'TOE-9',
		});
		expect(sandbox.execution(streamId, 1).currentState).toBe('ABORTED');
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
	});

	it('Keep Open: a later run with Resume sends only what is missing', async () => {
		const { streamId, dataSetId, result } = await failing('keepOpen');
		const details = result.outputs[1][0].json.details as IDataObject;
		expect(details).toMatchObject({ fate: 'open', executionId: 1, partsCut: 3, updateMethod: 'APPEND' });
		expect(
			(details.landedParts as IDataObject[]).map(({ part, firstRow, rows }) => [part, firstRow, rows]),
		).toEqual([
			[1, 0, 10],
			[2, 10, 10],
		]);
		expect(sandbox.execution(streamId, 1).currentState).toBe('ACTIVE');
		sandbox.faults.clear();
		const { summary } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(50)),
			options: { resume: JSON.stringify(details), rowsPerPart: 10 },
		});
		expect(summary).toMatchObject({ executionId: 1, parts: 5, rows: 50, verified: true });
		expect(partsOf(streamId).map(({ timesArrived }) => timesArrived)).toEqual([1, 1, 1, 1, 1]);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(50)]));
	});

	const resumed = async (change: {
		rows?: IDataObject[];
		options?: IDataObject;
		more?: IDataObject;
		details?: IDataObject;
	}) => {
		const { streamId, dataSetId, result } = await failing('keepOpen');
		sandbox.faults.clear();
		const details = { ...(result.outputs[1][0].json.details as IDataObject), ...change.details };
		const said = await refuse(sandbox, {
			streamId,
			items: itemsOf(change.rows ?? makeRows(50)),
			options: { resume: JSON.stringify(details), rowsPerPart: 10, ...change.options },
			more: change.more,
		});
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
		return said;
	};

	it('a resume with another first row is refused', async () => {
		const rows = makeRows(50);
		rows[0] = { ...rows[0], name: 'other' };
		expect(await resumed({ rows })).toMatch(/input has changed since part 1 was sent/);
	});

	it('a resume with fewer rows than Domo has already is refused', async () => {
		expect(await resumed({ rows: makeRows(10) })).toMatch(
			/this run has 1 parts?, but the one that was kept open had 3/,
		);
	});

	it('a resume with no rows is refused', async () => {
		expect(await resumed({ rows: [{}] })).toMatch(/no rows.*execution 1 can't be resumed/);
	});

	it('a resume cut into fewer parts, so that Domo may hold one too many, is refused', async () => {
		const { streamId, dataSetId } = await makeStream();
		// Part 3 took effect, and so did part 4 or more in the real world: only the ids that were cut are known.
		sandbox.faults.add({ operation: 'part', part: 3, status: 400, afterEffect: true });
		const first = await tryUpload(sandbox, {
			streamId,
			items: itemsOf(makeRows(30)),
			options: { onFailure: 'keepOpen', rowsPerPart: 10, maxConcurrentUploads: 1 },
			run: { onError: 'continueErrorOutput' },
		});
		sandbox.faults.clear();
		expect(partsOf(streamId)).toHaveLength(3);
		const said = await refuse(sandbox, {
			streamId,
			items: itemsOf(makeRows(20)),
			options: { resume: first.outputs[1][0].json.details as IDataObject, rowsPerPart: 10 },
		});
		expect(said).toMatch(/2 parts.*had 3/);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
	});

	it('a resume under another update method is refused', async () => {
		expect(await resumed({ more: { updateMethod: 'REPLACE' } })).toMatch(
			/opened to APPEND, and now REPLACE is chosen/,
		);
	});

	it("a resume with another Stream's details is refused", async () => {
		expect(await resumed({ details: { streamId: 999_999 } })).toMatch(
			/Stream 999999, but the Stream \d+ is chosen/,
		);
	});

	it('a resume with something else than details is refused', async () => {
		expect(await resumed({ options: { resume: '{"executionId": 1}' } })).toMatch(
			/'Resume' does not hold the details/,
		);
		expect(await resumed({ options: { resume: 'not JSON' } })).toMatch(/'Resume' does not hold the details/);
	});

	it('a resume of an execution that is no longer open is refused', async () => {
		const { streamId, result } = await failing('keepOpen');
		sandbox.faults.clear();
		await upload(sandbox, { streamId, items: itemsOf(makeRows(1)), options: { activeExecution: 'abortIt' } });
		const said = await refuse(sandbox, {
			streamId,
			items: itemsOf(makeRows(50)),
			options: { resume: result.outputs[1][0].json.details as IDataObject, rowsPerPart: 10 },
		});
		expect(said).toMatch(
			/execution 1 .*can't be resumed: it has ended as ABORTED.*Run again without 'Resume'/s,
		);
	});
});
