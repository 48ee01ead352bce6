import type { Column } from '../domo/types';
import { ByteWindow, MAX_RECORD_BYTES } from './byteWindow';
import { matchColumns } from './columnMatch';
import { type CsvFile, openAsUtf8 } from './csvBytes';
import {
	CLOSE_QUOTE_ADVICE,
	CsvFileFaults,
	HEADER_IS_BLANK,
	IS_EMPTY,
	NO_LINE_END_ADVICE,
	ONLY_NULL,
} from './csvFileFaults';
import type { GrowingBlock } from './growingBlock';
import type { InputError } from './inputError';
import { indexOfKeyColumn } from './keyColumns';
import { LineMarks } from './lineMarks';
import { fieldText, type RecordFault, RecordScanner } from './records';
import { RecordRewriter } from './rewrite';
import { Stretch } from './stretch';
import { countLineFeeds, ENCODING_ADVICE, type FileEncoding, invalidUtf8At } from './textEncoding';

/** How CSV files are read: the nodes' file options. */
export interface CsvFileOptions {
	/** Whether the first line names the fields; else they stand in the schema's order. */
	fileHasHeader: boolean;
	/** What to do with a field that no column is named after. */
	unknownFields: 'fail' | 'ignore';
	/** What to do with a column that the header doesn't name. */
	missingColumns: 'fail' | 'null';
	delimiter: ',' | ';' | '\t' | '|';
	fileEncoding: FileEncoding;
	/** How NULL is written for Domo. */
	nullText: '' | '\\N';
	/** The columns of an upsert's key, in which NULL is refused. Repeated keys are left to Domo: a file is streamed. */
	keyColumnNames?: readonly string[];
}

/** A field in which NULL is refused: a key column's, or the only column's. */
interface FieldWithoutNull {
	field: number;
	keyColumn?: string;
}

const LF = 0x0a;
const CR = 0x0d;
const BACKSLASH = 0x5c;
const CAPITAL_N = 0x4e;

/** Reads the records of one CSV file, checks them, and puts them into Domo's form. */
export class CsvFileReader {
	private readonly faults: CsvFileFaults;

	private readonly stretch = new Stretch();

	private window!: ByteWindow;

	private scanner!: RecordScanner;

	/** Absent where the records are in Domo's form already. */
	private rewriter: RecordRewriter | undefined;

	/** For each column the index of its field, or -1. */
	private sourceByColumn: readonly number[] = [];

	/** How many fields each record has. */
	private fieldCount = 0;

	/** Mostly none: then no record is looked at for NULLs. */
	private fieldsWithoutNull: readonly FieldWithoutNull[] = [];

	/** Index, among the scanned records, of the next one to hand out, and where it begins. */
	private nextRecord = 0;

	private nextRecordAt = 0;

	/** The line on which the bytes not scanned yet begin. */
	private line = 1;

	/** The first blank line, where only blank ones may follow. */
	private blankLine: { line: number; fault: RecordFault } | undefined;

	private constructor(
		file: CsvFile,
		private readonly columns: readonly Column[],
		private readonly options: CsvFileOptions,
		private readonly marks: LineMarks,
		private rowsScanned: number,
	) {
		this.faults = new CsvFileFaults(file);
	}

	/**
	 * Opens a file and reads on to its first records, so that a fault in its header or first lines shows at once.
	 *
	 * @param firstRow row of the upload that the file's first record will be
	 * @param marks told on which lines the rows stand
	 * @throws InputError
	 */
	static async open(
		file: CsvFile,
		columns: readonly Column[],
		options: CsvFileOptions,
		marks: LineMarks,
		firstRow: number,
	): Promise<CsvFileReader> {
		const reader = new CsvFileReader(file, columns, options, marks, firstRow);
		reader.window = new ByteWindow(await openAsUtf8(file, options.fileEncoding, reader.faults.refuse));
		try {
			await reader.start();
			return reader;
		} catch (error) {
			await reader.close();
			throw reader.faults.withItem(error);
		}
	}

	/**
	 * The names in a file's header, as they stand there.
	 *
	 * @throws InputError when the file is empty or its header is faulty
	 */
	static async headerOf(file: CsvFile, options: CsvFileOptions): Promise<string[]> {
		const reader = new CsvFileReader(file, [], options, new LineMarks(), 0);
		reader.window = new ByteWindow(await openAsUtf8(file, options.fileEncoding, reader.faults.refuse));
		try {
			await reader.window.fill();
			if (reader.window.start === reader.window.end) throw reader.faults.refuse(...IS_EMPTY);
			return await reader.readHeader(options.delimiter.charCodeAt(0));
		} catch (error) {
			throw reader.faults.withItem(error);
		} finally {
			await reader.close();
		}
	}

	/**
	 * Appends the next records to a block until it has maxBytes or maxRows, or the file ends.
	 *
	 * @returns how many records; 0 at the file's end
	 * @throws InputError when the file is faulty
	 */
	async read(block: GrowingBlock, maxBytes: number, maxRows: number): Promise<number> {
		let rows = 0;
		while (block.length < maxBytes && rows < maxRows) {
			if (this.nextRecord === this.scanner.rows && !(await this.scanMore())) break;
			rows += this.take(block, maxBytes, maxRows - rows);
		}
		return rows;
	}

	/** Lets go of the file. */
	async close(): Promise<void> {
		await this.window.close();
	}

	private async start(): Promise<void> {
		const { options, columns, window } = this;
		await window.fill();
		if (window.start === window.end) throw this.faults.refuse(...IS_EMPTY);

		const delimiter = options.delimiter.charCodeAt(0);
		const names = options.fileHasHeader ? await this.readHeader(delimiter) : undefined;
		const inOrder = columns.map((_, index) => index);
		this.sourceByColumn = names
			? matchColumns(names, columns, { ...options, what: `header of ${this.faults.label}` }).sourceByColumn
			: inOrder;
		this.fieldCount = names?.length ?? columns.length;
		this.fieldsWithoutNull = this.findFieldsWithoutNull();
		const isInDomosForm =
			options.delimiter === ',' &&
			options.nullText === '' &&
			this.fieldCount === columns.length &&
			inOrder.every((index) => this.sourceByColumn[index] === index);
		if (!isInDomosForm) {
			this.rewriter = new RecordRewriter(this.sourceByColumn, this.fieldCount, options.nullText);
		}
		const keepsFields = !isInDomosForm || this.fieldsWithoutNull.length > 0;
		this.scanner = new RecordScanner(delimiter, this.fieldCount, keepsFields);
		this.marks.startFile(this.faults.label, this.rowsScanned, this.line);
		if (!(await this.scanMore()) && !names) throw this.faults.refuse(...IS_EMPTY);
	}

	private async readHeader(delimiter: number): Promise<string[]> {
		const { window } = this;
		const scanner = new RecordScanner(delimiter, 0, true);
		for (;;) {
			const end = scanner.scan(window.bytes, window.start, window.end, 1);
			if (scanner.fault) throw this.refuseFault(scanner.fault);
			if (scanner.rows === 0) {
				await this.extendWindow(scanner);
				continue;
			}
			this.checkEncoding(end);
			const names: string[] = [];
			for (let field = 0, from = window.start; field < scanner.fieldsKept; field++) {
				names.push(fieldText(window.bytes, from, scanner.fieldEnds[field]));
				from = scanner.fieldEnds[field] + 1;
			}
			if (names.length === 1 && names[0] === '') throw this.faults.refuse(...HEADER_IS_BLANK, this.line);
			this.line += countLineFeeds(window.bytes, window.start, end);
			window.start = end;
			return names;
		}
	}

	/**
	 * Scans the next stretch of the file.
	 *
	 * @returns false at the file's end
	 */
	private async scanMore(): Promise<boolean> {
		const { window, scanner } = this;
		if (this.stretch.isLong()) await this.stretch.rest();
		await window.fill();
		while (window.start < window.end && !this.blankLine) {
			const end = scanner.scan(window.bytes, window.start, window.end);
			this.nextRecord = 0;
			this.nextRecordAt = window.start;
			this.checkEncoding(end);
			if (this.fieldsWithoutNull.length > 0) this.checkForNulls();
			if (scanner.fault?.blankLine) {
				this.blankLine = { line: this.lineOf(scanner.fault.at), fault: scanner.fault };
			} else if (scanner.fault) {
				throw this.refuseFault(scanner.fault);
			}
			if (scanner.rows > 0) {
				this.countScanned();
				window.start = end;
				return true;
			}
			if (!this.blankLine) await this.extendWindow(scanner);
		}
		await this.skipBlankLines();
		return false;
	}

	/** Reads on where the window holds no whole record. */
	private async extendWindow(scanner: RecordScanner): Promise<void> {
		const { window } = this;
		const isQuoteOpen = scanner.openQuoteAt >= 0;
		const line = this.lineOf(isQuoteOpen ? scanner.openQuoteAt : window.start);
		if (window.ended)
			throw this.faults.refuse('opens a quote that is never closed', CLOSE_QUOTE_ADVICE, line);
		if (await window.extend()) return;
		const limit = `${MAX_RECORD_BYTES / 1024 / 1024} MB`;
		throw isQuoteOpen
			? this.faults.refuse(`opens a quote that is not closed within ${limit}`, CLOSE_QUOTE_ADVICE, line)
			: this.faults.refuse(`is longer than ${limit}`, NO_LINE_END_ADVICE, line);
	}

	private async skipBlankLines(): Promise<void> {
		const { window, blankLine } = this;
		if (!blankLine) return;
		for (; window.start < window.end; await window.fill()) {
			for (; window.start < window.end; window.start++) {
				const byte = window.bytes[window.start];
				if (byte !== LF && byte !== CR) {
					throw this.faults.refuse(blankLine.fault.text, blankLine.fault.advice, blankLine.line);
				}
			}
		}
	}

	/** Hands scanned records to the block. */
	private take(block: GrowingBlock, maxBytes: number, maxRows: number): number {
		const { scanner, rewriter, nextRecord, window } = this;
		let endRecord = Math.min(scanner.rows, nextRecord + maxRows);
		if (rewriter) {
			const records = { bytes: window.bytes, rowEnds: scanner.rowEnds, fieldEnds: scanner.fieldEnds };
			endRecord = rewriter.rewrite(records, nextRecord, this.nextRecordAt, endRecord, block, maxBytes);
		} else {
			const wantedEnd = this.nextRecordAt + maxBytes - block.length;
			endRecord = Math.min(endRecord, firstAtOrPast(scanner.rowEnds, nextRecord, endRecord, wantedEnd) + 1);
			block.append(window.bytes, this.nextRecordAt, scanner.rowEnds[endRecord - 1]);
		}
		this.nextRecord = endRecord;
		this.nextRecordAt = scanner.rowEnds[endRecord - 1];
		return endRecord - nextRecord;
	}

	/** Goes on counting rows and lines behind the records scanned. */
	private countScanned(): void {
		const { rows, multiLineRows } = this.scanner;
		for (const { row, lineFeeds } of multiLineRows) {
			this.marks.add(this.rowsScanned + row + 1, this.line + row + 1 + lineFeeds);
		}
		this.line += rows + (multiLineRows.at(-1)?.lineFeeds ?? 0);
		this.rowsScanned += rows;
	}

	private checkEncoding(end: number): void {
		if (this.options.fileEncoding !== 'utf-8') return;
		const at = invalidUtf8At(this.window.bytes, this.window.start, end);
		if (at >= 0) throw this.faults.refuse('has bytes that are not utf-8', ENCODING_ADVICE, this.lineOf(at));
	}

	private findFieldsWithoutNull(): FieldWithoutNull[] {
		const { columns, sourceByColumn } = this;
		const { keyColumnNames = [], nullText } = this.options;
		if (keyColumnNames.length === 0) {
			// In a table of one column, NULL without a text would be an empty line, which Domo may read as no row.
			return columns.length === 1 && nullText === '' ? [{ field: sourceByColumn[0] }] : [];
		}
		return keyColumnNames.map((keyColumn) => {
			const field = sourceByColumn[indexOfKeyColumn(keyColumn, columns)];
			if (field === -1) {
				throw this.faults.refuse(
					`has no field for the key column '${keyColumn}', which would be NULL in every row, and Domo does not take NULL in a key column`,
					"Add the column to the file: 'Missing Columns' set to 'Load as NULL' is for the other columns.",
				);
			}
			return { field, keyColumn };
		});
	}

	private checkForNulls(): void {
		const { window, scanner, fieldCount, fieldsWithoutNull } = this;
		let recordStart = window.start;
		for (let row = 0; row < scanner.rows; row++) {
			for (const { field, keyColumn } of fieldsWithoutNull) {
				const at = row * fieldCount + field;
				const from = field === 0 ? recordStart : scanner.fieldEnds[at - 1] + 1;
				const to = scanner.fieldEnds[at];
				if (from === to || (keyColumn !== undefined && isNullText(window.bytes, from, to))) {
					throw this.refuseNull(keyColumn, this.lineOf(recordStart));
				}
			}
			recordStart = scanner.rowEnds[row];
		}
	}

	private refuseNull(keyColumn: string | undefined, line: number): InputError {
		if (keyColumn === undefined) return this.faults.refuse(...ONLY_NULL, line);
		return this.faults.refuse(
			`has NULL in the key column '${keyColumn}', which Domo does not take`,
			'Give the key column a value in every line. A field without quotes that is empty or \\N is NULL; "" is an empty text.',
			line,
		);
	}

	private lineOf(at: number): number {
		return this.line + countLineFeeds(this.window.bytes, this.window.start, at);
	}

	private refuseFault(fault: RecordFault): InputError {
		return this.faults.refuse(fault.text, fault.advice, this.lineOf(fault.at));
	}
}

/** The first index in [from, to) whose value is `wanted` or more; `to` if there is none. Values ascend. */
function firstAtOrPast(values: Int32Array, from: number, to: number, wanted: number): number {
	let low = from;
	let high = to;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (values[middle] >= wanted) high = middle;
		else low = middle + 1;
	}
	return low;
}

/** Whether an unquoted field is `\N`: it is sent as it stands, and Domo may read it as NULL whatever 'Null Text' says. */
function isNullText(bytes: Buffer, from: number, to: number): boolean {
	return to - from === 2 && bytes[from] === BACKSLASH && bytes[from + 1] === CAPITAL_N;
}
