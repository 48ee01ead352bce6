import { gunzip, isGzip } from './gunzip';
import type { InputError } from './inputError';
import { ENCODING_ADVICE, encodingOfMark, type FileEncoding, toUtf8 } from './textEncoding';

/** One CSV file of the input; `open` may be called more than once. */
export interface CsvFile {
	/** the file's name, for messages */
	name: string;
	/** 0-based index of the input item it belongs to */
	itemIndex: number;
	/** Its bytes from the beginning, plain or gzipped, in chunks of any size. */
	open(): Promise<AsyncIterable<Uint8Array>> | AsyncIterable<Uint8Array>;
}

/** Makes the InputError that names the file, and the 1-based line where there is one. */
export type Refuse = (text: string, advice?: string, line?: number) => InputError;

const LONGEST_MARK_BYTES = 3;
const MARK_BYTES = { 'utf-8': 3, 'utf-16le': 2, 'utf-16be': 2 };

const MARK_NAMES = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16 LE', 'utf-16be': 'UTF-16 BE' };

/**
 * Opens a file as UTF-8 without a byte order mark: unpacked if it is gzipped (known by its first bytes), and
 * decoded. UTF-8 itself is passed on unchecked.
 *
 * @throws InputError when the file's byte order mark says another encoding
 */
export async function openAsUtf8(
	file: CsvFile,
	encoding: FileEncoding,
	refuse: Refuse,
): Promise<AsyncIterable<Uint8Array>> {
	let chunks = await PeekedChunks.of(await file.open());
	if (isGzip(chunks.firstBytes)) chunks = await PeekedChunks.of(gunzip(chunks, refuse));
	const marked = encodingOfMark(chunks.firstBytes);
	if (marked && marked !== encoding) {
		await chunks.return();
		throw refuse(
			`begins with the byte order mark of ${MARK_NAMES[marked]}, but 'File Encoding' says ${encoding}`,
			marked === 'utf-16be' ? 'Save the file as UTF-8' : ENCODING_ADVICE,
		);
	}
	if (marked) chunks.skip(MARK_BYTES[marked]);
	return encoding === 'utf-8' ? chunks : toUtf8(chunks, encoding, refuse);
}

/** Chunks whose first few bytes were looked at. */
class PeekedChunks implements AsyncIterableIterator<Uint8Array> {
	private constructor(
		/** the stream's first 3 bytes, or all if it has fewer */
		readonly firstBytes: Uint8Array,
		private readonly firstChunks: Uint8Array[],
		private readonly rest: AsyncIterator<Uint8Array>,
	) {}

	static async of(chunks: AsyncIterable<Uint8Array>): Promise<PeekedChunks> {
		const iterator = chunks[Symbol.asyncIterator]();
		const firstChunks: Uint8Array[] = [];
		let firstBytes = Buffer.alloc(0);
		while (firstBytes.length < LONGEST_MARK_BYTES) {
			const { done, value } = await iterator.next();
			if (done) break;
			firstChunks.push(value);
			firstBytes = Buffer.concat([firstBytes, value.subarray(0, LONGEST_MARK_BYTES - firstBytes.length)]);
		}
		return new PeekedChunks(firstBytes, firstChunks, iterator);
	}

	/** Leaves out the first bytes, at most 3. */
	skip(byteCount: number): void {
		for (let left = byteCount; left > 0;) {
			const [chunk] = this.firstChunks;
			const skipped = Math.min(left, chunk.length);
			this.firstChunks[0] = chunk.subarray(skipped);
			if (skipped === chunk.length) this.firstChunks.shift();
			left -= skipped;
		}
	}

	async next(): Promise<IteratorResult<Uint8Array>> {
		const chunk = this.firstChunks.shift();
		return chunk ? { done: false, value: chunk } : await this.rest.next();
	}

	async return(): Promise<IteratorResult<Uint8Array>> {
		await this.rest.return?.();
		return { done: true, value: undefined };
	}

	[Symbol.asyncIterator](): this {
		return this;
	}
}
