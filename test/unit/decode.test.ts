import type { Column, ColumnType } from '../../domo/types';
import { type DecodeOptions, decodeRows, ExportError, type ExportRow } from '../../transfer/export/decode';

const AB: Column[] = [
	{ name: 'a', type: 'STRING' },
	{ name: 'b', type: 'LONG' },
];

async function rowsOf(
	csv: string | Buffer,
	columns: Column[] = AB,
	options: DecodeOptions = { hasHeader: true },
): Promise<ExportRow[]> {
	const rows: ExportRow[] = [];
	for await (const batch of decodeRows(chunksOf(csv), columns, options)) rows.push(...batch);
	return rows;
}

async function* chunksOf(csv: string | Buffer): AsyncGenerator<Uint8Array> {
	yield Buffer.from(csv);
}

describe('values of an export', () => {
	it.each<[ColumnType, string, string | number | null]>([
		['STRING', '', null],
		['STRING', '""', ''],
		['STRING', '\\N', null],
		['STRING', '"\\N"', '\\N'],
		['STRING', '00123', '00123'],
		['STRING', '"say ""hi"", twice"', 'say "hi", twice'],
		['LONG', '42', 42],
		['LONG', '"42"', 42],
		['LONG', '-0', 0],
		['LONG', '""', null],
		['LONG', '9007199254740991', 9007199254740991],
		['LONG', '9007199254740993', '9007199254740993'],
		['LONG', '-9223372036854775808', '-9223372036854775808'],
		['LONG', '1e3', '1e3'],
		['LONG', '-', '-'],
		['DECIMAL', '12.50', 12.5],
		['DECIMAL', '0.1', 0.1],
		['DECIMAL', '123456789012345.6', 123456789012345.6],
		['DECIMAL', '12345678901234567890', '12345678901234567890'],
		['DECIMAL', '0.12345678901234567890', '0.12345678901234567890'],
		['DECIMAL', '1000000000000000.00', 1000000000000000],
		['DECIMAL', '', null],
		['DOUBLE', '1.5E10', 1.5e10],
		['DOUBLE', '-Infinity', '-Infinity'],
		['DOUBLE', 'NaN', 'NaN'],
		['DOUBLE', '" "', ' '],
		['DATE', '2024-02-29', '2024-02-29'],
		['DATETIME', '2024-02-29T12:00:00', '2024-02-29T12:00:00'],
	])('%s %s', async (type, text, expected) => {
		const columns: Column[] = [
			{ name: 'first', type: 'STRING' },
			{ name: 'value', type },
		];
		expect(await rowsOf(`x,${text}\n`, columns, { hasHeader: false })).toEqual([
			{ first: 'x', value: expected },
		]);
	});
});

describe('rows of an export', () => {
	it('have the header matched by name and the keys in the schema order', async () => {
		const rows = await rowsOf('b,a\n1,x\n');
		expect(rows).toEqual([{ a: 'x', b: 1 }]);
		expect(Object.keys(rows[0])).toEqual(['a', 'b']);
	});

	it("leave out Domo's own columns where the schema lacks them", async () => {
		expect(await rowsOf('a,_BATCH_ID_,b,_BATCH_LAST_RUN_\nx,7,1,2024-01-01T00:00:00\n')).toEqual([
			{ a: 'x', b: 1 },
		]);
	});

	it('are NULLs for blank lines in a table of one column', async () => {
		expect(await rowsOf('a\nx\n\n""\n\n', [AB[0]])).toEqual([
			{ a: 'x' },
			{ a: null },
			{ a: '' },
			{ a: null },
		]);
	});

	it('may end without a line feed or with blank lines, or be none', async () => {
		expect(await rowsOf('a,b\nx,1')).toEqual([{ a: 'x', b: 1 }]);
		expect(await rowsOf('a,b\r\nx,1\r\n\r\n\n')).toEqual([{ a: 'x', b: 1 }]);
		expect(await rowsOf('a,b')).toEqual([]);
		expect(await rowsOf('')).toEqual([]);
	});

	it('lose a byte order mark before the header', async () => {
		expect(await rowsOf('\ufeffa,b\nx,1\n')).toEqual([{ a: 'x', b: 1 }]);
	});

	it('come in batches of at most 1,000, and the download is let go of at the limit', async () => {
		let isClosed = false;
		async function* endless(): AsyncGenerator<Uint8Array> {
			try {
				for (;;) yield Buffer.from('x,1\n'.repeat(2500));
			} finally {
				isClosed = true;
			}
		}
		const sizes: number[] = [];
		for await (const batch of decodeRows(endless(), AB, { hasHeader: false, limit: 6100 }))
			sizes.push(batch.length);
		expect(sizes.every((size) => size <= 1000)).toBe(true);
		expect(sizes.reduce((sum, size) => sum + size)).toBe(6100);
		expect(isClosed).toBe(true);
	});

	it('come whole with a value of megabytes in small chunks', async () => {
		const long = 'long "quoted", text\n'.repeat(200_000);
		const csv = Buffer.from(`a,b\n"${long.replaceAll('"', '""')}",1\n`);
		async function* chunks(): AsyncGenerator<Uint8Array> {
			for (let at = 0; at < csv.length; at += 16_384) yield csv.subarray(at, at + 16_384);
		}
		const found: ExportRow[] = [];
		for await (const batch of decodeRows(chunks(), AB, { hasHeader: true })) found.push(...batch);
		expect(found).toHaveLength(1);
		expect(found[0].a === long).toBe(true);
	});
});

describe('exports that are refused', () => {
	it.each<[string, string | Buffer, string]>([
		['a row with too few fields', 'a,b\nx,1\ny\nz,1\n', 'Row 2 of the export has 1 field instead of 2'],
		['a row with too many fields', 'a,b\nx,1,2\n', 'Row 1 of the export has 3 fields instead of 2'],
		['a blank line in the middle', 'a,b\nx,1\n\ny,2\n', 'Row 2 of the export has 1 field instead of 2'],
		['an end within a row', 'a,b\nx,1\ny', 'The export ends in the middle of row 2'],
		['an end within quotes', 'a,b\nx,1\n"y\n,2\n', 'The export ends in the middle of row 2'],
		['an end within the header', 'a,"b', 'The export ends in the middle of its header'],
		[
			'an end within a character',
			Buffer.from('a,b\nx,1\né').subarray(0, -1),
			'bytes that are not UTF-8, behind row 1',
		],
		['bytes that are not UTF-8', Buffer.from('a,b\nx,1\n\xe9,1\n', 'latin1'), 'bytes that are not UTF-8'],
		['a quote out of place', 'a,b\nx"y,1\n', 'Row 1 of the export has a quote or line end out of place'],
		['text behind a quote', 'a,b\n"x"y,1\n', 'Row 1 of the export has a quote or line end out of place'],
		['a lone carriage return', 'a,b\nx,1\ry,2\n', 'Row 1 of the export has a quote or line end out of place'],
		['a header of another name', 'a,c\nx,1\n', "The export has a column 'c' that the DataSet's schema lacks"],
		['a header that lacks a column', 'a\nx\n', "The export lacks the DataSet's column 'b'"],
		['a header with a name twice', 'a,b,a\nx,1,x\n', 'The export names a column twice'],
	])('%s', async (_, csv, message) => {
		const caught: unknown = await rowsOf(csv).catch((error: unknown) => error);
		expect(caught).toBeInstanceOf(ExportError);
		expect((caught as ExportError).message).toContain(message);
		expect((caught as ExportError).advice).toBeTruthy();
	});

	it('a last row of one number that follows a NULL, which is no blank line', async () => {
		const columns: Column[] = [
			{ name: 'a', type: 'LONG' },
			{ name: 'b', type: 'LONG' },
		];
		await expect(rowsOf('a,b\n1,\n5\n', columns)).rejects.toThrow(
			'Row 2 of the export has 1 field instead of 2',
		);
	});
});
