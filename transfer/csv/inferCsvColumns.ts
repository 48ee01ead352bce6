/** The columns of CSV files, inferred from the bytes that decide. */

import type { Column } from '../../domo/types';
import type { ColumnHint } from '../columns/columnHints';
import { ColumnSettingsByName } from '../columns/columnSettings';
import { checkColumns } from '../columns/schema';
import { settleColumns } from '../columns/settleColumns';
import { DEFAULT_VALUE_OPTIONS } from '../columns/valueOptions';
import { InputError } from '../inputError';
import type { CsvFile } from './inputFile';
import { type CsvFileOptions, openCsvFiles } from './csvFile';
import { openCsvFile } from './csvFileOpening';
import { DECIDING_BYTES, type DecidedColumn, DecidingBytes } from './decidingBytes';
import { DEFAULT_FILE_OPTIONS, type FileOptions } from './fileOptions';
import { looseName } from '../columns/looseName';

const LOOK_BYTES = 256 * 1024;

export interface InferredCsvColumns {
	columns: Column[];
	/** Of columns that almost had a type. */
	hints: ColumnHint[];
	/** Whether all files were read to their ends. */
	wholeInput: boolean;
}

/**
 * Infers columns from CSV files: the first one's header names them, and their types fit every value of all files'
 * beginnings; the types of 'Column Types' win. What would be refused of the beginnings is refused now.
 *
 * @param files at least one
 * @returns the columns in the first header's order
 * @throws InputError when a file has no header, or its beginning is faulty
 */
export async function inferCsvColumns(
	files: readonly CsvFile[],
	options: CsvFileOptions,
): Promise<InferredCsvColumns> {
	const fileOptions = { ...DEFAULT_FILE_OPTIONS, ...options };
	if (!fileOptions.fileHasHeader) {
		throw new InputError(
			'CSV_INFER_WITHOUT_HEADER',
			"Columns can't be inferred from a CSV file without a header",
			"Switch on 'File Has Header' if it has one, or create the Stream with the columns you want first.",
			files[0].itemIndex,
		);
	}
	const names = (await headerOf(files[0], fileOptions, undefined)).map((name) => name.trim());
	checkColumns(names.map((name) => ({ name, type: 'STRING' })));
	const inferred = await inferTypes(
		files,
		options,
		names.map((name) => ({ name, type: null })),
		undefined,
	);
	const source = await openCsvFiles(files, inferred.columns, options);
	await source.close();
	return inferred;
}

/**
 * The columns that CSV files bring beyond a DataSet's own, for 'Unknown Fields: Add Columns'.
 *
 * @param columns the DataSet's
 * @returns in the order of the headers; empty where every field is a column
 * @throws InputError for names that Domo can't take, or a beginning that is faulty
 */
export async function newCsvColumnsOf(
	files: readonly CsvFile[],
	columns: readonly Column[],
	options: CsvFileOptions,
): Promise<InferredCsvColumns> {
	const fileOptions = { ...DEFAULT_FILE_OPTIONS, ...options };
	const none = { columns: [], hints: [], wholeInput: true };
	if (!fileOptions.fileHasHeader) return none;
	const known = new Set(columns.map(({ name }) => looseName(name)));
	const added: DecidedColumn[] = [];
	const knownNames = columns.map(({ name }) => name);
	for (const file of files) {
		for (const name of await headerOf(file, fileOptions, knownNames)) {
			if (known.has(looseName(name))) continue;
			known.add(looseName(name));
			added.push({ name: name.trim(), type: null });
		}
	}
	if (added.length === 0) return none;
	const lenient: CsvFileOptions = { ...options, unknownFields: 'ignore', missingColumns: 'null' };
	const all = await inferTypes(files, lenient, [...columns, ...added], knownNames);
	const inferred = { ...all, columns: all.columns.slice(columns.length) };
	checkColumns([...columns, ...inferred.columns]);
	return inferred;
}

async function inferTypes(
	files: readonly CsvFile[],
	options: CsvFileOptions,
	columns: readonly DecidedColumn[],
	knownNames: readonly string[] | undefined,
): Promise<InferredCsvColumns> {
	const { values = DEFAULT_VALUE_OPTIONS, decidingBytes = DECIDING_BYTES, scope = 'input' } = options;
	const settings = new ColumnSettingsByName(values);
	settings.checkNames(columns.map(({ name }) => name));
	const deciding = new DecidingBytes(columns, settings, { ...DEFAULT_FILE_OPTIONS, ...options }, knownNames);
	try {
		await deciding.readAll(files, decidingBytes);
	} finally {
		await deciding.close();
	}
	const { readings, hints } = settleColumns(deciding.columns, deciding.where, scope);
	return {
		columns: readings.map(({ name, type }) => ({ name, type })),
		hints,
		wholeInput: deciding.isWholeInput,
	};
}

/** The names in a file's header, blank ones left out. */
async function headerOf(
	file: CsvFile,
	options: FileOptions,
	columnNames: readonly string[] | undefined,
): Promise<string[]> {
	const { known, start } = await openCsvFile(file, options, columnNames, LOOK_BYTES);
	await start.close();
	return (known.dialect.names ?? []).filter((name) => name.trim() !== '');
}
