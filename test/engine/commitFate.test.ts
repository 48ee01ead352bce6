/** An upload's commit and the operation Commit say the same of what becomes of an execution. */
import type { IDataObject } from 'n8n-workflow';

import type { Fault } from '../../sandbox';
import { itemsOf } from '../support/engine';
import { StreamNode } from '../support/streamNode';
import { COLUMNS, makeRows, tryUpload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits({ pollMs: 20, recommitAfterMs: 200 });
const sandbox = useSandbox({ indexingMs: 5 });
let node: StreamNode;
beforeAll(() => {
	node = new StreamNode(sandbox, 'execution');
});
beforeEach(() => sandbox.faults.clear());

const run = { onError: 'continueErrorOutput' as const };
const state = (currentState: string) => ({
	operation: 'getExecution' as const,
	status: 200,
	body: { id: 1, currentState },
});
const refused = (message: string, status = 400) => ({
	operation: 'commit' as const,
	status,
	body: { message, toe: 'TOE' },
});

async function saidBy(committer: 'upload' | 'operation', faults: Fault[]) {
	const { streamId } = await sandbox.createStream({ name: 'fates', columns: COLUMNS });
	const items = itemsOf(makeRows(2));
	if (committer === 'operation') {
		await node.runWell('create', { streamId });
		await node.runWell('uploadPart', { streamId, executionId: 1, partId: 1 }, items);
	}
	sandbox.faults.add(...faults);
	const { outputs } =
		committer === 'upload'
			? await tryUpload(sandbox, { streamId, items, run })
			: await node.run('commit', { streamId, executionId: 1 }, undefined, run);
	const { message, details } = outputs[1][0].json as { message: string; details: IDataObject };
	const { code, fate, effect, executionId, toe, cause } = details;
	const [what] = message.replaceAll(`Stream ${streamId}`, 'Stream N').split(/\.? (?:Run this|Create a new)/);
	return { what, code, fate, effect, executionId, toe, cause };
}

it.each<[string, Fault[], IDataObject]>([
	[
		'open',
		[refused('Only one commit in 15 minutes is allowed')],
		{ code: 'COMMIT_REFUSED', fate: 'open', effect: 'none' },
	],
	[
		'open, as another was committed just before',
		[refused('The last execution was committed less than 15 minutes ago')],
		{ code: 'COMMIT_REFUSED', fate: 'open', effect: 'none' },
	],
	[
		'over',
		[refused('Conflict'), state('FAILED')],
		{ code: 'COMMIT_EXECUTION_OVER', fate: 'aborted', effect: 'none' },
	],
	['active', [refused('Conflict')], { code: 'COMMIT_EXECUTION_UNKNOWN', fate: 'unknown', effect: 'unknown' }],
	[
		'not known',
		[refused('Conflict'), { operation: 'getExecution', status: 403, body: { toe: 'TOE2' } }],
		{ code: 'COMMIT_EXECUTION_UNKNOWN', fate: 'unknown', effect: 'none' },
	],
	[
		'gone',
		[refused('No such execution', 404), { operation: 'getExecution', status: 404, body: { toe: 'TOE2' } }],
		{ code: 'DOMO_NOT_FOUND', fate: 'unknown', effect: 'none' },
	],
	[
		'committed, and then failed',
		[{ operation: 'commit', status: 200, body: { id: 1, currentState: 'FAILED' } }],
		{ code: 'COMMIT_ROWS_NOT_TAKEN', fate: 'committed', effect: 'none' },
	],
])('an execution that is %s', async (_, faults, expected) => {
	const byUpload = await saidBy('upload', faults);
	sandbox.faults.clear();
	const byOperation = await saidBy('operation', faults);
	expect(byUpload).toMatchObject({ ...expected, executionId: 1 });
	expect(byOperation).toEqual(byUpload);
});
