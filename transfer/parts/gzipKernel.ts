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

let compiled: WebAssembly.Module | undefined;

/**
 * Compiling takes about 2 ms, once in a process.
 *
 * @returns a kernel with memory of its own, 512 KiB that never grow
 * @throws where the process may not have the addresses: V8 sets several GB of them apart for each memory, which a limit such as
 *   `ulimit -v` counts
 */
export function newGzipKernel(): GzipKernel {
	compiled ??= new WebAssembly.Module(Buffer.from(GZIP_KERNEL_BASE64, 'base64'));
	return new WebAssembly.Instance(compiled).exports as GzipKernel;
}
