/** How long it is not tried again where there was no memory: each try takes V8 up to 90 ms, as it collects all garbage for it. */
const RETRY_AFTER_MS = 60_000;

/** A module of kernel/, compiled once in a process, which takes one or two milliseconds; and its kernels that are not in use. */
export class KernelModule<Kernel> {
	private compiled: WebAssembly.Module | undefined;
	private readonly idle: Kernel[] = [];
	private refusedAtMs = -Infinity;

	/** @param base64 its bytes @param mostIdle how many kernels are kept for later use */
	constructor(
		private readonly base64: string,
		private readonly mostIdle: number,
	) {
		modules.push(this);
	}

	/**
	 * @returns a kernel that nobody else has, with memory of its own; undefined where the process may not have the addresses:
	 *   V8 sets several GB of them apart for each memory, which a limit such as `ulimit -v` counts
	 */
	take(): Kernel | undefined {
		const idle = this.idle.pop();
		if (idle !== undefined) return idle;
		if (performance.now() - this.refusedAtMs < RETRY_AFTER_MS) return undefined;
		const kernel = this.made() ?? (letGoOfIdle() ? this.made() : undefined);
		if (kernel === undefined) this.refusedAtMs = performance.now();
		return kernel;
	}

	/** Takes back a kernel that is never touched again by who had it. */
	giveBack(kernel: Kernel): void {
		if (this.idle.length < this.mostIdle) this.idle.push(kernel);
	}

	/** @returns whether there were any */
	letGoOfIdle(): boolean {
		return this.idle.splice(0).length > 0;
	}

	private made(): Kernel | undefined {
		try {
			this.compiled ??= new WebAssembly.Module(Buffer.from(this.base64, 'base64'));
			return new WebAssembly.Instance(this.compiled).exports as Kernel;
		} catch {
			return undefined;
		}
	}
}

const modules: Array<KernelModule<unknown>> = [];

/** Kernels of one module may stand in the way of another's. */
function letGoOfIdle(): boolean {
	return modules.filter((module) => module.letGoOfIdle()).length > 0;
}
