/** The Gregorian calendar in the years 0001 to 9999, without a Date object. */

const MINUS = 45;
const COLON = 58;
const UPPER_T = 84;

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
export const SECONDS_PER_DAY = 86_400;

/** 0001-01-01 and 10000-01-01, in days from 1970-01-01. */
const FIRST_DAY = -719_162;
const END_DAY = 2_932_897;

const TWO_DIGITS = Array.from({ length: 100 }, (_, i) => (i < 10 ? `0${i}` : String(i)));

/** Whether the day exists. */
export function isDay(year: number, month: number, day: number): boolean {
	if (!(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1)) return false;
	if (day <= DAYS_IN_MONTH[month - 1]) return true;
	return month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/**
 * A day's number from 1970-01-01, the day 0.
 *
 * The arithmetic of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
 */
export function dayNumber(year: number, month: number, day: number): number {
	const y = month <= 2 ? year - 1 : year;
	const era = Math.floor(y / 400);
	const yearOfEra = y - era * 400;
	const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
	const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
	return era * 146_097 + dayOfEra - 719_468;
}

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf(dayNumberOf: number): number {
	return (((dayNumberOf + 4) % 7) + 7) % 7;
}

/** @returns yyyy-MM-dd */
export function dayText(year: number, month: number, day: number): string {
	const century = (year / 100) | 0;
	return `${TWO_DIGITS[century]}${TWO_DIGITS[year - century * 100]}-${TWO_DIGITS[month]}-${TWO_DIGITS[day]}`;
}

let lastDay = NaN;
let lastText = '';

/** @returns yyyy-MM-dd of a day's number, or null for a year beyond 0001 to 9999 */
export function dayTextOfNumber(day: number): string | null {
	if (day === lastDay) return lastText;
	if (!(day >= FIRST_DAY && day < END_DAY)) return null;
	lastDay = day;
	lastText = computeDayText(day);
	return lastText;
}

function computeDayText(day: number): string {
	const shifted = day + 719_468;
	const era = Math.floor(shifted / 146_097);
	const dayOfEra = shifted - era * 146_097;
	const yearOfEra = Math.floor(
		(dayOfEra -
			Math.floor(dayOfEra / 1460) +
			Math.floor(dayOfEra / 36_524) -
			Math.floor(dayOfEra / 146_096)) /
			365,
	);
	const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
	const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
	const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
	return dayText(
		yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
		month,
		dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
	);
}

/** Writes yyyy-MM-dd. @returns where it ends */
export function writeDay(target: Uint8Array, at: number, year: number, month: number, day: number): number {
	const century = (year / 100) | 0;
	writeTwoDigits(target, at, century);
	writeTwoDigits(target, at + 2, year - century * 100);
	target[at + 4] = MINUS;
	writeTwoDigits(target, at + 5, month);
	target[at + 7] = MINUS;
	writeTwoDigits(target, at + 8, day);
	return at + 10;
}

/** Writes THH:mm:ss. @returns where it ends */
export function writeTime(target: Uint8Array, at: number, secondOfDay: number): number {
	const hours = (secondOfDay / 3600) | 0;
	const minutes = ((secondOfDay - hours * 3600) / 60) | 0;
	target[at] = UPPER_T;
	writeTwoDigits(target, at + 1, hours);
	target[at + 3] = COLON;
	writeTwoDigits(target, at + 4, minutes);
	target[at + 6] = COLON;
	writeTwoDigits(target, at + 7, secondOfDay - hours * 3600 - minutes * 60);
	return at + 9;
}

function writeTwoDigits(target: Uint8Array, at: number, number: number): void {
	const tens = (number / 10) | 0;
	target[at] = 48 + tens;
	target[at + 1] = 48 + number - tens * 10;
}

/** @returns THH:mm:ss */
export function timeText(secondOfDay: number): string {
	const hours = (secondOfDay / 3600) | 0;
	const minutes = ((secondOfDay - hours * 3600) / 60) | 0;
	return `T${TWO_DIGITS[hours]}:${TWO_DIGITS[minutes]}:${TWO_DIGITS[secondOfDay - hours * 3600 - minutes * 60]}`;
}

/** @returns yyyy-MM-ddTHH:mm:ss of whole seconds from 1970, or null for a year beyond 0001 to 9999 */
export function dateTimeText(seconds: number): string | null {
	const day = Math.floor(seconds / SECONDS_PER_DAY);
	const text = dayTextOfNumber(day);
	return text === null ? null : text + timeText(seconds - day * SECONDS_PER_DAY);
}

/** POSIX: 00 to 68 are 20xx, 69 to 99 are 19xx. */
export function fullYear(twoDigits: number): number {
	return twoDigits < 69 ? 2000 + twoDigits : 1900 + twoDigits;
}
