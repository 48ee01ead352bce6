import type { IDataObject, INodeListSearchResult } from 'n8n-workflow';
import nock from 'nock';

import type { Column } from '../../domo/types';
import { optionsOf, searchList } from '../support/editor';
import { credentialsFor, itemsOf, runNode, type MemoryCredentials } from '../support/engine';
import { byMode, byDataSet, byId, byUrl, fromList } from '../support/locators';
import { StreamNode } from '../support/streamNode';
import { useSandbox, withSandbox } from '../support/useSandbox';

const COLUMNS: Column[] = [
	{ name: 'Region', type: 'STRING' },
	{ name: 'Amount', type: 'LONG' },
];
const NO_SUCH_DATASET = '00000000-0000-4000-8000-000000000000';

const sandbox = useSandbox({ indexingMs: 1 });
let credentials: MemoryCredentials;
let withInstance: MemoryCredentials;
beforeAll(() => {
	credentials = credentialsFor(sandbox);
	withInstance = credentialsFor(sandbox, { instanceName: 'acme' });
});
beforeEach(() => sandbox.faults.clear());

const names = ({ results }: INodeListSearchResult) => results.map(({ name }) => name);

/** Reads a list to its end, as scrolling does. */
async function scroll(
	read: (paginationToken?: string) => Promise<INodeListSearchResult>,
): Promise<INodeListSearchResult[]> {
	const pages = [await read()];
	for (;;) {
		const { paginationToken } = pages[pages.length - 1];
		if (paginationToken === undefined) return pages;
		pages.push(await read(paginationToken as string));
	}
}

describe('The list of DataSets', () => {
	it('shows the number of rows, and finds by a part of the name in any case', async () => {
		const rows = Array.from({ length: 1234 }, (_, Amount) => ({ Region: 'West', Amount }));
		const many = await sandbox.createDataSet({ name: 'Orders of 2024', columns: COLUMNS, rows });
		const one = await sandbox.createDataSet({ name: 'All ORDERS', columns: COLUMNS, rows: rows.slice(0, 1) });
		await sandbox.createDataSet({ name: 'Visits', columns: COLUMNS });
		const { results, paginationToken } = await searchList('domoDataSet', 'searchDataSets', credentials, {
			filter: 'orders',
		});
		expect(results).toEqual([
			{ name: 'All ORDERS (1 row)', value: one },
			{ name: 'Orders of 2024 (1,234 rows)', value: many },
		]);
		const next = await searchList('domoDataSet', 'searchDataSets', credentials, {
			filter: 'orders',
			paginationToken: paginationToken as string,
		});
		expect(next).toEqual({ results: [] });
	});

	it('goes on after a page that Domo has made shorter than was asked for', async () => {
		const made = Array.from({ length: 5 }, (_, i) => `capped ${i}`);
		for (const name of made) await sandbox.createDataSet({ name, columns: COLUMNS });
		const read = async (paginationToken?: string) =>
			await searchList('domoDataSet', 'searchDataSets', credentials, { filter: 'capped', paginationToken });
		const all = (await read()).results;
		sandbox.faults.add({
			operation: 'listDataSets',
			status: 200,
			body: all.slice(0, 3).map(({ name, value }) => ({ id: value, name })),
		});
		expect((await scroll(read)).flatMap(({ results }) => results.map(({ value }) => value))).toEqual(
			all.map(({ value }) => value),
		);
	});

	it('comes page by page, each DataSet once, by name', async () => {
		const made = Array.from({ length: 120 }, (_, i) => `paged ${String(i).padStart(3, '0')}`);
		for (const name of made) await sandbox.createDataSet({ name, columns: COLUMNS });
		const pages = await scroll(
			async (paginationToken) =>
				await searchList('domoDataSet', 'searchDataSets', credentials, { filter: 'paged', paginationToken }),
		);
		expect(pages.map(({ results }) => results.length)).toEqual([50, 50, 20, 0]);
		expect(pages.flatMap(names).map((name) => name.slice(0, 9))).toEqual(made);
	});

	it('links to Domo where the credential names the instance, and only to a plain name', async () => {
		const dataSetId = await sandbox.createDataSet({ name: 'linked', columns: COLUMNS });
		const linksWith = async (instanceName: string) =>
			(
				await searchList('domoDataSet', 'searchDataSets', credentialsFor(sandbox, { instanceName }), {
					filter: 'linked',
				})
			).results.map(({ url }) => url);
		expect(await linksWith('acme')).toEqual([
			`https://acme.domo.com/datasources/${dataSetId}/details/data/table`,
		]);
		expect(await linksWith('')).toEqual([undefined]);
		expect(await linksWith('evil.example/')).toEqual([undefined]);
	});

	it('says what Domo said', async () => {
		sandbox.faults.add({ operation: 'listDataSets', status: 403 });
		await expect(searchList('domoDataSet', 'searchDataSets', credentials)).rejects.toThrow(
			/Domo did not list the DataSets.*HTTP 403/,
		);
	});
});

describe('The list of Streams', () => {
	it("shows the DataSet's name, the update method and a link to the DataSet", async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'Sales by day',
			columns: COLUMNS,
			updateMethod: 'REPLACE',
		});
		const keyed = await sandbox.createStream({
			name: 'Sales by key',
			columns: COLUMNS,
			keyColumnNames: ['Amount'],
		});
		const link = (id: string) => `https://acme.domo.com/datasources/${id}/details/data/table`;
		const { results } = await searchList('domoStream', 'searchStreams', withInstance, { filter: 'SALES BY' });
		expect(results).toEqual([
			{ name: `Sales by day (Stream ${streamId}, REPLACE)`, value: String(streamId), url: link(dataSetId) },
			{
				name: `Sales by key (Stream ${keyed.streamId}, APPEND, upsert)`,
				value: String(keyed.streamId),
				url: link(keyed.dataSetId),
			},
		]);
	});

	it('finds a Stream whose DataSet stands far behind the first page, and goes on page by page without a search', async () => {
		await withSandbox({}, async (own) => {
			for (let i = 0; i < 503; i++)
				await own.createStream({ name: i === 501 ? 'The needle' : `hay ${i}`, columns: COLUMNS });
			const ownCredentials = credentialsFor(own);
			const found = await searchList('domoStream', 'searchStreams', ownCredentials, { filter: 'needle' });
			expect(found.results.map(({ name, value }) => [name, value])).toEqual([
				['The needle (Stream 502, APPEND)', '502'],
			]);
			expect(found.paginationToken).toBeUndefined();
			const pages = await scroll(
				async (paginationToken) =>
					await searchList('domoStream', 'searchStreams', ownCredentials, { paginationToken }),
			);
			expect(pages.map(({ results }) => results.length)).toEqual([500, 3, 0]);
			expect(pages.flatMap(({ results }) => results.map(({ value }) => value))).toEqual(
				Array.from({ length: 503 }, (_, i) => String(i + 1)),
			);
		});
	});

	describe('of an instance with more Streams than one search reads', () => {
		const BASE = 'https://api.domo.com';
		const COUNT = 7_000;
		const live = credentialsFor({ url: BASE, clientId: 'client', clientSecret: 'secret' });
		const streamAt = (i: number) => ({
			id: i + 1,
			updateMethod: 'APPEND',
			dataSet: {
				id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
				name: i === 2 || i === 6_000 ? `needle ${i}` : `hay ${i}`,
			},
		});
		beforeAll(() => {
			nock(BASE)
				.persist()
				.post('/oauth/token')
				.reply(200, { access_token: 'token', token_type: 'bearer', expires_in: 3599 });
			nock(BASE)
				.persist()
				.get('/v1/streams')
				.query(true)
				.reply((uri) => {
					const query = new URL(uri, BASE).searchParams;
					const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))];
					return [
						200,
						Array.from({ length: Math.max(0, Math.min(limit, COUNT - offset)) }, (_, i) =>
							streamAt(offset + i),
						),
					];
				});
		});
		afterAll(() => {
			nock.cleanAll();
			nock.restore();
		});
		const search = async (filter: string, paginationToken?: string) =>
			await searchList('domoStream', 'searchStreams', live, { filter, paginationToken });

		it('says in the list that the search was cut, and goes on from there', async () => {
			const first = await search('needle');
			expect(names(first)).toEqual([
				'needle 2 (Stream 3, APPEND)',
				"5,000 Streams searched so far, there are more: scroll on, or choose 'By DataSet ID'",
			]);
			const second = await search('needle', first.paginationToken as string);
			expect(names(second)).toEqual(['needle 6000 (Stream 6001, APPEND)']);
			expect(second.paginationToken).toBeUndefined();
		});

		it('says so where nothing was found yet, too: an empty list would look like the end', async () => {
			expect(names(await search('hay 6999'))).toEqual([
				expect.stringMatching(/^5,000 Streams searched so far/),
			]);
		});

		it('refuses the line that says so when it is chosen', async () => {
			const { results } = await search('hay 6999');
			const chosen = fromList(results[0].value, results[0].name);
			expect(
				await new StreamNode(sandbox, 'stream').refusal('get', { streamId: chosen as IDataObject }),
			).toMatch(/is not a Stream ID/);
		});
	});
});

describe('The list of executions', () => {
	/** A Stream with executions of several endings. */
	async function withExecutions(count: number): Promise<{ streamId: number; dataSetId: string }> {
		const made = await sandbox.createStream({ name: 'run often', columns: COLUMNS });
		const node = new StreamNode(sandbox, 'execution');
		for (let i = 0; i < count; i++)
			await node.runWell('create', { streamId: made.streamId, options: { activeExecution: 'abortIt' } });
		return made;
	}
	const list = async (streamId: IDataObject, more: { filter?: string; paginationToken?: string } = {}) =>
		await searchList('domoStream', 'searchExecutions', credentials, {
			...more,
			parameters: { resource: 'execution', operation: 'commit', streamId },
		});

	it('shows state and start of those of the chosen Stream, newest first', async () => {
		const { streamId, dataSetId } = await withExecutions(3);
		await withExecutions(1);
		const shown = [3, 2, 1].map((id) => {
			const { currentState, startedAt } = sandbox.execution(streamId, id);
			return {
				name: `${id} (${currentState}, started ${String(startedAt).slice(0, 10)} ${String(startedAt).slice(11, 16)})`,
				value: String(id),
			};
		});
		expect(shown.map(({ name }) => name.split(',')[0])).toEqual(['3 (ACTIVE', '2 (ABORTED', '1 (ABORTED']);
		for (const choice of [byId(streamId), byDataSet(dataSetId)]) {
			const { results, paginationToken } = await list(choice);
			expect(results).toEqual(shown);
			expect(paginationToken).toBeUndefined();
		}
	});

	it('is searched by state and number', async () => {
		const { streamId } = await withExecutions(3);
		expect((await list(byId(streamId), { filter: 'active' })).results.map(({ value }) => value)).toEqual([
			'3',
		]);
		expect((await list(byId(streamId), { filter: 'aborted' })).results.map(({ value }) => value)).toEqual([
			'2',
			'1',
		]);
	});

	it('comes page by page', async () => {
		const { streamId } = await withExecutions(53);
		const pages = await scroll(async (paginationToken) => await list(byId(streamId), { paginationToken }));
		expect(pages.map(({ results }) => results.length)).toEqual([50, 3]);
		expect(pages.flatMap(({ results }) => results.map(({ value }) => Number(value)))).toEqual(
			Array.from({ length: 53 }, (_, i) => 53 - i),
		);
	});

	it('asks for the Stream first', async () => {
		await expect(list(fromList())).rejects.toThrow(/No Stream is chosen in 'Stream'/);
	});

	it.each<[string, (id: number) => unknown]>([
		['from the list', (id) => fromList(id, `${id} (ACTIVE)`)],
		['by ID', (id) => byId(id)],
		['by an expression in the picker', () => byId('={{ $json.e }}')],
		['by a plain number, as workflows had it before the picker', (id) => id],
		['by a plain expression', () => '={{ $json.e }}'],
	])('An execution is chosen %s', async (_, choice) => {
		const { streamId } = await withExecutions(2);
		const node = new StreamNode(sandbox, 'execution');
		const { json } = await node.runWell(
			'get',
			{ streamId, executionId: choice(2) as never },
			itemsOf([{ e: 2 }]),
		);
		expect(json).toEqual([expect.objectContaining({ executionId: 2, currentState: 'ACTIVE' })]);
	});

	it.each<[string, unknown, RegExp]>([
		['nothing', byId('={{ $json.nothing }}'), /'Execution ID' is .*not a whole number of 1 or more/],
		['a word', byId('={{ "last" }}'), /'Execution ID' is "last", which is not a whole number/],
		['0', byId('0'), /'Execution ID' is "0", which is not a whole number of 1 or more/],
	])('%s is no execution', async (_, choice, message) => {
		const { streamId } = await withExecutions(1);
		expect(
			await new StreamNode(sandbox, 'execution').refusal('abort', { streamId, executionId: choice as never }),
		).toMatch(message);
		expect(sandbox.execution(streamId, 1).currentState).toBe('ACTIVE');
	});
});

describe("The columns for a policy's filter", () => {
	const columnNames = async (dataSetId: IDataObject) =>
		await optionsOf('domoDataSet', 'getColumnNames', credentials, {
			resource: 'policy',
			operation: 'create',
			dataSetId,
		});

	it("are the chosen DataSet's, with their types", async () => {
		const id = await sandbox.createDataSet({ name: 'guarded', columns: COLUMNS });
		const url = byUrl(`https://acme.domo.com/datasources/${id}/details/data/table`);
		for (const choice of [byId(id), url]) {
			expect(await columnNames(choice)).toEqual([
				{ name: 'Region', value: 'Region', description: 'STRING' },
				{ name: 'Amount', value: 'Amount', description: 'LONG' },
			]);
		}
	});

	it('are none while no DataSet is chosen, and say so where there is none such', async () => {
		expect(await columnNames(fromList())).toEqual([]);
		await expect(columnNames(byId(NO_SUCH_DATASET))).rejects.toThrow(/HTTP 404/);
	});

	it('of Checks Before Commit are none where each item names its target', async () => {
		const parameters = {
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: byMode('targetField', 'to'),
		};
		expect(await optionsOf('domoStream', 'getStreamColumnNames', credentials, parameters)).toEqual([]);
	});

	it('can still be given by an expression', async () => {
		const id = await sandbox.createDataSet({ name: 'guarded', columns: COLUMNS });
		const filters = { filter: [{ column: '={{ $json.column }}', operator: 'EQUALS', values: ['West'] }] };
		const parameters = {
			resource: 'policy',
			operation: 'create',
			dataSetId: byId(id),
			name: 'West',
			filters,
			users: [],
			groups: [],
		};
		const { error } = await runNode(
			'domoDataSet',
			parameters as unknown as IDataObject,
			credentials,
			itemsOf([{ column: 'Region' }]),
		);
		expect(error).toBeUndefined();
		expect(sandbox.dataSet(id).policies).toMatchObject([{ filters: [{ column: 'Region' }] }]);
	});
});
