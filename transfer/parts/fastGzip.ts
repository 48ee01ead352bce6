import { Stretch } from '../stretch';
import { gzipInPlace } from './gzip';
import { gzipKernels } from './gzipKernel';
import { GzipMember } from './gzipMember';

/** Dense gzip waits for the JavaScript thread after every 16 kB that it has made: so it keeps its pace beside this one. */
const REST_AFTER_MS = 1;

/**
 * Our own gzip for parts: on the JavaScript thread, one part at a time in the order they come, so that the first is
 * done as soon as it can be. Between slices of a millisecond everything else goes on.
 */
export class FastGzip {
	private member: GzipMember | undefined;
	private turn: Promise<unknown> = Promise.resolve();
	private isRefused = false;

	/** Whether it can be had in this process: else dense gzip makes all parts. */
	get isAvailable(): boolean {
		if (this.member !== undefined || this.isRefused) return !this.isRefused;
		const kernel = gzipKernels.take();
		if (kernel === undefined) this.isRefused = true;
		else this.member = new GzipMember(kernel);
		return !this.isRefused;
	}

	/**
	 * Gzips the end of a Buffer into its beginning, as exactly one gzip member; densely where it is not available.
	 *
	 * @param memory overwritten from its beginning
	 * @param from where the raw bytes begin; at least `gzipHeadroomBytes` of them
	 * @param to where they end
	 * @returns the gzipped bytes: the used beginning of `memory`
	 * @throws the signal's reason when it fires
	 */
	async inPlace(memory: Buffer, from: number, to: number, signal: AbortSignal): Promise<Buffer> {
		const made = this.turn.then(async () => await this.make(memory, from, to, signal));
		this.turn = made.catch(() => undefined);
		return await made;
	}

	private async make(memory: Buffer, from: number, to: number, signal: AbortSignal): Promise<Buffer> {
		signal.throwIfAborted();
		const member = this.isAvailable ? this.member : undefined;
		if (member === undefined) return await gzipInPlace(memory, from, to, signal);
		const stretch = new Stretch(REST_AFTER_MS);
		member.begin(memory.subarray(from, to), memory);
		while (!member.writeBlock()) if (stretch.isLong()) await stretch.rest(signal);
		return memory.subarray(0, member.bytes);
	}
}
