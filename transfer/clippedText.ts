/** The beginning of a text, with no half of a character of two units at its end. */
export function clipped(text: string, most: number): string {
	if (text.length <= most) return text;
	const end = /[\ud800-\udbff]/.test(text[most - 1]) ? most - 1 : most;
	return `${text.slice(0, end)}…`;
}
