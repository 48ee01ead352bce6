/** What a column's days say about the order of their day, month and year. */

import type { CommonDate } from './commonDates';
import { DAY_FIRST, MONTH_FIRST, YEAR_FIRST, type DateText } from './dateText';
import { sample, type Place, type Sample } from './sample';

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
	/** With a year of two digits, and only with the year first. */
	yearFirst: Sample | null = null;
	/** With a year of two digits, and not with the year first. */
	notYearFirst: Sample | null = null;
	/** With points and a year of two digits that could be first, but for the points. */
	pointsDayFirst: Sample | null = null;
	/** With a year of two digits that could be first, or last. */
	yearFirstOrLast: Sample | null = null;
	/** The first two of those with a year of two digits that could be first. */
	readonly maybeYearFirst: Sample[] = [];
	/** A day that can't have its year first, of whatever form. */
	private yearIsLast = false;
	private readonly firsts = new Set<number>();
	private readonly thirds = new Set<number>();

	/** Notes a day that was taken apart. */
	add(date: DateText, text: string, place: Place): void {
		if (!date.isTriple) {
			if (!date.beginsWithYear) this.yearIsLast = true;
			return;
		}
		const { orders } = date;
		if (date.isHardlyYearFirst) return;
		// Points always have the day first: they say nothing of slashes and dashes.
		const monthOrDay = date.hasPoints ? 0 : orders & (MONTH_FIRST | DAY_FIRST);
		const isSameDay = date.first === date.second;
		if (!date.hasTwoDigitYear) {
			this.yearIsLast = true;
			if (monthOrDay !== 0) this.fourDigits.add(monthOrDay, isSameDay, text, place);
			return;
		}
		if (orders & YEAR_FIRST) {
			if (this.maybeYearFirst.length < 2) this.maybeYearFirst.push(sample(text, place));
			this.firsts.add(date.first);
			this.thirds.add(date.third);
			if (date.hasPoints) this.pointsDayFirst ??= sample(text, place);
			if (orders !== YEAR_FIRST) this.yearFirstOrLast ??= sample(text, place);
		} else {
			this.yearIsLast = true;
			this.notYearFirst ??= sample(text, place);
		}
		if (orders === YEAR_FIRST) this.yearFirst ??= sample(text, place);
		else if (monthOrDay !== 0) this.twoDigits.add(monthOrDay, isSameDay, text, place);
	}

	/** Whether a day of a common form says nothing that is not noted already. */
	knows({ hasPoints, orders, first, second }: CommonDate): boolean {
		if (!this.yearIsLast || hasPoints) return this.yearIsLast;
		const { monthFirst, dayFirst, both } = this.fourDigits;
		if (orders === MONTH_FIRST) return monthFirst !== null;
		if (orders === DAY_FIRST) return dayFirst !== null;
		return first === second || both.length === 2;
	}

	/** Whether no day with points and a year of four digits says anything that is not noted already. */
	get knowsPoints(): boolean {
		return this.yearIsLast;
	}

	/** The same of a day that has that order, or both. */
	knowsOrder(order: number): boolean {
		const { monthFirst, dayFirst, both } = this.fourDigits;
		const only = order === MONTH_FIRST ? monthFirst : order === DAY_FIRST ? dayFirst : null;
		return this.yearIsLast && only !== null && both.length === 2;
	}

	/** Notes a day of a common form: its year is last, and of four digits. */
	addCommon(common: CommonDate, text: string, place: Place): void {
		this.yearIsLast = true;
		if (!common.hasPoints) {
			this.fourDigits.add(common.orders, common.first === common.second, text, place);
		}
	}

	/** Whether the first numbers take more values than the last, as days do beside years. */
	get looksYearLast(): boolean {
		return this.firsts.size > this.thirds.size;
	}

	/** Whether every day could have its year first, and the last numbers take more values than the first. */
	get looksYearFirst(): boolean {
		return !this.yearIsLast && this.thirds.size > this.firsts.size;
	}
}
