/**
 * Whether an entry of a list has what the user types into the list's search: in any case, and however an accent is
 * written (é is one character, or e with one behind it).
 */
export function matchesFilter(text: string, filter: string): boolean {
	return comparable(text).includes(comparable(filter.trim()));
}

function comparable(text: string): string {
	return text.normalize('NFC').toLowerCase();
}
