import type { Column } from '../../domo/types';
import { DEFAULT_VALUE_OPTIONS, type ValueOptions } from '../../transfer/columns/valueOptions';
import { type CsvFile, type CsvFileOptions, openCsvFiles } from '../../transfer/csv/csvFile';
import { InputError } from '../../transfer/inputError';
import { watchConvertedInPlace } from '../support/convertedInPlace';

const COLUMNS: Column[] = [
	{ name: 'amount', type: 'DECIMAL' },
	{ name: 'day', type: 'DATE' },
	{ name: 'at', type: 'DATETIME' },
	{ name: 'name', type: 'STRING' },
];
const HEADER = 'amount;day;at;name\n';

function values(options: Partial<ValueOptions>): ValueOptions {
	return { ...DEFAULT_VALUE_OPTIONS, ...options };
}

async function draw(text: string | Buffer, options: Partial<CsvFileOptions> = {}, columns = COLUMNS) {
	const bytes = Buffer.from(text);
	const file: CsvFile = {
		name: 'rows.csv',
		itemIndex: 0,
		open: async function* () {
			for (let at = 0; at < bytes.length; at += 10_007) yield bytes.subarray(at, at + 10_007);
		},
	};
	const source = await openCsvFiles([file], columns, {
		unknownFields: 'fail',
		missingColumns: 'fail',
		nullText: '',
		...options,
	});
	const blocks: Buffer[] = [];
	try {
		for (let block = await source.next(1e5, 1e6); block; block = await source.next(1e5, 1e6))
			blocks.push(block.bytes);
	} finally {
		await source.close();
		// n8n keeps some files in memory and hands out that memory.
		expect(bytes.equals(Buffer.from(text))).toBe(true);
	}
	return { text: Buffer.concat(blocks).toString(), findings: source.findings };
}

/** How many values were changed where they are. */
let changed = 0;
let unwatch: () => void;
beforeEach(() => {
	changed = 0;
	unwatch = watchConvertedInPlace((values) => {
		changed += values;
	});
});
afterEach(() => unwatch());

describe('values that are converted where they are', () => {
	it('are told from others over many windows, and counted', async () => {
		const two = (number: number) => String(number).padStart(2, '0');
		let text = HEADER;
		let expected = '';
		const counts = { decimalComma: 0, grouped: 0, days: 0, times: 0 };
		const rows = 30_000;
		for (let row = 0; row < rows; row++) {
			const day = two(1 + (row % 28));
			const month = two(1 + (row % 12));
			const isGrouped = row % 97 === 5;
			const isPlain = row % 31 === 7;
			const fields = [
				isPlain ? String(row) : isGrouped ? `7.${100 + (row % 900)},5` : `-${row},05`,
				isPlain ? `2024-${month}-${day}` : `${day}.${month}.2024`,
				row % 89 === 3 ? '' : `${day}.${month}.1999 23:${two(row % 60)}:59`,
				row % 113 === 2 ? 'a, b' : row % 7 === 0 ? `"x;${row}"` : 'é',
			];
			const written = [
				isPlain ? fields[0] : isGrouped ? `7${100 + (row % 900)}.5` : `-${row}.05`,
				`2024-${month}-${day}`,
				fields[2] === '' ? '' : `1999-${month}-${day}T23:${two(row % 60)}:59`,
				fields[3] === 'a, b' ? '"a, b"' : fields[3],
			];
			if (!isPlain) {
				counts.decimalComma++;
				counts.days++;
				if (isGrouped) counts.grouped++;
			}
			if (fields[2] !== '') counts.times++;
			text += `${fields.join(';')}\n`;
			expected += `${written.join(',')}\n`;
		}
		const { text: got, findings } = await draw(text);
		expect(got).toBe(expected);
		expect(findings.conversions).toEqual({
			amount: { decimalComma: counts.decimalComma, grouped: counts.grouped },
			day: { dayForm: counts.days },
			at: { dayForm: counts.times },
		});
		expect(changed).toBeGreaterThan(rows * 2.7);
	});

	it('days with slashes are among them once one was read', async () => {
		const columns: Column[] = [
			{ name: 'day', type: 'DATE' },
			{ name: 'n', type: 'LONG' },
		];
		const days = `01/31/2024;1\n${'02/01/2024;1\n02/02/2024;1\n'.repeat(20_000)}05.06.2024;1\n`;
		const { text: got } = await draw(`day;n\n${days}`, {}, columns);
		expect(got).toBe(`2024-01-31,1\n${'2024-02-01,1\n2024-02-02,1\n'.repeat(20_000)}2024-06-05,1\n`);
		expect(changed).toBeGreaterThan(15_000);
	});

	it('a record with a value that does not fit is as it was in the file', async () => {
		const { findings } = await draw(
			`${HEADER}1,5;31.01.2024;31.01.2024 10:00:00;a\n2,5;31.02.2024;31.01.2024 10:00:00;b\n3,5;30.01.2024;x;c\n`,
			{ values: values({ badValues: 'leaveOut', maxBadRowsPercent: 100 }) },
		);
		expect(findings.leftOut.map(({ json }) => json.row)).toEqual([
			{ amount: '2,5', day: '31.02.2024', at: '31.01.2024 10:00:00', name: 'b' },
			{ amount: '3,5', day: '30.01.2024', at: 'x', name: 'c' },
		]);
		expect(findings.conversions).toEqual({
			amount: { decimalComma: 1 },
			day: { dayForm: 1 },
			at: { dayForm: 1 },
		});
		// Three of the first row: once to see whether they fit, once to be loaded.
		expect(changed).toBe(6);
	});

	it('in quotes, as a file with commas has decimal commas', async () => {
		const columns: Column[] = [
			{ name: 'a', type: 'DECIMAL' },
			{ name: 'b', type: 'DECIMAL' },
		];
		const { text } = await draw('a,b\n"1,5","2,5"\n3,"4,5"\r\n', {}, columns);
		expect(text).toBe('"1.5","2.5"\n3,"4.5"\r\n');
		expect(changed).toBe(3);
	});

	it('a comma between fields is no decimal sign: a row with one field more is refused', async () => {
		const columns: Column[] = [
			{ name: 'a', type: 'DECIMAL' },
			{ name: 'b', type: 'DECIMAL' },
		];
		await expect(draw('a,b\n"1,5","2,5"\n1,5,3\n', {}, columns)).rejects.toThrow(/Line 3.* 3 fields/);
	});

	it('a late value that contradicts them is named as the file has it', async () => {
		const rows = '1,5;31.01.2024;31.01.2024 10:00:00;a\n'.repeat(10_000);
		const late = draw(`${HEADER}${rows}2.5;31.01.2024;31.01.2024 10:00:00;a\n`, { decidingBytes: 5000 });
		await expect(late).rejects.toThrow(InputError);
		await expect(late).rejects.toThrow(/line 10002.*'2\.5'/);
	});

	it('lines below the rows are quoted as they are', async () => {
		const row = '1,5;31.01.2024;31.01.2024 10:00:00;a\n';
		const { text, findings } = await draw(`${HEADER}${row}7,5;;;\n`, { linesAfterLastRow: 1 });
		expect(text).toBe('1.5,2024-01-31,2024-01-31T10:00:00,a\n');
		expect(findings.footers.flatMap(({ lines }) => lines)).toEqual([{ line: 3, text: '7,5;;;' }]);
		expect(changed).toBe(0);
	});

	it('a byte that is not UTF-8 is named behind them', async () => {
		const rows = '1,5;31.01.2024;31.01.2024 10:00:00;a\n'.repeat(10_000);
		const text = Buffer.from(`${HEADER}${rows}1,5;31.01.2024;31.01.2024 10:00:00;Caf\xe9\n`, 'latin1');
		await expect(draw(text, { decidingBytes: 5000 })).rejects.toThrow(/Line 10002.*'Café'/);
	});
});
