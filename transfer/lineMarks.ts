const MAX_MARKS = 65_536;

interface FileStart {
	/** 0-based row of the upload */
	row: number;
	/** "'sales.csv' (item 2)" */
	file: string;
}

/**
 * Remembers on which line of which file each row stands, in bounded memory: rows and lines run alike, so only
 * the places where they don't (a file's start, the row after a record of several lines) are marked. Past 65,536
 * marks every other one is dropped, and a line between two marks may then be given as "about".
 */
export class LineMarks {
	private readonly files: FileStart[] = [];

	private rows: number[] = [];

	private lines: number[] = [];

	private thinned = false;

	/** Says that a file's first row is `row` of the upload and stands on its line `line` (1-based). */
	startFile(file: string, row: number, line: number): void {
		this.files.push({ row, file });
		this.add(row, line);
	}

	/** Says that `row` stands on `line` where counting on from the mark before would not lead there. */
	add(row: number, line: number): void {
		if (this.rows.length >= MAX_MARKS) {
			this.rows = this.rows.filter((_, index) => index % 2 === 0);
			this.lines = this.lines.filter((_, index) => index % 2 === 0);
			this.thinned = true;
		}
		this.rows.push(row);
		this.lines.push(line);
	}

	/**
	 * @param row 0-based row of the upload
	 * @returns "line 454 of 'sales.csv' (item 2)"
	 */
	locate(row: number): string {
		const file = this.files[lastAtOrBefore(this.files.length, (index) => this.files[index].row, row)];
		const mark = lastAtOrBefore(this.rows.length, (index) => this.rows[index], row);
		if (!file || mark < 0) return `row ${row + 1}`;
		const line = this.lines[mark] + row - this.rows[mark];
		return `${this.isExact(mark, row) ? 'line' : 'about line'} ${line} of ${file.file}`;
	}

	private isExact(mark: number, row: number): boolean {
		if (!this.thinned || row === this.rows[mark] || mark === this.rows.length - 1) return true;
		return this.lines[mark + 1] - this.lines[mark] === this.rows[mark + 1] - this.rows[mark];
	}
}

function lastAtOrBefore(length: number, rowAt: (index: number) => number, row: number): number {
	let low = 0;
	let high = length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (rowAt(middle) <= row) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}
