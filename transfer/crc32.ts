/** CRC-32 as gzip uses it (RFC 1952), eight bytes a step ("slicing by 8"). */

const POLYNOMIAL = 0xedb88320;
/** One after the other, the CRCs of each byte with 0 to 7 zero bytes behind it: 8 kB. */
const TABLES = buildTables();

function buildTables(): Int32Array {
	const tables = new Int32Array(8 * 256);
	for (let byte = 0; byte < 256; byte++) {
		let crc = byte;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
		tables[byte] = crc;
	}
	for (let at = 256; at < tables.length; at++) {
		const before = tables[at - 256];
		tables[at] = (before >>> 8) ^ tables[before & 0xff];
	}
	return tables;
}

/**
 * @param bytes the next bytes of the data
 * @param crc the CRC of the bytes before, 0 at the start
 * @returns the CRC so far, an unsigned 32-bit number
 */
export function crc32(bytes: Uint8Array, crc = 0): number {
	const tables = TABLES;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	let c = ~crc;
	let i = 0;
	for (const end = bytes.length - 7; i < end; i += 8) {
		const first = view.getInt32(i, true) ^ c;
		const second = view.getInt32(i + 4, true);
		c =
			tables[0x700 | (first & 0xff)] ^
			tables[0x600 | ((first >>> 8) & 0xff)] ^
			tables[0x500 | ((first >>> 16) & 0xff)] ^
			tables[0x400 | (first >>> 24)] ^
			tables[0x300 | (second & 0xff)] ^
			tables[0x200 | ((second >>> 8) & 0xff)] ^
			tables[0x100 | ((second >>> 16) & 0xff)] ^
			tables[second >>> 24];
	}
	for (; i < bytes.length; i++) c = tables[(c ^ bytes[i]) & 0xff] ^ (c >>> 8);
	return ~c >>> 0;
}
