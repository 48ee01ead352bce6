import { MemoryBudget } from './memoryBudget';
import { PartCutter } from './parts';
import type { RowSource } from './rowSource';
import type { UploadOptions } from './upload';

export interface DryRunCounts {
	parts: number;
	rows: number;
	/** Raw CSV. */
	csvBytes: number;
}

/**
 * Draws a whole source and cuts it as an upload would, without sending anything.
 *
 * @throws InputError when the input is faulty
 */
export async function countParts(
	source: RowSource,
	options: Pick<UploadOptions, 'partSizeBytes' | 'rowsPerPart' | 'memoryBudgetBytes' | 'maxConcurrentUploads'>,
	signal: AbortSignal,
): Promise<DryRunCounts> {
	const cutter = new PartCutter(source, {
		...options,
		budget: new MemoryBudget(options.memoryBudgetBytes),
		signal,
		withSha256: false,
		nextChoice: () => ({ encoding: 'gzip' }),
		partsAtOnce: options.maxConcurrentUploads,
	});
	const counts: DryRunCounts = { parts: 0, rows: 0, csvBytes: 0 };
	try {
		for (let part = await cutter.next(); part !== null; part = await cutter.next()) {
			counts.parts++;
			counts.rows += part.rows;
			counts.csvBytes += part.rawBytes;
			part.release(true);
		}
	} finally {
		await source.close();
	}
	return counts;
}
