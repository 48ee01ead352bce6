import { ColumnReader } from '../columns/columnReader';
import { Misfit, type ValueText } from '../columns/misfit';
import { unchanged } from '../columns/inPlaceField';
import { endOfPlain, PlainField, T_AT } from '../columns/plainField';
import type { FieldLayout } from './fieldLayout';
import type { GrowingBlock } from './growingBlock';
import { isNullText, type PlainRecordField, PlainRecords } from './plainRecords';
import { ValueCache } from './valueCache';
import { fieldsOf, readField, type RecordScanner, type Separators } from './records';

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const CAPITAL_T = 0x54;

/** So much longer than its field may a value be that is written by its bytes: a NULL, a day that gets a time, quotes. */
const MOST_GROWTH_BYTES = 12;

/** No part of a number or a day: what is between two of them is known without a look for it. */
const MAY_BECOME_COMMA = new Set([...',;\t|'].map((delimiter) => delimiter.charCodeAt(0)));

/** Below this many bytes a loop is faster than a call of Buffer.copy. */
const COPY_LOOP_BYTES = 48;

/** A column as the converter sees it. */
export interface ConvertedColumn {
	/** Absent where every field is copied unseen. */
	reader?: ColumnReader;
	/** Whether NULL is refused in it. */
	refusesNull: boolean;
	/** Whether `\N` without quotes counts as NULL there: a key column's may. */
	isKey: boolean;
}

/** A record among those a scanner found, its fields kept. */
export interface ScannedRecord {
	bytes: Buffer;
	scanner: RecordScanner;
	row: number;
}

/** A value that is not taken. */
export interface FieldMisfit {
	column: number;
	/** null where it is NULL that is not taken */
	value: string | null;
	misfit: Misfit | 'null';
	/** Whether its column can't have NULL instead. */
	refusesNull: boolean;
}

/** Gets each value of a row on its way; only where somebody wants to see them. */
export interface ValueWatcher {
	see(column: number, from: string | null, to: ValueText, kinds: number, line: number): void;
}

/**
 * Puts records into Domo's form: columns in the schema's order, commas, line feeds, NULLs as wanted, each value in
 * Domo's form for its type. What is in that form is copied as it is, quotes and all.
 */
export class RecordConverter {
	/** Of the record converted last. */
	misfits: FieldMisfit[] = [];

	private readonly nullText: Buffer;

	private readonly canCopyRecords: boolean;

	/** Which columns' values of the record were converted, and how. */
	private readonly convertedColumns: Int32Array;
	private readonly convertedKinds: Int32Array;
	private converted = 0;

	private readonly caches: ReadonlyArray<ValueCache | undefined>;

	/** The record's. */
	private line = 0;

	/** Enough for all of the record that is copied. */
	private room = 0;

	/** @param nullText how Domo gets NULL: '' or '\N'. A field that is \N in the file stays as it is. */
	constructor(
		private readonly layout: FieldLayout,
		private readonly columns: readonly ConvertedColumn[],
		private readonly separators: Separators,
		nullText: '' | '\\N',
		private readonly watcher?: ValueWatcher,
	) {
		this.nullText = Buffer.from(nullText, 'latin1');
		this.canCopyRecords =
			watcher === undefined &&
			MAY_BECOME_COMMA.has(separators.delimiter) &&
			separators.lineEnd === LF &&
			nullText === '' &&
			layout.fieldCount === columns.length &&
			layout.sourceByColumn.every((source, column) => source === column);
		this.convertedColumns = new Int32Array(columns.length);
		this.convertedKinds = new Int32Array(columns.length);
		this.caches = columns.map(({ reader }) =>
			reader !== undefined && reader.reading.type !== 'STRING' ? new ValueCache() : undefined,
		);
	}

	/**
	 * Knows the records that can be copied, quotes and all; undefined where none can be.
	 *
	 * @param areKept whether the scanner's records may be scanned again: nothing is written into them then
	 */
	plainRecords(areKept: boolean): PlainRecords | undefined {
		const { delimiter } = this.separators;
		if (!this.canCopyRecords || (areKept && delimiter !== COMMA)) return undefined;
		const fields = this.columns.map(({ reader, refusesNull, isKey }): PlainRecordField => ({
			form: () => {
				if (reader === undefined) return PlainField.Text;
				const form = reader.inPlaceField;
				return areKept ? unchanged(form) : form;
			},
			orderOfDays: () => reader?.orderOfDays ?? 0,
			count: (values) => reader?.countKinds(reader.inPlaceKind, values),
			mayBeEmpty: !refusesNull,
			mayBeNullText: !isKey,
		}));
		return PlainRecords.open(fields, delimiter, !areKept);
	}

	/**
	 * Appends a record, with NULL for each value that is not taken: see `misfits`.
	 *
	 * @param isSpecial see RecordScanner.specialRows
	 * @param line the record's
	 */
	convert(record: ScannedRecord, isSpecial: boolean, line: number, block: GrowingBlock): void {
		const { bytes, scanner, row } = record;
		const { columns, layout } = this;
		const { fieldEnds } = scanner;
		const { sourceByColumn } = layout;
		const firstField = row * layout.fieldCount;
		const recordStart = scanner.rowStarts[row];
		this.line = line;
		if (this.misfits.length > 0) this.misfits = [];
		this.converted = 0;
		this.room = scanner.rowEnds[row] - recordStart + columns.length * MOST_GROWTH_BYTES + 1;
		block.reserve(this.room);
		for (let column = 0; column < columns.length; column++) {
			if (column > 0) block.bytes[block.length++] = COMMA;
			const field = sourceByColumn[column];
			const from = field > 0 ? fieldEnds[firstField + field - 1] + 1 : recordStart;
			const to = field < 0 ? from : fieldEnds[firstField + field];
			if (this.watcher !== undefined || isSpecial) this.appendRead(bytes, from, to, column, block);
			else this.appendField(bytes, from, to, column, block);
		}
		block.bytes[block.length++] = LF;
	}

	/** Counts the conversions of the record converted last. */
	count(): void {
		const { columns, convertedColumns, convertedKinds } = this;
		for (let k = 0; k < this.converted; k++)
			columns[convertedColumns[k]].reader?.countKinds(convertedKinds[k]);
	}

	/**
	 * Whether a record has a value for each column, and each is taken, or would be but for what other values say. Nothing
	 * is counted, and the readings do not learn from it.
	 */
	fitsAllColumns({ bytes, scanner, row }: ScannedRecord): boolean {
		const texts = fieldsOf(bytes, scanner, row, this.layout.fieldCount);
		return this.columns.every(({ reader }, column) => {
			const field = texts[this.layout.sourceByColumn[column]];
			if (field === undefined) return true;
			const value = reader
				? new ColumnReader(reader.reading).readField(field.text, field.isQuoted)
				: field.text;
			if (value instanceof Misfit) return value.alwaysRefused;
			return value !== null && value.trim() !== '';
		});
	}

	private appendField(bytes: Buffer, from: number, to: number, column: number, block: GrowingBlock): void {
		const { reader, isKey } = this.columns[column];
		if (from === to || (isKey && isNullText(bytes, from, to))) return this.appendNull(column, block);
		if (reader === undefined) {
			block.length = copyField(bytes, from, to, block.bytes, block.length);
			return;
		}
		const isQuoted = bytes[from] === QUOTE;
		const edge = isQuoted ? 1 : 0;
		if (endOfPlain(bytes, from + edge, reader.plainField) !== to - edge) {
			const end = reader.writeCommon(bytes, from + edge, to - edge, block.bytes, block.length);
			if (end !== -1) {
				if (reader.kinds !== 0) this.noteKinds(column, reader.kinds);
				block.length = end;
				return;
			}
			const cache = this.caches[column];
			if (cache === undefined) return this.appendRead(bytes, from, to, column, block);
			return this.appendCached(cache, reader, bytes, from, to, column, block);
		}
		const at = block.length;
		block.length = copyField(bytes, from, to, block.bytes, at);
		const tAt = at + edge + T_AT;
		if (reader.reading.type === 'DATETIME') block.bytes[tAt] = CAPITAL_T;
	}

	/** The value of a column that is no text: it needs no quotes, and reading it again comes to the same. */
	private appendCached(
		cache: ValueCache,
		reader: ColumnReader,
		bytes: Buffer,
		from: number,
		to: number,
		column: number,
		block: GrowingBlock,
	): void {
		if (cache.has(bytes, from, to)) {
			if (cache.kinds !== 0) this.noteKinds(column, cache.kinds);
			return this.appendPlain(cache.text, block);
		}
		const { text, isQuoted } = readField(bytes, from, to);
		const value = reader.readField(text, isQuoted);
		const { kinds } = reader;
		if (kinds !== 0 && !(value instanceof Misfit)) this.noteKinds(column, kinds);
		if (typeof value !== 'string') return this.appendValue(value, text, isQuoted, column, block);
		cache.add(bytes, from, to, value, kinds);
		this.appendPlain(value, block);
	}

	private noteKinds(column: number, kinds: number): void {
		this.convertedColumns[this.converted] = column;
		this.convertedKinds[this.converted++] = kinds;
	}

	/** A number or a day: ASCII without commas and quotes. */
	private appendPlain(text: string, block: GrowingBlock): void {
		const { length } = text;
		block.reserve(length + this.room);
		const { bytes } = block;
		let at = block.length;
		for (let i = 0; i < length; i++) bytes[at++] = text.charCodeAt(i);
		block.length = at;
	}

	private appendRead(bytes: Buffer, from: number, to: number, column: number, block: GrowingBlock): void {
		const { reader, isKey } = this.columns[column];
		const { text, isQuoted } = readField(bytes, from, to);
		const isNull = from === to || (isKey && !isQuoted && text === '\\N');
		let value: ValueText = isNull ? null : text;
		let kinds = 0;
		if (!isNull && reader !== undefined) {
			value = reader.readField(text, isQuoted);
			kinds = reader.kinds;
			if (kinds !== 0 && !(value instanceof Misfit)) this.noteKinds(column, kinds);
		}
		this.watcher?.see(column, isNull ? null : text, value, kinds, this.line);
		this.appendValue(value, text, isQuoted, column, block);
	}

	private appendValue(
		value: ValueText,
		text: string,
		isQuoted: boolean,
		column: number,
		block: GrowingBlock,
	): void {
		if (value === null) return this.appendNull(column, block);
		if (value instanceof Misfit) {
			const { refusesNull } = this.columns[column];
			this.misfits.push({ column, value: text, misfit: value, refusesNull });
			return this.appendNullText(block);
		}
		this.appendText(value, isQuoted || value === '', block);
	}

	private appendText(text: string, isQuoted: boolean, block: GrowingBlock): void {
		const needsQuotes = isQuoted || /[",\r\n]/.test(text);
		const written = needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
		block.reserve(written.length * 3 + this.room);
		block.length += block.bytes.write(written, block.length, 'utf8');
	}

	private appendNull(column: number, block: GrowingBlock): void {
		if (this.columns[column].refusesNull)
			this.misfits.push({ column, value: null, misfit: 'null', refusesNull: true });
		this.appendNullText(block);
	}

	private appendNullText(block: GrowingBlock): void {
		const { nullText } = this;
		for (let i = 0; i < nullText.length; i++) block.bytes[block.length++] = nullText[i];
	}
}

/**
 * An unquoted field is quoted if it holds a comma.
 *
 * @returns where the copy ends in the target
 */
function copyField(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
	const end = at + to - from;
	let hasComma = false;
	if (to - from < COPY_LOOP_BYTES) {
		for (let i = from, k = at; i < to; i++, k++) {
			const byte = source[i];
			if (byte === COMMA) hasComma = true;
			target[k] = byte;
		}
	} else {
		source.copy(target, at, from, to);
		hasComma = source[from] !== QUOTE && target.subarray(at, end).includes(COMMA);
	}
	return hasComma && source[from] !== QUOTE ? quoteInPlace(target, at, end) : end;
}

/** The field holds no quotes: those that do are read, not copied. */
function quoteInPlace(target: Buffer, from: number, to: number): number {
	target.copyWithin(from + 1, from, to);
	target[from] = QUOTE;
	target[to + 1] = QUOTE;
	return to + 2;
}
