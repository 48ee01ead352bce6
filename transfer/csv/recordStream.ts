import { ByteWindow, MAX_RECORD_BYTES } from './byteWindow';
import { type CsvFileFaults, type Fault, notUtf8, openQuote, recordFault, tooLong } from './csvFileFaults';
import type { InputError } from '../inputError';
import type { PlainRecords } from './plainRecords';
import { fieldsOf, type OddRecord, RecordScanner, type Separators } from './records';
import { Stretch } from '../stretch';
import { asWindows1252, countBytes, invalidUtf8At } from './textEncoding';

const LF = 0x0a;
const MAX_RECORD_MB = MAX_RECORD_BYTES / 1024 / 1024;

export interface RecordStreamOptions {
	separators: Separators;
	/** Physical lines to pass over at the beginning. */
	linesAbove: number;
	/** Whether a header follows them. */
	hasHeader: boolean;
	fieldCount: number;
	/** Whether the fields of records that are not plain are wanted. */
	keepsFields: boolean;
	/** Knows records in Domo's form, and has the memory for the file's bytes. */
	plain?: PlainRecords;
	fillsShort: boolean;
	/** Records at the end that are no rows. */
	linesAfterLastRow: number;
	/** Whether the bytes are UTF-8 as the file has it, which is to be checked. */
	checksUtf8: boolean;
	/** Whether the bytes are a file's beginning only: they may end within a record. */
	isCut: boolean;
}

/** A file's records, batch by batch. A batch is scanner's records [0, rows) and its odd records [0, oddCount). */
export class RecordStream {
	/** How many of the scanner's records, and of its odd ones, are in the batch. */
	rows = 0;
	oddCount = 0;

	/** The line (from 1) on which the batch's bytes begin. */
	line = 1;

	/** At the file's end: how many of the scanner's records, then of its odd ones, are in the batch's place no rows. */
	footer: { fromRow: number; fromOdd: number } | undefined;

	/** The line of the header, if there is one. */
	headerLine: number | undefined;

	readonly scanner: RecordScanner;

	private readonly window: ByteWindow;

	private readonly stretch = new Stretch();

	/** Whether the file was let go of: `bytes` are gone. */
	isClosed = false;

	/** Where the bytes behind the batch begin, and on which line. */
	private nextAt = 0;
	private nextLine = 1;

	private constructor(
		chunks: AsyncIterable<Uint8Array>,
		private readonly options: RecordStreamOptions,
		private readonly faults: CsvFileFaults,
	) {
		const { isCut, plain, separators } = options;
		this.window = new ByteWindow(chunks, isCut ? undefined : separators.lineEnd, plain);
		this.scanner = new RecordScanner(
			options.separators,
			options.fieldCount,
			options.keepsFields,
			options.fillsShort,
			options.plain,
		);
	}

	/** Reads on to the first record. */
	static async open(
		chunks: AsyncIterable<Uint8Array>,
		options: RecordStreamOptions,
		faults: CsvFileFaults,
	): Promise<RecordStream> {
		const stream = new RecordStream(chunks, options, faults);
		let isOpen = false;
		try {
			await stream.passOverLines(options.linesAbove);
			if (options.hasHeader) await stream.passOverHeader();
			isOpen = true;
		} finally {
			if (!isOpen) await stream.close();
		}
		return stream;
	}

	get bytes(): Buffer {
		return this.window.bytes;
	}

	/** The line of a record of the batch. */
	lineOfRow(row: number): number {
		return this.line + this.scanner.rowLines[row];
	}

	/**
	 * Reads the next batch.
	 *
	 * @returns false at the file's end: `footer` is set then
	 * @throws InputError where nobody can say where a record ends
	 */
	async more(): Promise<boolean> {
		const { window, scanner } = this;
		if (this.stretch.isLong()) await this.stretch.rest();
		window.start = this.nextAt;
		this.line = this.nextLine;
		await this.fill();
		for (;;) {
			// A file let go of while it is read looks cut off.
			if (this.isClosed) return false;
			const scannedTo = scanner.scan(window.bytes, window.start, window.end);
			if (!scanner.isAscii) this.checkUtf8(scannedTo);
			if (scanner.fault) throw this.faultAt(scanner.fault.at, recordFault(scanner.fault));
			const isAll = window.ended && scannedTo === window.end;
			this.holdBack(scannedTo, isAll);
			if (this.rows + this.oddCount > 0) return true;
			if (isAll) {
				this.footer = { fromRow: 0, fromOdd: 0 };
				return false;
			}
			if (scannedTo > window.start && this.nextAt > window.start) {
				// Blank lines alone.
				window.start = this.nextAt;
				this.line = this.nextLine;
				await this.fill();
			} else if (!(await this.extend())) {
				return false;
			}
		}
	}

	/** A record of the batch with its fields: scanned once more where they are not known. */
	withFields(row: number): { bytes: Buffer; scanner: RecordScanner; row: number } {
		const { scanner, bytes, options } = this;
		if (options.keepsFields && scanner.isPlain[row] === 0) return { bytes, scanner, row };
		const start = scanner.rowStarts[row];
		const length = scanner.rowEnds[row] - start;
		const record = Buffer.concat([bytes.subarray(start, start + length), Buffer.alloc(1)]);
		const alone = new RecordScanner(options.separators, options.fieldCount, true, options.fillsShort);
		alone.scan(record, 0, length, 1);
		return { bytes: record, scanner: alone, row: 0 };
	}

	/** The fields of a record of another length. */
	fieldsOfOdd(start: number, end: number): string[] {
		const record = Buffer.concat([this.bytes.subarray(start, end), Buffer.alloc(1)]);
		const scanner = new RecordScanner(this.options.separators, 0, true);
		scanner.scan(record, 0, end - start, 1);
		return fieldsOf(record, scanner, 0, scanner.fieldCounts[0] ?? 0).map(({ text }) => text);
	}

	/** Lets go of the file. */
	async close(): Promise<void> {
		this.isClosed = true;
		const closed = this.window.close();
		// The window has let go of its memory at once: a file that is read later may have it.
		this.options.plain?.close();
		await closed;
	}

	/** The last records may be no rows: they wait for what follows. */
	private holdBack(scannedTo: number, isAll: boolean): void {
		const { scanner } = this;
		this.nextAt = scannedTo;
		this.nextLine = this.line + scanner.lines;
		let row = scanner.rows;
		let odd = scanner.oddRecords.length;
		for (let held = 0; held < this.options.linesAfterLastRow && row + odd > 0; held++) {
			const last: OddRecord | undefined = scanner.oddRecords[odd - 1];
			if (last?.before === row) {
				odd--;
				this.nextAt = last.start;
				this.nextLine = this.line + last.line;
			} else {
				row--;
				this.nextAt = scanner.rowStarts[row];
				this.nextLine = this.lineOfRow(row);
			}
		}
		if (isAll && row + odd === 0) this.nextAt = this.window.start;
		this.rows = row;
		this.oddCount = odd;
	}

	private async passOverLines(count: number): Promise<void> {
		const { window } = this;
		const { lineEnd } = this.options.separators;
		await window.fill();
		for (let passed = 0; passed < count; passed++) {
			const end = window.bytes.indexOf(lineEnd, window.start);
			window.start = end < 0 || end >= window.end ? window.end : end + 1;
			this.line++;
		}
		this.nextAt = window.start;
		this.nextLine = this.line;
	}

	private async passOverHeader(): Promise<void> {
		const { window } = this;
		const scanner = new RecordScanner(this.options.separators, 0, false);
		for (;;) {
			const end = scanner.scan(window.bytes, window.start, window.end, 1);
			this.checkUtf8(end);
			if (scanner.fault) throw this.faultAt(scanner.fault.at, recordFault(scanner.fault));
			if (scanner.rows > 0) {
				this.nextAt = end;
				this.nextLine = this.line + scanner.lines;
				this.headerLine = this.line + scanner.rowLines[0];
				return;
			}
			if (end === window.end && window.ended) {
				this.nextAt = end;
				return;
			}
			this.line += scanner.lines;
			window.start = end;
			if (!(await this.extend(scanner))) return;
		}
	}

	private async fill(): Promise<void> {
		await this.window.fill();
		this.nextAt = this.window.start;
	}

	/**
	 * Reads on where the window holds no whole record.
	 *
	 * @returns false where a cut beginning ends
	 */
	private async extend(scanner = this.scanner): Promise<boolean> {
		const { window } = this;
		const isQuoteOpen = scanner.openQuoteAt >= 0;
		const at = isQuoteOpen ? scanner.openQuoteAt : window.start;
		if (window.ended) {
			if (this.options.isCut) return false;
			throw this.faultAt(at, openQuote());
		}
		if (await window.extend()) return true;
		throw this.faultAt(at, isQuoteOpen ? openQuote(MAX_RECORD_MB) : tooLong(MAX_RECORD_MB));
	}

	private checkUtf8(to: number): void {
		const { checksUtf8, plain } = this.options;
		const { bytes, start } = this.window;
		if (!checksUtf8) return;
		const at = plain ? plain.invalidUtf8At(start, to) : invalidUtf8At(bytes, start, to);
		if (at >= 0) throw notUtf8At(at, bytes, to, this.faults, start, this.line);
	}

	private faultAt(at: number, [code, text, advice]: Fault): InputError {
		const { bytes, start } = this.window;
		const lines = countBytes(bytes, this.options.separators.lineEnd, start, at);
		return this.faults.refuse(code, text, advice, this.line + lines);
	}
}

/** @throws InputError for bytes[0, to), the file's first ones, that are not UTF-8 */
export function checkUtf8(bytes: Buffer, to: number, faults: CsvFileFaults): void {
	const at = invalidUtf8At(bytes, 0, to);
	if (at >= 0) throw notUtf8At(at, bytes, to, faults, 0, 1);
}

/** @param line the line on which bytes[from] is */
function notUtf8At(
	at: number,
	bytes: Buffer,
	to: number,
	faults: CsvFileFaults,
	from: number,
	line: number,
): InputError {
	return faults.refuse(...notUtf8(asWindows1252(bytes, at, to)), line + countBytes(bytes, LF, from, at));
}
