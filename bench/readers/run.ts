/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * Writes docs/other-readers.md: the same messy files through this package and through what people load CSV with today.
 * `npm run bench:readers`; PYDOMO_PATH names a checkout of Domo's Python SDK, PYTHON a Python with pandas.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startSandbox } from '../../sandbox';
import { credentialsFor, fileItem, runNode } from '../../test/support/engine';
import { MESSY_FILES, type MessyFile } from './files';
import { csvParseCast, duckDb, pandas, papaparseTyped, type Reading } from './peers';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'other-readers.md');

async function main(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'messy-readers-'));
	try {
		const paths = MESSY_FILES.map((_, index) => join(folder, `file-${index}.csv`));
		await Promise.all(paths.map(async (path, index) => await writeFile(path, MESSY_FILES[index].bytes)));
		const ours = await readByUs();
		const fromPython = await pandas(paths);
		const rows: string[][] = [];
		for (const [index, file] of MESSY_FILES.entries()) {
			const readings = [
				ours[index],
				await duckDb(paths[index]),
				await csvParseCast(file.bytes),
				await papaparseTyped(file.bytes),
				fromPython[index].pandas,
				fromPython[index].pydomo,
			];
			rows.push([file.about, file.means, ...readings.map((reading) => cell(file, reading))]);
		}
		await writeFile(PAGE, page(rows));
		console.log(page(rows));
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** A new DataSet from each file, by name, as someone would load it for the first time. */
async function readByUs(): Promise<Reading[]> {
	const sandbox = await startSandbox({ indexingMs: 1 });
	try {
		const readings: Reading[] = [];
		for (const [index, { bytes }] of MESSY_FILES.entries()) {
			const { json, error } = await runNode(
				'domoStream',
				{
					resource: 'stream',
					operation: 'uploadInParallel',
					streamId: { __rl: true, mode: 'name', value: `file ${index}` },
					updateMethod: 'APPEND',
					inputSource: 'binary',
				},
				credentialsFor(sandbox),
				[fileItem(bytes, 'file.csv')],
			);
			readings.push(
				error ? { refused: error.message } : { rows: await sandbox.rows(json[0].dataSetId as string) },
			);
		}
		return readings;
	} finally {
		await sandbox.close();
	}
}

function cell({ row, column, right }: MessyFile, reading: Reading): string {
	if ('refused' in reading) return 'refused';
	const record = reading.rows[row];
	if (!record || !Object.hasOwn(record, column)) return '✗ column or row missing';
	const value = record[column];
	const shown = value === null ? 'NULL' : `\`${value === '' ? '""' : value}\``;
	return value !== null && right.includes(sameMoment(value)) ? shown : `✗ ${shown}`;
}

/** Midnight is the day, a space is a T, and +00 is what a DATETIME of Domo's is anyway: none of it changes a value. */
function sameMoment(value: string): string {
	return value
		.replace(/[T ]00:00:00$/, '')
		.replace(/^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(\+00)?$/, '$1T$2');
}

function page(rows: string[][]): string {
	const table = [
		['file', 'the value means', 'this package', 'DuckDB', 'csv-parse', 'papaparse', 'pandas', 'pydomo'],
		Array.from({ length: 8 }, () => '---'),
		...rows,
	].map((cells) => `| ${cells.join(' | ')} |`);
	return [
		'# Other readers',
		'',
		'How this package and other tools read the same messy CSV files. Each tool uses its defaults: DuckDB (`read_csv`),',
		'csv-parse (`cast`, `cast_date`), papaparse (`dynamicTyping`), pandas (`read_csv`) and pydomo (what it sends for that',
		'data frame). This package loads each file into a new DataSet.',
		'',
		'Each cell shows how the tool read one value. ✗ means that the value was changed silently, or is missing. *refused* means',
		'that the tool stopped and said why. A text that arrives unchanged counts as correct.',
		'',
		'Made by `npm run bench:readers`.',
		'',
		...table,
		'',
	].join('\n');
}

void main();
