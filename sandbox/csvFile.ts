/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32, createGunzip, createInflateRaw } from 'node:zlib';

import type { Settings } from './options';
import { Refusal } from './refusal';

/** CSV text in a temporary file, known to be UTF-8 without a BOM. */
export interface CsvFile {
	path: string;
	rawBytes: number;
	/** Hex, of the CSV after decompression. */
	sha256: string;
	hasQuotes: boolean;
	hasCarriageReturns: boolean;
	endsWithLineFeed: boolean;
	crc32: number;
}

/** Writes CSV bytes to a file while looking at them. @throws Refusal on a BOM, invalid UTF-8, no bytes */
export async function writeCsvFile(bytes: AsyncIterable<Buffer>, path: string): Promise<CsvFile> {
	const hash = createHash('sha256');
	const file: CsvFile = {
		path,
		rawBytes: 0,
		sha256: '',
		hasQuotes: false,
		hasCarriageReturns: false,
		endsWithLineFeed: false,
		crc32: 0,
	};
	let start = Buffer.alloc(0);
	let unfinished = Buffer.alloc(0);
	const inspect = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
		for await (const chunk of source) {
			if (chunk.length === 0) continue;
			hash.update(chunk);
			file.crc32 = crc32(chunk, file.crc32);
			file.rawBytes += chunk.length;
			file.hasQuotes ||= chunk.includes(0x22);
			file.hasCarriageReturns ||= chunk.includes(0x0d);
			file.endsWithLineFeed = chunk[chunk.length - 1] === 0x0a;
			if (start.length < 3) start = Buffer.concat([start, chunk.subarray(0, 3)]);
			const text = unfinished.length > 0 ? Buffer.concat([unfinished, chunk]) : chunk;
			const whole = text.length - unfinishedUtf8Bytes(text);
			if (!isUtf8(text.subarray(0, whole))) throw new Refusal(400, 'The data is not valid UTF-8.');
			unfinished = Buffer.from(text.subarray(whole));
			yield chunk;
		}
	};
	await pipeline(bytes, inspect, createWriteStream(path));
	if (unfinished.length > 0) throw new Refusal(400, 'The data is not valid UTF-8.');
	if (file.rawBytes === 0) throw new Refusal(400, 'The data is empty.');
	if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) {
		throw new Refusal(400, 'The data begins with a byte order mark.');
	}
	file.sha256 = hash.digest('hex');
	return file;
}

/** How many bytes at the end belong to a character that is not complete yet (0 to 3). */
function unfinishedUtf8Bytes(text: Buffer): number {
	for (let back = 1; back <= Math.min(3, text.length); back++) {
		const byte = text[text.length - back];
		if (byte < 0x80) return 0;
		if (byte < 0xc0) continue;
		const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
		return needed > back ? back : 0;
	}
	return 0;
}

/**
 * Unpacks a gzip file that must hold exactly one member, unless several are allowed.
 *
 * The member's deflate stream is unpacked by itself: only so is it seen whether it ends where the file's
 * last eight bytes begin, as zlib's gunzip reads on into further members without a word.
 *
 * @throws Refusal if it is no gzip, cut short, damaged, or more follows the first member
 */
export async function gunzipToCsvFile(
	gzipPath: string,
	path: string,
	members: Settings['gzipMembers'],
): Promise<CsvFile> {
	if (members === 'any') return await writeCsvFile(gunzipAll(gzipPath), path);
	const { size } = await stat(gzipPath);
	const handle = await open(gzipPath);
	const head = Buffer.alloc(Math.min(size, 64 * 1024));
	const tail = Buffer.alloc(8);
	await handle.read(head, 0, head.length, 0);
	if (size >= 18) await handle.read(tail, 0, 8, size - 8);
	await handle.close();
	const headerBytes = gzipHeaderBytes(head);
	if (size < headerBytes + 10) throw new Refusal(400, 'The gzip data ends too early.');
	const inflate = createInflateRaw();
	const deflated = createReadStream(gzipPath, {
		start: headerBytes,
		end: size - 9,
		highWaterMark: 256 * 1024,
	});
	const unpacked = async function* (): AsyncGenerator<Buffer> {
		deflated.on('error', (error) => inflate.destroy(error));
		deflated.pipe(inflate);
		try {
			yield* inflate;
		} catch (error) {
			throw asDamaged(error as Error);
		} finally {
			deflated.destroy();
		}
	};
	const file = await writeCsvFile(unpacked(), path);
	if (inflate.bytesWritten !== size - 8 - headerBytes) {
		await rm(path, { force: true });
		throw new Refusal(400, 'The gzip data has more than one member.');
	}
	if (tail.readUInt32LE(0) !== file.crc32 || tail.readUInt32LE(4) !== file.rawBytes % 2 ** 32) {
		await rm(path, { force: true });
		throw new Refusal(400, 'The gzip data is damaged: its checksum is wrong.');
	}
	return file;
}

async function* gunzipAll(gzipPath: string): AsyncGenerator<Buffer> {
	try {
		yield* createReadStream(gzipPath).pipe(createGunzip());
	} catch (error) {
		throw asDamaged(error as Error);
	}
}

const asDamaged = (error: Error) => new Refusal(400, `The gzip data is damaged: ${error.message}.`);

/** The length of a gzip member's header (RFC 1952, 2.3). */
function gzipHeaderBytes(head: Buffer): number {
	if (head.length < 10 || head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== 8) {
		throw new Refusal(400, 'The data is not in gzip format.');
	}
	const flags = head[3];
	let position = 10;
	if (flags & 4) position += 2 + head.readUInt16LE(position);
	for (const flag of [8, 16]) if (flags & flag) position = head.indexOf(0, position) + 1;
	if (flags & 2) position += 2;
	return position;
}
