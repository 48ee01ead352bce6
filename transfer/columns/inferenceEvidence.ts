/** What the values that decide say about a column's type. */

import { trimmed } from './blanks';
import type { ColumnSettings } from './columnSettings';
import type { DateEvidence } from './dateEvidence';
import { DateText } from './dateText';
import { isJsDate, isLuxonDateTime } from './jsDates';
import type { NumberEvidence } from './numberEvidence';
import { isInt64, MAX_EXPONENT } from './numbers';
import { NumberShape, NumberText } from './numberText';
import {
	isPlainDate,
	isPlainDateInBytes,
	isPlainDateTime,
	NOT_PLAIN,
	PLAIN,
	PLAIN_OR_GROUPED,
	PLAIN_WITH_POINT,
	plainDateTimeInBytes,
	plainNumber,
	plainNumberInBytes,
} from './plainForms';
import { sample, type Place, type Sample } from './sample';
import { NOT_WRAPPED, ofItself, unwrapped, WrappedDate, WrappedNumber } from './wrappedValues';

const number = new NumberText();
const date = new DateText();

/** Of a column with more texts than this, and more of them than of other kinds, no more is looked at. */
const SURELY_TEXT = 1000;

/** Values of one kind: how many, and the first. */
export class Kind {
	count = 0;
	first: Sample | null = null;

	add(text: string, place: Place): void {
		this.count++;
		this.first ??= sample(text, place);
	}
}

export class InferenceEvidence {
	/** Numbers that every reading takes. */
	numbers = 0;
	days = 0;
	times = 0;
	readonly texts = new Kind();
	readonly leadingZeros = new Kind();
	readonly plusSigns = new Kind();
	readonly percents = new Kind();
	readonly booleans = new Kind();
	/** Integers beyond 64 bits. */
	readonly hugeIntegers = new Kind();
	/** JS integers beyond ±2^53. */
	readonly inexact = new Kind();
	/** The first number of all, and the first day or time. */
	firstNumber: Sample | null = null;
	firstDay: Sample | null = null;
	/** Numbers with digits behind a point, behind a comma, and with either. */
	pointFractions = false;
	commaFractions = false;
	doubles = false;

	constructor(
		private readonly settings: ColumnSettings,
		private readonly numberEvidence: NumberEvidence,
		private readonly dateEvidence: DateEvidence,
	) {}

	/** Values that say anything about the type. */
	get total(): number {
		return (
			this.numbers +
			this.days +
			this.times +
			this.texts.count +
			this.leadingZeros.count +
			this.plusSigns.count +
			this.percents.count +
			this.booleans.count +
			this.hugeIntegers.count
		);
	}

	/**
	 * Once the first of its kind is known, a field in Domo's form is only counted: no text is made of it.
	 *
	 * @returns false, and nothing noted, where the field's text is to be looked at
	 */
	takes(bytes: Uint8Array, from: number, to: number): boolean {
		if (this.isSurelyText) return true;
		if (this.settings.pattern !== null) return false;
		if (this.firstNumber !== null) {
			const plain = plainNumberInBytes(bytes, from, to, false);
			const isKnown =
				plain === PLAIN
					? to - from <= 18
					: plain === PLAIN_WITH_POINT && this.pointFractions && this.numberEvidence.point !== null;
			if (isKnown) {
				this.numbers++;
				return true;
			}
		}
		if (this.firstDay === null) return false;
		if (isPlainDateInBytes(bytes, from, to)) this.days++;
		else if (plainDateTimeInBytes(bytes, from, to) !== 0) this.times++;
		else return false;
		return true;
	}

	/** @returns false, and nothing noted, where the text is in no form of Domo's */
	takesText(text: string, place: Place): boolean {
		if (this.isSurelyText) return true;
		if (this.settings.pattern !== null) return false;
		const plain = plainNumber(text, false);
		if (plain === NOT_PLAIN) {
			if (isPlainDate(text)) this.days++;
			else if (isPlainDateTime(text)) this.times++;
			else return false;
			this.firstDay ??= sample(text, place);
			return true;
		}
		if (plain === PLAIN) {
			if (text.length > 18) return false;
		} else {
			this.pointFractions = true;
			if (plain === PLAIN_OR_GROUPED) this.numberEvidence.addPointOrGroup(text, place);
			else this.numberEvidence.point ??= sample(text, place);
		}
		this.numbers++;
		this.firstNumber ??= sample(text, place);
		return true;
	}

	addText(text: string, place: Place): void {
		if (this.isSurelyText) return;
		const plain = trimmed(text);
		if (plain === '' || this.settings.nullWords.has(plain)) return;
		const { pattern } = this.settings;
		if (pattern !== null) {
			const reading = pattern.read(plain);
			if (typeof reading === 'object') return this.addDay(pattern.hasTime, text, place);
		}
		if (number.parse(plain)) return this.addNumber(text, place);
		if (pattern === null && date.parse(plain) && !this.isNoDay()) {
			this.dateEvidence.add(date, text, place);
			return this.addDay(date.hasTime, text, place);
		}
		if (pattern !== null && (isPlainDate(plain) || isPlainDateTime(plain))) {
			return this.addDay(plain.length > 10, text, place);
		}
		if (/^(?:true|false)$/i.test(plain)) this.booleans.add(text, place);
		else this.texts.add(text, place);
	}

	/** Notes a value of an item that is no text. */
	add(value: unknown, place: Place): void {
		switch (typeof value) {
			case 'number':
				if (!Number.isNaN(value)) this.addJsNumber(value, place);
				return;
			case 'bigint':
				if (isInt64(value)) this.numbers++;
				else this.hugeIntegers.add(String(value), place);
				return;
			case 'boolean':
				this.booleans.add(String(value), place);
				return;
			case 'object':
				if (value !== null) this.addObject(value, place);
				return;
			case 'undefined':
				return;
			default:
				this.texts.add(`a ${typeof value}`, place);
		}
	}

	/** Whether the text that was parsed is a day with the year first only, which nobody has said. */
	private isNoDay(): boolean {
		return date.isTriple && date.isHardlyYearFirst && this.settings.dateOrder !== 'yearFirst';
	}

	private get isSurelyText(): boolean {
		const { count } = this.texts;
		return count > SURELY_TEXT && count > this.numbers + this.days + this.times;
	}

	private addJsNumber(value: number, place: Place): void {
		if (this.settings.nullWords.mayBePlain && this.settings.nullWords.has(String(value))) return;
		this.numbers++;
		this.firstNumber ??= sample(String(value), place);
		if (Number.isSafeInteger(value)) return;
		this.doubles = true;
		if (Number.isInteger(value)) this.inexact.add(String(value), place);
	}

	private addObject(value: object, place: Place): void {
		if (isJsDate(value) || isLuxonDateTime(value)) {
			this.times++;
			return;
		}
		const itself = ofItself(value);
		if (typeof itself === 'string') return this.addWrappedText(itself, place);
		if (typeof itself !== 'object' || itself === null) return this.add(itself, place);
		const inner = unwrapped(itself);
		if (inner instanceof WrappedDate) this.times++;
		else if (inner instanceof WrappedNumber) this.addWrappedNumber(inner, place);
		else if (typeof inner === 'string') this.addWrappedText(inner, place);
		else if (inner === NOT_WRAPPED || (typeof inner === 'object' && inner !== null && !isDate(inner))) {
			this.texts.add(Array.isArray(itself) ? 'an array' : 'an object', place);
		} else this.add(inner, place);
	}

	private addWrappedNumber({ text, isDouble }: WrappedNumber, place: Place): void {
		if (isDouble) {
			this.numbers++;
			this.doubles = true;
		} else this.addWrappedText(text, place);
	}

	/** Numbers inside have a decimal point, and say nothing about texts. */
	private addWrappedText(text: string, place: Place): void {
		const plain = trimmed(text);
		const isPlain = plainNumber(plain, false) !== NOT_PLAIN && plain.length <= 18;
		if (!isPlain && plain.includes(',') && number.parse(plain)) return this.texts.add(text, place);
		if (!isPlain) return this.addText(text, place);
		this.numbers++;
		if (plain.includes('.')) this.pointFractions = true;
	}

	private addDay(hasTime: boolean, text: string, place: Place): void {
		if (hasTime) this.times++;
		else this.days++;
		this.firstDay ??= sample(text, place);
	}

	private addNumber(text: string, place: Place): void {
		const { shape } = number;
		if (number.percent && this.settings.percentSigns === 'refuse') return this.percents.add(text, place);
		if (number.leadingZeros) return this.leadingZeros.add(text, place);
		if (number.exponent !== '') {
			if (!(Math.abs(Number(number.exponent)) <= MAX_EXPONENT)) return this.texts.add(text, place);
			const value = Number(
				`${number.digits(shape === NumberShape.Comma ? 'comma' : 'point')}e${number.exponent}`,
			);
			if (!Number.isFinite(value)) return this.texts.add(text, place);
			this.doubles = true;
		} else if (shape === NumberShape.Neutral || !hasFraction(number)) {
			if (number.plus) return this.plusSigns.add(text, place);
			const digits = number.digits(shape === NumberShape.Comma ? 'comma' : 'point');
			if (digits.length > 18 && !isInt64(BigInt(number.negative ? `-${digits}` : digits))) {
				return this.hugeIntegers.add(text, place);
			}
		}
		if (number.percent && this.settings.percentSigns === 'fraction')
			this.pointFractions = this.commaFractions = true;
		if (shape === NumberShape.Point && hasFraction(number)) this.pointFractions = true;
		else if (shape === NumberShape.Comma && hasFraction(number)) this.commaFractions = true;
		else if (shape === NumberShape.PointOrGroup) this.pointFractions = true;
		else if (shape === NumberShape.CommaOrGroup) this.commaFractions = true;
		this.numberEvidence.add(number, text, place);
		this.numbers++;
		this.firstNumber ??= sample(text, place);
	}
}

/** Whether the only reading of a number has digits behind its decimal sign. */
function hasFraction(of: NumberText): boolean {
	if (of.shape === NumberShape.Point) return of.digits('point').includes('.');
	return of.shape === NumberShape.Comma
		? of.digits('comma').includes('.')
		: of.shape >= NumberShape.PointOrGroup;
}

function isDate(value: object): boolean {
	return isJsDate(value) || isLuxonDateTime(value);
}
