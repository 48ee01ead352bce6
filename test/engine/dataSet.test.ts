import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { DomoDataSet } from '../../nodes/DomoDataSet/DomoDataSet.node';
import {
	credentialsFor,
	itemsOf,
	registerNodeType,
	runNode,
	runNodeWell,
	runWorkflow,
	TEST_CREDENTIAL_ID,
	type MemoryCredentials,
	type NodeRunOptions,
} from '../support/engine';
import { byId, byUrl, fromList } from '../support/locators';
import { useSandbox } from '../support/useSandbox';

const sandbox = useSandbox();
let credentials: MemoryCredentials;

beforeAll(() => {
	credentials = credentialsFor(sandbox);
});

afterEach(() => {
	sandbox.faults.clear();
	sandbox.settings.deletedDataSetStatus = 200;
});

const NOT_THERE = '11111111-2222-3333-4444-555555555555';
const COLUMNS = [
	{ name: 'id', type: 'LONG' as const },
	{ name: 'name', type: 'STRING' as const },
];

const run = async (parameters: IDataObject, items?: INodeExecutionData[], options?: NodeRunOptions) =>
	await runNode('domoDataSet', { resource: 'dataSet', ...parameters }, credentials, items, options);
const runWell = async (parameters: IDataObject, items?: INodeExecutionData[], options?: NodeRunOptions) =>
	await runNodeWell('domoDataSet', { resource: 'dataSet', ...parameters }, credentials, items, options);

async function namesInSandbox(nameLike: string): Promise<string[]> {
	const { json } = await runWell({ operation: 'getAll', returnAll: true, filters: { nameLike } });
	return json.map(({ name }) => name as string);
}

describe('Create', () => {
	it('makes a DataSet with columns that were entered, and a description', async () => {
		const { json, outputs } = await runWell({
			operation: 'create',
			name: ' Defined ',
			schemaSource: 'define',
			columns: { column: COLUMNS },
			additionalFields: { description: 'Made by a test' },
		});
		const { columns, name, description } = sandbox.dataSet(json[0].id as string);
		expect({ columns, name, description }).toEqual({
			columns: COLUMNS,
			name: 'Defined',
			description: 'Made by a test',
		});
		expect(outputs[0][0].pairedItem).toEqual({ item: 0 });
	});

	it('makes one DataSet per item where the columns are given, with a name of each item', async () => {
		const { json, outputs } = await runWell(
			{
				operation: 'create',
				name: '={{ $json.title }}',
				schemaSource: 'json',
				columnsJson: '[{"name": "a", "type": "decimal"}]',
			},
			itemsOf([{ title: 'Json 1' }, { title: 'Json 2' }]),
		);
		expect(json.map(({ id }) => sandbox.dataSet(id as string).name)).toEqual(['Json 1', 'Json 2']);
		expect(sandbox.dataSet(json[1].id as string).columns).toEqual([{ name: 'a', type: 'DECIMAL' }]);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	});

	it('makes one DataSet from all items, with types that fit every value', async () => {
		const { json, outputs } = await runWell(
			{ operation: 'create', name: 'Inferred', schemaSource: 'items' },
			itemsOf([
				{ n: 1, when: '2026-01-31', amount: '1.50', note: null },
				{ n: '9007199254740993', when: '2026-02-01', amount: '2', flag: true },
			]),
		);
		expect(json).toHaveLength(1);
		expect(sandbox.dataSet(json[0].id as string).columns).toEqual([
			{ name: 'n', type: 'LONG' },
			{ name: 'when', type: 'DATE' },
			{ name: 'amount', type: 'DECIMAL' },
			{ name: 'note', type: 'STRING' },
			{ name: 'flag', type: 'STRING' },
		]);
		expect(outputs[0][0].pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
	});

	it('refuses names that differ between the items one DataSet is made from', async () => {
		const { error } = await run(
			{ operation: 'create', name: '={{ $json.title }}', schemaSource: 'items' },
			itemsOf([{ title: 'Differs A' }, { title: 'Differs B' }]),
		);
		expect(error?.message).toContain(
			`'Name' is not the same for all items: "Differs A" in item 0, "Differs B" in item 1`,
		);
		expect(await namesInSandbox('Differs')).toEqual([]);
	});

	it.each([
		['no columns', { columns: {} }, 'There are no columns'],
		[
			'names that differ only in case',
			{ columns: { column: [COLUMNS[0], { name: 'ID', type: 'LONG' }] } },
			"The columns 'id' and 'ID' differ only in case",
		],
		['an empty name', { name: '  ', columns: { column: COLUMNS } }, "'Name' is empty"],
		['JSON that is none', { schemaSource: 'json', columnsJson: '[{' }, 'The columns are not JSON'],
	])('refuses %s, and makes nothing', async (_, parameters, message) => {
		const before = sandbox.log.length;
		const { error } = await run({
			operation: 'create',
			name: 'Refused',
			schemaSource: 'define',
			...parameters,
		});
		expect(error?.message).toContain(message);
		expect(sandbox.log.slice(before).map(({ operation }) => operation)).not.toContain('createDataSet');
	});

	it('says that the outcome is unknown when the answer is lost, and makes no second one', async () => {
		sandbox.faults.add({ operation: 'createDataSet', resetAfterEffect: true, times: 'always' });
		const { error } = await run({
			operation: 'create',
			name: 'Lost answer',
			schemaSource: 'define',
			columns: { column: COLUMNS },
		});
		expect(error?.message).toContain("It is not known whether the DataSet 'Lost answer' was created");
		expect(error?.description).toContain("Look in Domo for a DataSet named 'Lost answer'");
		expect(await namesInSandbox('Lost answer')).toEqual(['Lost answer']);
	});

	it('is sent again where Domo only asks to wait', async () => {
		sandbox.faults.add({ operation: 'createDataSet', status: 429, retryAfterSeconds: 0 });
		await runWell({
			operation: 'create',
			name: 'After 429',
			schemaSource: 'define',
			columns: { column: COLUMNS },
		});
		expect(await namesInSandbox('After 429')).toEqual(['After 429']);
	});
});

describe('Get', () => {
	it('reads a DataSet by ID and by the address of its page', async () => {
		const id = await sandbox.createDataSet({
			name: 'To get',
			columns: COLUMNS,
			rows: [{ id: 1, name: 'x' }],
		});
		const url = `https://acme.domo.com/datasources/${id}/details/data/table`;
		for (const dataSetId of [byId(id), byUrl(url), fromList(id)]) {
			const { json } = await runWell({ operation: 'get', dataSetId });
			expect(json).toMatchObject([{ id, name: 'To get', rows: 1, schema: { columns: COLUMNS } }]);
		}
	});

	it('goes on with the other items under Continue, and pairs each with its own', async () => {
		const id = await sandbox.createDataSet({ name: 'Among others', columns: COLUMNS });
		const { outputs } = await run(
			{ operation: 'get', dataSetId: byId('={{ $json.id }}') },
			itemsOf([{ id: NOT_THERE }, { id }, { id: 'not an ID' }]),
			{ onError: 'continueErrorOutput' },
		);
		expect(outputs[0].map(({ json, pairedItem }) => [json.name, pairedItem])).toEqual([
			['Among others', { item: 1 }],
		]);
		expect(outputs[1].map(({ json }) => json.error)).toEqual([
			expect.stringContaining(`Domo did not give the DataSet ${NOT_THERE}`),
			"'not an ID' in 'DataSet' is not a DataSet ID",
		]);
		expect(outputs[1][0].json.message).toContain('It may have been deleted');
		expect(outputs[1][0].json.details).toMatchObject({
			status: 404,
			toe: expect.stringMatching(/^\w+-\w+-\w+$/),
		});
	});
});

describe('Get Many', () => {
	const many = useSandbox();
	let manyCredentials: MemoryCredentials;
	const names = Array.from({ length: 120 }, (_, index) => `List ${String(index).padStart(3, '0')}`);

	beforeAll(async () => {
		manyCredentials = credentialsFor(many);
		for (const name of names) await many.createDataSet({ name, columns: COLUMNS });
	});

	const list = async (parameters: IDataObject) =>
		(
			await runNodeWell(
				'domoDataSet',
				{ resource: 'dataSet', operation: 'getAll', ...parameters },
				manyCredentials,
			)
		).json.map(({ name }) => name);

	it('lists all DataSets, page by page', async () => {
		expect(await list({ returnAll: true, filters: { sort: 'name' } })).toEqual(names);
	});

	it('stops at the limit, which is 50 unless another is given', async () => {
		expect(await list({ filters: { sort: 'name' } })).toEqual(names.slice(0, 50));
		expect(await list({ limit: 63, filters: { sort: 'nameDescending' } })).toEqual(
			[...names].reverse().slice(0, 63),
		);
	});

	it('finds DataSets by a part of their name', async () => {
		expect(await list({ filters: { nameLike: 'list 11', sort: 'name' } })).toEqual(names.slice(110));
	});

	it('refuses a limit that is no whole number', async () => {
		const { error } = await runNode(
			'domoDataSet',
			{ resource: 'dataSet', operation: 'getAll', limit: '={{ 0 }}' },
			manyCredentials,
		);
		expect(error?.message).toBe("'Limit' is 0, which is not a whole number of 1 or more");
	});
});

describe('Update', () => {
	it('changes what was chosen and nothing else', async () => {
		const id = await sandbox.createDataSet({ name: 'Before', columns: COLUMNS });
		await runWell({ operation: 'update', dataSetId: byId(id), updateFields: { description: 'Told' } });
		expect(sandbox.dataSet(id)).toMatchObject({
			name: 'Before',
			description: 'Told',
			pdpEnabled: false,
			columns: COLUMNS,
		});
		const columns = [...COLUMNS, { name: 'added', type: 'DATE' as const }];
		const { json } = await runWell({
			operation: 'update',
			dataSetId: byId(id),
			updateFields: { name: 'After', pdpEnabled: true, columns: { column: columns } },
		});
		expect(sandbox.dataSet(id)).toMatchObject({
			name: 'After',
			description: 'Told',
			pdpEnabled: true,
			columns,
		});
		expect(json).toMatchObject([{ id, name: 'After' }]);
	});

	it.each([
		['nothing chosen', {}, "Nothing is chosen under 'Update Fields'"],
		['an empty name', { name: ' ' }, "'Name' is empty"],
		['no columns', { columns: {} }, 'There are no columns'],
	])('refuses %s', async (_, updateFields, message) => {
		const id = await sandbox.createDataSet({ name: 'Unchanged', columns: COLUMNS });
		const { error } = await run({ operation: 'update', dataSetId: byId(id), updateFields });
		expect(error?.message).toBe(message);
		expect(sandbox.dataSet(id)).toMatchObject({ name: 'Unchanged', columns: COLUMNS });
	});
});

describe('Delete', () => {
	it('deletes a DataSet and says so', async () => {
		const id = await sandbox.createDataSet({ name: 'To delete', columns: COLUMNS });
		const { json } = await runWell({ operation: 'delete', dataSetId: byId(id) });
		expect(json).toEqual([{ deleted: true, dataSetId: id }]);
		expect(sandbox.dataSet(id).isDeleted).toBe(true);
	});

	it('says that the outcome is unknown when the answer is lost', async () => {
		const id = await sandbox.createDataSet({ name: 'Delete lost', columns: COLUMNS });
		sandbox.faults.add({ operation: 'deleteDataSet', resetAfterEffect: true });
		const { error } = await run({ operation: 'delete', dataSetId: byId(id) });
		expect(error?.message).toContain(`It is not known whether the DataSet ${id} was deleted`);
		expect(sandbox.dataSet(id).isDeleted).toBe(true);
	});
});

describe('As a tool of an AI agent', () => {
	beforeAll(() => {
		const tool = new DomoDataSet();
		tool.description = { ...tool.description, name: 'domoDataSetTool' };
		registerNodeType('n8n-nodes-domo.domoDataSetTool', tool);
	});

	const runTool = async (parameters: IDataObject) => {
		const { data } = await runWorkflow(
			{
				nodes: [
					{
						id: '1',
						name: 'Start',
						type: 'n8n-nodes-base.manualTrigger',
						typeVersion: 1,
						position: [0, 0],
						parameters: {},
					},
					{
						id: '2',
						name: 'Tool',
						type: 'n8n-nodes-domo.domoDataSetTool',
						typeVersion: 1,
						position: [200, 0],
						parameters: parameters as never,
						credentials: { domoOAuth2Api: { id: TEST_CREDENTIAL_ID, name: 'Domo' } },
					},
				],
				connections: { Start: { main: [[{ node: 'Tool', type: 'main', index: 0 }]] } },
			},
			credentials,
		);
		return data.resultData;
	};

	it('may read but neither delete nor change policies', async () => {
		const id = await sandbox.createDataSet({ name: 'Read by agents', columns: COLUMNS });
		const got = await runTool({ resource: 'dataSet', operation: 'get', dataSetId: byId(id) });
		expect(got.runData.Tool[0].data?.main[0]?.[0].json.name).toBe('Read by agents');
		for (const parameters of [
			{ resource: 'dataSet', operation: 'delete' },
			{ resource: 'policy', operation: 'getAll' },
		]) {
			const refused = await runTool({ ...parameters, dataSetId: byId(id) });
			expect(refused.error?.message).toBe('An AI agent may only read from Domo with this node');
		}
		expect(sandbox.dataSet(id).isDeleted).toBe(false);
	});
});
