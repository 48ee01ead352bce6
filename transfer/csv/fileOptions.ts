/** The options of 'File Options', as a person sets them: how CSV files are written. */

/** What is between two fields of a CSV file. */
export type Delimiter = ',' | ';' | '\t' | '|';

export interface FileOptions {
	delimiter: 'auto' | Delimiter;
	/** `auto`, or a label of WHATWG's Encoding standard. */
	fileEncoding: string;
	/** Whether the first line names the fields; else they are in the columns' order. */
	fileHasHeader: boolean;
	/** Physical lines above the header (or the first row), blank ones too. */
	linesBeforeHeader: number;
	/** Records below the last row, blank lines not counted. */
	linesAfterLastRow: number;
	/** What to do with a row that has fewer fields than there are. */
	shortRows: 'refuse' | 'null';
}

export const DEFAULT_FILE_OPTIONS: FileOptions = {
	delimiter: 'auto',
	fileEncoding: 'auto',
	fileHasHeader: true,
	linesBeforeHeader: 0,
	linesAfterLastRow: 0,
	shortRows: 'refuse',
};
