/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Column } from '../../domo/types';
import { compareRows, isIdentical } from '../../examples/demo/compareRows';
import { readInput, runUpload } from '../../examples/demo/runUpload';
import { columnsOfJson, FLIGHT_COLUMNS, vegaFile, writeFlightsCsv } from '../../examples/demo/sources';
import { useSandbox } from '../support/useSandbox';

type Row = Record<string, unknown>;

const sandbox = useSandbox({ checkPartsAt: 'commit' });
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'domo-demo-test-'));
});
afterAll(async () => {
	await rm(folder, { recursive: true, force: true });
});

async function uploadFile(columns: Column[], inputSource: 'items' | 'binary', path: string) {
	const { streamId, dataSetId } = await sandbox.createStream({ name: path, columns });
	const job = { domo: sandbox, streamId, inputSource, path };
	return { dataSetId, summary: await runUpload(job, await readInput(job)) };
}

it.each([
	['flights-2k.json', 2_000],
	['movies.json', 3_201],
])('the example workflow loads %s as items, row for row', async (name, rows) => {
	const path = vegaFile(name);
	const { columns } = await columnsOfJson(path);
	const { dataSetId, summary } = await uploadFile(columns, 'items', path);
	expect(summary).toMatchObject({ state: 'SUCCESS', rows, dataSetRows: rows });
	expect(await compareRows(sandbox, dataSetId, columns, path)).toEqual({
		expected: rows,
		found: rows,
		missing: 0,
		surplus: 0,
		outOfPlace: 0,
	});
});

it('the example workflow streams a CSV file from the binary store, row for row', async () => {
	const path = join(folder, 'flights.csv');
	expect(await writeFlightsCsv(sandbox, path, 20_000)).toBe(20_000);
	const original = join(folder, 'flights.parquet');
	await sandbox.sql(
		`COPY (FROM read_parquet('${vegaFile('flights-3m.parquet')}') LIMIT 20000) TO '${original}'`,
	);
	const { dataSetId, summary } = await uploadFile(FLIGHT_COLUMNS, 'binary', path);
	expect(summary).toMatchObject({ state: 'SUCCESS', rows: 20_000 });
	expect(await compareRows(sandbox, dataSetId, FLIGHT_COLUMNS, original)).toEqual({
		expected: 20_000,
		found: 20_000,
		missing: 0,
		surplus: 0,
		outOfPlace: 0,
	});
});

describe('the comparison notices', () => {
	const path = vegaFile('movies.json');
	let columns: Column[];
	let dataSetId: string;
	let movies: Row[];
	beforeAll(async () => {
		({ columns } = await columnsOfJson(path));
		({ dataSetId } = await uploadFile(columns, 'items', path));
		movies = JSON.parse(await readFile(path, 'utf8')) as Row[];
	});

	const compareWith = async (change: (rows: Row[]) => void) => {
		const rows = structuredClone(movies);
		change(rows);
		const changed = join(folder, 'changed.json');
		await writeFile(changed, JSON.stringify(rows));
		return await compareRows(sandbox, dataSetId, columns, changed);
	};

	it.each<[string, (row: Row) => void]>([
		['a changed text', (row) => (row.Title = `${String(row.Title)} `)],
		['a null in place of a text', (row) => (row.Title = null)],
		['an empty text in place of a null', (row) => (row.Source = '')],
		['a changed number', (row) => (row['US Gross'] = (row['US Gross'] as number) + 1)],
		['a zero in place of a null', (row) => (row['US DVD Sales'] = 0)],
		['a fraction changed in its last digit', (row) => (row['IMDB Rating'] = 6.100000000000001)],
	])('%s', async (_, change) => {
		const comparison = await compareWith((rows) => change(rows[0]));
		expect(comparison).toMatchObject({ missing: 1, surplus: 1, outOfPlace: 1 });
		expect(isIdentical(comparison)).toBe(false);
	});

	it('two rows that changed places', async () => {
		const comparison = await compareWith((rows) => ([rows[0], rows[1]] = [rows[1], rows[0]]));
		expect(comparison).toMatchObject({ missing: 0, surplus: 0, outOfPlace: 2 });
		expect(isIdentical(comparison)).toBe(false);
	});

	it('a last row that did not arrive', async () => {
		const comparison = await compareWith((rows) => void rows.push(movies[0]));
		expect(comparison).toMatchObject({
			expected: 3_202,
			found: 3_201,
			missing: 1,
			surplus: 0,
			outOfPlace: 1,
		});
		expect(isIdentical(comparison)).toBe(false);
	});

	it('a row that arrived twice', async () => {
		const comparison = await compareWith((rows) => void rows.pop());
		expect(comparison).toMatchObject({
			expected: 3_200,
			found: 3_201,
			missing: 0,
			surplus: 1,
			outOfPlace: 1,
		});
		expect(isIdentical(comparison)).toBe(false);
	});
});
