/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** A file that is let go of while it is read: its memory is another file's from then on. */
import type { Column } from '../../domo/types';
import { openCsvFiles } from '../../transfer/csv/csvFile';
import { Stretch } from '../../transfer/stretch';

const COLUMNS: Column[] = [
	{ name: 'n', type: 'LONG' },
	{ name: 'amount', type: 'DECIMAL' },
];

afterEach(() => jest.restoreAllMocks());

function tableOf(letter: string, amounts: (row: number) => string) {
	const rows = Array.from({ length: 40_000 }, (_, row) => `${row};${amounts(row)};${letter}`);
	return { file: Buffer.from(`n;amount;name\n${rows.join('\n')}\n`), rows };
}

async function open(bytes: Buffer) {
	const file = {
		name: 'rows.csv',
		itemIndex: 0,
		open: async function* () {
			for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
		},
	};
	return await openCsvFiles([file], [...COLUMNS, { name: 'name', type: 'STRING' }], {
		unknownFields: 'fail',
		missingColumns: 'fail',
		nullText: '',
	});
}

it.each([
	['in Domo’s form', (row: number) => `${row}.5`],
	['converted one by one', (row: number) => `1.${100 + (row % 900)},5`],
])('gives no rows of others: rows %s', async (_, amounts) => {
	const { file, rows } = tableOf('a', amounts);
	const { file: other } = tableOf('b', amounts);
	jest.spyOn(Stretch.prototype, 'isLong').mockReturnValue(true);
	jest
		.spyOn(Stretch.prototype, 'rest')
		.mockImplementation(async () => await new Promise((resolve) => setImmediate(resolve)));
	const expected = rows.map((row) => {
		const [n, amount, name] = row.split(';');
		return `${n},${amount.includes(',') ? amount.replace('.', '').replace(',', '.') : amount},${name}`;
	});
	for (let turns = 0; turns < 60; turns += 7) {
		const source = await open(file);
		const drawing = source.next(10_000_000, 1_000_000);
		for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
		await source.close();
		const next = await open(other);
		const drawn = await drawing;
		const text = drawn?.bytes.toString() ?? '';
		expect(text).toBe(
			expected
				.slice(0, drawn?.rows ?? 0)
				.map((row) => `${row}\n`)
				.join(''),
		);
		await next.close();
	}
});
