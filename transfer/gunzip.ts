import { crc32 } from './crc32';
import type { InputError } from './inputError';

const TRAILER_BYTES = 8;
const FEED_BYTES = 256 * 1024;

const MORE_THAN_ONE_MEMBER =
	'holds more than one gzip member, or bytes after its end: some of its rows could be missed';
const UNPACK_ADVICE = 'Unpack the file before this node, or compress it again as one piece';

/** Whether a file's first bytes are those of gzip (RFC 1952). Needs two bytes to tell. */
export function isGzip(firstBytes: Uint8Array): boolean {
	return firstBytes.length >= 2 && firstBytes[0] === 0x1f && firstBytes[1] === 0x8b;
}

/**
 * Unpacks a gzip file of exactly one member.
 *
 * More than one member is refused: Node 24's DecompressionStream refuses it by itself, Node 20's unpacks some
 * and passes over others. So length and CRC of all that came out are compared with the file's last 8 bytes,
 * which describe its last member: they agree only if that member is the whole file.
 *
 * @param chunks the gzip file's bytes, in chunks of any size
 * @param refuse makes the InputError that names the file
 * @throws what `refuse` makes for data that is damaged, cut off, or more than one member; what `chunks` throws
 */
export async function* gunzip(
	chunks: AsyncIterable<Uint8Array>,
	refuse: (text: string, advice?: string) => InputError,
): AsyncGenerator<Uint8Array> {
	const { readable, writable } = new DecompressionStream('gzip');
	const reader = readable.getReader();
	const feed = new Feed(chunks, writable.getWriter());
	let crc = 0;
	let unpackedBytes = 0;
	try {
		for (;;) {
			const { done, value } = await reader.read().catch((cause) => {
				throw feed.sourceFault ?? unpackFault(cause, refuse);
			});
			if (done) break;
			crc = crc32(value, crc);
			unpackedBytes += value.length;
			yield value;
		}
	} finally {
		// Not awaited: a source that hangs must not keep the upload from ending.
		void reader.cancel().catch(() => {});
	}
	const trailer = feed.lastBytes;
	if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== unpackedBytes % 2 ** 32) {
		throw refuse(MORE_THAN_ONE_MEMBER, UNPACK_ADVICE);
	}
}

function unpackFault(cause: unknown, refuse: (text: string, advice?: string) => InputError): InputError {
	if ((cause as { code?: string } | undefined)?.code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END') {
		return refuse(MORE_THAN_ONE_MEMBER, UNPACK_ADVICE);
	}
	return refuse(
		'begins as a gzip file but cannot be unpacked: it is damaged or cut off',
		'Check that the file was transferred whole',
	);
}

/** Writes the packed bytes into the decompressor beside the reading of what comes out. */
class Feed {
	/** The file's last 8 bytes so far. */
	lastBytes = Buffer.alloc(TRAILER_BYTES);

	/** What reading the source threw, which is no fault of the gzip data. */
	sourceFault: unknown;

	constructor(chunks: AsyncIterable<Uint8Array>, writer: WritableStreamDefaultWriter<Uint8Array>) {
		// The reading side sees every rejection; here they are only kept from floating.
		void writer.closed.catch(() => {});
		void this.run(chunks, writer).catch(() => {});
	}

	private async run(chunks: AsyncIterable<Uint8Array>, writer: WritableStreamDefaultWriter<Uint8Array>) {
		for await (const chunk of this.watched(chunks, writer)) {
			this.lastBytes = Buffer.concat([this.lastBytes, chunk.subarray(-TRAILER_BYTES)]).subarray(
				-TRAILER_BYTES,
			);
			for (let from = 0; from < chunk.length; from += FEED_BYTES) {
				await writer.ready;
				await writer.write(chunk.subarray(from, from + FEED_BYTES));
			}
		}
		await writer.close();
	}

	private async *watched(
		chunks: AsyncIterable<Uint8Array>,
		writer: WritableStreamDefaultWriter<Uint8Array>,
	): AsyncGenerator<Uint8Array> {
		const iterator = chunks[Symbol.asyncIterator]();
		try {
			for (;;) {
				const { done, value } = await iterator.next().catch((cause) => {
					this.sourceFault = cause;
					void writer.abort(cause).catch(() => {});
					throw cause;
				});
				if (done) return;
				yield value;
			}
		} finally {
			await iterator.return?.();
		}
	}
}
