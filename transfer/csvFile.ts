import type { Column } from '../domo/types';
import type { CsvFile } from './csvBytes';
import { type CsvFileOptions, CsvFileReader } from './csvFileReader';
import { GrowingBlock } from './growingBlock';
import { LineMarks } from './lineMarks';
import type { RowBlock, RowSource } from './rowSource';

export type { CsvFile } from './csvBytes';
export type { CsvFileOptions } from './csvFileReader';

const ROOM_FOR_LAST_RECORD_BYTES = 64 * 1024;

/**
 * Opens CSV files as one upload, in their order. Each is UTF-8 or another encoding, plain or gzipped, and has its
 * own header, which is matched to the columns by name. Every file's header and first records are checked now, the
 * rest as it is drawn.
 *
 * What passes is RFC 4180 with LF or CRLF line ends. Blank lines at a file's end are ignored; in a file of one
 * field every blank line is a record, whose field is NULL.
 *
 * @param columns the DataSet's, in its order
 * @throws InputError that names file, item and line; what opening or reading a file throws
 */
export async function openCsvFiles(
	files: readonly CsvFile[],
	columns: readonly Column[],
	options: CsvFileOptions,
): Promise<CsvRowSource> {
	const marks = new LineMarks();
	const first = files.length > 0 ? await CsvFileReader.open(files[0], columns, options, marks, 0) : undefined;
	const source = new CsvRowSource(files, columns, options, marks, first);
	let othersAreSound = false;
	try {
		for (const file of files.slice(1)) {
			const reader = await CsvFileReader.open(file, columns, options, new LineMarks(), 0);
			await reader.close();
		}
		othersAreSound = true;
	} finally {
		if (!othersAreSound) await source.close();
	}
	return source;
}

/** CSV files as a row source. One call of next() at a time. */
export class CsvRowSource implements RowSource {
	private filesOpened: number;

	private rowsDrawn = 0;

	/** @param reader the first file, opened */
	constructor(
		private readonly files: readonly CsvFile[],
		private readonly columns: readonly Column[],
		private readonly options: CsvFileOptions,
		private readonly marks: LineMarks,
		private reader: CsvFileReader | undefined,
	) {
		this.filesOpened = reader ? 1 : 0;
	}

	async next(maxBytes: number, maxRows: number, reuse?: Buffer): Promise<RowBlock | null> {
		const block = new GrowingBlock(reuse, maxBytes + ROOM_FOR_LAST_RECORD_BYTES);
		let rows = 0;
		while (rows < maxRows && block.length < maxBytes) {
			this.reader ??= await this.openNextFile();
			if (!this.reader) break;
			const drawn = await this.reader.read(block, maxBytes, maxRows - rows);
			if (drawn === 0) await this.closeFile();
			rows += drawn;
			this.rowsDrawn += drawn;
		}
		return rows > 0 ? { bytes: block.finish(), rows } : null;
	}

	async close(): Promise<void> {
		this.filesOpened = this.files.length;
		await this.closeFile();
	}

	locate(row: number): string {
		return this.marks.locate(row);
	}

	private async openNextFile(): Promise<CsvFileReader | undefined> {
		if (this.filesOpened >= this.files.length) return undefined;
		const file = this.files[this.filesOpened++];
		return await CsvFileReader.open(file, this.columns, this.options, this.marks, this.rowsDrawn);
	}

	private async closeFile(): Promise<void> {
		const { reader } = this;
		this.reader = undefined;
		await reader?.close();
	}
}
