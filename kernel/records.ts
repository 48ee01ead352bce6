/**
 * Reads CSV records whose fields are all in Domo's form, or get into it where they are: nothing is to be done with them then
 * but to copy them. What this takes, transfer/csv and transfer/columns take as well, and make the same bytes of it. Line
 * ends are LF or CRLF.
 *
 * JavaScript keeps the bytes of a file in this memory, at `windowAt()`, and says how far they go:
 *
 *     begin(fields, delimiter, isEditing);
 *     // what each field is taken as, to formsAt(), blanksAt(), nullTextsAt() and ordersAt()
 *     const records = read(from, to, linesBefore, most, noted);
 *     // where they begin and end, and on which lines, is at startsAt(), endsAt() and linesAt()
 *
 * All places in a file are counted from the window's beginning.
 */
import { change, COUNTS, forgetChanges, writeCommas } from './csv/changes';
import { Form, mayHaveCommas, Value } from './csv/values';
import { BLANKS, DELIMITERS, FORMS, MOST_FIELDS, NULL_TEXTS, ORDERS } from './csv/layout';
import { areAscii, forgetBytes, goTo, lookFor, Specials } from './csv/specials';
import { endOfUtf8 } from './csv/utf8';

const LF: u8 = 0x0a;
const CR: u8 = 0x0d;
const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const NULL_TEXT: u16 = 0x4e5c; // \N

const MOST_RECORDS: usize = 1024;
/** Where fields begin is kept of so many fields of all records together. */
const MOST_BEGINS: usize = 32 * 1024;

/** What read() writes, 4 bytes each: where each record begins, and behind it, the line ends before it (and all of them), and where its noted fields begin. */
const STARTS: usize = memory.data(<i32>(MOST_RECORDS * 4), 4);
const ENDS: usize = memory.data(<i32>(MOST_RECORDS * 4), 4);
const LINES: usize = memory.data(<i32>((MOST_RECORDS + 1) * 4), 4);
const BEGINS: usize = memory.data(<i32>(MOST_BEGINS * 4), 4);
/** The fields that are noted, 4 bytes each. */
const NOTED: usize = memory.data(<i32>(MOST_FIELDS * 4), 4);

const PAGE_BYTES: usize = 64 * 1024;
/** Special bytes are looked for 64 at a time, and numbers 8 at a time. */
const BEHIND_WINDOW_BYTES: usize = 128;

let windowBytes: usize = 0;

let fieldCount: usize = 0;
let delimiter: u8 = 0;
let isEditing: bool = false;
/** Whether a comma in a text would need quotes, though it does not part fields. */
let commaIsNoDelimiter: bool = false;

/** Line ends within quotes of the record that is read. */
let innerLines: u32 = 0;

export function mostFields(): usize {
	return MOST_FIELDS;
}
export function mostRecords(noted: usize): usize {
	return noted == 0 ? MOST_RECORDS : min(MOST_RECORDS, MOST_BEGINS / noted);
}
export function formsAt(): usize {
	return FORMS;
}
export function blanksAt(): usize {
	return BLANKS;
}
export function nullTextsAt(): usize {
	return NULL_TEXTS;
}
export function ordersAt(): usize {
	return ORDERS;
}
export function notedAt(): usize {
	return NOTED;
}
export function countsAt(): usize {
	return COUNTS;
}
export function startsAt(): usize {
	return STARTS;
}
export function endsAt(): usize {
	return ENDS;
}
export function linesAt(): usize {
	return LINES;
}
export function beginsAt(): usize {
	return BEGINS;
}
export function isAscii(): bool {
	return areAscii();
}
export function windowAt(): usize {
	return __heap_base;
}

/** Makes the window as large as that, or leaves it larger. @returns whether there is memory for it */
export function growWindow(bytes: usize): bool {
	if (bytes <= windowBytes) return true;
	const needed = (__heap_base + bytes + BEHIND_WINDOW_BYTES + PAGE_BYTES - 1) / PAGE_BYTES;
	const has = <usize>memory.size();
	if (needed > has && memory.grow(<i32>(needed - has)) < 0) return false;
	windowBytes = bytes;
	return true;
}

/** @returns where the first of bytes [from, to) is that is no part of a character of UTF-8, or `to` */
export function utf8EndsAt(from: usize, to: usize): usize {
	const window = windowAt();
	return endOfUtf8(window + from, window + to) - window;
}

/** @param fields of a record @param editing whether bytes may be changed */
export function begin(fields: usize, delimiterByte: u8, editing: bool): void {
	fieldCount = fields;
	delimiter = delimiterByte;
	isEditing = editing;
	commaIsNoDelimiter = editing && delimiterByte != COMMA;
	lookFor(delimiterByte, editing ? COMMA : delimiterByte);
	memory.fill(COUNTS, 0, fields << 2);
}

/**
 * Reads some records, until one has a field in another form.
 *
 * @param from where the first one begins
 * @param to behind the bytes that are there: a line feed is at this place
 * @param linesBefore line ends before it
 * @param most how many at most, see mostRecords
 * @param noted of how many fields it is noted where they begin
 * @returns how many; places and lines are written
 */
export function read(from: usize, to: usize, linesBefore: usize, most: usize, noted: usize): usize {
	const window = windowAt();
	const end = window + to;
	const last = fieldCount - 1;
	let start = window + from;
	let lines = <u32>linesBefore;
	let records: usize = 0;
	forgetBytes();
	goTo(start);
	while (records < most && start < end) {
		const next = readRecord(start, end, last);
		if (next == 0) break;
		if (isEditing) {
			change();
			if (commaIsNoDelimiter) writeCommas(DELIMITERS, last);
		}
		store<u32>(STARTS + (records << 2), <u32>(start - window));
		store<u32>(ENDS + (records << 2), <u32>(next - window));
		store<u32>(LINES + (records << 2), lines);
		if (noted > 0) noteBegins(BEGINS + ((records * noted) << 2), noted, start, window);
		lines += innerLines + 1;
		records++;
		start = next;
	}
	store<u32>(LINES + (records << 2), lines);
	return records;
}

/** @returns behind the record, or 0 where it is not read here */
function readRecord(start: usize, end: usize, last: usize): usize {
	let at = start;
	let special: usize;
	let byte: u8;
	innerLines = 0;
	forgetChanges();
	for (let field: usize = 0; ; field++) {
		const form = <i32>load<u8>(FORMS + field);
		special = Specials.next();
		byte = load<u8>(special);
		if (byte == QUOTE) {
			// A quote within a value is read elsewhere.
			if (special != at) return 0;
			if (form == Form.Text) special = endOfQuotedText(end);
			else {
				special = endOfQuotedValue(form);
				if (special <= ++at || !Value.isTaken(form, at, special, field)) return 0;
			}
			if (special == 0 || Specials.next() != ++special) return 0;
			byte = load<u8>(special);
		} else if (special == at) {
			if (load<u8>(BLANKS + field) == 0) return 0;
		} else if (form == Form.Text) {
			if (isNullText(at, special) && load<u8>(NULL_TEXTS + field) == 0) return 0;
		} else {
			if (commaIsNoDelimiter && mayHaveCommas(form)) {
				while (byte == COMMA) byte = load<u8>((special = Specials.next()));
			}
			if (!Value.isTaken(form, at, special, field)) return 0;
		}
		if (field == last) break;
		if (byte != delimiter) return 0;
		store<u32>(DELIMITERS + (field << 2), <u32>special);
		at = special + 1;
	}
	if (byte == CR) {
		if (Specials.next() != ++special) return 0;
		byte = load<u8>(special);
	}
	return byte == LF && special < end ? special + 1 : 0;
}

function isNullText(at: usize, end: usize): bool {
	return end - at == 2 && load<u16>(at) == NULL_TEXT;
}

/** @returns the quote that ends a text, whose first quote was handed out, or 0 where none is there */
function endOfQuotedText(end: usize): usize {
	let special = Specials.next();
	while (load<u8>(special) != QUOTE || load<u8>(special, 1) == QUOTE) {
		const byte = load<u8>(special);
		if (byte == QUOTE) Specials.next();
		else if (byte == LF) {
			if (special >= end) return 0;
			innerLines++;
		}
		special = Specials.next();
	}
	return special;
}

/** @returns the quote that ends a number or day, whose first quote was handed out, or 0 where something else is there */
function endOfQuotedValue(form: i32): usize {
	let special = Specials.next();
	while (load<u8>(special) == COMMA && mayHaveCommas(form)) special = Specials.next();
	return load<u8>(special) == QUOTE ? special : 0;
}

function noteBegins(at: usize, noted: usize, start: usize, window: usize): void {
	for (let k: usize = 0; k < noted; k++) {
		const field = <usize>load<u32>(NOTED + (k << 2));
		const begin = field == 0 ? start : <usize>load<u32>(DELIMITERS + ((field - 1) << 2)) + 1;
		store<u32>(at + (k << 2), <u32>(begin - window));
	}
}
