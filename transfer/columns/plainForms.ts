/**
 * Domo's own forms, recognised by character codes or bytes without making a text: nearly all values have them, and
 * must cost almost nothing. Texts and bytes have a function each; a test holds them to the same answers.
 */

import { isDay } from './calendar';

/** What a number in Domo's form says about decimal signs. */
const NOT_PLAIN = 0;
/** Digits alone, at most 18 in a LONG. */
const PLAIN = 1;
/** A decimal point that can be nothing else. */
const PLAIN_WITH_POINT = 2;
/** `1.234`: its point could also group. */
const PLAIN_OR_GROUPED = 3;
// A list of exports: `exports.PLAIN` within this file would cost a look-up for each value.
export { NOT_PLAIN, PLAIN, PLAIN_WITH_POINT, PLAIN_OR_GROUPED, FORM_BITS, FORM_MASK, NO_DIGITS };
export type PlainNumber = 0 | 1 | 2 | 3;

const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const COLON = 58;
const UPPER_T = 84;
const UPPER_Z = 90;
const SPACE = 32;

/** So many digits are within 64 bits, whatever they are. */
const MAX_LONG_DIGITS = 18;

/** The number's form; a LONG is plain only without a point. */
export function plainNumber(text: string, isLong: boolean): PlainNumber {
	const to = text.length;
	let at = text.charCodeAt(0) === MINUS ? 1 : 0;
	const start = at;
	const first = text.charCodeAt(at);
	while (at < to) {
		const code = text.charCodeAt(at);
		if (code < 48 || code > 57) break;
		at++;
	}
	const whole = at - start;
	if (whole === 0 || (first === ZERO && whole > 1)) return NOT_PLAIN;
	if (at === to) return wholeForm(whole, start, first, isLong);
	if (isLong || text.charCodeAt(at) !== POINT) return NOT_PLAIN;
	const pointAt = at++;
	while (at < to) {
		const code = text.charCodeAt(at);
		if (code < 48 || code > 57) return NOT_PLAIN;
		at++;
	}
	return pointForm(whole, first, to - pointAt - 1);
}

/** See plainNumber. A field's bytes: what follows them is no digit and no point. */
export function plainNumberInBytes(
	bytes: Uint8Array,
	from: number,
	to: number,
	isLong: boolean,
): PlainNumber {
	if (isLong) return endOfPlainLong(bytes, from) === to ? PLAIN : NOT_PLAIN;
	const number = plainNumberAt(bytes, from);
	return number >> FORM_BITS === to ? ((number & FORM_MASK) as PlainNumber) : NOT_PLAIN;
}

/** What plainNumberAt answers: where the number ends, times four, and its form. */
const FORM_BITS = 2;
const FORM_MASK = 3;

/**
 * Reads a number in Domo's form whose end is not known yet.
 *
 * @returns NOT_PLAIN where there is none, else its end and form in one: see FORM_BITS
 */
export function plainNumberAt(bytes: Uint8Array, from: number): number {
	let at = from;
	let code = bytes[at];
	if (code === MINUS) code = bytes[++at];
	const start = at;
	const first = code;
	while (code >= 48 && code <= 57) code = bytes[++at];
	const whole = at - start;
	if (whole === 0 || (first === ZERO && whole > 1)) return NOT_PLAIN;
	if (code !== POINT) return first === ZERO && start > from ? NOT_PLAIN : (at << FORM_BITS) | PLAIN;
	const pointAt = at;
	code = bytes[++at];
	while (code >= 48 && code <= 57) code = bytes[++at];
	const form = pointForm(whole, first, at - pointAt - 1);
	return form === NOT_PLAIN ? NOT_PLAIN : (at << FORM_BITS) | form;
}

/** @returns where a LONG in Domo's form ends, of so few digits that it is within 64 bits, or -1 where there is none */
export function endOfPlainLong(bytes: Uint8Array, from: number): number {
	const start = bytes[from] === MINUS ? from + 1 : from;
	let at = start;
	let code = bytes[at];
	const first = code;
	while (code >= 48 && code <= 57) code = bytes[++at];
	const digits = at - start;
	if (first === ZERO) return digits === 1 && start === from ? at : -1;
	return digits > 0 && digits <= MAX_LONG_DIGITS ? at : -1;
}

function wholeForm(digits: number, signs: number, first: number, isLong: boolean): PlainNumber {
	if (first === ZERO && signs > 0) return NOT_PLAIN;
	return isLong && digits > MAX_LONG_DIGITS ? NOT_PLAIN : PLAIN;
}

function pointForm(whole: number, first: number, fraction: number): PlainNumber {
	if (fraction === 0) return NOT_PLAIN;
	return fraction === 3 && whole <= 3 && first !== ZERO ? PLAIN_OR_GROUPED : PLAIN_WITH_POINT;
}

/** Whether the text begins with yyyy-MM-dd, a day that exists. */
export function startsWithDay(text: string): boolean {
	if (text.charCodeAt(4) !== MINUS || text.charCodeAt(7) !== MINUS) return false;
	return isDay(twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8));
}

/** Whether the text is a DATE in Domo's form: yyyy-MM-dd. */
export function isPlainDate(text: string): boolean {
	return text.length === 10 && startsWithDay(text);
}

/** Whether the text is a DATETIME in Domo's form: yyyy-MM-ddTHH:mm:ss. */
export function isPlainDateTime(text: string): boolean {
	return text.length === 19 && text.charCodeAt(10) === UPPER_T && isTimeAt(text, 11) && startsWithDay(text);
}

/**
 * Whether the text is a day and time as JSON has a JS Date, or databases have their times: T or a space, seconds, their
 * fraction if any, and a Z if any.
 *
 * @returns 0 where it is not, 1 where it has no Z, 2 where it has one
 */
export function isoDateTime(text: string): 0 | 1 | 2 {
	const { length } = text;
	const between = text.charCodeAt(10);
	if (length < 19 || (between !== UPPER_T && between !== SPACE) || !isTimeAt(text, 11)) return 0;
	if (!startsWithDay(text)) return 0;
	let at = 19;
	if (at < length && text.charCodeAt(at) === POINT) {
		at++;
		while (text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
		if (at === 20) return 0;
	}
	if (at === length) return 1;
	return at === length - 1 && text.charCodeAt(at) === UPPER_Z ? 2 : 0;
}

/** Whether HH:mm:ss is at the position. */
function isTimeAt(text: string, at: number): boolean {
	return (
		twoDigits(text, at) < 24 &&
		text.charCodeAt(at + 2) === COLON &&
		twoDigits(text, at + 3) < 60 &&
		text.charCodeAt(at + 5) === COLON &&
		twoDigits(text, at + 6) < 60
	);
}

/** See isPlainDate. */
export function isPlainDateInBytes(bytes: Uint8Array, from: number, to: number): boolean {
	return to - from === 10 && hasPlainDayAt(bytes, from);
}

/** @returns 0 for no DATETIME in Domo's form, 1 for one, 2 for one but for a space in the place of its T */
export function plainDateTimeInBytes(bytes: Uint8Array, from: number, to: number): 0 | 1 | 2 {
	return to - from === 19 ? plainDateTimeAt(bytes, from) : 0;
}

/** @returns as plainDateTimeInBytes, of the 19 bytes that begin here */
export function plainDateTimeAt(bytes: Uint8Array, from: number): 0 | 1 | 2 {
	if (!hasPlainDayAt(bytes, from)) return 0;
	const between = bytes[from + 10];
	if (between !== UPPER_T && between !== SPACE) return 0;
	const isTime =
		twoDigitsInBytes(bytes, from + 11) < 24 &&
		bytes[from + 13] === COLON &&
		twoDigitsInBytes(bytes, from + 14) < 60 &&
		bytes[from + 16] === COLON &&
		twoDigitsInBytes(bytes, from + 17) < 60;
	if (!isTime) return 0;
	return between === UPPER_T ? 1 : 2;
}

/** Whether yyyy-MM-dd begins here, a day that exists. */
export function hasPlainDayAt(bytes: Uint8Array, from: number): boolean {
	const century = twoDigitsInBytes(bytes, from);
	const year = twoDigitsInBytes(bytes, from + 2);
	if (century === NO_DIGITS || year === NO_DIGITS || bytes[from + 4] !== MINUS) return false;
	const month = twoDigitsInBytes(bytes, from + 5);
	if (month > 12 || bytes[from + 7] !== MINUS) return false;
	return isDay(century * 100 + year, month, twoDigitsInBytes(bytes, from + 8));
}

/** @returns NaN where the two characters are not digits */
export function twoDigits(text: string, position: number): number {
	const tens = text.charCodeAt(position) - 48;
	const ones = text.charCodeAt(position + 1) - 48;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

/** No number of two digits. */
const NO_DIGITS = 255;

/** By both bytes: 64 kB, of which two digits touch 2 kB. */
const TWO_DIGITS = new Uint8Array(0x10000).fill(NO_DIGITS);
for (let number = 0; number < 100; number++) {
	TWO_DIGITS[((48 + Math.floor(number / 10)) << 8) | (48 + (number % 10))] = number;
}

/** @returns NO_DIGITS where the two bytes are not digits */
export function twoDigitsInBytes(bytes: Uint8Array, position: number): number {
	return TWO_DIGITS[(bytes[position] << 8) | bytes[position + 1]];
}
