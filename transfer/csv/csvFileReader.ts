import type { Column } from '../../domo/types';
import { footerLooksLikeRow, shownRecord, valueWithoutName } from './csvFileFaults';
import type { KnownFile } from './csvFileOpening';
import type { FieldLayout } from './fieldLayout';
import type { GrowingBlock } from './growingBlock';
import type { LineMarks } from './lineMarks';
import type { RecordConverter } from './recordConverter';
import type { LoadFields } from './loadFields';
import { fieldsOf, type OddRecord, readField } from './records';
import type { RecordStream } from './recordStream';
import type { RowFilter } from './repeatedKeys';
import type { RowJudge } from './rowJudge';
import { Stretch } from '../stretch';

/** So much is put into Domo's form at a stretch, and not more rows that are converted: those take long. */
const STRETCH_BYTES = 64 * 1024;
const STRETCH_ROWS = 256;

/** Records below the last row, left out. */
export interface FooterLine {
	line: number;
	text: string;
}

/** Draws the records of one CSV file in Domo's form. */
export class CsvFileReader {
	/** The records below the last row, once the file is read. */
	footer: FooterLine[] = [];

	/** Records of any kind that were read, the footer's apart. */
	rowsRead = 0;

	private readonly stretch = new Stretch();

	private nextRow = 0;
	private nextOdd = 0;
	private nextSpecial = 0;

	/** The line that the next row is on if it follows the last at once. */
	private expectedLine = -1;

	/**
	 * @param marks gets the lines on which the rows are
	 * @param options isCut: the file's beginning only; isTrial: faults are counted first, and refused by who reads
	 * @param filter leaves out rows, once each is as Domo gets it
	 * @param loadFields adds to the rows that are left
	 * @param rowsDrawn how many rows of the upload come before the file's
	 */
	constructor(
		private readonly known: KnownFile,
		private readonly layout: FieldLayout,
		private readonly columns: readonly Column[],
		private readonly stream: RecordStream,
		private readonly converter: RecordConverter,
		private readonly judge: RowJudge,
		private readonly marks: LineMarks,
		private rowsDrawn: number,
		private readonly options: { linesAfterLastRow: number; isCut: boolean; isTrial: boolean },
		private readonly filter?: RowFilter,
		private readonly loadFields?: LoadFields,
	) {}

	/**
	 * Appends the next rows to a block until it has maxBytes or maxRows, or the file ends.
	 *
	 * @returns how many, or null at the file's end, or where it was let go of. A batch may have none: all were left out.
	 * @throws InputError when the file is faulty
	 */
	async read(block: GrowingBlock, maxBytes: number, maxRows: number): Promise<number | null> {
		const { stream } = this;
		if (block.ends) stream.scanner.noteFields(block.ends.fields);
		let rows = 0;
		// Let go of while this rested: its bytes are another file's.
		while (block.length < maxBytes && rows < maxRows && !stream.isClosed) {
			if (this.nextRow === stream.rows && this.nextOdd === stream.oddCount) {
				if (!this.options.isTrial) this.judge.check(undefined, false);
				const hasMore = await stream.more();
				this.nextRow = this.nextOdd = this.nextSpecial = 0;
				if (!hasMore) {
					this.readFooter();
					return rows > 0 ? rows : null;
				}
			}
			rows += this.take(block, Math.min(maxBytes, block.length + STRETCH_BYTES), maxRows - rows);
			if (this.stretch.isLong()) await this.stretch.rest();
		}
		return stream.isClosed && rows === 0 ? null : rows;
	}

	/** Lets go of the file. */
	async close(): Promise<void> {
		await this.stream.close();
	}

	/** Hands records of the batch to the block: those in Domo's form as runs that are copied as one. */
	private take(block: GrowingBlock, maxBytes: number, maxRows: number): number {
		const { stream, filter, loadFields } = this;
		const { scanner, bytes } = stream;
		const { rowStarts, rowEnds, isPlain, specialRows, oddRecords } = scanner;
		let rows = 0;
		let converted = 0;
		let passedOver = 0;
		while (rows < maxRows && converted < STRETCH_ROWS && block.length < maxBytes) {
			if (this.nextOdd < stream.oddCount && oddRecords[this.nextOdd].before === this.nextRow) {
				this.passOverOdd(oddRecords[this.nextOdd++]);
				continue;
			}
			if (this.nextRow === stream.rows) break;
			const row = this.nextRow;
			if (isPlain[row] === 1) {
				const start = rowStarts[row];
				const end =
					filter || loadFields
						? row + 1
						: this.endOfRun(row, maxRows - rows, start + maxBytes - block.length);
				const before = block.length;
				block.append(bytes, start, rowEnds[end - 1]);
				this.nextRow = end;
				this.rowsRead += end - row;
				if (filter && !filter.keeps(block.bytes, before, block.length)) {
					block.length = before;
					if (++passedOver === STRETCH_ROWS) break;
					continue;
				}
				loadFields?.add(block, before, this.rowsRead);
				// A row with fields more is alone.
				if (loadFields) block.ends?.add(block.length);
				else block.ends?.addRun(scanner, row, end, before - start);
				this.mark(row, end - row);
				rows += end - row;
			} else {
				const isSpecial = specialRows[this.nextSpecial] === row;
				if (isSpecial) this.nextSpecial++;
				this.nextRow++;
				this.rowsRead++;
				converted++;
				const before = block.length;
				if (!this.convert(row, isSpecial, block)) continue;
				if (filter && !filter.keeps(block.bytes, before, block.length)) {
					block.length = before;
					continue;
				}
				loadFields?.add(block, before, this.rowsRead);
				block.ends?.add(block.length);
				this.mark(row, 1);
				rows++;
			}
		}
		return rows;
	}

	/** @returns the row behind those in Domo's form that follow one another at once, line by line */
	private endOfRun(first: number, maxRows: number, maxEnd: number): number {
		const { scanner, rows, oddCount } = this.stream;
		const { rowStarts, rowEnds, rowLines, isPlain, oddRecords } = scanner;
		const behind = this.nextOdd < oddCount ? oddRecords[this.nextOdd].before : rows;
		const most = Math.min(behind, first + maxRows);
		let row = first + 1;
		while (
			row < most &&
			isPlain[row] === 1 &&
			rowEnds[row - 1] < maxEnd &&
			rowStarts[row] === rowEnds[row - 1] &&
			rowLines[row] === rowLines[row - 1] + 1
		) {
			row++;
		}
		return row;
	}

	/** @returns whether the row is kept */
	private convert(row: number, isSpecial: boolean, block: GrowingBlock): boolean {
		const { stream, converter, layout } = this;
		if (layout.unnamedFields.length > 0 && !this.unnamedAreEmpty(row)) return false;
		const before = block.length;
		const record = stream.withFields(row);
		converter.convert(record, isSpecial, stream.lineOfRow(row), block);
		if (converter.misfits.length > 0 && !this.keepWithMisfits(row)) {
			block.length = before;
			return false;
		}
		converter.count();
		return true;
	}

	private keepWithMisfits(row: number): boolean {
		const { columns, stream, known, converter, judge } = this;
		return judge.keeps(
			known.faults,
			stream.lineOfRow(row),
			converter.misfits,
			(column) => columns[column].name,
			() => this.rowOf(row),
		);
	}

	/** A value in a field that no column is named after must not be lost. */
	private unnamedAreEmpty(row: number): boolean {
		const { layout, known, stream } = this;
		const { scanner, bytes } = stream;
		const { names } = known.dialect;
		for (const field of layout.unnamedFields) {
			const at = row * layout.fieldCount + field;
			const from = field === 0 ? scanner.rowStarts[row] : scanner.fieldEnds[at - 1] + 1;
			const to = scanner.fieldEnds[at];
			if (from >= to) continue;
			const { text } = readField(bytes, from, to);
			if (text.trim() === '') continue;
			const line = stream.lineOfRow(row);
			const namedCount = names?.length ?? this.columns.length;
			if (field < namedCount) throw known.faults.refuse(...valueWithoutName(field, shownRecord(text)), line);
			const counts = { fields: layout.fieldCount, expected: namedCount };
			this.judge.addOddRow(known.faults, line, counts, this.textOf(row), () => this.fieldTexts(row));
			return false;
		}
		return true;
	}

	private passOverOdd({ start, end, line, fields }: OddRecord): void {
		const { stream, layout, known } = this;
		this.rowsRead++;
		this.judge.addOddRow(
			known.faults,
			stream.line + line,
			{ fields, expected: layout.fieldCount },
			stream.bytes.toString('utf8', start, end).trimEnd(),
			() => stream.fieldsOfOdd(start, end),
		);
	}

	/** Notes the lines of rows: of the first, and of those that follow it line by line. */
	private mark(row: number, count: number): void {
		const line = this.stream.lineOfRow(row);
		if (this.expectedLine < 0) this.marks.startFile(this.known.faults.label, this.rowsDrawn, line);
		else if (line !== this.expectedLine) this.marks.add(this.rowsDrawn, line);
		this.expectedLine = line + count;
		this.rowsDrawn += count;
	}

	private readFooter(): void {
		const { stream } = this;
		const { footer, scanner } = stream;
		if (!footer || this.options.isCut) return;
		const lines = [
			...Array.from({ length: scanner.rows - footer.fromRow }, (_, index) => {
				const row = footer.fromRow + index;
				return { line: stream.lineOfRow(row), text: this.textOf(row), row };
			}),
			...scanner.oddRecords.slice(footer.fromOdd).map(({ start, end, line }) => ({
				line: stream.line + line,
				text: stream.bytes.toString('utf8', start, end).trimEnd(),
				row: -1,
			})),
		].sort((one, other) => one.line - other.line);
		for (const { line, text, row } of lines) {
			if (row >= 0 && this.looksLikeRow(row)) {
				throw this.known.faults.refuse(
					...footerLooksLikeRow(this.options.linesAfterLastRow, shownRecord(text)),
					line,
				);
			}
		}
		this.footer = lines.map(({ line, text }) => ({ line, text: shownRecord(text) }));
	}

	/** Whether a record fits all columns without a NULL. */
	private looksLikeRow(row: number): boolean {
		return this.converter.fitsAllColumns(this.stream.withFields(row));
	}

	/** A row as a person knows it: the header's names, or the columns', and the texts. */
	private rowOf(row: number): Record<string, string | null> {
		const names = this.known.dialect.names ?? this.columns.map(({ name }) => name);
		return Object.fromEntries(
			this.fieldTexts(row).map((text, field) => [names[field] ?? `field ${field + 1}`, text]),
		);
	}

	private fieldTexts(row: number): Array<string | null> {
		const record = this.stream.withFields(row);
		return fieldsOf(record.bytes, record.scanner, record.row, this.layout.fieldCount).map(
			({ text, isQuoted }) => (text === '' && !isQuoted ? null : text),
		);
	}

	private textOf(row: number): string {
		const { bytes, scanner } = this.stream;
		return bytes.toString('utf8', scanner.rowStarts[row], scanner.rowEnds[row]).trimEnd();
	}
}
