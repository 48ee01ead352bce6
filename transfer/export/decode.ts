import type { Column } from '../../domo/types';
import { ExportError } from './exportError';
import { ExportParser, type ExportRow } from './exportParser';
import { Stretch } from '../stretch';

export { ExportError } from './exportError';
export type { ExportRow } from './exportParser';

/** Larger ones gain hardly any time, and each holds its text in memory while any value in it is. */
const PIECE_BYTES = 128 * 1024;

const LF = 10;
const BYTE_ORDER_MARK = '\uFEFF';

export interface DecodeOptions {
	/** Whether the export was asked for with includeHeader=true. */
	hasHeader: boolean;
	/** Stops after so many rows. */
	limit?: number;
	/** So many bytes are read as one; a character has up to four. */
	pieceBytes?: number;
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
	// Each piece ends with a character, so that nothing is kept from one to the next.
	const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
	const decode = (bytes: Uint8Array): string => {
		try {
			return decoder.decode(bytes);
		} catch {
			throw notUtf8(parser.rows);
		}
	};
	const stretch = new Stretch();
	// Domo writes no byte order mark; with a header, a stray one must not become part of a name.
	let mayBeginWithMark = options.hasHeader;
	for await (const piece of pieces(chunks, options.pieceBytes ?? PIECE_BYTES)) {
		const text = decode(piece);
		parser.add(mayBeginWithMark && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
		mayBeginWithMark = false;
		yield* parser.batches();
		if (parser.hasReachedLimit) return;
		if (stretch.isLong()) await stretch.rest();
	}
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

/**
 * Gathers bytes, and cuts them behind a line feed where there is one, else between two characters: so hardly a record is left
 * over that would have to be joined to the text behind it.
 *
 * @param size of a piece at most
 * @returns pieces that are valid until the next one
 */
async function* pieces(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
	const piece = new Uint8Array(size);
	let filled = 0;
	for await (const chunk of chunks) {
		for (let from = 0; from < chunk.length;) {
			const part = chunk.subarray(from, from + size - filled);
			piece.set(part, filled);
			filled += part.length;
			from += part.length;
			if (filled < size) continue;
			const end = endOfWhole(piece);
			yield piece.subarray(0, end);
			piece.copyWithin(0, end);
			filled -= end;
		}
	}
	const last = piece.subarray(0, filled);
	const end = endOfWhole(last);
	if (end > 0) yield last.subarray(0, end);
	if (end < filled) yield last.subarray(end);
}

/** @returns where the last record or, if none ends there, the last character ends for sure */
function endOfWhole(bytes: Uint8Array): number {
	const behindLineFeed = bytes.lastIndexOf(LF) + 1;
	if (behindLineFeed > 0) return behindLineFeed;
	let begin = bytes.length - 1;
	while (begin > 0 && (bytes[begin] & 0xc0) === 0x80) begin--;
	return begin > 0 ? begin : bytes.length;
}
