import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';

import type { Column, ColumnType } from '../../domo/types';
import { ColumnEvidence } from '../../transfer/columns/columnEvidence';
import { ColumnReader } from '../../transfer/columns/columnReader';
import { DEFAULT_VALUE_OPTIONS, type ValueOptions } from '../../transfer/columns/valueOptions';
import { type CsvFile, type CsvFileOptions, openCsvFiles } from '../../transfer/csv/csvFile';
import { PlainRecords } from '../../transfer/csv/plainRecords';
import { InputError } from '../../transfer/inputError';
import { watchConvertedInPlace } from '../support/convertedInPlace';

interface Outcome {
	rows: unknown;
	findings: unknown;
	refusal: unknown;
}

const TYPES: ColumnType[] = ['LONG', 'DECIMAL', 'DOUBLE', 'DATE', 'DATETIME', 'STRING'];

/** Mostly of a column's own forms, so that columns settle; now and then anything. */
const valuesByForm: Record<string, fc.Arbitrary<string>> = {
	integer: fc.integer({ min: -2000, max: 2_000_000 }).map(String),
	huge: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
	point: fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.nat(9999)).map(([a, b]) => `${a}.${b}`),
	comma: fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.nat(9999)).map(([a, b]) => `${a},${b}`),
	grouped: fc
		.tuple(
			fc.constantFrom(',', '.'),
			fc.array(fc.integer({ min: 100, max: 999 }), { minLength: 1, maxLength: 4 }),
		)
		.map(([sign, groups]) => groups.join(sign)),
	groupedComma: fc
		.tuple(fc.nat(999), fc.nat(999), fc.nat(99))
		.map(([a, b, c]) => `${a}.${String(b).padStart(3, '0')},${c}`),
	groupedPoint: fc
		.tuple(fc.nat(999), fc.nat(999), fc.nat(99))
		.map(([a, b, c]) => `${a},${String(b).padStart(3, '0')}.${c}`),
	day: dayIn((y, m, d) => `${y}-${m}-${d}`),
	points: dayIn((y, m, d) => `${d}.${m}.${y}`),
	slashes: dayIn((y, m, d) => `${d}/${m}/${y}`),
	monthFirst: dayIn((y, m, d) => `${m}/${d}/${y}`),
	short: dayIn((y, m, d) => `${d}.${m}.${y.slice(2)}`),
	time: dayIn((y, m, d) => `${y}-${m}-${d} 10:${m}:${d}`),
	timeT: dayIn((y, m, d) => `${y}-${m}-${d}T23:${d}:59`),
	pointsSeconds: dayIn((y, m, d) => `${d}.${m}.${y} 0${d[1]}:${m}:${d}`),
	slashesSeconds: dayIn((y, m, d) => `${d}/${m}/${y} 1${d[1]}:${m}:${d}`),
	pointsTime: dayIn((y, m, d) => `${d}.${m}.${y} 0${d[1]}:${m}`),
	listed: fc.constantFrom('a, b', 'a;b', ',', 'a', 'é|', 'x\ty'),
	word: fc.constantFrom('a', 'LAX', 'n/a', '-', '\\N', 'é', '漢字', '0', '1', 'true', '5"', '007'),
};
const odd = fc.string({ unit: fc.constantFrom(...'0123456789.,-/ :T+"\\Né\t'), maxLength: 20 });
const anything = fc.oneof(odd, ...Object.values(valuesByForm));

function dayIn(write: (year: string, month: string, day: string) => string): fc.Arbitrary<string> {
	const two = (most: number) =>
		fc.integer({ min: 1, max: most }).map((number) => String(number).padStart(2, '0'));
	return fc
		.tuple(fc.integer({ min: 1990, max: 2040 }).map(String), two(12), two(29))
		.map((parts) => write(...parts));
}

interface Table {
	columns: Column[];
	/** Of two files: of the second one more is known, what was read of the first. */
	texts: string[];
	chunkBytes: number;
	options: Partial<CsvFileOptions> & { decidingBytes: number };
}

/** Forms that a column of the type is commonly in: most are read by their bytes, and many converted where they are. */
const commonColumn = fc.constantFrom(
	...(
		[
			['LONG', 'integer'],
			['DECIMAL', 'point'],
			['DECIMAL', 'comma'],
			['DOUBLE', 'comma'],
			['DECIMAL', 'groupedComma'],
			['DATE', 'points'],
			['DATE', 'slashes'],
			['DATE', 'monthFirst'],
			['DATETIME', 'time'],
			['DATETIME', 'pointsSeconds'],
			['DATETIME', 'slashesSeconds'],
			['STRING', 'word'],
			['STRING', 'listed'],
		] as Array<[ColumnType, string]>
	).map(([type, form]) => ({ type, form })),
);
const column = fc.oneof(
	{
		weight: 2,
		arbitrary: fc.record({
			type: fc.constantFrom(...TYPES),
			form: fc.constantFrom(...Object.keys(valuesByForm)),
		}),
	},
	{ weight: 3, arbitrary: commonColumn },
);
type Values = fc.Arbitrary<Partial<ValueOptions>>;

const anyValues: Values = fc.record({
	badValues: fc.constantFrom<ValueOptions['badValues']>('refuse', 'leaveOut', 'null'),
	maxBadRowsPercent: fc.constant(100),
	readAsNull: fc.constantFrom('', '', 'n/a', '0,-'),
	dateOrder: fc.constantFrom<ValueOptions['dateOrder']>('auto', 'auto', 'dayFirst', 'yearFirst'),
	decimalSign: fc.constantFrom<ValueOptions['decimalSign']>('auto', 'auto', 'comma', 'point'),
	dateFormat: fc.constantFrom('', '', '', 'dd.MM.yyyy'),
	timeZone: fc.constantFrom('UTC', 'UTC', 'Europe/Berlin'),
	trimText: fc.constantFrom(false, false, true),
});
const fewValues: Values = fc.record({
	badValues: fc.constantFrom<ValueOptions['badValues']>('refuse', 'leaveOut', 'null'),
	maxBadRowsPercent: fc.constant(100),
	dateOrder: fc.constantFrom<ValueOptions['dateOrder']>('auto', 'dayFirst'),
	decimalSign: fc.constantFrom<ValueOptions['decimalSign']>('auto', 'auto', 'comma'),
});

function tableOf(
	columns: fc.Arbitrary<{ type: ColumnType; form: string }>,
	values: Values,
): fc.Arbitrary<Table> {
	return fc
		.record({
			columns: fc.array(columns, { minLength: 1, maxLength: 4 }),
			rows: fc.nat(40),
			split: fc.nat(20),
			oddity: fc.constantFrom(0, 0, 2, 30),
			delimiter: fc.constantFrom(',', ',', ';', '\t', '|'),
			lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r'),
			quotes: fc.constantFrom('needed', 'needed', 'all', 'some'),
			chunkBytes: fc.integer({ min: 1, max: 90 }),
			decidingBytes: fc.constantFrom(30, 200, 16_000_000),
			values,
			shortRows: fc.constantFrom<'refuse' | 'null'>('refuse', 'null'),
			linesAfterLastRow: fc.constantFrom(0, 0, 1, 2),
			nullText: fc.constantFrom<'' | '\\N'>('', '', '', '\\N'),
			hasKey: fc.boolean(),
			seed: fc.infiniteStream(fc.tuple(fc.nat(99), anything, fc.nat(99))),
		})
		.chain((shape) =>
			fc
				.tuple(
					...shape.columns.map(({ form }) =>
						fc.array(valuesByForm[form], { minLength: shape.rows, maxLength: shape.rows }),
					),
				)
				.map((byColumn): Table => {
					const { delimiter, quotes, lineEnd } = shape;
					const written = (value: string, chance: number): string => {
						const needed = value.includes(delimiter) || /["\r\n]/.test(value);
						if (!needed && quotes !== 'all' && (quotes === 'needed' || chance < 60)) return value;
						return `"${value.replaceAll('"', '""')}"`;
					};
					const lines = Array.from({ length: shape.rows }, (_, row) => {
						const fields = byColumn.map((values) => {
							const [chance, strange, other] = shape.seed.next().value!;
							if (chance >= 100 - shape.oddity) return other < 50 ? strange : written(strange, other);
							return chance < 5 ? '' : written(values[row], other);
						});
						return fields.join(delimiter);
					});
					const names = shape.columns.map((_, index) => `c${index}`);
					return {
						columns: shape.columns.map(({ type }, index) => ({ name: names[index], type })),
						texts: [lines.slice(0, shape.split), lines.slice(shape.split)].map(
							(rows) => [names.join(delimiter), ...rows].join(lineEnd) + lineEnd,
						),
						chunkBytes: shape.chunkBytes,
						options: {
							delimiter: delimiter as ',',
							decidingBytes: shape.decidingBytes,
							shortRows: shape.shortRows,
							linesAfterLastRow: shape.linesAfterLastRow,
							nullText: shape.nullText,
							keyColumnNames: shape.hasKey ? ['c0'] : [],
							values: { ...DEFAULT_VALUE_OPTIONS, ...shape.values },
						},
					};
				}),
		);
}

async function outcomeOf({ columns, texts, chunkBytes, options }: Table): Promise<Outcome> {
	const contents = texts.map((text) => Buffer.from(text));
	const files = contents.map((bytes, index): CsvFile => ({
		name: `table${index}.csv`,
		itemIndex: index,
		open: async function* () {
			for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
		},
	}));
	const before = contents.map((bytes) => Buffer.from(bytes));
	return await readAll(files, columns, options)
		.catch((error: unknown): Outcome => {
			expect(error).toBeInstanceOf(InputError);
			const { code, message, advice } = error as InputError;
			return { rows: null, findings: null, refusal: { code, message, advice } };
		})
		.finally(() => {
			// n8n keeps some files in memory and hands out that memory.
			expect(contents).toEqual(before);
		});
}

async function readAll(files: CsvFile[], columns: Column[], options: Table['options']): Promise<Outcome> {
	const source = await openCsvFiles(files, columns, {
		unknownFields: 'fail',
		missingColumns: 'fail',
		nullText: '',
		...options,
	});
	const blocks: Buffer[] = [];
	try {
		for (let block = await source.next(300, 7); block; block = await source.next(300, 7))
			blocks.push(block.bytes);
	} finally {
		await source.close();
	}
	const rows: unknown = parse(Buffer.concat(blocks), {
		record_delimiter: ['\r\n', '\n'],
		skip_empty_lines: false,
		// Numbers and days may keep the quotes that they have in the file.
		cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
	});
	return { rows, findings: source.findings, refusal: null };
}

/** What reading by bytes may leave to reading by texts is left to it. Not by spies, which would keep every call. */
async function withoutBytes<Result>(act: () => Promise<Result>): Promise<Result> {
	const replaced: Array<[object, string, PropertyDescriptor]> = [
		[PlainRecords, 'open', { value: () => undefined }],
		[ColumnReader.prototype, 'writeCommon', { value: () => -1 }],
		[ColumnReader.prototype, 'plainField', { get: () => 0 }],
		[ColumnEvidence.prototype, 'takes', { value: () => false }],
	];
	const originals = replaced.map(([owner, name]) => Object.getOwnPropertyDescriptor(owner, name)!);
	for (const [owner, name, by] of replaced) Object.defineProperty(owner, name, { ...by, configurable: true });
	return await act().finally(() => {
		replaced.forEach(([owner, name], index) => Object.defineProperty(owner, name, originals[index]));
	});
}

describe('forms that are known by their bytes', () => {
	it.each([
		['any', tableOf(column, anyValues), 600, 0],
		['everyday', tableOf(commonColumn, fewValues), 600, 20],
	])(
		'come to the same as by their texts: rows, conversions and refusals of %s tables',
		async (_, table, numRuns, leastChanged) => {
			let loaded = 0;
			let isChanged = false;
			let changed = 0;
			const unwatch = watchConvertedInPlace(() => {
				isChanged = true;
			});
			await fc
				.assert(
					fc.asyncProperty(table, async (given) => {
						isChanged = false;
						const byBytes = await outcomeOf(given);
						const byText = await withoutBytes(() => outcomeOf(given));
						expect(byBytes).toEqual(byText);
						if (byBytes.rows !== null) {
							loaded++;
							if (isChanged) changed++;
						}
					}),
					{ numRuns },
				)
				.finally(unwatch);
			// Tables that are all refused, or whose values are nowhere converted where they are, would show little.
			expect(loaded).toBeGreaterThan(100);
			expect(changed).toBeGreaterThan(leastChanged - 1);
		},
	);
});
