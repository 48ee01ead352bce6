import type { Code } from '../../domo/codes';
import { crc32 } from '../crc32';
import type { InputError } from '../inputError';
import { type GzipPiece, gzipPieces } from './gzipMembers';
import { GZIP_DAMAGED, GZIP_TRAILING_BYTES } from './csvFileFaults';

const TRAILER_BYTES = 8;
const FEED_BYTES = 256 * 1024;

type RefuseWhole = (code: Code, text: string, advice?: string) => InputError;

/** Whether a file's first bytes are those of gzip (RFC 1952). Needs two bytes to tell. */
export function isGzip(firstBytes: Uint8Array): boolean {
	return firstBytes.length >= 2 && firstBytes[0] === 0x1f && firstBytes[1] === 0x8b;
}

/**
 * Unpacks a gzip file of one member or several. Each has a decompressor of its own: Node 24's refuses a second
 * member, Node 20's unpacks some and passes over others. So length and CRC of what came out of each are compared
 * with the member's last 8 bytes.
 *
 * @param chunks the gzip file's bytes, in chunks of any size
 * @param refuse makes the InputError that names the file
 * @throws what `refuse` makes for data that is damaged, cut off, or followed by other bytes; what `chunks` throws
 */
export async function* gunzip(
	chunks: AsyncIterable<Uint8Array>,
	refuse: RefuseWhole,
): AsyncGenerator<Uint8Array> {
	const pieces = gzipPieces(chunks);
	let piece: IteratorResult<GzipPiece> = await pieces.next();
	while (!piece.done) {
		const feed = new Feed(pieces, piece.value);
		yield* unpackMember(feed, refuse);
		piece = await pieces.next();
	}
}

async function* unpackMember(feed: Feed, refuse: RefuseWhole): AsyncGenerator<Uint8Array> {
	const reader = feed.unpacked.getReader();
	let crc = 0;
	let unpackedBytes = 0;
	let isWhole = false;
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
		isWhole = true;
	} finally {
		// Not awaited: a source that hangs must not keep the upload from ending.
		if (!isWhole) feed.stop();
		void reader.cancel().catch(() => {});
	}
	const trailer = feed.lastBytes;
	if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== unpackedBytes % 2 ** 32) {
		throw refuse(...GZIP_TRAILING_BYTES);
	}
}

function unpackFault(cause: unknown, refuse: RefuseWhole): InputError {
	const { code } = (cause ?? {}) as { code?: string };
	return refuse(...(code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END' ? GZIP_TRAILING_BYTES : GZIP_DAMAGED));
}

/** Writes one member's bytes into a decompressor beside the reading of what comes out. */
class Feed {
	readonly unpacked: ReadableStream<Uint8Array>;

	/** The member's last 8 bytes so far. */
	lastBytes = Buffer.alloc(TRAILER_BYTES);

	/** What reading the source threw, which is no fault of the gzip data. */
	sourceFault: unknown;

	private readonly writer: WritableStreamDefaultWriter<Uint8Array>;

	private isStopped = false;

	constructor(
		private readonly pieces: AsyncGenerator<GzipPiece>,
		first: GzipPiece,
	) {
		const { readable, writable } = new DecompressionStream('gzip');
		this.unpacked = readable;
		this.writer = writable.getWriter();
		// The reading side sees every rejection; here they are only kept from floating.
		void this.writer.closed.catch(() => {});
		void this.run(first).catch(() => this.stop());
	}

	/** Lets go of the source, once it answers. */
	stop(): void {
		if (this.isStopped) return;
		this.isStopped = true;
		void this.pieces.return(undefined).catch(() => {});
	}

	private async run(first: GzipPiece): Promise<void> {
		for (let piece: GzipPiece | undefined = first; piece; piece = await this.pieceAfter(piece)) {
			const { bytes } = piece;
			const last = Buffer.concat([this.lastBytes, bytes.subarray(-TRAILER_BYTES)]);
			this.lastBytes = last.subarray(-TRAILER_BYTES);
			for (let from = 0; from < bytes.length; from += FEED_BYTES) {
				await this.writer.ready;
				await this.writer.write(bytes.subarray(from, from + FEED_BYTES));
			}
		}
		await this.writer.close();
	}

	private async pieceAfter(piece: GzipPiece): Promise<GzipPiece | undefined> {
		if (piece.endsMember || this.isStopped) return undefined;
		const { done, value } = await this.pieces.next().catch((cause) => {
			this.sourceFault = cause;
			void this.writer.abort(cause).catch(() => {});
			throw cause;
		});
		return done ? undefined : value;
	}
}
