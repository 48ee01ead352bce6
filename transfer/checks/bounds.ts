import type { Column, ColumnType } from '../../domo/types';
import { compareNumbers } from '../columns/numberOrder';
import { shortened } from '../columns/textInMessage';
import { textOf, type FieldBatch, type FieldPlaces, type Finding, type RowCheck } from './check';
import { inWords } from './inWords';
import { Violations } from './violations';

/** The least and the greatest value of a column; NULL is not compared. */
export class Bounds implements RowCheck {
	readonly columns: readonly number[];
	private readonly outside = new Violations();
	private readonly compare: (bytes: Buffer, places: FieldPlaces, row: number, bound: Bound) => number;
	private readonly least: Bound | undefined;
	private readonly greatest: Bound | undefined;

	/** @param least, greatest in Domo's form of the column's type */
	constructor(
		private readonly column: Column & { index: number },
		least: string | undefined,
		greatest: string | undefined,
	) {
		this.columns = [column.index];
		this.compare = isNumber(column.type) ? compareNumber : compareText;
		this.least = least === undefined ? undefined : boundOf(least);
		this.greatest = greatest === undefined ? undefined : boundOf(greatest);
	}

	look(batch: FieldBatch, locate: (row: number) => string): void {
		const { bytes, rows, firstRow } = batch;
		const { least, greatest, compare } = this;
		const places = batch.column(this.column.index);
		for (let row = 0; row < rows; row++) {
			if (places.to[row] < 0) continue;
			const isWithin =
				(least === undefined || compare(bytes, places, row, least) >= 0) &&
				(greatest === undefined || compare(bytes, places, row, greatest) <= 0);
			if (isWithin) continue;
			this.outside.add(() => `${locate(firstRow + row)} ('${shortened(textOf(bytes, places, row))}')`);
		}
	}

	findings(): Finding[] {
		const { found, count } = this.outside;
		const { least, greatest } = this;
		const range =
			least && greatest
				? `between ${least.text} and ${greatest.text}`
				: least
					? `${least.text} or more`
					: `${greatest?.text} or less`;
		const reason = `'${this.column.name}' is not ${range} in ${inWords(count, 'row')}`;
		return [{ check: 'bounds', column: this.column.name, ...found, ...(found.held ? {} : { reason }) }];
	}
}

interface Bound {
	text: string;
	/** As a double, for numbers. */
	number: number;
	bytes: Buffer;
}

const boundOf = (text: string): Bound => ({ text, number: Number(text), bytes: Buffer.from(text) });

function isNumber(type: ColumnType): boolean {
	return type === 'LONG' || type === 'DECIMAL' || type === 'DOUBLE';
}

/** So many digits are exact in a double, and so is a power of ten up to 10^22: their quotient is the nearest double. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** Doubles that differ are in the order of their numbers; those alike are compared digit by digit. */
function compareNumber(bytes: Buffer, { from, to }: FieldPlaces, row: number, bound: Bound): number {
	const value = doubleAt(bytes, from[row], to[row]);
	const { number } = bound;
	if (value < number) return -1;
	if (value > number) return 1;
	return compareNumbers(bytes.toString('latin1', from[row], to[row]), bound.text);
}

function doubleAt(bytes: Buffer, from: number, to: number): number {
	const isNegative = bytes[from] === 45;
	let digits = 0;
	let value = 0;
	let pointAt = -1;
	for (let at = isNegative ? from + 1 : from; at < to; at++) {
		const digit = bytes[at] - 48;
		if (digit >= 0 && digit <= 9) {
			value = value * 10 + digit;
			digits++;
		} else if (bytes[at] === 46) pointAt = at;
		else return Number(bytes.toString('latin1', from, to));
	}
	if (digits > EXACT_DIGITS) return Number(bytes.toString('latin1', from, to));
	if (pointAt !== -1) value /= POWERS[to - pointAt - 1];
	return isNegative ? -value : value;
}

/** By UTF-16 code units, as n8n and JavaScript order texts; days and times are in order as texts, too. */
function compareText(bytes: Buffer, places: FieldPlaces, row: number, bound: Bound): number {
	const from = places.from[row];
	const to = places.to[row];
	if (places.quoted[row] === 1 && bytes.subarray(from, to).includes('""')) {
		const text = textOf(bytes, places, row);
		return text < bound.text ? -1 : text > bound.text ? 1 : 0;
	}
	const other = bound.bytes;
	const length = Math.min(to - from, other.length);
	for (let k = 0; k < length; k++) {
		const byte = bytes[from + k];
		if (byte !== other[k]) return unitRank(byte) - unitRank(other[k]);
	}
	return to - from - other.length;
}

/** Characters beyond 16 bits begin with F0 to F4, but as surrogates they come before those of EE and EF (U+E000 on). */
function unitRank(byte: number): number {
	return byte === 0xee || byte === 0xef ? byte + 0x10 : byte;
}
