import type { Column } from '../../domo/types';
import { ColumnReader } from '../columns/columnReader';
import { indexOfKeyColumn } from '../columns/keyColumns';
import type { LoadColumns } from '../columns/loadColumns';
import type { RepeatedKeys } from '../columns/repeatedKeys';
import type { SettledColumns, SettlingScope } from '../columns/settleColumns';
import type { ValueOptions } from '../columns/valueOptions';
import { openAsUtf8 } from './csvBytes';
import { keyWithoutField } from './csvFileFaults';
import { openRecords } from './csvFileOpening';
import { CsvFileReader } from './csvFileReader';
import type { DecidedFile, DecidingBytes } from './decidingBytes';
import type { FileOptions } from './fileOptions';
import { FileStart } from './fileStart';
import { GrowingBlock } from './growingBlock';
import { LineMarks } from './lineMarks';
import { passedOn } from './ownChunks';
import { LoadFields } from './loadFields';
import { type ConvertedColumn, RecordConverter, type ValueWatcher } from './recordConverter';
import { FirstOfEachKey, LastOfEachKey, type CountingFilter, type RowFilter } from './repeatedKeys';
import { RowJudge } from './rowJudge';

const CHECK_BLOCK_BYTES = 256 * 1024;

/** How CSV files are read: the nodes' options. */
export interface CsvFileOptions extends Partial<FileOptions> {
	/** What to do with a field that no column is named after. */
	unknownFields: 'fail' | 'ignore';
	/** What to do with a column that the header doesn't name. */
	missingColumns: 'fail' | 'null';
	/** How NULL is written for Domo. */
	nullText: '' | '\\N';
	/** How values are read. */
	values?: ValueOptions;
	/** 'slice' where the files are a part of a table, as for Upload Part: no column then settles a reading. */
	scope?: SettlingScope;
	/** For a Dry Run: every value is read for a profile, and what would be refused is in `findings`, not thrown. */
	profile?: boolean;
	/** The columns of an upsert's key, in which NULL is refused. */
	keyColumnNames?: readonly string[];
	/** What becomes of rows that share a key; 'refuse' leaves them to Domo, as a file is streamed. */
	repeatedKeys?: RepeatedKeys;
	/** What is put into rows beside the columns; `columns` are then the input's alone. */
	loads?: LoadColumns;
	/** Ends the reading of files for their keys. */
	signal?: AbortSignal;
	/** How much decides; for tests. */
	decidingBytes?: number;
}

export type AllCsvOptions = CsvFileOptions & FileOptions & { values: ValueOptions };

/** How all files of an upload are read, once their beginnings have decided it. */
export class CsvPlan {
	/** Indexes of the columns that form an upsert's key. */
	readonly keys: readonly number[];

	constructor(
		readonly columns: readonly Column[],
		readonly deciding: DecidingBytes,
		readonly settled: SettledColumns,
		readonly options: AllCsvOptions,
	) {
		this.keys = (options.keyColumnNames ?? []).map((name) => indexOfKeyColumn(name, columns));
		for (const { known, layout } of deciding.files) {
			const missing = this.keys.find((key) => layout.sourceByColumn[key] === -1);
			if (missing !== undefined) throw known.faults.refuse(...keyWithoutField(columns[missing].name));
		}
	}

	/** A reader for each column, with counts of its own. */
	readers(): ColumnReader[] {
		return this.settled.readings.map((reading) => new ColumnReader(reading));
	}

	judge(): RowJudge {
		return new RowJudge(this.options.values, !this.options.profile, this.keys.length > 0);
	}

	/**
	 * Reads the rows that decide as they will be read, for nothing but their faults: before anything is sent.
	 *
	 * @throws InputError
	 */
	async check(): Promise<void> {
		if (!this.needsCheck) return;
		const { deciding } = this;
		const readers = this.readers();
		const judge = this.judge();
		let rowsRead = 0;
		for (const [index, decided] of deciding.files.entries()) {
			const start = index === 0 ? deciding.first : await this.reopen(decided);
			if (!start) continue;
			const reader = await this.openFile(index, start.heldBytes(), readers, judge, {
				isCut: !start.isWhole,
				isTrial: true,
			});
			const block = new GrowingBlock(undefined, CHECK_BLOCK_BYTES);
			try {
				while ((await reader.read(block, CHECK_BLOCK_BYTES, Infinity)) !== null) block.length = 0;
				rowsRead += reader.rowsRead;
			} finally {
				await reader.close();
				if (index > 0) await start.close();
			}
		}
		judge.check(deciding.isWholeInput ? rowsRead : undefined, true);
	}

	/**
	 * What leaves out the rows that 'Repeated Keys' does not keep. For the last row of each key, all files are read once
	 * for their keys: before anything is sent.
	 *
	 * @throws InputError
	 */
	async keyFilter(): Promise<CountingFilter | undefined> {
		const { keys, options } = this;
		const { repeatedKeys = 'refuse', signal } = options;
		if (keys.length === 0 || repeatedKeys === 'refuse') return undefined;
		if (repeatedKeys === 'keepFirst') return new FirstOfEachKey(keys);
		const last = new LastOfEachKey(keys, signal);
		const readers = this.readers();
		const judge = this.judge();
		const block = new GrowingBlock(undefined, CHECK_BLOCK_BYTES);
		for (const index of this.deciding.files.keys()) {
			const reader = await this.openFile(index, await this.chunksOf(index, true), readers, judge, {
				filter: last,
			});
			try {
				while ((await reader.read(block, CHECK_BLOCK_BYTES, Infinity)) !== null) block.length = 0;
			} finally {
				await reader.close();
			}
		}
		return last.filter();
	}

	/** What puts the values of 'Load Columns' into a file's rows. */
	loadFields(index: number): LoadFields | undefined {
		const { loads } = this.options;
		return loads && new LoadFields(loads, this.deciding.files[index].file.name);
	}

	/** The whole of a file, from its beginning; a chunk is valid until the next is drawn. @param isAhead before it is drawn: it is opened once more for that */
	async chunksOf(index: number, isAhead = false): Promise<AsyncIterable<Uint8Array>> {
		const { first, files } = this.deciding;
		if (index === 0 && first && !isAhead) return first.wholeFile();
		const { file, known } = files[index];
		const { chunks, areOwn } = await openAsUtf8(file, this.options.fileEncoding, known.faults.refuse);
		return passedOn(chunks, areOwn);
	}

	/**
	 * @param chunks the file as UTF-8
	 * @param at how many rows of the upload come before the file's, and where their lines are noted
	 */
	async openFile(
		index: number,
		chunks: AsyncIterable<Uint8Array>,
		readers: readonly ColumnReader[],
		judge: RowJudge,
		at: {
			marks?: LineMarks;
			firstRow?: number;
			isCut?: boolean;
			isTrial?: boolean;
			watcher?: ValueWatcher;
			filter?: RowFilter;
			loadFields?: LoadFields;
		},
	): Promise<CsvFileReader> {
		const { columns, options, deciding } = this;
		const { known, layout } = deciding.files[index];
		const {
			marks = new LineMarks(),
			firstRow = 0,
			isCut = false,
			isTrial = false,
			watcher,
			filter,
			loadFields,
		} = at;
		const converter = new RecordConverter(
			layout,
			this.convertedColumns(readers),
			known.dialect.separators,
			options.nullText,
			watcher,
		);
		const stream = await openRecords(known, layout, options, chunks, {
			keepsFields: true,
			plain: converter.plainRecords(options.linesAfterLastRow > 0),
			isCut,
		});
		const { linesAfterLastRow } = options;
		return new CsvFileReader(
			known,
			layout,
			columns,
			stream,
			converter,
			judge,
			marks,
			firstRow,
			{ linesAfterLastRow, isCut, isTrial },
			filter,
			loadFields,
		);
	}

	private get needsCheck(): boolean {
		return (
			this.deciding.needsCheck(this.settled.readings) ||
			this.options.linesAfterLastRow > 0 ||
			this.columns.some((_, index) => this.refusesNull(index))
		);
	}

	private refusesNull(column: number): boolean {
		const { columns, options, keys } = this;
		// In a table of one column, NULL without a text would be an empty line, which Domo may read as no row.
		return keys.length > 0
			? keys.includes(column)
			: columns.length === 1 && !options.loads && options.nullText === '';
	}

	private convertedColumns(readers: readonly ColumnReader[]): ConvertedColumn[] {
		return readers.map((reader, column) => ({
			...(reader.copiesAll ? {} : { reader }),
			refusesNull: this.refusesNull(column),
			isKey: this.keys.includes(column),
		}));
	}

	private async reopen(decided: DecidedFile): Promise<FileStart> {
		const { file, known, bytes } = decided;
		return await FileStart.read(
			await openAsUtf8(file, this.options.fileEncoding, known.faults.refuse),
			bytes,
		);
	}
}
