/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createReadStream } from 'node:fs';

import { parse, CsvError } from 'csv-parse';

import type { Column } from '../domo/types';
import { FITS } from './columnValues';
import type { CsvFile } from './csvFile';
import { Refusal } from './refusal';

const NULL_TEXT = '\\N';

/**
 * The rows of a CSV file as csv-parse reads them, each checked against the schema.
 *
 * csv-parse tells quoted from bare fields only in its `cast` callback, which costs 5 µs a field; so
 * where a value may be NULL or not, the quoting is looked up in the record's raw text instead.
 *
 * @returns arrays in column order; `null` where the field was empty or `\N` without quotes
 * @throws Refusal in Domo's words, rows counted from 1 within the file
 */
export async function* csvRows(file: CsvFile, columns: Column[]): AsyncGenerator<Array<string | null>> {
	const raw = file.hasQuotes;
	const parser = createReadStream(file.path, { highWaterMark: 256 * 1024 }).pipe(
		parse({ bom: false, record_delimiter: ['\r\n', '\n'], relax_column_count: true, raw }),
	);
	const fits = columns.map((column) => (column.type === 'STRING' ? undefined : FITS[column.type]));
	let row = 0;
	try {
		for await (const parsed of parser) {
			row++;
			const record: Array<string | null> = raw ? parsed.record : parsed;
			if (record.length !== columns.length) throw wrongFieldCount(record.length, columns.length, row);
			let quoted: boolean[] | undefined;
			for (let index = 0; index < record.length; index++) {
				const value = record[index] as string;
				if (value === '' || value === NULL_TEXT || (file.hasCarriageReturns && value.includes('\r'))) {
					quoted ??= raw ? quotedFields(parsed.raw, record) : [];
					if (!quoted[index]) {
						if (value.includes('\r')) throw new Refusal(400, `Unquoted carriage return. Row ${row}, column ${index + 1}.`);
						record[index] = null;
						continue;
					}
				}
				const fit = fits[index];
				if (fit !== undefined && !fit(value)) throw misfit(value, columns[index], row, index);
			}
			yield record;
		}
	} catch (error) {
		throw asRefusal(error, row);
	}
}

/** Which fields of a record stand in quotes, told from its raw text and its already parsed values. */
function quotedFields(raw: string, record: Array<string | null>): boolean[] {
	let position = 0;
	const quoted: boolean[] = [];
	// Values read as NULL so far were bare, and the walk is made before any is set: all are strings here.
	for (const value of record as string[]) {
		const isQuoted = raw[position] === '"';
		quoted.push(isQuoted);
		position += value.length + 1;
		if (isQuoted) position += 2 + value.split('"').length - 1;
	}
	return quoted;
}

function wrongFieldCount(found: number, expected: number, row: number): Refusal {
	return found > expected
		? new Refusal(400, `There are too many columns. Expected ${expected}. Row ${row}, column ${expected + 1}.`)
		: new Refusal(400, `There are too few columns. Expected ${expected}. Row ${row}, column ${expected}.`);
}

function misfit(value: string, column: Column, row: number, index: number): Refusal {
	const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
	return new Refusal(
		400,
		`Cannot convert value '${shown}' to type ${column.type} for column '${column.name}'. Row ${row}, column ${index + 1}.`,
	);
}

function asRefusal(error: unknown, rowsBefore: number): unknown {
	if (!(error instanceof CsvError)) return error;
	return new Refusal(400, `Invalid CSV: ${error.message}. Row ${rowsBefore + 1}.`);
}
