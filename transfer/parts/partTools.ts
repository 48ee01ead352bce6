import { BufferPool } from './bufferPool';
import { FastGzip } from './fastGzip';

/**
 * What parts are cut and gzipped with. Uploads one after the other share it: 10 MB made anew for each of a hundred small
 * ones had V8 collect the whole heap, items and all, every few of them.
 */
export class PartTools {
	readonly fastGzip = new FastGzip();
	private pool: BufferPool | undefined;

	/** Buffers of one size: those of another size are let go. */
	poolOf(sizeBytes: number): BufferPool {
		if (this.pool?.sizeBytes !== sizeBytes) this.pool = new BufferPool(sizeBytes);
		return this.pool;
	}
}
