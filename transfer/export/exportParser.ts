import { emptyRow } from '../../domo/rowObjects';
import type { Column, ColumnType } from '../../domo/types';
import { ExportError } from './exportError';
import { RepeatedTexts } from './repeatedTexts';
import { EXACT_DECIMAL_DIGITS, type ExportValue, exportValue } from './exportValues';

export type ExportRow = Record<string, ExportValue>;

const LF = 10;
const CR = 13;
const QUOTE = 34;
const ZERO = 48;
const MINUS = 45;
const POINT = 46;
const COMMA = 44;

const DOUBLED_QUOTES = /""/g;

const POWERS_OF_TEN = Array.from({ length: EXACT_DECIMAL_DIGITS + 1 }, (_, power) => 10 ** power);

const ROWS_PER_BATCH = 1000;

/** More text than this without a record's end is a quote left open, and must not fill the memory. */
const MAX_RECORD_CHARACTERS = 64 * 1024 * 1024;

/** Columns that Domo adds to the DataSets of Streams by itself. */
const DOMOS_OWN_COLUMNS = ['_BATCH_ID_', '_BATCH_LAST_RUN_'];

const RUN_AGAIN = 'The download was probably cut off: run the export again';
const SCHEMA_CHANGED = 'The schema may have changed since it was read: run the node again';

interface ExportField {
	/** the row's key, or undefined for a field that is left out */
	name: string | undefined;
	type: ColumnType;
	isNumber: boolean;
	texts: RepeatedTexts | undefined;
}

/** Of a record with more fields than there should be. */
const NO_FIELD: ExportField = { name: undefined, type: 'STRING', isNumber: false, texts: undefined };

function fieldOf({ name, type }: { name: string | undefined; type: ColumnType }): ExportField {
	const isNumber = type === 'LONG' || type === 'DECIMAL' || type === 'DOUBLE';
	return {
		name,
		type,
		isNumber: isNumber && name !== undefined,
		texts: isNumber ? undefined : new RepeatedTexts(),
	};
}

/** Cuts the text of an export into rows: add text, take batches, and so on; at the end `end()` and `checkEnd()`. */
export class ExportParser {
	/** How many rows were read. */
	rows = 0;

	private text = '';

	private at = 0;

	/** Below this length another look at an unfinished record is not worth it: keeps long records linear. */
	private lookAgainAtLength = 0;

	private fields: ExportField[] | undefined;

	/** A row of nulls; copying it keeps the rows' shape alike, and a column named __proto__ a column. */
	private readonly emptyRow: ExportRow;

	private lacksLastLineFeed = false;

	/** Blank lines, where rows have several fields; only more of them may follow. */
	private blankLines = 0;

	/** What readField read. */
	private fieldText = '';

	private isQuoted = false;

	/** What readNumber read. */
	private number = 0;

	constructor(
		private readonly columns: readonly Column[],
		hasHeader: boolean,
		private readonly limit = Infinity,
	) {
		this.emptyRow = emptyRow(columns.map(({ name }) => name));
		if (!hasHeader) this.fields = columns.map(fieldOf);
	}

	get hasReachedLimit(): boolean {
		return this.rows >= this.limit;
	}

	add(text: string): void {
		this.text = this.text.slice(this.at) + text;
		this.at = 0;
	}

	/** Says that no more text follows. */
	end(): void {
		this.lookAgainAtLength = 0;
		this.lacksLastLineFeed = this.text.length > this.at && !this.text.endsWith('\n');
		if (this.lacksLastLineFeed) this.add('\n');
	}

	/** The rows of the whole records there are, in batches of up to 1,000. */
	*batches(): Generator<ExportRow[]> {
		if (this.text.length - this.at < this.lookAgainAtLength) return;
		while (!this.hasReachedLimit) {
			const batch = this.parse(Math.min(ROWS_PER_BATCH, this.limit - this.rows));
			if (batch.length === 0) break;
			yield batch;
		}
		this.lookAgainAtLength = (this.text.length - this.at) * 2;
		if (this.lookAgainAtLength > MAX_RECORD_CHARACTERS) this.checkEnd();
	}

	/** @throws ExportError if a record was begun and not ended */
	checkEnd(): void {
		if (this.hasReachedLimit || this.at === this.text.length) return;
		throw this.cutOff();
	}

	private cutOff(): ExportError {
		const place = this.fields ? `row ${this.rows + 1}` : 'its header';
		return new ExportError('EXPORT_CUT_OFF', `The export ends in the middle of ${place}`, RUN_AGAIN);
	}

	private parse(maxRows: number): ExportRow[] {
		const batch: ExportRow[] = [];
		const fields = this.fields ?? this.parseHeader();
		if (!fields) return batch;
		const { text, emptyRow } = this;
		let row: ExportRow = { ...emptyRow };
		let fieldIndex = 0;
		for (let i = this.at; batch.length < maxRows;) {
			const field = fieldIndex < fields.length ? fields[fieldIndex] : NO_FIELD;
			const numberEnd = field.isNumber ? this.readNumber(i, field.type !== 'LONG') : -1;
			if (numberEnd >= 0) {
				row[field.name!] = this.number;
				i = numberEnd;
			} else {
				i = this.readField(i, field.texts);
				if (i < 0) break;
				if (field.name !== undefined)
					row[field.name] = exportValue(this.fieldText, this.isQuoted, field.type);
			}
			fieldIndex++;
			if (text.charCodeAt(i) === COMMA) {
				i++;
				continue;
			}
			i = this.readLineEnd(i);
			if (i < 0) break;
			if (fieldIndex === fields.length) {
				if (this.blankLines > 0) throw this.wrongFieldCount(1, fields.length);
				batch.push(row);
				this.rows++;
			} else if (fieldIndex === 1 && this.isBlankLine()) {
				this.blankLines++;
			} else {
				throw this.wrongFieldCount(fieldIndex, fields.length);
			}
			this.at = i;
			row = { ...emptyRow };
			fieldIndex = 0;
		}
		return batch;
	}

	/** Whether the record that was just read is nothing but a line end. */
	private isBlankLine(): boolean {
		const first = this.text.charCodeAt(this.at);
		return first === LF || first === CR;
	}

	private parseHeader(): ExportField[] | undefined {
		const names: string[] = [];
		for (let i = this.at; ; i++) {
			i = this.readField(i, undefined);
			if (i < 0) return undefined;
			names.push(this.fieldText);
			if (this.text.charCodeAt(i) === COMMA) continue;
			i = this.readLineEnd(i);
			if (i < 0) return undefined;
			this.at = i;
			this.fields = this.matchHeader(names);
			return this.fields;
		}
	}

	private matchHeader(names: string[]): ExportField[] {
		const typeByName = new Map(this.columns.map(({ name, type }) => [name, type]));
		const fields = names.map((name): ExportField => {
			const type = typeByName.get(name);
			if (type !== undefined) return fieldOf({ name, type });
			if (DOMOS_OWN_COLUMNS.includes(name)) return NO_FIELD;
			throw new ExportError(
				'EXPORT_SCHEMA_CHANGED',
				`The export has a column '${name}' that the DataSet's schema lacks`,
				SCHEMA_CHANGED,
			);
		});
		const missing = this.columns.find(({ name }) => !names.includes(name));
		if (missing)
			throw new ExportError(
				'EXPORT_SCHEMA_CHANGED',
				`The export lacks the DataSet's column '${missing.name}'`,
				SCHEMA_CHANGED,
			);
		if (new Set(names).size !== names.length) {
			throw new ExportError('EXPORT_SCHEMA_CHANGED', 'The export names a column twice', SCHEMA_CHANGED);
		}
		return fields;
	}

	/**
	 * Reads a number in its most common form into `number`: up to 15 digits, with or without a sign and a point between them. Its
	 * digits and the power of ten are exact as doubles, and so their quotient is what Number() makes of the text.
	 *
	 * @returns where the delimiter or line end behind it is, or -1 for any other form
	 */
	private readNumber(from: number, mayHavePoint: boolean): number {
		const { text } = this;
		let at = from;
		let code = text.charCodeAt(at);
		const isNegative = code === MINUS;
		if (isNegative) code = text.charCodeAt(++at);
		const begin = at;
		let value = 0;
		let pointAt = -1;
		for (;;) {
			const digit = code - ZERO;
			if (digit >= 0 && digit <= 9) value = value * 10 + digit;
			else if (code === POINT && mayHavePoint && pointAt === -1 && at > begin) pointAt = at;
			else break;
			code = text.charCodeAt(++at);
		}
		if ((code !== COMMA && code !== LF && code !== CR) || at === begin || at - from > EXACT_DECIMAL_DIGITS)
			return -1;
		if (pointAt !== -1) {
			if (pointAt + 1 === at) return -1;
			value /= POWERS_OF_TEN[at - pointAt - 1];
		}
		// -0 is for the types to tell apart.
		if (isNegative && value === 0) return -1;
		this.number = isNegative ? -value : value;
		return at;
	}

	/**
	 * Reads the field that begins at `from` into fieldText and isQuoted.
	 *
	 * @returns where the delimiter or line end behind it is, or -1 if the text ends before
	 */
	private readField(from: number, texts: RepeatedTexts | undefined): number {
		const { text } = this;
		const end = text.length;
		if (from >= end) return -1;
		let code = text.charCodeAt(from);
		this.isQuoted = code === QUOTE;
		if (!this.isQuoted) {
			let i = from;
			if (texts?.isUseful === true) {
				let hash = 0;
				while (code > COMMA || (code !== COMMA && code !== LF && code !== CR && code !== QUOTE)) {
					hash = (Math.imul(hash, 31) + code) | 0;
					if (++i >= end) return -1;
					code = text.charCodeAt(i);
				}
				this.fieldText = texts.of(text, from, i, hash ^ (hash >>> 8));
				return i;
			}
			while (code > COMMA || (code !== COMMA && code !== LF && code !== CR && code !== QUOTE)) {
				if (++i >= end) return -1;
				code = text.charCodeAt(i);
			}
			this.fieldText = text.slice(from, i);
			return i;
		}
		let close = text.indexOf('"', from + 1);
		let hasDoubledQuotes = false;
		while (close >= 0 && text.charCodeAt(close + 1) === QUOTE) {
			hasDoubledQuotes = true;
			close = text.indexOf('"', close + 2);
		}
		if (close < 0 || close + 1 >= end) return -1;
		this.fieldText = text.slice(from + 1, close);
		// By a regular expression, which makes one text; replaceAll joins the pieces one by one.
		if (hasDoubledQuotes) this.fieldText = this.fieldText.replace(DOUBLED_QUOTES, '"');
		return close + 1;
	}

	/**
	 * @returns where the next record begins, or -1 if the text ends before
	 */
	private readLineEnd(at: number): number {
		const { text } = this;
		if (text.charCodeAt(at) === LF) return at + 1;
		if (text.charCodeAt(at) === CR) {
			if (at + 1 >= text.length) return -1;
			if (text.charCodeAt(at + 1) === LF) return at + 2;
		}
		throw new ExportError(
			'EXPORT_DAMAGED',
			`Row ${this.rows + 1} of the export has a quote or line end out of place`,
			RUN_AGAIN,
		);
	}

	private wrongFieldCount(fieldCount: number, expected: number): ExportError {
		const isLast = this.lacksLastLineFeed && this.text.indexOf('\n', this.at) === this.text.length - 1;
		if (isLast && fieldCount < expected) return this.cutOff();
		return new ExportError(
			'EXPORT_SCHEMA_CHANGED',
			`Row ${this.rows + 1} of the export has ${fieldCount} ${fieldCount === 1 ? 'field' : 'fields'} instead of ${expected}`,
			SCHEMA_CHANGED,
		);
	}
}
