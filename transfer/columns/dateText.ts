/** Takes apart the text of a day or a time, in all the forms people have. Which of two readings holds is the column's to say. */

import { isSpace } from './blanks';
import { dayNumber, fullYear, isDay, weekdayOf } from './calendar';

/** Readings of three numbers, one bit each. */
export const MONTH_FIRST = 1;
export const DAY_FIRST = 2;
export const YEAR_FIRST = 4;

/** Why a text is no day. */
export type DateFault = 'form' | 'noSuchDay' | 'weekday' | 'zone' | 'time';

export const MONTHS = [
	'january',
	'february',
	'march',
	'april',
	'may',
	'june',
	'july',
	'august',
	'september',
	'october',
	'november',
	'december',
];
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const MONTH_BY_WORD = new Map<string, number>();
MONTHS.forEach((name, i) => MONTH_BY_WORD.set(name, i + 1).set(name.slice(0, 3), i + 1));
MONTH_BY_WORD.set('sept', 9);
const WEEKDAY_BY_WORD = new Map<string, number>();
WEEKDAYS.forEach((name, i) => WEEKDAY_BY_WORD.set(name, i).set(name.slice(0, 3), i));
WEEKDAY_BY_WORD.set('tues', 2).set('wednes', 3).set('thur', 4).set('thurs', 4);

/** Offsets in minutes; the American ones are RFC 2822's. */
const OFFSET_BY_ZONE = new Map([
	['Z', 0],
	['UTC', 0],
	['GMT', 0],
	['UT', 0],
	['EST', -300],
	['EDT', -240],
	['CST', -360],
	['CDT', -300],
	['MST', -420],
	['MDT', -360],
	['PST', -480],
	['PDT', -420],
]);

const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const SLASH = 47;
const COLON = 58;
const PLUS = 43;

function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
	return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** One text's parts. It is filled again and again: no value makes an object. */
export class DateText {
	/** The date is three numbers in an order that the column decides; else year, month and day are known. */
	isTriple = false;
	year = 0;
	month = 0;
	day = 0;
	/** The readings of a triple that give a day, as bits; a lone year of two digits is first in YEAR_FIRST only. */
	orders = 0;
	/** Of a triple: its year is of two digits. */
	hasTwoDigitYear = false;
	/** Of a triple: the day is first by its form, as its parts are divided by points, or the month is a name. */
	isDayFirst = false;
	/** Of a triple: the month is a name. */
	hasMonthName = false;
	/** Of a triple. */
	first = 0;
	second = 0;
	third = 0;
	hasTime = false;
	secondOfDay = 0;
	hasOffset = false;
	/** Of a time with an offset, in minutes. */
	offset = 0;
	/** yyyy-MM-dd, and a time of 24 hours if any. */
	isIso = false;
	beginsWithYear = false;
	fault: DateFault = 'form';
	/** Of the fault 'zone': what is no zone. */
	zoneWord = '';

	private text = '';
	private at = 0;
	private weekday = -1;
	/** Of the digits last read. */
	private length = 0;
	private lastLetters = '';

	/** @param text trimmed; @returns whether it is a day or time in any reading, else see fault */
	parse(text: string): boolean {
		this.text = text;
		this.at = 0;
		this.weekday = -1;
		this.isTriple = false;
		this.hasTwoDigitYear = false;
		this.isDayFirst = false;
		this.hasMonthName = false;
		this.hasTime = false;
		this.secondOfDay = 0;
		this.hasOffset = false;
		this.offset = 0;
		this.isIso = false;
		this.beginsWithYear = false;
		this.fault = 'form';
		return this.readDate() && this.readRest() && this.checkDay();
	}

	private code(ahead = 0): number {
		return this.text.charCodeAt(this.at + ahead);
	}

	/** @returns the number, whose length is then known, or -1 where there is no digit */
	private digits(max: number): number {
		let value = 0;
		const start = this.at;
		while (isDigit(this.code())) {
			if (this.at - start === max) return -1;
			value = value * 10 + this.code() - 48;
			this.at++;
		}
		this.length = this.at - start;
		return this.length === 0 ? -1 : value;
	}

	private letters(): string {
		const start = this.at;
		while (isLetter(this.code())) this.at++;
		this.lastLetters = this.text.slice(start, this.at);
		return this.lastLetters.toLowerCase();
	}

	private spaces(): boolean {
		const start = this.at;
		while (isSpace(this.code())) this.at++;
		return this.at > start;
	}

	/** A point and the spaces that some countries write behind it: `31. 1. 2024`. */
	private points(): boolean {
		if (!this.skip(POINT)) return false;
		this.spaces();
		return true;
	}

	private skip(code: number): boolean {
		if (this.code() !== code) return false;
		this.at++;
		return true;
	}

	private readDate(): boolean {
		if (isLetter(this.code())) {
			let word = this.letters();
			const weekday = WEEKDAY_BY_WORD.get(word);
			if (weekday !== undefined) {
				this.weekday = weekday;
				this.skip(POINT);
				this.skip(COMMA);
				this.spaces();
				if (!isLetter(this.code())) return this.readFromDigits();
				word = this.letters();
			}
			const month = MONTH_BY_WORD.get(word);
			return month !== undefined && this.readFromMonth(month);
		}
		return this.readFromDigits();
	}

	/** `Jan 31, 2024` */
	private readFromMonth(month: number): boolean {
		this.month = month;
		this.skip(POINT);
		if (!this.spaces() && !this.skip(MINUS)) return false;
		this.day = this.digits(2);
		if (this.day === -1) return false;
		this.ordinal();
		this.skip(COMMA);
		if (!this.spaces() && !this.skip(MINUS)) return false;
		return this.readYear();
	}

	private ordinal(): void {
		const [one, two] = [this.code() | 32, this.code(1) | 32];
		const isOrdinal =
			(one === 115 && two === 116) || // st
			(one === 110 && two === 100) || // nd
			(one === 114 && two === 100) || // rd
			(one === 116 && two === 104); // th
		if (isOrdinal && !isLetter(this.code(2))) this.at += 2;
	}

	private readYear(): boolean {
		this.year = this.digits(4);
		if (this.length === 4) return true;
		if (this.year === -1 || this.length !== 2) return false;
		this.hasTwoDigitYear = true;
		this.year = fullYear(this.year);
		return true;
	}

	private readFromDigits(): boolean {
		const start = this.at;
		const first = this.digits(14);
		const length = this.length;
		if (first === -1) return false;
		if (length === 4) return this.readFromYear(first);
		if (length === 8 || length === 14) return this.readCompact(start, length);
		if (length > 2) return false;
		this.ordinal();
		if (isLetter(this.code())) return this.readDayMonthName(first);
		const separator = this.code();
		if (isSpace(separator)) {
			this.spaces();
			return isLetter(this.code()) && this.readDayMonthName(first);
		}
		if (separator !== MINUS && separator !== SLASH && separator !== POINT) return false;
		this.at++;
		if (separator === POINT) this.spaces();
		if (isLetter(this.code())) return this.readDayMonthName(first);
		const second = this.digits(2);
		if (second === -1 || !this.skip(separator)) return false;
		if (separator === POINT) this.spaces();
		const third = this.digits(4);
		const thirdLength = this.length;
		if (third === -1 || (thirdLength !== 2 && thirdLength !== 4)) return false;
		if (separator === POINT) this.skip(POINT);
		this.isTriple = true;
		this.isDayFirst = separator === POINT;
		this.hasTwoDigitYear = thirdLength === 2;
		this.first = first;
		this.second = second;
		this.third = third;
		// 4/1/31 begins with no year: that has two digits.
		this.firstIsYearLike = length === 2;
		return true;
	}

	private firstIsYearLike = false;

	/** `31-JAN-24`, `31 January 2024`, `31JAN2024` */
	private readDayMonthName(day: number): boolean {
		const month = MONTH_BY_WORD.get(this.letters());
		if (month === undefined) return false;
		const dayLength = this.length;
		this.day = day;
		this.month = month;
		this.skip(POINT);
		this.skip(COMMA);
		if (!this.spaces() && !this.skip(MINUS) && !this.skip(SLASH) && !isDigit(this.code())) return false;
		const yearAt = this.at;
		if (!this.readYear()) return false;
		if (!this.hasTwoDigitYear) return true;
		// 'Year First' may say otherwise.
		this.isTriple = this.isDayFirst = this.hasMonthName = true;
		this.first = day;
		this.second = month;
		this.third = Number(this.text.slice(yearAt, this.at));
		this.firstIsYearLike = dayLength === 2;
		return true;
	}

	/** `2024-01-31`, `2024/1/31`, `2024-Jan-31` */
	private readFromYear(year: number): boolean {
		const separator = this.code();
		this.year = year;
		this.beginsWithYear = true;
		if (isSpace(separator)) this.spaces();
		else if (separator === POINT) this.points();
		else if (separator === MINUS || separator === SLASH) this.at++;
		else return false;
		if (isLetter(this.code())) {
			const month = MONTH_BY_WORD.get(this.letters());
			if (month === undefined) return false;
			this.month = month;
		} else {
			if (isSpace(separator)) return false;
			this.month = this.digits(2);
			this.isIso = separator === MINUS && this.length === 2;
			if (this.month === -1) return false;
		}
		if (separator === POINT ? !this.points() : isSpace(separator) ? !this.spaces() : !this.skip(separator))
			return false;
		this.day = this.digits(2);
		if (this.length !== 2) this.isIso = false;
		if (separator === POINT) this.skip(POINT);
		return this.day !== -1;
	}

	/** `20240131`, `20240131101500` */
	private readCompact(start: number, length: number): boolean {
		const { text } = this;
		this.beginsWithYear = true;
		this.year = Number(text.slice(start, start + 4));
		this.month = Number(text.slice(start + 4, start + 6));
		this.day = Number(text.slice(start + 6, start + 8));
		this.at = start + 8;
		if (length === 14) return this.readCompactTime();
		const code = this.code();
		if (
			(code === 84 || code === 116) &&
			isDigit(this.code(1)) &&
			isDigit(this.code(2)) &&
			isDigit(this.code(3))
		) {
			this.at++;
			return this.readCompactTime();
		}
		return true;
	}

	/** `1015`, `101500`, `101500.123` */
	private readCompactTime(): boolean {
		const start = this.at;
		if (this.digits(6) === -1 || (this.length !== 4 && this.length !== 6)) return false;
		const { text } = this;
		this.fault = 'time';
		return (
			this.setTime(
				Number(text.slice(start, start + 2)),
				Number(text.slice(start + 2, start + 4)),
				this.length === 6 ? Number(text.slice(start + 4, start + 6)) : 0,
			) &&
			this.fraction() &&
			this.readOffset()
		);
	}

	private setTime(hours: number, minutes: number, seconds: number): boolean {
		this.hasTime = true;
		this.secondOfDay = hours * 3600 + minutes * 60 + seconds;
		return hours < 24 && minutes < 60 && seconds < 60;
	}

	private fraction(): boolean {
		if (this.code() !== POINT && this.code() !== COMMA) return true;
		this.at++;
		const start = this.at;
		while (isDigit(this.code())) this.at++;
		return this.at > start;
	}

	/** What comes after the date: nothing, or a time and an offset. */
	private readRest(): boolean {
		const { text } = this;
		if (this.at === text.length) return true;
		if (this.hasTime) return false;
		const code = this.code();
		if (code === 84 || code === 116) this.at++;
		else {
			const comma = this.skip(COMMA);
			// The log form 31/Jan/2024:10:15:00.
			if (!this.spaces() && (comma || this.isTriple || this.isIso || !this.skip(COLON))) return false;
		}
		this.fault = 'time';
		return this.readTime() && this.readOffset();
	}

	private readTime(): boolean {
		const hours = this.digits(2);
		if (hours === -1) return false;
		let minutes = 0;
		let seconds = 0;
		const hasMinutes = this.skip(COLON);
		if (hasMinutes) {
			minutes = this.digits(2);
			if (this.length !== 2 || minutes === -1) return false;
			if (this.skip(COLON)) {
				seconds = this.digits(2);
				if (this.length !== 2 || seconds === -1 || !this.fraction()) return false;
			}
		}
		const meridiem = this.readMeridiem();
		if (meridiem === 0) return hasMinutes && this.setTime(hours, minutes, seconds);
		this.isIso = false;
		if (hours < 1 || hours > 12) return false;
		return this.setTime((hours % 12) + (meridiem === 2 ? 12 : 0), minutes, seconds);
	}

	/** @returns 1 for AM, 2 for PM, in all its spellings, 0 for neither */
	private readMeridiem(): 0 | 1 | 2 {
		const start = this.at;
		this.spaces();
		const letter = this.code() | 32;
		if (letter === 97 || letter === 112) {
			this.at++;
			this.skip(POINT);
			const beforeSpaces = this.at;
			this.spaces();
			if ((this.code() | 32) === 109) {
				this.at++;
				this.skip(POINT);
			} else {
				this.at = beforeSpaces;
			}
			if (!isLetter(this.code())) return letter === 97 ? 1 : 2;
		}
		this.at = start;
		return 0;
	}

	private readOffset(): boolean {
		this.spaces();
		if (this.at === this.text.length) return true;
		this.fault = 'zone';
		this.zoneWord = this.text.slice(this.at);
		this.hasOffset = true;
		if (isLetter(this.code())) {
			this.letters();
			const zone = OFFSET_BY_ZONE.get(this.lastLetters.toUpperCase());
			if (zone === undefined) return false;
			this.offset = zone;
			// GMT+0100 is what JavaScript's own dates are written with.
			if (zone !== 0 || (this.code() !== PLUS && this.code() !== MINUS)) return this.readComment();
		}
		const sign = this.code();
		if (sign !== PLUS && sign !== MINUS && sign !== 0x2212) return false;
		this.at++;
		let hours = this.digits(4);
		let minutes = 0;
		if (hours === -1 || this.length === 1 || this.length === 3) return false;
		if (this.length === 4) {
			minutes = hours % 100;
			hours = (hours - minutes) / 100;
		} else if (this.skip(COLON)) {
			minutes = this.digits(2);
			if (this.length !== 2 || minutes === -1) return false;
		}
		if (hours > 23 || minutes > 59) return false;
		this.offset = (sign === PLUS ? 1 : -1) * (hours * 60 + minutes);
		return this.readComment();
	}

	/** RFC 2822's comment, as in `GMT+0100 (Central European Standard Time)`. */
	private readComment(): boolean {
		const { text } = this;
		if (this.at === text.length) return true;
		return this.spaces() && this.code() === 40 && text.indexOf(')', this.at) === text.length - 1;
	}

	private checkDay(): boolean {
		if (!this.isTriple) {
			this.fault = 'noSuchDay';
			if (!isDay(this.year, this.month, this.day)) return false;
			this.fault = 'weekday';
			return this.isWeekday(this.year, this.month, this.day);
		}
		this.orders = 0;
		this.fault = 'noSuchDay';
		const { first, second, third } = this;
		const year = this.hasTwoDigitYear ? fullYear(third) : third;
		if (!this.isDayFirst) this.tryOrder(MONTH_FIRST, year, first, second);
		this.tryOrder(DAY_FIRST, year, second, first);
		if (this.hasTwoDigitYear && this.firstIsYearLike) {
			this.tryOrder(YEAR_FIRST, fullYear(first), second, third);
		}
		return this.orders !== 0;
	}

	private tryOrder(order: number, year: number, month: number, day: number): void {
		if (!isDay(year, month, day)) return;
		if (this.isWeekday(year, month, day)) this.orders |= order;
		else this.fault = 'weekday';
	}

	private isWeekday(year: number, month: number, day: number): boolean {
		return this.weekday === -1 || weekdayOf(dayNumber(year, month, day)) === this.weekday;
	}

	/**
	 * Of a triple: whether only the year first makes it a day, though its first number looks like a day or month. So does
	 * a day that does not exist, such as 31/04/24. With points, or a month's name, the day is always first.
	 */
	get isHardlyYearFirst(): boolean {
		return this.orders === YEAR_FIRST && (this.isDayFirst || (this.first > 0 && this.first <= 31));
	}

	/** Of a triple with a year of two digits: whether its numbers can be year, month and day, even of a day that does not exist. */
	get canHaveYearFirst(): boolean {
		const { second, third } = this;
		return this.firstIsYearLike && isMonth(second) && isDayOfMonth(third);
	}

	/** Same, with the year last. */
	get canHaveYearLast(): boolean {
		const { first, second } = this;
		return (isDayOfMonth(first) && isMonth(second)) || (isMonth(first) && isDayOfMonth(second));
	}

	/** Sets year, month and day of a triple as one of its orders has them. */
	choose(order: number): void {
		const { first, second, third } = this;
		if (order === YEAR_FIRST) {
			this.year = fullYear(first);
			this.month = second;
			this.day = third;
			return;
		}
		this.year = this.hasTwoDigitYear ? fullYear(third) : third;
		this.month = order === MONTH_FIRST ? first : second;
		this.day = order === MONTH_FIRST ? second : first;
	}
}

function isMonth(number: number): boolean {
	return number >= 1 && number <= 12;
}

function isDayOfMonth(number: number): boolean {
	return number >= 1 && number <= 31;
}
