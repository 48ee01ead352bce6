/** Numbers in Domo's form, by their bytes: see transfer/columns/plainForms.ts, which tests hold to the same answers. */

const COMMA: u8 = 0x2c;
const MINUS: u8 = 0x2d;
const ZERO: u8 = 0x30;

/** A byte 8 times; and by it 8 digits, what makes a carry of what is above 9, and where it shows. */
const EACH: u64 = <u64>-1 / 255;
const ZEROS: u64 = 0x30 * EACH;
const ABOVE_NINE: u64 = 0x06 * EACH;
const HIGH_HALVES: u64 = 0xf0 * EACH;

/** So many digits are within 64 bits, whatever they are. */
const MAX_LONG_DIGITS: usize = 18;

/** Longer numbers with a decimal comma are left to be read another way. */
const LONGEST_COMMA_NUMBER_BYTES: usize = 32;

/** What a number in Domo's form says about decimal signs: digits alone, a sign that can be nothing else, or `1.234`. */
export const NO_NUMBER: u32 = 0;
export const WHOLE: u32 = 1;
const WITH_SIGN: u32 = 2;
export const SIGN_OR_GROUP: u32 = 3;

export class Longs {
	/** Whether the bytes [at, end) are a LONG of so few digits that it is within 64 bits. */
	@inline
	static isLong(at: usize, end: usize): bool {
		const isNegative = load<u8>(at) == MINUS;
		const start = isNegative ? at + 1 : at;
		const digits = end - start;
		if (digits - 1 >= MAX_LONG_DIGITS) return false;
		if (load<u8>(start) == ZERO) return digits == 1 && !isNegative;
		if (digits <= 8) return notDigits(start) << ((8 - digits) << 3) == 0;
		const rest = notDigits(start) | notDigits(end - 8);
		return digits <= 16 ? rest == 0 : (rest | notDigits(start + 8)) == 0;
	}
}

/** @returns the form of the number that the bytes [at, end) are */
export function numberForm(at: usize, end: usize, sign: u8): u32 {
	const isNegative = load<u8>(at) == MINUS;
	const start = isNegative ? at + 1 : at;
	const isZero = load<u8>(start) == ZERO;
	const signAt = endOfDigits(start);
	const whole = signAt - start;
	if (whole == 0 || (isZero && whole > 1)) return NO_NUMBER;
	if (signAt == end) return isZero && isNegative ? NO_NUMBER : WHOLE;
	if (load<u8>(signAt) != sign || endOfDigits(signAt + 1) != end) return NO_NUMBER;
	const fraction = end - signAt - 1;
	if (fraction == 0) return NO_NUMBER;
	return fraction == 3 && whole <= 3 && !isZero ? SIGN_OR_GROUP : WITH_SIGN;
}

/**
 * @param takesGroups whether `1,234` is taken, which could also be grouped
 * @returns whether the bytes [at, end) are a number without groups whose decimal sign, if any, is a comma
 */
export function isCommaNumber(at: usize, end: usize, takesGroups: bool): bool {
	const form = numberForm(at, end, COMMA);
	return (
		form != NO_NUMBER && (takesGroups || form != SIGN_OR_GROUP) && end - at <= LONGEST_COMMA_NUMBER_BYTES
	);
}

/** @returns where the comma of such a number is, or 0 where it has none */
export function commaOf(at: usize, end: usize): usize {
	let comma = end - 1;
	while (comma > at && load<u8>(comma) != COMMA) comma--;
	return comma > at ? comma : 0;
}

/** @returns where the digits end that begin here */
function endOfDigits(from: usize): usize {
	let at = from;
	let others = notDigits(at);
	while (others == 0) {
		at += 8;
		others = notDigits(at);
	}
	return at + ((<usize>ctz(others)) >> 3);
}

/**
 * @returns 0 where the 8 bytes are digits; else the lowest bit that is set is in the first byte that is none, and those of later
 *   bytes say nothing
 */
function notDigits(at: usize): u64 {
	const values = load<u64>(at) ^ ZEROS;
	return (values | (values + ABOVE_NINE)) & HIGH_HALVES;
}
