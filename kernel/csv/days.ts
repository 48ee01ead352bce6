/** Days and times in Domo's form, and days that get into it in as many bytes: 31.01.2024, 31/01/2024, 01/31/2024. */

const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const SLASH: u8 = 0x2f;
const ZERO: u8 = 0x30;

export const DAY_BYTES: usize = 10;
export const TIME_BYTES: usize = 8;

/** In which order the numbers of a day are read, as in transfer/columns/dateText.ts: any other is the month first. */
export const NO_ORDER: u32 = 0;
const DAY_FIRST: u32 = 2;

/** What is no number of two digits. */
const NO_DIGITS: u32 = 255;

/** HH:mm:ss, its digits 0, the same from both ends; and what shows where one is above 9, or tens above 5. */
const NO_TIME: u64 = ((<u64>0x30303a30) << 32) | 0x303a3030;
const NOT_BITS_OF_TIME: u64 = ((<u64>0xf0f0fff0) << 32) | 0xf0fff0f0;
const ABOVE_MOST: u64 = ((<u64>0x060a0006) << 32) | 0x0a000600;
const CARRIES: u64 = ((<u64>0x10100010) << 32) | 0x10001000;

const DAYS_IN_MONTH: usize = memory.data<u8>([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);

/** The last day in Domo's form, which most are again: its first 8 bytes, and its last 2. At first 1970-01-01. */
let lastHead: u64 = ((<u64>0x2d31302d) << 32) | 0x30373931;
let lastTail: u32 = 0x3130;

export class Days {
	/** Whether these 10 bytes are yyyy-MM-dd, a day that exists. */
	@inline
	static isDay(at: usize): bool {
		return (load<u64>(at) == lastHead && <u32>load<u16>(at, 8) == lastTail) || isOtherDay(at);
	}

	/** Whether these 8 bytes are HH:mm:ss. */
	@inline
	static isTime(at: usize): bool {
		const digits = load<u64>(at) ^ NO_TIME;
		if ((digits & NOT_BITS_OF_TIME) != 0 || ((digits + ABOVE_MOST) & CARRIES) != 0) return false;
		return (digits & 15) * 10 + ((digits >> 8) & 15) < 24;
	}
}

function isOtherDay(at: usize): bool {
	const century = twoDigits(at);
	const year = twoDigits(at + 2);
	if (century == NO_DIGITS || year == NO_DIGITS || load<u8>(at, 4) != MINUS || load<u8>(at, 7) != MINUS)
		return false;
	if (!exists(century * 100 + year, twoDigits(at + 5), twoDigits(at + 8))) return false;
	lastHead = load<u64>(at);
	lastTail = <u32>load<u16>(at, 8);
	return true;
}

/**
 * @param order in which days with slashes or dashes are read, or NO_ORDER where they are not
 * @returns the order in which these 10 bytes are read as a day, or NO_ORDER where they are none
 */
export function orderOfDay(at: usize, order: u32): u32 {
	const separator = load<u8>(at, 2);
	if (separator != POINT && separator != SLASH && separator != MINUS) return NO_ORDER;
	if (load<u8>(at, 5) != separator) return NO_ORDER;
	const read = separator == POINT ? DAY_FIRST : order;
	const century = twoDigits(at + 6);
	const yearOfCentury = twoDigits(at + 8);
	if (read == NO_ORDER || century == NO_DIGITS || yearOfCentury == NO_DIGITS) return NO_ORDER;
	const year = century * 100 + yearOfCentury;
	const first = twoDigits(at);
	const second = twoDigits(at + 3);
	return (read == DAY_FIRST ? exists(year, second, first) : exists(year, first, second)) ? read : NO_ORDER;
}

/** Makes yyyy-MM-dd of such a day, where it is. */
export function turnDay(at: usize, order: u32): void {
	const first = load<u16>(at);
	const second = load<u16>(at, 3);
	const isDayFirst = order == DAY_FIRST;
	store<u32>(at, load<u32>(at, 6));
	store<u8>(at, MINUS, 4);
	store<u16>(at, isDayFirst ? second : first, 5);
	store<u8>(at, MINUS, 7);
	store<u16>(at, isDayFirst ? first : second, 8);
}

function exists(year: u32, month: u32, day: u32): bool {
	if (year == 0 || month - 1 > 11 || day == 0) return false;
	if (day <= <u32>load<u8>(DAYS_IN_MONTH + <usize>month)) return true;
	return month == 2 && day == 29 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/** @returns NO_DIGITS where they are none */
function twoDigits(at: usize): u32 {
	const tens = <u32>load<u8>(at) - ZERO;
	const ones = <u32>load<u8>(at, 1) - ZERO;
	return tens <= 9 && ones <= 9 ? tens * 10 + ones : NO_DIGITS;
}
