import { KernelModule } from '../kernelModule';
import { GZIP_KERNEL_BASE64 } from './gzipKernelBytes';

/** What kernel/gzip.ts exports; a `usize` is a number here. */
export interface GzipKernel {
	readonly memory: { readonly buffer: ArrayBuffer };
	/** Begins a member. */
	begin(): void;
	/** @returns how many raw bytes may be put at `rawAt()`: 0 where there are enough for a block */
	makeRoom(): number;
	rawAt(): number;
	/**
	 * Gzips the next block.
	 *
	 * @param added how many raw bytes were put at `rawAt()`
	 * @param isEnd whether they are the last: not 0
	 * @returns how many bytes of the member are at `memberAt()` now
	 */
	writeBlock(added: number, isEnd: number): number;
	memberAt(): number;
	/** @returns whether the member is complete: not 0 */
	isComplete(): number;
}

/** Each kernel has 512 KiB of memory, which never grow. */
export const gzipKernels = new KernelModule<GzipKernel>(GZIP_KERNEL_BASE64, 0);
