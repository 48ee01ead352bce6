import { clipped } from './clippedText';

/** A value as a message shows it: JSON, and not too long. */
export function shownValue(value: unknown): string {
	const isPlain = typeof value === 'bigint' || typeof value === 'number';
	const text = isPlain ? String(value) : jsonOf(value);
	return clipped(text, 100);
}

/** Same, for a value that may be absent. */
export function shownOrMissing(value: unknown): string {
	return value === undefined ? 'missing' : shownValue(value);
}

function jsonOf(value: unknown): string {
	try {
		return JSON.stringify(value) ?? String(value);
	} catch {
		return 'an object that JSON cannot hold';
	}
}
