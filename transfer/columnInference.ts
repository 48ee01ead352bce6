/** Column types from all values of an input, never from a sample. */

import type { Column, ColumnType } from '../domo/types';
import { isDateText, isIsoDateTimeText, isJsDate, isLuxonDateTime } from './dates';
import { isInt64 } from './numbers';

/** One bit for each kind of value, so that a column's kinds are one number. */
const LONG = 1;
const DECIMAL = 2;
const DOUBLE = 4;
const DATE = 8;
const DATETIME = 16;
const TEXT = 32;

const INTEGER_TEXT = /^(?:0|-?[1-9]\d*)$/;
const DECIMAL_TEXT = /^-?(?:0|[1-9]\d*)\.\d+$/;
const EXPONENT_TEXT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?[eE][+-]?\d+$/;

/** Collects values by column name; any source of rows can feed it (a CSV file gives its fields as text). */
export class ColumnInference {
	private readonly kindsByName = new Map<string, number>();

	/** Notes one value; null, undefined and NaN make the column known but say nothing about its type. */
	add(name: string, value: unknown): void {
		const kinds = this.kindsByName.get(name);
		if (kinds === undefined) this.kindsByName.set(name, kindOf(value));
		else if (kinds < TEXT) {
			const all = kinds | kindOf(value);
			if (all !== kinds) this.kindsByName.set(name, all);
		}
	}

	/** @returns the columns in order of first appearance; checkColumns has still to judge their names */
	columns(): Column[] {
		return [...this.kindsByName].map(([name, kinds]) => ({ name, type: typeOf(kinds) }));
	}
}

function kindOf(value: unknown): number {
	switch (typeof value) {
		case 'string':
			return kindOfText(value);
		case 'number':
			if (Number.isNaN(value)) return 0;
			// Beyond ±2^53 the digits are lost already, so it is no exact integer any more.
			return Number.isSafeInteger(value) ? LONG : DOUBLE;
		case 'bigint':
			return isInt64(value) ? LONG : TEXT;
		case 'undefined':
			return 0;
		case 'object':
			if (value === null) return 0;
			return isJsDate(value) || isLuxonDateTime(value) ? DATETIME : TEXT;
		default:
			return TEXT;
	}
}

function kindOfText(text: string): number {
	const first = text.charCodeAt(0);
	// Every other kind starts with a digit or a minus sign.
	if (!((first >= 48 && first <= 57) || first === 45)) return TEXT;
	if (INTEGER_TEXT.test(text))
		return text.length <= 16 || (text.length <= 20 && isInt64(BigInt(text))) ? LONG : TEXT;
	if (DECIMAL_TEXT.test(text)) return DECIMAL;
	if (isDateText(text)) return DATE;
	if (isIsoDateTimeText(text)) return DATETIME;
	return EXPONENT_TEXT.test(text) && Number.isFinite(Number(text)) ? DOUBLE : TEXT;
}

function typeOf(kinds: number): ColumnType {
	if (kinds === 0 || kinds >= TEXT) return 'STRING';
	if (kinds === LONG) return 'LONG';
	if (kinds === DATE) return 'DATE';
	if (kinds < DATE) return kinds & DOUBLE ? 'DOUBLE' : 'DECIMAL';
	return (kinds & (LONG | DECIMAL | DOUBLE)) === 0 ? 'DATETIME' : 'STRING';
}
