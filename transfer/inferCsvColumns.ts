import type { Column } from '../domo/types';
import { ColumnInference } from './columnInference';
import type { CsvFile } from './csvBytes';
import { openCsvFiles } from './csvFile';
import { CsvFileReader, type CsvFileOptions } from './csvFileReader';
import { decodeRows } from './decode';
import { InputError } from './inputError';
import type { RowSource } from './rowSource';
import { checkColumns } from './schema';

const BLOCK_BYTES = 256 * 1024;

/**
 * Infers columns from the beginning of a CSV file: its header's names, and types that fit every value read (see
 * ColumnInference). A file is streamed, so the rest of it is not looked at.
 *
 * @param maxBytes how much CSV is read
 * @returns the columns in the header's order, and whether the whole file was read
 * @throws InputError when the file has no header, or what was read of it is faulty
 */
export async function inferCsvColumns(
	file: CsvFile,
	options: CsvFileOptions,
	maxBytes: number,
): Promise<{ columns: Column[]; wholeFile: boolean }> {
	if (!options.fileHasHeader) {
		throw new InputError(
			"Columns can't be inferred from a CSV file without a header",
			"Switch on 'File Has Header' if it has one, or create the Stream with columns of your choice first.",
			file.itemIndex,
		);
	}
	const asText = (await CsvFileReader.headerOf(file, options)).map((name): Column => ({ name: name.trim(), type: 'STRING' }));
	checkColumns(asText);
	const inference = new ColumnInference();
	for (const { name } of asText) inference.add(name, null);
	const source = await openCsvFiles([file], asText, options);
	const read = { bytes: 0, toTheEnd: false };
	try {
		for await (const rows of decodeRows(blocksOf(source, maxBytes, read), asText, { hasHeader: false })) {
			for (const row of rows) for (const { name } of asText) inference.add(name, row[name]);
		}
	} finally {
		await source.close();
	}
	return { columns: inference.columns(), wholeFile: read.toTheEnd };
}

async function* blocksOf(
	source: RowSource,
	maxBytes: number,
	read: { bytes: number; toTheEnd: boolean },
): AsyncGenerator<Uint8Array> {
	while (read.bytes < maxBytes) {
		const block = await source.next(BLOCK_BYTES, Infinity);
		if (block === null) {
			read.toTheEnd = true;
			return;
		}
		read.bytes += block.bytes.length;
		yield block.bytes;
	}
}
