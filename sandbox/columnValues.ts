import type { ColumnType } from '../domo/types';
import type { Settings } from './options';

const INTEGER = /^-?\d+$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;
const DOUBLE = /^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d';
const DATETIME: Record<Settings['datetimeForms'], RegExp> = {
	T: new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)T${TIME}$`),
	TOrSpace: new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)[T ]${TIME}$`),
	any: new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)[T ]${TIME}(\\.\\d{1,9})?(Z|[+-]\\d\\d:?\\d\\d)?$`),
};
const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;

function isLong(text: string): boolean {
	if (!INTEGER.test(text)) return false;
	if (text.length < 19) return true;
	const value = BigInt(text);
	return value >= MIN_LONG && value <= MAX_LONG;
}

function isDate(text: string): boolean {
	const match = DATE.exec(text);
	if (!match) return false;
	const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
	const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
	const daysInMonth = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
	return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth[month - 1];
}

function isDateTime(text: string, forms: Settings['datetimeForms']): boolean {
	const match = DATETIME[forms].exec(text);
	return match !== null && isDate(match[1]);
}

/** Whether a non-NULL CSV value fits a column of the type, judged as strictly as Domo might. */
export const FITS: Record<ColumnType, (text: string, settings: Settings) => boolean> = {
	STRING: () => true,
	LONG: isLong,
	DECIMAL: (text) => DECIMAL.test(text),
	DOUBLE: (text) => DOUBLE.test(text) && Number.isFinite(Number(text)),
	DATE: isDate,
	DATETIME: (text, { datetimeForms }) => isDateTime(text, datetimeForms),
};
