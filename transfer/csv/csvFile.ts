import type { Column } from '../../domo/types';
import { ColumnSettingsByName } from '../columns/columnSettings';
import { refuseReadings, settleColumns } from '../columns/settleColumns';
import { DEFAULT_VALUE_OPTIONS } from '../columns/valueOptions';
import type { CsvFile } from './inputFile';
import { type CsvFileOptions, CsvPlan } from './csvPlan';
import { CsvRowSource } from './csvRowSource';
import { DECIDING_BYTES, DecidingBytes } from './decidingBytes';
import { DEFAULT_FILE_OPTIONS } from './fileOptions';

export type { CsvFile } from './inputFile';
export type { CsvFindings } from './csvFindings';
export type { CsvFileOptions } from './csvPlan';
export { CsvRowSource } from './csvRowSource';

/**
 * Opens CSV files as one upload, in their order. Each has its own encoding, delimiter and header, which is matched
 * to the columns by name; docs/rows-and-files.md has the rules. The bytes that decide are checked now, the rest as it
 * is drawn.
 *
 * @param columns the DataSet's, in its order
 * @throws InputError that names file, item and line; what opening or reading a file throws
 */
export async function openCsvFiles(
	files: readonly CsvFile[],
	columns: readonly Column[],
	options: CsvFileOptions,
): Promise<CsvRowSource> {
	const { values = DEFAULT_VALUE_OPTIONS, scope = 'input', decidingBytes = DECIDING_BYTES } = options;
	const allOptions = { ...DEFAULT_FILE_OPTIONS, ...options, values };
	const settings = new ColumnSettingsByName(values);
	settings.checkTypes(columns);
	const names = columns.map(({ name }) => name);
	const deciding = new DecidingBytes(columns, settings, allOptions, names);
	let isOpen = false;
	try {
		await deciding.readAll(files, decidingBytes);
		const fieldNames = deciding.files.flatMap(({ known }) => known.dialect.names ?? []);
		settings.checkNames([...names, ...fieldNames]);
		const settled = settleColumns(deciding.columns, deciding.where, scope);
		if (settled.refusals.length > 0 && !options.profile) throw refuseReadings(settled.refusals);
		const plan = new CsvPlan(columns, deciding, settled, allOptions);
		if (!options.profile) await plan.check();
		const source = new CsvRowSource(plan, await plan.keyFilter());
		isOpen = true;
		return source;
	} finally {
		if (!isOpen) await deciding.close();
	}
}
