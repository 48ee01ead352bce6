import type { RecordEnds } from '../recordEnds';

const SMALLEST_BYTES = 64 * 1024;
const LARGEST_FIRST_BYTES = 1024 * 1024;

/** Bytes being put together for one RowBlock: in the Buffer the caller lends, while they fit, else in an own one. */
export class GrowingBlock {
	bytes: Buffer;

	length = 0;

	/**
	 * @param lent a Buffer to fill if it is large enough in the end
	 * @param expectedBytes how much is likely to come
	 * @param ends gets where each of its records ends
	 */
	constructor(
		private readonly lent: Buffer | undefined,
		expectedBytes: number,
		readonly ends?: RecordEnds,
	) {
		this.bytes =
			lent ?? Buffer.allocUnsafeSlow(Math.min(Math.max(expectedBytes, SMALLEST_BYTES), LARGEST_FIRST_BYTES));
	}

	/** Makes room for so many bytes more. Take `bytes` anew afterwards. */
	reserve(byteCount: number): void {
		const needed = this.length + byteCount;
		if (needed <= this.bytes.length) return;
		const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
		this.bytes.copy(larger, 0, 0, this.length);
		this.bytes = larger;
	}

	append(source: Buffer, from: number, to: number): void {
		this.reserve(to - from);
		source.copy(this.bytes, this.length, from, to);
		this.length += to - from;
	}

	/**
	 * @returns the bytes: a view of the lent Buffer, or a Buffer of exactly their size
	 */
	finish(): Buffer {
		if (this.bytes === this.lent || this.length === this.bytes.length)
			return this.bytes.subarray(0, this.length);
		const exact = Buffer.allocUnsafeSlow(this.length);
		this.bytes.copy(exact, 0, 0, this.length);
		return exact;
	}
}
