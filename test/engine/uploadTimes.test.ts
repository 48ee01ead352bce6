/** What an upload says of its time: in its summary, and in n8n's log while it runs. */
import { createHash } from 'node:crypto';

import { DomoClient, type Send } from '../../domo/client';
import { getStream } from '../../domo/streams';
import type { RowSource } from '../../transfer/rowSource';
import { upload, type UploadOptions } from '../../transfer/upload/upload';
import { sendTo, UPLOAD_OPTIONS } from '../support/directUpload';
import { credentialsFor, fileItem, itemsOf, runNodeWell } from '../support/engine';
import { byMode } from '../support/locators';
import { logOf } from '../support/n8nLog';
import {
	asCsv,
	asText,
	BINARY,
	COLUMNS,
	makeRows,
	parameters,
	upload as uploadItems,
} from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { setWaits, shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 0 });
const makeStream = async (name = 'times') => await sandbox.createStream({ name, columns: COLUMNS });

describe('by a clock on which only reading and requests take time', () => {
	const READ_MS = 7;
	const CREATE_MS = 1_000;
	const PART_MS = 100;
	const COMMIT_MS = 10_000;
	const COUNT_MS = 50;
	/** A look at another execution that is waited for. */
	const LOOK_MS = 3_000;

	/** Three rows, each read by itself and sent as a part. */
	async function timed(more: Partial<UploadOptions> = {}, before?: 'busy' | 'sent') {
		let nowMs = 0;
		let requests = 0;
		const { streamId, dataSetId } = await makeStream();
		const real = await sendTo(sandbox);
		const executions = `/v1/streams/${streamId}/executions`;
		if (before)
			await real({ method: 'POST', path: executions, headers: {}, timeoutMs: 5_000, answer: 'text' });
		const send: Send = async (request) => {
			if (before === 'busy' && request.method === 'GET' && request.path.startsWith(`${executions}?`)) {
				// A look takes two requests. By the second, the other one has been aborted.
				requests++;
				if (requests === 4) nowMs += LOOK_MS;
				if (requests === 3)
					await real({
						method: 'PUT',
						path: `${executions}/1/abort`,
						headers: {},
						timeoutMs: 5_000,
						answer: 'text',
					});
			}
			const answer = await real(request);
			if (request.method === 'POST') nowMs += CREATE_MS;
			else if (request.path.includes('/part/')) nowMs += PART_MS;
			else if (request.path.endsWith('/commit')) nowMs += COMMIT_MS;
			else if (nowMs > COMMIT_MS && request.path.startsWith('/v1/datasets/')) nowMs += COUNT_MS;
			return answer;
		};
		const client = new DomoClient({ send });
		const rows = makeRows(3);
		const lines = asCsv(rows).trimEnd().split('\n').slice(1);
		const sent = Buffer.from(`${lines[0]}\n`);
		const resume = {
			streamId,
			executionId: 1,
			partsCut: 1,
			landedParts: [
				{ part: 1, firstRow: 0, rows: 1, sha256: createHash('sha256').update(sent).digest('hex') },
			],
		};
		if (before === 'sent') {
			await real({
				method: 'PUT',
				path: `${executions}/1/part/1`,
				headers: { 'content-type': 'text/csv' },
				body: sent,
				timeoutMs: 5_000,
				answer: 'text',
			});
		}
		const source: RowSource = {
			rowCount: 3,
			async next() {
				const line = lines.shift();
				if (line === undefined) return null;
				nowMs += READ_MS;
				return { bytes: Buffer.from(`${line}\n`), rows: 1 };
			},
			async close() {},
			locate: (row) => `row ${row}`,
		};
		const logged: string[] = [];
		const summary = await upload(client, await getStream(client, streamId), source, {
			...UPLOAD_OPTIONS,
			rowsPerPart: 1,
			maxConcurrentUploads: 1,
			compression: 'none',
			now: () => nowMs,
			...(before === 'sent' ? { resume } : {}),
			log: (line) => logged.push(line),
			...more,
		});
		expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
		return { summary, logged };
	}

	it('the summary says what was waited for, and how fast it was until the last part was in', async () => {
		const { summary } = await timed();
		const sendingMs = 3 * READ_MS + CREATE_MS + 3 * PART_MS;
		expect(summary).toMatchObject({
			state: 'SUCCESS',
			rows: 3,
			waitedForCpuMs: 3 * READ_MS,
			waitedForLineMs: CREATE_MS + 3 * PART_MS,
			waitedForIndexingMs: COMMIT_MS + COUNT_MS,
			durationMs: sendingMs + COMMIT_MS + COUNT_MS,
			rowsPerSecond: Math.round(3_000 / sendingMs),
			bytesPerSecond: Math.round((summary.csvBytes * 1_000) / sendingMs),
		});
		expect(summary).not.toHaveProperty('waitedForCommitTimeMs');
		expect(summary).not.toHaveProperty('waitedForOtherExecutionMs');
	});

	it('waiting for another execution is told apart, and makes no upload slower', async () => {
		const { summary } = await timed({ activeExecution: 'wait' }, 'busy');
		const sendingMs = 3 * READ_MS + CREATE_MS + 3 * PART_MS;
		expect(summary).toMatchObject({
			waitedForCpuMs: 3 * READ_MS,
			waitedForLineMs: CREATE_MS + 3 * PART_MS,
			waitedForOtherExecutionMs: LOOK_MS,
			durationMs: sendingMs + LOOK_MS + COMMIT_MS + COUNT_MS,
			rowsPerSecond: Math.round(3_000 / sendingMs),
			bytesPerSecond: Math.round((summary.csvBytes * 1_000) / sendingMs),
		});
	});

	it('rows that an earlier run had sent make no resume faster', async () => {
		const { summary } = await timed({}, 'sent');
		const sendingMs = 3 * READ_MS + 2 * PART_MS;
		const bytes = asCsv(makeRows(3)).split('\n').slice(2).join('\n').length;
		expect(summary).toMatchObject({
			rows: 3,
			waitedForLineMs: 2 * PART_MS,
			rowsPerSecond: Math.round(2_000 / sendingMs),
			bytesPerSecond: Math.round((bytes * 1_000) / sendingMs),
		});
	});

	it('the log says how it is going, not more often than it may', async () => {
		setWaits({ progressMs: CREATE_MS + PART_MS + 1 });
		const { logged } = await timed();
		expect(logged.filter((line) => line.includes('to go'))).toEqual([
			expect.stringMatching(/^Stream \d+: 2 rows in 2 parts, .* bytes\/s; about 66 %, 1 s to go\.$/),
		]);
	});
});

describe("in n8n's log", () => {
	const progressOf = async (run: () => Promise<unknown>) =>
		(await logOf(run)).filter((line) => /Stream \d+: /.test(line));

	const options = { rowsPerPart: 10, maxConcurrentUploads: 1 };

	it('a line comes for each part where it may come that often', async () => {
		setWaits({ progressMs: 0 });
		const { streamId } = await makeStream();
		const lines = await progressOf(
			async () => await uploadItems(sandbox, { streamId, items: itemsOf(makeRows(30)), options }),
		);
		expect(lines.map((line) => line.replace(/,[^;]*;/, ';').replace(/, \d.*/, ''))).toEqual([
			`Stream ${streamId}: 10 rows in 1 part; about 33 %`,
			`Stream ${streamId}: 20 rows in 2 parts; about 66 %`,
			`Stream ${streamId}: 30 rows in 3 parts; all rows are in.`,
		]);
	});

	it('a file says it, too, where n8n knows its size', async () => {
		setWaits({ progressMs: 0 });
		const { streamId } = await makeStream();
		const csv = asCsv(makeRows(30));
		const item = fileItem(csv);
		item.binary!.data.bytes = csv.length;
		const items = [item];
		const lines = await progressOf(
			async () => await uploadItems(sandbox, { streamId, items, options, more: BINARY }),
		);
		expect(lines.at(-1)).toMatch(/: 30 rows in 3 parts, [^;]*B\/s\.$/);
	});

	it('a file that n8n hands over as one piece is not said to be read at once', async () => {
		setWaits({ progressMs: 0 });
		const { streamId } = await makeStream();
		const csv = asCsv(makeRows(400).map((row) => ({ ...row, name: 'x'.repeat(10_000) })));
		const item = fileItem(csv);
		item.binary!.data.bytes = csv.length;
		const large = { maxConcurrentUploads: 1, rowsPerPart: 100 };
		const lines = await progressOf(
			async () => await uploadItems(sandbox, { streamId, items: [item], options: large, more: BINARY }),
		);
		const shares = lines.map((line) => Number(/about (\d+) %/.exec(line)?.[1] ?? 100));
		expect(shares).toHaveLength(4);
		expect(shares[0]).toBeLessThan(60);
		expect(shares[3]).toBe(100);
	});

	it('none comes within the first five seconds', async () => {
		const { streamId } = await makeStream();
		const run = async () => await uploadItems(sandbox, { streamId, items: itemsOf(makeRows(30)), options });
		expect(await progressOf(run)).toEqual([]);
	});

	it('of many targets, each has its own lines and its own times', async () => {
		setWaits({ progressMs: 0 });
		const ids = [(await makeStream('One')).streamId, (await makeStream('Two')).streamId];
		const items = itemsOf(makeRows(20).map((row, i) => ({ to: i < 15 ? 'One' : 'Two', ...row })));
		let summaries: unknown[] = [];
		const lines = await progressOf(async () => {
			const { json } = await runNodeWell(
				'domoStream',
				parameters(0, options, { streamId: byMode('targetField', 'to') }),
				credentialsFor(sandbox),
				items,
			);
			summaries = json;
		});
		expect(lines.map((line) => line.split(',')[0])).toEqual([
			`'One': Stream ${ids[0]}: 10 rows in 1 part`,
			`'One': Stream ${ids[0]}: 15 rows in 2 parts`,
			`'Two': Stream ${ids[1]}: 5 rows in 1 part`,
		]);
		const times = {
			rowsPerSecond: expect.any(Number),
			bytesPerSecond: expect.any(Number),
			waitedForLineMs: expect.any(Number),
			waitedForCpuMs: expect.any(Number),
			waitedForIndexingMs: expect.any(Number),
		};
		expect(summaries).toEqual([
			expect.objectContaining({ target: 'One', rows: 15, ...times }),
			expect.objectContaining({ target: 'Two', rows: 5, ...times }),
		]);
	});
});
