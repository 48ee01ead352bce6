/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createReadStream } from 'node:fs';

import { parse } from 'csv-parse';

import type { Column } from '../domo/types';
import { FITS } from './columnValues';
import type { Settings } from './options';
import type { CsvFile } from './csvFile';
import { Refusal } from './refusal';
import type { TextRow } from './storage';

const NULL_TEXT = '\\N';

/**
 * The rows of a CSV file as csv-parse reads them, each checked against the schema, in runs.
 *
 * csv-parse tells quoted from bare fields only in its `cast` callback, which costs 5 µs a field; so
 * where a value may be NULL or not, the quoting is looked up in the record's raw text instead.
 *
 * @param keys positions of columns that may not be NULL
 * @returns arrays in column order; `null` where the field was empty or `\N` without quotes
 * @throws Refusal in Domo's words, rows counted from 1 within the file
 */
export async function* csvRows(
	file: CsvFile,
	columns: Column[],
	settings: Settings,
	keys: number[] = [],
): AsyncGenerator<TextRow[]> {
	const check = rowCheck(file, columns, settings, keys);
	let row = 0;
	for await (const { records, failure } of csvRecords(file)) {
		if (row === 0 && settings.headerRecord === 'left out' && isHeader(records[0], columns)) records.shift();
		const rows = records.map((record) => check(record, ++row));
		if (failure) throw new Refusal(400, `Invalid CSV: ${failure.message}. Row ${row + 1}.`);
		yield rows;
	}
}

/** With `raw`, csv-parse gives each record's text beside its fields. */
type CsvRecord = string[] | { record: string[]; raw: string };

/**
 * The records of each 64 kB of a file, drawn from csv-parse's stream by hand: record by record through
 * `for await` takes half as long again.
 */
async function* csvRecords(file: CsvFile): AsyncGenerator<{ records: CsvRecord[]; failure?: Error }> {
	const parser = parse({
		bom: false,
		record_delimiter: ['\r\n', '\n'],
		relax_column_count: true,
		raw: file.hasQuotes,
	});
	let failure: Error | undefined;
	parser.on('error', (error) => {
		failure = error;
	});
	const drawAll = async (feed: (done: (error?: Error | null) => void) => void) => {
		const fed = new Promise<void>((resolve) =>
			feed((error) => {
				failure ??= error ?? undefined;
				resolve();
			}),
		);
		const records: CsvRecord[] = [];
		const draw = () => {
			for (let record: CsvRecord | null; (record = parser.read()) !== null;) records.push(record);
		};
		// csv-parse hands on all records of a chunk at once; drawing them lets it call back.
		draw();
		await fed;
		draw();
		return { records, failure };
	};
	for await (const chunk of createReadStream(file.path, { highWaterMark: 64 * 1024 })) {
		yield await drawAll((done) => parser.write(chunk, done));
		if (failure) return;
	}
	yield await drawAll((done) => parser.end(done));
}

/** A check of one record: gives the row with its NULLs, or throws what Domo says. */
function rowCheck(
	file: CsvFile,
	columns: Column[],
	settings: Settings,
	keys: number[],
): (record: CsvRecord, row: number) => TextRow {
	const fits = columns.map(({ type }) => (type === 'STRING' ? undefined : FITS[type]));
	const nullText = settings.backslashN === 'NULL' ? NULL_TEXT : '';
	return (read, row) => {
		const fields = 'raw' in read ? read.record : read;
		if (fields.length !== columns.length) throw wrongFieldCount(fields.length, columns.length, row);
		let quoted: boolean[] | undefined;
		let values: TextRow | undefined;
		for (let index = 0; index < fields.length; index++) {
			const value = fields[index];
			if (value === '' || value === nullText || (file.hasCarriageReturns && value.includes('\r'))) {
				quoted ??= 'raw' in read ? quotedFields(read.raw, fields) : [];
				if (!quoted[index]) {
					if (value.includes('\r'))
						throw new Refusal(400, `Unquoted carriage return. Row ${row}, column ${index + 1}.`);
					values ??= [...fields];
					values[index] = null;
					continue;
				}
			}
			const fit = fits[index];
			if (fit !== undefined && !fit(value, settings)) throw misfit(value, columns[index], row, index);
		}
		const nullKey = values && keys.find((key) => values[key] === null);
		if (nullKey !== undefined)
			throw new Refusal(400, `Key column '${columns[nullKey].name}' is null. Row ${row}.`);
		return values ?? fields;
	};
}

const isHeader = (first: CsvRecord | undefined, columns: Column[]): boolean => {
	const fields = first && 'raw' in first ? first.record : first;
	return fields?.length === columns.length && fields.every((field, index) => field === columns[index].name);
};

/** Which fields of a record stand in quotes, told from its raw text and its already parsed values. */
function quotedFields(raw: string, fields: string[]): boolean[] {
	let position = 0;
	const quoted: boolean[] = [];
	for (const value of fields) {
		const isQuoted = raw[position] === '"';
		quoted.push(isQuoted);
		position += value.length + 1;
		if (isQuoted) position += 2 + value.split('"').length - 1;
	}
	return quoted;
}

function wrongFieldCount(found: number, expected: number, row: number): Refusal {
	return found > expected
		? new Refusal(
				400,
				`There are too many columns. Expected ${expected}. Row ${row}, column ${expected + 1}.`,
			)
		: new Refusal(400, `There are too few columns. Expected ${expected}. Row ${row}, column ${expected}.`);
}

function misfit(value: string, column: Column, row: number, index: number): Refusal {
	const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
	return new Refusal(
		400,
		`Cannot convert value '${shown}' to type ${column.type} for column '${column.name}'. Row ${row}, column ${index + 1}.`,
	);
}
