/** Drivers make a JS Date of a database's day: midnight in some zone, and often another day in the workflow's. */

import { SECONDS_PER_DAY } from './calendar';

/** A zone's clock, as far as days need it. */
export interface Clock {
	/** An IANA name, as 'Time Zone of Values' takes it. */
	readonly name: string;
	/** How far it is ahead of UTC at an instant, both in seconds. */
	offsetAt(seconds: number): number;
}

const UTC: Clock = { name: 'UTC', offsetAt: () => 0 };
/** Drivers that build a JS Date of year, month and day have it in the zone that n8n runs in. */
const OF_THIS_PROCESS: Clock = {
	get name() {
		return Intl.DateTimeFormat().resolvedOptions().timeZone;
	},
	offsetAt: (seconds) => -60 * new Date(seconds * 1000).getTimezoneOffset(),
};

/** By which clocks the instants of a DATE column are all midnight. */
export class MidnightEvidence {
	private count = 0;
	private clocks: Clock[];

	/** @param calendar gives the instants their days */
	constructor(private readonly calendar: Clock) {
		this.clocks = [calendar, UTC, OF_THIS_PROCESS];
	}

	/** @param seconds from 1970; no number where the date is invalid */
	add(seconds: number): void {
		if (!Number.isFinite(seconds)) return;
		this.count++;
		if (this.clocks.length === 0) return;
		this.clocks = this.clocks.filter((clock) => (seconds + clock.offsetAt(seconds)) % SECONDS_PER_DAY === 0);
	}

	/** Another clock than the calendar's by which all instants are midnight; null where they are by the calendar's, too. */
	get elsewhere(): Clock | null {
		const [first] = this.clocks;
		return this.count === 0 || first === undefined || first === this.calendar ? null : first;
	}
}
