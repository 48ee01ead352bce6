import { useSandbox } from '../support/useSandbox';
import { column, DomoClient } from './domoClient';

const sandbox = useSandbox();
let domo: DomoClient;
const columns = [column('id', 'LONG'), column('name')];
const csv = { 'content-type': 'text/csv' };

beforeAll(async () => {
	domo = new DomoClient(sandbox);
	await domo.logIn();
});

test('creates, reads, changes and deletes DataSets', async () => {
	const made = await domo.send('POST', '/v1/datasets', {
		name: 'One',
		description: 'd',
		schema: { columns },
	});
	expect(made).toMatchObject({
		status: 201,
		json: { name: 'One', rows: 0, columns: 2, schema: { columns }, pdpEnabled: false },
	});
	const path = `/v1/datasets/${made.json.id}`;
	expect(made.json.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-/);
	await domo.ask('PUT', `${path}/data?updateMethod=APPEND`, '1,a\n2,b\n', csv);
	const after = [column('extra', 'DATE'), column('id', 'LONG')];
	const changed = await domo.send('PUT', path, { name: 'Two', pdpEnabled: true, schema: { columns: after } });
	expect(changed).toMatchObject({
		status: 200,
		json: { name: 'Two', description: 'd', pdpEnabled: true, schema: { columns: after } },
	});
	expect(await sandbox.rows(made.json.id)).toEqual([
		{ extra: null, id: '1' },
		{ extra: null, id: '2' },
	]);
	expect(await domo.ask('DELETE', path)).toMatchObject({ status: 204, text: '' });
	expect(await domo.ask('GET', path)).toMatchObject({ status: 200, json: { deleted: true } });
	expect((await domo.ask('GET', `${path}/data`, undefined, { accept: 'text/csv' })).status).toBe(404);
	expect((await domo.ask('DELETE', path)).status).toBe(404);
});

test('lists at most 50 DataSets at a time, sorted and filtered', async () => {
	for (let index = 0; index < 53; index++)
		await sandbox.createDataSet({ name: `Listed ${100 + index}`, columns });
	const list = async (query: string) => await domo.ask('GET', `/v1/datasets?nameLike=LISTED&${query}`);
	expect((await list('')).json).toHaveLength(50);
	expect((await list('offset=50')).json).toHaveLength(3);
	expect((await list('limit=2&sort=nameDescending')).json.map(({ name }: { name: string }) => name)).toEqual([
		'Listed 152',
		'Listed 151',
	]);
	for (const query of ['limit=51', 'limit=0', 'limit=x', 'offset=-1', 'sort=colour']) {
		expect([query, (await list(query)).status]).toEqual([query, 400]);
	}
});

test.each([
	['updateMethod=APPEND', 3],
	['updateMethod=REPLACE', 1],
	['updateMethod=append', 1],
	['updateMethod=UPSERT', 1],
	['', 1],
])('imports with %s, replacing silently unless it says APPEND exactly', async (query, rows) => {
	const id = await sandbox.createDataSet({ name: 'Import', columns, rows: [{ id: 1 }, { id: 2 }] });
	expect(await domo.ask('PUT', `/v1/datasets/${id}/data?${query}`, '3,c\n', csv)).toMatchObject({
		status: 204,
		text: '',
	});
	expect(await sandbox.rows(id)).toHaveLength(rows);
});

test('refuses an import that is gzip, mislabelled or faulty, and leaves the rows', async () => {
	const id = await sandbox.createDataSet({ name: 'Import', columns, rows: [{ id: 1, name: 'a' }] });
	const put = async (body: string, headers: Record<string, string>) =>
		(await domo.ask('PUT', `/v1/datasets/${id}/data?updateMethod=REPLACE`, body, headers)).status;
	expect(await put('1,a\n', { ...csv, 'content-encoding': 'gzip' })).toBe(415);
	expect(await put('1,a\n', { 'content-type': 'application/gzip' })).toBe(415);
	expect(await put('id,name\n1,a\n', csv)).toBe(400);
	expect(await put('1,a\n2,b,c\n', csv)).toBe(400);
	expect(await put('', csv)).toBe(400);
	expect(await sandbox.rows(id)).toEqual([{ id: '1', name: 'a' }]);
});

test('exports CSV with NULL and empty string kept apart, with a header only if asked', async () => {
	const rows = [
		{ id: 1, name: 'a "b", c\n' },
		{ id: null, name: '' },
		{ id: 3, name: null },
		{ id: 4, name: '\\N' },
	];
	const id = await sandbox.createDataSet({ name: 'Export', columns, rows });
	const body = '1,"a ""b"", c\n"\n,""\n3,\n4,"\\N"\n';
	const plain = await domo.ask('GET', `/v1/datasets/${id}/data`, undefined, { accept: 'text/csv' });
	expect(plain).toMatchObject({ status: 200, text: body });
	expect(plain.headers.get('content-type')).toBe('text/csv');
	const named = await domo.ask('GET', `/v1/datasets/${id}/data?includeHeader=true&fileName=x.csv`);
	expect(named.text).toBe(`id,name\n${body}`);
	expect(named.headers.get('content-disposition')).toContain('x.csv');
	const asJson = await domo.ask('GET', `/v1/datasets/${id}/data`, undefined, { accept: 'application/json' });
	expect(asJson.status).toBe(406);
});

test('runs SQL over a DataSet called table, with types', async () => {
	const id = await sandbox.createDataSet({
		name: 'Query',
		columns: [
			column('n', 'LONG'),
			column('a b'),
			column('d', 'DATE'),
			column('t', 'DATETIME'),
			column('x', 'DECIMAL'),
		],
		rows: [
			{ n: '9007199254740993', 'a b': "it's", d: '2024-02-29', t: '2024-02-29T01:02:03', x: '1.5' },
			{ n: 2, 'a b': null, d: null, t: null, x: null },
		],
	});
	const query = async (sql: string) => await domo.send('POST', `/v1/datasets/query/execute/${id}`, { sql });
	const all = await query('SELECT n, `a b`, d, t, x FROM table ORDER BY n DESC');
	expect(all.status).toBe(200);
	expect(all.text).toContain(
		'[9007199254740993,"it\'s","2024-02-29","2024-02-29T01:02:03",1.5],[2,null,null,null,null]',
	);
	expect(all.json).toMatchObject({
		datasource: id,
		columns: ['n', 'a b', 'd', 't', 'x'],
		numRows: 2,
		numColumns: 5,
		fromcache: false,
	});
	expect(all.json.metadata.map(({ type }: { type: string }) => type)).toEqual([
		'LONG',
		'STRING',
		'DATE',
		'DATETIME',
		'DOUBLE',
	]);
	expect(
		(await query("select count(*) AS c, 'from table' AS s from TABLE WHERE \"a b\" = 'it''s'")).json.rows,
	).toEqual([[1, 'from table']]);
	expect((await query('SELECT n FROM table WHERE n > 100000000000000000')).json).toMatchObject({
		rows: [],
		numRows: 0,
	});
	expect((await query('SELECT nothing FROM table')).status).toBe(400);
	expect((await query('DROP TABLE table')).status).toBe(400);
	expect((await query('SELECT 1; SELECT 2')).status).toBe(400);
});

test('keeps PDP policies and refuses faulty ones', async () => {
	const id = await sandbox.createDataSet({ name: 'PDP', columns });
	const path = `/v1/datasets/${id}/policies`;
	const policy = {
		name: 'West',
		type: 'user',
		filters: [{ column: 'name', operator: 'EQUALS', values: ['West'], not: false }],
		users: [27],
		groups: [],
	};
	const made = await domo.send('POST', path, policy);
	expect(made).toMatchObject({ status: 201, json: { id: 1, ...policy } });
	expect((await domo.ask('GET', path)).json).toEqual([made.json]);
	expect((await domo.send('PUT', `${path}/1`, { ...policy, name: 'East' })).json.name).toBe('East');
	expect((await domo.ask('GET', `${path}/1`)).json.name).toBe('East');
	const [filter] = policy.filters;
	const faulty = [
		{ column: 'none' },
		{ operator: 'IS' },
		{ values: [] },
		{ values: [1] },
		{ values: ['x'.repeat(255)] },
	];
	for (const fault of faulty) {
		const answer = await domo.send('POST', path, { ...policy, filters: [{ ...filter, ...fault }] });
		expect([fault, answer.status]).toEqual([fault, 400]);
	}
	expect((await domo.ask('DELETE', `${path}/1`)).status).toBe(204);
	expect((await domo.ask('GET', `${path}/1`)).status).toBe(404);
});

test('wants JSON where JSON belongs', async () => {
	const text = JSON.stringify({ name: 'n', schema: { columns } });
	expect((await domo.ask('POST', '/v1/datasets', text, { 'content-type': 'text/plain' })).status).toBe(415);
	expect((await domo.ask('POST', '/v1/datasets', '{', { 'content-type': 'application/json' })).status).toBe(
		400,
	);
	expect((await domo.ask('POST', '/v1/datasets')).status).toBe(400);
	expect((await domo.ask('GET', '/v1/nowhere')).json).toMatchObject({ status: 404, toe: expect.any(String) });
});
