/** Domo's DATE (yyyy-MM-dd) and DATETIME (yyyy-MM-ddTHH:mm:ss, in UTC) from ISO text, JS Dates and Luxon values. */

/** What this package uses of Luxon's DateTime, known by its own mark: Luxon itself is not imported. */
export interface LuxonDateTime {
	isLuxonDateTime: true;
	isValid: boolean;
	toISODate(): string | null;
	toISO(): string | null;
	toMillis(): number;
}

export function isLuxonDateTime(value: object): value is LuxonDateTime {
	const { isLuxonDateTime: mark, toMillis } = value as Partial<LuxonDateTime>;
	return mark === true && typeof toMillis === 'function';
}

/** Whether the value is a JS Date, also one made in another realm: a Code node's sandbox has a Date of its own. */
export function isJsDate(value: object): value is Date {
	return value instanceof Date || Object.prototype.toString.call(value) === '[object Date]';
}

const MINUS = 45;
const POINT = 46;
const COLON = 58;
const UPPER_T = 84;
const UPPER_Z = 90;

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** T or a space before the time; seconds, their fraction and the offset may be absent. */
const ISO_DATE_TIME =
	/^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,]\d+)?)?(?: ?(Z|[+-](?:0\d|1\d|2[0-3])(?::?[0-5]\d)?))?$/;

/** Whether the text is yyyy-MM-dd and that day exists, in the years 0001 to 9999. */
export function isDateText(text: string): boolean {
	return text.length === 10 && startsWithDay(text);
}

/** Whether the text is ISO 8601 with a day and a time (a T between them), with or without an offset. */
export function isIsoDateTimeText(text: string): boolean {
	return text.charCodeAt(10) === UPPER_T && dateTimeFromText(text) !== null;
}

/**
 * The calendar day as written: whatever time and offset follow are checked, then dropped.
 *
 * @returns yyyy-MM-dd, or null where the text is no ISO date or date and time
 */
export function dateFromText(text: string): string | null {
	if (text.length === 10) return startsWithDay(text) ? text : null;
	return startsWithDay(text) && ISO_DATE_TIME.test(text) ? text.slice(0, 10) : null;
}

/**
 * The moment in UTC: text without an offset is taken as UTC, a date alone as its midnight, fractions of a
 * second are cut.
 *
 * @returns yyyy-MM-ddTHH:mm:ss, or null where the text is no ISO date or date and time
 */
export function dateTimeFromText(text: string): string | null {
	if (!startsWithDay(text)) return null;
	if (text.length === 10) return `${text}T00:00:00`;
	if (isPlainUtc(text)) return text.length === 19 ? text : text.slice(0, 19);
	const match = ISO_DATE_TIME.exec(text);
	if (match === null) return null;
	const [, day, hours, minutes, seconds = '00', offset = 'Z'] = match;
	const time = `${day}T${hours}:${minutes}:${seconds}`;
	if (offset === 'Z') return time;
	return dateTimeFromMillis(
		Date.parse(`${time}${offset.slice(0, 3)}:${offset.length > 3 ? offset.slice(-2) : '00'}`),
	);
}

/** Whether a text that has been found to be a DATE (or DATETIME) is in Domo's form already: nearly all are. */
export function isDateInDomosForm(text: string): boolean {
	return text.length === 10;
}

/** See isDateInDomosForm. An offset without minutes (…T10:00+02) is as long, but has no second colon. */
export function isDateTimeInDomosForm(text: string): boolean {
	return text.length === 19 && text.charCodeAt(10) === UPPER_T && text.charCodeAt(16) === COLON;
}

/**
 * Whether the text, which starts with a day, goes on as THH:mm:ss, THH:mm:ssZ or THH:mm:ss.SSSZ (what JSON has of
 * a JS Date). Nearly all texts do, and this takes a fifth of the pattern's time.
 */
function isPlainUtc(text: string): boolean {
	const { length } = text;
	if (length !== 19 && length !== 20 && length !== 24) return false;
	if (length !== 19 && text.charCodeAt(length - 1) !== UPPER_Z) return false;
	if (length === 24 && !(text.charCodeAt(19) === POINT && twoDigits(text, 20) * twoDigits(text, 21) >= 0))
		return false;
	return (
		text.charCodeAt(10) === UPPER_T &&
		twoDigits(text, 11) < 24 &&
		text.charCodeAt(13) === COLON &&
		twoDigits(text, 14) < 60 &&
		text.charCodeAt(16) === COLON &&
		twoDigits(text, 17) < 60
	);
}

/** @returns yyyy-MM-ddTHH:mm:ss in UTC, or null for an invalid Date or a year beyond 0001 to 9999 */
export function dateTimeFromMillis(millis: number): string | null {
	if (Number.isNaN(millis)) return null;
	const text = new Date(millis).toISOString();
	return startsWithDay(text) ? text.slice(0, 19) : null;
}

/** A Luxon value's calendar day in its own zone, or null where it is invalid or its year beyond 0001 to 9999. */
export function dateFromLuxon(value: LuxonDateTime): string | null {
	const day = value.toISODate();
	return day !== null && isDateText(day) ? day : null;
}

/** The calendar day of JS Dates in one time zone. */
export class ZonedCalendar {
	private readonly format: Intl.DateTimeFormat;

	/** Intl takes about 1.5 µs for a day; columns repeat their few thousand midnights. */
	private readonly dayByMillis = new Map<number, string | null>();

	/** @param timeZone an IANA name */
	constructor(timeZone: string) {
		this.format = new Intl.DateTimeFormat('en-US', {
			timeZone,
			calendar: 'gregory',
			numberingSystem: 'latn',
			era: 'short',
			year: 'numeric',
			month: '2-digit',
			day: '2-digit',
		});
	}

	/** @returns yyyy-MM-dd, or null for an invalid Date or a year beyond 0001 to 9999 */
	dayOf(date: Date): string | null {
		const millis = date.getTime();
		let day = this.dayByMillis.get(millis);
		if (day === undefined) {
			day = this.computeDay(millis);
			if (this.dayByMillis.size >= 20_000) this.dayByMillis.clear();
			this.dayByMillis.set(millis, day);
		}
		return day;
	}

	private computeDay(millis: number): string | null {
		if (Number.isNaN(millis)) return null;
		let era = '',
			year = '',
			month = '',
			dayOfMonth = '';
		for (const { type, value } of this.format.formatToParts(millis)) {
			if (type === 'era') era = value;
			else if (type === 'year') year = value;
			else if (type === 'month') month = value;
			else if (type === 'day') dayOfMonth = value;
		}
		const text = `${year.padStart(4, '0')}-${month}-${dayOfMonth}`;
		return era === 'AD' && isDateText(text) ? text : null;
	}
}

/** Whether the text begins with yyyy-MM-dd, a day that exists. By character codes: a million values take 30 ms. */
function startsWithDay(text: string): boolean {
	const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
	const month = twoDigits(text, 5);
	const day = twoDigits(text, 8);
	if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false;
	if (text.charCodeAt(4) !== MINUS || text.charCodeAt(7) !== MINUS) return false;
	if (day <= DAYS_IN_MONTH[month - 1]) return true;
	return month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** @returns NaN where the two characters are not digits */
function twoDigits(text: string, position: number): number {
	const tens = text.charCodeAt(position) - 48;
	const ones = text.charCodeAt(position + 1) - 48;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}
