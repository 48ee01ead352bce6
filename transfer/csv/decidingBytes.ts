import type { Column, ColumnType } from '../../domo/types';
import { ColumnEvidence } from '../columns/columnEvidence';
import type { ColumnReading } from '../columns/columnReading';
import { PlainField } from '../columns/plainField';
import type { ColumnSettingsByName } from '../columns/columnSettings';
import type { ColumnToSettle, Where } from '../columns/settleColumns';
import { openAsUtf8 } from './csvBytes';
import type { CsvFile } from './inputFile';
import { type KnownFile, layoutOfFile, openCsvFile, openRecords } from './csvFileOpening';
import type { FieldLayout, LayoutOptions } from './fieldLayout';
import type { FileOptions } from './fileOptions';
import { FileStart } from './fileStart';
import { type PlainRecordField, PlainRecords } from './plainRecords';
import { readField, type Separators } from './records';
import type { RecordStream } from './recordStream';
import { Stretch } from '../stretch';
import { ValueCache } from './valueCache';

/** So much CSV, unzipped, decides how files and columns are read. */
export const DECIDING_BYTES = 16_000_000;

const LF = 0x0a;
const QUOTE = 0x22;

/** Places of several files in one number: the file's index in these, the line below. */
const LINES_OF_A_FILE = 2 ** 40;

const ROWS_PER_LOOK = 128;

/** A column whose values are looked at; the name's field may be absent in some files. */
export interface DecidedColumn {
	name: string;
	/** null where it is to be inferred */
	type: ColumnType | null;
}

/** A file of which the beginning was looked at. */
export interface DecidedFile {
	file: CsvFile;
	known: KnownFile;
	layout: FieldLayout;
	/** How many of its bytes, as UTF-8, decide. */
	bytes: number;
	/** Whether these are all. */
	isWhole: boolean;
	headerLine: number | undefined;
	sawBlankByQuote: boolean;
	/** Rows of another length among them. */
	oddRows: number;
	/** How many rows were looked at. */
	rows: number;
}

/**
 * Looks at the beginnings of files: the same of each, what small files leave going to the others. The first file's is
 * held, so that nothing of it is read twice; the others are opened again.
 */
export class DecidingBytes {
	readonly files: DecidedFile[] = [];

	/** The first file's beginning. */
	first: FileStart | undefined;

	readonly columns: ColumnToSettle[];

	/** Those that are looked at: a text needs no reading. */
	private readonly lookedAt: number[];

	private readonly seen: ReadonlyArray<ValueCache | undefined>;

	private readonly stretch = new Stretch();

	constructor(
		private readonly decided: readonly DecidedColumn[],
		settings: ColumnSettingsByName,
		private readonly options: FileOptions & LayoutOptions,
		private readonly columnNames: readonly string[] | undefined,
	) {
		this.columns = decided.map(({ name, type }) => {
			const ofColumn = settings.of(name);
			const given = type ?? ofColumn.givenType;
			return { name, type: given, settings: ofColumn, evidence: new ColumnEvidence(given, ofColumn) };
		});
		this.seen = this.columns.map(({ type }) => (type === null ? undefined : new ValueCache()));
		this.lookedAt = [...decided.keys()].filter((index) => this.columns[index].type !== 'STRING');
	}

	/** Where a place of the evidence is. */
	readonly where: Where = (place) => {
		const line = `line ${place % LINES_OF_A_FILE}`;
		const { file } = this.files[Math.floor(place / LINES_OF_A_FILE)];
		return this.files.length === 1 ? line : `${line} of '${file.name}'`;
	};

	/** Whether values, rows or fields among the deciding bytes need to be checked, if they are read like that. */
	needsCheck(readings: readonly ColumnReading[]): boolean {
		return (
			this.lookedAt.some((column) => !this.columns[column].evidence.isSurelyReadAs(readings[column])) ||
			this.files.some(({ oddRows, layout }) => oddRows > 0 || layout.unnamedFields.length > 0)
		);
	}

	/** Whether all files were read to their ends. */
	get isWholeInput(): boolean {
		return this.files.every(({ isWhole }) => isWhole);
	}

	/**
	 * @param maxBytes how much is looked at
	 * @throws InputError for what is wrong with the files; what reading them throws
	 */
	async readAll(files: readonly CsvFile[], maxBytes: number): Promise<void> {
		const share = Math.max(1, Math.floor(maxBytes / Math.max(1, files.length)));
		for (const file of files) await this.readFirst(file, share);
		let left = maxBytes - this.files.reduce((sum, { bytes }) => sum + bytes, 0);
		let unfinished = this.files.filter(({ isWhole }) => !isWhole);
		// What is left over is not worth opening files again.
		while (unfinished.length > 0 && left >= unfinished.length * Math.max(1, share / 16)) {
			const more = Math.floor(left / unfinished.length);
			for (const file of unfinished) left -= await this.readOn(file, more);
			unfinished = unfinished.filter(({ isWhole }) => !isWhole);
		}
	}

	async close(): Promise<void> {
		await this.first?.close();
	}

	private async readFirst(file: CsvFile, share: number): Promise<void> {
		const { known, start } = await openCsvFile(file, this.options, this.columnNames, share);
		let isHeld = false;
		try {
			const layout = layoutOfFile(known, this.decided as readonly Column[], this.options);
			const decided: DecidedFile = {
				file,
				known,
				layout,
				bytes: start.heldLength,
				isWhole: start.isWhole,
				headerLine: undefined,
				sawBlankByQuote: false,
				oddRows: 0,
				rows: 0,
			};
			this.files.push(decided);
			await this.look(decided, start);
			if (this.files.length === 1) {
				this.first = start;
				isHeld = true;
			}
		} finally {
			if (!isHeld) await start.close();
		}
	}

	/** @returns how many bytes more were looked at */
	private async readOn(decided: DecidedFile, more: number): Promise<number> {
		const wanted = decided.bytes + more;
		const isFirst = decided === this.files[0] && this.first !== undefined;
		const start = isFirst ? this.first! : await reopen(decided, this.options, wanted);
		try {
			if (isFirst) await start.hold(more);
			await this.look(decided, start);
			const added = start.heldLength - decided.bytes;
			decided.bytes = start.heldLength;
			decided.isWhole = start.isWhole;
			return added;
		} finally {
			if (!isFirst) await start.close();
		}
	}

	/** Looks at the rows of a beginning that were not looked at before. */
	private async look(decided: DecidedFile, start: FileStart): Promise<void> {
		const { known, layout } = decided;
		const index = this.files.indexOf(decided);
		const stream = await openRecords(known, layout, this.options, start.heldBytes(), {
			keepsFields: this.lookedAt.length > 0,
			plain: this.plainRecords(known.dialect.separators, layout),
			isCut: !start.isWhole,
		});
		let rows = 0;
		let oddRows = 0;
		try {
			while (await stream.more()) {
				oddRows += stream.oddCount;
				const from = Math.max(0, Math.min(stream.rows, decided.rows - rows));
				if (this.lookedAt.length > 0) await this.addRows(stream, from, layout, index * LINES_OF_A_FILE);
				rows += stream.rows;
			}
		} finally {
			await stream.close();
		}
		decided.rows = Math.max(decided.rows, rows);
		decided.oddRows = oddRows;
		decided.headerLine = stream.headerLine;
		decided.sawBlankByQuote = stream.scanner.sawBlankByQuote;
	}

	/** Knows the records that say nothing new. */
	private plainRecords(
		{ delimiter, lineEnd }: Separators,
		{ fieldCount, sourceByColumn }: FieldLayout,
	): PlainRecords | undefined {
		if (lineEnd !== LF) return undefined;
		const fields = Array.from({ length: fieldCount }, (_, field): PlainRecordField => {
			const column = sourceByColumn.indexOf(field);
			const evidence = column < 0 ? undefined : this.columns[column].evidence;
			return {
				form: () => (evidence === undefined ? PlainField.Text : evidence.inPlaceField),
				orderOfDays: () => evidence?.orderOfDays ?? 0,
				mayBeEmpty: true,
				mayBeNullText: true,
			};
		});
		return PlainRecords.open(fields, delimiter, false);
	}

	private async addRows(
		stream: RecordStream,
		from: number,
		layout: FieldLayout,
		place: number,
	): Promise<void> {
		for (let row = from; row < stream.rows; row += ROWS_PER_LOOK) {
			this.addSlice(stream, row, Math.min(stream.rows, row + ROWS_PER_LOOK), layout, place);
			if (this.stretch.isLong()) await this.stretch.rest();
		}
	}

	private addSlice(
		{ scanner, bytes, line }: RecordStream,
		fromRow: number,
		toRow: number,
		{ fieldCount, sourceByColumn }: FieldLayout,
		place: number,
	): void {
		const { fieldEnds, rowStarts, rowLines, isPlain, specialRows } = scanner;
		const special = specialRows.length > 0 ? new Set(specialRows) : undefined;
		for (const column of this.lookedAt) {
			const field = sourceByColumn[column];
			if (field < 0) continue;
			const { evidence } = this.columns[column];
			const seen = this.seen[column];
			for (let row = fromRow; row < toRow; row++) {
				if (isPlain[row] === 1) continue;
				const at = row * fieldCount + field;
				const from = field === 0 ? rowStarts[row] : fieldEnds[at - 1] + 1;
				const to = fieldEnds[at];
				if (from === to) continue;
				const isQuoted = bytes[from] === QUOTE;
				const edge = isQuoted ? 1 : 0;
				const isSpecial = special?.has(row) ?? false;
				const where = place + line + rowLines[row];
				if (!isSpecial && evidence.takes(bytes, from + edge, to - edge, where)) continue;
				// Of a column whose type is given, the same text says nothing new.
				if (seen?.has(bytes, from, to)) continue;
				const { text, isQuoted: wasQuoted } = readField(bytes, from, to);
				evidence.addField(text, wasQuoted, where);
				seen?.add(bytes, from, to, '', 0);
			}
		}
	}
}

async function reopen({ file, known }: DecidedFile, options: FileOptions, bytes: number): Promise<FileStart> {
	return await FileStart.read(await openAsUtf8(file, options.fileEncoding, known.faults.refuse), bytes);
}
