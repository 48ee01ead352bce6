/** Which request is sent again after which answer: only what cannot have had an effect, or may have it twice. */
import { DomoClient, type HttpAnswer } from '../../domo/client';
import * as dataSets from '../../domo/dataSets';
import { orDomoError, DomoError, type Effect } from '../../domo/errors';
import * as executions from '../../domo/executions';
import * as policies from '../../domo/policies';
import { meaningOf } from '../../domo/retry';
import * as streams from '../../domo/streams';

const ID = '00000000-0000-4000-8000-000000000000';
const SCHEMA = { columns: [{ name: 'a', type: 'LONG' as const }] };
const POLICY = { name: 'p', type: 'user' as const, filters: [], users: [], groups: [] };
const REF = { streamId: 1, executionId: 1 };
const CSV = Buffer.from('1\n');

/** Every operation of domo/ that changes something, and whether doing it twice is as good as once. */
const CHANGES: Array<[name: string, twiceIsOnce: boolean, run: (client: DomoClient) => Promise<unknown>]> = [
	[
		'create DataSet',
		false,
		async (c) => await dataSets.createDataSet(c, { name: 'n', description: '', schema: SCHEMA }),
	],
	['update DataSet', true, async (c) => await dataSets.updateDataSet(c, ID, { name: 'n' })],
	['delete DataSet', false, async (c) => await dataSets.deleteDataSet(c, ID)],
	['import, APPEND', false, async (c) => await dataSets.importData(c, ID, CSV, 'APPEND')],
	['import, REPLACE', true, async (c) => await dataSets.importData(c, ID, CSV, 'REPLACE')],
	[
		'create Stream',
		false,
		async (c) =>
			await streams.createStream(c, {
				dataSet: { name: 'n', description: '', schema: SCHEMA },
				updateMethod: 'APPEND',
			}),
	],
	['update Stream', true, async (c) => await streams.updateStream(c, 1, { updateMethod: 'APPEND' })],
	['delete Stream', false, async (c) => await streams.deleteStream(c, 1)],
	['create execution', false, async (c) => await executions.createExecution(c, 1)],
	['upload part', true, async (c) => await executions.uploadPart(c, REF, 1, CSV, 'none', {})],
	['commit', false, async (c) => await executions.commitExecution(c, REF)],
	['abort', true, async (c) => await executions.abortExecution(c, REF)],
	['create policy', false, async (c) => await policies.createPolicy(c, ID, POLICY)],
	['update policy', true, async (c) => await policies.updatePolicy(c, ID, 1, POLICY as never)],
	['delete policy', false, async (c) => await policies.deletePolicy(c, ID, 1)],
];

/** Every operation that changes nothing. */
const READS: Array<[name: string, twiceIsOnce: boolean, run: (client: DomoClient) => Promise<unknown>]> = [
	['get DataSet', true, async (c) => await dataSets.getDataSet(c, ID)],
	['list DataSets', true, async (c) => await dataSets.listDataSets(c)],
	[
		'export',
		true,
		async (c) => await dataSets.exportData(c, ID, { includeHeader: true, fileName: 'a.csv' } as never),
	],
	['query', true, async (c) => await dataSets.queryDataSet(c, ID, 'SELECT 1')],
	['get Stream', true, async (c) => await streams.getStream(c, 1)],
	['list Streams', true, async (c) => await streams.listStreams(c)],
	['search Streams', true, async (c) => await streams.searchStreamsOfDataSet(c, ID)],
	['get execution', true, async (c) => await executions.getExecution(c, REF)],
	['list executions', true, async (c) => await executions.listExecutions(c, 1)],
	['get policy', true, async (c) => await policies.getPolicy(c, ID, 1)],
	['list policies', true, async (c) => await policies.listPolicies(c, ID)],
];

/** What each status says, written down beside the code: RFC 9110, and what proxies send. */
const STATUSES: Array<[status: number, mayHaveHappened: boolean, tryAgain: boolean]> = [
	[301, false, false],
	[302, false, false],
	[400, false, false],
	[401, false, false],
	[403, false, false],
	[404, false, false],
	[405, false, false],
	[406, false, false],
	[408, true, true],
	[409, false, false],
	[410, false, false],
	[411, false, false],
	[412, false, false],
	[413, false, false],
	[415, false, false],
	[422, false, false],
	[423, false, false],
	[425, false, true],
	[429, false, true],
	[431, false, false],
	[460, true, true],
	[499, true, true],
	[500, true, true],
	[501, true, true],
	[502, true, true],
	[503, true, true],
	[504, true, true],
	[520, true, true],
	[524, true, true],
	[599, true, true],
];

it.each(STATUSES)('%i: may have happened %s, try again %s', (status, mayHaveHappened, tryAgain) => {
	expect(meaningOf(status)).toEqual({ effect: mayHaveHappened ? 'unknown' : 'none', isPassing: tryAgain });
});

describe.each([...CHANGES, ...READS])('%s', (_name, twiceIsOnce, run) => {
	it.each(STATUSES)('%i', async (status, mayHaveHappened, tryAgain) => {
		const { requests, error } = await answeredWith(status, run);
		const isRepeated = tryAgain && (twiceIsOnce || !mayHaveHappened);
		expect(requests).toBe(isRepeated ? 5 : 1);
		const effect: Effect = mayHaveHappened ? 'unknown' : 'none';
		expect(error.details).toMatchObject({ status, effect });
	});
});

it('has a row for every operation', () => {
	const HELPERS = ['ensureAborted', 'listDataSetPage', 'listStreamPage', 'listExecutionPage'];
	const operations = [dataSets, streams, executions, policies]
		.flatMap((module) => Object.entries(module))
		.filter(([, value]) => typeof value === 'function' && value.constructor.name === 'AsyncFunction')
		.map(([name]) => name)
		.filter((name) => !HELPERS.includes(name));
	// Import has two rows.
	expect(CHANGES.length + READS.length - 1).toBe(operations.length);
});

async function answeredWith(
	status: number,
	run: (client: DomoClient) => Promise<unknown>,
): Promise<{ requests: number; error: DomoError }> {
	let requests = 0;
	const send = async (): Promise<HttpAnswer> => {
		requests++;
		return { status, headers: { 'retry-after': '0' }, body: JSON.stringify({ status, message: 'no' }) };
	};
	const error = await orDomoError(run(new DomoClient({ send })));
	if (!(error instanceof DomoError)) throw new Error('it was not refused');
	return { requests, error };
}
