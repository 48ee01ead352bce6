/** A part's memory is used again only once nothing can read it any more. */
import { randomBytes } from 'crypto';

import { DomoClient, type Send } from '../../domo/client';
import { CompressionChoice, type Compression } from '../../transfer/parts/compression';
import { MemoryBudget } from '../../transfer/parts/memoryBudget';
import { PartCutter } from '../../transfer/parts/parts';
import { PartSender } from '../../transfer/parts/sendParts';
import { PartTools } from '../../transfer/parts/partTools';
import { TimeSpent } from '../../transfer/parts/timeSpent';
import type { RowSource } from '../../transfer/rowSource';
import { shortWaits } from '../support/waits';

shortWaits();

/** So many rows, no two alike. */
function randomRows(count: number): RowSource {
	let left = count;
	return {
		async next(_maxBytes, _maxRows, reuse) {
			if (left-- <= 0) return null;
			const row = `${randomBytes(30_000).toString('hex')}\n`;
			const bytes = (reuse ?? Buffer.alloc(row.length)).subarray(0, row.length);
			bytes.write(row, 'latin1');
			return { bytes, rows: 1 };
		},
		async close() {},
		locate: (row) => `row ${row}`,
	};
}

interface Sent {
	/** What the request's body was as it left. */
	asSent: Buffer;
	/** The memory that a slow reader goes on reading. */
	body: Buffer;
}

/** Sends 20 parts through a sink that never reads a body before the end; gives what each request was and what was read. */
async function sendAll(compression: Compression, answer: (sent: number, again: () => void) => number) {
	const requests: Sent[] = [];
	const leave = (body: Buffer) => requests.push({ asSent: Buffer.from(body), body });
	const send: Send = async ({ body, onSend }) => {
		const again = () => {
			leave(body as Buffer);
			onSend?.();
		};
		again();
		const status = answer(requests.length, again);
		return { status, headers: {}, body: '{}' };
	};
	const client = new DomoClient({ send });
	const stop = new AbortController();
	const choice = new CompressionChoice(compression, () => 0);
	const tools = new PartTools();
	const cutter = new PartCutter(randomRows(20), {
		partSizeBytes: 1_000_000,
		rowsPerPart: 1,
		budget: new MemoryBudget(96_000_000),
		tools,
		signal: stop.signal,
		withSha256: false,
		nextChoice: () => choice.next(),
		partsAtOnce: 1,
	});
	const sender = new PartSender(client, {
		maxConcurrentUploads: 1,
		maxTries: 3,
		requestTimeoutMs: 1_000,
		alreadyLanded: new Map(),
		choice,
		tools,
		stop,
		spent: new TimeSpent(),
		onRetry: () => undefined,
		onLanded: () => undefined,
	});
	const firstPart = await cutter.next();
	if (!firstPart) throw new Error('no part');
	await sender.sendAll(cutter, firstPart, Promise.resolve({ streamId: 1, executionId: 1 }));
	const memories = new Set(requests.map(({ body }) => body.buffer));
	return { requests, memories, totals: sender.totals };
}

describe.each<Compression>(['none', 'gzip'])('%s', (compression) => {
	it.each([429, 503, 408])(
		'a try that was answered %i early is read to its end as it was sent, whatever comes after it',
		async (status) => {
			const { requests, totals } = await sendAll(compression, (sent) => (sent === 2 ? status : 200));
			expect(totals).toMatchObject({ parts: 20, retries: 1 });
			const [, early, second] = requests;
			expect(early.body.equals(early.asSent)).toBe(true);
			expect(early.asSent.equals(second.asSent)).toBe(true);
		},
	);

	it('so is one that was answered 401, which n8n sends once more itself', async () => {
		const { requests, totals } = await sendAll(compression, (sent, again) => {
			if (sent === 2) again();
			return 200;
		});
		expect(totals).toMatchObject({ parts: 20, retries: 0 });
		expect(requests).toHaveLength(21);
		expect(requests[1].body.equals(requests[1].asSent)).toBe(true);
	});

	it('a part that left once and was answered 200 gives its memory to the next', async () => {
		const { memories } = await sendAll(compression, () => 200);
		expect(memories.size).toBe(1);
	});
});
