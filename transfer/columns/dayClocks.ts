/** Which zone's day an instant of a DATE column is: drivers make a JS Date of a database's day, midnight in some zone. */

import { SECONDS_PER_DAY } from './calendar';

/** A zone's clock, as far as days need it. */
export interface Clock {
	/** An IANA name, or what messages call it */
	readonly name: string;
	/** How far it is ahead of UTC at an instant, both in seconds. */
	offsetAt(seconds: number): number;
}

const UTC: Clock = { name: 'UTC', offsetAt: () => 0 };
/** Drivers that build a JS Date of year, month and day have it in the zone that n8n runs in. */
const OF_THIS_PROCESS: Clock = {
	name: "the n8n server's time zone",
	offsetAt: (seconds) => -60 * new Date(seconds * 1000).getTimezoneOffset(),
};

/** What a column's instants say. */
export class DayClockEvidence {
	count = 0;
	private midnightIn: Clock[];

	/** @param shown whose day it is where nothing else is said */
	constructor(private readonly shown: Clock) {
		this.midnightIn = [shown, UTC, OF_THIS_PROCESS];
	}

	/** @param seconds from 1970; no number where the date is invalid */
	add(seconds: number): void {
		if (!Number.isFinite(seconds)) return;
		this.count++;
		if (this.midnightIn.length > 0) {
			this.midnightIn = this.midnightIn.filter(
				(clock) => (seconds + clock.offsetAt(seconds)) % SECONDS_PER_DAY === 0,
			);
		}
	}

	/** The first clock by which all instants are midnight; the shown one where there is none. */
	get settled(): Clock {
		return (this.count > 0 ? this.midnightIn[0] : undefined) ?? this.shown;
	}
}
