/** Spaces of all kinds around a text: also no-break ones, and marks without any width. */

/** Characters without a width that String.trim leaves: joiners, direction marks, the word joiner. */
function isWidthless(code: number): boolean {
	return (code >= 0x200b && code <= 0x200f) || code === 0x2060 || (code >= 0x2066 && code <= 0x2069);
}

/** A space of any width within a line, as people group digits with. */
export function isSpace(code: number): boolean {
	return (
		code === 32 ||
		code === 0xa0 ||
		(code >= 0x2000 && code <= 0x200a) ||
		code === 0x202f ||
		code === 0x205f ||
		code === 0x3000
	);
}

function isEdge(code: number): boolean {
	// Not U+0000 and its like: a value of them alone is no blank, and would be NULL.
	return (
		code === 32 || (code >= 9 && code <= 13) || (code > 127 && (isWidthless(code) || isUnicodeBlank(code)))
	);
}

function isUnicodeBlank(code: number): boolean {
	return (
		isSpace(code) || code === 0xfeff || code === 0x85 || code === 0x1680 || code === 0x2028 || code === 0x2029
	);
}

/** The text without spaces and widthless marks at its ends; itself where there are none. */
export function trimmed(text: string): string {
	let from = 0;
	let to = text.length;
	while (from < to && isEdge(text.charCodeAt(from))) from++;
	while (to > from && isEdge(text.charCodeAt(to - 1))) to--;
	return to - from === text.length ? text : text.slice(from, to);
}
