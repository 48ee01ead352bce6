/** The values of 'Load Columns' in the CSV that is sent, wherever the columns are. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';

import type { Column } from '../../domo/types';
import { LoadColumns, missingLoadColumns, type LoadColumnKind } from '../../transfer/columns/loadColumns';
import { DEFAULT_VALUE_OPTIONS } from '../../transfer/columns/valueOptions';
import { openCsvFiles } from '../../transfer/csv/csvFile';
import { openItems } from '../../transfer/items/itemRows';
import type { RowSource } from '../../transfer/rowSource';

const KINDS: LoadColumnKind[] = ['loadTime', 'executionId', 'fileName', 'rowNumber'];
const DATA: Column[] = [
	{ name: 'a', type: 'STRING' },
	{ name: 'b', type: 'LONG' },
	{ name: 'c', type: 'STRING' },
];
const VALUES = { loadTime: '2026-01-31T12:00:00', executionId: '4711' };
const CHOICES = { unknownFields: 'fail', missingColumns: 'fail', nullText: '' } as const;
const NAMES: Record<string, LoadColumnKind> = {
	_load_time: 'loadTime',
	_execution_id: 'executionId',
	_file_name: 'fileName',
	_row_number: 'rowNumber',
};

async function textsOf(source: RowSource): Promise<string[][]> {
	const blocks: Buffer[] = [];
	for (let block = await source.next(150, 4); block; block = await source.next(150, 4))
		blocks.push(block.bytes);
	await source.close();
	return parse(Buffer.concat(blocks)) as string[][];
}

const text = fc.oneof(
	fc.constantFrom('', 'a', 'a,b', 'a"b', '"', 'x\ny', 'é', '""', 'a\r\nb', '\\N', '\ufeffa'),
	fc.string({ unit: 'grapheme', maxLength: 200 }),
);
const row = fc.tuple(text, fc.integer(), text);
const rows = fc.array(row, { size: 'max', maxLength: 30 });
const order = fc.subarray(KINDS, { minLength: 1 }).chain((kinds) =>
	fc.tuple(
		fc.constant(kinds),
		fc.shuffledSubarray([...DATA, ...missingLoadColumns(kinds, [])], {
			minLength: 3 + kinds.length,
			maxLength: 3 + kinds.length,
		}),
	),
);
const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;

/** What a row must be, in the DataSet's order. */
function expected(
	columns: Column[],
	values: Record<string, string>,
	fileName: string,
	rowNumber: number,
): string[] {
	return columns.map(({ name }) => {
		const kind = NAMES[name];
		if (kind === undefined) return values[name];
		if (kind === 'rowNumber') return String(rowNumber);
		return kind === 'fileName' ? fileName : VALUES[kind];
	});
}

describe('the values of Load Columns', () => {
	it('are in every row of files, and the others are as without them', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(text, rows), { minLength: 1, maxLength: 3 }),
				order,
				fc.constantFrom('\n', '\r\n'),
				fc.constantFrom(',' as const, ';' as const),
				fc.boolean(),
				async (files, [kinds, columns], lineEnd, delimiter, quotesAll) => {
					const loads = new LoadColumns(kinds, columns, VALUES);
					const field = (value: string) =>
						quotesAll || /[",;\r\n\ufeff]|^$|^\s|\s$|^\\N$/.test(value) ? quoted(value) : value;
					const source = await openCsvFiles(
						files.map(([name, fileRows], itemIndex) => ({
							name,
							itemIndex,
							open: async function* () {
								const records = fileRows.map((values) => values.map((value) => field(String(value))));
								yield Buffer.from(
									[['a', 'b', 'c'], ...records].map((fields) => fields.join(delimiter) + lineEnd).join(''),
								);
							},
						})),
						loads.inputColumns,
						{ ...CHOICES, delimiter, loads },
					);
					expect(await textsOf(source)).toEqual(
						files.flatMap(([name, fileRows]) =>
							fileRows.map(([a, b, c], index) => expected(columns, { a, b: String(b), c }, name, index + 1)),
						),
					);
				},
			),
			{ numRuns: 150 },
		);
	});

	it('are in the row of every item, by its place among all', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.option(row), { maxLength: 30 }),
				order,
				async (items, [kinds, columns]) => {
					const loads = new LoadColumns(kinds, columns, VALUES);
					const source = await openItems(
						items.map((each) => ({ json: each === null ? {} : { a: each[0], b: each[1], c: each[2] } })),
						loads.inputColumns,
						{ ...CHOICES, values: DEFAULT_VALUE_OPTIONS, loads },
					);
					expect(await textsOf(source)).toEqual(
						items.flatMap((each, index) =>
							each === null
								? []
								: [expected(columns, { a: each[0], b: String(each[1]), c: each[2] }, '', index + 1)],
						),
					);
				},
			),
			{ numRuns: 150 },
		);
	});
});
