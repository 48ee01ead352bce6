/** Dates as JavaScript values: Date objects, also of another realm, and Luxon's. */

/** What this package uses of Luxon's DateTime, known by its own mark: Luxon itself is not imported. */
export interface LuxonDateTime {
	isLuxonDateTime: true;
	isValid: boolean;
	toISODate(): string | null;
	toISO(): string | null;
	toMillis(): number;
}

export function isLuxonDateTime(value: object): value is LuxonDateTime {
	const { isLuxonDateTime: mark, toMillis } = value as Partial<LuxonDateTime>;
	return mark === true && typeof toMillis === 'function';
}

/** Whether the value is a JS Date, also one made in another realm: a Code node's sandbox has a Date of its own. */
export function isJsDate(value: object): value is Date {
	return value instanceof Date || Object.prototype.toString.call(value) === '[object Date]';
}
