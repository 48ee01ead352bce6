/** What a column's days say about the order of their day, month and year. */

import type { CommonDate } from './commonDates';
import { DAY_FIRST, MONTH_FIRST, YEAR_FIRST, type DateText } from './dateText';
import { sample, type Place, type Sample } from './sample';
import { YearPlace } from './yearPlace';

/** Days whose years have four digits, and those whose years have two: only these can have the year first. */
class OrderSamples {
	monthFirst: Sample | null = null;
	dayFirst: Sample | null = null;
	/** Read both ways, as two days: the first two. */
	readonly both: Sample[] = [];

	add(orders: number, isSameDay: boolean, text: string, place: Place): void {
		if (orders === MONTH_FIRST) this.monthFirst ??= sample(text, place);
		else if (orders === DAY_FIRST) this.dayFirst ??= sample(text, place);
		else if (!isSameDay && this.both.length < 2) this.both.push(sample(text, place));
	}
}

export class DateEvidence {
	readonly fourDigits = new OrderSamples();
	readonly twoDigits = new OrderSamples();
	/** With a year of two digits that can only be first. */
	yearFirst: Sample | null = null;
	/** With a year of two digits that can only be last. */
	notYearFirst: Sample | null = null;
	/** With points and a year of two digits that could be first, but for the points. */
	pointsDayFirst: Sample | null = null;
	/** With a year of two digits that could be first, or last. */
	yearFirstOrLast: Sample | null = null;
	/** The first two of those with a year of two digits that could be first. */
	readonly maybeYearFirst: Sample[] = [];
	/** Of those with slashes or dashes. */
	readonly yearPlace = new YearPlace();
	/** A day with slashes or dashes has a year of four digits at its end. */
	private yearIsLast = false;

	/** Notes a day that was taken apart. */
	add(date: DateText, text: string, place: Place): void {
		if (!date.isTriple || date.isHardlyYearFirst) return;
		const { orders } = date;
		if (date.isDayFirst) {
			// Points and names say nothing of slashes and dashes.
			if (date.hasTwoDigitYear && orders & YEAR_FIRST) this.pointsDayFirst ??= sample(text, place);
			return;
		}
		const monthOrDay = orders & (MONTH_FIRST | DAY_FIRST);
		const isSameDay = date.first === date.second;
		if (!date.hasTwoDigitYear) {
			this.yearIsLast = true;
			if (monthOrDay !== 0) this.fourDigits.add(monthOrDay, isSameDay, text, place);
			return;
		}
		this.yearPlace.add(date);
		if (!date.canHaveYearFirst) this.notYearFirst ??= sample(text, place);
		else if (!date.canHaveYearLast) this.yearFirst ??= sample(text, place);
		else {
			this.yearFirstOrLast ??= sample(text, place);
			if (this.maybeYearFirst.length < 2) this.maybeYearFirst.push(sample(text, place));
		}
		if (monthOrDay !== 0) this.twoDigits.add(monthOrDay, isSameDay, text, place);
	}

	/** Whether a day of a common form says nothing that is not noted already. */
	knows({ hasPoints, orders, first, second }: CommonDate): boolean {
		if (hasPoints) return true;
		if (!this.yearIsLast) return false;
		const { monthFirst, dayFirst, both } = this.fourDigits;
		if (orders === MONTH_FIRST) return monthFirst !== null;
		if (orders === DAY_FIRST) return dayFirst !== null;
		return first === second || both.length === 2;
	}

	/** The same of days with slashes or dashes that have that order, or both. */
	knowsOrder(order: number): boolean {
		const { monthFirst, dayFirst, both } = this.fourDigits;
		const only = order === MONTH_FIRST ? monthFirst : order === DAY_FIRST ? dayFirst : null;
		return this.yearIsLast && only !== null && both.length === 2;
	}

	/** Notes a day of a common form: its year is last, and of four digits. */
	addCommon(common: CommonDate, text: string, place: Place): void {
		if (common.hasPoints) return;
		this.yearIsLast = true;
		this.fourDigits.add(common.orders, common.first === common.second, text, place);
	}

	/** Whether every day could have its year first, and the last numbers take more values than the first. */
	get looksYearFirst(): boolean {
		return !this.yearIsLast && this.yearPlace.looksFirst;
	}
}
