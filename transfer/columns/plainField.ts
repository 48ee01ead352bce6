/** Which bytes of a column's fields need no reading: they are what Domo gets. */

import {
	endOfPlainLong,
	FORM_BITS,
	FORM_MASK,
	hasPlainDayAt,
	PLAIN,
	PLAIN_OR_GROUPED,
	plainDateTimeAt,
	plainNumberAt,
} from './plainForms';

/** What a column's fields are taken as by their bytes; whatever is in another form is to be read. */
const PlainField = {
	/** Every field is to be read. */
	None: 0,
	/** Every field is taken. */
	Text: 1,
	Long: 2,
	/** Digits without a point, any number of them. */
	Whole: 3,
	/** Also with a point that can be nothing else. */
	Point: 4,
	/** Also `1.234`. */
	Decimal: 5,
	Date: 6,
	DateTime: 7,
	/** Also with a space in the place of the T. */
	SpacedDateTime: 8,
} as const;
type PlainField = (typeof PlainField)[keyof typeof PlainField];
export { PlainField };

/** Where the T of a DATETIME is. */
export const T_AT = 10;

const LONG = PlainField.Long;
const WHOLE = PlainField.Whole;
const POINT = PlainField.Point;
const DECIMAL = PlainField.Decimal;
const DATE = PlainField.Date;
const DATE_TIME = PlainField.DateTime;
const SPACED_DATE_TIME = PlainField.SpacedDateTime;
const SHIFT = FORM_BITS;
const MASK = FORM_MASK;
const WHOLE_FORM = PLAIN;
const GROUPED_FORM = PLAIN_OR_GROUPED;

/**
 * Finds the end of a value in Domo's form. Not of a text: its end is the field's.
 *
 * @returns the index behind it, or -1 where none begins here
 */
export function endOfPlain(bytes: Uint8Array, from: number, field: PlainField): number {
	switch (field) {
		case LONG:
			return endOfPlainLong(bytes, from);
		case WHOLE: {
			const number = plainNumberAt(bytes, from);
			return (number & MASK) === WHOLE_FORM ? number >> SHIFT : -1;
		}
		case POINT: {
			const number = plainNumberAt(bytes, from);
			return number !== 0 && (number & MASK) !== GROUPED_FORM ? number >> SHIFT : -1;
		}
		case DECIMAL: {
			const number = plainNumberAt(bytes, from);
			return number !== 0 ? number >> SHIFT : -1;
		}
		case DATE:
			return hasPlainDayAt(bytes, from) ? from + 10 : -1;
		case DATE_TIME:
			return plainDateTimeAt(bytes, from) === 1 ? from + 19 : -1;
		case SPACED_DATE_TIME:
			return plainDateTimeAt(bytes, from) !== 0 ? from + 19 : -1;
		default:
			return -1;
	}
}
