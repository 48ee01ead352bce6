/** So many places a message and the summary name. */
const MAX_PLACES = 10;

/** Counts rows that come in no order, and keeps the first of them. */
export class FirstRepeats {
	count = 0;
	/** In their order. */
	readonly rows: Array<{ row: number; first: number }> = [];

	/** @param first the row that it repeats */
	add(row: number, first: number): void {
		const { rows } = this;
		this.count++;
		if (rows.length === MAX_PLACES && row > rows[MAX_PLACES - 1].row) return;
		const place = rows.findIndex((other) => other.row > row);
		rows.splice(place === -1 ? rows.length : place, 0, { row, first });
		rows.length = Math.min(rows.length, MAX_PLACES);
	}
}
