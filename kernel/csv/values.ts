/** Whether a value's bytes are in the form that its field is taken as. */
import { noteComma, noteDay, noteSpace } from './changes';
import { DAY_BYTES, Days, NO_ORDER, orderOfDay, TIME_BYTES } from './days';
import { ORDERS } from './layout';
import { commaOf, isCommaNumber, Longs, NO_NUMBER, numberForm, SIGN_OR_GROUP, WHOLE } from './numbers';

const SPACE: u8 = 0x20;
const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const CAPITAL_T: u8 = 0x54;
const YEAR_BYTES: usize = 4;
const DATE_TIME_BYTES: usize = DAY_BYTES + 1 + TIME_BYTES;

/** PlainField and InPlaceField of transfer/columns. */
export const enum Form {
	Text = 1,
	Long = 2,
	Whole = 3,
	Point = 4,
	Decimal = 5,
	Date = 6,
	DateTime = 7,
	SpacedDateTime = 8,
	TurnedDate = 9,
	TurnedDateTime = 10,
	Comma = 11,
	DecimalComma = 12,
}

/** Whether commas within a field may be part of its value. */
export function mayHaveCommas(form: i32): bool {
	return form >= Form.Comma;
}

export class Value {
	/**
	 * Notes what is to be changed, see changes.ts.
	 *
	 * @param form none of a text: its bytes may be any
	 * @returns whether the bytes [at, end), at least one, are in that form
	 */
	@inline
	static isTaken(form: i32, at: usize, end: usize, field: usize): bool {
		switch (form) {
			case Form.Long:
				return Longs.isLong(at, end);
			case Form.Whole:
				return numberForm(at, end, POINT) == WHOLE;
			case Form.Point: {
				const number = numberForm(at, end, POINT);
				return number != NO_NUMBER && number != SIGN_OR_GROUP;
			}
			case Form.Decimal:
				return numberForm(at, end, POINT) != NO_NUMBER;
			case Form.Date:
				return end - at == DAY_BYTES && Days.isDay(at);
			case Form.DateTime:
			case Form.SpacedDateTime:
				return end - at == DATE_TIME_BYTES && Days.isDay(at) && isTimeOf(at, form);
			case Form.TurnedDate:
				return end - at == DAY_BYTES && (isYearFirst(at) ? Days.isDay(at) : isTurned(at, field, false));
			case Form.TurnedDateTime: {
				if (end - at != DATE_TIME_BYTES) return false;
				if (isYearFirst(at)) return Days.isDay(at) && isTimeOf(at, form);
				return (
					load<u8>(at, DAY_BYTES) == SPACE && Days.isTime(at + DAY_BYTES + 1) && isTurned(at, field, true)
				);
			}
			case Form.Comma:
			case Form.DecimalComma: {
				if (!isCommaNumber(at, end, form == Form.DecimalComma)) return false;
				const comma = commaOf(at, end);
				if (comma != 0) noteComma(field, comma);
				return true;
			}
			default:
				return false;
		}
	}
}

function isTimeOf(at: usize, form: i32): bool {
	const between = load<u8>(at, DAY_BYTES);
	if (between == SPACE && form != Form.DateTime) noteSpace(at + DAY_BYTES);
	else if (between != CAPITAL_T) return false;
	return Days.isTime(at + DAY_BYTES + 1);
}

function isYearFirst(at: usize): bool {
	return load<u8>(at, YEAR_BYTES) == MINUS;
}

function isTurned(at: usize, field: usize, hasTime: bool): bool {
	const order = orderOfDay(at, <u32>load<u8>(ORDERS + field));
	if (order == NO_ORDER) return false;
	noteDay(field, at, order, hasTime);
	return true;
}
