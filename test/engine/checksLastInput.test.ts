/** 'Same Input Again': what a node loaded last is kept in n8n's static data, and only after a load that succeeded. */
import { NodeConnectionTypes, type IDataObject, type INode, type INodeExecutionData } from 'n8n-workflow';

import { credentialsFor, fileItem, itemsOf, runWorkflow, TEST_CREDENTIAL_ID } from '../support/engine';
import { byId } from '../support/locators';
import { asCsv, BINARY, COLUMNS, makeRows, parameters } from '../support/uploads';
import { StreamNode } from '../support/streamNode';
import { until } from '../support/until';
import { useSandbox } from '../support/useSandbox';

const sandbox = useSandbox({ indexingMs: 5 });
beforeEach(() => {
	sandbox.faults.clear();
	sandbox.settings.minMinutesBetweenCommits = 0;
});

/** One workflow that runs several times, as n8n keeps its static data. */
class Production {
	constructor(
		private readonly streamId: number,
		private readonly staticData: IDataObject = {},
	) {}

	async load(rows: IDataObject[], options: IDataObject = {}): Promise<string | undefined> {
		return await this.loadItems(itemsOf(rows), options);
	}

	async loadFile(
		csv: string,
		options: IDataObject = {},
		more: IDataObject = {},
	): Promise<string | undefined> {
		return await this.loadItems([fileItem(csv)], options, { ...BINARY, ...more });
	}

	/** With one request, into a DataSet. */
	async import(dataSetId: string, rows: IDataObject[], more: IDataObject = {}): Promise<string | undefined> {
		return await this.importItems(dataSetId, itemsOf(rows), more);
	}

	async importFile(dataSetId: string, csv: string, more: IDataObject): Promise<string | undefined> {
		return await this.importItems(dataSetId, [fileItem(csv)], { ...BINARY, ...more });
	}

	private async importItems(
		dataSetId: string,
		items: INodeExecutionData[],
		more: IDataObject,
	): Promise<string | undefined> {
		return await this.run('domoDataSet', items, {
			resource: 'dataSet',
			operation: 'import',
			dataSetId: byId(dataSetId),
			updateMethod: 'APPEND',
			inputSource: 'items',
			checks: { sameInput: true },
			...more,
		});
	}

	private async loadItems(
		items: INodeExecutionData[],
		options: IDataObject,
		more: IDataObject = {},
	): Promise<string | undefined> {
		const checks = { sameInput: true };
		return await this.run('domoStream', items, parameters(this.streamId, options, { checks, ...more }));
	}

	private async run(
		type: string,
		items: INodeExecutionData[],
		parametersOfNode: IDataObject,
	): Promise<string | undefined> {
		const domo: INode = {
			id: '2',
			name: 'Domo',
			type: `n8n-nodes-domo.${type}`,
			typeVersion: 1,
			position: [200, 0],
			parameters: parametersOfNode as INode['parameters'],
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
			items,
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

	it('is refused while its execution waits for a commit by hand, and after that', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId);
		expect(await workflow.load(makeRows(2))).toBeUndefined();
		sandbox.settings.minMinutesBetweenCommits = 15;
		expect(await workflow.load(makeRows(5, 2))).toMatch(/is still open with all its parts/);
		sandbox.settings.minMinutesBetweenCommits = 0;
		await new StreamNode(sandbox, 'execution').runWell('commit', { streamId, executionId: 2 });
		expect(await workflow.load(makeRows(5, 2))).toMatch(
			/the very rows that this node sent on .*, and it is not known whether Domo took them/,
		);
		expect(await sandbox.rows(dataSetId)).toHaveLength(7);
	});

	it.each([null, 'x', 7])('loads where nothing that can be read is remembered: %p', async (odd) => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId, { 'node:Domo': { lastInputs: { [dataSetId]: odd } } });
		expect(await workflow.load(makeRows(2))).toBeUndefined();
		expect(await workflow.load(makeRows(2))).toMatch(/Same Input Again/);
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

	it.each<[string, IDataObject, IDataObject]>([
		["'Load Columns' are switched on", {}, { loadColumns: ['loadTime', 'rowNumber'] }],
		[
			"'Load Columns' are switched off",
			{ loadColumns: ['loadTime', 'fileName'] },
			{ missingColumns: 'null' },
		],
		["'Null Text' is another", {}, { nullText: '\\N' }],
		['parts are cut smaller', {}, { rowsPerPart: 2 }],
	])('is the same where %s', async (_, before, after) => {
		const rows = makeRows(5).map((row, index) => ({ ...row, name: index === 2 ? null : row.name }));
		for (const asFile of [false, true]) {
			const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
			const workflow = new Production(streamId);
			const load = async (input: typeof rows, options: IDataObject) =>
				asFile
					? await workflow.loadFile(asCsv(input.map((row) => ({ ...row, name: row.name ?? '' }))), options)
					: await workflow.load(input, options);
			expect(await load(rows, before)).toBeUndefined();
			expect(await load(rows, after)).toMatch(/Same Input Again/);
			expect(await sandbox.rows(dataSetId)).toHaveLength(5);
			expect(await load(rows.slice(1), after)).toBeUndefined();
		}
	});

	it.each([
		['its lines end in CR and LF', asCsv(makeRows(5)).replaceAll('\n', '\r\n')],
		['its fields are in quotes', asCsv(makeRows(5)).replace(/name \d/g, '"$&"')],
		['another delimiter is between them', asCsv(makeRows(5), undefined, ';')],
		['its columns are in another order', asCsv(makeRows(5), ['day', 'name', 'id', 'amount'])],
	])('is the same file where %s', async (_, other) => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId);
		expect(await workflow.loadFile(asCsv(makeRows(5)))).toBeUndefined();
		expect(await workflow.loadFile(other)).toMatch(/Same Input Again/);
		expect(await workflow.load(makeRows(5))).toMatch(/Same Input Again/);
		expect(await sandbox.rows(dataSetId)).toHaveLength(5);
	});

	it('is refused after a commit whose outcome is not known, and says so', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId);
		sandbox.faults.add(
			{ operation: 'commit', resetAfterEffect: true },
			{ operation: 'getExecution', gone: true, times: 'always' },
		);
		expect(await workflow.load(makeRows(5))).toBeUndefined();
		sandbox.faults.clear();
		await until(() => sandbox.executions(streamId)[0].currentState !== 'ACTIVE');
		const said = await workflow.load(makeRows(5));
		expect(said).toMatch(/the very rows that this node sent on .*not known whether Domo took them/);
		expect(said).not.toMatch(/loaded on/);
		expect(await sandbox.rows(dataSetId)).toHaveLength(5);
	});

	const EMPTY = 'id,name,amount,day\n';
	const REPLACE = { updateMethod: 'REPLACE' };

	it('is loaded after an upload has emptied the DataSet', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId);
		const csv = asCsv(makeRows(5));
		expect(await workflow.loadFile(csv, {}, REPLACE)).toBeUndefined();
		expect(await workflow.loadFile(EMPTY)).toBeUndefined();
		expect(await workflow.loadFile(csv, {}, REPLACE)).toMatch(/Same Input Again/);
		for (let time = 0; time < 2; time++) {
			expect(await workflow.loadFile(EMPTY, { allowEmptyReplace: true }, REPLACE)).toBeUndefined();
			expect(await sandbox.rows(dataSetId)).toEqual([]);
		}
		expect(await workflow.loadFile(csv, {}, REPLACE)).toBeUndefined();
		expect(await sandbox.rows(dataSetId)).toHaveLength(5);
		expect(await workflow.loadFile(csv, {}, REPLACE)).toMatch(/Same Input Again/);
	});

	it('is loaded after an import has emptied the DataSet', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId);
		expect(await workflow.import(dataSetId, makeRows(5))).toBeUndefined();
		expect(await workflow.importFile(dataSetId, EMPTY, {})).toBeUndefined();
		expect(await workflow.import(dataSetId, makeRows(5))).toMatch(/Same Input Again/);
		const emptying = { ...REPLACE, options: { allowEmptyReplace: true } };
		// Whether Domo takes one is not known: here it says so.
		sandbox.faults.add({ operation: 'import', status: 204 });
		expect(await workflow.importFile(dataSetId, EMPTY, emptying)).toBeUndefined();
		expect(await workflow.import(dataSetId, makeRows(5), REPLACE)).toBeUndefined();
		expect(await sandbox.rows(dataSetId)).toHaveLength(5);
		expect(await workflow.import(dataSetId, makeRows(5), REPLACE)).toMatch(/Same Input Again/);
	});

	it('is refused where it is not known whether the DataSet was emptied', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId);
		expect(await workflow.load(makeRows(5))).toBeUndefined();
		sandbox.faults.add(
			{ operation: 'commit', resetBeforeBody: true, times: 'always' },
			{ operation: 'getExecution', gone: true, times: 'always' },
		);
		await workflow.loadFile(EMPTY, { allowEmptyReplace: true }, REPLACE);
		sandbox.faults.clear();
		expect(await workflow.load(makeRows(5), { activeExecution: 'abortIt' })).toMatch(/Same Input Again/);
		expect(await sandbox.rows(dataSetId)).toHaveLength(5);
	});

	it('is refused after an import whose answer was lost', async () => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'twice', columns: COLUMNS });
		const workflow = new Production(streamId);
		sandbox.faults.add({ operation: 'import', resetAfterEffect: true, times: 'always' });
		expect(await workflow.import(dataSetId, makeRows(5))).toMatch(/It is not known whether the rows/);
		sandbox.faults.clear();
		expect(await workflow.import(dataSetId, makeRows(5))).toMatch(/not known whether Domo took them/);
		expect(await sandbox.rows(dataSetId)).toHaveLength(5);
	});
});
