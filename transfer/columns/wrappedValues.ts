/** Values that other systems wrap in an object: BigQuery's `{ value }`, MongoDB's Extended JSON. */

/**
 * What an object says of itself for JSON: MongoDB's ObjectId and Decimal128 are objects with a method of their own for it.
 *
 * @param value no Date and no Luxon value, which have one, too
 * @returns the object where it says nothing
 */
export function ofItself(value: object): unknown {
	const { toJSON } = value as { toJSON?: unknown };
	if (typeof toJSON !== 'function') return value;
	try {
		const said = (toJSON as () => unknown).call(value);
		return said === undefined ? value : said;
	} catch {
		return value;
	}
}

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
 * The value inside an object with a known key and no other beside it, or with just those of MongoDB's Long.
 *
 * @returns a primitive, a Date or Luxon value, a WrappedDate or WrappedNumber, or NOT_WRAPPED
 */
export function unwrapped(value: object): unknown {
	if (Array.isArray(value)) return NOT_WRAPPED;
	let key: string | undefined;
	for (const each in value) {
		// Not of its prototype: a Long has methods there.
		if (!Object.hasOwn(value, each)) break;
		if (key !== undefined) return key === 'low' || key === 'high' ? longOf(value) : NOT_WRAPPED;
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

/** MongoDB's integer of 64 bits: two halves of 32, also once n8n has made JSON of it. */
function longOf(value: object): unknown {
	const { low, high, unsigned } = value as Record<string, unknown>;
	const isLong =
		Number.isInteger(low) &&
		Number.isInteger(high) &&
		typeof unsigned === 'boolean' &&
		Object.keys(value).length === 3;
	if (!isLong) return NOT_WRAPPED;
	const bits = (BigInt(high as number) << 32n) | BigInt.asUintN(32, BigInt(low as number));
	return unsigned ? BigInt.asUintN(64, bits) : BigInt.asIntN(64, bits);
}

function wrappedDate(inner: unknown): unknown {
	if (inner === null) return null;
	if (typeof inner === 'string' || typeof inner === 'number') return new WrappedDate(inner);
	const millis = typeof inner === 'object' ? unwrapped(inner) : NOT_WRAPPED;
	if (millis instanceof WrappedNumber) return new WrappedDate(Number(millis.text));
	return typeof millis === 'number' ? new WrappedDate(millis) : NOT_WRAPPED;
}
