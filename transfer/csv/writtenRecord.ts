/** A record as it is written for Domo: commas, quotes of RFC 4180, a line feed at its end, perhaps a carriage return before it. */

const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;

/**
 * Where each field of a record ends, in `ends`: at its comma, or its line end.
 *
 * @param from where the record begins
 * @param to behind its line feed
 */
export function findFieldEnds(bytes: Uint8Array, from: number, to: number, ends: Int32Array): void {
	const last = endOfFields(bytes, from, to);
	let at = from;
	for (let field = 0; field < ends.length; field++) {
		if (bytes[at] === QUOTE) {
			// The quote that ends the field is no half of a doubled one.
			for (at++; bytes[at] !== QUOTE || bytes[at + 1] === QUOTE; at++) if (bytes[at] === QUOTE) at++;
			at++;
		} else {
			while (at < last && bytes[at] !== COMMA) at++;
		}
		ends[field] = at;
		at++;
	}
}

/** Where a record's fields end: at its line end. */
export function endOfFields(bytes: Uint8Array, from: number, to: number): number {
	const end = to - 1;
	return end > from && bytes[end - 1] === CR ? end - 1 : end;
}

/**
 * Copies a field's text, without its quotes.
 *
 * @param target with room for it
 * @returns where the copy ends
 */
export function copyText(
	bytes: Uint8Array,
	from: number,
	to: number,
	target: Uint8Array,
	targetAt: number,
): number {
	let end = targetAt;
	if (bytes[from] !== QUOTE) {
		for (let at = from; at < to; at++) target[end++] = bytes[at];
		return end;
	}
	for (let at = from + 1; at < to - 1; at++) {
		target[end++] = bytes[at];
		if (bytes[at] === QUOTE) at++;
	}
	return end;
}
