/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { gzipSync } from 'node:zlib';

import type { Column } from '../../domo/types';
import { type CsvFile, type CsvFileOptions, openCsvFiles } from '../../transfer/csv/csvFile';

type Field = string | null;

const OPTIONS: CsvFileOptions = {
	fileHasHeader: true,
	unknownFields: 'fail',
	missingColumns: 'fail',
	delimiter: ',',
	fileEncoding: 'utf-8',
	nullText: '',
};

const WINDOWS_1252_ONLY = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';

const nastyText = fc.string({
	unit: fc.constantFrom(
		'a',
		'b',
		' ',
		'"',
		',',
		';',
		'\t',
		'|',
		'\n',
		'\r',
		'\r\n',
		'\0',
		'\ufeff',
		'😀',
		'é',
		'漢',
		'\\N',
	),
	maxLength: 8,
});
const latinText = fc.string({
	unit: fc.constantFrom('a', ' ', '"', ',', ';', '\n', '\r\n', 'é', 'ÿ', '\xa0', ...WINDOWS_1252_ONLY),
	maxLength: 8,
});

function columnsOf(count: number): Column[] {
	return Array.from({ length: count }, (_, index) => ({ name: `column ${index}`, type: 'STRING' }));
}

/** Writes CSV without any of the package's code; `quoteAll` also quotes what needs no quotes. */
function writeCsv(
	rows: Field[][],
	delimiter: string,
	lineEnd: string,
	quoteAll: boolean,
	endsInLine: boolean,
): string {
	const lines = rows.map((row) =>
		row
			.map((field) => {
				if (field === null) return '';
				const needsQuotes =
					field === '' || field.includes(delimiter) || /["\r\n]/.test(field) || field[0] === '\ufeff';
				return quoteAll || needsQuotes || field === '\\N' ? `"${field.replaceAll('"', '""')}"` : field;
			})
			.join(delimiter),
	);
	return lines.join(lineEnd) + (endsInLine ? lineEnd : '');
}

function encode(text: string, encoding: NonNullable<CsvFileOptions['fileEncoding']>): Buffer {
	if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
	if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
	return Buffer.concat(
		Array.from(text, (character) => {
			const high = WINDOWS_1252_BYTES[character];
			return high ? Buffer.from(high, 'hex') : Buffer.from(character, 'latin1');
		}),
	);
}

/** From Unicode's table CP1252.TXT. */
const WINDOWS_1252_BYTES: Record<string, string> = {
	'€': '80',
	'‚': '82',
	ƒ: '83',
	'„': '84',
	'…': '85',
	'†': '86',
	'‡': '87',
	ˆ: '88',
	'‰': '89',
	Š: '8a',
	'‹': '8b',
	Œ: '8c',
	Ž: '8e',
	'‘': '91',
	'’': '92',
	'“': '93',
	'”': '94',
	'•': '95',
	'–': '96',
	'—': '97',
	'˜': '98',
	'™': '99',
	š: '9a',
	'›': '9b',
	œ: '9c',
	ž: '9e',
	Ÿ: '9f',
};

function fileOf(bytes: Buffer, chunkSizes: number[], itemIndex = 0): CsvFile {
	return {
		name: `file ${itemIndex}.csv`,
		itemIndex,
		open: async function* () {
			for (let at = 0, k = 0; at < bytes.length; k++) {
				const size = chunkSizes.length > 0 ? chunkSizes[k % chunkSizes.length] : bytes.length;
				yield new Uint8Array(bytes.subarray(at, at + size));
				at += size;
			}
		},
	};
}

async function drawAll(
	files: CsvFile[],
	columns: Column[],
	options: CsvFileOptions,
	maxBytes: number,
	maxRows: number,
	reuse?: Buffer,
) {
	const source = await openCsvFiles(files, columns, options);
	const blocks: Buffer[] = [];
	let rows = 0;
	for (;;) {
		const block = await source.next(maxBytes, maxRows, reuse);
		if (!block) break;
		expect(block.rows).toBeGreaterThan(0);
		expect(block.rows).toBeLessThanOrEqual(maxRows);
		expect(parseCsv(block.bytes)).toHaveLength(block.rows);
		expect(block.bytes.at(-1)).toBe(0x0a);
		blocks.push(Buffer.from(block.bytes));
		rows += block.rows;
	}
	await source.close();
	return { bytes: Buffer.concat(blocks), rows, blocks };
}

/** The oracle; tells an empty string ("") from NULL. */
function parseCsv(bytes: Buffer, nullText = ''): Field[][] {
	return parse(bytes, {
		record_delimiter: ['\r\n', '\n'],
		cast: (value, context) => ((value === '' || value === nullText) && !context.quoting ? null : value),
		skip_empty_lines: false,
	}) as Field[][];
}

const chunkSizes = fc.oneof(
	fc.constant<number[]>([]),
	fc.constant<number[]>([1]),
	fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
);

const shape = fc.record({
	delimiter: fc.constantFrom<NonNullable<CsvFileOptions['delimiter']>>(',', ';', '\t', '|'),
	encoding: fc.constantFrom<NonNullable<CsvFileOptions['fileEncoding']>>('utf-8', 'windows-1252', 'utf-16le'),
	lineEnd: fc.constantFrom('\n', '\r\n'),
	quoteAll: fc.boolean(),
	endsInLine: fc.boolean(),
	mark: fc.boolean(),
	gzip: fc.boolean(),
	chunkSizes,
	maxBytes: fc.integer({ min: 1, max: 200 }),
	maxRows: fc.integer({ min: 1, max: 7 }),
	reuse: fc.boolean(),
	nullText: fc.constantFrom<CsvFileOptions['nullText']>('', '\\N'),
	columnCount: fc.integer({ min: 2, max: 6 }),
});

describe('CSV files as rows', () => {
	it('gives every record of several files once, in order, its columns in the schema order, however it is written and cut', async () => {
		await fc.assert(
			fc.asyncProperty(
				shape.chain((form) =>
					fc.record({
						form: fc.constant(form),
						order: fc.shuffledSubarray([...Array(form.columnCount).keys()], { minLength: form.columnCount }),
						files: fc.array(
							fc.array(
								fc.array(fc.option(form.encoding === 'windows-1252' ? latinText : nastyText, { nil: null }), {
									minLength: form.columnCount,
									maxLength: form.columnCount,
								}),
								{ maxLength: 12 },
							),
							{ minLength: 1, maxLength: 3 },
						),
					}),
				),
				async ({ form, order, files }) => {
					const columns = columnsOf(form.columnCount);
					const header = order.map((index) => columns[index].name);
					const csvFiles = files.map((rows, index) => {
						const written = rows.map((row) => order.map((column) => row[column]));
						let text = writeCsv(
							[header, ...written],
							form.delimiter,
							form.lineEnd,
							form.quoteAll,
							form.endsInLine,
						);
						if (form.mark && form.encoding !== 'windows-1252') text = '\ufeff' + text;
						const bytes = encode(text, form.encoding);
						return fileOf(form.gzip ? gzipSync(bytes) : bytes, form.chunkSizes, index);
					});
					const options = {
						...OPTIONS,
						delimiter: form.delimiter,
						fileEncoding: form.encoding,
						nullText: form.nullText,
					};
					const reuse = form.reuse ? Buffer.alloc(100) : undefined;
					const drawn = await drawAll(csvFiles, columns, options, form.maxBytes, form.maxRows, reuse);
					const expected = files.flat();
					expect(parseCsv(drawn.bytes, form.nullText)).toEqual(expected);
					expect(drawn.rows).toBe(expected.length);
				},
			),
			{ numRuns: 400 },
		);
	});
});
