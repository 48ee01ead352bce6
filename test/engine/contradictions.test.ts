/** A server's list with entries that are none, a last commit in the future, and a 'Resume' that contradicts itself. */
import { credentialsFor, fileItem, itemsOf, runNode } from '../support/engine';
import { byId } from '../support/locators';
import { StreamNode } from '../support/streamNode';
import { asCsv, asText, BINARY, COLUMNS, makeRows, refuse } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => sandbox.faults.clear());
const makeStream = async () =>
	await sandbox.createStream({ name: 'odd', columns: COLUMNS, rows: makeRows(2) as never });

describe.each([[[null]], [['x']], [[{ currentState: 'ACTIVE' }]]])('a list with %j', (body) => {
	it.each(['listExecutions', 'listStreams', 'listDataSets', 'listPolicies'] as const)(
		'%s',
		async (operation) => {
			const { streamId, dataSetId } = await makeStream();
			sandbox.faults.add({ operation, status: 200, body, times: 'always' });
			const [type, parameters] = {
				listExecutions: ['domoStream', { resource: 'execution', streamId: byId(streamId) }],
				listStreams: ['domoStream', { resource: 'stream' }],
				listDataSets: ['domoDataSet', { resource: 'dataSet' }],
				listPolicies: ['domoDataSet', { resource: 'policy', dataSetId: byId(dataSetId) }],
			}[operation] as ['domoStream', object];
			const { error } = await runNode(
				type,
				{ operation: 'getAll', returnAll: true, ...parameters },
				credentialsFor(sandbox),
			);
			expect(error?.message).toContain('JSON that lacks what belongs there');
		},
	);
});

it.each(['2999-02-01T00:00:00Z', '9999-12-31T00:00:00Z', '+275760-09-13T00:00:00Z'])(
	'a last commit at %s is taken as one just now',
	async (endedAt) => {
		const { streamId } = await makeStream();
		const body = [{ id: 1, currentState: 'SUCCESS', endedAt }];
		sandbox.faults.add({ operation: 'listExecutions', status: 200, body, times: 'always' });
		const options = { commitTooSoon: 'fail', minMinutesBetweenCommits: 15 };
		expect(await refuse(sandbox, { streamId, items: itemsOf(makeRows(1)), options })).toMatch(
			/next commit at \d\d:\d\d UTC \(in 1[56] minutes\)/,
		);
	},
);

const landed = (part: number, firstRow: number, rows: number) => ({ part, firstRow, rows, sha256: 'x' });
it.each([
	{ partsCut: 1, landedParts: [landed(2, 10, 1)] },
	{ partsCut: 2, landedParts: [landed(2, 10, 0)] },
	{ partsCut: 2, landedParts: [landed(1, 0, 10), landed(1, 0, 10)] },
	{ partsCut: 2, landedParts: [landed(1, 5, 10)] },
	{ partsCut: 2, landedParts: [landed(1, 0, 10), landed(2, 9, 10)] },
	{ partsCut: 5, landedParts: [landed(3, 1, 1)] },
	{ partsCut: 40_000_000, landedParts: [landed(40_000_000, 40_000_000, 1)] },
	{ partsCut: -1, landedParts: [landed(-1, -5, -3)] },
	{ partsCut: 1, partSizeBytes: 0, landedParts: [] },
	{ partsCut: 1, rowsPerPart: 0.5, landedParts: [] },
])("a 'Resume' of %j is refused before anything is sent", async (point) => {
	const { streamId, dataSetId } = await makeStream();
	await new StreamNode(sandbox, 'execution').runWell('create', { streamId });
	for (const dryRun of [true, false]) {
		const said = await refuse(sandbox, {
			streamId,
			items: [fileItem(asCsv(makeRows(50, 100)))],
			options: { resume: { streamId, executionId: 1, ...point }, dryRun },
			more: BINARY,
		});
		expect(said).toContain("'Resume' does not hold the details");
	}
	expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['ACTIVE']);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
});
