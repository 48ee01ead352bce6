/** 'Nested Fields: Flatten': what arrives of items with objects in them, by every way into a DataSet. */
import type { IDataObject } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { credentialsFor, itemsOf, runNode, runNodeWell } from '../support/engine';
import { byId, byName } from '../support/locators';
import { StreamNode } from '../support/streamNode';
import { refuse, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });

const ORDERS = [
	{ id: 1, customer: { name: 'Ada', address: { city: 'Oslo', zip: '0150' } }, tags: ['a', { b: 1 }] },
	{ id: 2, customer: null, tags: [] },
	{ id: 3, customer: { name: 'Bo', address: {} } },
	{ id: 4, customer: { address: { city: 'Bergen' } }, total: { value: '12.50' } },
];
const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'customer.name', type: 'STRING' },
	{ name: 'customer.address.city', type: 'STRING' },
	{ name: 'customer.address.zip', type: 'STRING' },
	{ name: 'tags', type: 'STRING' },
	{ name: 'total', type: 'DECIMAL' },
];
const rowOf = (...values: Array<string | null>) =>
	Object.fromEntries(COLUMNS.map(({ name }, index) => [name, values[index]]));
const ARRIVED = [
	rowOf('1', 'Ada', 'Oslo', '0150', '["a",{"b":1}]', null),
	rowOf('2', null, null, null, '[]', null),
	rowOf('3', 'Bo', null, null, null, null),
	rowOf('4', null, 'Bergen', null, null, '12.50'),
];
const FLATTEN = { nestedFields: 'flatten' };
const more = (valueOptions: IDataObject = FLATTEN, others: IDataObject = {}) => ({ valueOptions, ...others });
const makeStream = async (columns = COLUMNS) => await sandbox.createStream({ name: 'nested', columns });

it('makes a column of each inner field; without it, an object is one text', async () => {
	const { streamId, dataSetId } = await makeStream();
	await upload(sandbox, { streamId, items: itemsOf(ORDERS), more: more() });
	expect(await sandbox.rows(dataSetId)).toEqual(ARRIVED);

	const asJson = await makeStream([
		{ name: 'id', type: 'LONG' },
		{ name: 'customer', type: 'STRING' },
	]);
	await upload(sandbox, {
		streamId: asJson.streamId,
		items: itemsOf([{ id: 1, customer: { name: 'Ada' } }]),
	});
	expect(await sandbox.rows(asJson.dataSetId)).toEqual([{ id: '1', customer: '{"name":"Ada"}' }]);
});

it('by another separator, and not deeper than Flatten Depth', async () => {
	const { streamId, dataSetId } = await makeStream([
		{ name: 'id', type: 'LONG' },
		{ name: 'customer_name', type: 'STRING' },
		{ name: 'customer_address', type: 'STRING' },
	]);
	await upload(sandbox, {
		streamId,
		items: itemsOf([{ id: 1, customer: { name: 'Ada', address: { city: 'Oslo' } } }]),
		more: more({ ...FLATTEN, flattenSeparator: '_', flattenDepth: 1 }),
	});
	expect(await sandbox.rows(dataSetId)).toEqual([
		{ id: '1', customer_name: 'Ada', customer_address: '{"city":"Oslo"}' },
	]);
});

it.each([
	['NULL', null, '.'],
	['an empty object', {}, '.'],
	['NULL, by a space', null, ' '],
])('finds columns in other letters where an object is %s in all items', async (_, address, separator) => {
	const columns: Column[] = [
		{ name: 'id', type: 'LONG' },
		{ name: `Address${separator}City`, type: 'STRING' },
		{ name: `ADDRESS${separator}zip`, type: 'STRING' },
	];
	const { streamId, dataSetId } = await makeStream(columns);
	const nested = more({ ...FLATTEN, flattenSeparator: separator });
	const items = itemsOf([{ id: 1, address }]);
	await upload(sandbox, { streamId, items, more: nested });
	await upload(sandbox, { streamId, items, more: nested, options: { unknownFields: 'addColumns' } });
	expect(sandbox.dataSet(dataSetId).columns).toEqual(columns);
	const arrived = { id: '1', [columns[1].name]: null, [columns[2].name]: null };
	expect(await sandbox.rows(dataSetId)).toEqual([arrived, arrived]);
});

it('loads a night on which no order has a customer', async () => {
	const { streamId, dataSetId } = await makeStream();
	await upload(sandbox, {
		streamId,
		items: itemsOf([{ id: 5, customer: null, tags: null, total: null }]),
		more: more(),
	});
	expect(await sandbox.rows(dataSetId)).toEqual([rowOf('5', null, null, null, null, null)]);
});

it('finds the columns of a DataSet made by name, and says them in a Dry Run', async () => {
	const parameters = (options: IDataObject) => ({
		resource: 'stream',
		operation: 'uploadInParallel',
		streamId: byName('made flat'),
		updateMethod: 'stream',
		inputSource: 'items',
		valueOptions: { ...FLATTEN, columnTypes: { column: [{ name: 'customer.address.zip', type: 'STRING' }] } },
		options,
	});
	const run = async (options: IDataObject) =>
		await runNodeWell('domoStream', parameters(options), credentialsFor(sandbox), itemsOf(ORDERS));
	const dry = await run({ dryRun: true });
	expect(dry.json[0]).toMatchObject({ wouldUpload: true, rows: 4, newColumns: COLUMNS });
	expect(dry.outputs[2].map(({ json }) => json.column)).toEqual(COLUMNS.map(({ name }) => name));
	const { json } = await run({});
	const dataSetId = String(json[0].dataSetId);
	expect(sandbox.dataSet(dataSetId).columns).toEqual(COLUMNS);
	expect(await sandbox.rows(dataSetId)).toEqual(ARRIVED);
});

it('adds inner fields as columns with Add Columns', async () => {
	const { streamId, dataSetId } = await makeStream(COLUMNS.slice(0, 2));
	await upload(sandbox, {
		streamId,
		items: itemsOf(ORDERS),
		options: { unknownFields: 'addColumns' },
		more: more(),
	});
	expect(await sandbox.rows(dataSetId)).toEqual(ARRIVED);
});

it('creates a DataSet, and a Stream, from items', async () => {
	const { json } = await runNodeWell(
		'domoDataSet',
		{
			resource: 'dataSet',
			operation: 'create',
			name: 'flat',
			schemaSource: 'items',
			additionalFields: FLATTEN,
		},
		credentialsFor(sandbox),
		itemsOf(ORDERS),
	);
	expect(sandbox.dataSet(String(json[0].id)).columns).toEqual(
		COLUMNS.map((column) =>
			column.name === 'customer.address.zip' ? { ...column, type: 'STRING' } : column,
		),
	);
	const made = await new StreamNode(sandbox, 'stream').runWell(
		'create',
		{ name: 'flat', schemaSource: 'items', additionalFields: { ...FLATTEN, flattenSeparator: '/' } },
		itemsOf([{ a: { b: 1 } }]),
	);
	const { dataSet } = made.json[0] as { dataSet: { id: string } };
	expect(sandbox.dataSet(dataSet.id).columns).toEqual([{ name: 'a/b', type: 'LONG' }]);
});

it('refuses items that differ in it when they create one DataSet', async () => {
	const words = await new StreamNode(sandbox, 'stream').refusal(
		'create',
		{ name: 'flat', schemaSource: 'items', additionalFields: { nestedFields: '={{ $json.how }}' } },
		itemsOf([{ how: 'json' }, { how: 'flatten' }]),
	);
	expect(words).toMatch(/'Additional Fields' is not the same for all items/);
});

it('is the same for Import and Upload Part', async () => {
	const dataSetId = await sandbox.createDataSet({ name: 'imported', columns: COLUMNS });
	const run = async (parameters: IDataObject, node: 'domoDataSet' | 'domoStream') =>
		await runNodeWell(node, parameters, credentialsFor(sandbox), itemsOf(ORDERS));
	await run(
		{
			resource: 'dataSet',
			operation: 'import',
			dataSetId: byId(dataSetId),
			inputSource: 'items',
			valueOptions: FLATTEN,
		},
		'domoDataSet',
	);
	expect(await sandbox.rows(dataSetId)).toEqual(ARRIVED);

	const stream = await makeStream();
	const node = new StreamNode(sandbox, 'execution');
	const { streamId } = stream;
	await node.runWell('create', { streamId });
	await node.runWell(
		'uploadPart',
		{ streamId, executionId: 1, partId: 1, inputSource: 'items', valueOptions: FLATTEN },
		itemsOf(ORDERS),
	);
	await node.runWell('commit', { streamId, executionId: 1 });
	expect(await sandbox.rows(stream.dataSetId)).toEqual(ARRIVED);
});

it('leaves what is mapped by hand as it is, also into a column with such a name', async () => {
	const { streamId, dataSetId } = await makeStream([
		{ name: 'customer.name', type: 'STRING' },
		{ name: 'customer', type: 'STRING' },
	]);
	const columnMapping = {
		mappingMode: 'defineBelow',
		value: { 'customer.name': '={{ $json.customer.name }}', customer: '={{ $json.customer }}' },
		matchingColumns: [],
		schema: ['customer.name', 'customer'].map((id) => ({
			id,
			displayName: id,
			display: true,
			type: 'string',
		})),
	};
	await upload(sandbox, {
		streamId,
		items: itemsOf([{ customer: { name: 'Ada' } }]),
		more: more(FLATTEN, { columnMapping } as unknown as IDataObject),
	});
	expect(await sandbox.rows(dataSetId)).toEqual([{ 'customer.name': 'Ada', customer: '{"name":"Ada"}' }]);
});

it('refuses two fields that flatten to one column, before anything is sent', async () => {
	const { streamId } = await makeStream();
	const from = sandbox.log.length;
	const words = await refuse(sandbox, {
		streamId,
		items: itemsOf([{ id: 1, customer: { name: 'Ada' }, 'customer.name': 'Eva' }]),
		more: more(),
	});
	expect(words).toMatch(/'customer\.name': 'name' in 'customer' and 'customer\.name'.*Nothing was sent/);
	expect(sandbox.log.slice(from).some(({ operation }) => operation === 'createExecution')).toBe(false);
});

it('names the flat column and the item of a value that does not fit, and leaves out its row', async () => {
	const { streamId, dataSetId } = await makeStream([
		{ name: 'id', type: 'LONG' },
		{ name: 'size.width', type: 'LONG' },
	]);
	const items = itemsOf([
		{ id: 1, size: { width: 10 } },
		{ id: 2, size: { width: 'wide' } },
	]);
	expect(await refuse(sandbox, { streamId, items, more: more() })).toMatch(/item 1.*'size\.width'/i);
	const { outputs } = await upload(sandbox, {
		streamId,
		items,
		more: more({ ...FLATTEN, badValues: 'leaveOut' }),
	});
	expect(outputs[1][0].json).toMatchObject({
		item: 1,
		column: 'size.width',
		row: { id: 2, 'size.width': 'wide' },
	});
	expect(await sandbox.rows(dataSetId)).toEqual([{ id: '1', 'size.width': '10' }]);
});

it.each([
	['nestedFields', 'flat', /'Nested Fields' can't be/],
	['flattenSeparator', '', /'Flatten Separator' can't be .*It must have 1 to 10 characters/],
	['flattenDepth', -1, /'Flatten Depth' can't be/],
])('refuses %s: %j', async (name, value, message) => {
	const { streamId } = await makeStream();
	expect(
		await refuse(sandbox, { streamId, items: itemsOf(ORDERS), more: more({ ...FLATTEN, [name]: value }) }),
	).toMatch(message);
	const { error } = await runNode(
		'domoDataSet',
		{
			resource: 'dataSet',
			operation: 'create',
			name: 'flat',
			schemaSource: 'items',
			additionalFields: { ...FLATTEN, [name]: value },
		},
		credentialsFor(sandbox),
		itemsOf(ORDERS),
	);
	expect(`${error?.message} ${error?.description}`).toMatch(message);
});
