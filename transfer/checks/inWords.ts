/** "1 row", "12,000 rows" */
export function inWords(count: number, what: string): string {
	return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}

/** "line 2, line 5 and 3 more" */
export function placesInWords(first: readonly string[], count: number): string {
	const more = count - first.length;
	return `${first.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}
