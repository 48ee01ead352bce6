/** "1 row", "12,000 rows" */
export function inWords(count: number, what: string): string {
	return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
