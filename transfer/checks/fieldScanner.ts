import type { Column } from '../../domo/types';
import { isNullText } from './bareForm';
import { Commas, endOfFields } from './commas';
import type { RecordEnds } from '../recordEnds';
import type { FieldBatch, FieldPlaces } from './check';

const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/** Rows of a batch: their bytes and places stay in the processor's cache. */
const BATCH_ROWS = 512;

const NULL = -1;

/** So long is each day, and each time; other fields have any length. */
const DAY_LENGTH = 10;
const TIME_LENGTH = 19;

/** Where the fields of a column begin: at[begin], and so on, step by step. */
interface Beginnings {
	at: Int32Array;
	begin: number;
	step: number;
}

/**
 * Finds the fields of some columns in records of Domo's form: comma, LF, quotes doubled. It goes through a batch column by
 * column, from both ends of the records as far as it needs to.
 */
export class FieldScanner {
	private readonly places: Array<(FieldPlaces & { needsEnd: boolean }) | undefined>;
	/** Columns [0, ahead) are found from a record's beginning, [behind, all) from its end; where quotes are, all ahead. */
	private readonly ahead: number;
	private readonly behind: number;
	private readonly last: number;
	private readonly lengths: readonly number[];
	private readonly at = new Int32Array(BATCH_ROWS);
	private readonly hasNullText: boolean;
	private row = 0;

	/** Where those begin, the checked columns are found at once. */
	readonly fields: readonly number[];

	/**
	 * @param wanted columns by their index, each with whether a check needs the ends of its fields
	 * @param columns all of a record
	 * @param nullText how NULL is written
	 * @param look gets batch after batch
	 */
	constructor(
		wanted: ReadonlyMap<number, boolean>,
		columns: readonly Column[],
		nullText: '' | '\\N',
		private readonly look: (batch: FieldBatch) => void,
	) {
		this.hasNullText = nullText !== '';
		this.lengths = columns.map(({ type }) =>
			type === 'DATE' ? DAY_LENGTH : type === 'DATETIME' ? TIME_LENGTH : 0,
		);
		this.places = columns.map((_, column) =>
			wanted.has(column)
				? {
						needsEnd: wanted.get(column) === true,
						from: new Int32Array(BATCH_ROWS),
						to: new Int32Array(BATCH_ROWS),
						quoted: new Uint8Array(BATCH_ROWS),
					}
				: undefined,
		);
		// A field ends before the next one.
		const begins = [...wanted].flatMap(([column, needsEnd]) => (needsEnd ? [column, column + 1] : [column]));
		this.fields = [...new Set(begins)].filter((field) => field < columns.length);
		[this.ahead, this.behind] = widestGap([...wanted.keys()], this.lengths);
		this.last = Math.max(...wanted.keys());
	}

	/**
	 * Reads whole records.
	 *
	 * @param records where each ends, and where `fields` begin if that is known
	 * @param rows how many
	 */
	scan(bytes: Buffer, records: RecordEnds, rows: number): void {
		const ends = records.at;
		// Every search for a field's end stops there.
		if (rows > 0 && bytes[ends[rows - 1] - 1] !== LF) throw new Error('A block does not end with a record');
		const { places } = this;
		let quotes: boolean | undefined;
		// A look at every byte: only where somebody asks.
		const hasQuotes = () => (quotes ??= bytes.includes(QUOTE));
		for (let first = 0; first < rows; first += BATCH_ROWS) {
			const count = Math.min(BATCH_ROWS, rows - first);
			let areFound = false;
			const column = (index: number) => {
				if (!areFound && records.knowsFields) this.takeKnown(bytes, records, first, count);
				else if (!areFound) this.find(bytes, ends, first, count, hasQuotes());
				areFound = true;
				return places[index] as FieldPlaces;
			};
			this.look({ bytes, rows: count, firstRow: this.row, ends, first, hasQuotes, column });
			this.row += count;
		}
	}

	/** Takes the fields from where the source has seen them begin. */
	private takeKnown(
		bytes: Buffer,
		{ at: ends, fieldBegins }: RecordEnds,
		first: number,
		count: number,
	): void {
		const { places, fields } = this;
		const lastOfAll = places.length - 1;
		const step = fields.length;
		for (const [column, place] of places.entries()) {
			if (!place) continue;
			const begin = first * step + fields.indexOf(column);
			if (column === lastOfAll)
				this.noteLast(place, bytes, { at: fieldBegins, begin, step }, ends, first, count);
			else if (place.needsEnd) {
				const next = first * step + fields.indexOf(column + 1);
				this.noteKnown(place, bytes, fieldBegins, begin, next, count);
			} else {
				this.noteBeginnings(place, bytes, { at: fieldBegins, begin, step }, count);
			}
		}
	}

	/** Notes a column that another one follows, whose beginnings are known: from `begin` and `next` on, one for each record. */
	private noteKnown(
		{ from, to, quoted }: FieldPlaces,
		bytes: Buffer,
		fieldBegins: Int32Array,
		begin: number,
		next: number,
		count: number,
	): void {
		const { hasNullText } = this;
		const step = this.fields.length;
		for (let row = 0; row < count; row++) {
			const start = fieldBegins[begin + row * step];
			const end = fieldBegins[next + row * step] - 1;
			const isQuoted = bytes[start] === QUOTE;
			const isNull = hasNullText ? isNullText(bytes, start, end) : end === start;
			from[row] = isQuoted ? start + 1 : start;
			to[row] = isQuoted ? end - 1 : isNull ? NULL : end;
			quoted[row] = isQuoted ? 1 : 0;
		}
	}

	private find(bytes: Buffer, ends: Int32Array, first: number, count: number, hasQuotes: boolean): void {
		this.findAhead(bytes, ends, first, count, hasQuotes ? this.last + 1 : this.ahead);
		if (!hasQuotes) this.findBehind(bytes, ends, first, count);
	}

	/** From the records' beginnings on, up to a column. */
	private findAhead(bytes: Buffer, ends: Int32Array, first: number, count: number, columns: number): void {
		const { at, places, lengths } = this;
		if (columns === 0) return;
		const commas = new Commas(bytes);
		for (let row = 0; row < count; row++) at[row] = first + row === 0 ? 0 : ends[first + row - 1];
		const lastOfAll = places.length - 1;
		for (let field = 0; field < Math.min(columns, lastOfAll); field++) {
			const place = places[field];
			if (place?.needsEnd) this.noteColumn(place, bytes, commas, count, lengths[field]);
			else {
				if (place) this.noteBeginnings(place, bytes, { at, begin: 0, step: 1 }, count);
				if (!place || field + 1 < columns) passOver(at, bytes, commas, count, lengths[field]);
			}
		}
		const last = columns > lastOfAll ? places[lastOfAll] : undefined;
		if (last) this.noteLast(last, bytes, { at, begin: 0, step: 1 }, ends, first, count);
	}

	/** Notes a column that another one follows, and goes on to that. */
	private noteColumn(
		{ from, to, quoted }: FieldPlaces,
		bytes: Buffer,
		commas: Commas,
		count: number,
		length: number,
	): void {
		const { at, hasNullText } = this;
		for (let row = 0; row < count; row++) {
			const start = at[row];
			if (bytes[start] === QUOTE) {
				const next = behindQuoted(bytes, start);
				from[row] = start + 1;
				to[row] = next - 1;
				quoted[row] = 1;
				at[row] = next + 1;
				continue;
			}
			const end = endOfBare(bytes, commas, start, length);
			const isNull = hasNullText ? isNullText(bytes, start, end) : end === start;
			from[row] = start;
			to[row] = isNull ? NULL : end;
			quoted[row] = 0;
			at[row] = end + 1;
		}
	}

	/** Notes where a column's fields begin, one that another one follows, and which of them are NULL. */
	private noteBeginnings(
		{ from, to }: FieldPlaces,
		bytes: Buffer,
		{ at, begin, step }: Beginnings,
		count: number,
	): void {
		const { hasNullText } = this;
		for (let row = 0, next = begin; row < count; row++, next += step) {
			const start = at[next];
			const byte = bytes[start];
			const isNull = hasNullText
				? bytes[start + 2] === COMMA && isNullText(bytes, start, start + 2)
				: byte === COMMA;
			from[row] = byte === QUOTE ? start + 1 : start;
			to[row] = isNull ? NULL : 0;
		}
	}

	/** Notes the last column of all, whose end is known. */
	private noteLast(
		{ from, to, quoted }: FieldPlaces,
		bytes: Buffer,
		{ at, begin, step }: Beginnings,
		ends: Int32Array,
		first: number,
		count: number,
	): void {
		const { hasNullText } = this;
		for (let row = 0, next = begin; row < count; row++, next += step) {
			const start = at[next];
			const end = endOfFields(bytes, start, ends[first + row]);
			const isQuoted = bytes[start] === QUOTE;
			const isNull = hasNullText ? isNullText(bytes, start, end) : end === start;
			from[row] = isQuoted ? start + 1 : start;
			to[row] = isQuoted ? end - 1 : isNull ? NULL : end;
			quoted[row] = isQuoted ? 1 : 0;
		}
	}

	/** From the ends of records without quotes back, down to a column. */
	private findBehind(bytes: Buffer, ends: Int32Array, first: number, count: number): void {
		const { at, places, behind, hasNullText } = this;
		if (behind === places.length) return;
		const commas = new Commas(bytes);
		for (let row = 0; row < count; row++) {
			at[row] = endOfFields(bytes, first + row === 0 ? 0 : ends[first + row - 1], ends[first + row]);
		}
		for (let field = places.length - 1; field >= behind; field--) {
			const place = places[field];
			for (let row = 0; row < count; row++) {
				const end = at[row];
				const comma = commas.before(end);
				if (place) {
					const start = comma + 1;
					const isNull = hasNullText ? isNullText(bytes, start, end) : end === start;
					place.from[row] = start;
					place.to[row] = isNull ? NULL : end;
					place.quoted[row] = 0;
				}
				at[row] = comma;
			}
		}
	}
}

/** What passing over a column of one length takes, beside one that is to be walked through. */
const SHARE_OF_FIXED = 0.3;

/** Where to stop from both sides, so that as little as can be is walked through. */
function widestGap(wanted: readonly number[], lengths: readonly number[]): [ahead: number, behind: number] {
	const sorted = [-1, ...wanted, lengths.length].sort((one, other) => one - other);
	const gaps = sorted.slice(1).map((behind, k) => ({ ahead: sorted[k] + 1, behind }));
	const widths = gaps.map(({ ahead, behind }) =>
		lengths.slice(ahead, behind).reduce((sum, length) => sum + (length > 0 ? SHARE_OF_FIXED : 1), 0),
	);
	const { ahead, behind } = gaps[widths.lastIndexOf(Math.max(...widths))];
	return [ahead, behind];
}

/** Goes over a column that nobody looks at. */
function passOver(at: Int32Array, bytes: Buffer, commas: Commas, count: number, length: number): void {
	for (let row = 0; row < count; row++) {
		const start = at[row];
		const isQuoted = bytes[start] === QUOTE;
		at[row] = (isQuoted ? behindQuoted(bytes, start) : endOfBare(bytes, commas, start, length)) + 1;
	}
}

/**
 * @param length that a field has unless it is NULL; 0 for any
 * @returns the comma behind a field without quotes
 */
function endOfBare(bytes: Buffer, commas: Commas, from: number, length: number): number {
	// A digit: not NULL.
	const first = bytes[from];
	if (length > 0 && first >= 48 && first <= 57 && bytes[from + length] === COMMA) return from + length;
	return commas.behind(from);
}

/** @returns the comma or LF that follows the closing quote, a CR passed over */
export function behindQuoted(bytes: Buffer, from: number): number {
	const { length } = bytes;
	let at = from + 1;
	while (at < length) {
		while (at < length && bytes[at] !== QUOTE) at++;
		if (bytes[++at] !== QUOTE) return bytes[at] === CR ? at + 1 : at;
		at++;
	}
	return length;
}
