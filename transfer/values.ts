/**
 * How one value becomes the text of a column, or does not fit it. The check before an upload and the encoding
 * both ask here, so what was checked is what is sent.
 */

import type { ColumnType } from '../domo/types';
import {
	dateFromLuxon,
	dateFromText,
	dateTimeFromMillis,
	dateTimeFromText,
	isJsDate,
	isLuxonDateTime,
	ZonedCalendar,
} from './dates';
import { decimalFromText, doubleFromText, isInt64, longFromText, plainDecimal } from './numbers';

/** Why a value cannot stand in its column, with what to do where that is not plain. */
export class Misfit {
	constructor(readonly reason: string) {}
}

/** A column's text of one value; null is Domo's NULL. */
export type ValueText = string | null | Misfit;

const DESCRIPTION: Record<ColumnType, string> = {
	STRING: 'a text (STRING)',
	LONG: 'an integer of 64 bits (LONG)',
	DECIMAL: 'a decimal number without an exponent (DECIMAL)',
	DOUBLE: 'a number (DOUBLE)',
	DATE: 'a day as yyyy-MM-dd (DATE)',
	DATETIME: 'a time as yyyy-MM-ddTHH:mm:ss (DATETIME)',
};

const DIGITS_LOST = 'a JavaScript number beyond ±2^53 has lost digits already: give it as text';

/** Turns values into the texts of Domo's column types. */
export class ValueTexts {
	private readonly calendar: ZonedCalendar;

	/** @param timeZone IANA name of the zone whose calendar gives a JS Date its DATE, normally the workflow's */
	constructor(timeZone: string) {
		this.calendar = new ZonedCalendar(timeZone);
	}

	/**
	 * @param value an item's value: anything a Code node can make
	 * @returns the text (not yet quoted for CSV), null for NULL (null, undefined, NaN), or a Misfit
	 */
	textOf(value: unknown, type: ColumnType): ValueText {
		switch (typeof value) {
			case 'string':
				return this.fromString(value, type);
			case 'number':
				return Number.isNaN(value) ? null : fromNumber(value, type);
			case 'boolean':
				return fromBoolean(value, type);
			case 'bigint':
				return fromBigint(value, type);
			case 'undefined':
				return null;
			case 'object':
				return value === null ? null : this.fromObject(value, type);
			default:
				return new Misfit(`a ${typeof value} is not ${DESCRIPTION[type]}`);
		}
	}

	/** Whether textOf gives no Misfit; for the commonest values without making a text. */
	fits(value: unknown, type: ColumnType): boolean {
		if (typeof value === 'string') {
			if (type === 'STRING') return isWellFormed(value);
		} else if (typeof value === 'number') {
			if (type !== 'DATE' && type !== 'DATETIME') {
				if (isSmallInteger(value)) return true;
				if (type !== 'LONG') return Number.isFinite(value) || Number.isNaN(value);
			}
		} else if (value === null || value === undefined) {
			return true;
		}
		return !(this.textOf(value, type) instanceof Misfit);
	}

	private fromString(text: string, type: ColumnType): ValueText {
		if (type === 'STRING') return isWellFormed(text) ? text : new Misfit(loneSurrogate(text));
		if (text === '') {
			return new Misfit(`an empty text is not ${DESCRIPTION[type]}: use null for an empty cell`);
		}
		const result =
			type === 'LONG'
				? longFromText(text)
				: type === 'DECIMAL'
					? decimalFromText(text)
					: type === 'DOUBLE'
						? doubleFromText(text)
						: type === 'DATE'
							? dateFromText(text)
							: dateTimeFromText(text);
		return result ?? new Misfit(`${quoted(text)} is not ${DESCRIPTION[type]}`);
	}

	private fromObject(value: object, type: ColumnType): ValueText {
		const isDate = isJsDate(value);
		if (isDate || isLuxonDateTime(value)) {
			if (type === 'DATE') {
				return (isDate ? this.calendar.dayOf(value) : dateFromLuxon(value)) ?? noSuchDate(value);
			}
			const millis = isDate ? value.getTime() : value.toMillis();
			if (type === 'DATETIME') return dateTimeFromMillis(millis) ?? noSuchDate(value);
			if (type === 'STRING') {
				if (Number.isNaN(millis)) return noSuchDate(value);
				return isDate ? value.toISOString() : (value.toISO() ?? noSuchDate(value));
			}
			return new Misfit(`a date is not ${DESCRIPTION[type]}`);
		}
		if (type === 'STRING') return jsonText(value);
		return new Misfit(`${Array.isArray(value) ? 'an array' : 'an object'} is not ${DESCRIPTION[type]}`);
	}
}

/** Whether the number is an integer of 32 bits: it then fits every column but DATE and DATETIME, as its digits. */
export function isSmallInteger(value: number): boolean {
	return (value | 0) === value;
}

function fromNumber(value: number, type: ColumnType): ValueText {
	if (!Number.isFinite(value)) return new Misfit(`${value} is not ${DESCRIPTION[type]}`);
	switch (type) {
		case 'LONG':
			if (Number.isSafeInteger(value)) return plainDecimal(value);
			return new Misfit(
				Number.isInteger(value)
					? `${value} is not surely the integer meant (LONG): ${DIGITS_LOST}`
					: `${value} is not ${DESCRIPTION[type]}`,
			);
		case 'DECIMAL':
			return plainDecimal(value);
		case 'DOUBLE':
		case 'STRING':
			return String(value);
		default:
			return new Misfit(`the number ${value} is not ${DESCRIPTION[type]}: give ISO text or a date`);
	}
}

function fromBoolean(value: boolean, type: ColumnType): ValueText {
	if (type === 'STRING') return value ? 'true' : 'false';
	if (type === 'DATE' || type === 'DATETIME') return new Misfit(`${value} is not ${DESCRIPTION[type]}`);
	return value ? '1' : '0';
}

function fromBigint(value: bigint, type: ColumnType): ValueText {
	if (type === 'DATE' || type === 'DATETIME' || (type === 'LONG' && !isInt64(value))) {
		return new Misfit(`${shortened(String(value))} is not ${DESCRIPTION[type]}`);
	}
	if (type === 'DOUBLE' && !Number.isFinite(Number(value))) {
		return new Misfit(`${shortened(String(value))} is not ${DESCRIPTION[type]}`);
	}
	return String(value);
}

function jsonText(value: object): ValueText {
	try {
		return JSON.stringify(value) ?? new Misfit('an object without a JSON form is not a text (STRING)');
	} catch (error) {
		return new Misfit(
			`an object cannot be written as JSON (${error instanceof Error ? error.message.split('\n')[0] : 'no JSON form'})`,
		);
	}
}

function noSuchDate(value: object): Misfit {
	const valid =
		value instanceof Date ? !Number.isNaN(value.getTime()) : isLuxonDateTime(value) && value.isValid;
	return new Misfit(
		valid ? 'a date beyond the years 0001 to 9999 does not fit' : 'an invalid date does not fit',
	);
}

/** In the types of TypeScript only from ES2024 on; in Node since 20. At once for texts of one byte a character. */
function isWellFormed(text: string): boolean {
	return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

function loneSurrogate(text: string): string {
	return `${quoted(text)} holds half of a character (a lone surrogate), which UTF-8 cannot carry: was it cut inside an emoji?`;
}

function quoted(text: string): string {
	return `'${shortened(text)}'`;
}

/** A message shows no more of a value than this. */
const MAX_SHOWN = 60;

function shortened(text: string): string {
	return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
