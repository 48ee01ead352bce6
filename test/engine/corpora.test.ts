/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/**
 * Hard input collected by others, through Upload in Parallel into the sandbox, whose own CSV reader (csv-parse) judges
 * what arrives. A file is compared with what csv-parse, strict, reads of it; what is not RFC 4180 must be refused with
 * its line, and nothing committed. Which case is which stands below, decided by hand.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'csv-parse/sync';

import type { Column } from '../../domo/types';
import { credentialsFor, fileItem, itemsOf, runNodeWell, type MemoryCredentials } from '../support/engine';
import { byId } from '../support/locators';
import { refuse, tryUpload, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const CORPORA = join(__dirname, '../corpora');
const VEGA = join(__dirname, '../../node_modules/vega-datasets/data');

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
let credentials: MemoryCredentials;
beforeAll(() => {
	credentials = credentialsFor(sandbox);
});

type Delimiter = ',' | ';' | '\t' | '|';
type Row = Array<string | null>;

const texts = (names: readonly string[]): Column[] => names.map((name) => ({ name, type: 'STRING' }));

/** The records of a CSV file as csv-parse reads them, strictly; an empty field without quotes is NULL. */
function readIndependently(input: Buffer | string, delimiter: Delimiter = ','): Row[] {
	return parse(input, {
		bom: true,
		delimiter,
		record_delimiter: ['\r\n', '\n'],
		skip_empty_lines: true,
		cast: (value, { quoting }) => (value === '' && !quoting ? (null as never) : value),
	}) as unknown as Row[];
}

/** Rows in Domo as arrays. Compared as text first: comparing 100,000 objects one by one takes minutes. */
async function expectRows(dataSetId: string, names: readonly string[], expected: Row[]): Promise<void> {
	const found = (await sandbox.rows(dataSetId)).map((row) => names.map((name) => row[name]));
	if (JSON.stringify(found) === JSON.stringify(expected)) return;
	expect(found.length).toBe(expected.length);
	found.forEach((row, index) => expect({ index, row }).toEqual({ index, row: expected[index] }));
}

interface Case {
	name: string;
	input: string;
	delimiter?: Delimiter;
	/** The header's names, each once; without it the file has none. */
	header?: string[];
	/** How many fields a row should have, where there is no header. */
	columns?: number;
}

const readCases = (file: string) => JSON.parse(readFileSync(join(CORPORA, file), 'utf8')) as Case[];

function rowsOf({ input, delimiter, header }: Case): Row[] {
	const records = readIndependently(input, delimiter);
	return header ? records.slice(1) : records;
}

/** What is not RFC 4180, by the case's name: the line that must be named, and why. */
type Refusals = Record<string, RegExp>;

const PAPAPARSE: Refusals = {
	'core: Quoted field has no closing quote': /Line 1 .*never closed/,
	'core: Quoted field has invalid trailing quote after delimiter with a valid closer':
		/Line 1 .*text behind the closing quote/,
	'core: Quoted field has invalid trailing quote after delimiter': /Line 1 .*text behind the closing quote/,
	'core: Quoted field has invalid trailing quote before delimiter': /Line 1 .*text behind the closing quote/,
	// The record begins in line 1, the quote closes in line 2: either leads the user there.
	'core: Quoted field has invalid trailing quote after new line': /Line [12] .*text behind the closing quote/,
	'core: Empty input string': /is empty/,
	'core: Input is just empty fields': /Line 2 .*has 4 fields instead of 3/,
	// Domo may read an empty line as no row at all.
	'core: One column input with empty fields': /Line 3 .*no value for the only column/,
	'core: Simple duplicated header names': /'A' appears twice in the header/,
	'core: Duplicated header names existing column': /'c' appears twice in the header/,
	'core: Duplicate header names with __proto__ field': /'__proto__' appears twice in the header/,
	'parse: Mixed slash n and slash r should choose first as precident':
		/Line 2 .*carriage return without a line feed/,
	'parse: Row with too few fields': /Line 2 .*has 2 fields instead of 3/,
	'parse: Row with too many fields': /Line 2 .*has 5 fields instead of 3/,
	"parse: Parsing with skipEmptyLines set to 'greedy'": /Line 8 .*has 5 fields instead of 2/,
};

const CSV_PARSE: Refusals = {
	'quote: when unclosed': /Line 1 .*never closed/,
	'quote: when followed by a character': /Line 1 .*text behind the closing quote/,
};

/** What people have beyond RFC 4180, with the rows it is. */
const TAKEN: Record<string, Row[]> = {
	'core: Unquoted field with quotes at end of field': [['A', 'B"', 'C']],
	'core: Quoted field with whitespace around quotes': [['A', 'B', 'C']],
	'core: Misplaced quotes in data, not as opening quotes': [['A', 'B "B"', 'C']],
	'parse: Two rows, just \\r': [
		['A', 'b', 'c'],
		['d', 'E', 'f'],
	],
	'parse: Quoted fields with spaces between closing quote and next delimiter': [
		['A', 'B', 'C', 'D'],
		['E', 'F', 'G', 'H'],
	],
	'parse: Quoted fields with spaces between closing quote and next new line': [
		['A', 'B', 'C', 'D'],
		['E', 'F', 'G', 'H'],
		['Q', 'W', 'E', 'R'],
	],
	'parse: Quoted fields with spaces after closing quote': [
		['A', 'B', 'C', 'D'],
		['E', 'F', 'G', 'H'],
		['Q', 'W', 'E', 'R'],
	],
	'parse: Misplaced quotes in data twice, not as opening quotes': [
		['A', 'B"', 'C'],
		['D', 'E"', 'F'],
	],
	'parse: Blank line in middle with whitespace': [
		['a', 'b', 'c'],
		['d', 'e', 'f'],
	],
	'parse: Skip empty lines, with first line only whitespace': [['a', 'b', 'c']],
	'parse: Quoted fields with spaces between closing quote and next delimiter and contains delimiter': [
		['A', ',B', 'C', 'D'],
		['E', 'F', 'G', 'H'],
	],
	'parse: Quoted fields with spaces between closing quote and newline and contains newline': [
		['a', 'b', 'c\n'],
		['d', 'e', 'f'],
	],
	'quote: disabled': [
		['a', 'b', 'c'],
		['1', 'r"2"d"2"', '3'],
	],
	'quote: no throw followed by a trimable character': [['']],
	'quote: with indexed columns': [
		['this', 'line', 'is', 'valid'],
		['this', 'line', 'is', 'also,valid'],
		['this', 'line', 'is', 'invalid h"ere"'],
		['and', 'valid', 'line', 'follows...'],
	],
	'quote: with named columns': [
		['11', '12', '13', '14'],
		['21', '22', '23', '2"4"'],
	],
	// A delimiter at every record's end.
	"record_delimiter: ensure that delimiter and record_delimiter doesn't match": [
		['11', '22'],
		['33', '33'],
	],
};

describe.each([
	['papaparse.json', PAPAPARSE],
	['csv-parse.json', CSV_PARSE],
])('The cases of %s', (file, refusals) => {
	const cases = readCases(file);

	async function open({ header, columns, delimiter, input }: Case) {
		const names = header ?? Array.from({ length: columns ?? 1 }, (_, index) => `c${index + 1}`);
		const stream = await sandbox.createStream({ name: file, columns: texts(names) });
		const fileOptions = { fileHasHeader: header !== undefined, delimiter: delimiter ?? ',' };
		return {
			...stream,
			names,
			run: {
				streamId: stream.streamId,
				items: [fileItem(input)],
				more: { inputSource: 'binary', fileOptions },
				credentials,
			},
		};
	}

	it('each have a verdict of their own', () => {
		const names = cases.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		expect(names).toEqual(expect.arrayContaining(Object.keys(refusals)));
	});

	it.each(cases.filter(({ name }) => refusals[name] === undefined).map((one) => [one.name, one] as const))(
		'%s: arrives field for field',
		async (_, one) => {
			const { dataSetId, names, run } = await open(one);
			const expected = TAKEN[one.name] ?? rowsOf(one);
			expect(expected.length).toBeGreaterThan(0);
			const { summary } = await upload(sandbox, run);
			expect(summary).toMatchObject({ rows: expected.length, state: 'SUCCESS' });
			await expectRows(dataSetId, names, expected);
		},
	);

	it.each(cases.filter(({ name }) => refusals[name]).map((one) => [one.name, one] as const))(
		'%s: is refused with its line',
		async (name, one) => {
			const { dataSetId, streamId, run } = await open(one);
			expect(await refuse(sandbox, run)).toMatch(refusals[name]);
			expect(await sandbox.rows(dataSetId)).toEqual([]);
			expect(sandbox.executions(streamId).filter(({ currentState }) => currentState !== 'ABORTED')).toEqual(
				[],
			);
		},
	);
});

describe('csv-spectrum', () => {
	// Its field 121°52'17.9"W holds a quote and is in none, which csv-parse, strict, refuses; its JSON has another number.
	const LENIENT = 'location_coordinates.csv';
	const names = readdirSync(join(CORPORA, 'csv-spectrum')).filter(
		(file) => file.endsWith('.csv') && file !== LENIENT,
	);

	it.each(names)('%s arrives as the JSON beside it says', async (file) => {
		const text = readFileSync(join(CORPORA, 'csv-spectrum', file), 'utf8');
		// Its repository keeps them so, and gives them CRLF when they are checked out.
		const csv = file.endsWith('_crlf.csv') ? text.replaceAll('\n', '\r\n') : text;
		const json = JSON.parse(
			readFileSync(join(CORPORA, 'csv-spectrum', file.replace('.csv', '.json')), 'utf8'),
		) as Array<Record<string, string>> | Record<string, string>;
		const rows = [json].flat();
		const columns = Object.keys(rows[0]);
		const { streamId, dataSetId } = await sandbox.createStream({ name: file, columns: texts(columns) });
		await upload(sandbox, {
			streamId,
			items: [fileItem(csv, file)],
			more: { inputSource: 'binary' },
			credentials,
		});
		// The JSON doesn't tell '' from NULL; that is judged with csv-parse.
		const found = (await sandbox.rows(dataSetId)).map((row) => columns.map((name) => row[name] ?? ''));
		expect(found).toEqual(rows.map((row) => columns.map((name) => row[name])));
		await expectRows(dataSetId, columns, readIndependently(csv).slice(1));
	});

	it(`${LENIENT} arrives with its quotes`, async () => {
		const names = ['Contact Phone Number', 'Location Coordinates', 'Cities', 'Counties'];
		const { streamId, dataSetId } = await sandbox.createStream({ name: LENIENT, columns: texts(names) });
		const csv = readFileSync(join(CORPORA, 'csv-spectrum', LENIENT), 'utf8');
		await upload(sandbox, {
			streamId,
			items: [fileItem(csv, LENIENT)],
			more: { inputSource: 'binary' },
			credentials,
		});
		const expected = csv
			.trimEnd()
			.split('\n')
			.slice(1)
			.map((line) => line.trimEnd().split(','));
		await expectRows(dataSetId, names, expected);
	});
});

describe('The big list of naughty strings', () => {
	const strings = JSON.parse(readFileSync(join(CORPORA, 'blns.json'), 'utf8')) as string[];
	const rows = strings.map((text, index) => ({ id: index, text }));
	const expected = strings.map((text, index): Row => [String(index), text]);
	const columns: Column[] = [
		{ name: 'id', type: 'LONG' },
		{ name: 'text', type: 'STRING' },
	];

	it.each(['', '\\N'])(
		'arrives as items and comes back by an export (NULL is written as "%s")',
		async (nullText) => {
			const { streamId, dataSetId } = await sandbox.createStream({ name: 'naughty', columns });
			await upload(sandbox, {
				streamId,
				items: itemsOf(rows),
				options: { nullText, rowsPerPart: 100 },
				credentials,
			});
			await expectRows(dataSetId, ['id', 'text'], expected);
			const parameters = {
				resource: 'dataSet',
				operation: 'export',
				output: 'items',
				returnAll: true,
				dataSetId: byId(dataSetId),
			};
			expect((await runNodeWell('domoDataSet', parameters, credentials)).json).toEqual(rows);
		},
	);

	it('arrives as a CSV file, through Import', async () => {
		const dataSetId = await sandbox.createDataSet({ name: 'naughty', columns });
		const csv = ['id,text', ...rows.map(({ id, text }) => `${id},"${text.replaceAll('"', '""')}"`)].join(
			'\r\n',
		);
		const parameters = {
			resource: 'dataSet',
			operation: 'import',
			inputSource: 'binary',
			dataSetId: byId(dataSetId),
		};
		await runNodeWell('domoDataSet', parameters, credentials, [fileItem(csv)]);
		await expectRows(dataSetId, ['id', 'text'], expected);
	});

	it('is fit for column names, where a name is more than blanks and no other but for its case', async () => {
		const seen = new Set<string>();
		const names = strings.filter((name) => {
			const key = name.trim().toLowerCase();
			return key !== '' && !seen.has(key) && seen.add(key) && name === name.trim();
		});
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'naughty names',
			columns: texts(names),
		});
		// __proto__ is a name like any other.
		const item = Object.fromEntries(names.map((name, index) => [name, `value ${index}`]));
		const { error } = await tryUpload(sandbox, { streamId, items: itemsOf([item]), credentials });
		expect(error).toBeUndefined();
		await expectRows(dataSetId, names, [names.map((_, index) => `value ${index}`)]);
	});
});

describe('vega-datasets', () => {
	const files = readdirSync(VEGA);
	const delimited = files.filter((file) => /\.(csv|tsv)$/.test(file));

	it.each(delimited)('%s arrives field for field', async (file) => {
		const delimiter = file.endsWith('.tsv') ? '\t' : ',';
		const content = readFileSync(join(VEGA, file));
		const [names, ...expected] = readIndependently(content, delimiter) as [string[], ...Row[]];
		const { streamId, dataSetId } = await sandbox.createStream({ name: file, columns: texts(names) });
		const options = { partSizeMb: 0.5 };
		const { summary } = await upload(sandbox, {
			streamId,
			items: [fileItem(content, file)],
			options,
			more: { inputSource: 'binary', fileOptions: { delimiter } },
			credentials,
		});
		expect(summary).toMatchObject({ rows: expected.length, state: 'SUCCESS' });
		await expectRows(dataSetId, names, expected);
	});

	type Value = string | number | boolean | null;
	const isTable = (json: unknown): json is Array<Record<string, Value>> =>
		Array.isArray(json) &&
		json.every(
			(row) =>
				typeof row === 'object' &&
				row !== null &&
				!Array.isArray(row) &&
				Object.values(row).every((value) => typeof value !== 'object' || value === null),
		);
	const tables = files
		// The largest is uploaded by the demo, and its rows compared one by one.
		.filter((file) => file.endsWith('.json') && file !== 'flights-200k.json')
		.map((file) => ({ file, json: JSON.parse(readFileSync(join(VEGA, file), 'utf8')) as unknown }))
		.filter((table): table is { file: string; json: Array<Record<string, Value>> } => isTable(table.json));

	it('has at least 25 flat tables as JSON', () => {
		expect(tables.length).toBeGreaterThanOrEqual(25);
	});

	it.each(tables.map(({ file, json }) => [file, json] as const))(
		'%s arrives with the types that its values have',
		async (file, json) => {
			const create = {
				resource: 'stream',
				operation: 'create',
				name: file,
				schemaSource: 'items',
				updateMethod: 'APPEND',
			};
			const made = (await runNodeWell('domoStream', create, credentials, itemsOf(json))).json[0];
			const dataSetId = (made.dataSet as { id: string }).id;
			const names = [...new Set(json.flatMap((row) => Object.keys(row)))];
			const { columns } = sandbox.dataSet(dataSetId);
			expect(columns.map(({ name }) => name)).toEqual(names);
			await upload(sandbox, {
				streamId: made.id as number,
				items: itemsOf(json),
				options: { rowsPerPart: 3_000 },
				credentials,
			});
			const found = await sandbox.rows(dataSetId);
			expect(found.length).toBe(json.length);
			const differences = json.flatMap((row, index) =>
				columns
					.filter(({ name, type }) => !isSame(row[name] ?? null, found[index][name], type))
					.map(({ name }) => ({ index, name, sent: row[name], found: found[index][name] })),
			);
			expect(differences.slice(0, 5)).toEqual([]);
		},
	);

	/** Whether a value's text in Domo means what the JSON value does. */
	function isSame(sent: Value, text: string | null, type: Column['type']): boolean {
		// An empty text is no number and no day.
		if (text === null) return sent === null || (sent === '' && type !== 'STRING');
		if (sent === null) return false;
		if (typeof sent === 'number') return Number(text) === sent;
		if (type === 'LONG' || type === 'DECIMAL')
			return Number(text) === Number(String(sent).replaceAll(',', ''));
		if (type === 'DATE') return text === new Date(`${sent} UTC`).toISOString().slice(0, 10);
		if (type === 'DATETIME')
			return (
				Date.parse(`${text}Z`) ===
				Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(String(sent)) ? String(sent) : `${sent}Z`)
			);
		return String(sent) === text;
	}
});
