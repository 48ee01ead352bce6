import type { Column } from '../domo/types';

/** The rows that are loaded: typed columns, some text that must be quoted, some that is not ASCII. */
export const SCALE_COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'customer', type: 'STRING' },
	{ name: 'region', type: 'STRING' },
	{ name: 'amount', type: 'DOUBLE' },
	{ name: 'day', type: 'DATE' },
];
export const SCALE_HEADER = `${SCALE_COLUMNS.map(({ name }) => name).join(',')}\n`;

/** All ids have ten digits. */
const FIRST_ID = 1_000_000_000;
const ID_DIGITS = 10;
/** From here on all but the id is as it was this many rows before. */
const ROWS_PER_CHUNK = 20_000;

export interface ScaleRow {
	id: number;
	customer: string;
	region: string;
	amount: number;
	day: string;
}

/** Row number `index` (from 0). Its source text is what the Code node runs: it must stand alone. */
export function scaleRow(index: number): ScaleRow {
	const kind = index % 20_000;
	return {
		id: 1_000_000_000 + index,
		customer: kind % 10 === 0 ? `Zoë "Z" Smith, customer ${kind}` : `customer ${kind}`,
		region: ['north', 'east', 'south', 'west'][kind % 4],
		amount: (kind * 7919) / 4,
		day: `2024-${String(1 + (kind % 12)).padStart(2, '0')}-${String(1 + (kind % 28)).padStart(2, '0')}`,
	};
}

/** One row as CSV, quoted where it must be. Stands alone, as `scaleRow` does. */
export function csvLine(row: ScaleRow): string {
	const field = (value: unknown) =>
		/[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
	return `${Object.values(row).map(field).join(',')}\n`;
}

/**
 * The rows as CSV without a header, made as they are read. The bytes of a chunk are written over when the next one is
 * asked for.
 */
export function* scaleCsv(rows: number): Generator<Buffer> {
	const lines = Array.from({ length: ROWS_PER_CHUNK }, (_, index) => Buffer.from(csvLine(scaleRow(index))));
	const starts: number[] = [];
	let bytes = 0;
	for (const line of lines) {
		starts.push(bytes);
		bytes += line.length;
	}
	const chunk = Buffer.concat(lines);
	for (let first = 0; first < rows; first += ROWS_PER_CHUNK) {
		const count = Math.min(ROWS_PER_CHUNK, rows - first);
		for (let row = 0; row < count; row++) {
			let id = FIRST_ID + first + row;
			for (let at = starts[row] + ID_DIGITS - 1; at >= starts[row]; at--) {
				chunk[at] = 0x30 + (id % 10);
				id = Math.floor(id / 10);
			}
		}
		yield count < ROWS_PER_CHUNK ? chunk.subarray(0, starts[count]) : chunk;
	}
}

/** How many rows make a CSV file of about so many bytes. */
export function scaleRowsIn(bytes: number): number {
	let chunkBytes = 0;
	for (const chunk of scaleCsv(ROWS_PER_CHUNK)) chunkBytes += chunk.length;
	return Math.max(1, Math.round((bytes / chunkBytes) * ROWS_PER_CHUNK));
}
