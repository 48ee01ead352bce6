/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { gzipSync } from 'node:zlib';

import type { Column } from '../../domo/types';
import { type CsvFile, type CsvFileOptions, openCsvFiles } from '../../transfer/csv/csvFile';
import { inferCsvColumns } from '../../transfer/csv/inferCsvColumns';
import { InputError } from '../../transfer/inputError';

type Field = string | null;

const OPTIONS: CsvFileOptions = { unknownFields: 'fail', missingColumns: 'fail', nullText: '' };

function fileOf(bytes: Buffer, chunkBytes: number): CsvFile {
	return {
		name: 'table.csv',
		itemIndex: 0,
		open: async function* () {
			for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
		},
	};
}

/** @returns the rows as they would arrive, or the refusal; anything else is thrown */
async function read(
	file: CsvFile,
	columns: Column[],
	options: CsvFileOptions,
): Promise<Field[][] | InputError> {
	return await readAll(file, columns, options).catch((error: unknown) => {
		expect(error).toBeInstanceOf(InputError);
		return error as InputError;
	});
}

async function readAll(file: CsvFile, columns: Column[], options: CsvFileOptions): Promise<Field[][]> {
	const source = await openCsvFiles([file], columns, options);
	const blocks: Buffer[] = [];
	for (let block = await source.next(500, 7); block; block = await source.next(500, 7)) {
		blocks.push(block.bytes);
	}
	await source.close();
	return parse(Buffer.concat(blocks), {
		record_delimiter: ['\r\n', '\n'],
		cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
	}) as Field[][];
}

const COLUMNS: Column[] = [
	{ name: 'Id', type: 'LONG' },
	{ name: 'Item', type: 'STRING' },
	{ name: 'Amount', type: 'DECIMAL' },
	{ name: 'Day', type: 'DATE' },
	{ name: 'Note', type: 'STRING' },
];

const word = fc.string({
	unit: fc.constantFrom('a', 'B', ' ', '"', ',', ';', '\t', '|', '\n', 'é', '漢', "'", '.', '5'),
	maxLength: 6,
});
const cents = fc.integer({ min: -9_999_999, max: 9_999_999 });
const day = fc.tuple(
	fc.integer({ min: 1970, max: 2068 }),
	fc.integer({ min: 1, max: 12 }),
	fc.integer({ min: 1, max: 28 }),
);
const row = fc.record({
	id: fc.integer(),
	item: word,
	cents: fc.option(cents, { nil: null }),
	day: fc.option(day, { nil: null }),
	note: fc.option(word, { nil: null }),
});
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

const dialect = fc.record({
	delimiter: fc.constantFrom(',', ';', '\t', '|'),
	lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
	encoding: fc.constantFrom('utf8', 'utf8 with mark', 'utf16le', 'utf16be'),
	gzip: fc.boolean(),
	decimalComma: fc.boolean(),
	grouped: fc.boolean(),
	dayForm: fc.constantFrom('iso', 'points', 'slashes'),
	quoteAll: fc.boolean(),
	trailing: fc.boolean(),
	blankLines: fc.boolean(),
	sepLine: fc.boolean(),
	preamble: fc.nat({ max: 3 }),
	footer: fc.nat({ max: 2 }),
	endsInLine: fc.boolean(),
	chunkBytes: fc.integer({ min: 1, max: 300 }),
	order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
});
type Form = typeof dialect extends fc.Arbitrary<infer T> ? T : never;

function amountIn(value: number, { decimalComma, grouped }: Form): string {
	const [point, group] = decimalComma ? [',', '.'] : ['.', ','];
	const whole = String(Math.floor(Math.abs(value) / 100));
	const shown = grouped ? whole.replace(/\B(?=(\d{3})+$)/g, group) : whole;
	return `${value < 0 ? '-' : ''}${shown}${point}${String(Math.abs(value) % 100).padStart(2, '0')}`;
}

function dayIn([year, month, dayOfMonth]: [number, number, number], form: Form['dayForm']): string {
	const [mm, dd] = [month, dayOfMonth].map((part) => String(part).padStart(2, '0'));
	if (form === 'points') return `${dd}.${mm}.${year}`;
	return form === 'slashes' ? `${year}/${mm}/${dd}` : `${year}-${mm}-${dd}`;
}

function fieldsOf(each: Row, form: Form): Field[] {
	return [
		String(each.id),
		each.item,
		each.cents === null ? null : amountIn(each.cents, form),
		each.day === null ? null : dayIn(each.day, form.dayForm),
		each.note,
	];
}

function wantedRows(each: Row): Field[] {
	const { cents: value, day: date } = each;
	const amount =
		value === null
			? null
			: `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;
	return [String(each.id), each.item, amount, date === null ? null : dayIn(date, 'iso'), each.note];
}

/** Writes the table without any of the package's code. */
function render(rows: readonly Row[], form: Form): Buffer {
	const { delimiter, lineEnd } = form;
	const written = (fields: readonly Field[]) =>
		form.order
			.map((column) => fields[column])
			.map((field) => {
				if (field === null) return '';
				const isPlain = !form.quoteAll && field.trim() !== '' && !/["\r\n]/.test(field);
				return isPlain && !field.includes(delimiter) ? field : `"${field.replaceAll('"', '""')}"`;
			})
			.join(delimiter) + (form.trailing ? delimiter : '');
	const lines = [
		...(form.sepLine && form.preamble === 0 ? [`sep=${delimiter}`] : []),
		...['Harbour Supplies', '', 'January 2024'].slice(0, form.preamble),
		written(COLUMNS.map(({ name }) => name)),
		...rows.flatMap((each, index) => [
			...(form.blankLines && index % 3 === 1 ? [''] : []),
			written(fieldsOf(each, form)),
		]),
		...['Total', 'Printed on Monday'].slice(0, form.footer),
	];
	const text = lines.join(lineEnd) + (form.endsInLine ? lineEnd : '');
	const bytes =
		form.encoding === 'utf8'
			? Buffer.from(text)
			: form.encoding === 'utf8 with mark'
				? Buffer.from(`\ufeff${text}`)
				: Buffer.from(`\ufeff${text}`, 'utf16le');
	const ordered = form.encoding === 'utf16be' ? bytes.swap16() : bytes;
	return form.gzip ? gzipSync(ordered) : ordered;
}

/** Numbers are compared by value: `-0.00` is 0. */
function sameValue(rows: Field[][]): Field[][] {
	return rows.map((fields) =>
		fields.map((field, column) =>
			COLUMNS[column].type === 'DECIMAL' && field !== null ? String(Number(field)) : field,
		),
	);
}

describe('a table in any dialect', () => {
	it('is read as that table, or refused with a reason, never as another', async () => {
		let taken = 0;
		const numRuns = 500;
		await fc.assert(
			fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), dialect, async (rows, form) => {
				const read_ = await read(fileOf(render(rows, form), form.chunkBytes), COLUMNS, {
					...OPTIONS,
					linesBeforeHeader: form.preamble,
					linesAfterLastRow: form.footer,
				});
				if (read_ instanceof InputError) {
					expect(read_.advice).toBeTruthy();
					return;
				}
				taken++;
				expect(sameValue(read_)).toEqual(sameValue(rows.map(wantedRows)));
			}),
			{ numRuns },
		);
		// Refusals have reasons of their own: a grouped number alone has two readings, a line feed in a file of CRs.
		expect(taken).toBeGreaterThan(numRuns * 0.6);
	}, 120_000);
});

describe('files gone wrong', () => {
	const base = Buffer.from(
		'Id,Item,Amount,Day,Note\n' +
			Array.from(
				{ length: 40 },
				(_, n) => `${n},"item ""${n}""",${n}.50,2024-01-${String((n % 28) + 1).padStart(2, '0')},zürich\n`,
			).join(''),
	);
	const change = fc.oneof(
		fc.tuple(
			fc.constant('flip' as const),
			fc.nat({ max: base.length - 1 }),
			fc.integer({ min: 0, max: 255 }),
		),
		fc.tuple(fc.constant('cut' as const), fc.nat({ max: base.length - 1 }), fc.nat({ max: 200 })),
		fc.tuple(fc.constant('double' as const), fc.nat({ max: base.length - 1 }), fc.nat({ max: 200 })),
		fc.tuple(fc.constant('swap' as const), fc.nat({ max: 4 }), fc.nat({ max: 4 })),
	);

	function changed(
		bytes: Buffer,
		[kind, at, value]: ['flip' | 'cut' | 'double' | 'swap', number, number],
	): Buffer {
		if (kind === 'flip') {
			const copy = Buffer.from(bytes);
			if (at < copy.length) copy[at] = value;
			return copy;
		}
		if (kind === 'cut') return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + value)]);
		if (kind === 'double') return Buffer.concat([bytes.subarray(0, at + value), bytes.subarray(at)]);
		const [header, ...lines] = bytes.toString('latin1').split('\n');
		const names = header.split(',');
		[names[at], names[value]] = [names[value], names[at]];
		return Buffer.from([names.join(','), ...lines].join('\n'), 'latin1');
	}

	it('end with rows or one clear refusal, plain, gzipped, to be inferred or left out', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(change, { minLength: 1, maxLength: 4 }),
				fc.boolean(),
				fc.boolean(),
				fc.constantFrom('refuse' as const, 'leaveOut' as const),
				fc.integer({ min: 1, max: 4000 }),
				async (changes, gzip, infer, policy, decidingBytes) => {
					const packed = gzip ? gzipSync(base) : base;
					const file = fileOf(changes.reduce(changed, packed), 100);
					const { DEFAULT_VALUE_OPTIONS } = await import('../../transfer/columns/valueOptions');
					const values = { ...DEFAULT_VALUE_OPTIONS, badValues: policy };
					const options = { ...OPTIONS, values, decidingBytes };
					let columns = COLUMNS;
					if (infer) {
						const inferred = await inferCsvColumns([file], options).catch((error: unknown) => error);
						if (inferred instanceof InputError) return expect(inferred.message).toBeTruthy();
						if (inferred instanceof Error) throw inferred;
						({ columns } = inferred as { columns: Column[] });
					}
					const rows = await read(file, columns, options);
					if (rows instanceof InputError) return expect(rows.message).toMatch(/./);
					for (const fields of rows) expect(fields).toHaveLength(columns.length);
				},
			),
			{ numRuns: 2000 },
		);
	}, 240_000);
});
