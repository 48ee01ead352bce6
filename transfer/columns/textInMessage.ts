/** A message shows no more of a value than this. */
const MAX_SHOWN = 60;

export function shortened(text: string): string {
	if (text.length <= MAX_SHOWN) return text;
	// Not in the midst of a character of two units.
	const end = /[\ud800-\udbff]/.test(text[MAX_SHOWN - 1]) ? MAX_SHOWN - 1 : MAX_SHOWN;
	return `${text.slice(0, end)}…`;
}

/** A value as a message shows it. */
export function quoted(text: string): string {
	return `'${shortened(text)}'`;
}
