/** Values that other systems wrap in an object: BigQuery's `{ value }`, MongoDB's Extended JSON. */

/** What an object that wraps nothing gives. */
export const NOT_WRAPPED = Symbol('not wrapped');

/** An instant that was written as milliseconds or ISO text: `{ $date }`. */
export class WrappedDate {
	constructor(readonly value: string | number) {}
}

/** What is a number whatever the column: `{ $numberLong }` and its like. */
export class WrappedNumber {
	constructor(
		readonly text: string,
		readonly isDouble: boolean,
	) {}
}

/**
 * The value inside an object with a known key and no other beside it.
 *
 * @returns a primitive, a Date or Luxon value, a WrappedDate or WrappedNumber, or NOT_WRAPPED
 */
export function unwrapped(value: object): unknown {
	if (Array.isArray(value)) return NOT_WRAPPED;
	let key: string | undefined;
	for (const each in value) {
		if (key !== undefined) return NOT_WRAPPED;
		key = each;
	}
	if (key === undefined) return NOT_WRAPPED;
	const inner = (value as Record<string, unknown>)[key];
	switch (key) {
		case 'value':
			return inner;
		case '$numberInt':
		case '$numberLong':
		case '$numberDecimal':
		case '$numberDouble':
			if (typeof inner === 'number') return inner;
			if (typeof inner !== 'string') return NOT_WRAPPED;
			return inner === 'NaN' ? null : new WrappedNumber(inner, key === '$numberDouble');
		case '$date':
			return wrappedDate(inner);
		default:
			return NOT_WRAPPED;
	}
}

function wrappedDate(inner: unknown): unknown {
	if (inner === null) return null;
	if (typeof inner === 'string' || typeof inner === 'number') return new WrappedDate(inner);
	const millis = typeof inner === 'object' ? unwrapped(inner) : NOT_WRAPPED;
	if (millis instanceof WrappedNumber) return new WrappedDate(Number(millis.text));
	return typeof millis === 'number' ? new WrappedDate(millis) : NOT_WRAPPED;
}
