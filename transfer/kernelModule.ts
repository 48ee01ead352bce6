/** A module of kernel/, compiled once in a process: that takes one or two milliseconds. */
export class KernelModule<Kernel> {
	private compiled: WebAssembly.Module | undefined;

	/** @param base64 its bytes */
	constructor(private readonly base64: string) {}

	/**
	 * @returns a kernel with memory of its own
	 * @throws where the process may not have the addresses: V8 sets several GB of them apart for each memory, which a limit such
	 *   as `ulimit -v` counts
	 */
	newKernel(): Kernel {
		this.compiled ??= new WebAssembly.Module(Buffer.from(this.base64, 'base64'));
		return new WebAssembly.Instance(this.compiled).exports as Kernel;
	}
}
