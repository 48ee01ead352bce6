/** A message shows no more of a value than this. */
const MAX_SHOWN = 60;

export function shortened(text: string): string {
	return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** A value as a message shows it. */
export function quoted(text: string): string {
	return `'${shortened(text)}'`;
}

/** 1,234,567 */
export function counted(count: number): string {
	return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
