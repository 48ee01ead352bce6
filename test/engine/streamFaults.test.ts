/**
 * The table of faults × operations of the Domo Stream node that are not Upload in Parallel (uploadFaults.test.ts): for
 * each cell what is in Domo afterwards, and how often the request was sent. docs/reliability.md shows the same table.
 */
import type { IDataObject } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import type { Sandbox } from '../../sandbox';
import { itemsOf, runNode, runNodeWell } from '../support/engine';
import { expectedOf, FaultTable, faultsFor, type Job, type Prepared } from '../support/faultTable';
import { byId } from '../support/locators';
import { sample } from '../support/runs';
import { currentWaits } from '../support/waits';

const COLUMNS: Column[] = [{ name: 'id', type: 'LONG' }];
const table = new FaultTable();

const of = (
	resource: 'stream' | 'execution',
	operation: string,
	streamId?: number,
	more: IDataObject = {},
): IDataObject => ({
	resource,
	operation,
	...(streamId === undefined ? {} : { streamId: byId(streamId) }),
	...more,
});
const run =
	(parameters: IDataObject, items = itemsOf([{}])): Prepared['run'] =>
	async (credentials) =>
		await runNode('domoStream', parameters, credentials, items);

let made = 0;
const newName = () => `Faults ${++made}`;
const PARTS = [{ id: 7 }, { id: 8 }];
const ROWS = [{ id: '0' }, { id: '7' }, { id: '8' }];

async function newStream(sandbox: Sandbox): Promise<{ streamId: number; dataSetId: string }> {
	return await sandbox.createStream({ name: newName(), columns: COLUMNS, rows: [{ id: 0 }] });
}

/** A Stream with the open execution 1, which holds part 1 where told so. */
async function withExecution(
	sandbox: Sandbox,
	hasPart: boolean,
): Promise<{ streamId: number; dataSetId: string }> {
	const stream = await newStream(sandbox);
	await runNodeWell('domoStream', of('execution', 'create', stream.streamId), table.credentials);
	const part = of('execution', 'uploadPart', stream.streamId, { executionId: 1, partId: 1 });
	if (hasPart) await runNodeWell('domoStream', part, table.credentials, itemsOf(PARTS));
	return stream;
}

const states = (sandbox: Sandbox, streamId: number) =>
	sandbox.executions(streamId).map(({ currentState }) => currentState);

/** The rows, once no commit is being indexed any more. */
async function settledRows(
	sandbox: Sandbox,
	{ streamId, dataSetId }: { streamId: number; dataSetId: string },
) {
	const untilMs = Date.now() + 5_000;
	while (
		sandbox.executions(streamId).some(({ currentState, commits }) => currentState === 'ACTIVE' && commits > 0)
	) {
		if (Date.now() > untilMs) throw new Error('an execution is still being indexed');
		await sandbox.rows(dataSetId);
	}
	return await sandbox.rows(dataSetId);
}

const JOBS: Record<string, Job> = {
	'list Streams': {
		operation: 'listStreams',
		habit: 'read',
		answers: 'json',
		readsOn: true,
		prepare: async (sandbox) => {
			const { streamId } = await newStream(sandbox);
			return {
				run: run(of('stream', 'getAll', undefined, { returnAll: true })),
				look: () => null,
				after: null,
				output: ({ json }) =>
					expect(json.map(({ id }) => id)).toEqual(Array.from({ length: streamId }, (_, index) => index + 1)),
			};
		},
	},
	'list executions': {
		operation: 'listExecutions',
		habit: 'read',
		answers: 'json',
		readsOn: true,
		prepare: async (sandbox) => {
			const { streamId } = await withExecution(sandbox, false);
			return {
				run: run(of('execution', 'getAll', streamId, { returnAll: true })),
				look: () => states(sandbox, streamId),
				after: ['ACTIVE'],
				output: ({ json }) =>
					expect(json).toMatchObject([{ streamId, executionId: 1, currentState: 'ACTIVE' }]),
			};
		},
	},
	'get an execution': {
		operation: 'getExecution',
		habit: 'read',
		answers: 'json',
		prepare: async (sandbox) => {
			const { streamId } = await withExecution(sandbox, false);
			return {
				run: run(of('execution', 'get', streamId, { executionId: 1 })),
				look: () => states(sandbox, streamId),
				after: ['ACTIVE'],
				output: ({ json }) =>
					expect(json).toMatchObject([{ streamId, executionId: 1, currentState: 'ACTIVE' }]),
			};
		},
	},
	'create a Stream': {
		operation: 'createStream',
		habit: 'once',
		answers: 'json',
		prepare: async (sandbox) => {
			const { streamId: last } = await newStream(sandbox);
			const name = newName();
			return {
				run: run(
					of('stream', 'create', undefined, {
						name,
						schemaSource: 'json',
						columnsJson: JSON.stringify(COLUMNS),
						updateMethod: 'APPEND',
					}),
				),
				look: () => streamsAfter(sandbox, last),
				after: [last + 1],
				output: ({ json }) => expect(json).toMatchObject([{ id: last + 1, dataSet: { name } }]),
			};
		},
	},
	'update a Stream': {
		operation: 'updateStream',
		habit: 'repeatable',
		answers: 'json',
		prepare: async (sandbox) => {
			const { streamId } = await newStream(sandbox);
			return {
				run: run(of('stream', 'update', streamId, { updateMethod: 'REPLACE' })),
				look: async () =>
					(await runNodeWell('domoStream', of('stream', 'get', streamId), table.credentials)).json[0]
						.updateMethod,
				after: 'REPLACE',
				output: ({ json }) => expect(json).toMatchObject([{ id: streamId, updateMethod: 'REPLACE' }]),
			};
		},
	},
	'create an execution': {
		operation: 'createExecution',
		habit: 'settled',
		answers: 'json',
		prepare: async (sandbox) => {
			const { streamId } = await newStream(sandbox);
			return {
				run: run(of('execution', 'create', streamId)),
				// One whose making nobody was told of is aborted: only what stays open counts.
				look: () => states(sandbox, streamId).filter((state) => state === 'ACTIVE'),
				after: ['ACTIVE'],
				output: ({ json }) =>
					expect(json).toMatchObject([
						{ executionId: sandbox.executions(streamId).length, currentState: 'ACTIVE' },
					]),
			};
		},
		exceptions: {
			// Three times at most; each time the list of executions tells that there is none, or the one there is aborted.
			'500 for ever': { ending: 'nothing', requests: [3, 3] },
			'503 for ever, though it took effect': { ending: 'nothing', requests: [3, 3] },
			'reset before the body for ever': { ending: 'nothing', requests: [3, 3] },
		},
	},
	'upload a part': {
		operation: 'part',
		habit: 'repeatable',
		answers: 'json',
		prepare: async (sandbox) => {
			const { streamId, dataSetId } = await withExecution(sandbox, false);
			return {
				run: async (credentials) => {
					// The operation has a time-out of its own, which is the table's here.
					const options = { requestTimeoutSeconds: currentWaits().requestTimeoutMs / 1000 };
					return await run(
						of('execution', 'uploadPart', streamId, { executionId: 1, partId: 1, options }),
						itemsOf(PARTS),
					)(credentials);
				},
				look: async () => ({
					parts: sandbox
						.parts(streamId, 1)
						.map(({ part, rows, sha256OfEachArrival }) => [part, rows, new Set(sha256OfEachArrival).size]),
					states: states(sandbox, streamId),
					rows: await sandbox.rows(dataSetId),
				}),
				// One content under its id, however often it arrived; nothing is in the DataSet before a commit.
				after: { parts: [[1, 2, 1]], states: ['ACTIVE'], rows: [{ id: '0' }] },
				output: ({ json }) => expect(json).toMatchObject([{ partId: 1, rows: 2 }]),
			};
		},
	},
	commit: {
		operation: 'commit',
		habit: 'settled',
		answers: 'json',
		prepare: async (sandbox) => {
			const stream = await withExecution(sandbox, true);
			return {
				run: run(of('execution', 'commit', stream.streamId, { executionId: 1 })),
				look: async () => ({
					rows: await settledRows(sandbox, stream),
					states: states(sandbox, stream.streamId),
				}),
				after: { rows: ROWS, states: ['SUCCESS'] },
				output: ({ json }) =>
					expect(json).toEqual([{ streamId: stream.streamId, executionId: 1, state: 'SUCCESS' }]),
			};
		},
		exceptions: {
			// It did take effect, and that can be asked for.
			'503 for ever, though it took effect': { ending: 'done', requests: [1, 1] },
			'500 for ever': { ending: 'unknown', requests: [2, 2] },
			'reset before the body for ever': { ending: 'unknown', requests: [2, 2] },
		},
	},
	abort: {
		operation: 'abort',
		habit: 'settled',
		answers: 'json',
		prepare: async (sandbox) => {
			const { streamId, dataSetId } = await withExecution(sandbox, true);
			return {
				run: run(of('execution', 'abort', streamId, { executionId: 1 })),
				look: async () => [states(sandbox, streamId), await sandbox.rows(dataSetId)],
				after: [['ABORTED'], [{ id: '0' }]],
				output: ({ json }) => expect(json).toEqual([{ streamId, executionId: 1, state: 'ABORTED' }]),
			};
		},
		exceptions: {
			// The state tells that it is aborted, or that it is not.
			'503 for ever, though it took effect': { ending: 'done', requests: [2, 5] },
			'500 for ever': { ending: 'nothing', requests: [5, 5] },
			'reset before the body for ever': { ending: 'nothing', requests: [5, 5] },
		},
	},
};

/** The ids of the Streams made after this one. */
function streamsAfter(sandbox: Sandbox, last: number): number[] {
	const ids: number[] = [];
	for (let id = last + 1; exists(sandbox, id); id++) ids.push(id);
	return ids;
}

function exists(sandbox: Sandbox, streamId: number): boolean {
	try {
		sandbox.executions(streamId);
		return true;
	} catch {
		return false;
	}
}

describe.each(Object.entries(JOBS).map(([name, job], index) => [name, job, index] as const))(
	'%s',
	(_, job, index) => {
		const faults = sample(faultsFor(job), 3, index);
		it.each(faults.map((name) => [name, expectedOf(job, name).ending]))('%s: %s', async (name) => {
			await table.check(job, name);
		});

		it('connection refused: nothing', async () => {
			await table.checkRefusedConnection(job);
		});
	},
);
