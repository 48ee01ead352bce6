import type { Utf8Bytes } from './csvBytes';
import { passedOn } from './ownChunks';

const LF = 0x0a;
const LOOK_BYTES = 256 * 1024 - 1;

/**
 * A file's first bytes, held so that they can be looked at before the file is read from its beginning: no byte is
 * drawn twice.
 */
export class FileStart {
	/** Not to be written into: n8n keeps some files in memory, and hands out that memory. */
	private held: Buffer[] = [];

	private iterator: AsyncIterator<Uint8Array>;

	/** Whether the file has no more bytes than are held. */
	isWhole = false;

	/** What the last chunk had beyond the held bytes; valid until the next is drawn. */
	private beyond: Uint8Array | undefined;

	private isReading = false;

	private constructor(
		chunks: AsyncIterable<Uint8Array>,
		private readonly areReused: boolean,
		private readonly areOwn: boolean,
	) {
		this.iterator = chunks[Symbol.asyncIterator]();
	}

	/** @param maxBytes how much is held at most */
	static async read(
		{ chunks, areReused, areOwn }: Pick<Utf8Bytes, 'chunks' | 'areReused' | 'areOwn'>,
		maxBytes: number,
	): Promise<FileStart> {
		const start = new FileStart(chunks, areReused, areOwn);
		await start.hold(maxBytes);
		return start;
	}

	/** How many bytes are held. */
	get heldLength(): number {
		return this.held.reduce((sum, chunk) => sum + chunk.length, 0);
	}

	/** Holds more. */
	async hold(moreBytes: number): Promise<void> {
		for (let left = moreBytes; left > 0 && !this.isWhole;) {
			const { done, value } = this.beyond ? { done: false, value: this.beyond } : await this.draw();
			this.beyond = undefined;
			if (done) {
				this.isWhole = true;
				break;
			}
			this.held.push(this.kept(value, left));
			if (value.length > left) this.beyond = value.subarray(left);
			left -= value.length;
		}
		// A file that ends here has no more to decide; a chunk's end is no sign of it.
		if (!this.isWhole && this.beyond === undefined) {
			const { done, value } = await this.draw();
			if (done) this.isWhole = true;
			else this.beyond = value;
		}
	}

	/** At most 256 kB, and room for a stop byte behind them. */
	look(): { bytes: Buffer; length: number; isWhole: boolean } {
		const all = this.heldLength;
		const length = Math.min(all, LOOK_BYTES);
		const bytes = Buffer.alloc(length + 2);
		for (let at = 0, k = 0; at < length; k++) at += this.held[k].copy(bytes, at, 0, length - at);
		return { bytes, length, isWhole: this.isWhole && all === length };
	}

	hasLineFeed(): boolean {
		return this.held.some((chunk) => chunk.includes(LF));
	}

	/** The held bytes alone. */
	async *heldBytes(): AsyncGenerator<Uint8Array> {
		yield* this.held;
	}

	/** The whole file; the held bytes are let go of on the way. Only once. A chunk is valid until the next is drawn. */
	wholeFile(): AsyncGenerator<Uint8Array> {
		return passedOn(this.allChunks(), this.areOwn);
	}

	private async *allChunks(): AsyncGenerator<Uint8Array> {
		try {
			for (let chunk = this.held.shift(); chunk; chunk = this.held.shift()) yield chunk;
			const { beyond } = this;
			this.beyond = undefined;
			if (beyond) yield beyond;
			while (!this.isWhole) {
				const { done, value } = await this.draw();
				if (done) this.isWhole = true;
				else yield value;
			}
		} finally {
			await this.close();
		}
	}

	/** Lets go of the file; more than once, too. */
	async close(): Promise<void> {
		this.held = [];
		this.beyond = undefined;
		const closing = this.iterator.return?.();
		// A generator that waits for bytes answers only after them, which may be never.
		if (this.isReading) void closing?.catch(() => {});
		else await closing;
	}

	/** A copy only where it must be: fresh memory costs more than anything else that is done with these bytes. */
	private kept(chunk: Uint8Array, mostBytes: number): Buffer {
		const { buffer, byteOffset, length } = chunk;
		const isMostOfItsMemory = length * 2 >= buffer.byteLength;
		// Of n8n's database mode a whole file comes as one chunk: what is beyond keeps it in memory as well.
		if (this.areReused || !(isMostOfItsMemory || length > mostBytes)) {
			return Buffer.from(chunk.subarray(0, mostBytes));
		}
		return Buffer.from(buffer, byteOffset, Math.min(length, mostBytes));
	}

	private async draw(): Promise<IteratorResult<Uint8Array>> {
		this.isReading = true;
		return await this.iterator.next().finally(() => {
			this.isReading = false;
		});
	}
}
