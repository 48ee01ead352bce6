import type { CsvFile } from './inputFile';
import type { Code } from '../../domo/codes';
import { clipped } from '../clippedText';
import { shortened } from '../columns/textInMessage';
import { InputError } from '../inputError';
import type { RecordFault } from './records';

/** What is said about a file as a whole or about a line: text behind the place, and what to do. */
export type Fault = readonly [code: Code, text: string, advice: string];

export const ENCODING_ADVICE = "Set 'File Encoding' to the encoding the file was saved in";
export const UNKNOWN_ENCODING_ADVICE =
	"Choose one of the encodings in the list of 'File Encoding', or write its name as browsers know it";

export const IS_EMPTY: Fault = ['CSV_EMPTY', 'is empty', 'Check that the right file is chosen'];
export const ONLY_NULL: Fault = [
	'CSV_NULL_ROW',
	'has no value for the only column: Domo may read an empty line as no row',
	"Remove the line, give it a value, or set 'Null Text' to \\N",
];
export const GZIP_DAMAGED: Fault = [
	'CSV_GZIP_DAMAGED',
	'begins as a gzip file but cannot be unpacked: it is damaged or cut off',
	'Check that the file was transferred whole',
];
export const GZIP_TRAILING_BYTES: Fault = [
	'CSV_GZIP_TRAILING_BYTES',
	'begins as a gzip file but has other bytes after its end: some of its rows could be missed',
	'Unpack the file before this node, or compress it again as one piece',
];

const CLOSE_QUOTE_ADVICE = 'Close the quote, or write a quote that belongs to the value twice inside quotes';

export function markContradicts(marked: string, chosen: string): Fault {
	return [
		'CSV_BYTE_ORDER_MARK',
		`begins with the byte order mark of ${marked}, but 'File Encoding' says ${chosen}`,
		"Set 'File Encoding' to 'Auto', or to the encoding the file was saved in",
	];
}

export function notCsv(what: string, advice: string): Fault {
	return ['CSV_NOT_CSV', `is ${what}, not a CSV file`, advice];
}

/** @param word the word with the first such byte, as Windows-1252 reads it */
export function notUtf8(word: string): Fault {
	return [
		'CSV_ENCODING',
		`has bytes that are not UTF-8: as Windows-1252 they would read '${word}'`,
		"If that is right, set 'File Encoding' to 'Western European (Windows-1252)', else to the encoding the file was saved in",
	];
}

export function delimiterTie(delimiters: readonly string[]): Fault {
	const shown = delimiters.map(shownDelimiter);
	return [
		'CSV_DELIMITER_UNCLEAR',
		`can be read with ${shown.slice(0, -1).join(', ')} or ${shown[shown.length - 1]} between its fields, and nothing settles which`,
		"Set 'Delimiter' under 'File Options' to the one that the file uses",
	];
}

export function shownDelimiter(delimiter: string): string {
	const names: Record<string, string> = {
		',': "a comma (',')",
		';': "a semicolon (';')",
		'\t': 'a tab',
		'|': "a pipe ('|')",
	};
	return names[delimiter] ?? `'${delimiter}'`;
}

/** @param line where the header is, from 1 */
export function headerIsBelow(line: number, names: readonly string[]): Fault {
	return [
		'CSV_HEADER_BELOW',
		`looks like the header (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''})`,
		`Set 'Lines Before Header' under 'File Options' to ${line - 1}, or correct the names in the header`,
	];
}

export function fewerLinesThan(linesBeforeHeader: number): Fault {
	return [
		'CSV_NO_HEADER',
		`has no line behind the ${linesBeforeHeader} of 'Lines Before Header'`,
		"Set 'Lines Before Header' under 'File Options' to the number of lines above the header, or above the first row",
	];
}

export function openQuote(limitMb?: number): Fault {
	return [
		'CSV_OPEN_QUOTE',
		limitMb === undefined
			? 'opens a quote that is never closed'
			: `opens a quote that is not closed within ${limitMb} MB`,
		CLOSE_QUOTE_ADVICE,
	];
}

export function tooLong(limitMb: number): Fault {
	return [
		'CSV_RECORD_TOO_LONG',
		`is longer than ${limitMb} MB`,
		"Check 'Delimiter' and that the file is a CSV file",
	];
}

export function recordFault({ kind }: RecordFault): Fault {
	if (kind === 'textAfterQuote') {
		return [
			'CSV_TEXT_AFTER_QUOTE',
			'has text behind the closing quote of a field',
			'Inside a quoted field, write each quote twice',
		];
	}
	if (kind === 'loneLineFeed') {
		return [
			'CSV_LONE_LINE_FEED',
			'has a line feed outside of quotes, but the lines of this file end with a carriage return alone',
			'End all lines with LF or CRLF',
		];
	}
	return [
		'CSV_LONE_CARRIAGE_RETURN',
		'has a carriage return without a line feed outside of quotes',
		'End lines with LF or CRLF, and put values that hold a carriage return in quotes',
	];
}

/** Longer texts of records are cut in messages. */
const SHOWN_CHARACTERS = 200;

export function shownRecord(text: string): string {
	return clipped(text, SHOWN_CHARACTERS);
}

/** Why a record of another length is no row. */
export function oddLength(fields: number, expected: number): string {
	return `has ${fields} ${fields === 1 ? 'field' : 'fields'} instead of ${expected}`;
}

/** @param text the record's */
export function oddRecord(fields: number, expected: number, text: string): Fault {
	return [
		'CSV_FIELD_COUNT',
		`${oddLength(fields, expected)}: ${shownRecord(text)}`,
		fields > expected
			? "Put a value that holds the delimiter in quotes, or check 'Delimiter'. 'Bad Values' can leave such rows out"
			: "Check the line for a missing delimiter or quote, and 'Delimiter'. 'Short Rows' set to 'Fill with NULL' takes such rows, 'Bad Values' can leave them out",
	];
}

export function valueWithoutName(field: number, value: string): Fault {
	return [
		'CSV_UNNAMED_FIELD',
		`has a value in field ${field + 1}, which is without a name in the header: '${value}'`,
		"Give the field a name in the header, or set the option 'Unknown Fields' to 'Ignore' to leave it out",
	];
}

export function footerLooksLikeRow(linesAfterLastRow: number, text: string): Fault {
	return [
		'CSV_FOOTER_ROW',
		`looks like a row, but 'Lines After Last Row' would leave it out: ${text}`,
		`The last ${linesAfterLastRow === 1 ? 'line' : `${linesAfterLastRow} lines`} would be left out: set 'Lines After Last Row' to the number of lines below the rows`,
	];
}

export function keyWithoutField(keyColumn: string): Fault {
	return [
		'CSV_NO_KEY_FIELD',
		`has no field for the key column '${keyColumn}', which would be NULL in every row, and Domo does not take NULL in a key column`,
		"Add the column to the file: 'Missing Columns' set to 'Load as NULL' is for the other columns.",
	];
}

export function nullInKey(keyColumn: string): Fault {
	return [
		'CSV_NULL_IN_KEY',
		`has NULL in the key column '${keyColumn}', which Domo does not take`,
		'Give the key column a value in every line. A field without quotes that is empty or \\N is NULL; "" is an empty text.',
	];
}

/** Words refusals of one file so that they name it. */
export class CsvFileFaults {
	/** "'sales.csv' (item 2)" */
	readonly label: string;

	constructor(readonly file: CsvFile) {
		this.label = `'${shortened(file.name)}' (item ${file.itemIndex})`;
	}

	/** Makes the InputError; `line` is the 1-based line it is about, if it is about one. */
	readonly refuse = (code: Code, text: string, advice?: string, line?: number): InputError => {
		const where = line === undefined ? this.label : `Line ${line} of ${this.label}`;
		return new InputError(code, `${where} ${text}`, advice, this.file.itemIndex, {
			file: this.file.name,
			...(line === undefined ? {} : { line }),
		});
	};

	/** Adds the item to an InputError of code that knows nothing of items. */
	withItem(error: unknown): unknown {
		if (!(error instanceof InputError) || error.itemIndex !== undefined) return error;
		const { code, message, advice, details } = error;
		return new InputError(code, message, advice, this.file.itemIndex, details);
	}
}
