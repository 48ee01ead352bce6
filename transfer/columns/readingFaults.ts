/** Messages about how whole columns are read: what is unclear, what contradicts, what an inferred column became. */

import { InputError } from '../inputError';
import type { ColumnHint } from './columnHints';
import type { Sample } from './sample';
import type { ReadingRefusal, Where } from './settling';
import { counted } from '../shownNumber';
import { quoted } from './textInMessage';

const DECIMAL_SIGN = "Set 'Decimal Sign' under 'Value Options', or in 'Column Types' for this column alone.";
const DATE_ORDER =
	"Set 'Date Order' (or 'Date Format') under 'Value Options', or in 'Column Types' for this column alone.";

function at({ text, place }: Sample, where: Where): string {
	return `${quoted(text)} (${where(place)})`;
}

/** "'1,234' (item 0) and '5,678' (item 1)"; the same text is named once */
function each(samples: readonly Sample[], where: Where): string {
	const texts = samples.map(({ text }) => text);
	return samples
		.filter(({ text }, index) => texts.indexOf(text) === index)
		.map((sample) => at(sample, where))
		.join(' and ');
}

export function readingsRefused(refusals: readonly ReadingRefusal[]): InputError {
	const shown = refusals.slice(0, 5).map(({ column, message }) => `Column '${column}': ${message}`);
	if (refusals.length > shown.length) {
		const others = refusals.slice(shown.length).map(({ column }) => `'${column}'`);
		shown.push(`The same of ${others.length} more: ${others.slice(0, 20).join(', ')}`);
	}
	const advice = [...new Set(refusals.map((refusal) => refusal.advice))];
	const [{ code, column }] = refusals;
	return new InputError(code, `${shown.join('. ')}. Nothing was sent`, advice.join(' '), undefined, {
		column,
	});
}

export function unclearSigns(column: string, samples: readonly Sample[], where: Where): ReadingRefusal {
	return {
		column,
		code: 'COLUMN_DECIMAL_SIGN_UNCLEAR',
		message: `${each(samples, where)} can mean two numbers, one with a decimal sign and one with grouped digits, and no other value in the column settles which`,
		advice: DECIMAL_SIGN,
	};
}

export function slicedSigns(column: string, samples: readonly Sample[], where: Where): ReadingRefusal {
	return {
		column,
		code: 'COLUMN_DECIMAL_SIGN_UNCLEAR',
		message: `${each(samples, where)} can't be read for sure, because an upload of single parts sees only a slice of the table: its commas and points may be decimal signs or group digits`,
		advice: DECIMAL_SIGN,
	};
}

export function contradictingSigns(
	column: string,
	point: Sample,
	comma: Sample,
	where: Where,
): ReadingRefusal {
	const both = [point, comma].sort((one, other) => one.place - other.place);
	return {
		column,
		code: 'COLUMN_DECIMAL_SIGNS_DIFFER',
		message: `${each(both, where)} contradict each other: one has a decimal point, the other a decimal comma`,
		advice: `Make them alike, or say which it is: the other values are then refused, or treated as 'Bad Values' says. ${DECIMAL_SIGN}`,
	};
}

export function pointsBesideCommas(
	column: string,
	samples: readonly Sample[],
	commaColumn: string,
	where: Where,
): ReadingRefusal {
	return {
		column,
		code: 'COLUMN_DECIMAL_SIGN_UNCLEAR',
		message: `${each(samples, where)} can mean two numbers: the point may be a decimal point or group digits, as column '${commaColumn}' has a decimal comma`,
		advice: DECIMAL_SIGN,
	};
}

/** As pointsBesideCommas, where the other column's comma came behind the values that decide. */
export function pointsBesideLateCommas(column: string, text: string, commaColumn: string): InputError {
	return new InputError(
		'COLUMN_DECIMAL_SIGN_UNCLEAR',
		`Column '${column}': ${quoted(text)} can mean two numbers: the point may be a decimal point or group digits, as later values of column '${commaColumn}' have a decimal comma`,
		DECIMAL_SIGN,
		undefined,
		{ column },
	);
}

export function twoCurrencies(column: string, one: Sample, other: Sample, where: Where): ReadingRefusal {
	return {
		column,
		code: 'COLUMN_CURRENCIES_DIFFER',
		message: `${each([one, other], where)} are two currencies in one column`,
		advice:
			'A sum of both would mean nothing: give each currency a column of its own, or load the amounts as STRING.',
	};
}

export function unclearOrder(column: string, samples: readonly Sample[], where: Where): ReadingRefusal {
	return {
		column,
		code: 'COLUMN_DATE_ORDER_UNCLEAR',
		message: `${each(samples, where)} can mean two dates, one with the day first and one with the month first, and no other value in the column settles which`,
		advice: DATE_ORDER,
	};
}

export function contradictingOrders(
	column: string,
	one: Sample,
	other: Sample,
	where: Where,
): ReadingRefusal {
	const both = [one, other].sort((a, b) => a.place - b.place);
	return {
		column,
		code: 'COLUMN_DATE_ORDERS_DIFFER',
		message: `${each(both, where)} contradict each other: their day, month and year are not in the same order`,
		advice: `Make them alike, or say which it is: the other values are then refused, or treated as 'Bad Values' says. ${DATE_ORDER}`,
	};
}

export function looksYearFirst(column: string, samples: readonly Sample[], where: Where): ReadingRefusal {
	return {
		column,
		code: 'COLUMN_DATE_ORDER_UNCLEAR',
		message: `${each(samples, where)} may have the year first: every value of the column could, and the last numbers vary more than the first`,
		advice: DATE_ORDER,
	};
}

/** Of a slice, in which nothing but an option settles that. */
export function unclearYear(column: string, samples: readonly Sample[], where: Where): ReadingRefusal {
	return {
		column,
		code: 'COLUMN_DATE_ORDER_UNCLEAR',
		message: `${each(samples, where)} can mean two dates, one with the year first and one with it last, which a part of the rows can't settle`,
		advice: DATE_ORDER,
	};
}

export function yearFirstBesideLast(
	column: string,
	yearFirst: Sample,
	other: Sample,
	where: Where,
): ReadingRefusal {
	return {
		column,
		code: 'COLUMN_DATE_ORDER_UNCLEAR',
		message: `${each([yearFirst], where)} is a day only with the year first, and ${each([other], where)} may have it last`,
		advice: DATE_ORDER,
	};
}

const ALMOST = {
	percent: ['has a percent sign', 'have a percent sign', "'Percent Signs' reads them as numbers."],
	leadingZero: [
		'begins with a zero that a number would lose',
		'begin with a zero that a number would lose',
		"'Column Types' can make it LONG.",
	],
	plus: [
		'begins with a plus sign that a number would lose',
		'begin with a plus sign that a number would lose',
		"'Column Types' can make it LONG.",
	],
	huge: [
		'is an integer beyond 64 bits',
		'are integers beyond 64 bits',
		"'Column Types' can make it DECIMAL.",
	],
	wordAmongNumbers: ['is no number', 'are no number', "'Read as NULL' takes such words."],
	wordAmongDays: ['is no day', 'are no day', "'Read as NULL' takes such words."],
	noNumber: ['is no number', 'are no number', "'Column Types' can set its type."],
	noDay: ['is no day', 'are no day', "'Column Types' can set its type."],
} as const;

/** "'Amount' became STRING: 3 of 12,000 values are no number, the first 'N/A' in line 7. 'Read as NULL' takes such words." */
export function almostHadType(
	column: string,
	why: keyof typeof ALMOST,
	odd: { count: number; first: Sample | null },
	total: number,
	where: Where,
): ColumnHint {
	const [one, several, advice] = ALMOST[why];
	const first =
		odd.first === null ? '' : `, the first ${quoted(odd.first.text)} in ${where(odd.first.place)}`;
	return {
		column,
		text: `'${column}' became STRING: ${counted(odd.count)} of ${counted(total)} values ${odd.count === 1 ? one : several}${first}. ${advice}`,
		count: total,
	};
}

export function lostDigits(column: string, count: number, first: Sample, where: Where): ColumnHint {
	return {
		column,
		text: `'${column}' became DOUBLE: ${counted(count)} ${count === 1 ? 'value is a JavaScript number' : 'values are JavaScript numbers'} beyond ±2^53, the first ${first.text} in ${where(first.place)}, which may have lost digits already.`,
		count,
	};
}
