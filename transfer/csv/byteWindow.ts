const FIRST_CAPACITY_BYTES = 256 * 1024;

/** A longer record is refused: it is nearly always a quote left open, and it would be held whole in memory. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/**
 * The stretch of a stream that is being looked at, bytes[start, end): chunks of any size are copied into one
 * reused buffer, so that no chunk is kept (n8n's database mode hands a whole file over as one chunk).
 */
export class ByteWindow {
	/** Never filled to its last byte: whoever scans may put a stop byte at `end`. */
	bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY_BYTES);

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
	 */
	constructor(
		chunks: AsyncIterable<Uint8Array>,
		private readonly lineEnd: number | undefined,
	) {
		this.iterator = chunks[Symbol.asyncIterator]();
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
		if (this.start === 0 && this.end === this.bytes.length - 1) {
			const larger = Buffer.allocUnsafeSlow(this.bytes.length * 2);
			this.bytes.copy(larger, 0, 0, this.end);
			this.bytes = larger;
		}
		await this.fill();
		return true;
	}

	/** Lets go of the stream. */
	async close(): Promise<void> {
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
