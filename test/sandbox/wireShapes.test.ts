/** What the package sends, and what the sandbox answers, has the shapes that Domo's documents give. */
import { makeTarget, OPERATIONS, runOnOneRow } from '../support/everyOperation';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';
import { startWitness, type Exchange } from '../support/witness';
import { SHAPES, shapeFaults } from './wireShapes';

shortWaits();
const sandbox = useSandbox({ indexingMs: 1 }, 'test');
const seen: Exchange[] = [];
let witness: Awaited<ReturnType<typeof startWitness>>;
beforeEach(async () => (witness = await startWitness(sandbox.url)));
afterEach(async () => {
	seen.push(...witness.exchanges);
	await witness.close();
});

const faults = () =>
	witness.exchanges.flatMap((exchange) =>
		shapeFaults(exchange).map((fault) => `${exchange.method} ${exchange.path}: ${fault}`),
	);

it.each(OPERATIONS.map(([type, resource, operation, base]) => ({ type, resource, operation, base })))(
	'$type, $resource, $operation',
	async ({ type, resource, operation, base }) => {
		// An open execution would refuse a new one.
		const target = await makeTarget(sandbox, operation === 'create' ? 'stream' : resource);
		const watched = Object.create(sandbox, { url: { value: witness.url } }) as typeof sandbox;
		const { error } = await runOnOneRow(watched, type, { resource, operation, ...base(target) });
		expect(error?.message).toBeUndefined();
		expect(witness.exchanges.length).toBeGreaterThan(0);
		expect(faults()).toEqual([]);
	},
);

it('the answers on users, groups and the Streams of a DataSet', async () => {
	const { dataSetId } = await makeTarget(sandbox, 'stream');
	const form = new URLSearchParams({ grant_type: 'client_credentials', scope: 'data user' });
	const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
	const token = await fetch(`${witness.url}/oauth/token`, {
		method: 'POST',
		headers: { authorization: `Basic ${basic}` },
		body: form,
	});
	const { access_token } = (await token.json()) as { access_token: string };
	const search = `/v1/streams/search?q=dataSource.id:${dataSetId}&fields=all`;
	for (const path of ['/v1/users?limit=50&offset=0', '/v1/groups?limit=50&offset=0', search]) {
		const answer = await fetch(witness.url + path, { headers: { authorization: `bearer ${access_token}` } });
		expect((await answer.json()) as unknown[]).not.toEqual([]);
	}
	expect(faults()).toEqual([]);
});

it('each shape has been met', () => {
	const unmet = SHAPES.filter(
		({ request: [method, path] }) =>
			!seen.some((exchange) => exchange.method === method && path.test(exchange.path)),
	);
	expect(unmet.map(({ request: [method, path] }) => `${method} ${path.source}`)).toEqual([]);
});

it('a shape sees what is wrong', () => {
	const exchange = (given: Partial<Exchange>): Exchange => ({
		method: 'POST',
		path: '/v1/streams/1/executions',
		query: new URLSearchParams(),
		requestHeaders: { 'content-type': 'application/json' },
		requestBody: '{"updateMethod":"APPEND"}',
		status: 201,
		responseHeaders: { 'content-type': 'application/json' },
		responseBody: JSON.stringify({
			id: 1,
			startedAt: '2024-02-29T00:00:00Z',
			currentState: 'ACTIVE',
			createdAt: '2024-02-29T00:00:00Z',
			modifiedAt: '2024-02-29T00:00:00Z',
		}),
		...given,
	});
	expect(shapeFaults(exchange({}))).toEqual([]);
	expect(shapeFaults(exchange({ path: '/v1/streams/x/executions' }))).toEqual(['no such request']);
	expect(shapeFaults(exchange({ query: new URLSearchParams({ a: '1' }) }))).toHaveLength(1);
	expect(shapeFaults(exchange({ requestBody: '{"updateMethod":"append"}' })).length).toBeGreaterThan(0);
	expect(shapeFaults(exchange({ status: 204 }))).toEqual(['answered 204']);
	expect(shapeFaults(exchange({ responseBody: '{}' })).length).toBeGreaterThan(0);
});
