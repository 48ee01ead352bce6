/** CRC-32 as gzip uses it (RFC 1952), eight bytes a step ("slicing by 8"). */

const POLYNOMIAL = 0xedb88320;
const TABLES = buildTables();

function buildTables(): Int32Array[] {
	const tables = Array.from({ length: 8 }, () => new Int32Array(256));
	for (let byte = 0; byte < 256; byte++) {
		let crc = byte;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
		tables[0][byte] = crc;
	}
	for (let step = 1; step < 8; step++) {
		for (let byte = 0; byte < 256; byte++) {
			const before = tables[step - 1][byte];
			tables[step][byte] = (before >>> 8) ^ tables[0][before & 0xff];
		}
	}
	return tables;
}

/**
 * @param bytes the next bytes of the data
 * @param crc the CRC of the bytes before, 0 at the start
 * @returns the CRC so far, an unsigned 32-bit number
 */
export function crc32(bytes: Uint8Array, crc = 0): number {
	const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
	let c = ~crc;
	let i = 0;
	for (const end = bytes.length - 7; i < end; i += 8) {
		c =
			t7[(c ^ bytes[i]) & 0xff] ^
			t6[((c >>> 8) ^ bytes[i + 1]) & 0xff] ^
			t5[((c >>> 16) ^ bytes[i + 2]) & 0xff] ^
			t4[(c >>> 24) ^ bytes[i + 3]] ^
			t3[bytes[i + 4]] ^
			t2[bytes[i + 5]] ^
			t1[bytes[i + 6]] ^
			t0[bytes[i + 7]];
	}
	for (; i < bytes.length; i++) c = t0[(c ^ bytes[i]) & 0xff] ^ (c >>> 8);
	return ~c >>> 0;
}
