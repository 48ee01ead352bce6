/** 'Bad Values': what becomes of values that do not fit their columns, and of rows of a wrong length. */

import type { Code } from '../../domo/codes';
import { InputError } from '../inputError';
import {
	badValuesRefused,
	leftOutHint,
	tooManyBadRows,
	tooLargeShareOfBadRows,
	type ShownBadValue,
} from './badValueFaults';
import type { RowPlace } from './rowPlace';
import type { ValueOptions } from './valueOptions';

export type { RowPlace };

export interface BadValue {
	column: string;
	/** As it came. */
	value: unknown;
	code: Code;
	reason: string;
	/** It is in a key column, which can't be NULL: the row is left out in any case. */
	isKey?: boolean;
}

/** An item of the output 'Left Out Rows'. */
export interface LeftOutItem {
	/** The json. */
	json: Record<string, unknown>;
	/** The input item it came from. */
	inputItem: number | undefined;
}

/** So many values are named, the others counted. */
const MAX_SHOWN = 10;
const MAX_TEXT_LENGTH = 1000;
/** 'Max Bad Rows (%)' holds from so many rows on. */
const MIN_ROWS_FOR_SHARE = 100;

export class BadValues {
	readonly policy: ValueOptions['badValues'];
	/** Rows that were left out, or of which a value was replaced. */
	badRows = 0;
	badValues = 0;
	/** Of those, the rows that are loaded, and their values, which are loaded as NULL. */
	private nullRows = 0;
	private nullValues = 0;
	/** Where nothing is thrown: why the input is refused, whatever the option says. */
	alwaysRefused: InputError | null = null;
	readonly leftOut: LeftOutItem[] = [];
	/** Up to ten, for the summary, also where 'Refuse' leaves nothing out. */
	readonly firstBadRows: Array<Record<string, unknown>> = [];

	private readonly maxRows: number;
	private readonly maxPercent: number;
	private readonly shown: ShownBadValue[] = [];
	private readonly othersByColumn = new Map<string, number>();
	private hasWords = false;
	private firstItem: number | undefined;

	constructor(options: Pick<ValueOptions, 'badValues' | 'maxBadRows' | 'maxBadRowsPercent'>) {
		this.policy = options.badValues;
		this.maxRows = options.maxBadRows;
		this.maxPercent = options.maxBadRowsPercent;
	}

	/**
	 * Notes a row with values that do not fit.
	 *
	 * @param misfits all of the row, in the columns' order
	 * @param row the whole row, for the output; called only where it is kept
	 * @returns what is to be done with the row: left out, or loaded with NULL for each misfit
	 */
	addRow(place: RowPlace, misfits: readonly BadValue[], row: () => unknown): 'leaveOut' | 'null' {
		this.badRows++;
		this.badValues += misfits.length;
		this.show(place, misfits);
		const isLeftOut = this.policy !== 'null' || misfits.some(({ isKey }) => isKey);
		if (!isLeftOut) {
			this.nullRows++;
			this.nullValues += misfits.length;
		}
		if (this.badRows > this.maxRows) return isLeftOut ? 'leaveOut' : 'null';
		const named = isLeftOut ? misfits.slice(0, 1) : misfits;
		for (const { column, value, reason } of named)
			this.keep(place, { column, value: cut(value), reason }, row);
		return isLeftOut ? 'leaveOut' : 'null';
	}

	/** Notes a row that can't be loaded as a whole: it is too short or too long. */
	addRowFault(place: RowPlace, reason: string, row: () => unknown): void {
		this.badRows++;
		this.badValues++;
		this.show(place, [{ column: '', value: undefined, code: 'CSV_FIELD_COUNT', reason }]);
		if (this.badRows <= this.maxRows) this.keep(place, { reason }, row);
	}

	/** Notes, in a Dry Run, why the input is refused whatever the option says. The first reason counts. */
	refuseAlways(refusal: InputError): void {
		this.alwaysRefused ??= refusal;
	}

	/** Said once rows were left out or values replaced. */
	get hint(): string | null {
		const { policy, badRows, nullRows, nullValues } = this;
		if (badRows === 0 || policy === 'refuse') return null;
		return leftOutHint({ rows: badRows - nullRows, nullRows, nullValues });
	}

	/**
	 * Whether the input is to be refused for its bad values.
	 *
	 * @param rowsRead of the whole input, left-out ones included, once all of it was read
	 * @param outcome what has become of the upload by then, as a sentence
	 */
	refusal(rowsRead?: number, outcome = 'Nothing was sent.'): InputError | null {
		if (this.alwaysRefused !== null) return this.alwaysRefused;
		if (this.badRows === 0) return null;
		const { shown, firstItem } = this;
		if (this.policy === 'refuse') {
			return badValuesRefused(
				{ shown, count: this.badValues, othersByColumn: this.othersByColumn, hasWords: this.hasWords },
				outcome,
				firstItem,
			);
		}
		if (this.badRows > this.maxRows) return tooManyBadRows(this.maxRows, shown, outcome, firstItem);
		if (rowsRead === undefined || rowsRead < MIN_ROWS_FOR_SHARE) return null;
		if ((this.badRows / rowsRead) * 100 <= this.maxPercent) return null;
		const share = { badRows: this.badRows, rows: rowsRead, maxPercent: this.maxPercent };
		return tooLargeShareOfBadRows(share, shown, outcome, firstItem);
	}

	private show(place: RowPlace, misfits: readonly BadValue[]): void {
		this.firstItem ??= place.item;
		for (const { column, value, code, reason } of misfits) {
			if (typeof value === 'string' && isWord(value)) this.hasWords = true;
			if (this.shown.length < MAX_SHOWN) this.shown.push({ place, column, code, reason });
			else this.othersByColumn.set(column, (this.othersByColumn.get(column) ?? 0) + 1);
		}
	}

	private keep(place: RowPlace, what: Record<string, unknown>, row: () => unknown): void {
		const isFirst = this.firstBadRows.length < MAX_SHOWN;
		const isLeftOut = this.policy !== 'refuse';
		if (!isFirst && !isLeftOut) return;
		const { item } = place;
		const where =
			'line' in place
				? { line: place.line, ...(place.file === undefined ? {} : { file: place.file }) }
				: { item };
		const json = { ...where, ...what, row: cutTexts(row()) };
		if (isFirst) this.firstBadRows.push(json);
		if (isLeftOut) this.leftOut.push({ json, inputItem: item });
	}
}

/** What has no digit is more often a word for "nothing" than a number or day gone wrong. */
function isWord(text: string): boolean {
	return text.length <= 30 && !/\d/.test(text);
}

function cut(value: unknown): unknown {
	if (typeof value === 'string')
		return value.length > MAX_TEXT_LENGTH ? value.slice(0, MAX_TEXT_LENGTH) : value;
	return typeof value === 'bigint' ? String(value) : value;
}

function cutTexts(row: unknown): unknown {
	if (typeof row !== 'object' || row === null) return row;
	if (Array.isArray(row)) return row.map(cut);
	return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cut(value)]));
}
