/** Numbers in Domo's LONG, DECIMAL and DOUBLE, without losing a digit. */

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Numbers with a larger exponent, up or down, are refused. */
export const MAX_EXPONENT = 400;

const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** So many digits are within 64 bits, whatever they are. */
const SURELY_INT64_DIGITS = 18;

export function isInt64(value: bigint): boolean {
	return value >= INT64_MIN && value <= INT64_MAX;
}

/** Why a number is none of its type. */
export type NumberFault = 'notWhole' | 'beyondInt64' | 'exponent' | 'beyondDouble';

/** Parts of a decimal number: digits with at most one point, which may be at either end. */
export interface DecimalParts {
	negative: boolean;
	digits: string;
	/** Power of ten. */
	exponent: number;
}

/** @returns the integer's digits without leading zeros, or why there are none */
export function longText(parts: DecimalParts): string | { fault: NumberFault } {
	const { negative, exponent } = parts;
	const whole = plainDigits(parts.digits, exponent);
	const pointAt = whole.indexOf('.');
	if (pointAt !== -1) {
		for (let at = pointAt + 1; at < whole.length; at++) {
			if (whole.charCodeAt(at) !== ZERO) return { fault: 'notWhole' };
		}
	}
	const digits = pointAt === -1 ? whole : whole.slice(0, pointAt);
	if (digits === '0') return '0';
	const text = negative ? `-${digits}` : digits;
	if (digits.length <= SURELY_INT64_DIGITS) return text;
	return digits.length <= 19 && isInt64(BigInt(text)) ? text : { fault: 'beyondInt64' };
}

/** @returns digits with at most one decimal point between them, every digit kept */
export function decimalText({ negative, digits, exponent }: DecimalParts): string {
	const text = plainDigits(digits, exponent);
	return negative && text !== '0' ? `-${text}` : text;
}

/**
 * @param exponentText with its letter, as written, or nothing
 * @returns the number's text with that exponent, or why it is none
 */
export function doubleText(parts: DecimalParts, exponentText: string): string | { fault: NumberFault } {
	const { negative, digits } = parts;
	const mantissa = plainDigits(digits, exponentText === '' ? parts.exponent : 0);
	const text = `${negative ? '-' : ''}${mantissa}${exponentText}`;
	if (exponentText === '' && mantissa.length < 300) return text;
	const value = Number(text);
	if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(mantissa))) return { fault: 'beyondDouble' };
	return text;
}

/** The digits with their point moved: no leading zeros but one before the point, no point at an end. */
function plainDigits(digits: string, exponent: number): string {
	if (exponent === 0) {
		const first = digits.charCodeAt(0);
		// What starts with 1 to 9 and ends in a digit is plain already: nearly all are.
		if (first > ZERO && digits.charCodeAt(digits.length - 1) !== POINT) return digits;
	}
	const pointAt = digits.indexOf('.');
	let whole = pointAt === -1 ? digits : digits.slice(0, pointAt);
	let fraction = pointAt === -1 ? '' : digits.slice(pointAt + 1);
	if (exponent > 0) {
		whole += fraction.slice(0, exponent).padEnd(exponent, '0');
		fraction = fraction.slice(exponent);
	} else if (exponent < 0) {
		const padded = whole.padStart(-exponent, '0');
		fraction = padded.slice(padded.length + exponent) + fraction;
		whole = padded.slice(0, padded.length + exponent);
	}
	let start = 0;
	while (start < whole.length - 1 && whole.charCodeAt(start) === ZERO) start++;
	const plain = whole.length === 0 ? '0' : whole.slice(start);
	return fraction === '' ? plain : `${plain}.${fraction}`;
}

/** The shortest decimal text that stands for the finite number, as JavaScript prints it, but without an exponent. */
export function plainDecimal(value: number): string {
	const text = String(value === 0 ? 0 : value);
	const exponentAt = text.indexOf('e');
	if (exponentAt === -1) return text;
	const negative = text.charCodeAt(0) === MINUS;
	return decimalText({
		negative,
		digits: text.slice(negative ? 1 : 0, exponentAt),
		exponent: Number(text.slice(exponentAt + 1)),
	});
}
