/** Why a single value is not taken, and why an option about values is none. */

import type { ColumnType } from '../../domo/types';
import { InputError } from '../inputError';
import type { DateFault } from './dateText';
import type { PatternFault } from './datePattern';
import { Misfit } from './misfit';
import { MAX_EXPONENT, type NumberFault } from './numbers';
import { quoted, shortened } from './textInMessage';

const DESCRIPTION: Record<ColumnType, string> = {
	STRING: 'a text (STRING)',
	LONG: 'an integer of 64 bits (LONG)',
	DECIMAL: 'a number (DECIMAL)',
	DOUBLE: 'a number (DOUBLE)',
	DATE: 'a day (DATE)',
	DATETIME: 'a day or time (DATETIME)',
};

/** A text of some kind in a column of another. */
export function notOfType(text: string, type: ColumnType): Misfit {
	return new Misfit('VALUE_NOT_OF_TYPE', `${quoted(text)} is not ${DESCRIPTION[type]}`);
}

/** A value of JavaScript's, described in words, in a column it can't be in. */
export function kindNotOfType(kind: string, type: ColumnType): Misfit {
	return new Misfit('VALUE_NOT_OF_TYPE', `${kind} is not ${DESCRIPTION[type]}`);
}

export function numberFault(text: string, type: ColumnType, fault: NumberFault): Misfit {
	if (fault === 'exponent')
		return new Misfit(
			'VALUE_OUT_OF_RANGE',
			`${quoted(text)} has an exponent beyond ±${MAX_EXPONENT}, which is too large for a number here`,
		);
	if (fault === 'beyondDouble')
		return new Misfit('VALUE_OUT_OF_RANGE', `${quoted(text)} is beyond what ${DESCRIPTION[type]} can hold`);
	return new Misfit('VALUE_NOT_OF_TYPE', `${quoted(text)} is not ${DESCRIPTION[type]}`);
}

export function percentRefused(text: string): Misfit {
	return new Misfit(
		'VALUE_PERCENT_SIGN',
		`${quoted(text)} has a percent sign: 'Percent Signs' says whether it is a fraction or a number`,
	);
}

/** A number whose only reading is not the one that an option says. */
export function notBySign(text: string, type: ColumnType, sign: 'point' | 'comma'): Misfit {
	return new Misfit(
		'VALUE_DECIMAL_SIGN',
		`${quoted(text)} is not ${DESCRIPTION[type]} with a decimal ${sign}, as 'Decimal Sign' says`,
	);
}

/** A number whose only reading contradicts the others'. */
export function againstSign(text: string, sign: 'point' | 'comma'): Misfit {
	return new Misfit(
		'VALUE_DECIMAL_SIGNS_DIFFER',
		`${quoted(text)} contradicts earlier values of the column, which were read with a decimal ${sign}: set 'Decimal Sign'`,
		true,
	);
}

export function unclearSign(text: string): Misfit {
	return new Misfit(
		'VALUE_DECIMAL_SIGN_UNCLEAR',
		`${quoted(text)} can mean two numbers, one with a decimal sign and one with grouped digits: set 'Decimal Sign'`,
		true,
	);
}

export function otherCurrency(text: string, earlier: string): Misfit {
	return new Misfit(
		'VALUE_CURRENCIES_DIFFER',
		`${quoted(text)} is of another currency than earlier values of the column (${earlier})`,
		true,
	);
}

export function digitsLost(value: number): Misfit {
	return new Misfit(
		'VALUE_DIGITS_LOST',
		`${value} may not be the integer you mean (LONG): JavaScript numbers beyond ±2^53 have already lost digits, so give it as text`,
	);
}

export function loneSurrogate(text: string): Misfit {
	return new Misfit(
		'VALUE_LONE_SURROGATE',
		`${quoted(text)} contains half a character (a lone surrogate), which UTF-8 can't represent: was it cut inside an emoji?`,
	);
}

export function noJson(why: string): Misfit {
	return new Misfit('VALUE_NOT_JSON', `an object cannot be written as JSON (${why})`);
}

export function noJsonForm(): Misfit {
	return new Misfit('VALUE_NOT_JSON', 'an object without a JSON form is not a text (STRING)');
}

export function invalidDate(): Misfit {
	return new Misfit('VALUE_INVALID_DATE', 'an invalid date does not fit');
}

/** @param text as it was written, where it was text */
export function beyondYears(text?: string): Misfit {
	const what = text === undefined ? 'a date' : quoted(text);
	return new Misfit('VALUE_OUT_OF_RANGE', `${what} is beyond the years 0001 to 9999 and does not fit`);
}

export function dateFault(text: string, type: ColumnType, fault: DateFault, zoneWord: string): Misfit {
	switch (fault) {
		case 'noSuchDay':
			return new Misfit(
				'VALUE_NO_SUCH_DAY',
				text.includes('0000-00-00')
					? `${quoted(text)} is not ${DESCRIPTION[type]}, but MySQL's zero date. To load NULL, add it to 'Read as NULL'`
					: `${quoted(text)} is not ${DESCRIPTION[type]}: there is no such day`,
			);
		case 'weekday':
			return new Misfit(
				'VALUE_WEEKDAY',
				`${quoted(text)} is not ${DESCRIPTION[type]}: that day is another day of the week`,
			);
		case 'time':
			return new Misfit(
				'VALUE_NO_TIME',
				`${quoted(text)} is not ${DESCRIPTION[type]}: what follows the day is no time`,
			);
		case 'zone':
			return new Misfit(
				'VALUE_NO_OFFSET',
				`${quoted(text)} is not ${DESCRIPTION[type]}: '${shortened(zoneWord)}' is no offset such as +02:00. Where no offset is written, 'Time Zone of Values' holds`,
			);
		default:
			return notOfType(text, type);
	}
}

export function notByPattern(text: string, type: ColumnType, pattern: string): Misfit {
	return new Misfit(
		'VALUE_DATE_FORMAT',
		`${quoted(text)} is not ${DESCRIPTION[type]} in the 'Date Format' ${pattern}`,
	);
}

const ORDER_WORDS: Record<number, string> = {
	1: 'the month first',
	2: 'the day first',
	4: 'the year first',
};

export function notByOrder(text: string, type: ColumnType, order: number): Misfit {
	return new Misfit(
		'VALUE_DATE_ORDER',
		`${quoted(text)} is not ${DESCRIPTION[type]} with ${ORDER_WORDS[order]}, as 'Date Order' says`,
	);
}

/** A text such as 31012024. */
export function noDayOfEightDigits(text: string, type: ColumnType): Misfit {
	return new Misfit(
		'VALUE_NO_SUCH_DAY',
		`${quoted(text)} is not ${DESCRIPTION[type]}: eight digits are read as yyyyMMdd, and there is no such day. 'Date Format' reads other orders`,
	);
}

/** A day that does not exist, with numbers that are one with the year first. */
export function noDayButYearFirst(text: string, type: ColumnType, isOtherWeekday: boolean): Misfit {
	const why = isOtherWeekday ? 'that day is another day of the week' : 'there is no such day';
	return new Misfit(
		isOtherWeekday ? 'VALUE_WEEKDAY' : 'VALUE_NO_SUCH_DAY',
		`${quoted(text)} is not ${DESCRIPTION[type]}: ${why}. If the year comes first, 'Date Order' can say so`,
	);
}

export function againstOrder(text: string, order: number): Misfit {
	return new Misfit(
		'VALUE_DATE_ORDERS_DIFFER',
		`${quoted(text)} contradicts earlier values of the column, which were read with ${ORDER_WORDS[order]}: set 'Date Order'`,
		true,
	);
}

export function unclearYear(text: string): Misfit {
	return new Misfit(
		'VALUE_DATE_ORDER_UNCLEAR',
		`${quoted(text)} can mean two dates, one with the year first and one with it last: set 'Date Order'`,
		true,
	);
}

export function unclearDay(text: string): Misfit {
	return new Misfit(
		'VALUE_DATE_ORDER_UNCLEAR',
		`${quoted(text)} can mean two dates, one with the day first and one with the month first: set 'Date Order'`,
		true,
	);
}

/** @param asDate what the number would be, in words, where it would be anything */
export function numberAsDateRefused(text: string, type: ColumnType, asDate: string): Misfit {
	return new Misfit(
		'VALUE_NUMBER_AS_DATE',
		`${shortened(text)} is a number and not ${DESCRIPTION[type]}${asDate === '' ? '' : `: ${asDate}`}. 'Numbers as Dates' says how to read it`,
	);
}

/** @param serial below those that Excel counts rightly */
export function serialTooSmall(text: string, type: ColumnType, serial: number): Misfit {
	if (serial >= 0 && serial < 1)
		return new Misfit(
			'VALUE_EXCEL_SERIAL',
			`${shortened(text)} is not ${DESCRIPTION[type]}: as an Excel serial it is a time of day without a day`,
		);
	return new Misfit(
		'VALUE_EXCEL_SERIAL',
		`${shortened(text)} is not ${DESCRIPTION[type]}: Excel's calendar is wrong below 61 (1 March 1900), which counts a 29 February 1900`,
	);
}

export function numberBeyondYears(text: string, type: ColumnType): Misfit {
	return new Misfit(
		'VALUE_OUT_OF_RANGE',
		`${shortened(text)} is not ${DESCRIPTION[type]}: as 'Numbers as Dates' reads it, it is beyond the years 0001 to 9999`,
	);
}

export function badDateFormat(pattern: string, fault: PatternFault, column?: string): InputError {
	const of = column === undefined ? "'Date Format'" : `'Date Format' of column '${column}' in 'Column Types'`;
	const message = `${of} is '${shortened(pattern)}'`;
	const tokens =
		"It takes Luxon's tokens yyyy yy M MM MMM MMMM d dd H HH h hh m mm s ss S SSS a Z ZZ ZZZ EEE EEEE, and other letters in single quotes, as in dd.MM.yyyy 'um' HH:mm.";
	if (fault === 'openQuote')
		return new InputError(
			'OPTION_DATE_FORMAT',
			`${message}, in which a quote is not closed. Nothing was sent`,
			tokens,
		);
	if ('token' in fault)
		return new InputError(
			'OPTION_DATE_FORMAT',
			`${message}, in which '${fault.token}' is no token. Nothing was sent`,
			tokens,
		);
	if (fault.missing === 'a')
		return new InputError(
			'OPTION_DATE_FORMAT',
			`${message}, whose hours (h) could be before or after noon. Nothing was sent`,
			"Add 'a' for AM or PM, or use 'H' for hours of a whole day.",
		);
	return new InputError(
		'OPTION_DATE_FORMAT',
		`${message}, which has no ${fault.missing}. Nothing was sent`,
		tokens,
	);
}

export function noSuchTimeZone(name: string): InputError {
	return new InputError(
		'OPTION_TIME_ZONE',
		`'Time Zone of Values' is '${shortened(name)}', which is no time zone. Nothing was sent`,
		'Use UTC, workflow, or a name such as Europe/Berlin or America/New_York.',
	);
}

export function columnTypeTwice(name: string): InputError {
	return new InputError(
		'OPTION_COLUMN_TYPES',
		`'Column Types' has two rows for '${shortened(name)}'. Nothing was sent`,
		'Remove one of them.',
	);
}

export function columnTypeWithoutName(): InputError {
	return new InputError(
		'OPTION_COLUMN_TYPES',
		"'Column Types' has a row without a column name. Nothing was sent",
		'Name the column, or remove the row. If the name comes from an expression, check what it gives.',
	);
}

export function noSuchColumnType(name: string, type: string): InputError {
	return new InputError(
		'COLUMN_TYPE_UNKNOWN',
		`'Column Types' gives '${shortened(name)}' the type '${shortened(type)}', which Domo does not know. Nothing was sent`,
		'Use one of STRING, DECIMAL, LONG, DOUBLE, DATE, DATETIME.',
	);
}

export function otherColumnType(name: string, type: ColumnType, given: ColumnType): InputError {
	return new InputError(
		'COLUMN_TYPE_DIFFERS',
		`'Column Types' gives '${name}' the type ${given}, but the DataSet's column is ${type}. Nothing was sent`,
		"Leave 'Type' empty for a column that exists: its other settings still hold. A column's type is changed in Domo.",
	);
}

export function noColumnOfType(name: string, names: readonly string[]): InputError {
	const known = names.slice(0, 20).map((each) => `'${each}'`);
	if (names.length > known.length) known.push(`${names.length - known.length} more`);
	return new InputError(
		'OPTION_COLUMN_TYPES',
		`'Column Types' has a row for '${shortened(name)}', which is no column. Nothing was sent`,
		`The columns are ${known.join(', ')}.`,
	);
}
