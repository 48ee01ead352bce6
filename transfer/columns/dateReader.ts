/** Texts and numbers of a DATE or DATETIME column, as the column is read. */

import { trimmed } from './blanks';
import {
	dateTimeText,
	dayNumber,
	dayText,
	dayTextOfNumber,
	SECONDS_PER_DAY,
	timeText,
	writeDay,
	writeTime,
} from './calendar';
import type { ColumnReading } from './columnReading';
import {
	DAY_FORM,
	NULL_WORD,
	NUMBER_AS_DATE,
	OTHER_ZONES_DAY,
	REPEATED_TIME,
	SKIPPED_TIME,
	TIME_DROPPED,
	TWO_DIGIT_YEAR,
	ZONE,
} from './conversions';
import { CommonDate } from './commonDates';
import { DAY_FIRST, DateText, MONTH_FIRST, YEAR_FIRST } from './dateText';
import { Misfit, type ValueText } from './misfit';
import { FIRST_EXCEL_SERIAL, likelyMeaning, wallSecondsOfSerial } from './numbersAsDates';
import { isoDateTime, isPlainDate, isPlainDateTime, startsWithDay, twoDigits } from './plainForms';
import { YearPlace } from './yearPlace';
import {
	againstOrder,
	beyondYears,
	dateFault,
	notByOrder,
	notByPattern,
	noDayButYearFirst,
	noDayOfEightDigits,
	numberAsDateRefused,
	numberBeyondYears,
	serialTooSmall,
	unclearDay,
	unclearYear,
} from './valueFaults';

const date = new DateText();
const common = new CommonDate();

const UPPER_T = 84;

export class DateReader {
	/** Bits of the last value's conversions. */
	kinds = 0;
	/** The orders in which days were read that have several. */
	readonly ordersRead: number[] = [];
	/** What the values after those that decide have said, where these said nothing. */
	private order: number;
	private shortOrder: number;
	/** Of years of two digits in days with slashes or dashes. */
	private readonly yearPlace = new YearPlace();
	/** Whether a day with slashes or dashes had a year of four digits. */
	private sawLongYear = false;
	/** Whether a year of two digits was read as the last number. */
	private yearWasLast = false;
	private readonly isDate: boolean;

	constructor(private readonly reading: ColumnReading) {
		this.order = reading.dateOrder;
		this.shortOrder = reading.shortDateOrder;
		this.isDate = reading.type === 'DATE';
	}

	/** Whether dd.MM.yyyy is read by its bytes. */
	get pointsAreRead(): boolean {
		return this.reading.settings.pattern === null;
	}

	/** In which order days with slashes and dashes are read, once some were: 0 before. */
	get orderOfDays(): number {
		return this.ordersRead.includes(this.order) ? this.order : 0;
	}

	read(text: string): ValueText {
		this.kinds = 0;
		const { settings, type } = this.reading;
		const quick = this.readPlain(text);
		if (quick !== null) return quick;
		const plain = trimmed(text);
		if (plain === '') return null;
		if (settings.nullWords.size > 0 && settings.nullWords.has(plain)) {
			this.kinds = NULL_WORD;
			return null;
		}
		if (settings.pattern !== null) return this.readByPattern(plain, text);
		const asNumber = numberIn(plain);
		if (asNumber !== null) {
			const isDay =
				settings.numbersAsDates === 'refuse' && /^(?:\d{8}|\d{14})$/.test(plain) && date.parse(plain);
			if (!isDay) {
				const isNoDay = settings.numbersAsDates === 'refuse' && /^\d{8}$/.test(plain);
				return isNoDay ? noDayOfEightDigits(text, type) : this.readNumber(asNumber, text);
			}
		} else if (!date.parse(plain)) {
			return dateFault(text, type, date.fault, date.zoneWord);
		}
		if (date.isTriple) {
			const order = this.orderOf(text);
			if (order instanceof Misfit) return order;
			if (date.hasTwoDigitYear && order !== YEAR_FIRST) this.yearWasLast = true;
			const isToTell = !date.hasMonthName || order === YEAR_FIRST;
			if (isToTell && !this.ordersRead.includes(order)) this.ordersRead.push(order);
			date.choose(order);
		}
		let kinds = date.isIso ? 0 : DAY_FORM;
		if (date.hasTwoDigitYear) kinds |= TWO_DIGIT_YEAR;
		return this.write(date, kinds, text);
	}

	/** @param seconds from 1970, an instant */
	readInstant(seconds: number): ValueText {
		this.kinds = 0;
		if (!this.isDate) return dateTimeText(seconds) ?? beyondYears();
		const { midnightElsewhere, settings } = this.reading;
		const offset = settings.calendarZone.offsetAt(seconds);
		const dayBy = (ahead: number) => Math.floor((seconds + ahead) / SECONDS_PER_DAY);
		if (midnightElsewhere !== null && dayBy(offset) !== dayBy(midnightElsewhere.offsetAt(seconds)))
			this.kinds = OTHER_ZONES_DAY;
		return this.dayAt(seconds, offset);
	}

	/** A number as 'Numbers as Dates' has it. */
	readNumber(value: number, shown: string): ValueText {
		this.kinds = 0;
		const { type, settings } = this.reading;
		const { numbersAsDates, zone } = settings;
		if (numbersAsDates === 'refuse') return numberAsDateRefused(shown, type, likelyMeaning(value));
		this.kinds = NUMBER_AS_DATE;
		if (numbersAsDates === 'excel') {
			if (value < FIRST_EXCEL_SERIAL) return serialTooSmall(shown, type, value);
			const wall = wallSecondsOfSerial(value);
			if (wall === null) return numberBeyondYears(shown, type);
			if (!this.isDate) return this.instantText(wall) ?? numberBeyondYears(shown, type);
			if (wall % SECONDS_PER_DAY !== 0) this.kinds |= TIME_DROPPED;
			return dayTextOfNumber(Math.floor(wall / SECONDS_PER_DAY)) ?? numberBeyondYears(shown, type);
		}
		const seconds = Math.floor(numbersAsDates === 'unixSeconds' ? value : value / 1000);
		const text = dateTimeText(seconds);
		if (text === null) return numberBeyondYears(shown, type);
		return this.isDate ? this.dayAt(seconds, zone.offsetAt(seconds)) : text;
	}

	/** What JSON has of a JS Date, and databases of their times: in a fraction of the time of other forms. */
	private readPlain(text: string): string | null {
		const { settings } = this.reading;
		if (settings.nullWords.mayBePlain) return null;
		if (text.length === 10 && startsWithDay(text)) {
			if (this.isDate) return text;
			return settings.zone.isUtc ? `${text}T00:00:00` : null;
		}
		if (settings.pattern !== null) return null;
		const form = isoDateTime(text);
		if (form === 0) return this.readCommon(text);
		if (form === 1 && !this.isDate && !settings.zone.isUtc) {
			return this.instantText(
				dayNumber(twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8)) *
					SECONDS_PER_DAY +
					twoDigits(text, 11) * 3600 +
					twoDigits(text, 14) * 60 +
					twoDigits(text, 17),
			);
		}
		if (this.isDate) {
			this.kinds = TIME_DROPPED;
			return text.slice(0, 10);
		}
		if (text.charCodeAt(10) === UPPER_T) return text.length === 19 ? text : text.slice(0, 19);
		return `${text.slice(0, 10)}T${text.slice(11, 19)}`;
	}

	/** See commonDates.ts; null where all forms must be tried. */
	private readCommon(text: string): string | null {
		if (!common.parse(text)) return null;
		const order = this.orderOfCommon();
		if (order === 0) return null;
		const { year, first, second } = common;
		const month = order === DAY_FIRST ? second : first;
		const day = order === DAY_FIRST ? first : second;
		if (this.isDate) return dayText(year, month, day);
		if (this.reading.settings.zone.isUtc) return dayText(year, month, day) + timeText(common.secondOfDay);
		return this.instantText(dayNumber(year, month, day) * SECONDS_PER_DAY + common.secondOfDay);
	}

	/**
	 * Writes a field's day or time if it is in a common form: see commonDates.ts.
	 *
	 * @returns where it ends in the target, or -1 where its text is to be read
	 */
	writeCommon(bytes: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
		const { nullWords, pattern, zone } = this.reading.settings;
		if (pattern !== null || nullWords.mayBePlain || !(this.isDate || zone.isUtc)) return -1;
		if (!common.parseBytes(bytes, from, to)) return -1;
		const order = this.orderOfCommon();
		if (order === 0) return -1;
		const { year, first, second } = common;
		const isDayFirst = order === DAY_FIRST;
		const end = writeDay(target, at, year, isDayFirst ? second : first, isDayFirst ? first : second);
		return this.isDate ? end : writeTime(target, end, common.secondOfDay);
	}

	/** @returns the order in which the day that was parsed is read, or 0 where all forms must be tried */
	private orderOfCommon(): number {
		const { hasPoints, hasTime } = common;
		const order = hasPoints ? DAY_FIRST : this.order;
		if ((common.orders & order) === 0) return 0;
		if (!hasPoints) this.sawLongYear = true;
		if (!hasPoints && !this.ordersRead.includes(order)) this.ordersRead.push(order);
		this.kinds = this.isDate && hasTime ? DAY_FORM | TIME_DROPPED : DAY_FORM;
		return order;
	}

	private readByPattern(plain: string, text: string): ValueText {
		const { settings, type } = this.reading;
		const { pattern } = settings;
		if (pattern === null) return null;
		if (isPlainDate(plain) || isPlainDateTime(plain)) {
			if (!date.parse(plain)) return notByPattern(text, type, pattern.text);
			return this.write(date, 0, text);
		}
		const result = pattern.read(plain);
		if (typeof result === 'string') return notByPattern(text, type, pattern.text);
		return this.write(result, result.hasTwoDigitYear ? DAY_FORM | TWO_DIGIT_YEAR : DAY_FORM, text);
	}

	private write(
		parts: {
			year: number;
			month: number;
			day: number;
			hasTime: boolean;
			secondOfDay: number;
			hasOffset: boolean;
			offset: number;
		},
		kinds: number,
		text: string,
	): ValueText {
		const { year, month, day, secondOfDay } = parts;
		this.kinds = kinds;
		if (this.isDate) {
			if (parts.hasTime) this.kinds |= TIME_DROPPED;
			return dayText(year, month, day);
		}
		const { zone } = this.reading.settings;
		if (parts.hasOffset ? parts.offset === 0 : zone.isUtc) {
			return dayText(year, month, day) + timeText(secondOfDay);
		}
		const wall = dayNumber(year, month, day) * SECONDS_PER_DAY + secondOfDay;
		if (!parts.hasOffset) return this.instantText(wall) ?? beyondYears(text);
		this.kinds |= ZONE;
		return dateTimeText(wall - parts.offset * 60) ?? beyondYears(text);
	}

	private instantText(wall: number): string | null {
		const instant = this.reading.settings.zone.instantOf(wall);
		if (instant.seconds !== wall) this.kinds |= ZONE;
		if (instant.skipped) this.kinds |= SKIPPED_TIME;
		if (instant.repeated) this.kinds |= REPEATED_TIME;
		return dateTimeText(instant.seconds);
	}

	private dayAt(seconds: number, offset: number): ValueText {
		return dayTextOfNumber(Math.floor((seconds + offset) / SECONDS_PER_DAY)) ?? beyondYears();
	}

	private orderOf(text: string): number | Misfit {
		const { orders } = date;
		const { orderBy, settings, type } = this.reading;
		const order = date.hasTwoDigitYear ? this.shortOrder : this.order;
		if (date.isHardlyYearFirst && order !== YEAR_FIRST) {
			return settings.dateOrder === 'auto'
				? noDayButYearFirst(text, type, date.fault === 'weekday')
				: notByOrder(text, type, order);
		}
		// So have points and names, but for years of two digits under 'Year First'.
		if (date.isDayFirst && !(order === YEAR_FIRST && settings.dateOrder === 'yearFirst')) {
			if (order === YEAR_FIRST) return againstOrder(text, order);
			return DAY_FIRST;
		}
		if (settings.dateOrder === 'auto' && this.isYearUnclear()) return unclearYear(text);
		if (order !== 0) {
			if (orders & order) return order;
			// 'Year First' says nothing of years of four digits.
			const isSaid = orderBy === 'option' && (order === YEAR_FIRST || settings.dateOrder !== 'yearFirst');
			if (!isSaid && order === YEAR_FIRST && date.canHaveYearFirst)
				return dateFault(text, type, 'noSuchDay', '');
			return isSaid ? notByOrder(text, type, order) : againstOrder(text, order);
		}
		const monthOrDay = orders & (MONTH_FIRST | DAY_FIRST);
		if (monthOrDay === 0) return this.takeYearFirst(text);
		if (monthOrDay === (MONTH_FIRST | DAY_FIRST)) {
			return date.first === date.second ? DAY_FIRST : unclearDay(text);
		}
		if (!this.reading.isSlice) {
			this.order = monthOrDay;
			this.shortOrder = monthOrDay;
		}
		return monthOrDay;
	}

	/**
	 * Whether the day that was parsed may have its year first as well as last, with what all of the column have shown so far: in
	 * a slice that is nothing, and where the values that decide had no such days, these are looked at as they come.
	 */
	private isYearUnclear(): boolean {
		const { reading, yearPlace } = this;
		if (!date.hasTwoDigitYear) {
			this.sawLongYear = true;
			return false;
		}
		if (date.isHardlyYearFirst) return false;
		const isEither = date.canHaveYearFirst && date.canHaveYearLast;
		if (reading.isSlice) return isEither;
		yearPlace.add(date);
		if (this.shortOrder === YEAR_FIRST)
			return isEither && yearPlace.either > Math.max(reading.yearsFirst, yearPlace.onlyFirst);
		return reading.shortDays === 0 && reading.dateOrder === 0 && !this.sawLongYear && yearPlace.looksFirst;
	}

	/** A late year of two digits that can only be first: earlier days of the column were read otherwise, or not at all. */
	private takeYearFirst(text: string): number | Misfit {
		if (this.yearWasLast) return againstOrder(text, this.shortOrder || DAY_FIRST);
		if (!this.reading.isSlice) this.shortOrder = YEAR_FIRST;
		return YEAR_FIRST;
	}
}

/** @returns the number that a text of digits alone is (a fraction is the time of a day), or null */
function numberIn(plain: string): number | null {
	for (let at = 0; at < plain.length; at++) {
		const code = plain.charCodeAt(at);
		if ((code >= 48 && code <= 57) || code === 46 || code === 44) continue;
		if (at > 0 || (code !== 45 && code !== 43)) return null;
	}
	if (!/^[+-]?\d+(?:\.\d+|(?<=\d{4}),\d+)?$/.test(plain)) return null;
	return Number(plain.replace(',', '.'));
}
