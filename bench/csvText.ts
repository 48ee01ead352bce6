/** CSV as everyone writes it in a Code node: map and join, quotes where needed. '' and null become the same. */
export function csvText(
	rows: ReadonlyArray<{ json: Record<string, unknown> }>,
	names: readonly string[],
): string {
	const field = (value: unknown) => {
		const text = value === null || value === undefined ? '' : String(value);
		return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
	};
	return rows.map(({ json }) => names.map((name) => field(json[name])).join(',')).join('\n') + '\n';
}
