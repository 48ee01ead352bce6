/** What bytes of a column's fields may become Domo's form where they are: forms of other signs, but of as many bytes. */

import { PlainField } from './plainField';

/** What a column's fields are taken as besides Domo's form. */
const InPlaceField = {
	/** A DATE, also as dd.MM.yyyy and, where the column's order is known, dd/MM/yyyy or MM/dd/yyyy. */
	TurnedDate: 9,
	/** A DATETIME, also with such a day. */
	TurnedDateTime: 10,
	/** Digits, also with a decimal comma that can be nothing else. */
	Comma: 11,
	/** Also `1,234`. */
	DecimalComma: 12,
} as const;
type InPlaceField = (typeof InPlaceField)[keyof typeof InPlaceField];
export { InPlaceField };

/** What is left of it where no byte may be changed. */
export function unchanged(field: PlainField | InPlaceField): PlainField {
	switch (field) {
		case InPlaceField.Comma:
		case InPlaceField.DecimalComma:
			return PlainField.Whole;
		case InPlaceField.TurnedDate:
			return PlainField.Date;
		case InPlaceField.TurnedDateTime:
		case PlainField.SpacedDateTime:
			return PlainField.DateTime;
		default:
			return field;
	}
}
