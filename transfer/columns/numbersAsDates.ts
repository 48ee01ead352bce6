/** Numbers that stand for days and times: Excel's serials, Unix seconds and milliseconds. */

import { dateTimeText, SECONDS_PER_DAY } from './calendar';

/** Excel's day 61 is 1900-03-01; its day 60, 29 February 1900, never was. */
export const FIRST_EXCEL_SERIAL = 61;
/** 1899-12-30, from which the days count rightly after that. */
const EXCEL_EPOCH_DAY = -25_569;
/** 10000-01-01 */
const END_EXCEL_SERIAL = 2_958_466;

/** @returns the wall time of a serial as seconds from 1970, rounded to the second, or null beyond Excel's calendar */
export function wallSecondsOfSerial(serial: number): number | null {
	if (!(serial >= FIRST_EXCEL_SERIAL && serial < END_EXCEL_SERIAL)) return null;
	return Math.round((serial + EXCEL_EPOCH_DAY) * SECONDS_PER_DAY);
}

/** What a number would most likely be as a day or time, in words; nothing where it would be none. */
export function likelyMeaning(value: number): string {
	const size = Math.abs(value);
	if (value >= FIRST_EXCEL_SERIAL && value < END_EXCEL_SERIAL) {
		return meaning('an Excel serial', wallSecondsOfSerial(value), Number.isInteger(value));
	}
	if (size >= 1e8 && size < 1e11) return meaning('Unix seconds', Math.floor(value), false);
	if (size >= 1e11) return meaning('Unix milliseconds', Math.floor(value / 1000), false);
	return size >= 1e7 ? 'a day written as yyyyMMdd is only read from text' : '';
}

function meaning(what: string, seconds: number | null, dayAlone: boolean): string {
	const text = seconds === null ? null : dateTimeText(seconds);
	if (text === null) return '';
	return `as ${what} it would be ${dayAlone ? text.slice(0, 10) : text}`;
}
