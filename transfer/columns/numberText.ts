/** Takes apart the text of a number: its sign, currency and percent sign, and how its points and commas can be read. */

import { isSpace } from './blanks';
import { CURRENCY, SIGN } from './conversions';
import { currencyOfSign, isCurrencyCode } from './currencies';

/** How points and commas of a number can be read. */
export const NumberShape = {
	/** No number. */
	None: 0,
	/** Without a point or comma: both readings are the same. */
	Neutral: 1,
	/** Only with a decimal point: `0.5`, `1,234.50`, `1,234,567`. */
	Point: 2,
	/** Only with a decimal comma: `12,5`, `1.234,50`, `1.234.567`. */
	Comma: 3,
	/** `1.234`: a decimal point, or grouped. */
	PointOrGroup: 4,
	/** `1,234`: a decimal comma, or grouped. */
	CommaOrGroup: 5,
} as const;

const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const APOSTROPHE = 39;
const SPACE = 32;
const PERCENT_SIGN = 37;

/** More groups than this are no number. */
const MAX_SEPARATORS = 40;

const separators = new Uint8Array(MAX_SEPARATORS + 1);
const runs = new Uint16Array(MAX_SEPARATORS + 2);

function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
}

function isCapital(code: number): boolean {
	return code >= 65 && code <= 90;
}

/** Minus signs of people's texts: the true one (U+2212), an en dash, and the small and wide forms. */
function isOddMinus(code: number): boolean {
	return code === 0x2212 || code === 0x2013 || code === 0xfe63 || code === 0xff0d;
}

export type GroupSeparator = 'commas' | 'points' | 'spaces' | 'apostrophes';

/** One number's parts. It is filled again and again: no value makes an object. */
export class NumberText {
	shape: (typeof NumberShape)[keyof typeof NumberShape] = NumberShape.None;
	negative = false;
	/** It has a leading plus sign. */
	plus = false;
	percent = false;
	/** ISO 4217's code, also where a sign is there, or null. */
	currency: string | null = null;
	/** The bits of what is beyond digits: CURRENCY, SIGN. */
	kinds = 0;
	/** Of CommaOrGroup and PointOrGroup: whether the last three digits are 000. */
	endsInThousand = false;
	/** Its digits begin with a zero that says nothing: 007, 00.5. */
	leadingZeros = false;
	/** Digits, points, commas and other separators. */
	private body = '';
	private hasGroups = false;
	/** Text after e or E, or nothing. */
	exponent = '';
	/** The exponent with its letter, as written. */
	exponentAsWritten = '';

	/** @param text trimmed; @returns whether it is a number in any reading */
	parse(text: string): boolean {
		this.shape = NumberShape.None;
		this.negative = false;
		this.plus = false;
		this.percent = false;
		this.currency = null;
		this.kinds = 0;
		this.exponent = '';
		this.exponentAsWritten = '';
		let from = 0;
		let to = text.length;
		let signed = false;
		let last = to > 0 ? text.charCodeAt(to - 1) : 0;
		for (;;) {
			if (from >= to) return false;
			const code = text.charCodeAt(from);
			if (isDigit(code) || code === POINT || code === COMMA) break;
			if (code === MINUS || code === PLUS || isOddMinus(code)) {
				if (signed) return false;
				signed = true;
				if (code === PLUS) this.plus = true;
				else this.negative = true;
				if (code > 127) this.kinds |= SIGN;
				from++;
			} else if (code === 40) {
				if (signed || last !== 41) return false;
				signed = true;
				this.negative = true;
				this.kinds |= SIGN;
				from++;
				to--;
				while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
				last = text.charCodeAt(to - 1);
			} else if (isCapital(code)) {
				if (isCapital(text.charCodeAt(from + 3)) || !this.takeCurrency(text.slice(from, from + 3)))
					return false;
				from += 3;
			} else {
				const currency = code === 36 || code > 127 ? currencyOfSign(code) : undefined;
				if (currency === undefined || !this.takeCurrency(currency)) return false;
				from++;
			}
			while (from < to && isSpace(text.charCodeAt(from))) from++;
		}
		for (;;) {
			const code = text.charCodeAt(to - 1);
			if (isDigit(code) || code === POINT || code === COMMA) break;
			if (code === PERCENT_SIGN) {
				if (this.percent || this.currency !== null) return false;
				this.percent = true;
				to--;
			} else if (code === MINUS || isOddMinus(code)) {
				if (signed) return false;
				signed = true;
				this.negative = true;
				this.kinds |= SIGN;
				to--;
			} else if (isCapital(code)) {
				if (isCapital(text.charCodeAt(to - 4)) || !this.takeCurrency(text.slice(to - 3, to))) return false;
				to -= 3;
			} else {
				const currency = code === 36 || code > 127 ? currencyOfSign(code) : undefined;
				if (currency === undefined || !this.takeCurrency(currency)) return false;
				to--;
			}
			while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
			if (to <= from) return false;
		}
		return this.parseBody(text, from, to);
	}

	/** A currency may be written twice (`$5 USD`), but not two of them. */
	private takeCurrency(code: string): boolean {
		if (code.length !== 3 || !isCurrencyCode(code)) return false;
		if (this.currency !== null && this.currency !== code) return false;
		this.currency = code;
		this.kinds |= CURRENCY;
		return true;
	}

	private parseBody(text: string, from: number, to: number): boolean {
		let count = 0;
		let run = 0;
		let points = 0;
		let commas = 0;
		let at = from;
		for (; at < to; at++) {
			const code = text.charCodeAt(at);
			if (isDigit(code)) {
				run++;
				continue;
			}
			let separator: number;
			if (code === POINT) {
				separator = POINT;
				points++;
			} else if (code === COMMA) {
				separator = COMMA;
				commas++;
			} else if (code === APOSTROPHE || code === 0x2019) {
				separator = APOSTROPHE;
			} else if (isSpace(code)) {
				separator = SPACE;
			} else {
				break;
			}
			if (count === MAX_SEPARATORS) return false;
			runs[count] = run;
			separators[count++] = separator;
			run = 0;
		}
		if (at < to && !this.takeExponent(text, at, to)) return false;
		runs[count] = run;
		this.body = text.slice(from, at);
		this.hasGroups = false;
		this.leadingZeros = runs[0] > 1 && text.charCodeAt(from) === ZERO;
		if (count === 0) {
			this.shape = NumberShape.Neutral;
			return run > 0;
		}
		// A group never begins with a zero: 0,123 has a decimal comma.
		const grouping = this.exponent === '' && text.charCodeAt(from) !== ZERO;
		const byPoint = readable(count, POINT, points, grouping);
		const byComma = readable(count, COMMA, commas, grouping);
		if (byPoint && byComma) {
			if (points + commas === 0) this.shape = NumberShape.Neutral;
			else this.shape = points === 1 ? NumberShape.PointOrGroup : NumberShape.CommaOrGroup;
			this.endsInThousand = text.startsWith('000', at - 3);
		} else if (byPoint) {
			this.shape = NumberShape.Point;
		} else if (byComma) {
			this.shape = NumberShape.Comma;
		}
		this.hasGroups = count > (this.shape === NumberShape.Comma ? commas : points);
		if (this.shape >= NumberShape.PointOrGroup) this.hasGroups = false;
		return this.shape !== NumberShape.None;
	}

	private takeExponent(text: string, at: number, to: number): boolean {
		const letter = text.charCodeAt(at);
		if (letter !== 101 && letter !== 69) return false;
		const sign = text.charCodeAt(at + 1);
		let digit = at + (sign === PLUS || sign === MINUS ? 2 : 1);
		if (digit >= to) return false;
		const start = at + 1;
		for (; digit < to; digit++) if (!isDigit(text.charCodeAt(digit))) return false;
		this.exponent = text.slice(start, to);
		this.exponentAsWritten = text.slice(at, to);
		return true;
	}

	/** Whether the reading drops separators between groups of digits. */
	isGroupedIn(decimal: 'point' | 'comma'): boolean {
		if (this.hasGroups) return true;
		return (
			(this.shape === NumberShape.PointOrGroup && decimal === 'comma') ||
			(this.shape === NumberShape.CommaOrGroup && decimal === 'point')
		);
	}

	/** What stands between groups of digits in the reading. */
	separatorIn(decimal: 'point' | 'comma'): GroupSeparator {
		const first = this.hasGroups ? separators[0] : decimal === 'point' ? COMMA : POINT;
		if (first === COMMA) return 'commas';
		return first === POINT ? 'points' : first === SPACE ? 'spaces' : 'apostrophes';
	}

	/** The digits with at most one decimal point, as written otherwise: zeros kept, no sign, no exponent. */
	digits(decimal: 'point' | 'comma'): string {
		const { body } = this;
		const sign = decimal === 'point' ? POINT : COMMA;
		let result = '';
		let start = 0;
		for (let at = 0; at < body.length; at++) {
			const code = body.charCodeAt(at);
			if (isDigit(code)) continue;
			result += body.slice(start, at);
			if (code === sign) result += '.';
			start = at + 1;
		}
		return start === 0 ? body : result + body.slice(start);
	}
}

/**
 * Whether the runs of digits between the separators are a number with the given decimal sign.
 *
 * @param decimals how often that sign occurs
 * @param grouping whether digits may be in groups at all
 */
function readable(count: number, decimal: number, decimals: number, grouping: boolean): boolean {
	if (decimals > 1 || (decimals === 1 && separators[count - 1] !== decimal)) return false;
	const groups = count - decimals;
	if (groups === 0) return runs[0] > 0 || runs[1] > 0;
	if (!grouping || runs[0] === 0) return false;
	const separator = separators[0];
	for (let i = 1; i < groups; i++) if (separators[i] !== separator) return false;
	if (runs[groups] !== 3 || runs[0] > 3) return false;
	let western = true;
	let indian = separator === COMMA && groups > 1 && runs[0] <= 2;
	for (let i = 1; i < groups; i++) {
		if (runs[i] !== 3) western = false;
		if (runs[i] !== 2) indian = false;
	}
	return western || indian;
}
