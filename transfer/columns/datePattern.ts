/** 'Date Format': a pattern in Luxon's tokens, and reading texts by it. */

import { isSpace } from './blanks';
import { dayNumber, fullYear, isDay, weekdayOf } from './calendar';
import { MONTHS, WEEKDAYS, type DateFault } from './dateText';

const TOKENS = new Set('yyyy yy M MM MMM MMMM d dd H HH h hh m mm s ss S SSS a Z ZZ ZZZ EEE EEEE'.split(' '));

/** A token, or the literal text where the token is empty. */
interface Step {
	token: string;
	literal: string;
}

export type PatternFault = { token: string } | { missing: 'year' | 'month' | 'day' | 'a' } | 'openQuote';

/** What a text says by the pattern. */
export interface PatternReading {
	year: number;
	month: number;
	day: number;
	secondOfDay: number;
	hasTime: boolean;
	hasOffset: boolean;
	/** In minutes. */
	offset: number;
	hasTwoDigitYear: boolean;
}

export class DatePattern {
	/** The pattern has a time. */
	readonly hasTime: boolean;
	private readonly hasTwoDigitYear: boolean;
	private readonly result: PatternReading;
	private given = '';
	private at = 0;

	private constructor(
		readonly text: string,
		private readonly steps: readonly Step[],
	) {
		const has = (...tokens: string[]) => steps.some(({ token }) => tokens.includes(token));
		this.hasTime = has('H', 'HH', 'h', 'hh');
		this.hasTwoDigitYear = has('yy') && !has('yyyy');
		this.result = {
			year: 0,
			month: 0,
			day: 0,
			secondOfDay: 0,
			hasTime: this.hasTime,
			hasOffset: false,
			offset: 0,
			hasTwoDigitYear: this.hasTwoDigitYear,
		};
	}

	/** @returns the pattern, or what is wrong with it */
	static of(text: string): DatePattern | PatternFault {
		const steps: Step[] = [];
		const tokens = new Set<string>();
		for (let at = 0; at < text.length;) {
			const char = text[at];
			if (char === "'") {
				const end = text.indexOf("'", at + 1);
				if (end === -1) return 'openQuote';
				steps.push({ token: '', literal: end === at + 1 ? "'" : text.slice(at + 1, end) });
				at = end + 1;
			} else if (/[A-Za-z]/.test(char)) {
				let end = at + 1;
				while (text[end] === char) end++;
				const token = text.slice(at, end);
				if (!TOKENS.has(token)) return { token };
				steps.push({ token, literal: '' });
				tokens.add(token);
				at = end;
			} else {
				steps.push({ token: '', literal: char });
				at++;
			}
		}
		const has = (...names: string[]) => names.some((name) => tokens.has(name));
		if (!has('yyyy', 'yy')) return { missing: 'year' };
		if (!has('M', 'MM', 'MMM', 'MMMM')) return { missing: 'month' };
		if (!has('d', 'dd')) return { missing: 'day' };
		if (has('h', 'hh') && !has('a')) return { missing: 'a' };
		return new DatePattern(text, steps);
	}

	/** @returns what a trimmed text says (an object that the next call overwrites), or why it says nothing */
	read(text: string): PatternReading | DateFault {
		const { steps, result } = this;
		this.given = text;
		this.at = 0;
		let hours = 0,
			minutes = 0,
			seconds = 0,
			meridiem = 0,
			twelveHours = false,
			weekday = -1;
		result.hasOffset = false;
		result.offset = 0;
		for (let i = 0; i < steps.length; i++) {
			const { token, literal } = steps[i];
			const { length } = token;
			let value = 0;
			switch (token) {
				case '':
					if (!this.skip(literal)) return 'form';
					break;
				case 'yyyy':
					value = result.year = this.digits(4, 4);
					break;
				case 'yy':
					value = this.digits(2, 2);
					if (this.hasTwoDigitYear) result.year = fullYear(value);
					break;
				case 'M':
				case 'MM':
					value = result.month = this.digits(length, 2);
					break;
				case 'MMM':
				case 'MMMM':
					value = this.name(MONTHS, length);
					result.month = value + 1;
					break;
				case 'd':
				case 'dd':
					value = result.day = this.digits(length, 2);
					break;
				case 'h':
				case 'hh':
					twelveHours = true;
					value = hours = this.digits(length, 2);
					if (hours > 12 || hours === 0) return 'time';
					break;
				case 'H':
				case 'HH':
					value = hours = this.digits(length, 2);
					break;
				case 'm':
				case 'mm':
					value = minutes = this.digits(length, 2);
					break;
				case 's':
				case 'ss':
					value = seconds = this.digits(length, 2);
					break;
				case 'S':
					value = this.digits(1, 9);
					break;
				case 'SSS':
					value = this.digits(3, 3);
					break;
				case 'a':
					value = meridiem = this.meridiem();
					break;
				case 'EEE':
				case 'EEEE':
					value = weekday = this.name(WEEKDAYS, length);
					break;
				default: {
					const fault = this.offset();
					if (fault !== null) return fault;
				}
			}
			if (value === -1) return 'form';
		}
		if (this.at !== text.length) return 'form';
		if (twelveHours) hours = (hours % 12) + (meridiem === 2 ? 12 : 0);
		if (hours > 23 || minutes > 59 || seconds > 59) return 'time';
		const { year, month, day } = result;
		if (!isDay(year, month, day)) return 'noSuchDay';
		if (weekday !== -1 && weekdayOf(dayNumber(year, month, day)) !== weekday) return 'weekday';
		result.secondOfDay = hours * 3600 + minutes * 60 + seconds;
		return result;
	}

	private skip(literal: string): boolean {
		const code = literal.charCodeAt(0);
		if (literal.length > 1) {
			if (!this.given.startsWith(literal, this.at)) return false;
			this.at += literal.length;
			return true;
		}
		const own = this.given.charCodeAt(this.at);
		// People's spaces are of all kinds.
		if (own !== code && !(isSpace(code) && isSpace(own))) return false;
		this.at++;
		return true;
	}

	/** @returns -1 where there are not so many digits */
	private digits(min: number, max: number): number {
		const { given } = this;
		let value = 0;
		const start = this.at;
		let at = start;
		while (at - start < max) {
			const digit = given.charCodeAt(at) - 48;
			if (!(digit >= 0 && digit <= 9)) break;
			value = value * 10 + digit;
			at++;
		}
		this.at = at;
		return at - start < min ? -1 : value;
	}

	/** @param tokenLength of three letters the first three, of four the whole name; @returns its place, or -1 */
	private name(names: readonly string[], tokenLength: number): number {
		const rest = this.given.slice(this.at, this.at + 9).toLowerCase();
		for (let i = 0; i < names.length; i++) {
			const wanted = tokenLength === 3 ? names[i].slice(0, 3) : names[i];
			if (!rest.startsWith(wanted)) continue;
			this.at += wanted.length;
			return i;
		}
		return -1;
	}

	/** @returns 1 for AM, 2 for PM, -1 for neither */
	private meridiem(): number {
		const match = /^([ap])(?:\.? ?m\.?)?/i.exec(this.given.slice(this.at, this.at + 5));
		if (match === null) return -1;
		this.at += match[0].length;
		return match[1].toLowerCase() === 'a' ? 1 : 2;
	}

	private offset(): DateFault | null {
		const match = /^(?:Z|([+-])(\d{1,2}?)(?::?(\d{2}))?(?!\d))/.exec(this.given.slice(this.at, this.at + 6));
		if (match === null) return 'form';
		const [all, sign, hour = '0', minute = '0'] = match;
		if (Number(hour) > 23 || Number(minute) > 59) return 'zone';
		this.result.hasOffset = true;
		this.result.offset = (sign === '-' ? -1 : 1) * (Number(hour) * 60 + Number(minute));
		this.at += all.length;
		return null;
	}
}
