import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import {
	credentialsFor,
	itemsOf,
	runNode,
	runNodeWell,
	type MemoryCredentials,
	type NodeRunOptions,
} from '../support/engine';
import { byId } from '../support/locators';
import { useSandbox } from '../support/useSandbox';

const sandbox = useSandbox();
let credentials: MemoryCredentials;
let dataSetId: string;

beforeAll(async () => {
	credentials = credentialsFor(sandbox);
	dataSetId = await sandbox.createDataSet({
		name: 'Sales',
		columns: [
			{ name: 'region', type: 'STRING' },
			{ name: 'amount', type: 'DOUBLE' },
			{ name: 'big', type: 'LONG' },
			{ name: 'day', type: 'DATE' },
		],
		rows: [
			{ region: 'West', amount: 1.5, big: '9007199254740993', day: '2026-01-31' },
			{ region: 'East', amount: 2, big: 7, day: '2026-02-01' },
			{ region: 'West', amount: 3, big: null, day: null },
		],
	});
});

afterEach(() => sandbox.faults.clear());

const parametersFor = (sql: string): IDataObject => ({
	resource: 'dataSet',
	operation: 'query',
	dataSetId: byId(dataSetId),
	sql,
});
const query = async (sql: string, items?: INodeExecutionData[], options?: NodeRunOptions) =>
	await runNode('domoDataSet', parametersFor(sql), credentials, items, options);
const queryWell = async (sql: string, items?: INodeExecutionData[]) =>
	await runNodeWell('domoDataSet', parametersFor(sql), credentials, items);

it('gives each row of the result as an item, by column names', async () => {
	const { json, hints } = await queryWell(
		'SELECT region, SUM(amount) AS total, COUNT(*) AS sales FROM table GROUP BY region ORDER BY region',
	);
	expect(json).toEqual([
		{ region: 'East', total: 2, sales: 1 },
		{ region: 'West', total: 4.5, sales: 2 },
	]);
	expect(hints).toEqual([]);
});

it('keeps numbers, NULLs and every digit of a 64-bit integer', async () => {
	const { json } = await queryWell('SELECT amount, big, day FROM table ORDER BY amount');
	expect(json).toEqual([
		{ amount: 1.5, big: '9007199254740993', day: '2026-01-31' },
		{ amount: 2, big: 7, day: '2026-02-01' },
		{ amount: 3, big: null, day: null },
	]);
});

it('runs for each item, and pairs the rows with it', async () => {
	const { outputs } = await queryWell(
		"=SELECT amount FROM table WHERE region = '{{ $json.region }}' ORDER BY amount",
		itemsOf([{ region: 'East' }, { region: 'West' }]),
	);
	expect(outputs[0].map(({ json, pairedItem }) => [json.amount, pairedItem])).toEqual([
		[2, { item: 0 }],
		[1.5, { item: 1 }],
		[3, { item: 1 }],
	]);
});

it('gives no items where the result has no rows', async () => {
	expect((await queryWell("SELECT * FROM table WHERE region = 'North'")).json).toEqual([]);
});

it('shows what Domo says about the statement, and the reference for its support', async () => {
	const { error } = await query('SELECT nothing FROM table');
	expect(error?.message).toMatch(
		/^Domo did not run the query on the DataSet .*nothing.*\(HTTP 400, Domo's reference 'toe' \w+-\w+-\w+\)$/,
	);
});

it.each([
	['an empty statement', ' ', "'SQL' is empty"],
	[
		'two columns of one name',
		'SELECT region, amount AS region FROM table',
		"The result has two columns named 'region'",
	],
])('refuses %s', async (_, sql, message) => {
	const { error } = await query(sql);
	expect(error?.message).toBe(message);
});

it('goes on with the other items under Continue', async () => {
	const { outputs } = await query(
		'=SELECT {{ $json.what }} AS x FROM table LIMIT 1',
		itemsOf([{ what: 'nothing' }, { what: '5' }]),
		{
			onError: 'continueErrorOutput',
		},
	);
	expect(outputs[0].map(({ json, pairedItem }) => [json, pairedItem])).toEqual([[{ x: 5 }, { item: 1 }]]);
	expect(outputs[1].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
});

it('is sent again where the answer was cut, as a query changes nothing', async () => {
	sandbox.faults.add({ operation: 'query', cutDownloadAtBytes: 60 });
	expect((await queryWell('SELECT amount FROM table ORDER BY amount')).json).toEqual([
		{ amount: 1.5 },
		{ amount: 2 },
		{ amount: 3 },
	]);
});

it.each([
	['a row that is none', { columns: ['a'], rows: [null] }],
	['a row that is an object', { columns: ['a'], rows: [{ a: 1 }] }],
	['a row with a value too few', { columns: ['a', 'b'], rows: [[1]] }],
	['a column without a name', { columns: [null], rows: [[1]] }],
])('takes no answer with %s for a result', async (_, body) => {
	sandbox.faults.add({ operation: 'query', status: 200, body });
	expect((await queryWell('SELECT 5 AS x')).json).toEqual([{ x: 5 }]);
	expect(sandbox.faults.hits).toBe(1);
});

it('says that there may be more rows where Domo gave the most it gives', async () => {
	const { outputs, hints } = await queryWell('SELECT 1 AS x FROM range(1000001)');
	expect(outputs[0]).toHaveLength(1_000_000);
	expect(hints).toEqual([
		expect.stringContaining('The query gave 1,000,000 rows, which is the most Domo gives'),
	]);
});

it('takes values for $1 and $2, whatever quotes they hold', async () => {
	const run = async (sql: string, queryParameters: unknown, items?: INodeExecutionData[]) =>
		await runNode(
			'domoDataSet',
			{ ...parametersFor(sql), queryParameters } as IDataObject,
			credentials,
			items,
		);
	const found = await run(
		'SELECT region FROM table WHERE region = $1 AND amount > $2',
		['={{ $json.region }}', '={{ 2 }}'],
		itemsOf([{ region: 'West' }, { region: "West' OR '1'='1" }]),
	);
	expect(found.json).toEqual([{ region: 'West' }]);
	const listed = await run('SELECT COUNT(*) AS n FROM table WHERE amount IN ($1, $2)', '={{ [1.5, 2] }}');
	expect(listed.json).toEqual([{ n: 2 }]);
	expect((await run('SELECT $2', ['a'])).error?.message).toMatch(
		/asks for \$2, but 'Query Parameters' has 1 value/,
	);
});
