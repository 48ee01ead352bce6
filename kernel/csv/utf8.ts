/** Bytes that are UTF-8 (RFC 3629): see transfer/csv/textEncoding.ts, which a test holds to the same answers. */

const FIRST_BEYOND_ASCII: u8 = 0x80;

/** @returns where the first of bytes [from, end) is that is no part of a character, or `end` */
export function endOfUtf8(from: usize, end: usize): usize {
	let at = from;
	while (at < end) {
		const beyond = i8x16.bitmask(v128.load(at));
		if (beyond == 0) {
			at += 16;
			continue;
		}
		at += <usize>ctz(beyond);
		while (at < end && load<u8>(at) >= FIRST_BEYOND_ASCII) {
			const length = characterLength(at, end);
			if (length == 0) return at;
			at += length;
		}
	}
	return end;
}

/** @returns how many bytes (2 to 4) the character beyond ASCII has, or 0 where there is none */
function characterLength(at: usize, end: usize): usize {
	const first = <u32>load<u8>(at);
	const second = <u32>load<u8>(at, 1);
	if (first < 0xc2 || first > 0xf4) return 0;
	const length: usize = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (at + length > end || !follows(second)) return 0;
	if (length > 2 && !follows(<u32>load<u8>(at, 2))) return 0;
	if (length > 3 && !follows(<u32>load<u8>(at, 3))) return 0;
	const isOverlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
	const isSurrogate = first == 0xed && second > 0x9f;
	const isPastLast = first == 0xf4 && second > 0x8f;
	return isOverlong || isSurrogate || isPastLast ? 0 : length;
}

function follows(byte: u32): bool {
	return (byte & 0xc0) == 0x80;
}
