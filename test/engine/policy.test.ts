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

beforeAll(() => {
	credentials = credentialsFor(sandbox);
});

beforeEach(async () => {
	sandbox.faults.clear();
	dataSetId = await sandbox.createDataSet({
		name: 'Guarded',
		columns: [
			{ name: 'Region', type: 'STRING' },
			{ name: 'Amount', type: 'LONG' },
		],
	});
});

const parametersFor = (operation: string, more: IDataObject): IDataObject => ({
	resource: 'policy',
	operation,
	dataSetId: byId(dataSetId),
	...more,
});
const run = async (
	operation: string,
	more: IDataObject = {},
	items?: INodeExecutionData[],
	options?: NodeRunOptions,
) => await runNode('domoDataSet', parametersFor(operation, more), credentials, items, options);
const runWell = async (operation: string, more: IDataObject = {}, items?: INodeExecutionData[]) =>
	await runNodeWell('domoDataSet', parametersFor(operation, more), credentials, items);

const policies = () => sandbox.dataSet(dataSetId).policies;

const WEST = { column: 'Region', operator: 'EQUALS', values: ['West', 'North, by sea'], not: false };
const SMALL = { column: 'Amount', operator: 'LESS_THAN', values: ['100'], not: true };
const ONLY_WEST = { name: 'Only the West', filters: { filter: [WEST, SMALL] }, users: [12, 34], groups: [5] };

describe('Create', () => {
	it('makes a policy with filters, users and groups', async () => {
		const { json, outputs } = await runWell('create', ONLY_WEST);
		const made = {
			id: 1,
			name: 'Only the West',
			type: 'user',
			filters: [WEST, SMALL],
			users: [12, 34],
			groups: [5],
		};
		expect(policies()).toEqual([made]);
		expect(json).toEqual([made]);
		expect(outputs[0][0].pairedItem).toEqual({ item: 0 });
	});

	it('takes values and IDs that an expression gives as lists', async () => {
		const filter = { column: 'Region', operator: 'BEGINS_WITH', values: ['={{ $json.regions }}'] };
		await runWell(
			'create',
			{ name: '={{ $json.name }}', filters: { filter: [filter] }, users: ['={{ $json.users }}'] },
			itemsOf([
				{ name: 'A', regions: ['W', 'N'], users: [1, '2'] },
				{ name: 'B', regions: 'E', users: [] },
			]),
		);
		expect(policies()).toMatchObject([
			{
				name: 'A',
				filters: [{ column: 'Region', operator: 'BEGINS_WITH', values: ['W', 'N'], not: false }],
				users: [1, 2],
				groups: [],
			},
			{ name: 'B', filters: [{ values: ['E'] }], users: [] },
		]);
	});

	it('says that a policy without a filter holds nothing back', async () => {
		const { hints } = await runWell('create', { name: 'All rows', users: [1], showAllRows: true });
		expect(hints).toEqual([
			"The policy 'All rows' has no filter, so it holds back no row from its users and groups.",
		]);
		expect(policies()).toMatchObject([{ name: 'All rows', filters: [] }]);
	});

	it.each<[string, unknown]>([
		['left empty', {}],
		['an expression that gives an empty object', '={{ $json.none }}'],
		['an expression, which n8n drops', '={{ $json.some }}'],
	])("'Filters' that is %s creates nothing, unless all rows are to be shown", async (_, filters) => {
		const items = [{ json: { none: {}, list: [] } }];
		const { error } = await run('create', { ...ONLY_WEST, filters: filters as IDataObject }, items);
		expect(error?.message).toMatch(/'Filters' is .*The policy was not created/);
		expect(policies()).toEqual([]);
	});

	it("'Show All Rows' beside filters creates nothing", async () => {
		const { error } = await run('create', { ...ONLY_WEST, showAllRows: true });
		expect(error?.message).toMatch(/'Filters' has filters, and 'Show All Rows' is on/);
		expect(policies()).toEqual([]);
	});

	it('takes values that are just short enough together', async () => {
		const values = ['x'.repeat(200), 'y'.repeat(54)];
		await runWell('create', { ...ONLY_WEST, filters: { filter: [{ ...WEST, values }] } });
		expect(policies()).toMatchObject([{ filters: [{ values }] }]);
	});

	it.each([
		[
			'values that are too long together',
			{ filters: { filter: [SMALL, { ...WEST, values: ['x'.repeat(200), 'y'.repeat(55)] }] } },
			"The values of filter 2 on 'Region' have 255 characters together, and Domo takes fewer than 255",
		],
		[
			'a filter without a value',
			{ filters: { filter: [{ ...WEST, values: [] }] } },
			"Filter 1 on 'Region' has no value",
		],
		[
			'an empty list beside other values',
			{ filters: { filter: [{ ...WEST, values: ['={{ [] }}', 'West'] }] } },
			"Value 1 of filter 1 on 'Region' is missing. Nothing was changed in Domo",
		],
		[
			"a value that can't be seen",
			{ filters: { filter: [{ ...WEST, values: ['West', '={{ "\\u200b" }}'] }] } },
			"Value 2 of filter 1 on 'Region' is empty. Nothing was changed in Domo",
		],
		[
			'a filter without a column',
			{ filters: { filter: [{ ...WEST, column: '' }] } },
			'Filter 1 has no column',
		],
		[
			'an unknown operator',
			{ filters: { filter: [{ ...WEST, operator: "={{ 'IS' }}" }] } },
			'Filter 1 on \'Region\' has the operator "IS", which Domo does not know',
		],
		[
			"a 'Not' from a field that is missing",
			{ filters: { filter: [{ ...WEST, not: '={{ $json.nope }}' }] } },
			"Filter 1 on 'Region' has undefined under 'Not'",
		],
		[
			'an operator from a field that is missing',
			{ filters: { filter: [{ ...WEST, operator: '={{ $json.nope }}' }] } },
			"Filter 1 on 'Region' has the operator undefined, which Domo does not know",
		],
		['a user that is no number', { users: ["={{ 'jane' }}"] }, "'jane' in 'User IDs' is not a whole number"],
		['a group that is no whole number', { groups: [1.5] }, "'1.5' in 'Group IDs' is not a whole number"],
		['an empty name', { name: "={{ ' ' }}" }, "'Name' is empty"],
	])('refuses %s before anything is sent', async (_, parameters, message) => {
		const requestsBefore = sandbox.log.length;
		const { error } = await run('create', { ...ONLY_WEST, ...parameters });
		expect(error?.message).toBe(message);
		expect(sandbox.log).toHaveLength(requestsBefore);
	});

	it('shows what Domo says about a column that is not there', async () => {
		const { error } = await run('create', {
			...ONLY_WEST,
			filters: { filter: [{ ...WEST, column: 'Nowhere' }] },
		});
		expect(error?.message).toContain(
			"Domo did not create the policy 'Only the West': No column named Nowhere (HTTP 400",
		);
		expect(policies()).toEqual([]);
	});

	it('says that the outcome is unknown when the answer is lost, and makes no second one', async () => {
		sandbox.faults.add({ operation: 'createPolicy', resetAfterEffect: true, times: 'always' });
		const { error } = await run('create', ONLY_WEST);
		expect(error?.message).toContain("It is not known whether the policy 'Only the West' was created");
		expect(error?.description).toContain("'Get Many'");
		expect(policies()).toHaveLength(1);
	});
});

describe('With policies that are there', () => {
	beforeEach(async () => {
		await runWell(
			'create',
			{ name: '={{ $json.name }}', filters: { filter: [WEST] }, users: [1], groups: [2] },
			itemsOf([{ name: 'One' }, { name: 'Two' }, { name: 'Three' }]),
		);
	});

	it('Get reads one', async () => {
		const { json } = await runWell('get', { policyId: '2' });
		expect(json).toEqual([{ id: 2, name: 'Two', type: 'user', filters: [WEST], users: [1], groups: [2] }]);
	});

	it('Get reads the one each item names, and goes on under Continue', async () => {
		const { outputs } = await run(
			'get',
			{ policyId: '={{ $json.id }}' },
			itemsOf([{ id: 3 }, { id: 99 }, { id: 'x' }, { id: 1 }]),
			{
				onError: 'continueErrorOutput',
			},
		);
		expect(outputs[0].map(({ json, pairedItem }) => [json.name, pairedItem])).toEqual([
			['Three', { item: 0 }],
			['One', { item: 3 }],
		]);
		expect(outputs[1].map(({ json }) => json.error)).toEqual([
			expect.stringContaining('Domo did not give the policy 99'),
			"'x' in 'Policy ID' is not a policy's number",
		]);
	});

	it('Get Many lists all, or up to the limit', async () => {
		const names = async (more: IDataObject) => (await runWell('getAll', more)).json.map(({ name }) => name);
		expect(await names({ returnAll: true })).toEqual(['One', 'Two', 'Three']);
		expect(await names({ limit: 2 })).toEqual(['One', 'Two']);
		expect(await names({})).toEqual(['One', 'Two', 'Three']);
	});

	it('Update changes what was given and keeps the rest', async () => {
		const { json } = await runWell('update', {
			policyId: '2',
			updateFields: { filters: { filter: [SMALL] } },
		});
		expect(json).toMatchObject([{ id: 2, name: 'Two', filters: [SMALL], users: [1], groups: [2] }]);
		await runWell('update', { policyId: '2', updateFields: { name: 'Second', users: [], groups: [7, 8] } });
		expect(
			policies().map(({ id, name, filters, users, groups }) => ({ id, name, filters, users, groups })),
		).toEqual([
			{ id: 1, name: 'One', filters: [WEST], users: [1], groups: [2] },
			{ id: 2, name: 'Second', filters: [SMALL], users: [], groups: [7, 8] },
			{ id: 3, name: 'Three', filters: [WEST], users: [1], groups: [2] },
		]);
	});

	it('Update with nothing chosen is refused', async () => {
		const { error } = await run('update', { policyId: '2', updateFields: {} });
		expect(error?.message).toBe("Nothing is chosen under 'Update Fields'");
	});

	it('Delete removes one', async () => {
		const { json } = await runWell('delete', { policyId: '2' });
		expect(json).toEqual([{ deleted: true, dataSetId, policyId: 2 }]);
		expect(policies().map(({ name }) => name)).toEqual(['One', 'Three']);
	});

	it.each(['get', 'update', 'delete'])('%s without an ID is refused', async (operation) => {
		const { error } = await run(operation, { policyId: ' ', updateFields: { name: 'x' } });
		expect(error?.message).toBe("'Policy ID' is empty");
	});
});
