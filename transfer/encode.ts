/** n8n items as records in Domo's CSV form: everything is checked first, then encoded block by block. */

import type { Column, ColumnType } from '../domo/types';
import { matchColumns, type ColumnMatchOptions } from './columnMatch';
import { CsvWriter } from './csvWriter';
import { isDateInDomosForm, isDateTimeInDomosForm } from './dates';
import { InputError } from './inputError';
import { checkKeysAreUnique, checkValues, type ItemTable } from './itemCheck';
import { ColumnReader, surveyFields, type Item } from './itemFields';
import { indexOfKeyColumn } from './keyColumns';
import type { RowBlock, RowSource } from './rowSource';
import { Stretch } from './stretch';
import { isSmallInteger, Misfit, ValueTexts } from './values';

export interface ItemOptions extends Pick<ColumnMatchOptions, 'unknownFields' | 'missingColumns'> {
	/** How NULL is written: nothing between two commas, or R's `\N`. */
	nullText: '' | '\\N';
	/** IANA name; a JS Date's DATE is its calendar day there. */
	timeZone: string;
	/** The columns of an upsert's key: no NULL, no duplicates. */
	keyColumnNames?: readonly string[];
	signal?: AbortSignal;
}

/** A fresh block starts with room for this much, or for maxBytes if that is less. */
const FRESH_BLOCK_BYTES = 1024 * 1024;
const ROOM_FOR_LAST_RECORD_BYTES = 64 * 1024;

const NULL_IN_KEY = 'NULL, which Domo does not take in a key column';
const NULL_IN_SINGLE_COLUMN =
	"NULL in a table of one column would be an empty line, which may be read as no row: give it a value or set 'Null Text' to \\N";

/** How many rows are encoded between two looks at the clock. */
const ROWS_PER_LOOK = 256;

/**
 * Checks items against a DataSet's columns, whole, before anything is sent: fields against columns by name, every
 * value against its column's type, NULLs and duplicates in key columns. Items without any field are no rows; there
 * may be no rows at all.
 *
 * @param columns the DataSet's, in its order
 * @throws InputError that names the items, columns and values, and what to do; the signal's reason when aborted
 */
export async function openItems(
	items: readonly Item[],
	columns: readonly Column[],
	options: ItemOptions,
): Promise<ItemRowSource> {
	const { nullText, keyColumnNames = [], signal } = options;
	const stretch = new Stretch();
	const { names, rows, itemOfRow } = await surveyFields(items, stretch, signal);
	const sources =
		rows.length === 0 ? [] : matchColumns(names, columns, { ...options, what: 'items' }).sourceByColumn;
	const reader = new ColumnReader(columns.map((_, column) => names[sources[column]] ?? null));
	const table: ItemTable = { rows, itemOfRow, columns, reader, texts: new ValueTexts(options.timeZone) };
	const keyColumns = keyColumnNames.map((name) => indexOfKeyColumn(name, columns));
	const nullRefusals = columns.map((_, column) => {
		if (keyColumns.includes(column)) return NULL_IN_KEY;
		return columns.length === 1 && nullText === '' ? NULL_IN_SINGLE_COLUMN : null;
	});
	await checkValues(table, nullRefusals, stretch, signal);
	if (keyColumns.length > 0) await checkKeysAreUnique(table, keyColumns, stretch, signal);
	return new ItemRowSource(table, nullText, signal);
}

/** Items as a row source. One call of next() at a time. */
export class ItemRowSource implements RowSource {
	/** Rows of the whole source. */
	readonly rowCount: number;

	private readonly types: readonly ColumnType[];
	private readonly writer: CsvWriter;
	private nextRow = 0;
	/** Whether all items so far had the columns' fields and no others, in the columns' order: read without look-ups. */
	private inColumnOrder = true;
	private readonly stretch = new Stretch();

	/** @param table checked rows: see openItems */
	constructor(
		private table: ItemTable,
		nullText: '' | '\\N',
		private readonly signal?: AbortSignal,
	) {
		this.rowCount = table.rows.length;
		this.types = table.columns.map(({ type }) => type);
		this.writer = new CsvWriter(nullText);
	}

	/**
	 * See RowSource. A `reuse` with room for a last record past maxBytes (64 kB, say) is never outgrown by
	 * ordinary rows.
	 */
	async next(maxBytes: number, maxRows: number, reuse?: Buffer): Promise<RowBlock | null> {
		const { rows } = this.table;
		if (this.nextRow >= rows.length) return null;
		const { writer } = this;
		const firstRow = this.nextRow;
		const endRow = Math.min(rows.length, firstRow + Math.max(1, maxRows));
		writer.start(
			reuse ?? Buffer.allocUnsafeSlow(Math.min(maxBytes, FRESH_BLOCK_BYTES) + ROOM_FOR_LAST_RECORD_BYTES),
		);
		while (this.nextRow < endRow && (writer.length < maxBytes || this.nextRow === firstRow)) {
			if (this.stretch.isLong()) await this.stretch.rest(this.signal);
			const lookAt = Math.min(endRow, this.nextRow + ROWS_PER_LOOK);
			do this.writeRow(rows[this.nextRow].json, this.nextRow++);
			while (this.nextRow < lookAt && writer.length < maxBytes);
		}
		return { bytes: writer.take(), rows: this.nextRow - firstRow };
	}

	async close(): Promise<void> {
		this.table = { ...this.table, rows: [] };
	}

	locate(row: number): string {
		return `item ${this.table.itemOfRow(row)}`;
	}

	private writeRow(json: Item['json'], row: number): void {
		const { writer } = this;
		const lengthBefore = writer.length;
		if (this.inColumnOrder && this.writeInOrder(json, row)) return;
		writer.truncate(lengthBefore);
		this.inColumnOrder = false;
		const { reader } = this.table;
		for (let column = 0; column < this.types.length; column++) {
			this.writeValue(reader.read(json, column), column, row);
			writer.endField();
		}
		writer.endRecord();
	}

	/** @returns false when the item's fields are not the columns' fields in their order */
	private writeInOrder(json: Item['json'], row: number): boolean {
		const { writer } = this;
		const { fieldNames } = this.table.reader;
		let column = 0;
		for (const name in json) {
			if (name !== fieldNames[column]) return false;
			this.writeValue(json[name], column++, row);
			writer.endField();
		}
		if (column !== fieldNames.length) return false;
		writer.endRecord();
		return true;
	}

	private writeValue(value: unknown, column: number, row: number): void {
		const { writer } = this;
		const type = this.types[column];
		if (typeof value === 'string') {
			if (type === 'STRING') return writer.text(value);
			// Checked before: what is in Domo's form already need not be read once more.
			if (type === 'DATE' ? isDateInDomosForm(value) : type === 'DATETIME' && isDateTimeInDomosForm(value)) {
				return writer.text(value);
			}
		} else if (typeof value === 'number') {
			if (type !== 'DATE' && type !== 'DATETIME') {
				if (isSmallInteger(value)) return writer.smallInteger(value);
				if (type !== 'LONG' && writer.hundredths(value)) return;
			}
		} else if (value === null || value === undefined) {
			return writer.null();
		} else if (typeof value === 'boolean' && type === 'STRING') {
			return writer.text(value ? 'true' : 'false');
		}
		const text = this.table.texts.textOf(value, type);
		if (text === null) return writer.null();
		if (text instanceof Misfit) {
			throw new InputError(
				`${this.locate(row)}, column '${this.table.columns[column].name}': ${text.reason}`,
			);
		}
		writer.text(text);
	}
}
