/** Numbers as messages and the log show them. */

/** "1 row", "3,000,000 rows"; without a noun "3,000,000" */
export function counted(number: number, what?: string): string {
	const digits = number.toLocaleString('en-US');
	return what === undefined ? digits : `${digits} ${what}${number === 1 ? '' : 's'}`;
}

/** "512 bytes", "4.0 kB", "22.1 MB" */
export function shownBytes(bytes: number): string {
	if (bytes < 1_000) return `${bytes} bytes`;
	// From there on, kB would be rounded to 1000.0.
	return bytes < 999_950 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** "40 s", "12 min", "3.5 h" */
export function shownDuration(ms: number): string {
	const seconds = Math.max(1, Math.round(ms / 1_000));
	if (seconds < 120) return `${seconds} s`;
	return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
