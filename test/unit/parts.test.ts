import { MemoryBudget } from '../../transfer/memoryBudget';
import { PartCutter, type CutOptions } from '../../transfer/parts';
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
		signal: new AbortController().signal,
		withSha256: false,
		nextEncoding: () => 'gzip',
		partsAtOnce: 4,
		...options,
	});
	const cut: number[] = [];
	for (let part = await cutter.next(); part !== null; part = await cutter.next()) {
		cut.push(Math.floor(part.rawBytes / 1_000_000));
		for (const block of part.blocks) part.giveBack(block);
		part.reservation.release();
	}
	return cut;
}

test('parts begin small and double each round, so that a small input is shared evenly', async () => {
	expect(await sizes(106)).toEqual([4, 4, 4, 4, 8, 8, 8, 8, 16, 16, 16, 10]);
});

test('no part is larger than one of four in the memory budget', async () => {
	expect(Math.max(...(await sizes(400)))).toBe(22);
});

test("no part is larger than 'Part Size', the first ones neither", async () => {
	expect(await sizes(20, { partSizeBytes: 6_000_000 })).toEqual([4, 4, 4, 4, 4]);
	expect(await sizes(5, { partSizeBytes: 1_000_000 })).toEqual([1, 1, 1, 1, 1]);
});

test('sixteen plain parts fit into the memory budget together', async () => {
	expect(Math.max(...(await sizes(400, { partsAtOnce: 16, nextEncoding: () => 'none' })))).toBe(4);
});

test('a lone worker gets parts of the whole size, gzipped as it goes', async () => {
	expect(await sizes(100, { partsAtOnce: 1 })).toEqual([4, 8, 16, 32, 32, 8]);
});
