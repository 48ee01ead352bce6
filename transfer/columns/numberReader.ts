/** Texts of a LONG, DECIMAL or DOUBLE column, as the column is read. */

import { trimmed } from './blanks';
import type { ColumnReading } from './columnReading';
import { CommonNumber, writeNumber } from './commonNumbers';
import { BOOLEAN, DECIMAL_COMMA, GROUPED, LEADING_ZEROS, NULL_WORD, PERCENT } from './conversions';
import { Misfit, type ValueText } from './misfit';
import { decimalText, doubleText, longText, MAX_EXPONENT, type NumberFault } from './numbers';
import { NumberShape, NumberText, type GroupSeparator } from './numberText';
import {
	againstSign,
	notBySign,
	notOfType,
	numberFault,
	otherCurrency,
	percentRefused,
	unclearSign,
} from './valueFaults';

const number = new NumberText();
const common = new CommonNumber();

/** So many digits are within 64 bits, whatever they are. */
const MAX_LONG_DIGITS = 18;

type Sign = 'point' | 'comma';

export class NumberReader {
	/** Bits of the last value's conversions. */
	kinds = 0;
	/** Every number with a point so far could also be grouped: the first of them. */
	groupablePoint: string | null;
	readonly separators = new Set<GroupSeparator>();
	/** The decimal sign, once an option or a value that can't be read otherwise has said it. */
	private sign: Sign | null;
	private currency: string | null;

	constructor(private readonly reading: ColumnReading) {
		this.sign = reading.signBy === 'unclear' ? null : reading.decimalSign;
		this.groupablePoint = reading.groupablePoint;
		this.currency = reading.currency;
	}

	/** A decimal point is what it is in Domo's form. */
	get pointsAreRead(): boolean {
		return this.sign === 'point';
	}

	/** Whether an option or a value has said so. */
	get hasDecimalComma(): boolean {
		return this.sign === 'comma';
	}

	/** @param inner a value that was wrapped in an object: its decimal sign is a point */
	read(text: string, inner = false): ValueText {
		this.kinds = 0;
		const { settings, type } = this.reading;
		const plain = trimmed(text);
		if (plain === '') return null;
		if (settings.nullWords.size > 0 && settings.nullWords.has(plain)) {
			this.kinds = NULL_WORD;
			return null;
		}
		if (!number.parse(plain)) return this.readBoolean(plain, text);
		if (number.percent && settings.percentSigns === 'refuse') return percentRefused(text);
		const exponent = number.exponent === '' ? 0 : Number(number.exponent);
		if (!(Math.abs(exponent) <= MAX_EXPONENT)) return numberFault(text, type, 'exponent');
		const sign = inner ? innerSign(text, type) : this.signOf(text);
		if (typeof sign === 'object') return sign;
		if (number.currency !== null) {
			if (this.currency === null) this.currency = number.currency;
			else if (this.currency !== number.currency) return otherCurrency(text, this.currency);
		}
		const digits = number.digits(sign);
		let kinds = number.kinds;
		if (number.leadingZeros) kinds |= LEADING_ZEROS;
		if (number.shape !== NumberShape.Neutral || number.isGroupedIn(sign)) {
			if (number.isGroupedIn(sign)) {
				kinds |= GROUPED;
				this.separators.add(number.separatorIn(sign));
			}
			if (sign === 'comma' && digits.includes('.')) kinds |= DECIMAL_COMMA;
		}
		const result = this.write(digits, exponent);
		if (typeof result === 'object') return numberFault(text, type, result.fault);
		if (!number.percent) {
			this.kinds = kinds;
			return result;
		}
		this.kinds = kinds | PERCENT;
		return settings.percentSigns === 'fraction' && result.includes('.')
			? result.replace(/\.?0+$/, '')
			: result;
	}

	/**
	 * Writes a field's number if it is in a common form and its column's decimal sign is known: see commonNumbers.ts.
	 *
	 * @returns where it ends in the target, or -1 where its text is to be read
	 */
	writeCommon(bytes: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
		const { sign, reading } = this;
		if (sign === null || reading.settings.nullWords.mayBePlain) return -1;
		if (!common.parse(bytes, from, to) || !common.isReadBy(sign)) return -1;
		const hasFraction = common.hasFraction(sign);
		if (reading.type === 'LONG' && (hasFraction || common.digits > MAX_LONG_DIGITS)) return -1;
		this.kinds = hasFraction && sign === 'comma' ? DECIMAL_COMMA : 0;
		if (common.hasGroups(sign)) {
			this.kinds |= GROUPED;
			this.separators.add(sign === 'point' ? 'commas' : 'points');
		}
		return writeNumber(bytes, from, to, sign, target, at);
	}

	private write(digits: string, exponent: number): string | { fault: NumberFault } {
		const shift = number.percent && this.reading.settings.percentSigns === 'fraction' ? -2 : 0;
		const parts = { negative: number.negative, digits, exponent: exponent + shift };
		switch (this.reading.type) {
			case 'LONG':
				return longText(parts);
			case 'DECIMAL':
				return decimalText(parts);
			default:
				return doubleText(parts, shift === 0 ? number.exponentAsWritten : '');
		}
	}

	private readBoolean(plain: string, text: string): ValueText {
		const { length } = plain;
		if (length === 4 || length === 5) {
			const word = plain.toLowerCase();
			if (word === 'true' || word === 'false') {
				this.kinds = BOOLEAN;
				return word === 'true' ? '1' : '0';
			}
		}
		return notOfType(text, this.reading.type);
	}

	private signOf(text: string): Sign | Misfit {
		const { shape } = number;
		if (shape === NumberShape.Neutral) return 'point';
		if (this.sign === null) return this.unsettledSign(text);
		if (
			(shape === NumberShape.Point && this.sign === 'comma') ||
			(shape === NumberShape.Comma && this.sign === 'point')
		) {
			return this.reading.signBy === 'option'
				? notBySign(text, this.reading.type, this.sign)
				: againstSign(text, this.sign);
		}
		return this.sign;
	}

	/** Where the values that decide have said nothing for sure: what comes later has one reading, or is refused. */
	private unsettledSign(text: string): Sign | Misfit {
		const { reading } = this;
		switch (number.shape) {
			case NumberShape.Point:
				if (!reading.isSlice) {
					this.sign = 'point';
					this.groupablePoint = null;
				}
				return 'point';
			case NumberShape.Comma:
				if (reading.isSlice) return unclearSign(text);
				if (this.groupablePoint !== null) return againstSign(text, 'point');
				this.sign = 'comma';
				return 'comma';
			case NumberShape.PointOrGroup:
				if (reading.commaColumn !== null) return unclearSign(text);
				this.groupablePoint ??= text;
				return 'point';
			default:
				// An integer has no fraction: 1,234 is grouped. But 5,000 could be 5.
				if (
					reading.type !== 'LONG' ||
					number.endsInThousand ||
					number.percent ||
					this.groupablePoint !== null
				) {
					return unclearSign(text);
				}
				if (!reading.isSlice) this.sign = 'point';
				return 'point';
		}
	}
}

function innerSign(text: string, type: ColumnReading['type']): Sign | Misfit {
	return number.shape === NumberShape.Comma ? notOfType(text, type) : 'point';
}
