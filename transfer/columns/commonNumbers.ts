/**
 * The commonest numbers that are not in Domo's form, `1234,5`, `1.234,50`, `1,234.50` and the like, by their bytes: in a
 * fraction of the time that all forms take.
 */

import { NumberShape } from './numberText';

const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

const LONGEST_BYTES = 32;

const { Point, Comma, PointOrGroup, CommaOrGroup } = NumberShape;

/** One number's parts. It is filled again and again: no value makes an object. */
export class CommonNumber {
	/** How its points and commas can be read; never None or Neutral. */
	shape: (typeof NumberShape)[keyof typeof NumberShape] = NumberShape.None;
	points = 0;
	commas = 0;
	/** Whether its last three digits are 000. */
	endsInThousand = false;
	/** How many digits it has in all. */
	digits = 0;

	/** @returns whether the bytes are digits with points or commas, as in one of these forms */
	parse(bytes: Uint8Array, from: number, to: number): boolean {
		if (to - from > LONGEST_BYTES) return false;
		const start = bytes[from] === MINUS ? from + 1 : from;
		const first = bytes[start];
		let points = 0;
		let commas = 0;
		let run = 0;
		let firstRun = 0;
		/** Whether all runs between separators have three digits, so that they may be groups. */
		let groups = first !== ZERO;
		let last = 0;
		for (let at = start; at < to; at++) {
			const code = bytes[at];
			if (code >= 48 && code <= 57) {
				run++;
				continue;
			}
			if (code !== POINT && code !== COMMA) return false;
			if (points + commas === 0) firstRun = run;
			else if (run !== 3) return false;
			// A separator of the other kind is the decimal sign: nothing comes after it.
			if (last !== 0 && code !== last && points > 0 && commas > 0) return false;
			if (code === POINT) points++;
			else commas++;
			last = code;
			run = 0;
		}
		const count = points + commas;
		if (count === 0 || firstRun === 0 || run === 0) return false;
		if (first === ZERO && firstRun > 1) return false;
		if (firstRun > 3) groups = false;
		const isMixed = points > 0 && commas > 0;
		if (count > 1) {
			const decimals = last === POINT ? points : commas;
			if (!groups || (isMixed ? decimals !== 1 : run !== 3)) return false;
			// Groups alone, or groups and then a decimal sign of the other kind.
			const isDecimalPoint = isMixed ? last === POINT : last === COMMA;
			this.shape = isDecimalPoint ? Point : Comma;
		} else if (groups && run === 3) {
			this.shape = last === POINT ? PointOrGroup : CommaOrGroup;
		} else {
			this.shape = last === POINT ? Point : Comma;
		}
		this.endsInThousand =
			run === 3 && bytes[to - 1] === ZERO && bytes[to - 2] === ZERO && bytes[to - 3] === ZERO;
		this.points = points;
		this.commas = commas;
		this.digits = to - start - count;
		return true;
	}

	/** Whether it is a number with that decimal sign. */
	isReadBy(sign: 'point' | 'comma'): boolean {
		const { shape } = this;
		return shape === PointOrGroup || shape === CommaOrGroup || shape === (sign === 'point' ? Point : Comma);
	}

	/** Of the number read by that sign. */
	hasGroups(sign: 'point' | 'comma'): boolean {
		return (sign === 'point' ? this.commas : this.points) > 0;
	}

	hasFraction(sign: 'point' | 'comma'): boolean {
		return (sign === 'point' ? this.points : this.commas) > 0;
	}
}

/**
 * Writes a number that was parsed: without groups, with a decimal point.
 *
 * @returns where it ends
 */
export function writeNumber(
	bytes: Uint8Array,
	from: number,
	to: number,
	sign: 'point' | 'comma',
	target: Uint8Array,
	at: number,
): number {
	const decimal = sign === 'point' ? POINT : COMMA;
	let end = at;
	for (let i = from; i < to; i++) {
		const code = bytes[i];
		if (code === decimal) target[end++] = POINT;
		else if (code !== COMMA && code !== POINT) target[end++] = code;
	}
	return end;
}
