import type { InputError } from './inputError';

export type FileEncoding = 'utf-8' | 'windows-1252' | 'utf-16le';

const LF = 0x0a;
const SLICE_BYTES = 64 * 1024;

/** What windows-1252 has at 0x80 to 0x9f; a space stands for its five unassigned bytes. */
const WINDOWS_1252_HIGH = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/**
 * Turns text of another encoding into UTF-8 as it streams by. A yielded chunk is valid until the next is drawn.
 *
 * @param refuse makes the InputError that names the file; gets the 1-based line of bytes that aren't `encoding`
 */
export function toUtf8(
	chunks: AsyncIterable<Uint8Array>,
	encoding: Exclude<FileEncoding, 'utf-8'>,
	refuse: (text: string, advice: string, line: number) => InputError,
): AsyncGenerator<Uint8Array> {
	const refuseBytes = (line: number) => refuse(`has bytes that are not ${encoding}`, ENCODING_ADVICE, line);
	return encoding === 'utf-16le' ? fromUtf16(chunks, refuseBytes) : fromWindows1252(chunks, refuseBytes);
}

export const ENCODING_ADVICE = "Set 'File Encoding' to the encoding the file was saved in";

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

/** How many line feeds stand in bytes[from, to). */
export function countLineFeeds(bytes: Uint8Array, from: number, to: number): number {
	let count = 0;
	for (let i = from; i < to; i++) if (bytes[i] === LF) count++;
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
