/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** Cutting into parts and gzipping them: what goes out is the input, whatever the sizes. */
import { createHash, randomFillSync } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import fc from 'fast-check';

import { gzipHeadroomBytes, gzipInPlace } from '../../transfer/parts/gzip';
import { MemoryBudget } from '../../transfer/parts/memoryBudget';
import { PartCutter, type RawPart } from '../../transfer/parts/parts';
import { PartTools } from '../../transfer/parts/partTools';
import type { RowBlock, RowSource } from '../../transfer/rowSource';
import { runs } from '../support/runs';

/** Records from memory, filled into the given Buffer where they fit, as the real sources do. */
class RecordSource implements RowSource {
	private at = 0;

	constructor(private readonly records: readonly Buffer[]) {}

	async next(maxBytes: number, maxRows: number, reuse?: Buffer): Promise<RowBlock | null> {
		const from = this.at;
		let bytes = 0;
		while (this.at < this.records.length && bytes < maxBytes && this.at - from < maxRows)
			bytes += this.records[this.at++].length;
		if (this.at === from) return null;
		const whole = Buffer.concat(this.records.slice(from, this.at));
		if (reuse && whole.length <= reuse.length) {
			whole.copy(reuse);
			return { bytes: reuse.subarray(0, whole.length), rows: this.at - from };
		}
		return { bytes: whole, rows: this.at - from };
	}

	async close(): Promise<void> {}

	locate(row: number): string {
		return `row ${row}`;
	}
}

const MB = 1024 * 1024;
const never = new AbortController().signal;

/** Records of mixed length, now and then one longer than a block. */
const records = fc
	.array(
		fc.oneof(
			{ weight: 30, arbitrary: fc.integer({ min: 1, max: 200_000 }) },
			{ weight: 1, arbitrary: fc.integer({ min: MB, max: 3 * MB }) },
		),
		{ maxLength: 60 },
	)
	.map((lengths) => lengths.map((length, index) => Buffer.alloc(length, 65 + (index % 26))));

async function gunzipped({ encoding, memory, rawBytes }: RawPart): Promise<Buffer> {
	if (encoding === 'none') return Buffer.from(memory.raw);
	return gunzipSync(await gzipInPlace(memory.bytes, memory.from, memory.from + rawBytes, never));
}

describe('parts', () => {
	it('hold every record once, in order, numbered from 1, within their limits, for any number of workers', async () => {
		// One for all, as for many targets: what its memory holds is of other parts.
		const tools = new PartTools();
		await fc.assert(
			fc.asyncProperty(
				records,
				fc.record({
					partSizeBytes: fc.integer({ min: 1_000, max: 4 * MB }),
					rowsPerPart: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 20 })),
					budgetBytes: fc.integer({ min: 8 * MB, max: 32 * MB }),
					workers: fc.integer({ min: 1, max: 8 }),
					encodings: fc.array(fc.constantFrom('gzip' as const, 'none' as const), {
						minLength: 1,
						maxLength: 5,
					}),
				}),
				async (input, { partSizeBytes, rowsPerPart, budgetBytes, workers, encodings }) => {
					const budget = new MemoryBudget(budgetBytes);
					let drawn = 0;
					const cutter = new PartCutter(new RecordSource(input), {
						partSizeBytes,
						rowsPerPart,
						tools,
						budget,
						signal: never,
						withSha256: true,
						nextChoice: () => ({
							encoding: encodings[drawn++ % encodings.length],
							isFullSize: drawn % 3 === 0,
						}),
						partsAtOnce: workers,
					});
					const found = new Map<number, { bytes: Buffer; part: RawPart }>();
					await Promise.all(
						Array.from({ length: workers }, async () => {
							for (let part = await cutter.next(); part !== null; part = await cutter.next()) {
								found.set(part.id, { bytes: await gunzipped(part), part: { ...part } });
								part.release(drawn % 3 !== 0);
							}
						}),
					);
					const inOrder = [...found.entries()].sort(([a], [b]) => a - b);
					expect(inOrder.map(([id]) => id)).toEqual(inOrder.map((_, index) => index + 1));
					expect(Buffer.concat(inOrder.map(([, { bytes }]) => bytes)).equals(Buffer.concat(input))).toBe(
						true,
					);
					let row = 0;
					for (const [, { bytes, part }] of inOrder) {
						expect([part.firstRow, part.rawBytes]).toEqual([row, bytes.length]);
						expect(part.rows).toBeGreaterThan(0);
						expect(part.rows).toBeLessThanOrEqual(rowsPerPart);
						expect(part.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
						// A part ends at the first record end at or past its size: without its last record it is below.
						expect(bytes.length - input[row + part.rows - 1].length).toBeLessThan(partSizeBytes);
						row += part.rows;
					}
					expect(cutter.cut).toEqual({
						parts: inOrder.length,
						rows: input.length,
						bytes: Buffer.concat(input).length,
					});
					expect(budget.peakBytes).toBeLessThanOrEqual(budgetBytes);
				},
			),
			{ numRuns: runs(20, 60) },
		);
	}, 120_000);
});

describe('gzip in place', () => {
	/** From nothing to a few blocks, of bytes that shrink well, a little, or not at all. */
	const raws = fc
		.tuple(fc.integer({ min: 0, max: 2 * MB }), fc.constantFrom('text', 'mixed', 'random'))
		.map(([length, kind]) => {
			const raw = Buffer.alloc(length, 'name,1.25,2024-02-29\n');
			if (kind === 'random') randomFillSync(raw);
			if (kind === 'mixed')
				for (let at = 0; at + 4_096 < length; at += 16_384) randomFillSync(raw, at, 4_096);
			return raw;
		});

	it('gives one member that holds the raw bytes, with no more headroom than it asks for', async () => {
		await fc.assert(
			fc.asyncProperty(raws, async (raw) => {
				const from = gzipHeadroomBytes(raw.length);
				const memory = Buffer.alloc(from + raw.length, 1);
				raw.copy(memory, from);
				const body = await gzipInPlace(memory, from, memory.length, never);
				expect(body.buffer).toBe(memory.buffer);
				expect(gunzipSync(body).equals(raw)).toBe(true);
				// One member only: its trailer's length is that of everything.
				expect(body.readUInt32LE(body.length - 4)).toBe(raw.length);
			}),
			{ numRuns: runs(20, 60) },
		);
	}, 60_000);

	it('ends where the headroom is too small, instead of overwriting what is not read yet', async () => {
		const memory = randomFillSync(Buffer.alloc(2 * MB));
		await expect(gzipInPlace(memory, 1_000, memory.length, never)).rejects.toThrow('headroom');
	});

	it('ends with the signal and leaves no promise behind', async () => {
		const stop = new AbortController();
		const memory = Buffer.alloc(40 * MB, 'x');
		const running = gzipInPlace(memory, MB, memory.length, stop.signal);
		stop.abort(new Error('stopped'));
		await expect(running).rejects.toThrow('stopped');
	});
});
