import { clipped } from '../clippedText';

/** A message shows no more of a value than this. */
const MAX_SHOWN = 60;

export function shortened(text: string): string {
	return clipped(text, MAX_SHOWN);
}

/** A value as a message shows it. */
export function quoted(text: string): string {
	return `'${shortened(text)}'`;
}
