/** What a message claims of the execution and the rows is so, also where another job has had its hand in it. */
import type { IDataObject } from 'n8n-workflow';

import { credentialsFor, fileItem, itemsOf, runNodeWell } from '../support/engine';
import { byId } from '../support/locators';
import { StreamNode } from '../support/streamNode';
import { until } from '../support/until';
import { asCsv, asText, COLUMNS, makeRows, tryUpload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
let otherJob: StreamNode;
beforeAll(() => {
	otherJob = new StreamNode(sandbox, 'execution');
});
beforeEach(() => sandbox.faults.clear());

const BEFORE = makeRows(2);
const ROWS = makeRows(3, 10);

/** An upload of three parts whose second is held until another job has done something to its execution. */
async function meddledWith(operation: 'abort' | 'commit', options: IDataObject) {
	const { streamId, dataSetId } = await sandbox.createStream({
		name: 'claims',
		columns: COLUMNS,
		rows: BEFORE as never,
	});
	let letGo = () => {};
	sandbox.faults.add({
		operation: 'part',
		part: 2,
		heldUntil: new Promise<void>((resolve) => (letGo = resolve)),
	});
	const running = tryUpload(sandbox, {
		streamId,
		items: itemsOf(ROWS),
		options: { rowsPerPart: 1, maxConcurrentUploads: 1, ...options },
		run: { onError: 'continueErrorOutput' },
	});
	await until(() => sandbox.executions(streamId).length > 0 && sandbox.parts(streamId, 1).length === 1);
	await otherJob.runWell(operation, { streamId, executionId: 1 });
	letGo();
	const { outputs } = await running;
	const { message, details } = outputs[1][0].json as { message: string; details: IDataObject };
	return { message, details, rows: await sandbox.rows(dataSetId) };
}

describe.each([
	['abort', 400],
	['keepOpen', 400],
	['abort', 200],
] as const)(
	"'On Failure' %s, where Domo answers the abort of an ended execution with %i",
	(onFailure, abortOfEnded) => {
		beforeAll(() => Object.assign(sandbox.settings, { abortOfEnded }));
		afterAll(() => Object.assign(sandbox.settings, { abortOfEnded: 400 }));

		it('an execution aborted by hand is not said to be kept open', async () => {
			const { message, details, rows } = await meddledWith('abort', { onFailure });
			expect(message).toMatch(/The execution 1 (has ended as ABORTED|was aborted): none of this upload/);
			expect(message).not.toMatch(/kept open|'Resume'/);
			expect(details).toMatchObject({ fate: 'aborted', effect: 'none' });
			expect(rows).toEqual(asText(BEFORE));
		});

		it('of an execution that someone else committed, nobody says that nothing is in the DataSet', async () => {
			const { message, details, rows } = await meddledWith('commit', { onFailure });
			expect(message).toMatch(
				/execution 1 has ended as SUCCESS, which this upload did not commit: the parts that had arrived by then are in the DataSet/,
			);
			expect(message).toMatch(/Look at the DataSet before you load these rows again/);
			expect(message).not.toMatch(/nothing of|nothing is|kept open/);
			expect(details).toMatchObject({ fate: 'committed', effect: 'unknown' });
			expect(rows).toEqual(asText([...BEFORE, ROWS[0]]));
		});
	},
);

describe('while Domo indexes what another job has committed', () => {
	const slow = useSandbox({ indexingMs: 400 });
	const quickly = { options: { waitForCompletion: false } };

	it("'Keep Open' does not say that the execution is open, nor that nothing is in the DataSet", async () => {
		const node = new StreamNode(slow, 'execution');
		const { streamId, dataSetId } = await slow.createStream({
			name: 'claims',
			columns: COLUMNS,
			rows: BEFORE as never,
		});
		let letGo = () => {};
		slow.faults.add({
			operation: 'part',
			part: 2,
			heldUntil: new Promise<void>((resolve) => (letGo = resolve)),
		});
		const running = tryUpload(slow, {
			streamId,
			items: itemsOf(ROWS),
			options: { rowsPerPart: 1, maxConcurrentUploads: 1, onFailure: 'keepOpen' },
		});
		await until(() => slow.executions(streamId).length > 0 && slow.parts(streamId, 1).length === 1);
		await node.runWell('commit', { streamId, executionId: 1, ...quickly });
		letGo();
		const { error } = await running;
		expect(error?.message).toMatch(
			/whether it is still open is not known \(Domo shows it as ACTIVE\): if another job has committed it, the parts that had arrived get into the DataSet/,
		);
		expect(error?.message).not.toMatch(/is kept open|nothing of|nothing is/);
		expect(error?.description).toMatch(/Look at the DataSet before you load these rows again/);
		await until(() => slow.executions(streamId)[0].currentState === 'SUCCESS');
		expect(await slow.rows(dataSetId)).toEqual(asText([...BEFORE, ROWS[0]]));
	});

	it.each([
		[
			'not active',
			400,
			{ message: 'Stream execution 1 is not active' },
			/not over: an earlier commit may have taken effect/,
		],
		[
			'in words that are not known',
			409,
			{ message: 'Conflict' },
			/still open, or another commit of it took effect/,
		],
	])(
		"'Commit' refused as %s does not say that its parts can be committed later",
		async (_, status, body, said) => {
			const node = new StreamNode(slow, 'execution');
			const { streamId } = await slow.createStream({ name: 'claims', columns: COLUMNS });
			await node.runWell('create', { streamId });
			await node.runWell('commit', { streamId, executionId: 1, ...quickly });
			slow.faults.add({ operation: 'commit', status, body });
			const refusal = await node.refusal('commit', { streamId, executionId: 1, ...quickly });
			expect(refusal).toMatch(said);
			expect(refusal).not.toMatch(/not lost|put a Wait node/);
			await until(() => slow.executions(streamId)[0].currentState === 'SUCCESS');
		},
	);
});

it('a mistaken resume of an execution that has ended meanwhile is not said to be kept open', async () => {
	const { streamId } = await sandbox.createStream({ name: 'claims', columns: COLUMNS });
	sandbox.faults.add({ operation: 'part', part: 2, status: 413 });
	const options = { rowsPerPart: 1, maxConcurrentUploads: 1, onFailure: 'keepOpen' };
	const kept = await tryUpload(sandbox, {
		streamId,
		items: itemsOf(ROWS),
		options,
		run: { onError: 'continueErrorOutput' },
	});
	const { details } = kept.outputs[1][0].json as { details: IDataObject };
	expect(details).toMatchObject({ fate: 'open', partsCut: 2 });
	// Someone commits it after the resume's first look.
	sandbox.faults.add({
		operation: 'getExecution',
		after: 1,
		status: 200,
		body: { id: 1, currentState: 'SUCCESS' },
	});
	const { error } = await tryUpload(sandbox, {
		streamId,
		items: itemsOf(ROWS.slice(0, 1)),
		options: { ...options, resume: details },
	});
	expect(error?.message).toMatch(
		/this run has 1 parts?, but the one.* had 2.*The execution 1 has ended as SUCCESS, which this upload did not commit/s,
	);
	expect(error?.message).not.toMatch(/is kept open|abort the execution/);
	expect(error?.description).toMatch(/can't be resumed/);
});

it("'Import' of no rows does not fail where only the look afterwards does", async () => {
	const { dataSetId } = await sandbox.createStream({
		name: 'claims',
		columns: COLUMNS,
		rows: BEFORE as never,
	});
	const importNothing = async () =>
		await runNodeWell(
			'domoDataSet',
			{
				resource: 'dataSet',
				operation: 'import',
				dataSetId: byId(dataSetId),
				updateMethod: 'REPLACE',
				inputSource: 'binary',
				options: { allowEmptyReplace: true },
			},
			credentialsFor(sandbox),
			[fileItem(asCsv([]))],
		);
	// Domo's own answer to such a REPLACE is not known.
	sandbox.faults.add({ operation: 'import', status: 200, body: {}, times: 2 });
	const from = sandbox.log.length;
	await importNothing();
	const looks = sandbox.log.slice(from).filter(({ operation }) => operation === 'getDataSet').length;
	sandbox.faults.add({ operation: 'getDataSet', after: looks - 1, status: 403 });
	const { json, hints } = await importNothing();
	expect(json[0]).toMatchObject({ rows: 0 });
	expect(hints.join()).toMatch(
		/took the REPLACE without rows, but whether the DataSet is empty now is not known/,
	);
});

it('new columns that another job has changed meanwhile: no rows are sent, and an abort that was is told', async () => {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'claims', columns: COLUMNS });
	await otherJob.runWell('create', { streamId });
	const { columns } = sandbox.dataSet(dataSetId);
	sandbox.faults.add({
		operation: 'getDataSet',
		after: 1,
		status: 200,
		body: { id: dataSetId, name: 'x', schema: { columns: [...columns, { name: 'theirs', type: 'LONG' }] } },
	});
	const { error } = await tryUpload(sandbox, {
		streamId,
		items: itemsOf([{ ...ROWS[0], more: 'x' }]),
		options: { activeExecution: 'abortIt', unknownFields: 'addColumns' },
	});
	expect(error?.message).toMatch(/columns have changed since they were read.*No rows were sent/);
	expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['ABORTED']);
});

it.each([null, [], { id: 1, currentState: 'SUCCESS' }, { id: 1, currentState: 'INDEXING' }])(
	'an abort answered 200 with %j, and not done, is not said to have aborted',
	async (body) => {
		const { streamId } = await sandbox.createStream({ name: 'no abort', columns: COLUMNS });
		sandbox.faults.add(
			{ operation: 'part', status: 400, body: { message: 'no' }, times: 'always' },
			{ operation: 'abort', status: 200, body: body as never, times: 'always' },
		);
		const { error } = await tryUpload(sandbox, { streamId, items: itemsOf(ROWS) });
		expect(error?.message).toContain('The execution 1 could not be aborted');
		expect(error?.message).not.toContain('was aborted');
		expect(sandbox.execution(streamId, 1).currentState).toBe('ACTIVE');
		expect(await otherJob.refusal('abort', { streamId, executionId: 1 })).toMatch(
			/Domo took the request to abort the execution 1 .*, but shows it as ACTIVE/,
		);
	},
);
