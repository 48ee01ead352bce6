import { gunzip, isGzip } from './gunzip';
import type { CsvFile, Refuse } from './inputFile';
import { OwnChunks } from './ownChunks';
import { markContradicts, notCsv, UNKNOWN_ENCODING_ADVICE } from './csvFileFaults';
import { binaryFormatOf, type ForeignFormat, textFormatOf } from './foreignFormats';
import {
	encodingNamed,
	encodingOfMark,
	type FileEncoding,
	shownEncoding,
	toUtf8,
	utf16WithoutMark,
} from './textEncoding';

/** A file as UTF-8, and what was found on the way there. */
export interface Utf8Bytes {
	chunks: AsyncIterable<Uint8Array>;
	/** Whether a chunk is valid only until the next is drawn. */
	areReused: boolean;
	/** Whether a chunk's memory may be given back once it was read: see OwnChunks. */
	areOwn: boolean;
	encoding: FileEncoding;
	/** Whether the encoding was found in the bytes and is none that need not be spoken of. */
	foundEncoding: boolean;
	/** Whether these are the file's own bytes: UTF-8, and not gzipped. */
	areStored: boolean;
}

/** Enough to know a file by: an Excel workbook names its parts in the first kB. */
const START_BYTES = 16 * 1024;
const MARK_BYTES = { 'utf-8': 3, 'utf-16le': 2, 'utf-16be': 2 };

/**
 * Opens a file as UTF-8 without a byte order mark: unpacked if it is gzipped (known by its first bytes), and
 * decoded. UTF-8 itself is passed on unchecked.
 *
 * @param fileEncoding `auto` or a label of WHATWG's
 * @throws InputError when the file is of another format, the label unknown, or the file's byte order mark says another
 *   encoding
 */
export async function openAsUtf8(file: CsvFile, fileEncoding: string, refuse: Refuse): Promise<Utf8Bytes> {
	const chosen = fileEncoding === 'auto' ? undefined : encodingNamed(fileEncoding);
	if (chosen === undefined && fileEncoding !== 'auto') {
		throw refuse(
			'CSV_UNKNOWN_ENCODING',
			`can't be read as '${fileEncoding}', which is no known encoding`,
			UNKNOWN_ENCODING_ADVICE,
		);
	}
	const source = await file.open();
	let chunks = await PeekedChunks.of(source);
	const isGzipped = isGzip(chunks.start);
	if (isGzipped) chunks = await PeekedChunks.of(gunzip(chunks, refuse));
	let isOpen = false;
	try {
		refuseForeign(binaryFormatOf(chunks.start), refuse);
		const marked = encodingOfMark(chunks.start);
		if (marked && chosen && marked !== chosen) {
			throw refuse(...markContradicts(shownEncoding(marked), shownEncoding(chosen)));
		}
		if (marked) chunks.skip(MARK_BYTES[marked]);
		const encoding = marked ?? chosen ?? utf16WithoutMark(chunks.start) ?? 'utf-8';
		const decoded =
			encoding === 'utf-8' ? chunks : await PeekedChunks.of(toUtf8(chunks, encoding, refuse), true);
		refuseForeign(textFormatOf(Buffer.from(decoded.start).toString('utf8')), refuse);
		isOpen = true;
		return {
			chunks: decoded,
			areReused: encoding !== 'utf-8',
			areOwn: encoding === 'utf-8' && (isGzipped || source instanceof OwnChunks),
			encoding,
			foundEncoding: chosen === undefined && encoding !== 'utf-8',
			areStored: encoding === 'utf-8' && !isGzipped,
		};
	} finally {
		if (!isOpen) await chunks.return();
	}
}

function refuseForeign(format: ForeignFormat | undefined, refuse: Refuse): void {
	if (format) throw refuse(...notCsv(format.what, format.advice));
}

/** Chunks whose first bytes were looked at. */
class PeekedChunks implements AsyncIterableIterator<Uint8Array> {
	private constructor(
		/** the stream's first 16 kB, or all if it has fewer */
		public start: Uint8Array,
		private readonly firstChunks: Uint8Array[],
		private readonly rest: AsyncIterator<Uint8Array>,
	) {}

	/** @param areReused whether a chunk is valid only until the next is drawn */
	static async of(chunks: AsyncIterable<Uint8Array>, areReused = false): Promise<PeekedChunks> {
		const iterator = chunks[Symbol.asyncIterator]();
		const firstChunks: Uint8Array[] = [];
		for (let bytes = 0; bytes < START_BYTES;) {
			const { done, value } = await iterator.next();
			if (done) break;
			firstChunks.push(areReused ? Uint8Array.from(value) : value);
			bytes += value.length;
		}
		return new PeekedChunks(startOf(firstChunks), firstChunks, iterator);
	}

	/** Leaves out the first bytes, at most 16 kB. */
	skip(byteCount: number): void {
		for (let left = byteCount; left > 0;) {
			const [chunk] = this.firstChunks;
			const skipped = Math.min(left, chunk.length);
			this.firstChunks[0] = chunk.subarray(skipped);
			if (skipped === chunk.length) this.firstChunks.shift();
			left -= skipped;
		}
		this.start = this.start.subarray(byteCount);
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

function startOf(chunks: readonly Uint8Array[]): Uint8Array {
	return Buffer.concat(chunks.map((chunk) => chunk.subarray(0, START_BYTES))).subarray(0, START_BYTES);
}
