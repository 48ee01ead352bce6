import { DAY_FIRST, MONTH_FIRST, YEAR_FIRST } from './dateText';
import {
	contradictingOrders,
	looksYearFirst,
	unclearOrder,
	unclearYear,
	yearFirstBesideLast,
} from './readingFaults';
import type { Sample } from './sample';
import type { ColumnToSettle, ReadingRefusal, SettlingScope, Where } from './settling';

export interface SettledOrder {
	dateOrder: number;
	shortDateOrder: number;
	shortDays: number;
	yearsFirst: number;
	orderBy: 'option' | 'values';
}

/** Finds the order of day, month and year in a column's days. */
export function settleDateOrder(
	{ name, settings, evidence }: ColumnToSettle,
	where: Where,
	scope: SettlingScope,
): SettledOrder | { refusal: ReadingRefusal } {
	const {
		fourDigits,
		twoDigits,
		yearFirst,
		notYearFirst,
		pointsDayFirst,
		yearFirstOrLast,
		maybeYearFirst,
		looksYearFirst: looks,
		yearPlace,
	} = evidence.dates;
	if (settings.dateOrder === 'monthFirst') return byOption(MONTH_FIRST, MONTH_FIRST);
	if (settings.dateOrder === 'dayFirst') return byOption(DAY_FIRST, DAY_FIRST);
	const isYearFirst = settings.dateOrder === 'yearFirst' || yearFirst !== null;
	if (settings.dateOrder === 'auto') {
		const yearLast = notYearFirst ?? pointsDayFirst;
		if (yearFirst !== null && yearLast !== null) {
			return { refusal: contradictingOrders(name, yearFirst, yearLast, where) };
		}
		if (yearFirstOrLast !== null && scope === 'slice')
			return { refusal: unclearYear(name, maybeYearFirst, where) };
		if (yearFirst !== null && yearFirstOrLast !== null && !yearPlace.isFirst)
			return { refusal: yearFirstBesideLast(name, yearFirst, yearFirstOrLast, where) };
		if (yearFirst === null && looks) return { refusal: looksYearFirst(name, maybeYearFirst, where) };
	}
	const samples = isYearFirst ? [fourDigits] : [fourDigits, twoDigits];
	const first = (of: (samples: typeof fourDigits) => Sample | null | undefined): Sample | null => {
		const found = samples.map(of).filter((each): each is Sample => each !== null && each !== undefined);
		return found.sort((one, other) => one.place - other.place)[0] ?? null;
	};
	const monthFirst = first((each) => each.monthFirst);
	const dayFirst = first((each) => each.dayFirst);
	if (monthFirst !== null && dayFirst !== null) {
		return { refusal: contradictingOrders(name, monthFirst, dayFirst, where) };
	}
	const both = samples.flatMap((each) => each.both).sort((one, other) => one.place - other.place);
	const order = monthFirst !== null ? MONTH_FIRST : dayFirst !== null ? DAY_FIRST : 0;
	if (both.length > 0 && (order === 0 || scope === 'slice')) {
		return { refusal: unclearOrder(name, both.slice(0, 2), where) };
	}
	return {
		dateOrder: order,
		shortDateOrder: isYearFirst ? YEAR_FIRST : order,
		shortDays: yearPlace.days,
		yearsFirst: yearPlace.onlyFirst,
		orderBy: settings.dateOrder === 'auto' ? 'values' : 'option',
	};
}

function byOption(dateOrder: number, shortDateOrder: number): SettledOrder {
	return { dateOrder, shortDateOrder, shortDays: 0, yearsFirst: 0, orderBy: 'option' };
}
