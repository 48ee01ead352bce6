import type { Column } from '../../domo/types';
import { dateTimeText, dayNumber, SECONDS_PER_DAY } from '../columns/calendar';
import type { TimeZone } from '../columns/timeZones';
import type { FieldBatch, Finding, RowCheck } from './check';
import { inWords } from './inWords';

/** A column whose newest day or time must not be older than some hours. */
export class Newest implements RowCheck {
	readonly columns: readonly number[];
	private newest = '';

	/** @param zone a day counts to its end there */
	constructor(
		private readonly column: Column & { index: number },
		private readonly hours: number,
		private readonly zone: TimeZone,
	) {
		this.columns = [column.index];
	}

	look(batch: FieldBatch): void {
		const { bytes, rows } = batch;
		const { from, to } = batch.column(this.column.index);
		let { newest } = this;
		// Days and times in Domo's form are in order as texts.
		for (let row = 0; row < rows; row++) {
			if (to[row] < 0 || !isAfter(bytes, from[row], to[row], newest)) continue;
			newest = bytes.toString('latin1', from[row], to[row]);
		}
		this.newest = newest;
	}

	findings(): Finding[] {
		const { name } = this.column;
		const finding = { check: 'newestWithinHours' as const, column: name };
		if (this.newest === '') return [{ ...finding, held: false, reason: `'${name}' has no date in any row` }];
		const until = this.endOf(this.newest);
		const held = Date.now() / 1000 - until <= this.hours * 3600;
		const first = [this.newest];
		if (held) return [{ ...finding, held, first }];
		const now = dateTimeText(Math.floor(Date.now() / 1000));
		const reason = `the newest value of '${name}' is ${this.newest}, which is more than ${inWords(this.hours, 'hour')} before now (${now} UTC)`;
		return [{ ...finding, held, first, reason }];
	}

	/** In seconds from 1970. */
	private endOf(text: string): number {
		const [year, month, day] = text.slice(0, 10).split('-').map(Number);
		const days = dayNumber(year, month, day);
		if (this.column.type === 'DATE') return this.zone.instantOf((days + 1) * SECONDS_PER_DAY).seconds;
		const [hours = 0, minutes = 0, seconds = 0] = text.slice(11, 19).split(':').map(Number);
		return days * SECONDS_PER_DAY + hours * 3600 + minutes * 60 + seconds;
	}
}

function isAfter(bytes: Buffer, from: number, to: number, text: string): boolean {
	const length = Math.min(to - from, text.length);
	for (let k = 0; k < length; k++) {
		const difference = bytes[from + k] - text.charCodeAt(k);
		if (difference !== 0) return difference > 0;
	}
	return to - from > text.length;
}
