/** JSON as Domo answers it, in which a LONG has 64 bits and a JS number only 53. */

const QUOTE = 34;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;

/** Shorter integers are within ±2^53, whatever their digits. */
const MAX_SAFE_DIGITS = 15;

/** An integer as JSON writes it: no fraction, no exponent, no leading zero. */
const INTEGER = /^-?[1-9]\d*$/;

/**
 * Parses JSON without losing digits: integers that a JS number can't hold come back as text. All else is what
 * `JSON.parse` gives. Takes time in proportion to the text's length.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function parseJsonKeepingDigits(text: string): unknown {
	const pieces: string[] = [];
	let copiedTo = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) {
			at = endOfString(text, at);
		} else if (code === MINUS || (code >= ZERO && code <= NINE)) {
			const end = endOfNumber(text, at);
			if (end - at > MAX_SAFE_DIGITS) {
				const number = text.slice(at, end);
				if (INTEGER.test(number) && !Number.isSafeInteger(Number(number))) {
					pieces.push(text.slice(copiedTo, at), '"', number, '"');
					copiedTo = end;
				}
			}
			at = end - 1;
		}
	}
	return JSON.parse(pieces.length === 0 ? text : pieces.join('') + text.slice(copiedTo));
}

/** @returns the position of the string's closing quote, or the text's length where there is none */
function endOfString(text: string, openedAt: number): number {
	for (let from = openedAt + 1; ;) {
		const quote = text.indexOf('"', from);
		if (quote === -1) return text.length;
		let before = quote - 1;
		while (text.charCodeAt(before) === BACKSLASH && before > openedAt) before--;
		if ((quote - before) % 2 === 1) return quote;
		from = quote + 1;
	}
}

/** @returns the position behind all that can be part of a number */
function endOfNumber(text: string, startedAt: number): number {
	let at = startedAt + 1;
	for (; at < text.length; at++) {
		const code = text.charCodeAt(at);
		// Digits, and + - . e E
		if (!(
			(code >= ZERO && code <= NINE) ||
			code === 43 ||
			code === MINUS ||
			code === 46 ||
			(code | 32) === 101
		))
			break;
	}
	return at;
}
