/** Numbers in Domo's LONG, DECIMAL and DOUBLE, from JS numbers, bigints and text, without losing a digit. */

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const INTEGER_TEXT = /^[+-]?\d+$/;
const DECIMAL_TEXT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const DOUBLE_TEXT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** 15 digits and a sign are within 64 bits, whatever the digits. */
const SURELY_INT64_LENGTH = 16;

export function isInt64(value: bigint): boolean {
	return value >= INT64_MIN && value <= INT64_MAX;
}

/** @returns the integer's digits without a plus sign or leading zeros, or null where it is none within 64 bits */
export function longFromText(text: string): string | null {
	if (!INTEGER_TEXT.test(text)) return null;
	const digits = plainForm(text);
	return digits.length <= SURELY_INT64_LENGTH || (digits.length <= 20 && isInt64(BigInt(digits)))
		? digits
		: null;
}

/** @returns digits with at most one decimal point between them, every digit kept, or null where the text is no such number */
export function decimalFromText(text: string): string | null {
	return DECIMAL_TEXT.test(text) ? plainForm(text) : null;
}

/** @returns the number's text, its exponent kept, or null where it is none or too large for a DOUBLE */
export function doubleFromText(text: string): string | null {
	if (!DOUBLE_TEXT.test(text) || !Number.isFinite(Number(text))) return null;
	const exponent = text.search(/[eE]/);
	if (exponent === -1) return plainForm(text);
	return plainForm(text.slice(0, exponent)) + text.slice(exponent);
}

/** The shortest decimal text that stands for the finite number, as JavaScript prints it, but without an exponent. */
export function plainDecimal(value: number): string {
	const text = String(value === 0 ? 0 : value);
	const exponentAt = text.indexOf('e');
	if (exponentAt === -1) return text;
	const sign = value < 0 ? '-' : '';
	const [whole, fraction = ''] = text.slice(sign.length, exponentAt).split('.');
	const digits = whole + fraction;
	const pointAt = whole.length + Number(text.slice(exponentAt + 1));
	if (pointAt <= 0) return `${sign}0.${'0'.repeat(-pointAt)}${digits}`;
	return sign + digits.padEnd(pointAt, '0');
}

/** Drops a plus sign and leading zeros, and puts digits on both sides of a decimal point. */
function plainForm(text: string): string {
	const first = text.charCodeAt(0);
	// Texts that start with 1 to 9 and end in a digit are plain already: nearly all are.
	if (first > ZERO && text.charCodeAt(text.length - 1) !== POINT) return text;
	const sign = first === MINUS ? '-' : '';
	let start = first === MINUS || first === PLUS ? 1 : 0;
	while (text.charCodeAt(start) === ZERO && text.charCodeAt(start + 1) >= ZERO) start++;
	const end = text.endsWith('.') ? text.length - 1 : text.length;
	return sign + (text.charCodeAt(start) === POINT ? '0' : '') + text.slice(start, end);
}
