import type { Column, ColumnType } from '../../domo/types';
import { compareNumbers } from '../columns/numberOrder';
import { shortened } from '../columns/textInMessage';
import { textOf, type FieldBatch, type FieldPlaces, type Finding, type RowCheck } from './check';
import { counted } from '../shownNumber';
import { Violations } from './violations';

const ZERO = 48;

/** The least and the greatest value of a column; NULL is not compared. */
export class Bounds implements RowCheck {
	readonly columns: readonly number[];
	readonly needsEnds = true;
	private readonly outside = new Violations();
	private readonly isNumber: boolean;
	/** For numbers without a sign, by their length: whether any such number is within. */
	private readonly within: Uint8Array;
	private readonly least: Bound | undefined;
	private readonly greatest: Bound | undefined;

	/** @param least, greatest in Domo's form of the column's type */
	constructor(
		private readonly column: Column & { index: number },
		least: string | undefined,
		greatest: string | undefined,
	) {
		this.columns = [column.index];
		this.isNumber = isNumber(column.type);
		this.least = least === undefined ? undefined : boundOf(least);
		this.greatest = greatest === undefined ? undefined : boundOf(greatest);
		this.within = this.lengthsWithin();
	}

	look(batch: FieldBatch, locate: (row: number) => string): void {
		const { bytes, rows, firstRow } = batch;
		const { outside, least, greatest, within, isNumber } = this;
		const places = batch.column(this.column.index);
		const { from, to } = places;
		// Doubles that differ are in the order of their numbers.
		const above = least?.number ?? -Infinity;
		const below = greatest?.number ?? Infinity;
		for (let row = 0; row < rows; row++) {
			if (to[row] < 0) continue;
			if (isNumber) {
				const length = to[row] - from[row];
				if (length <= EXACT_DIGITS && within[length] === 1 && bytes[from[row]] >= ZERO) continue;
				const value = doubleAt(bytes, from[row], to[row]);
				if (value > above && value < below) continue;
			}
			if (this.isWithin(bytes, places, row) || !outside.add()) continue;
			outside.first.push(`${locate(firstRow + row)} ('${shortened(textOf(bytes, places, row))}')`);
		}
	}

	/** Most numbers are far from their bounds: their length says enough. */
	private lengthsWithin(): Uint8Array {
		const { column, least, greatest } = this;
		const within = new Uint8Array(EXACT_DIGITS + 1);
		// A DOUBLE may have an exponent.
		if (column.type === 'DOUBLE') return within;
		for (let length = 1; length <= EXACT_DIGITS; length++) {
			const from = column.type === 'LONG' && length > 1 ? POWERS[length - 1] : 0;
			const isAbove = least === undefined || least.number < from;
			const isBelow = greatest === undefined || greatest.number >= POWERS[length];
			within[length] = isAbove && isBelow ? 1 : 0;
		}
		return within;
	}

	private isWithin(bytes: Buffer, places: FieldPlaces, row: number): boolean {
		const { least, greatest } = this;
		const compare = this.isNumber ? compareNumber : compareText;
		return (
			(least === undefined || compare(bytes, places, row, least) >= 0) &&
			(greatest === undefined || compare(bytes, places, row, greatest) <= 0)
		);
	}

	findings(): Finding[] {
		const { found, count } = this.outside;
		if (found.held) return [{ check: 'bounds', column: this.column.name, ...found }];
		const { least, greatest } = this;
		const range =
			least && greatest
				? `between ${least.text} and ${greatest.text}`
				: least
					? `${least.text} or more`
					: `${greatest?.text} or less`;
		const reason = `'${this.column.name}' is not ${range} in ${counted(count, 'row')}`;
		return [{ check: 'bounds', column: this.column.name, ...found, reason }];
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

function compareNumber(bytes: Buffer, { from, to }: FieldPlaces, row: number, bound: Bound): number {
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
