import type { Column } from '../../domo/types';
import { dateTimeText, dayNumber, SECONDS_PER_DAY } from '../columns/calendar';
import type { TimeZone } from '../columns/timeZones';
import { viewOf } from '../hash128';
import type { FieldBatch, Finding, RowCheck } from './check';
import { counted } from '../shownNumber';
import { placesInWords } from './placesInWords';
import { Violations } from './violations';

/** `yyyy-MM-dd`, or `yyyy-MM-ddTHH:mm:ss` in UTC. */
const DAY_LENGTH = 10;
const TIME_LENGTH = 19;

/**
 * A column whose newest day or time must not be older than some hours. What is beyond tomorrow does not count: a date such
 * as 9999-12-31, for "no end", or a slip of the pen would hide a stale extract for ever.
 */
export class Newest implements RowCheck {
	readonly columns: readonly number[];
	readonly needsEnds = false;
	private readonly nowSeconds = Math.floor(Date.now() / 1000);
	/** The last that counts. */
	private readonly last: DateWords;
	/** All zeros where there is none yet. */
	private readonly newest: DateWords;
	private readonly later = new Violations();

	/** @param zone a day counts to its end there */
	constructor(
		private readonly column: Column & { index: number },
		private readonly hours: number,
		private readonly zone: TimeZone,
	) {
		this.columns = [column.index];
		const tomorrow = this.nowSeconds + SECONDS_PER_DAY;
		const isDay = column.type === 'DATE';
		const last = dateTimeText(isDay ? tomorrow + zone.offsetAt(tomorrow) : tomorrow) ?? '';
		const length = isDay ? DAY_LENGTH : TIME_LENGTH;
		this.newest = new DateWords(length);
		this.last = new DateWords(length);
		this.last.take(viewOf(Buffer.from(last, 'latin1')), 0);
	}

	look({ bytes, rows, firstRow, column }: FieldBatch, locate: (row: number) => string): void {
		const { from, to } = column(this.column.index);
		const { later, newest, last } = this;
		const view = viewOf(bytes);
		for (let row = 0; row < rows; row++) {
			if (to[row] < 0 || !newest.isBefore(view, from[row])) continue;
			if (!last.isBefore(view, from[row])) newest.take(view, from[row]);
			else if (later.add()) {
				const text = bytes.toString('latin1', from[row], from[row] + newest.length);
				later.first.push(`${locate(firstRow + row)} ('${text}')`);
			}
		}
	}

	findings(): Finding[] {
		const { name } = this.column;
		const { count, first } = this.later;
		const finding = {
			check: 'newestWithinHours' as const,
			column: name,
			...(count === 0 ? {} : { later: { count, first } }),
		};
		const more = count === 0 ? '' : `. ${this.laterHint().slice(0, -1)}`;
		const { text } = this.newest;
		if (text === '') {
			const until = count === 0 ? '' : ` up to ${this.last.text}`;
			return [{ ...finding, held: false, reason: `'${name}' has no date${until} in any row${more}` }];
		}
		const held = this.nowSeconds - this.endOf(text) <= this.hours * 3600;
		const newest = { first: [text] };
		if (held) return [{ ...finding, ...newest, held, ...(count === 0 ? {} : { hint: this.laterHint() }) }];
		const now = dateTimeText(this.nowSeconds);
		const reason = `the newest value of '${name}' is ${text}, which is more than ${counted(this.hours, 'hour')} before now (${now} UTC)${more}`;
		return [{ ...finding, ...newest, held, reason }];
	}

	private laterHint(): string {
		const { count, first } = this.later;
		return `A '${this.column.name}' beyond ${this.last.text}, a day from now, does not count as the newest. ${counted(count, 'row')} ${count === 1 ? 'has' : 'have'} one: ${placesInWords(first, count)}.`;
	}

	/** In seconds from 1970. */
	private endOf(text: string): number {
		const [year, month, day] = text.slice(0, DAY_LENGTH).split('-').map(Number);
		const days = dayNumber(year, month, day);
		if (this.column.type === 'DATE') return this.zone.instantOf((days + 1) * SECONDS_PER_DAY).seconds;
		const [hours = 0, minutes = 0, seconds = 0] = text
			.slice(DAY_LENGTH + 1, TIME_LENGTH)
			.split(':')
			.map(Number);
		return days * SECONDS_PER_DAY + hours * 3600 + minutes * 60 + seconds;
	}
}

/**
 * A day or time in Domo's form. Those are in order as texts, and as words of four bytes: most are told apart by the second
 * or third of these.
 */
class DateWords {
	private first = 0;
	private second = 0;
	private third = 0;
	private fourth = 0;
	private fifth = 0;

	/** @param length DAY_LENGTH or TIME_LENGTH; the last word overlaps the one before it */
	constructor(readonly length: typeof DAY_LENGTH | typeof TIME_LENGTH) {}

	/** '' where there is none yet. */
	get text(): string {
		if (this.first === 0) return '';
		const bytes = Buffer.alloc(this.length);
		bytes.writeInt32BE(this.first, 0);
		bytes.writeInt32BE(this.second, 4);
		if (this.length === DAY_LENGTH) bytes.writeInt32BE(this.third, 6);
		else {
			bytes.writeInt32BE(this.third, 8);
			bytes.writeInt32BE(this.fourth, 12);
			bytes.writeInt32BE(this.fifth, 15);
		}
		return bytes.toString('latin1');
	}

	take(view: DataView, at: number): void {
		this.first = view.getInt32(at);
		this.second = view.getInt32(at + 4);
		if (this.length === DAY_LENGTH) {
			this.third = view.getInt32(at + 6);
			return;
		}
		this.third = view.getInt32(at + 8);
		this.fourth = view.getInt32(at + 12);
		this.fifth = view.getInt32(at + 15);
	}

	/** Whether the one that is at these bytes comes after it. */
	isBefore(view: DataView, at: number): boolean {
		const first = view.getInt32(at);
		if (first !== this.first) return first > this.first;
		const second = view.getInt32(at + 4);
		if (second !== this.second) return second > this.second;
		if (this.length === DAY_LENGTH) return view.getInt32(at + 6) > this.third;
		const third = view.getInt32(at + 8);
		if (third !== this.third) return third > this.third;
		const fourth = view.getInt32(at + 12);
		if (fourth !== this.fourth) return fourth > this.fourth;
		return view.getInt32(at + 15) > this.fifth;
	}
}
