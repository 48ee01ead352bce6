/** Where a gzip file's members end. The decompressors of Node.js don't say how far they have read. */

const FIXED_HEADER_BYTES = 10;
/** An empty member has 20 bytes, or 18 in stored form without a block; the header of the next can't be earlier. */
const SMALLEST_MEMBER_BYTES = 18;
const HEADER_MARK = Buffer.from([0x1f, 0x8b, 0x08]);
const LAST_SYSTEM = 13;
const UNKNOWN_SYSTEM = 255;
const RESERVED_FLAGS = 0xe0;
const TRAILER_BYTES = 8;
/** Deflate packs at most so many bytes into one. */
const HIGHEST_RATIO = 1032;

/** A piece of a gzip file; `endsMember` where a member ends with it. */
export interface GzipPiece {
	bytes: Uint8Array;
	endsMember: boolean;
}

/**
 * Cuts a gzip file into pieces at the ends of its members (RFC 1952, 2.2: they follow each other with nothing
 * between). A member's end is where another member's header begins, and the eight bytes before tell a length that
 * the member can have. By chance, that is so about once in 200 GB of gzip data; the file is then refused as damaged.
 */
export async function* gzipPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<GzipPiece> {
	let pending: Buffer = Buffer.alloc(0);
	/** How many bytes of the member were handed out. */
	let memberBytes = 0;
	/** The member's last bytes that were handed out. */
	let last: Buffer = Buffer.alloc(0);
	for await (const chunk of chunks) {
		pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : asBuffer(chunk);
		let from = 0;
		for (;;) {
			const end = memberEndIn(pending, from, memberBytes, last);
			if (end < 0) break;
			yield { bytes: pending.subarray(from, end), endsMember: true };
			from = end;
			memberBytes = 0;
			last = Buffer.alloc(0);
		}
		// What may be a header's beginning waits for the rest of it.
		const to = Math.max(from, pending.length - FIXED_HEADER_BYTES + 1);
		if (to > from) {
			const bytes = pending.subarray(from, to);
			last = Buffer.concat([last, bytes.subarray(-TRAILER_BYTES)]).subarray(-TRAILER_BYTES);
			memberBytes += bytes.length;
			yield { bytes, endsMember: false };
		}
		pending = Buffer.from(pending.subarray(to));
	}
	yield { bytes: pending, endsMember: true };
}

function asBuffer(chunk: Uint8Array): Buffer {
	return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}

function memberEndIn(bytes: Buffer, from: number, memberBytes: number, last: Buffer): number {
	const earliest = Math.max(from, from + SMALLEST_MEMBER_BYTES - memberBytes);
	for (let at = bytes.indexOf(HEADER_MARK, earliest); at >= 0; at = bytes.indexOf(HEADER_MARK, at + 1)) {
		if (at + FIXED_HEADER_BYTES > bytes.length) return -1;
		const before = Buffer.concat([last, bytes.subarray(Math.max(from, at - TRAILER_BYTES), at)]);
		const length = before.readUInt32LE(before.length - 4);
		if (isHeader(bytes, at) && length <= (memberBytes + at - from) * HIGHEST_RATIO) return at;
	}
	return -1;
}

function isHeader(bytes: Buffer, at: number): boolean {
	const flags = bytes[at + 3];
	const speed = bytes[at + 8];
	const system = bytes[at + 9];
	return (
		(flags & RESERVED_FLAGS) === 0 &&
		(speed === 0 || speed === 2 || speed === 4) &&
		(system <= LAST_SYSTEM || system === UNKNOWN_SYSTEM)
	);
}
