/** Wall time to UTC and back in one time zone, with Intl's rules. */

import { SECONDS_PER_DAY } from './calendar';

/** Days of which the offset is kept: 1900 to 2100. */
const FIRST_CACHED_DAY = -25_567;
const CACHED_DAYS = 73_414;
const UNKNOWN = 1_000_000;
const CHANGES = 2_000_000;

/** How a wall time has been turned into an instant. */
export interface Instant {
	/** From 1970, in UTC. */
	seconds: number;
	/** The zone skips this time: it was moved forward. */
	skipped: boolean;
	/** The zone has this time twice: the earlier was taken. */
	repeated: boolean;
}

export class TimeZone {
	private readonly format: Intl.DateTimeFormat | null;
	/** The offset at the beginning of each UTC day, in seconds. */
	private readonly offsetByDay: Int32Array;
	/** The offset in the three days around each, where it does not change in them. */
	private readonly steadyOffsetByDay: Int32Array;
	private readonly instant: Instant = { seconds: 0, skipped: false, repeated: false };

	/**
	 * @param name an IANA name, or UTC
	 * @throws RangeError where Intl does not know the zone
	 */
	constructor(readonly name: string) {
		const isUtc = /^(?:Etc\/)?(?:UTC|GMT|UCT|Universal|Zulu)$/i.test(name);
		this.offsetByDay = new Int32Array(isUtc ? 0 : CACHED_DAYS).fill(UNKNOWN);
		this.steadyOffsetByDay = new Int32Array(isUtc ? 0 : CACHED_DAYS).fill(UNKNOWN);
		this.format = isUtc
			? null
			: new Intl.DateTimeFormat('en-US', {
					timeZone: name,
					calendar: 'gregory',
					numberingSystem: 'latn',
					hourCycle: 'h23',
					era: 'short',
					year: 'numeric',
					month: 'numeric',
					day: 'numeric',
					hour: 'numeric',
					minute: 'numeric',
					second: 'numeric',
				});
	}

	get isUtc(): boolean {
		return this.format === null;
	}

	/** How far the zone's clock is ahead of UTC at an instant, both in seconds. */
	offsetAt(seconds: number): number {
		if (this.format === null) return 0;
		const day = Math.floor(seconds / SECONDS_PER_DAY);
		const before = this.offsetOfDay(day);
		const after = this.offsetOfDay(day + 1);
		// A zone that changes its clock does so once within a day.
		return before === after ? before : this.askIntl(seconds);
	}

	/**
	 * The instant at which the zone's clocks show a time.
	 *
	 * @param wallSeconds the shown time as if it were UTC, in seconds from 1970
	 * @returns an object that the next call overwrites
	 */
	instantOf(wallSeconds: number): Instant {
		const { instant } = this;
		instant.skipped = false;
		instant.repeated = false;
		if (this.format === null) {
			instant.seconds = wallSeconds;
			return instant;
		}
		const steady = this.steadyOffsetOf(Math.floor(wallSeconds / SECONDS_PER_DAY));
		if (steady !== CHANGES) {
			instant.seconds = wallSeconds - steady;
			return instant;
		}
		const before = this.offsetAt(wallSeconds - SECONDS_PER_DAY);
		const after = this.offsetAt(wallSeconds + SECONDS_PER_DAY);
		const early = wallSeconds - before;
		if (before !== after) {
			const late = wallSeconds - after;
			const isEarly = this.offsetAt(early) === before;
			const isLate = this.offsetAt(late) === after;
			instant.skipped = !isEarly && !isLate;
			instant.repeated = isEarly && isLate;
			instant.seconds =
				isEarly === isLate ? (isEarly ? Math.min(early, late) : early) : isEarly ? early : late;
		} else {
			instant.seconds = early;
		}
		return instant;
	}

	private steadyOffsetOf(day: number): number {
		const index = day - FIRST_CACHED_DAY;
		const known = this.steadyOffsetByDay[index];
		if (known !== undefined && known !== UNKNOWN) return known;
		let offset = this.offsetOfDay(day - 1);
		// The next day's end belongs to it: a time there may be an instant after it.
		for (let next = day; next <= day + 3; next++) if (this.offsetOfDay(next) !== offset) offset = CHANGES;
		if (known !== undefined) this.steadyOffsetByDay[index] = offset;
		return offset;
	}

	private offsetOfDay(day: number): number {
		const index = day - FIRST_CACHED_DAY;
		const known = this.offsetByDay[index];
		if (known !== undefined && known !== UNKNOWN) return known;
		const offset = this.askIntl(day * SECONDS_PER_DAY);
		if (known !== undefined) this.offsetByDay[index] = offset;
		return offset;
	}

	private askIntl(seconds: number): number {
		let year = 0,
			month = 0,
			day = 0,
			hour = 0,
			minute = 0,
			second = 0,
			isBefore = false;
		for (const { type, value } of this.format?.formatToParts(seconds * 1000) ?? []) {
			if (type === 'year') year = Number(value);
			else if (type === 'month') month = Number(value);
			else if (type === 'day') day = Number(value);
			else if (type === 'hour') hour = Number(value);
			else if (type === 'minute') minute = Number(value);
			else if (type === 'second') second = Number(value);
			else if (type === 'era') isBefore = value !== 'AD';
		}
		const wall = new Date(0);
		wall.setUTCFullYear(isBefore ? 1 - year : year, month - 1, day);
		wall.setUTCHours(hour, minute, second);
		return wall.getTime() / 1000 - Math.floor(seconds);
	}
}
