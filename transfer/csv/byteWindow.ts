/** How large a window is at first. */
export const FIRST_WINDOW_BYTES = 256 * 1024;

/** A longer record is refused: it is nearly always a quote left open, and it would be held whole in memory. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** Where a window has its bytes. */
export interface WindowMemory {
	readonly bytes: Buffer;
	/** Makes room for so many bytes, and keeps those that are there. Take `bytes` anew afterwards. */
	grow(windowBytes: number): void;
}

/** A window's memory of its own. */
class OwnMemory implements WindowMemory {
	bytes = Buffer.allocUnsafeSlow(FIRST_WINDOW_BYTES);

	grow(windowBytes: number): void {
		const larger = Buffer.allocUnsafeSlow(windowBytes);
		this.bytes.copy(larger);
		this.bytes = larger;
	}
}

const NO_MEMORY: WindowMemory = { bytes: Buffer.alloc(0), grow: () => {} };

/**
 * The stretch of a stream that is being looked at, bytes[start, end): chunks of any size are copied into one
 * reused buffer, so that no chunk is kept (n8n's database mode hands a whole file over as one chunk).
 */
export class ByteWindow {
	start = 0;

	end = 0;

	/** Whether the stream has come to its end: nothing follows bytes[end - 1]. */
	ended = false;

	private chunk: Uint8Array = Buffer.alloc(0);

	private chunkAt = 0;

	private readonly iterator: AsyncIterator<Uint8Array>;

	private reading = false;

	/**
	 * @param lineEnd the byte that a last line without one gets; undefined where it gets none
	 * @param memory has FIRST_WINDOW_BYTES
	 */
	constructor(
		chunks: AsyncIterable<Uint8Array>,
		private readonly lineEnd: number | undefined,
		private memory: WindowMemory = new OwnMemory(),
	) {
		this.iterator = chunks[Symbol.asyncIterator]();
	}

	/** Never filled to its last byte: whoever scans may put a stop byte at `end`. */
	get bytes(): Buffer {
		return this.memory.bytes;
	}

	/**
	 * Keeps bytes[start, end), moves them to the front and fills up behind them. At the stream's end a last line
	 * without a line end gets one.
	 */
	async fill(): Promise<void> {
		this.bytes.copyWithin(0, this.start, this.end);
		this.end -= this.start;
		this.start = 0;
		while (!this.ended && this.end < this.bytes.length - 1) {
			if (this.chunkAt < this.chunk.length) this.takeFromChunk();
			else await this.readChunk();
		}
	}

	/**
	 * Fills up with more than there is, in a larger window if need be.
	 *
	 * @returns false if it would hold more than MAX_RECORD_BYTES
	 */
	async extend(): Promise<boolean> {
		if (this.end - this.start >= MAX_RECORD_BYTES - 1) return false;
		if (this.start === 0 && this.end === this.bytes.length - 1) this.memory.grow(this.bytes.length * 2);
		await this.fill();
		return true;
	}

	/** Lets go of the stream, and of the memory: a chunk that comes later is written nowhere. */
	async close(): Promise<void> {
		this.memory = NO_MEMORY;
		this.chunk = Buffer.alloc(0);
		const closing = this.iterator.return?.();
		// A generator that waits for bytes answers only after them, which may be never.
		if (this.reading) void closing?.catch(() => {});
		else await closing;
	}

	private takeFromChunk(): void {
		const length = Math.min(this.chunk.length - this.chunkAt, this.bytes.length - 1 - this.end);
		this.bytes.set(this.chunk.subarray(this.chunkAt, this.chunkAt + length), this.end);
		this.end += length;
		this.chunkAt += length;
	}

	private async readChunk(): Promise<void> {
		this.reading = true;
		const { done, value } = await this.iterator.next().finally(() => {
			this.reading = false;
		});
		this.chunkAt = 0;
		if (!done) {
			this.chunk = value;
			return;
		}
		this.chunk = Buffer.alloc(0);
		this.ended = true;
		if (this.lineEnd === undefined || this.end === this.start) return;
		if (this.bytes[this.end - 1] !== this.lineEnd) this.bytes[this.end++] = this.lineEnd;
	}
}
