/** Writes bits, the first one lowest in its byte. */

/** A block as it is at the most: 64 kB, a match and the last bytes, with what is around it; and 8 bytes, which are written at once. */
const OUTPUT_BYTES = 68 * 1024;
export const OUTPUT: usize = memory.data(OUTPUT_BYTES, 64);

/** Where the next whole byte goes. */
let at: usize = OUTPUT;
/** Bits that do not fill a byte yet, and how many: 0…7 between two calls. */
let bits: u64 = 0;
let bitCount: u32 = 0;

/** Forgets the bits that are left. */
export function clear(): void {
	rewind();
	bits = 0;
	bitCount = 0;
}

/** The next bytes go to the beginning again. */
export function rewind(): void {
	at = OUTPUT;
}

export function writtenBytes(): usize {
	return at - OUTPUT;
}

/** @param value below 2^count @param count at most 56 */
export function write(value: u64, count: u32): void {
	bits |= value << bitCount;
	bitCount += count;
	flush();
}

/** Writes all 8 bytes, though only the full ones count. */
function flush(): void {
	store<u64>(at, bits);
	at += bitCount >> 3;
	bits >>= bitCount & 56;
	bitCount &= 7;
}

/** Fills the last byte up. */
export function alignToByte(): void {
	bitCount = (bitCount + 7) & 8;
	flush();
}

/** Only where the last byte is full. */
export function writeByte(byte: u8): void {
	store<u8>(at, byte);
	at++;
}

/** Only where the last byte is full. */
export function writeInt16(value: u16): void {
	store<u16>(at, value);
	at += 2;
}

/** Only where the last byte is full. */
export function writeInt32(value: u32): void {
	store<u32>(at, value);
	at += 4;
}

/** Only where the last byte is full. */
export function copy(from: usize, to: usize): void {
	memory.copy(at, from, to - from);
	at += to - from;
}

// For a loop that keeps these three in variables of its own.
export function nextAt(): usize {
	return at;
}

export function pendingBits(): u64 {
	return bits;
}

export function pendingCount(): u32 {
	return bitCount;
}

export function goOnAt(nextAt: usize, pendingBits: u64, pendingCount: u32): void {
	at = nextAt;
	bits = pendingBits;
	bitCount = pendingCount;
}
