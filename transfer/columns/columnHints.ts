/** What a run tells of its columns: at most a line for each, and not too many of them. */

export interface ColumnHint {
	column: string;
	/** A whole line, without a full stop where another may follow. */
	text: string;
	/** Values it is about: the commonest first. */
	count: number;
}

const MAX_LINES = 10;

/** @returns one line a column, the commonest first, at most ten, and how many columns are left out */
export function hintLines(hints: readonly ColumnHint[]): string[] {
	const byColumn = new Map<string, { texts: string[]; count: number }>();
	for (const { column, text, count } of hints) {
		const line = byColumn.get(column);
		if (line) {
			line.texts.push(text);
			line.count = Math.max(line.count, count);
		} else byColumn.set(column, { texts: [text], count });
	}
	const lines = [...byColumn.values()]
		.sort((one, other) => other.count - one.count)
		.map(({ texts }) => texts.join(' '));
	const more = lines.length - MAX_LINES;
	if (more <= 0) return lines;
	return [...lines.slice(0, MAX_LINES), `and ${more} more ${more === 1 ? 'column' : 'columns'}`];
}
