/** 'Same Input Again': what a node loaded last is kept in n8n's static data, and only after a load that succeeded. */
import { NodeConnectionTypes, type IDataObject, type INode } from 'n8n-workflow';

import { credentialsFor, itemsOf, runWorkflow, TEST_CREDENTIAL_ID } from '../support/engine';
import { COLUMNS, makeRows, parameters } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';

const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => {
	sandbox.faults.clear();
	sandbox.settings.minMinutesBetweenCommits = 0;
});

/** One workflow that runs several times, as n8n keeps its static data. */
class Production {
	private staticData: IDataObject = {};

	constructor(private readonly streamId: number) {}

	async load(rows: IDataObject[], options: IDataObject = {}): Promise<string | undefined> {
		const domo: INode = {
			id: '2',
			name: 'Domo',
			type: 'n8n-nodes-domo.domoStream',
			typeVersion: 1,
			position: [200, 0],
			parameters: parameters(this.streamId, options, { checks: { sameInput: true } }) as INode['parameters'],
			credentials: { domoOAuth2Api: { id: TEST_CREDENTIAL_ID, name: 'Domo' } },
		};
		const start: INode = {
			id: '1',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		};
		const run = await runWorkflow(
			{
				nodes: [start, domo],
				connections: { Start: { main: [[{ node: 'Domo', type: NodeConnectionTypes.Main, index: 0 }]] } },
				settings: {},
			},
			credentialsFor(sandbox),
			itemsOf(rows),
			{ staticData: this.staticData },
		);
		const task = run.data.resultData.runData.Domo?.[0];
		return task?.error?.message ?? (task?.data?.main[0]?.[0].json.refusal as string | undefined);
	}
}

describe('the same input again', () => {
	it('is refused after a load that succeeded, another input is not', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId);
		expect(await workflow.load(makeRows(5))).toBeUndefined();
		expect(await workflow.load(makeRows(5))).toMatch(/Same Input Again: the input has the very rows/);
		expect(await sandbox.rows(dataSetId)).toHaveLength(5);
		expect(await workflow.load(makeRows(5), { dryRun: true })).toMatch(/Same Input Again/);
		expect(await workflow.load(makeRows(5, 5))).toBeUndefined();
		expect(await workflow.load(makeRows(5))).toBeUndefined();
		expect(await sandbox.rows(dataSetId)).toHaveLength(15);
	});

	it('is loaded after a load that failed, or a Dry Run', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId);
		expect(await workflow.load(makeRows(5), { dryRun: true })).toBeUndefined();
		sandbox.faults.add({ operation: 'part', status: 400 });
		expect(await workflow.load(makeRows(5))).toBeDefined();
		sandbox.faults.clear();
		expect(await workflow.load(makeRows(5))).toBeUndefined();
		expect(await sandbox.rows(dataSetId)).toHaveLength(5);
	});

	it("is the same whatever 'Load Columns' write", async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId);
		const options = { loadColumns: ['loadTime', 'rowNumber'] };
		expect(await workflow.load(makeRows(5), options)).toBeUndefined();
		expect(await workflow.load(makeRows(5), options)).toMatch(/Same Input Again/);
		expect(await workflow.load(makeRows(5, 1), options)).toBeUndefined();
		expect(await sandbox.rows(dataSetId)).toHaveLength(10);
	});
});
