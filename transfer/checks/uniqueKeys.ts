import type { Column } from '../../domo/types';
import { hash128, hash128AndPairs, viewOf } from '../hash128';
import type { FieldBatch, FieldPlaces } from './check';
import { isBareForm } from './bareForm';
import { endOfFields, FOUR_COMMAS } from './commas';
import { hasOneForm, sameForm } from './numberForm';

const COMMA = 0x2c;
const QUOTE = 0x22;
const ZERO = 48;
const NINE = 57;
const POINT = 46;
const MINUS = 45;

const WORDS = 4;

/**
 * Hashes the keys of rows. A key is written as a record is, without needless quotes and with numbers in one form: so no field
 * can be taken for the end of another one, and most keys are read where they stand.
 */
export class UniqueKeys {
	/** Of the batch's keys, four words each. */
	hashes = new Uint32Array(0);
	/** The rows that have them, in the batch. */
	rows = new Int32Array(0);

	private readonly which: ReadonlyArray<Column & { index: number }>;
	private readonly isRun: boolean;
	/** Whether a record without quotes is a key. */
	readonly areRecords: boolean;
	private readonly areBytes: readonly boolean[];
	private key = Buffer.alloc(0);
	private keyView = viewOf(this.key);

	/** @param columnCount of a record */
	constructor(which: ReadonlyArray<Column & { index: number }>, columnCount: number, nullText: '' | '\\N') {
		this.which = [...which].sort((one, other) => one.index - other.index);
		this.areBytes = this.which.map(({ type }) => hasOneForm(type));
		const [{ index: first }] = this.which;
		this.isRun = this.which.every(({ index }, k) => index === first + k);
		this.areRecords = nullText === '' && which.length === columnCount && this.areBytes.every(Boolean);
	}

	/** @returns how many rows have a key: those without NULL in it */
	read(batch: FieldBatch): number {
		const { bytes, rows: rowCount } = batch;
		if (this.rows.length < rowCount) {
			this.rows = new Int32Array(rowCount);
			this.hashes = new Uint32Array(rowCount * WORDS);
		}
		if (this.areRecords) return this.readRecords(batch);
		const places = this.placesIn(batch);
		const view = viewOf(bytes);
		let count = 0;
		for (let row = 0; row < rowCount; row++) {
			if (this.readFields(bytes, view, places, row, count)) this.rows[count++] = row;
		}
		return count;
	}

	/** Same, looking for fields only in records with quotes. */
	private readRecords(batch: FieldBatch): number {
		const { rows, hashes } = this;
		const { bytes, rows: rowCount, ends, first, hasQuotes } = batch;
		const view = viewOf(bytes);
		let places: readonly FieldPlaces[] | undefined;
		let count = 0;
		let from = first === 0 ? 0 : ends[first - 1];
		let quoteAt = hasQuotes() ? quoteBehind(bytes, from) : bytes.length;
		for (let row = 0; row < rowCount; row++) {
			const end = ends[first + row];
			if (quoteAt < end) {
				places ??= this.placesIn(batch);
				if (this.readFields(bytes, view, places, row, count)) rows[count++] = row;
				quoteAt = quoteBehind(bytes, end);
			} else {
				const to = endOfFields(bytes, from, end);
				const isEmpty = to === from || bytes[from] === COMMA || bytes[to - 1] === COMMA;
				// The next key is written over one with an empty field.
				if (!isEmpty && !hash128AndPairs(view, from, to, FOUR_COMMAS, hashes, count * WORDS))
					rows[count++] = row;
			}
			from = end;
		}
		return count;
	}

	private placesIn(batch: FieldBatch): FieldPlaces[] {
		return this.which.map(({ index }) => batch.column(index));
	}

	/** @returns whether a row has a key; its hash is the `count`th then */
	private readFields(
		bytes: Buffer,
		view: DataView,
		places: readonly FieldPlaces[],
		row: number,
		count: number,
	): boolean {
		const form = this.formOf(bytes, places, row);
		if (form === HAS_NULL) return false;
		if (form === AS_IT_STANDS && this.isRun) {
			const { to } = places[places.length - 1];
			hash128(view, places[0].from[row], to[row], this.hashes, count * WORDS);
		} else {
			const length = this.write(bytes, places, row);
			hash128(this.keyView, 0, length, this.hashes, count * WORDS);
		}
		return true;
	}

	private formOf(bytes: Buffer, places: readonly FieldPlaces[], row: number): KeyForm {
		let form: KeyForm = AS_IT_STANDS;
		for (let k = 0; k < places.length; k++) {
			const { from, to, quoted } = places[k];
			if (to[row] < 0) return HAS_NULL;
			if (quoted[row] === 1 || to[row] === from[row]) form = TO_BE_WRITTEN;
			else if (!this.areBytes[k] && !isInOneForm(bytes, from[row], to[row])) form = TO_BE_WRITTEN;
		}
		return form;
	}

	/** @returns the key's length */
	private write(bytes: Buffer, places: readonly FieldPlaces[], row: number): number {
		let length = 0;
		for (let k = 0; k < places.length; k++) {
			const from = places[k].from[row];
			const to = places[k].to[row];
			this.makeRoom(length, to - from);
			if (k > 0) this.key[length++] = COMMA;
			if (!this.areBytes[k] && !isInOneForm(bytes, from, to)) {
				const text = sameForm(bytes.toString('latin1', from, to), this.which[k].type);
				this.makeRoom(length, text.length);
				length += this.key.write(text, length, 'latin1');
				continue;
			}
			const isBare = to > from && (places[k].quoted[row] === 0 || isBareForm(bytes, from, to));
			if (!isBare) this.key[length++] = QUOTE;
			const { key } = this;
			for (let at = from; at < to; at++) key[length++] = bytes[at];
			if (!isBare) key[length++] = QUOTE;
		}
		return length;
	}

	/** For a field with its quotes and its comma. */
	private makeRoom(length: number, fieldBytes: number): void {
		const needed = length + fieldBytes + 3;
		if (needed <= this.key.length) return;
		const larger = Buffer.allocUnsafe(needed * 2);
		this.key.copy(larger, 0, 0, length);
		this.key = larger;
		this.keyView = viewOf(larger);
	}
}

function quoteBehind(bytes: Buffer, from: number): number {
	const at = bytes.indexOf(QUOTE, from);
	return at === -1 ? bytes.length : at;
}

const AS_IT_STANDS = 0;
const TO_BE_WRITTEN = 1;
const HAS_NULL = 2;
type KeyForm = typeof AS_IT_STANDS | typeof TO_BE_WRITTEN | typeof HAS_NULL;

/** Whether a number has the one form of its value; most have. */
function isInOneForm(bytes: Buffer, from: number, to: number): boolean {
	if (to - from > 15 || bytes[from] === ZERO || bytes[from] === MINUS) return false;
	let hasPoint = false;
	for (let at = from; at < to; at++) {
		const byte = bytes[at];
		if (byte === POINT) hasPoint = true;
		else if (byte < ZERO || byte > NINE) return false;
	}
	return !hasPoint || bytes[to - 1] !== ZERO;
}
