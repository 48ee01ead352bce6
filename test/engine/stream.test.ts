import type { IDataObject } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { itemsOf } from '../support/engine';
import { byDataSet, byId, fromList } from '../support/locators';
import { requestsSince, StreamNode } from '../support/streamNode';
import { useSandbox, withSandbox } from '../support/useSandbox';

const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'name', type: 'STRING' },
];
const NO_SUCH_DATASET = '00000000-0000-4000-8000-000000000000';

const sandbox = useSandbox({ indexingMs: 1 });
let node: StreamNode;
beforeAll(() => {
	node = new StreamNode(sandbox, 'stream');
});
beforeEach(() => sandbox.faults.clear());

const makeStream = async (name = 'a Stream') => await sandbox.createStream({ name, columns: COLUMNS });
const updateMethodOf = async (streamId: number) =>
	(await node.runWell('get', { streamId })).json[0].updateMethod;
const namedDataSets = async (name: string) =>
	(await node.runWell('getAll', { returnAll: true })).json.filter(
		({ dataSet }) => (dataSet as IDataObject).name === name,
	);

describe('Create', () => {
	const defined = { schemaSource: 'define', columns: { column: COLUMNS } } as unknown as IDataObject;

	it('makes a Stream with a new DataSet of the defined columns, as APPEND', async () => {
		const { json } = await node.runWell('create', {
			name: 'defined',
			...defined,
			additionalFields: { description: 'why' },
		});
		expect(json).toHaveLength(1);
		expect(json[0]).toMatchObject({ updateMethod: 'APPEND' });
		const dataSet = sandbox.dataSet((json[0].dataSet as IDataObject).id as string);
		expect(dataSet).toMatchObject({ name: 'defined', description: 'why', columns: COLUMNS });
	});

	it('takes columns as JSON, and REPLACE', async () => {
		const { json } = await node.runWell('create', {
			name: 'json',
			schemaSource: 'json',
			columnsJson: JSON.stringify(COLUMNS),
			updateMethod: 'REPLACE',
		});
		expect(json[0].updateMethod).toBe('REPLACE');
		expect(sandbox.dataSet((json[0].dataSet as IDataObject).id as string).columns).toEqual(COLUMNS);
	});

	it('makes one Stream of all items where the columns are taken from them', async () => {
		const items = itemsOf([
			{ id: 1, name: 'a' },
			{ id: 2, name: null },
			{ id: 2.5, name: 'c' },
		]);
		const { json, outputs } = await node.runWell(
			'create',
			{ name: 'inferred', schemaSource: 'items' },
			items,
		);
		expect(json).toHaveLength(1);
		expect(outputs[0][0].pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(sandbox.dataSet((json[0].dataSet as IDataObject).id as string).columns).toEqual([
			{ name: 'id', type: 'DOUBLE' },
			{ name: 'name', type: 'STRING' },
		]);
		expect(await namedDataSets('inferred')).toHaveLength(1);
	});

	it('refuses names that differ between items whose columns are taken together', async () => {
		const items = itemsOf([
			{ id: 1, name: 'one' },
			{ id: 2, name: 'two' },
		]);
		const words = await node.refusal('create', { name: '={{ $json.name }}', schemaSource: 'items' }, items);
		expect(words).toMatch(/'Name' is not the same for all items: "one" in item 0, "two" in item 1/);
		expect(await namedDataSets('one')).toEqual([]);
	});

	it('makes one Stream per item where the columns are given', async () => {
		const items = itemsOf([{ name: 'first' }, { name: 'second' }]);
		const { json, outputs } = await node.runWell('create', { name: '={{ $json.name }}', ...defined }, items);
		expect(json.map(({ dataSet }) => (dataSet as IDataObject).name)).toEqual(['first', 'second']);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	});

	it('makes a keyed Stream for upserts', async () => {
		const { json } = await node.runWell('create', { name: 'keyed', ...defined, keyColumnNames: ['id'] });
		expect(json[0]).toMatchObject({ updateMethod: 'APPEND', keyColumnNames: ['id'] });
	});

	it('refuses a key that is not among the columns', async () => {
		const words = await node.refusal('create', { name: 'bad key', ...defined, keyColumnNames: ['id', 'ID'] });
		expect(words).toMatch(/'Key Columns for Upsert' names 'ID'.*not among the columns.*'id', 'name'/);
		expect(await namedDataSets('bad key')).toEqual([]);
	});

	it.each([
		['no name', { name: ' ' }, /'Name' is empty/],
		['no columns', { columns: {} }, /no columns/i],
		[
			'names equal but for case',
			{ columns: { column: [COLUMNS[0], { name: 'ID', type: 'LONG' }] } },
			/'id' and 'ID' differ only in case/,
		],
		[
			'a lower-case update method',
			{ updateMethod: '={{ "append" }}' },
			/'Update Method' can't be "append", which Domo would take as REPLACE/,
		],
	])('refuses %s before Domo is asked', async (_, wrong, words) => {
		const from = sandbox.log.length;
		expect(await node.refusal('create', { name: 'x', ...defined, ...(wrong as IDataObject) })).toMatch(words);
		expect(requestsSince(sandbox, from, 'createStream')).toBe(0);
	});

	it('says that the outcome is not known when the answer is lost, and does not send it twice', async () => {
		sandbox.faults.add({ operation: 'createStream', resetAfterEffect: true });
		const words = await node.refusal('create', { name: 'lost', ...defined });
		expect(words).toMatch(
			/not known whether a Stream with the DataSet 'lost' was created.*Look for that DataSet/,
		);
		expect(await namedDataSets('lost')).toHaveLength(1);
	});
});

describe('Get', () => {
	it('gives the Stream, chosen by list, by ID and by DataSet', async () => {
		const { streamId, dataSetId } = await makeStream('chosen');
		const list = fromList(streamId, 'chosen');
		for (const choice of [list, byId(streamId), byDataSet(dataSetId)]) {
			const { json } = await node.runWell('get', { streamId: choice });
			expect(json).toEqual([
				expect.objectContaining({ id: streamId, dataSet: expect.objectContaining({ id: dataSetId }) }),
			]);
		}
	});

	it('says so where a DataSet has no Stream, or there is none such', async () => {
		const dataSetId = await sandbox.createDataSet({ name: 'no stream', columns: COLUMNS });
		expect(await node.refusal('get', { streamId: byDataSet(dataSetId) })).toMatch(
			/has no Stream.*existing DataSet/,
		);
		expect(await node.refusal('get', { streamId: byDataSet(NO_SUCH_DATASET) })).toMatch(
			/could not give the DataSet|HTTP 404/,
		);
		expect(await node.refusal('get', { streamId: byDataSet('abc') })).toMatch(/'abc'.*not a DataSet ID/);
		expect(await node.refusal('get', { streamId: 99_999 })).toMatch(/HTTP 404.*toe.*may have been deleted/);
		expect(await node.refusal('get', { streamId: byId('={{ $json.nothing }}') })).toMatch(
			/No Stream is chosen/,
		);
	});

	it('asks Domo once for a Stream that many items choose', async () => {
		const { streamId, dataSetId } = await makeStream();
		const from = sandbox.log.length;
		const items = itemsOf(Array.from({ length: 300 }, (_, id) => ({ id })));
		const { json, outputs } = await node.runWell('get', { streamId: byDataSet(dataSetId) }, items);
		expect(json.map(({ id }) => id)).toEqual(items.map(() => streamId));
		expect(outputs[0][299].pairedItem).toEqual({ item: 299 });
		expect(requestsSince(sandbox, from, 'getStream')).toBe(1);
		expect(requestsSince(sandbox, from, 'searchStreams')).toBe(1);
	});

	it('under Continue, gives the failed items an explanation and the others their answer', async () => {
		const { streamId } = await makeStream();
		const items = itemsOf([{ s: streamId }, { s: 99_999 }, { s: streamId }]);
		const parameters = { streamId: byId('={{ $json.s }}') };
		const regular = await node.runWell('get', parameters, items, { onError: 'continueRegularOutput' });
		expect(regular.json.map(({ id, error }) => id ?? error)).toEqual([
			streamId,
			expect.stringContaining('HTTP 404'),
			streamId,
		]);
		expect(regular.outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		const routed = await node.runWell('get', parameters, items, { onError: 'continueErrorOutput' });
		expect(routed.json.map(({ id }) => id)).toEqual([streamId, streamId]);
		expect(routed.outputs[1].map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
			[expect.stringContaining('HTTP 404'), { item: 1 }],
		]);
	});
});

describe('Get Many', () => {
	it('gives up to a limit, or all over several pages', async () => {
		await withSandbox({}, async (own) => {
			for (let i = 0; i < 502; i++) await own.createStream({ name: `s${i}`, columns: COLUMNS });
			const manyNode = new StreamNode(own, 'stream');
			expect((await manyNode.runWell('getAll', {})).json).toHaveLength(50);
			expect((await manyNode.runWell('getAll', { limit: 2 })).json.map(({ id }) => id)).toEqual([1, 2]);
			const all = (await manyNode.runWell('getAll', { returnAll: true })).json;
			expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 502 }, (_, i) => i + 1));
		});
	});

	it('refuses a limit below 1', async () => {
		expect(await node.refusal('getAll', { limit: 0 })).toMatch(/'Limit'/);
	});
});

describe('Update', () => {
	it('changes the update method', async () => {
		const { streamId } = await makeStream();
		expect((await node.runWell('update', { streamId, updateMethod: 'REPLACE' })).json[0]).toMatchObject({
			id: streamId,
			updateMethod: 'REPLACE',
		});
		expect(await updateMethodOf(streamId)).toBe('REPLACE');
		await node.runWell('update', { streamId });
		expect(await updateMethodOf(streamId)).toBe('APPEND');
	});

	it('refuses two methods for one Stream before anything is changed', async () => {
		const { streamId, dataSetId } = await makeStream();
		const { streamId: other, dataSetId: otherDataSetId } = await makeStream();
		const items = itemsOf([
			{ dataSetId: otherDataSetId, m: 'REPLACE' },
			{ dataSetId, m: 'APPEND' },
			{ dataSetId, m: 'REPLACE' },
		]);
		const parameters = { streamId: byDataSet('={{ $json.dataSetId }}'), updateMethod: '={{ $json.m }}' };
		const words = await node.refusal('update', parameters, items);
		expect(words).toMatch(/APPEND in item 1 and REPLACE in item 2/);
		expect(await updateMethodOf(streamId)).toBe('APPEND');
		expect(await updateMethodOf(other)).toBe('APPEND');
	});

	it('refuses what Domo would take as REPLACE', async () => {
		const { streamId } = await makeStream();
		expect(await node.refusal('update', { streamId, updateMethod: '={{ "Append" }}' })).toMatch(
			/would take as REPLACE/,
		);
		expect(await updateMethodOf(streamId)).toBe('APPEND');
	});
});

describe('Delete', () => {
	it('deletes the Stream once, and its DataSet stays', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'gone',
			columns: COLUMNS,
			rows: [{ id: 1, name: 'a' }],
		});
		const { json } = await node.runWell('delete', { streamId }, itemsOf([{}, {}]));
		expect(json).toEqual([{ deleted: true }, { deleted: true }]);
		expect(await node.refusal('get', { streamId })).toMatch(/HTTP 404/);
		expect(await sandbox.rows(dataSetId)).toEqual([{ id: '1', name: 'a' }]);
	});

	it('knows a Stream that is gone after a lost answer as deleted', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'deleteStream', resetAfterEffect: true });
		expect((await node.runWell('delete', { streamId })).json).toEqual([{ deleted: true }]);
	});

	it('says so when the request never arrived', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'deleteStream', resetBeforeBody: true });
		expect(await node.refusal('delete', { streamId })).toMatch(
			/No answer came from Domo when asked to delete/,
		);
		expect((await node.runWell('get', { streamId })).json[0].id).toBe(streamId);
	});

	it('refuses one that is not there', async () => {
		expect(await node.refusal('delete', { streamId: 99_999 })).toMatch(/HTTP 404/);
	});
});
