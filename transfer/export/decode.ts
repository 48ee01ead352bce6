import type { Column } from '../../domo/types';
import { ExportError } from './exportError';
import { ExportParser, type ExportRow } from './exportParser';
import { Stretch } from '../stretch';

export { ExportError } from './exportError';
export type { ExportRow } from './exportParser';

const SLICE_BYTES = 128 * 1024;

export interface DecodeOptions {
	/** Whether the export was asked for with includeHeader=true. */
	hasHeader: boolean;
	/** Stops after so many rows. */
	limit?: number;
}

/**
 * Turns a DataSet's export into rows, as it streams in. How values come out stands in exportValues.ts.
 *
 * The last record may lack its line feed, but not fields or a closing quote. Domo's own columns (`_BATCH_ID_`,
 * `_BATCH_LAST_RUN_`) are left out where the schema doesn't have them. An export without any byte has no rows.
 *
 * @param chunks the export's bytes (UTF-8), in chunks of any size
 * @param columns the DataSet's schema
 * @returns batches of up to 1,000 rows, each row an object with the schema's column names in the schema's order
 * @throws ExportError when the export is cut off, doesn't fit the schema, or isn't CSV; what `chunks` throws
 */
export async function* decodeRows(
	chunks: AsyncIterable<Uint8Array>,
	columns: readonly Column[],
	options: DecodeOptions,
): AsyncGenerator<ExportRow[]> {
	const parser = new ExportParser(columns, options.hasHeader, options.limit);
	// Domo writes no byte order mark; with a header, a stray one must not become part of a name.
	const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: !options.hasHeader });
	const decode = (bytes?: Uint8Array): string => {
		try {
			return decoder.decode(bytes, { stream: bytes !== undefined });
		} catch {
			throw notUtf8(parser.rows);
		}
	};
	const stretch = new Stretch();
	for await (const slice of slices(chunks)) {
		parser.add(decode(slice));
		yield* parser.batches();
		if (parser.hasReachedLimit) return;
		if (stretch.isLong()) await stretch.rest();
	}
	parser.add(decode());
	parser.end();
	yield* parser.batches();
	parser.checkEnd();
}

function notUtf8(rows: number): ExportError {
	return new ExportError(
		'EXPORT_DAMAGED',
		`The export holds bytes that are not UTF-8, behind row ${rows}`,
		'The download was probably cut off or damaged: run the export again',
	);
}

async function* slices(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	for await (const chunk of chunks) {
		for (let from = 0; from < chunk.length; from += SLICE_BYTES)
			yield chunk.subarray(from, from + SLICE_BYTES);
	}
}
