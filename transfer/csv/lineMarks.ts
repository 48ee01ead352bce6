const MAX_MARKS = 65_536;

interface FileStart {
	/** 0-based row of the upload that is the file's first */
	row: number;
	/** the line it stands on */
	line: number;
	/** "'sales.csv' (item 2)" */
	label: string;
	/** Whether marks of the file were dropped. */
	isThinned: boolean;
}

/**
 * Remembers on which line of which file each row stands, in bounded memory: rows and lines run alike, so only
 * the rows behind a record of several lines are marked. Where there are more than 65,536 of them, marks are kept
 * at a distance, and a line between two marks may be given as "about".
 */
export class LineMarks {
	private readonly files: FileStart[] = [];

	private rows: number[] = [];

	private lines: number[] = [];

	/** Marks are at least so many rows apart. */
	private distance = 1;

	/** Says that a file's first row is `row` of the upload and stands on its line `line` (1-based). */
	startFile(label: string, row: number, line: number): void {
		this.files.push({ row, line, label, isThinned: false });
	}

	/** Says that `row` of the file started last stands on `line`, where counting on would not lead there. */
	add(row: number, line: number): void {
		if (this.rows.length > 0 && row - this.rows[this.rows.length - 1] < this.distance) {
			this.files[this.files.length - 1].isThinned = true;
			return;
		}
		this.rows.push(row);
		this.lines.push(line);
		while (this.rows.length > MAX_MARKS) this.thin();
	}

	/**
	 * @param row 0-based row of the upload
	 * @returns "line 454 of 'sales.csv' (item 2)"
	 */
	locate(row: number): string {
		const file = this.files[lastAtOrBefore(this.files, row, (start) => start.row)];
		if (!file) return `row ${row + 1}`;
		const mark = lastAtOrBefore(this.rows, row, (markedRow) => markedRow);
		const isMarkInFile = mark >= 0 && this.rows[mark] > file.row;
		const from = isMarkInFile ? { row: this.rows[mark], line: this.lines[mark] } : file;
		const isExact = !file.isThinned || from.row === row || this.runsAlike(from, mark + 1);
		return `${isExact ? 'line' : 'about line'} ${from.line + row - from.row} of ${file.label}`;
	}

	private thin(): void {
		this.distance *= 2;
		let lastKept = -Infinity;
		const kept = this.rows.map((row) => {
			const isKept = row - lastKept >= this.distance;
			if (isKept) lastKept = row;
			else this.files[lastAtOrBefore(this.files, row - 1, (start) => start.row)].isThinned = true;
			return isKept;
		});
		this.rows = this.rows.filter((_, index) => kept[index]);
		this.lines = this.lines.filter((_, index) => kept[index]);
	}

	/** Whether there are as many lines as rows up to a mark, so that no mark between was dropped. */
	private runsAlike(from: { row: number; line: number }, mark: number): boolean {
		return this.lines[mark] - from.line === this.rows[mark] - from.row;
	}
}

/** The index of the last element whose row is `row` or less, or -1. Rows ascend. */
function lastAtOrBefore<Element>(
	elements: Element[],
	row: number,
	rowOf: (element: Element) => number,
): number {
	let low = 0;
	let high = elements.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (rowOf(elements[middle]) <= row) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}
