import type { ColumnType } from '../../domo/types';
import type { ColumnSettings } from './columnSettings';
import type { Clock } from './dayClocks';

/** How a column is read: what the options and the values that decide have settled. */
export interface ColumnReading {
	readonly name: string;
	readonly type: ColumnType;
	readonly settings: ColumnSettings;
	/** Of a column of numbers; null where nothing says. */
	readonly decimalSign: 'point' | 'comma' | null;
	/** An option says so, the values do, or only `1.234`, whose points could also group. */
	readonly signBy: 'option' | 'values' | 'unclear';
	/** The first `1.234` where every number with a point could also be grouped. */
	readonly groupablePoint: string | null;
	/** Another column of the input has a decimal comma, so that `1.234` of this one has two readings. */
	readonly commaColumn: string | null;
	/** Of days with slashes or dashes and a year of four digits: MONTH_FIRST, DAY_FIRST, or 0 where nothing says. */
	readonly dateOrder: number;
	/** The same of years of two digits, which may be YEAR_FIRST, too. */
	readonly shortDateOrder: number;
	/** Of the values that decide, how many different days with a year of two digits; and with one that can only be first. */
	readonly shortDays: number;
	readonly yearsFirst: number;
	readonly orderBy: 'option' | 'values';
	/** Another zone in which all JS Dates are midnight: perhaps they are its days, which a hint says. */
	readonly midnightElsewhere: Clock | null;
	/** The input is a slice of a table: a reading that is not settled by now stays so. */
	readonly isSlice: boolean;
	/** The currency of the values that decide, as ISO 4217 has it. */
	readonly currency: string | null;
}
