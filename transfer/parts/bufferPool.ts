/**
 * Buffers of one size that are used again. Fresh ones for every block make V8 collect the whole heap, which is
 * slow while a workflow's items fill it.
 */
export class BufferPool {
	private readonly free: Buffer[] = [];

	constructor(readonly sizeBytes: number) {}

	/** A Buffer of `sizeBytes` that owns its memory; its contents are left over from earlier use. */
	take(): Buffer {
		return this.free.pop() ?? Buffer.allocUnsafeSlow(this.sizeBytes);
	}

	/** Hands a Buffer from `take` back; nothing may read it any more. */
	giveBack(buffer: Buffer): void {
		this.free.push(buffer);
	}
}
