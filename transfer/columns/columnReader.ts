/** Reads the values of one column: what each becomes in Domo's form, and why one is not taken. */

import { trimmed } from './blanks';
import { isSmallInteger, isWellFormed } from './columnEvidence';
import type { ColumnReading } from './columnReading';
import { Conversions, BOOLEAN, DAY_FORM, DECIMAL_COMMA, INEXACT_INTEGER, NULL_WORD } from './conversions';
import { DateReader } from './dateReader';
import { InPlaceField } from './inPlaceField';
import { isJsDate, isLuxonDateTime, type LuxonDateTime } from './jsDates';
import type { ValueText } from './misfit';
import { NumberReader } from './numberReader';
import { isInt64, plainDecimal } from './numbers';
import { PlainField } from './plainField';
import { isPlainDate, isPlainDateTime, NOT_PLAIN, PLAIN, plainNumber } from './plainForms';
import { shortened } from './textInMessage';
import {
	beyondYears,
	digitsLost,
	invalidDate,
	kindNotOfType,
	loneSurrogate,
	noJson,
	noJsonForm,
} from './valueFaults';
import { NOT_WRAPPED, ofItself, unwrapped, WrappedDate, WrappedNumber } from './wrappedValues';

export class ColumnReader {
	/** Bits of the last value's conversions: see conversions.ts. */
	kinds = 0;
	/** Those of all values that were counted. */
	readonly conversions = new Conversions();
	/** Every field of a file is the column's value as it is: no look at it is needed. */
	readonly copiesAll: boolean;

	private readonly numbers: NumberReader;
	private readonly dates: DateReader;
	/** JS numbers within ±2^53 are written as they are: whole ones in a LONG, all in other columns but of days. */
	readonly numbersArePlain: boolean;

	private readonly plainIsRead: boolean;
	private readonly hasNullWords: boolean;

	constructor(readonly reading: ColumnReading) {
		const { type, settings } = reading;
		this.numbers = new NumberReader(reading);
		this.dates = new DateReader(reading);
		this.hasNullWords = settings.nullWords.size > 0;
		this.copiesAll =
			type === 'STRING' && !this.hasNullWords && !settings.trimText && !settings.emptyTextIsNull;
		this.numbersArePlain = type !== 'DATE' && type !== 'DATETIME' && !settings.nullWords.mayBePlain;
		this.plainIsRead =
			type === 'STRING'
				? this.copiesAll
				: !settings.nullWords.mayBePlain && !(type === 'DATETIME' && !settings.zone.isUtc);
	}

	/** Adds the last value's conversions to all. */
	count(): void {
		if (this.kinds !== 0) this.conversions.add(this.kinds);
	}

	/** Adds the conversions of values that were read before, each the same. */
	countKinds(kinds: number, values = 1): void {
		this.conversions.add(kinds, values);
	}

	/** The first `1.234`, where every number with a point could as well be grouped. */
	get groupablePoint(): string | null {
		return this.numbers.groupablePoint;
	}

	/** Whether an option or a value, also one behind those that decide, has said that commas are decimal signs. */
	get hasDecimalComma(): boolean {
		return this.numbers.hasDecimalComma;
	}

	/** How digits were grouped: "by points". */
	get separators(): ReadonlySet<string> {
		return this.numbers.separators;
	}

	/** The orders of day, month and year in which days were read, of those that have several. */
	get dateOrder(): readonly number[] {
		return this.dates.ordersRead;
	}

	/** Which bytes of a file's fields need no reading now: a decimal point may be settled on the way. */
	get plainField(): PlainField {
		if (!this.plainIsRead) return PlainField.None;
		const { type, settings } = this.reading;
		switch (type) {
			case 'STRING':
				return PlainField.Text;
			case 'LONG':
				return PlainField.Long;
			case 'DATE':
				return PlainField.Date;
			case 'DATETIME':
				return settings.pattern === null ? PlainField.SpacedDateTime : PlainField.DateTime;
			default:
				return this.numbers.pointsAreRead ? PlainField.Decimal : PlainField.Whole;
		}
	}

	/** Which of them besides need reading, but no more bytes: a reading may be settled on the way. */
	get inPlaceField(): PlainField | InPlaceField {
		const { plainField } = this;
		switch (plainField) {
			case PlainField.Whole:
				return this.numbers.hasDecimalComma ? InPlaceField.DecimalComma : plainField;
			case PlainField.Date:
				return this.dates.pointsAreRead ? InPlaceField.TurnedDate : plainField;
			case PlainField.SpacedDateTime:
				return this.dates.pointsAreRead ? InPlaceField.TurnedDateTime : plainField;
			default:
				return plainField;
		}
	}

	/** In which order days with slashes and dashes are read, once some were: 0 before. */
	get orderOfDays(): number {
		return this.dates.orderOfDays;
	}

	/** The kind that values have that are taken besides Domo's form: see inPlaceField. */
	get inPlaceKind(): number {
		const { type } = this.reading;
		return type === 'DATE' || type === 'DATETIME' ? DAY_FORM : DECIMAL_COMMA;
	}

	/**
	 * Writes a file's field in Domo's form if it is in one of the commonest other forms, without making a text of it:
	 * `kinds` are its conversions then. At most 9 bytes longer than the field.
	 *
	 * @returns where it ends in the target, or -1 where readField takes its text
	 */
	writeCommon(bytes: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
		switch (this.reading.type) {
			case 'STRING':
				return -1;
			case 'DATE':
			case 'DATETIME': {
				const end = this.dates.writeCommon(bytes, from, to, target, at);
				this.kinds = this.dates.kinds;
				return end;
			}
			default: {
				const end = this.numbers.writeCommon(bytes, from, to, target, at);
				this.kinds = this.numbers.kinds;
				return end;
			}
		}
	}

	/** Reads a file's field. One without text is NULL where it is not quoted. */
	readField(text: string, quoted: boolean): ValueText {
		if (text === '' && !quoted) {
			this.kinds = 0;
			return null;
		}
		return this.readText(text);
	}

	/**
	 * Reads a value of an item: anything a Code node can make.
	 *
	 * @returns the text (not yet quoted for CSV), null for NULL, or a Misfit
	 */
	read(value: unknown): ValueText {
		this.kinds = 0;
		switch (typeof value) {
			case 'string':
				return this.readText(value);
			case 'number':
				return Number.isNaN(value) ? null : this.readNumber(value);
			case 'boolean':
				return this.readBoolean(value);
			case 'bigint':
				return this.readBigint(value);
			case 'undefined':
				return null;
			case 'object':
				return value === null ? null : this.readObject(value);
			default:
				return kindNotOfType(`a ${typeof value}`, this.reading.type);
		}
	}

	/** Whether the value is in Domo's form or null: it needs no reading. */
	isInDomosForm(value: unknown): boolean {
		if (typeof value === 'string') return this.isPlainText(value);
		const { type } = this.reading;
		if (typeof value === 'number') {
			if (!this.numbersArePlain) return false;
			return (
				isSmallInteger(value) || (Number.isInteger(value) ? Number.isSafeInteger(value) : type !== 'LONG')
			);
		}
		if (typeof value === 'boolean') return this.copiesAll;
		return value === null || value === undefined;
	}

	/** Whether a text is what the column gets, as it is. */
	isPlainText(text: string): boolean {
		if (!this.plainIsRead) return false;
		switch (this.reading.type) {
			case 'STRING':
				return true;
			case 'LONG':
				return plainNumber(text, true) === PLAIN;
			case 'DATE':
				return isPlainDate(text);
			case 'DATETIME':
				return isPlainDateTime(text);
			default: {
				const plain = plainNumber(text, false);
				return plain === PLAIN || (plain !== NOT_PLAIN && this.numbers.pointsAreRead);
			}
		}
	}

	private readText(text: string): ValueText {
		this.kinds = 0;
		switch (this.reading.type) {
			case 'STRING':
				return this.readString(text);
			case 'DATE':
			case 'DATETIME': {
				const result = this.dates.read(text);
				this.kinds = this.dates.kinds;
				return result;
			}
			default: {
				const result = this.numbers.read(text);
				this.kinds = this.numbers.kinds;
				return result;
			}
		}
	}

	private readString(text: string): ValueText {
		if (!isWellFormed(text)) return loneSurrogate(text);
		if (this.copiesAll) return text;
		const { settings } = this.reading;
		const plain = trimmed(text);
		if (this.hasNullWords && settings.nullWords.has(plain)) {
			this.kinds = NULL_WORD;
			return null;
		}
		if (settings.emptyTextIsNull && plain === '') return null;
		return settings.trimText ? plain : text;
	}

	private isNullWord(text: string): boolean {
		if (!this.hasNullWords || !this.reading.settings.nullWords.has(text)) return false;
		this.kinds = NULL_WORD;
		return true;
	}

	private readNumber(value: number): ValueText {
		const { type } = this.reading;
		if (this.hasNullWords && this.isNullWord(String(value))) return null;
		if (!Number.isFinite(value)) return kindNotOfType(String(value), type);
		if (type === 'DATE' || type === 'DATETIME') return this.readNumberAsDate(value, String(value));
		if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
			if (type === 'LONG') return digitsLost(value);
			this.kinds = INEXACT_INTEGER;
		}
		switch (type) {
			case 'LONG':
				return Number.isSafeInteger(value) ? plainDecimal(value) : kindNotOfType(String(value), type);
			case 'DECIMAL':
				return plainDecimal(value);
			default:
				return String(value);
		}
	}

	private readNumberAsDate(value: number, shown: string): ValueText {
		const result = this.dates.readNumber(value, shown);
		this.kinds = this.dates.kinds;
		return result;
	}

	private readBoolean(value: boolean): ValueText {
		const { type } = this.reading;
		if (this.hasNullWords && this.isNullWord(String(value))) return null;
		if (type === 'STRING') return value ? 'true' : 'false';
		if (type === 'DATE' || type === 'DATETIME') return kindNotOfType(String(value), type);
		this.kinds = BOOLEAN;
		return value ? '1' : '0';
	}

	private readBigint(value: bigint): ValueText {
		const { type } = this.reading;
		const text = String(value);
		if (this.hasNullWords && this.isNullWord(text)) return null;
		if (type === 'DATE' || type === 'DATETIME') return this.readNumberAsDate(Number(value), text);
		const fits = type === 'LONG' ? isInt64(value) : type !== 'DOUBLE' || Number.isFinite(Number(value));
		return fits ? text : kindNotOfType(shortened(text), type);
	}

	private readObject(value: object): ValueText {
		const { type } = this.reading;
		if (isJsDate(value)) return this.readDate(value, value.getTime());
		if (isLuxonDateTime(value)) return this.readDate(value, value.toMillis());
		const itself = ofItself(value);
		if (typeof itself === 'string' && type !== 'STRING') return this.readInnerText(itself, false);
		if (typeof itself !== 'object' || itself === null) return this.read(itself);
		if (type === 'STRING') return jsonText(value);
		const inner = unwrapped(itself);
		if (inner === NOT_WRAPPED) return kindNotOfType(Array.isArray(itself) ? 'an array' : 'an object', type);
		if (inner instanceof WrappedNumber) return this.readInnerText(inner.text, true);
		if (inner instanceof WrappedDate) return this.readWrappedDate(inner);
		if (typeof inner === 'string') return this.readInnerText(inner, false);
		if (typeof inner !== 'object' || inner === null || isJsDate(inner) || isLuxonDateTime(inner)) {
			return this.read(inner);
		}
		return kindNotOfType('an object', type);
	}

	/** A text inside an object: as a number, its decimal sign is a point. */
	private readInnerText(text: string, isNumber: boolean): ValueText {
		const { type } = this.reading;
		if (type === 'DATE' || type === 'DATETIME') {
			return isNumber ? this.readNumberAsDate(Number(text), text) : this.readText(text);
		}
		const result = this.numbers.read(text, true);
		this.kinds = this.numbers.kinds;
		return result;
	}

	private readWrappedDate({ value }: WrappedDate): ValueText {
		const { type } = this.reading;
		if (type !== 'DATE' && type !== 'DATETIME') return kindNotOfType('a date', type);
		if (typeof value === 'string') return this.readText(value);
		return Number.isFinite(value) ? this.readInstant(value) : invalidDate();
	}

	private readDate(value: Date | LuxonDateTime, millis: number): ValueText {
		const { type } = this.reading;
		if (type !== 'DATE' && type !== 'DATETIME' && type !== 'STRING') return kindNotOfType('a date', type);
		if (Number.isNaN(millis)) return invalidDate();
		const isLuxon = !isJsDate(value);
		if (type === 'STRING') return isLuxon ? (value.toISO() ?? invalidDate()) : value.toISOString();
		if (isLuxon && type === 'DATE') {
			const day = value.toISODate();
			return day !== null && isPlainDate(day) ? day : beyondYears();
		}
		return this.readInstant(millis);
	}

	private readInstant(millis: number): ValueText {
		const result = this.dates.readInstant(Math.floor(millis / 1000));
		this.kinds = this.dates.kinds;
		return result;
	}
}

function jsonText(value: object): ValueText {
	try {
		return JSON.stringify(value) ?? noJsonForm();
	} catch (error) {
		return noJson(error instanceof Error ? error.message.split('\n')[0] : 'no JSON form');
	}
}
