import type { Column } from '../../domo/types';
import { openAsUtf8 } from './csvBytes';
import type { CsvFile } from './inputFile';
import { CsvFileFaults, IS_EMPTY } from './csvFileFaults';
import { type Dialect, findDialect } from './dialect';
import { type FieldLayout, type LayoutOptions, layoutOf } from './fieldLayout';
import type { FileOptions } from './fileOptions';
import { FileStart } from './fileStart';
import { checkUtf8, RecordStream, type RecordStreamOptions } from './recordStream';
import type { FileEncoding } from './textEncoding';

const LF = 0x0a;

/** What is known of a file once its beginning was looked at. */
export interface KnownFile {
	readonly faults: CsvFileFaults;
	readonly encoding: FileEncoding;
	/** Whether the encoding was found and is worth a hint. */
	readonly foundEncoding: boolean;
	/** How many bytes it has as UTF-8, where that is known. */
	readonly bytes: number | undefined;
	readonly dialect: Dialect;
}

/**
 * Opens a file and looks at its beginning.
 *
 * @param columnNames the DataSet's columns; undefined where they are to be inferred
 * @param startBytes how much is held; it decides about line ends
 * @throws InputError
 */
export async function openCsvFile(
	file: CsvFile,
	options: FileOptions,
	columnNames: readonly string[] | undefined,
	startBytes: number,
): Promise<{ known: KnownFile; start: FileStart }> {
	const faults = new CsvFileFaults(file);
	const opened = await openAsUtf8(file, options.fileEncoding, faults.refuse);
	const { encoding, foundEncoding, areStored } = opened;
	const bytes = areStored ? file.bytes : undefined;
	const start = await FileStart.read(opened, startBytes);
	let isKnown = false;
	try {
		const look = start.look();
		const text = look.bytes.toString('utf8', 0, look.length);
		const isBlank = look.isWhole && text.trim() === '';
		if (isBlank && (options.fileHasHeader || columnNames?.length !== 1 || look.length === 0)) {
			throw faults.refuse(...IS_EMPTY);
		}
		if (encoding === 'utf-8') checkUtf8(look.bytes, wholeLines(look), faults);
		const dialect = findDialect(
			{ ...look, hasLineFeed: start.hasLineFeed() },
			options,
			columnNames,
			faults.refuse,
		);
		isKnown = true;
		return { known: { faults, encoding, foundEncoding, bytes, dialect }, start };
	} finally {
		if (!isKnown) await start.close();
	}
}

function wholeLines({ bytes, length, isWhole }: { bytes: Buffer; length: number; isWhole: boolean }): number {
	return isWhole ? length : bytes.lastIndexOf(LF, length - 1) + 1;
}

/** See layoutOf. */
export function layoutOfFile(
	{ faults, dialect }: KnownFile,
	columns: readonly Column[],
	options: LayoutOptions,
): FieldLayout {
	try {
		return layoutOf(dialect, columns, options, faults.label);
	} catch (error) {
		throw faults.withItem(error);
	}
}

/**
 * @param chunks the file as UTF-8, from its beginning
 */
export async function openRecords(
	{ faults, dialect, encoding }: KnownFile,
	{ fieldCount }: FieldLayout,
	options: FileOptions,
	chunks: AsyncIterable<Uint8Array>,
	{ keepsFields, plain, isCut }: Pick<RecordStreamOptions, 'keepsFields' | 'plain' | 'isCut'>,
): Promise<RecordStream> {
	return await RecordStream.open(
		chunks,
		{
			separators: dialect.separators,
			linesAbove: dialect.linesAbove,
			hasHeader: options.fileHasHeader,
			fieldCount,
			keepsFields,
			plain,
			fillsShort: options.shortRows === 'null',
			linesAfterLastRow: options.linesAfterLastRow,
			checksUtf8: encoding === 'utf-8',
			isCut,
		},
		faults,
	);
}
