/** What the values that decide say about how their column is to be read. */

import type { ColumnType } from '../../domo/types';
import { trimmed } from './blanks';
import type { ColumnReading } from './columnReading';
import type { ColumnSettings } from './columnSettings';
import { CommonDate } from './commonDates';
import { CommonNumber } from './commonNumbers';
import { DateEvidence } from './dateEvidence';
import { DateText, DAY_FIRST, MONTH_FIRST, YEAR_FIRST } from './dateText';
import { MidnightEvidence } from './dayClocks';
import { InPlaceField } from './inPlaceField';
import { isJsDate, isLuxonDateTime } from './jsDates';
import { InferenceEvidence } from './inferenceEvidence';
import { NumberEvidence } from './numberEvidence';
import { NumberText } from './numberText';
import { PlainField } from './plainField';
import {
	isoDateTime,
	isPlainDate,
	isPlainDateInBytes,
	isPlainDateTime,
	NOT_PLAIN,
	PLAIN,
	PLAIN_OR_GROUPED,
	plainDateTimeInBytes,
	plainNumber,
	plainNumberInBytes,
	type PlainNumber,
} from './plainForms';
import { sample, type Place } from './sample';
import { ofItself, unwrapped, WrappedDate } from './wrappedValues';

export type { Place };

const number = new NumberText();
const date = new DateText();
const common = new CommonDate();
const commonNumber = new CommonNumber();

/** Whether the number is an integer of 32 bits: it then fits every column but DATE and DATETIME, as its digits. */
export function isSmallInteger(value: number): boolean {
	return (value | 0) === value;
}

export class ColumnEvidence {
	readonly numbers = new NumberEvidence();
	readonly dates = new DateEvidence();
	/** Of a DATE column whose instants no option gives a zone. */
	readonly midnights: MidnightEvidence | null;
	/** Where the type is still to be found. */
	readonly inference: InferenceEvidence | null;
	/** Every value so far is in Domo's form, or surely becomes it with nothing to tell of. */
	allInDomosForm = true;
	/** Every text so far is in Domo's form. */
	textsInDomosForm = true;
	/** A number as text has a point, which is not what it is where the column has a decimal comma. */
	hasPoint = false;

	/** A text is in neither Domo's form nor one of the commonest others. */
	private hasOtherForms = false;
	/** Whether each number of a common form has a reading with that decimal sign. */
	private readonly areRead = { byPoint: true, byComma: true };
	/** The readings that all days of a common form have, points apart. */
	private commonOrders = MONTH_FIRST | DAY_FIRST;
	private hasSlashes = false;

	private readonly isNumeric: boolean;
	/** Values in Domo's form need no look at all. */
	private readonly plainIsRead: boolean;
	private readonly numbersArePlain: boolean;

	/** @param type null where it is to be inferred */
	constructor(
		readonly type: ColumnType | null,
		private readonly settings: ColumnSettings,
	) {
		this.inference = type === null ? new InferenceEvidence(settings, this.numbers, this.dates) : null;
		this.midnights =
			type === 'DATE' && !settings.hasCalendarZone ? new MidnightEvidence(settings.calendarZone) : null;
		this.isNumeric = type === 'LONG' || type === 'DECIMAL' || type === 'DOUBLE';
		const { nullWords } = settings;
		this.numbersArePlain = type !== 'DATE' && type !== 'DATETIME' && !nullWords.mayBePlain;
		this.plainIsRead =
			type === 'STRING'
				? nullWords.size === 0 && !settings.trimText && !settings.emptyTextIsNull
				: !nullWords.mayBePlain && !(type === 'DATETIME' && !settings.zone.isUtc);
	}

	/** Which bytes of a file's fields say nothing new now: the first points of numbers do. */
	get plainField(): PlainField {
		if (this.type === 'STRING') return PlainField.Text;
		if (!this.plainIsRead) return PlainField.None;
		switch (this.type) {
			case null:
				return PlainField.None;
			case 'LONG':
				return PlainField.Long;
			case 'DATE':
				return PlainField.Date;
			case 'DATETIME':
				return this.settings.pattern === null ? PlainField.SpacedDateTime : PlainField.DateTime;
			default:
				if (this.numbers.pointOrGroup.length === 2 && this.numbers.point !== null) return PlainField.Decimal;
				return this.numbers.point !== null ? PlainField.Point : PlainField.Whole;
		}
	}

	/** Which of them besides say nothing that is not noted already. */
	get inPlaceField(): PlainField | InPlaceField {
		const { plainField, numbers } = this;
		switch (plainField) {
			case PlainField.Whole:
				if (numbers.comma === null) return plainField;
				return numbers.knowsCommas ? InPlaceField.DecimalComma : InPlaceField.Comma;
			case PlainField.Date:
				return InPlaceField.TurnedDate;
			case PlainField.SpacedDateTime:
				return InPlaceField.TurnedDateTime;
			default:
				return plainField;
		}
	}

	/** In which order days with slashes and dashes say nothing that is not noted already, or 0. */
	get orderOfDays(): number {
		const { commonOrders } = this;
		return commonOrders !== (MONTH_FIRST | DAY_FIRST) && this.dates.knowsOrder(commonOrders)
			? commonOrders
			: 0;
	}

	/**
	 * Notes a field of a file by its bytes.
	 *
	 * @returns false where they are in none of the commonest forms, and nothing is noted: addField takes its text
	 */
	takes(bytes: Uint8Array, from: number, to: number, place: Place): boolean {
		if (!this.plainIsRead || from === to) return false;
		switch (this.type) {
			case 'STRING':
				return true;
			case 'LONG':
				if (plainNumberInBytes(bytes, from, to, true) === PLAIN) return true;
				return this.takesCommonNumber(bytes, from, to, place);
			case 'DECIMAL':
			case 'DOUBLE': {
				const plain = plainNumberInBytes(bytes, from, to, false);
				if (plain === PLAIN) return true;
				if (plain === NOT_PLAIN) return this.takesCommonNumber(bytes, from, to, place);
				this.hasPoint = true;
				if (plain === PLAIN_OR_GROUPED) {
					if (this.numbers.pointOrGroup.length < 2) this.notePoint(plain, latin(bytes, from, to), place);
				} else if (this.numbers.point === null) this.notePoint(plain, latin(bytes, from, to), place);
				return true;
			}
			case 'DATE':
				return isPlainDateInBytes(bytes, from, to) || this.takesCommonDate(bytes, from, to, place);
			case 'DATETIME': {
				const form = plainDateTimeInBytes(bytes, from, to);
				if (form === 1 || (form === 2 && this.settings.pattern === null)) return true;
				return this.takesCommonDate(bytes, from, to, place);
			}
			default:
				return this.inference?.takes(bytes, from, to) ?? false;
		}
	}

	/**
	 * Whether that reading surely takes every value so far: nothing is gained by reading them once more to see. Of files
	 * only, whose fields takes() has seen.
	 */
	isSurelyReadAs(reading: ColumnReading): boolean {
		const { decimalSign, signBy, dateOrder, shortDateOrder } = reading;
		// 12.5 is in Domo's form, but a column with a decimal comma doesn't take it.
		if (this.isNumeric && decimalSign === 'comma' && this.numbers.point !== null) return false;
		if (this.allInDomosForm) return true;
		if (this.hasOtherForms) return false;
		if (this.isNumeric) {
			if (signBy === 'unclear' || reading.type === 'LONG') return false;
			return decimalSign === 'comma' ? this.areRead.byComma : this.areRead.byPoint;
		}
		return shortDateOrder !== YEAR_FIRST && (!this.hasSlashes || (this.commonOrders & dateOrder) !== 0);
	}

	private takesCommonDate(bytes: Uint8Array, from: number, to: number, place: Place): boolean {
		if (this.settings.pattern !== null || !common.parseBytes(bytes, from, to)) return false;
		this.allInDomosForm = this.textsInDomosForm = false;
		if (!common.hasPoints) {
			this.hasSlashes = true;
			this.commonOrders &= common.orders;
		}
		if (!this.dates.knows(common)) this.dates.addCommon(common, latin(bytes, from, to), place);
		return true;
	}

	private takesCommonNumber(bytes: Uint8Array, from: number, to: number, place: Place): boolean {
		if (!commonNumber.parse(bytes, from, to)) return false;
		this.allInDomosForm = this.textsInDomosForm = false;
		if (!commonNumber.isReadBy('point')) this.areRead.byPoint = false;
		if (!commonNumber.isReadBy('comma')) this.areRead.byComma = false;
		if (!this.numbers.knows(commonNumber)) this.addNumber(latin(bytes, from, to), place);
		return true;
	}

	/** Notes a field of a file. An unquoted field without text is NULL. */
	addField(text: string, quoted: boolean, place: Place): void {
		if (text !== '' || quoted) this.addText(text, place);
	}

	/** Notes a value of an item. */
	add(value: unknown, place: Place): void {
		if (typeof value === 'string') this.addText(value, place);
		else if (this.inference !== null) this.inference.add(value, place);
		else if (typeof value === 'number') {
			if (isSmallInteger(value) && this.plainIsRead && this.type !== 'DATE' && this.type !== 'DATETIME')
				return;
			if (!this.fitsNumber(value)) this.allInDomosForm = false;
		} else if (value !== null && value !== undefined) {
			if (typeof value === 'boolean' && this.type === 'STRING' && this.plainIsRead) return;
			this.allInDomosForm = false;
			if (typeof value !== 'object' || isLuxonDateTime(value)) return;
			if (isJsDate(value)) this.midnights?.add(value.getTime() / 1000);
			else this.addWrapped(value, place);
		}
	}

	private fitsNumber(value: number): boolean {
		if (Number.isNaN(value)) return true;
		if (!this.numbersArePlain) return false;
		if (Number.isInteger(value)) return Number.isSafeInteger(value);
		return this.type !== 'LONG' && Number.isFinite(value);
	}

	private addWrapped(value: object, place: Place): void {
		// What is inside has a decimal point in any case, and says nothing about other values.
		if (this.isNumeric || this.type === 'STRING') return;
		const itself = ofItself(value);
		if (typeof itself === 'string') return this.addText(itself, place);
		if (typeof itself !== 'object' || itself === null) return;
		const inner = unwrapped(itself);
		if (typeof inner === 'string') this.addText(inner, place);
		else if (inner instanceof WrappedDate) {
			if (typeof inner.value === 'number') this.midnights?.add(inner.value / 1000);
			else this.addText(inner.value, place);
		} else if (typeof inner === 'object' && inner !== null && isJsDate(inner))
			this.midnights?.add(inner.getTime() / 1000);
	}

	private addText(text: string, place: Place): void {
		if (this.plainIsRead && this.isPlain(text, place)) return;
		if (this.inference !== null) {
			this.inference.addText(text, place);
			return;
		}
		this.textsInDomosForm = false;
		if (this.isReadAsIs(text)) return;
		this.allInDomosForm = false;
		this.hasOtherForms = true;
		if (this.type === 'STRING') return;
		if (this.isNumeric) this.addNumber(text, place);
		else this.addDate(text, place);
	}

	private isPlain(text: string, place: Place): boolean {
		switch (this.type) {
			case 'STRING':
				return isWellFormed(text);
			case 'LONG':
				return plainNumber(text, true) === PLAIN;
			case 'DECIMAL':
			case 'DOUBLE': {
				const plain = plainNumber(text, false);
				if (plain > PLAIN) this.notePoint(plain, text, place);
				return plain !== NOT_PLAIN;
			}
			case 'DATE':
				return isPlainDate(text);
			case 'DATETIME':
				return isPlainDateTime(text);
			default:
				return this.inference?.takesText(text, place) ?? false;
		}
	}

	/** Texts that are no DATETIME in Domo's form, but surely become one, with nothing to tell of it. */
	private isReadAsIs(text: string): boolean {
		return (
			this.type === 'DATETIME' &&
			this.plainIsRead &&
			this.settings.pattern === null &&
			isoDateTime(text) !== 0
		);
	}

	private notePoint(plain: PlainNumber, text: string, place: Place): void {
		this.hasPoint = true;
		if (plain === PLAIN_OR_GROUPED) this.numbers.addPointOrGroup(text, place);
		else this.numbers.point ??= sample(text, place);
	}

	private addNumber(text: string, place: Place): void {
		if (this.settings.decimalSign !== 'auto' && this.numbers.otherCurrency !== null) return;
		const plain = trimmed(text);
		if (plain === '' || this.settings.nullWords.has(plain) || !number.parse(plain)) return;
		if (number.percent && this.settings.percentSigns === 'refuse') return;
		this.numbers.add(number, text, place);
	}

	private addDate(text: string, place: Place): void {
		const { pattern, nullWords } = this.settings;
		if (pattern !== null || isYearFirst(text)) return;
		if (common.parse(text) && !nullWords.mayBePlain) return this.dates.addCommon(common, text, place);
		const plain = trimmed(text);
		if (plain === '' || nullWords.has(plain) || !date.parse(plain)) return;
		this.dates.add(date, text, place);
	}
}

/** Whether the text begins with four digits and a dash: its day and month can be in one order only. */
function isYearFirst(text: string): boolean {
	if (text.charCodeAt(4) !== 45) return false;
	for (let at = 0; at < 4; at++) if (!(text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57)) return false;
	return true;
}

/** In the types of TypeScript only from ES2024 on; in Node since 20. At once for texts of one byte a character. */
export function isWellFormed(text: string): boolean {
	return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

function latin(bytes: Uint8Array, from: number, to: number): string {
	return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 200)));
}
