/** Numbers as messages and the log show them. */

/** "1 row", "3,000,000 rows" */
export function counted(number: number, what: string): string {
	return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
}

/** "512 bytes", "4.0 kB", "22.1 MB" */
export function shownBytes(bytes: number): string {
	if (bytes < 1_000) return `${bytes} bytes`;
	return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** "40 s", "12 min", "3.5 h" */
export function shownDuration(ms: number): string {
	const seconds = Math.max(1, Math.round(ms / 1_000));
	if (seconds < 120) return `${seconds} s`;
	return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
