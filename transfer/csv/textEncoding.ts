import type { Code } from '../../domo/codes';
import type { InputError } from '../inputError';
import { ENCODING_ADVICE } from './csvFileFaults';

/** Encodings by the names of WHATWG's standard, in lower case: `utf-8`, `windows-1252`, `utf-16le`, `shift_jis` … */
export type FileEncoding = string;

const LF = 0x0a;
const SLICE_BYTES = 64 * 1024;
const UNDECODABLE = '\ufffd';

/** What windows-1252 has at 0x80 to 0x9f; a space stands for its five unassigned bytes. */
const WINDOWS_1252_HIGH = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/**
 * @param label as people write it: `Latin1`, `UTF-16`, `windows-1252` …
 * @returns the encoding's name, or undefined where Node.js knows none by that label
 */
export function encodingNamed(label: string): FileEncoding | undefined {
	try {
		return new TextDecoder(label.trim()).encoding;
	} catch {
		return undefined;
	}
}

/** How an encoding is named in messages: "UTF-16 LE", "Windows-1252". */
export function shownEncoding(encoding: FileEncoding): string {
	return encoding
		.replace(/^utf-(\d+)(le|be)?$/, (_, bits: string, order?: string) =>
			order ? `UTF-${bits} ${order.toUpperCase()}` : `UTF-${bits}`,
		)
		.replace(/^windows/, 'Windows')
		.replace(/^(iso|koi|ibm|gb|euc)/, (letters) => letters.toUpperCase());
}

/**
 * Turns text of another encoding into UTF-8 as it streams by. A yielded chunk is valid until the next is drawn.
 *
 * @param encoding as encodingNamed gives it, not utf-8
 * @param refuse makes the InputError that names the file; gets the 1-based line of bytes that aren't `encoding`
 */
export function toUtf8(
	chunks: AsyncIterable<Uint8Array>,
	encoding: FileEncoding,
	refuse: (code: Code, text: string, advice: string, line: number) => InputError,
): AsyncGenerator<Uint8Array> {
	const refuseBytes = (line: number) =>
		refuse('CSV_ENCODING', `has bytes that are not ${shownEncoding(encoding)}`, ENCODING_ADVICE, line);
	if (encoding === 'windows-1252') return fromWindows1252(chunks, refuseBytes);
	if (encoding === 'utf-16le') return fromUtf16(chunks, refuseBytes);
	if (encoding === 'utf-16be') return fromUtf16(withBytesSwapped(chunks), refuseBytes);
	return fromOther(chunks, encoding, refuseBytes);
}

/**
 * @returns what the file's first bytes say it is encoded in, if they do: a byte order mark
 */
export function encodingOfMark(firstBytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
	const [first, second, third] = firstBytes;
	if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
	if (first === 0xff && second === 0xfe) return 'utf-16le';
	if (first === 0xfe && second === 0xff) return 'utf-16be';
	return undefined;
}

/**
 * @param start the file's first bytes
 * @returns UTF-16 where every other byte is 0, as nearly all are in Western text, and no other byte is
 */
export function utf16WithoutMark(start: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
	const pairs = start.length >> 1;
	let zerosFirst = 0;
	let zerosSecond = 0;
	for (let pair = 0; pair < pairs; pair++) {
		if (start[pair * 2] === 0) zerosFirst++;
		if (start[pair * 2 + 1] === 0) zerosSecond++;
	}
	if (zerosFirst === 0 && zerosSecond > 0 && zerosSecond * 2 >= pairs) return 'utf-16le';
	return zerosSecond === 0 && zerosFirst > 0 && zerosFirst * 2 >= pairs ? 'utf-16be' : undefined;
}

/**
 * The word around a byte that is not UTF-8, as Windows-1252 reads it.
 *
 * @param at index of the byte
 */
export function asWindows1252(bytes: Uint8Array, at: number, to: number): string {
	const isWordByte = (byte: number) => byte >= 0x80 || /[A-Za-z0-9'.-]/.test(String.fromCharCode(byte));
	let from = at;
	let end = at + 1;
	while (from > 0 && at - from < LONGEST_WORD_BYTES && isWordByte(bytes[from - 1])) from--;
	while (end < to && end - at < LONGEST_WORD_BYTES && isWordByte(bytes[end])) end++;
	return Array.from(bytes.subarray(from, end), (byte) =>
		byte >= 0x80 && byte < 0xa0 ? WINDOWS_1252_HIGH[byte - 0x80] : String.fromCharCode(byte),
	).join('');
}

const LONGEST_WORD_BYTES = 40;

async function* withBytesSwapped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let odd: Buffer = Buffer.alloc(0);
	for await (const slice of slices(chunks)) {
		const bytes = Buffer.concat([odd, slice]);
		const even = bytes.length & ~1;
		odd = Buffer.from(bytes.subarray(even));
		yield bytes.subarray(0, even).swap16();
	}
	if (odd.length > 0) yield odd;
}

/** Any encoding in which byte 0x0a is a line feed and nothing else: all of WHATWG's but UTF-16. */
async function* fromOther(
	chunks: AsyncIterable<Uint8Array>,
	encoding: FileEncoding,
	refuseBytes: (line: number) => InputError,
): AsyncGenerator<Uint8Array> {
	const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
	let line = 1;
	const decode = (bytes?: Uint8Array): Buffer => {
		try {
			return Buffer.from(decoder.decode(bytes, { stream: bytes !== undefined }), 'utf8');
		} catch {
			throw refuseBytes(line + (bytes ? lineFeedsBeforeFault(bytes, encoding) : 0));
		}
	};
	for await (const slice of slices(chunks)) {
		const utf8 = decode(slice);
		yield utf8;
		line += countLineFeeds(slice, 0, slice.length);
	}
	yield decode();
}

/** The slice may begin within a character, which then looks like the fault of its first line. */
function lineFeedsBeforeFault(slice: Uint8Array, encoding: FileEncoding): number {
	const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(slice);
	const firstLineEnd = text.indexOf('\n');
	const fault = text.indexOf(
		UNDECODABLE,
		text.lastIndexOf(UNDECODABLE) > firstLineEnd ? firstLineEnd + 1 : 0,
	);
	return fault < 0 ? 0 : text.slice(0, fault).split('\n').length - 1;
}

async function* fromUtf16(
	chunks: AsyncIterable<Uint8Array>,
	refuseBytes: (line: number) => InputError,
): AsyncGenerator<Uint8Array> {
	// A U+FEFF at a slice's beginning is text.
	const decoder = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });
	let line = 1;
	let pending: Buffer = Buffer.alloc(0);
	for await (const slice of slices(chunks)) {
		const bytes = pending.length > 0 ? Buffer.concat([pending, slice]) : slice;
		const wholeBytes = wholeUtf16Bytes(bytes);
		pending = Buffer.from(bytes.subarray(wholeBytes));
		const loneAt = loneSurrogateAt(bytes, wholeBytes);
		const text = decoder.decode(bytes.subarray(0, loneAt < 0 ? wholeBytes : loneAt));
		const utf8 = Buffer.from(text, 'utf8');
		line += countLineFeeds(utf8, 0, utf8.length);
		if (loneAt >= 0) throw refuseBytes(line);
		yield utf8;
	}
	if (pending.length > 0) throw refuseBytes(line);
}

/** How many bytes end with a whole character: an odd byte or a high surrogate waits for what follows. */
function wholeUtf16Bytes(bytes: Uint8Array): number {
	const even = bytes.length & ~1;
	return even >= 2 && (bytes[even - 1] & 0xfc) === 0xd8 ? even - 2 : even;
}

function loneSurrogateAt(bytes: Uint8Array, to: number): number {
	for (let i = 0; i < to; i += 2) {
		const high = bytes[i + 1] & 0xfc;
		if (high === 0xdc) return i;
		if (high !== 0xd8) continue;
		if (i + 3 >= to || (bytes[i + 3] & 0xfc) !== 0xdc) return i;
		i += 2;
	}
	return -1;
}

async function* fromWindows1252(
	chunks: AsyncIterable<Uint8Array>,
	refuseBytes: (line: number) => InputError,
): AsyncGenerator<Uint8Array> {
	// Not TextDecoder: several releases of Node decode windows-1252 as latin1, without the euro sign.
	const highBytes = Array.from(WINDOWS_1252_HIGH, (character) => Buffer.from(character, 'utf8'));
	const utf8 = Buffer.allocUnsafeSlow(SLICE_BYTES * 3);
	let line = 1;
	for await (const slice of slices(chunks)) {
		let length = 0;
		for (let i = 0; i < slice.length; i++) {
			const byte = slice[i];
			if (byte < 0x80) {
				utf8[length++] = byte;
				if (byte === LF) line++;
			} else if (byte >= 0xa0) {
				utf8[length++] = 0xc0 | (byte >> 6);
				utf8[length++] = 0x80 | (byte & 0x3f);
			} else {
				const character = highBytes[byte - 0x80];
				if (character.length === 1) throw refuseBytes(line);
				for (let k = 0; k < character.length; k++) utf8[length++] = character[k];
			}
		}
		yield utf8.subarray(0, length);
	}
}

async function* slices(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	for await (const chunk of chunks) {
		for (let from = 0; from < chunk.length; from += SLICE_BYTES)
			yield chunk.subarray(from, from + SLICE_BYTES);
	}
}

function countLineFeeds(bytes: Uint8Array, from: number, to: number): number {
	return countBytes(bytes, LF, from, to);
}

/** How often a byte is in bytes[from, to). */
export function countBytes(bytes: Uint8Array, byte: number, from: number, to: number): number {
	let count = 0;
	for (let i = from; i < to; i++) if (bytes[i] === byte) count++;
	return count;
}

/**
 * Checks bytes against UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF), without the
 * string that a TextDecoder would make of them.
 *
 * @returns the index of the first byte that isn't part of a character, or -1; bytes[from, to) should hold whole
 *   characters
 */
export function invalidUtf8At(bytes: Buffer, from: number, to: number): number {
	const wordsFrom = from + (-(bytes.byteOffset + from) & 3);
	const words = new Int32Array(
		bytes.buffer,
		bytes.byteOffset + wordsFrom,
		Math.max(0, (to - wordsFrom) >> 2),
	);
	let i = from;
	while (i < to) {
		if (bytes[i] >= 0x80) {
			const length = characterLength(bytes, i, to);
			if (length === 0) return i;
			i += length;
		} else if (i >= wordsFrom && ((i - wordsFrom) & 3) === 0) {
			let k = (i - wordsFrom) >> 2;
			while (k < words.length && (words[k] & 0x80808080) === 0) k++;
			const asciiEnd = wordsFrom + k * 4;
			i = asciiEnd > i ? asciiEnd : i + 1;
		} else {
			i++;
		}
	}
	return -1;
}

/** How many bytes (2 to 4) the character beyond ASCII at `at` has, 0 if it is none. */
function characterLength(bytes: Buffer, at: number, to: number): number {
	const first = bytes[at];
	const second = bytes[at + 1];
	const length = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (at + length > to || (second & 0xc0) !== 0x80) return 0;
	if (length > 2 && (bytes[at + 2] & 0xc0) !== 0x80) return 0;
	if (length > 3 && (bytes[at + 3] & 0xc0) !== 0x80) return 0;
	const isOverlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
	const isSurrogate = first === 0xed && second > 0x9f;
	const isPastLast = first === 0xf4 && second > 0x8f;
	return isOverlong || isSurrogate || isPastLast ? 0 : length;
}
