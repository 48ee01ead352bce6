import type { CsvFile } from './csvBytes';
import { InputError } from './inputError';

/** What is said about a file as a whole or about a kind of line: text behind the place, and what to do. */
export const IS_EMPTY = ['is empty', 'Check that the right file is chosen'] as const;
export const HEADER_IS_BLANK = [
	'is blank, but the header should be there',
	'Remove the blank line, or switch the header option off if the file has none',
] as const;
export const ONLY_NULL = [
	'has no value for the only column: Domo may read an empty line as no row',
	"Remove the line, give it a value, or set 'Null Text' to \\N",
] as const;
export const CLOSE_QUOTE_ADVICE =
	'Close the quote, or write a quote that belongs to the value twice inside quotes';
export const NO_LINE_END_ADVICE = "Check 'Delimiter' and that the file is a CSV file";

/** Words refusals of one file so that they name it. */
export class CsvFileFaults {
	/** "'sales.csv' (item 2)" */
	readonly label: string;

	constructor(private readonly file: CsvFile) {
		this.label = `'${file.name}' (item ${file.itemIndex})`;
	}

	/** Makes the InputError; `line` is the 1-based line it is about, if it is about one. */
	readonly refuse = (text: string, advice?: string, line?: number): InputError => {
		const where = line === undefined ? this.label : `Line ${line} of ${this.label}`;
		return new InputError(`${where} ${text}`, advice, this.file.itemIndex);
	};

	/** Adds the item to an InputError of code that knows nothing of items. */
	withItem(error: unknown): unknown {
		if (!(error instanceof InputError) || error.itemIndex !== undefined) return error;
		return new InputError(error.message, error.description, this.file.itemIndex);
	}
}
