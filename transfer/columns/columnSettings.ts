/** How one column is to be read as far as the options say: those for all columns, and its row of 'Column Types'. */

import { COLUMN_TYPES, type Column, type ColumnType } from '../../domo/types';
import { DatePattern } from './datePattern';
import { NullWords } from './nullWords';
import { TimeZone } from './timeZones';
import {
	badDateFormat,
	columnTypeTwice,
	columnTypeWithoutName,
	noColumnOfType,
	noSuchColumnType,
	noSuchTimeZone,
	otherColumnType,
} from './valueFaults';
import type { ColumnTypeRow, DateOrder, DecimalSign, NumbersAsDates, ValueOptions } from './valueOptions';
import { looseName } from './looseName';

export interface ColumnSettings {
	/** The type that 'Column Types' gives the column, or null. */
	readonly givenType: ColumnType | null;
	/** Only this form is read, and Domo's own. */
	readonly pattern: DatePattern | null;
	readonly dateOrder: DateOrder;
	readonly decimalSign: DecimalSign;
	readonly nullWords: NullWords;
	readonly numbersAsDates: NumbersAsDates;
	readonly percentSigns: ValueOptions['percentSigns'];
	readonly emptyTextIsNull: boolean;
	readonly trimText: boolean;
	/** Of times without an offset. */
	readonly zone: TimeZone;
	/** Gives a JS Date its DATE. */
	readonly calendarZone: TimeZone;
	/** Whether an option names that zone. */
	readonly hasCalendarZone: boolean;
}

export class ColumnSettingsByName {
	private readonly shared: ColumnSettings;
	private readonly rowByName = new Map<string, ColumnTypeRow>();

	/** @throws InputError for a time zone or a date format that is none, or a column that is named twice */
	constructor(options: ValueOptions) {
		const { timeZone = '', workflowTimeZone } = options;
		const zone = zoneOf(timeZone.trim() === '' ? 'UTC' : timeZone.trim(), workflowTimeZone);
		this.shared = {
			givenType: null,
			pattern: patternOf(options.dateFormat),
			dateOrder: options.dateOrder,
			decimalSign: options.decimalSign,
			nullWords: new NullWords(options.readAsNull),
			numbersAsDates: options.numbersAsDates,
			percentSigns: options.percentSigns,
			emptyTextIsNull: options.emptyText === 'null',
			trimText: options.trimText,
			zone,
			calendarZone: timeZone.trim() === '' ? new TimeZone(workflowTimeZone) : zone,
			hasCalendarZone: timeZone.trim() !== '',
		};
		for (const row of options.columnTypes.column ?? []) {
			const key = looseName(row.name ?? '');
			if (key === '') {
				// An entry that was added and left as it is says nothing; one that says something must say of what.
				if (isSet(row)) throw columnTypeWithoutName();
				continue;
			}
			if (this.rowByName.has(key)) throw columnTypeTwice(row.name);
			if (row.type && !COLUMN_TYPES.includes(row.type)) throw noSuchColumnType(row.name, row.type);
			this.rowByName.set(key, row);
		}
	}

	/** @throws InputError for a date format that is none */
	of(columnName: string): ColumnSettings {
		const row = this.rowByName.get(looseName(columnName));
		if (row === undefined) return this.shared;
		const { shared } = this;
		return {
			...shared,
			givenType: row.type ? row.type : null,
			pattern: row.dateFormat?.trim() ? patternOf(row.dateFormat, row.name) : shared.pattern,
			dateOrder: row.dateOrder && row.dateOrder !== 'auto' ? row.dateOrder : shared.dateOrder,
			decimalSign: row.decimalSign && row.decimalSign !== 'auto' ? row.decimalSign : shared.decimalSign,
			nullWords: row.readAsNull?.trim() ? new NullWords(row.readAsNull) : shared.nullWords,
		};
	}

	/**
	 * Holds 'Column Types' against columns that exist.
	 *
	 * @throws InputError where a row has another type than its column
	 */
	checkTypes(columns: readonly Column[]): void {
		for (const { name, type } of columns) {
			const given = this.rowByName.get(looseName(name))?.type;
			if (given && given !== type) throw otherColumnType(name, type, given);
		}
	}

	/**
	 * @param names of all columns, those to be made included
	 * @throws InputError where a row of 'Column Types' names none of them
	 */
	checkNames(names: readonly string[]): void {
		const known = new Set(names.map(looseName));
		for (const [key, { name }] of this.rowByName)
			if (!known.has(key)) throw noColumnOfType(name, [...new Set(names)]);
	}
}

function isSet({ type, dateFormat, dateOrder, decimalSign, readAsNull }: ColumnTypeRow): boolean {
	const settings = [type, dateFormat, dateOrder, decimalSign, readAsNull];
	return settings.some((value) => value !== undefined && value !== 'auto' && value.trim() !== '');
}

function patternOf(text: string, column?: string): DatePattern | null {
	const pattern = text.trim();
	if (pattern === '') return null;
	const result = DatePattern.of(pattern);
	if (result instanceof DatePattern) return result;
	throw badDateFormat(pattern, result, column);
}

function zoneOf(name: string, workflowTimeZone: string): TimeZone {
	try {
		return new TimeZone(name === 'workflow' ? workflowTimeZone : name);
	} catch {
		throw noSuchTimeZone(name);
	}
}
