/** n8n items as records in Domo's CSV form: everything is checked first, then encoded block by block. */

import type { Column, ColumnType } from '../../domo/types';
import { BadValues, type LeftOutItem } from '../columns/badValues';
import type { ColumnHint } from '../columns/columnHints';
import { matchColumns, type ColumnMatchOptions } from '../columns/columnMatch';
import { ColumnProfile, type ColumnProfileJson } from '../columns/columnProfile';
import { ColumnSettingsByName } from '../columns/columnSettings';
import { conversionHints, conversionsByColumn } from '../columns/conversionHints';
import type { ConversionKind } from '../columns/conversions';
import { CsvWriter } from './csvWriter';
import { InputError } from '../inputError';
import {
	checkKeysAreUnique,
	checkValues,
	rowsOfRepeatedKeys,
	readingsOf,
	type ItemReadings,
	type ItemTable,
	type NullRefusal,
} from './itemCheck';
import {
	FieldReader,
	ITEMS_PER_LOOK,
	selectionFor,
	surveyFields,
	type Item,
	type ItemSelection,
} from './itemFields';
import { indexOfKeyColumn } from '../columns/keyColumns';
import { isSmallInteger } from '../columns/columnEvidence';
import { Misfit } from '../columns/misfit';
import type { RecordEnds } from '../recordEnds';
import type { RowBlock, RowSource } from '../rowSource';
import type { LoadColumns } from '../columns/loadColumns';
import { repeatedKeysHint, type RepeatedKeys } from '../columns/repeatedKeys';
import { refuseReadings, type SettlingScope } from '../columns/settleColumns';
import { Stretch } from '../stretch';
import type { ValueOptions } from '../columns/valueOptions';

export interface ItemOptions extends Pick<ColumnMatchOptions, 'unknownFields' | 'missingColumns'> {
	/** How NULL is written: nothing between two commas, or R's `\N`. */
	nullText: '' | '\\N';
	/** How values are read. */
	values: ValueOptions;
	/** 'slice' where the items are a part of a table, as for Upload Part: no column then settles a reading. */
	scope?: SettlingScope;
	/** For a Dry Run: every value is read for a profile, and what would be refused is in `refusal`, not thrown. */
	profile?: boolean;
	/** The columns of an upsert's key: no NULL, no duplicates. */
	keyColumnNames?: readonly string[];
	/** What is put into rows beside the columns; `columns` are then the input's alone. */
	loads?: LoadColumns;
	/** What becomes of items that share a key; refused unless it is set. */
	repeatedKeys?: RepeatedKeys;
	/** Which of the node's input the items are; undefined for all of it. */
	selection?: ItemSelection;
	signal?: AbortSignal;
}

/** What reading the items came to, beside the rows. */
export interface ItemFindings {
	/** Of conversions, at most one a column. */
	hints: ColumnHint[];
	/** "2 rows were left out …", or null. */
	leftOutHint: string | null;
	/** Rows that were left out as another has their key; null where that is refused, or there is no key. */
	repeatedKeys: number | null;
	/** "2 rows were left out: …", or null. */
	repeatedKeysHint: string | null;
	/** Column, kind, count. */
	conversions: Record<string, Partial<Record<ConversionKind, number>>>;
	badRows: number;
	badValues: number;
	/** Up to ten, for the summary. */
	firstBadRows: Array<Record<string, unknown>>;
	/** Items of the output 'Left Out Rows'. */
	leftOut: readonly LeftOutItem[];
	/** One for each column, where a profile was asked for. */
	profiles: ColumnProfileJson[];
	/** Where a profile was asked for: why an upload would be refused. */
	refusal: InputError | null;
}

/** A fresh block starts with room for this much, or for maxBytes if that is less. */
const FRESH_BLOCK_BYTES = 1024 * 1024;
const ROOM_FOR_LAST_RECORD_BYTES = 64 * 1024;

const NULL_IN_KEY: NullRefusal = {
	code: 'VALUE_NULL_IN_KEY',
	reason: 'NULL, which Domo does not take in a key column',
	isKey: true,
};
const NULL_IN_SINGLE_COLUMN: NullRefusal = {
	code: 'VALUE_NULL_ALONE',
	reason:
		"NULL in a table of one column would be an empty line, which may be read as no row: give it a value or set 'Null Text' to \\N",
	isKey: true,
};

/** How many rows are encoded between two looks at the clock. */
const ROWS_PER_LOOK = 256;

/**
 * Reads items against a DataSet's columns, whole, before anything is sent: fields against columns by name, how each
 * column's values are to be read, every value against its column's type, NULLs and duplicates in key columns. Items
 * without any field are no rows; there may be no rows at all.
 *
 * @param columns the DataSet's, in its order
 * @throws InputError that names the items, columns and values, and what to do; the signal's reason when aborted
 */
export async function openItems(
	items: readonly Item[],
	columns: readonly Column[],
	options: ItemOptions,
): Promise<ItemRowSource> {
	const { nullText, keyColumnNames = [], signal, values, scope = 'input', profile = false } = options;
	const { repeatedKeys = 'refuse', loads } = options;
	const stretch = new Stretch();
	const { names, rows, itemOfRow, numberOfRow } = await surveyFields(
		items,
		stretch,
		signal,
		selectionFor(columns, options.selection),
	);
	loads?.check(names, keyColumnNames);
	const settings = new ColumnSettingsByName(values);
	settings.checkNames([...columns.map(({ name }) => name), ...names]);
	settings.checkTypes(columns);
	const sources =
		rows.length === 0 ? [] : matchColumns(names, columns, { ...options, what: 'items' }).sourceByColumn;
	const fields = new FieldReader(columns.map((_, column) => names[sources[column]] ?? null));
	const all: ItemTable = { rows, itemOfRow, numberOfRow, columns, fields };
	const keyColumns = keyColumnNames.map((name) => indexOfKeyColumn(name, columns));
	const nullRefusals = columns.map((_, column) => {
		if (keyColumns.includes(column)) return NULL_IN_KEY;
		return columns.length === 1 && !loads && nullText === '' ? NULL_IN_SINGLE_COLUMN : null;
	});
	const refusesNull = nullRefusals.map((refusal) => refusal !== null);
	const readings = await readingsOf(all, settings, scope, refusesNull, stretch, signal);
	let refusal = readings.refusals.length > 0 ? refuseReadings(readings.refusals) : null;
	if (refusal !== null && !profile) throw refusal;
	const badValues = new BadValues(values);
	const profiles = profile ? readings.readers.map((reader) => new ColumnProfile(reader)) : null;
	const leftOut = await checkValues(all, readings, nullRefusals, badValues, profiles, stretch, signal);
	refusal ??= badValues.refusal(rows.length);
	if (refusal !== null && !profile) throw refusal;
	let table = await withoutRows(all, leftOut, stretch, signal);
	let repeated: number[] = [];
	if (keyColumns.length > 0 && refusal === null && repeatedKeys !== 'refuse') {
		repeated = await rowsOfRepeatedKeys(table, readings.readers, keyColumns, repeatedKeys, stretch, signal);
		table = await withoutRows(table, repeated, stretch, signal);
	} else if (keyColumns.length > 0 && refusal === null) {
		const refused = await checkKeysAreUnique(table, readings.readers, keyColumns, stretch, signal).catch(
			(error: unknown) => error,
		);
		if (refused !== undefined) {
			if (!profile || !(refused instanceof InputError)) throw refused;
			refusal = refused;
		}
	}
	return new ItemRowSource(
		table,
		readings,
		{
			hints: conversionHints(readings.readers),
			leftOutHint: badValues.hint,
			repeatedKeys: keyColumns.length > 0 && repeatedKeys !== 'refuse' ? repeated.length : null,
			repeatedKeysHint: repeatedKeysHint(repeatedKeys, repeated.length),
			conversions: conversionsByColumn(readings.readers),
			badRows: badValues.badRows,
			badValues: badValues.badValues,
			firstBadRows: badValues.firstBadRows,
			leftOut: badValues.leftOut,
			profiles: profiles?.map((each) => each.toJson()) ?? [],
			refusal,
		},
		nullText,
		signal,
		loads,
	);
}

/** @param leftOut rows in their order */
async function withoutRows(
	table: ItemTable,
	leftOut: readonly number[],
	stretch: Stretch,
	signal?: AbortSignal,
): Promise<ItemTable> {
	if (leftOut.length === 0) return table;
	const kept: number[] = [];
	const rows: Item[] = [];
	let next = 0;
	for (let row = 0; row < table.rows.length; row++) {
		if (row === leftOut[next]) next++;
		else {
			kept.push(row);
			rows.push(table.rows[row]);
		}
		if (row % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
	return {
		...table,
		rows,
		itemOfRow: (row) => table.itemOfRow(kept[row]),
		numberOfRow: (row) => table.numberOfRow(kept[row]),
	};
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

	/** For each column whether numbers are written without being read. */
	private readonly numbersArePlain: readonly boolean[];

	/** @param table checked rows: see openItems */
	constructor(
		private table: ItemTable,
		private readonly readings: ItemReadings,
		readonly findings: ItemFindings,
		nullText: '' | '\\N',
		private readonly signal?: AbortSignal,
		private readonly loads?: LoadColumns,
	) {
		this.rowCount = table.rows.length;
		this.types = table.columns.map(({ type }) => type);
		this.numbersArePlain = readings.readers.map((reader) => reader.numbersArePlain);
		this.writer = new CsvWriter(nullText);
	}

	/**
	 * See RowSource. A `reuse` with room for a last record past maxBytes (64 kB, say) is never outgrown by
	 * ordinary rows.
	 */
	async next(maxBytes: number, maxRows: number, reuse?: Buffer, ends?: RecordEnds): Promise<RowBlock | null> {
		const { rows } = this.table;
		ends?.clear();
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
			do {
				this.writeRow(rows[this.nextRow].json, this.nextRow++);
				ends?.add(writer.length);
			} while (this.nextRow < lookAt && writer.length < maxBytes);
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
		const { writer, loads } = this;
		if (loads) return this.writeWithLoadColumns(json, row, loads);
		const lengthBefore = writer.length;
		if (this.inColumnOrder && this.writeInOrder(json, row)) return;
		writer.truncate(lengthBefore);
		this.inColumnOrder = false;
		const { fields } = this.table;
		for (let column = 0; column < this.types.length; column++) {
			this.writeValue(fields.read(json, column), column, row);
			writer.endField();
		}
		writer.endRecord();
	}

	private writeWithLoadColumns(json: Item['json'], row: number, { order, values }: LoadColumns): void {
		const { writer, table } = this;
		for (const entry of order) {
			if (typeof entry === 'number') this.writeValue(table.fields.read(json, entry), entry, row);
			else if (entry === 'rowNumber') writer.smallInteger(table.numberOfRow(row));
			// An item is in no file.
			else if (entry === 'fileName') writer.null();
			else writer.text(values[entry]);
			writer.endField();
		}
		writer.endRecord();
	}

	/** @returns false when the item's fields are not the columns' fields in their order */
	private writeInOrder(json: Item['json'], row: number): boolean {
		const { writer } = this;
		const { fieldNames } = this.table.fields;
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
		const { readers, plainTexts } = this.readings;
		if (typeof value === 'string') {
			// Checked before: what is in Domo's form need not be looked at once more.
			if (plainTexts[column]) return writer.text(value);
		} else if (typeof value === 'number') {
			if (this.numbersArePlain[column]) {
				if (isSmallInteger(value)) return writer.smallInteger(value);
				if (this.types[column] !== 'LONG' && writer.hundredths(value)) return;
			}
		} else if (value === null || value === undefined) {
			return writer.null();
		} else if (typeof value === 'boolean' && readers[column].copiesAll) {
			return writer.text(value ? 'true' : 'false');
		}
		const text = readers[column].read(value);
		if (text === null) return writer.null();
		if (typeof text === 'string') return writer.text(text);
		// Rows that are left out do not come here.
		if (this.findings.badRows > 0) return writer.null();
		throw this.unchecked(text, column, row);
	}

	private unchecked({ code, reason }: Misfit, column: number, row: number): InputError {
		return new InputError(
			code,
			`${this.locate(row)}, column '${this.table.columns[column].name}': ${reason}`,
		);
	}
}
