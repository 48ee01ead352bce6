/** CRC-32 as gzip uses it (RFC 1952), sixteen bytes a step ("slicing by 16"). */

const POLYNOMIAL: u32 = 0xedb88320;
/** One after the other, the CRCs of each byte with 0 to 15 zero bytes behind it: 16 kB. */
const TABLES: usize = memory.data(16 * 256 * 4, 64);

fillTables();

function fillTables(): void {
	for (let byte: u32 = 0; byte < 256; byte++) {
		let crc = byte;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
		store<u32>(TABLES + (byte << 2), crc);
	}
	for (let at: usize = 256; at < 16 * 256; at++) {
		const before = load<u32>(TABLES + ((at - 256) << 2));
		store<u32>(TABLES + (at << 2), (before >> 8) ^ entry(0, before));
	}
}

/** @param zeros how many zero bytes are behind the lowest byte of `bits` */
function entry(zeros: usize, bits: u64): u32 {
	return load<u32>(TABLES + (zeros << 10) + (((<usize>bits) & 0xff) << 2));
}

/** @returns the CRC of what came before and the bytes [from, to) */
export function crc32(from: usize, to: usize, before: u32): u32 {
	let crc = ~before;
	let at = from;
	for (; at + 16 <= to; at += 16) {
		const first = load<u64>(at) ^ crc;
		const second = load<u64>(at, 8);
		crc =
			entry(15, first) ^
			entry(14, first >> 8) ^
			entry(13, first >> 16) ^
			entry(12, first >> 24) ^
			entry(11, first >> 32) ^
			entry(10, first >> 40) ^
			entry(9, first >> 48) ^
			entry(8, first >> 56) ^
			entry(7, second) ^
			entry(6, second >> 8) ^
			entry(5, second >> 16) ^
			entry(4, second >> 24) ^
			entry(3, second >> 32) ^
			entry(2, second >> 40) ^
			entry(1, second >> 48) ^
			entry(0, second >> 56);
	}
	for (; at < to; at++) crc = entry(0, crc ^ load<u8>(at)) ^ (crc >> 8);
	return ~crc;
}
