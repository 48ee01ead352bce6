/** The options of 'Value Options', as a person sets them: how the values of rows and files are read. */

import type { ColumnType } from '../../domo/types';

export type DateOrder = 'auto' | 'monthFirst' | 'dayFirst' | 'yearFirst';
export type DecimalSign = 'auto' | 'point' | 'comma';
export type NumbersAsDates = 'refuse' | 'excel' | 'unixSeconds' | 'unixMilliseconds';

/** A row of 'Column Types': what is absent or empty is as for all columns. */
export interface ColumnTypeRow {
	name: string;
	type?: ColumnType | '';
	dateFormat?: string;
	dateOrder?: DateOrder | '';
	decimalSign?: DecimalSign | '';
	readAsNull?: string;
}

export interface ValueOptions {
	badValues: 'refuse' | 'leaveOut' | 'null';
	maxBadRows: number;
	maxBadRowsPercent: number;
	columnTypes: { column?: readonly ColumnTypeRow[] };
	/** A pattern in Luxon's tokens, or nothing. */
	dateFormat: string;
	dateOrder: DateOrder;
	decimalSign: DecimalSign;
	emptyText: 'keep' | 'null';
	numbersAsDates: NumbersAsDates;
	percentSigns: 'refuse' | 'fraction' | 'number';
	/** Words parted by commas. */
	readAsNull: string;
	/** `UTC`, `workflow` or an IANA name; undefined where it is not set: UTC, but a JS Date's DATE is the workflow's day. */
	timeZone?: string;
	trimText: boolean;
	/** IANA name of the workflow's time zone. */
	workflowTimeZone: string;
}

export const DEFAULT_VALUE_OPTIONS: ValueOptions = {
	badValues: 'refuse',
	maxBadRows: 1000,
	maxBadRowsPercent: 10,
	columnTypes: {},
	dateFormat: '',
	dateOrder: 'auto',
	decimalSign: 'auto',
	emptyText: 'keep',
	numbersAsDates: 'refuse',
	percentSigns: 'refuse',
	readAsNull: '',
	trimText: false,
	workflowTimeZone: 'UTC',
};
