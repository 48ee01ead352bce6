/** "line 2, line 5 and 3 more" */
export function placesInWords(first: readonly string[], count: number): string {
	const more = count - first.length;
	return `${first.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}
