/** Users and groups of a PDP policy, chosen by name. */
import type { IDataObject, INodeListSearchResult } from 'n8n-workflow';

import { searchList } from '../support/editor';
import { credentialsFor, itemsOf, runNode, runNodeWell, type MemoryCredentials } from '../support/engine';
import { byId, fromList } from '../support/locators';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox();
const USERS = [
	{ id: 27, name: 'DomoSupport', email: 'support@acme.example' },
	{ id: 31, name: 'Zoë West', email: 'zoe@acme.example' },
	{ id: 32, name: 'Ada East', email: 'ada@west.example' },
	{ id: 33, name: 'ada West' },
];
const GROUPS = [
	{ id: 5, name: 'Sales', memberCount: 1_234 },
	{ id: 6, name: 'Admins', memberCount: 1 },
	{ id: 7, name: 'No count' },
];
let withScope: MemoryCredentials;
let withoutScope: MemoryCredentials;
let dataSetId: string;
beforeAll(() => {
	withScope = credentialsFor(sandbox, { scope: 'data user' });
	withoutScope = credentialsFor(sandbox);
});
beforeEach(async () => {
	sandbox.faults.clear();
	Object.assign(sandbox, { users: USERS, groups: GROUPS });
	dataSetId = await sandbox.createDataSet({ name: 'G', columns: [{ name: 'Region', type: 'STRING' }] });
});

type Method = 'searchUsers' | 'searchGroups';
const list = async (method: Method, search: { filter?: string; paginationToken?: string } = {}) =>
	await searchList('domoDataSet', method, withScope, search);
const names = ({ results }: INodeListSearchResult) => results.map(({ name }) => name);
const requests = (operation: 'listUsers' | 'listGroups', from: number) =>
	sandbox.log.slice(from).filter((request) => request.operation === operation);

const WEST = { filter: [{ column: 'Region', operator: 'EQUALS', values: ['West'], not: false }] };
const create = (more: IDataObject): IDataObject => ({
	resource: 'policy',
	operation: 'create',
	dataSetId: byId(dataSetId),
	name: 'West',
	filters: WEST,
	...more,
});
const update = (updateFields: IDataObject): IDataObject => ({
	resource: 'policy',
	operation: 'update',
	dataSetId: byId(dataSetId),
	policyId: '1',
	updateFields,
});
const policies = () => sandbox.dataSet(dataSetId).policies;

describe('The lists', () => {
	it('show users by name with their address, and groups with their members', async () => {
		expect(await list('searchUsers')).toEqual({
			results: [
				{ name: 'Ada East (ada@west.example)', value: '32' },
				{ name: 'ada West', value: '33' },
				{ name: 'DomoSupport (support@acme.example)', value: '27' },
				{ name: 'Zoë West (zoe@acme.example)', value: '31' },
			],
		});
		expect(await list('searchGroups')).toEqual({
			results: [
				{ name: 'Admins (1 member)', value: '6' },
				{ name: 'No count', value: '7' },
				{ name: 'Sales (1,234 members)', value: '5' },
			],
		});
	});

	it.each<[Method, string, string[]]>([
		['searchUsers', 'WEST', ['32', '33', '31']],
		['searchUsers', ' zoë ', ['31']],
		['searchUsers', '27', ['27']],
		['searchUsers', 'nobody', []],
		['searchGroups', 'sal', ['5']],
		['searchGroups', '7', ['7']],
	])('%s finds by a part of name, address or ID: %j', async (method, filter, found) => {
		expect((await list(method, { filter })).results.map(({ value }) => value)).toEqual(found);
	});

	it('of thousands, come as they are scrolled, each once, and are read page by page', async () => {
		sandbox.users = Array.from({ length: 1_203 }, (_, i) => ({
			id: 10_000 - i,
			name: `User ${String(i).padStart(4, '0')}`,
		}));
		const from = sandbox.log.length;
		const first = await list('searchUsers');
		const read = requests('listUsers', from).map(({ query }) => [query.limit, query.offset]);
		expect(read).toEqual([
			['500', '0'],
			['500', '500'],
			['500', '1000'],
		]);
		const second = await list('searchUsers', { paginationToken: first.paginationToken as string });
		const third = await list('searchUsers', { paginationToken: second.paginationToken as string });
		expect([first, second, third].map(({ results }) => results.length)).toEqual([500, 500, 203]);
		expect(third.paginationToken).toBeUndefined();
		expect([first, second, third].flatMap(names)).toEqual(sandbox.users.map(({ name }) => name));
	});

	it('of more than 5,000, are read in eleven requests, and say that there are more', async () => {
		sandbox.groups = Array.from({ length: 7_000 }, (_, i) => ({ id: i + 1, name: `hay ${i}` }));
		sandbox.groups[4_999].name = 'needle in';
		sandbox.groups[5_000].name = 'needle out';
		const from = sandbox.log.length;
		const { results, paginationToken } = await list('searchGroups', { filter: 'needle' });
		expect(requests('listGroups', from)).toHaveLength(11);
		expect(results).toEqual([
			{ name: 'needle in', value: '5000' },
			{
				name: "Only the first 5,000 groups were read: choose others with 'By ID'",
				value: expect.any(String),
			},
		]);
		expect(paginationToken).toBeUndefined();
		// The line that says so is no group.
		const pickedGroups = { group: [{ id: fromList(results[1].value) }] };
		const { error } = await runNode('domoDataSet', create({ pickedGroups }), withScope);
		expect(error?.message).toMatch(/in 'Groups' is not a whole number/);
		expect(policies()).toEqual([]);
	});

	it('of exactly 5,000, are all there: nothing says that there are more', async () => {
		sandbox.groups = Array.from({ length: 5_000 }, (_, i) => ({ id: i + 1, name: `hay ${i}` }));
		sandbox.groups[4_999].name = 'needle';
		expect(names(await list('searchGroups', { filter: 'needle' }))).toEqual(['needle']);
	});

	it('are found however an accent is written, and shown also beside what is none of them', async () => {
		const odd = [null, { name: 'no ID' }, 7, { id: 3, name: ' ' }];
		const people = [
			{ id: 1, name: 'E\u0301clair' },
			{ id: 2, name: '\u00c9tienne' },
		];
		sandbox.faults.add({ operation: 'listUsers', status: 200, body: [...odd, ...people], times: 'always' });
		expect(names(await list('searchUsers'))).toEqual(['E\u0301clair', '\u00c9tienne', 'User 3']);
		expect(names(await list('searchUsers', { filter: '\u00e9c' }))).toEqual(['E\u0301clair']);
		expect(names(await list('searchUsers', { filter: ' e\u0301t' }))).toEqual(['\u00c9tienne']);
	});

	it('end where a server gives the same page for ever', async () => {
		const page = Array.from({ length: 500 }, (_, id) => ({ id, name: `again ${id}` }));
		sandbox.faults.add({ operation: 'listUsers', status: 200, body: page, times: 'always' });
		const from = sandbox.log.length;
		await expect(list('searchUsers')).rejects.toThrow(/Domo gave the same entries again/);
		expect(requests('listUsers', from)).toHaveLength(2);
	});

	it.each<[Method, string]>([
		['searchUsers', 'users'],
		['searchGroups', 'groups'],
	])('%s without the scope user says so, and what can be done', async (method, what) => {
		const refused = searchList('domoDataSet', method, withoutScope);
		await expect(refused).rejects.toMatchObject({
			message: expect.stringMatching(
				new RegExp(`^Domo did not list the ${what} \\(HTTP 403.*\\)\\. The scope 'user' seems to be missing`),
			),
			description: expect.stringMatching(/^Enter IDs, or choose 'Data and User' under 'Scope'/),
			context: { code: 'DOMO_NO_USER_SCOPE' },
		});
	});

	it('say of another refusal only what Domo said', async () => {
		sandbox.faults.add({ operation: 'listUsers', status: 400, body: { status: 400, message: 'No' } });
		await expect(list('searchUsers')).rejects.toThrow(/^Domo did not list the users: No \(HTTP 400\)$/);
	});
});

describe('A policy', () => {
	it('is for the users and groups that were chosen, without asking for them again', async () => {
		const from = sandbox.log.length;
		await runNodeWell(
			'domoDataSet',
			create({
				pickedUsers: {
					user: [{ id: fromList('31', 'Zoë West (zoe@acme.example)') }, { id: byId('={{ $json.user }}') }],
				},
				pickedGroups: { group: [{ id: fromList('5') }] },
			}),
			withScope,
			itemsOf([{ user: 27 }]),
		);
		expect(policies()).toMatchObject([{ users: [31, 27], groups: [5] }]);
		expect(sandbox.log.slice(from).map(({ operation }) => operation)).not.toContain('listUsers');
	});

	it('takes IDs beside those that were chosen, each once, and without the scope', async () => {
		await runNodeWell(
			'domoDataSet',
			create({ users: ['32', '31'], pickedUsers: { user: [{ id: byId('31') }] }, groups: ['7'] }),
			withoutScope,
		);
		expect(policies()).toMatchObject([{ users: [31, 32], groups: [7] }]);
	});

	it('of a workflow from before the pickers is as it was', async () => {
		await runNodeWell(
			'domoDataSet',
			create({ users: ['12', 34, '={{ $json.more }}'], groups: '={{ $json.text }}' }),
			withoutScope,
			itemsOf([{ more: [5, '6'], text: '8, 9' }]),
		);
		expect(policies()).toMatchObject([{ users: [12, 34, 5, 6], groups: [8, 9] }]);
	});

	it.each<[string, unknown]>([
		['nothing chosen', fromList()],
		['an expression that gives nothing', byId('={{ $json.none }}')],
		['an expression that gives a blank text', byId("={{ ' ' }}")],
		['an expression that gives an empty list', byId('={{ [] }}')],
	])('is not made with %s in an entry', async (_, id) => {
		const pickedUsers = { user: [{ id: byId('31') }, { id }] } as unknown as IDataObject;
		const { error } = await runNode('domoDataSet', create({ pickedUsers }), withScope, itemsOf([{ a: 1 }]));
		expect(error?.message).toBe("Entry 2 of 'Users' is empty. Nothing was changed in Domo");
		expect(policies()).toEqual([]);
	});

	it('that is updated keeps what was not chosen: an empty list of pickers takes nobody away', async () => {
		await runNodeWell('domoDataSet', create({ users: ['12'], groups: ['5'] }), withoutScope);
		await runNodeWell(
			'domoDataSet',
			update({ pickedUsers: {}, pickedGroups: { group: [{ id: fromList('6') }] } }),
			withScope,
		);
		expect(policies()).toMatchObject([{ users: [12], groups: [6] }]);
		const { error } = await runNode('domoDataSet', update({ pickedUsers: {} }), withScope);
		expect(error?.message).toBe("Nothing is chosen under 'Update Fields'");
		await runNodeWell('domoDataSet', update({ users: [], pickedGroups: {} }), withScope);
		expect(policies()).toMatchObject([{ users: [], groups: [6] }]);
	});
});

describe('The scope that is asked for', () => {
	const scopes = async (more: IDataObject) => {
		const credentials = credentialsFor(sandbox, more);
		const asked = { resource: 'policy', operation: 'getAll', dataSetId: byId(dataSetId) };
		await runNodeWell('domoDataSet', asked, credentials);
		const { oauthTokenData } = Object.values(credentials.store)[0] as {
			oauthTokenData: { access_token: string };
		};
		const [, claims] = oauthTokenData.access_token.split('.');
		return JSON.parse(Buffer.from(claims, 'base64url').toString()).scope as string[];
	};

	it("is 'data' where a credential was saved before there was a choice, and both where both are chosen", async () => {
		expect(await scopes({})).toEqual(['data']);
		expect(await scopes({ scope: 'data user' })).toEqual(['data', 'user']);
	});
});
