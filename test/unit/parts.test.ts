import { MemoryBudget } from '../../transfer/parts/memoryBudget';
import { PartCutter, type CutOptions } from '../../transfer/parts/parts';
import { PartTools } from '../../transfer/parts/partTools';
import type { RowSource } from '../../transfer/rowSource';

const ROW = Buffer.from(`${'x'.repeat(99)}\n`);

/** So many rows of 100 bytes. */
function rowsOf(count: number): RowSource {
	let left = count;
	return {
		async next(maxBytes, maxRows, reuse) {
			const rows = Math.min(left, maxRows, Math.ceil(maxBytes / ROW.length));
			if (rows === 0) return null;
			left -= rows;
			const bytes = (reuse ?? Buffer.alloc(rows * ROW.length)).subarray(0, rows * ROW.length);
			return { bytes: bytes.fill(ROW), rows };
		},
		async close() {},
		locate: (row) => `row ${row}`,
	};
}

/** The raw bytes of each part, in whole millions; each part is let go of before the next is drawn. */
async function sizes(megabytes: number, options: Partial<CutOptions> = {}): Promise<number[]> {
	const cutter = new PartCutter(rowsOf(megabytes * 10_000), {
		partSizeBytes: 32_000_000,
		rowsPerPart: Infinity,
		budget: new MemoryBudget(96_000_000),
		tools: new PartTools(),
		signal: new AbortController().signal,
		withSha256: false,
		nextChoice: () => ({ encoding: 'gzip', isFullSize: false }),
		partsAtOnce: 4,
		...options,
	});
	const cut: number[] = [];
	for (let part = await cutter.next(); part !== null; part = await cutter.next()) {
		cut.push(Math.floor(part.rawBytes / 1_000_000));
		part.release(true);
	}
	return cut;
}

test('parts begin small and grow, so that workers are not all at the same point', async () => {
	expect(await sizes(100)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11, 11, 11, 0]);
});

test('parts are as large as they may be from the first one on where that is wanted', async () => {
	const nextChoice = () => ({ encoding: 'gzip' as const, isFullSize: true });
	expect((await sizes(40, { nextChoice })).slice(0, 3)).toEqual([11, 11, 11]);
	expect(await sizes(20, { nextChoice, partSizeBytes: 8_000_000 })).toEqual([8, 8, 4]);
});

test('parts for all workers together take half of the memory budget, headroom and all', async () => {
	const budget = new MemoryBudget(96_000_000);
	const largest = Math.max(...(await sizes(400, { budget })));
	expect(largest).toBe(11);
	expect(budget.peakBytes * 4).toBeLessThanOrEqual(48_000_000);
	expect(Math.max(...(await sizes(400, { partsAtOnce: 16 })))).toBe(2);
});

test("no part is larger than 'Part Size', the first ones neither", async () => {
	expect(await sizes(20, { partSizeBytes: 4_000_000 })).toEqual([1, 2, 3, 4, 4, 4, 2]);
	expect(await sizes(5, { partSizeBytes: 1_000_000 })).toEqual([1, 1, 1, 1, 1]);
});

test('no part is larger than how it is to be sent allows', async () => {
	let drawn = 0;
	const nextChoice = () => ({
		encoding: 'gzip' as const,
		isFullSize: false,
		...(drawn++ < 2 ? { mostBytes: 1_000_000 } : {}),
	});
	expect(await sizes(10, { nextChoice, partsAtOnce: 2 })).toEqual([1, 1, 3, 4, 1]);
});

test('a lone worker gets parts of the whole size', async () => {
	expect(await sizes(130, { partsAtOnce: 1, partSizeBytes: 16_000_000 })).toEqual([
		...Array.from({ length: 15 }, (_, index) => index + 1),
		10,
	]);
});
