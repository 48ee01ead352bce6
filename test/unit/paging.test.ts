import fc from 'fast-check';

import { DomoClient, type HttpAnswer, type HttpRequest } from '../../domo/client';
import { listDataSets } from '../../domo/dataSets';
import { listExecutions } from '../../domo/executions';
import { listRecentExecutions } from '../../domo/recentExecutions';
import { listStreams } from '../../domo/streams';

interface Entry {
	id: number;
	currentState: string;
}

const executions = (count: number): Entry[] =>
	Array.from({ length: count }, (_, index) => ({ id: index + 1, currentState: 'SUCCESS' }));

/** A server with one list; counts its requests. */
function server(list: Entry[], ignoresOffset = false, ownLimit = Infinity) {
	const seen = { requests: 0 };
	const send = async ({ path }: HttpRequest): Promise<HttpAnswer> => {
		seen.requests++;
		const query = new URLSearchParams(path.slice(path.indexOf('?')));
		const offset = ignoresOffset ? 0 : Number(query.get('offset'));
		const page = list.slice(offset, offset + Math.min(ownLimit, Number(query.get('limit'))));
		return { status: 200, headers: {}, body: JSON.stringify(page) };
	};
	return { client: new DomoClient({ send }), seen };
}

const ids = (list: Entry[] | { id: number }[]) => list.map(({ id }) => id);

describe('the newest executions', () => {
	it.each([0, 1, 49, 50, 51, 99, 100, 101, 150, 600, 601, 649, 650, 10_000, 12_800])(
		'of %i',
		async (count) => {
			const all = executions(count);
			const newest = ids(all).reverse();
			for (const list of [all, [...all].reverse()]) {
				const { client, seen } = server(list);
				const found = ids(await listRecentExecutions(client, 1));
				expect(found.slice(0, 50)).toEqual(newest.slice(0, 50));
				expect(found).toEqual(newest.slice(0, found.length));
				expect(seen.requests).toBeLessThanOrEqual(list === all ? 16 : count === 1 ? 2 : 1);
			}
		},
	);

	it('go on to the one asked for, in either order', async () => {
		await fc.assert(
			fc.asyncProperty(fc.nat(700), fc.nat(700), fc.boolean(), async (count, above, oldestFirst) => {
				const all = executions(count);
				const { client } = server(oldestFirst ? all : [...all].reverse());
				const found = ids(await listRecentExecutions(client, 1, above));
				expect(found).toEqual(ids(all).reverse().slice(0, found.length));
				for (let id = above + 1; id <= count; id++) expect(found).toContain(id);
			}),
			{ numRuns: 60 },
		);
	});

	it('are found in a list without an order', async () => {
		const all = executions(120);
		const mixed = [...all.slice(60), ...all.slice(0, 60)];
		const { client } = server(mixed);
		expect(ids(await listRecentExecutions(client, 1)).slice(0, 3)).toEqual([120, 119, 118]);
	});
});

describe('a server that ignores offset', () => {
	const reads: Array<[string, (client: DomoClient) => Promise<unknown>]> = [
		['the executions', async (client) => await listExecutions(client, 1)],
		['the newest executions', async (client) => await listRecentExecutions(client, 1)],
		['the newest executions down to one', async (client) => await listRecentExecutions(client, 1, 0)],
		['the Streams', async (client) => await listStreams(client)],
		['the DataSets', async (client) => await listDataSets(client)],
	];
	it.each(reads)('is found out: %s', async (what, read) => {
		for (const list of [executions(600), executions(600).reverse()]) {
			const { client, seen } = server(list, true);
			// Listed newest first, one page has all that is asked for.
			if (what === 'the newest executions' && list[0].id === 600) continue;
			await expect(read(client)).rejects.toThrow(/gave the same entries again/);
			expect(seen.requests).toBeLessThanOrEqual(4);
		}
	});

	it.each([5, 10])('gives a list of %i, which is no whole page, as it is', async (count) => {
		const { client } = server(executions(count), true);
		expect(ids(await listExecutions(client, 1))).toHaveLength(count);
		expect(ids(await listRecentExecutions(client, 1))).toHaveLength(count);
	});

	it('gives a short list as it is', async () => {
		const { client } = server(executions(3), true);
		expect(ids(await listExecutions(client, 1))).toEqual([1, 2, 3]);
	});
});

it.each([1, 3, 5, 7, 10, 12, 20, 25, 33, 49])(
	'a server with a limit of its own, of %i, is read to the end',
	async (ownLimit) => {
		for (const count of [Math.max(1, ownLimit - 1), ownLimit, ownLimit + 1, 4 * ownLimit, 4 * ownLimit + 3]) {
			const all = executions(count);
			for (const list of [all, [...all].reverse()]) {
				const { client } = server(list, false, ownLimit);
				expect(ids(await listExecutions(client, 1))).toHaveLength(count);
				expect(ids(await listStreams(client))).toHaveLength(count);
				expect(await listDataSets(client, {}, count)).toHaveLength(count);
				expect(ids(await listRecentExecutions(client, 1))[0]).toBe(count);
			}
		}
	},
);

it.each([5, 7, 10, 12, 20, 25, 33])(
	'nor are all executions read, where the limit is %i',
	async (ownLimit) => {
		for (const count of [49, 50, 51, 600, 601, 10_000]) {
			const all = executions(count);
			for (const list of [all, [...all].reverse()]) {
				for (const above of [undefined, count - 1, count - 60]) {
					const { client, seen } = server(list, false, ownLimit);
					const found = ids(await listRecentExecutions(client, 1, above));
					expect(found).toEqual(ids(all).reverse().slice(0, found.length));
					expect(found.length).toBeGreaterThanOrEqual(
						Math.min(count, 50, ...(above === undefined ? [] : [count - above])),
					);
					expect(seen.requests).toBeLessThanOrEqual(40);
				}
			}
		}
	},
);

it('a list is asked for once more only where its first page is not full', async () => {
	for (const [count, requests] of [
		[0, 1],
		[1, 2],
		[3, 2],
		[50, 2],
		[53, 2],
		[100, 3],
	]) {
		const { client, seen } = server(executions(count));
		expect(await listExecutions(client, 1)).toHaveLength(count);
		expect({ count, requests: seen.requests }).toEqual({ count, requests });
	}
});

it('the newest executions of a young Stream, newest first, are one request', async () => {
	const { client, seen } = server(executions(7).reverse());
	expect(ids(await listRecentExecutions(client, 1))).toEqual([7, 6, 5, 4, 3, 2, 1]);
	expect(seen.requests).toBe(1);
});

it('an execution listed without a state is in an unknown one', async () => {
	const { client } = server([{ id: 1 } as Entry]);
	expect(await listExecutions(client, 1)).toEqual([{ id: 1, currentState: 'UNKNOWN' }]);
});

it('an entry that comes twice, as the list grows, is given once', async () => {
	const list = executions(120).reverse();
	const { client } = server(list);
	const original = client.json.bind(client);
	let page = 0;
	client.json = async (request) => {
		if (page++ === 1) list.unshift({ id: 121, currentState: 'ACTIVE' });
		return await original(request);
	};
	const found = ids(await listExecutions(client, 1));
	expect(found).toHaveLength(new Set(found).size);
	expect(found).toEqual(expect.arrayContaining(ids(executions(120))));
});
