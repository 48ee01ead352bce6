/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Readable } from 'node:stream';

import { BufferPool } from '../../transfer/parts/bufferPool';
import { MemoryBudget } from '../../transfer/parts/memoryBudget';
import {
	BinaryDataService,
	Container,
	credentialsFor,
	runNodeWell,
	useFilesystemBinaryData,
} from '../support/engine';
import { parameters } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';

const BUDGET_BYTES = 96_000_000;
const FILE_BYTES = 300_000_000;

/** 100 kB of rows; in gzip about a quarter of that. */
const ROWS_PER_CHUNK = 2_500;
const CHUNK = Buffer.from(
	Array.from(
		{ length: ROWS_PER_CHUNK },
		(_, row) => `${row * 7919},name ${(row * 7919) % 104729},${row % 1000}.25,2024-02-29\n`,
	).join(''),
);
const CHUNKS = Math.ceil(FILE_BYTES / CHUNK.length);

function* generatedFile(): Generator<Buffer> {
	yield Buffer.from('id,name,amount,day\n');
	for (let made = 0; made < CHUNKS; made++) yield CHUNK;
}

const sandbox = useSandbox({ keepRows: false });
beforeAll(async () => {
	await useFilesystemBinaryData();
	jest
		.spyOn(Container.get(BinaryDataService), 'getAsStream')
		.mockImplementation(async () => Readable.from(generatedFile(), { objectMode: false }));
});
afterAll(() => {
	jest.restoreAllMocks();
});

/** Every budget that parts are drawn under while `work` runs, and all memory that parts were given. */
async function memoryOf(
	work: () => Promise<void>,
): Promise<{ budgets: Set<MemoryBudget>; heldBytes: number }> {
	const budgets = new Set<MemoryBudget>();
	const buffers = new Set<Buffer>();
	const take = BufferPool.prototype.take;
	const pools = jest.spyOn(BufferPool.prototype, 'take').mockImplementation(function (this: BufferPool) {
		const buffer = take.call(this);
		buffers.add(buffer);
		return buffer;
	});
	const reserve = MemoryBudget.prototype.reserve;
	const spy = jest.spyOn(MemoryBudget.prototype, 'reserve').mockImplementation(async function (
		this: MemoryBudget,
		...args
	) {
		budgets.add(this);
		return await reserve.apply(this, args);
	});
	await work().finally(() => {
		spy.mockRestore();
		pools.mockRestore();
	});
	return { budgets, heldBytes: [...buffers].reduce((sum, { length }) => sum + length, 0) };
}

test.each([
	['gzip', 4],
	['none', 4],
	['none', 16],
	['auto', 4],
])(
	'300 MB as %s, %i parts at once, never take more than the memory budget, and arrive whole',
	async (compression, maxConcurrentUploads) => {
		const columns = [
			{ name: 'id', type: 'LONG' as const },
			{ name: 'name', type: 'STRING' as const },
			{ name: 'amount', type: 'DECIMAL' as const },
			{ name: 'day', type: 'DATE' as const },
		];
		const { streamId } = await sandbox.createStream({ name: compression, columns });
		const file = {
			data: 'filesystem-v2',
			id: 'filesystem-v2:generated',
			mimeType: 'text/csv',
			fileName: 'generated.csv',
		};
		let summary: Record<string, unknown> = {};
		const { budgets, heldBytes } = await memoryOf(async () => {
			const options = { compression, maxConcurrentUploads, waitForCompletion: false };
			const { json } = await runNodeWell(
				'domoStream',
				parameters(streamId, options, { inputSource: 'binary', binaryPropertyName: 'data' }),
				credentialsFor(sandbox),
				[{ json: {}, binary: { data: file } }],
			);
			summary = json[0];
		});

		const [budget] = budgets;
		expect(budgets.size).toBe(1);
		expect(budget.totalBytes).toBe(BUDGET_BYTES);
		expect(budget.peakBytes).toBeLessThanOrEqual(BUDGET_BYTES);
		// Used again, not made anew for each part: what was ever held stays within the budget, too.
		expect(heldBytes).toBeGreaterThan(0);
		expect(heldBytes).toBeLessThanOrEqual(BUDGET_BYTES);
		// More than one part was under way at once: half of the budget is shared by as many as may be.
		expect(budget.peakBytes).toBeGreaterThan(BUDGET_BYTES / 2 / maxConcurrentUploads);

		expect(summary).toMatchObject({
			rows: CHUNKS * ROWS_PER_CHUNK,
			csvBytes: CHUNKS * CHUNK.length,
			retries: 0,
		});
		const parts = sandbox.parts(streamId, 1);
		expect(parts.map(({ part }) => part)).toEqual(parts.map((_, index) => index + 1));
		expect(parts).toHaveLength(summary.parts as number);
		const arrivedBytes = parts.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
		expect(arrivedBytes).toBe(summary.sentBytes);
		if (compression === 'none') expect(arrivedBytes).toBe(CHUNKS * CHUNK.length);
	},
	120_000,
);
