/** Characters that can't be seen: zero-width ones, marks of the writing direction, the soft hyphen, a byte order mark. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Whether there is nothing to see in a text: it is empty, or has only spaces and characters without a shape. */
export function isInvisible(text: string): boolean {
	return text.replace(INVISIBLE, '').trim() === '';
}

/**
 * A column's name as two that look the same share it: without what can't be seen, outer spaces and the difference between
 * upper and lower case, between letters composed of one character or two (`é`), and between kinds of space.
 */
export function looseName(name: string): string {
	return (
		name
			.replace(INVISIBLE, '')
			// After that: what can't be seen may part a letter from its accent.
			.normalize('NFC')
			.replace(/\p{Zs}/gu, ' ')
			.trim()
			.toLowerCase()
	);
}
