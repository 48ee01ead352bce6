/**
 * What is changed in a record, so that it is in Domo's form: noted while its fields are looked at, and done once all of them
 * are taken. A record with a field that is not taken stays as it was.
 */
import { NO_ORDER, turnDay } from './days';
import { MOST_FIELDS } from './layout';

const COMMA: u8 = 0x2c;
const POINT: u8 = 0x2e;
const CAPITAL_T: u8 = 0x54;

/** Where the T of a DATETIME is. */
const T_AT: usize = 10;

/** Spaces that become a T: 4 bytes each. */
const SPACES: usize = memory.data(<i32>(MOST_FIELDS * 4), 4);
/** Values that are converted: where (4 bytes), the field (2), the order of a day or NO_ORDER for a decimal comma (1), whether it has a time (1). */
const VALUES: usize = memory.data(<i32>(MOST_FIELDS * 8), 4);

/** How many values of each field were converted: 4 bytes each. */
export const COUNTS: usize = memory.data(<i32>(MOST_FIELDS * 4), 4);

let nextSpace: usize = SPACES;
let nextValue: usize = VALUES;

/** Forgets what was noted. */
export function forgetChanges(): void {
	nextSpace = SPACES;
	nextValue = VALUES;
}

/** Notes a space between day and time. */
export function noteSpace(at: usize): void {
	store<u32>(nextSpace, <u32>at);
	nextSpace += 4;
}

/** Notes a decimal comma. */
export function noteComma(field: usize, at: usize): void {
	noteDay(field, at, NO_ORDER, false);
}

/** Notes a day that is not in Domo's form. */
export function noteDay(field: usize, at: usize, order: u32, hasTime: bool): void {
	store<u32>(nextValue, <u32>at);
	store<u16>(nextValue, <u16>field, 4);
	store<u8>(nextValue, <u8>order, 6);
	store<u8>(nextValue, hasTime ? 1 : 0, 7);
	nextValue += 8;
}

/** Makes all changes that were noted. */
export function change(): void {
	for (let space = SPACES; space < nextSpace; space += 4) store<u8>(<usize>load<u32>(space), CAPITAL_T);
	for (let value = VALUES; value < nextValue; value += 8) {
		const at = <usize>load<u32>(value);
		const order = <u32>load<u8>(value, 6);
		if (order == NO_ORDER) store<u8>(at, POINT);
		else {
			turnDay(at, order);
			if (load<u8>(value, 7) != 0) store<u8>(at, CAPITAL_T, T_AT);
		}
		const count = COUNTS + ((<usize>load<u16>(value, 4)) << 2);
		store<u32>(count, load<u32>(count) + 1);
	}
	forgetChanges();
}

/** Puts commas in the place of delimiters. */
export function writeCommas(delimiters: usize, count: usize): void {
	for (let k: usize = 0; k < count; k++) store<u8>(<usize>load<u32>(delimiters + (k << 2)), COMMA);
}
