/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** What keeps two jobs on one Stream from harming each other, and an APPEND from becoming a REPLACE. */
import type { IDataObject } from 'n8n-workflow';

import { type Sandbox } from '../../sandbox';
import { credentialsFor, fileItem, itemsOf, runNode } from '../support/engine';
import { until } from '../support/until';
import {
	asCsv,
	asText,
	BINARY,
	COLUMNS,
	makeRows,
	parameters,
	refuse,
	tryUpload,
	upload,
} from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { setWaits, shortWaits } from '../support/waits';

shortWaits({ recommitAfterMs: 200 });
const sandbox = useSandbox();
beforeEach(() => {
	sandbox.faults.clear();
	Object.assign(sandbox.settings, {
		executionUpdateMethod: 'honour',
		indexingMs: 5,
		minMinutesBetweenCommits: 0,
	});
});

const makeStream = async (more: Partial<Parameters<Sandbox['createStream']>[0]> = {}) =>
	await sandbox.createStream({ name: 'guards', columns: COLUMNS, rows: makeRows(2) as never, ...more });
const states = (streamId: number) => sandbox.executions(streamId).map(({ currentState }) => currentState);

/** A token of our own, for what another job does. */
async function otherJob(method: string, path: string): Promise<void> {
	const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
	const token = (await (
		await fetch(`${sandbox.url}/oauth/token?grant_type=client_credentials&scope=data`, {
			headers: { authorization: `Basic ${basic}` },
		})
	).json()) as { access_token: string };
	const answer = await fetch(sandbox.url + path, {
		method,
		headers: { authorization: `bearer ${token.access_token}` },
	});
	if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
}
const openAnother = async (streamId: number) => await otherJob('POST', `/v1/streams/${streamId}/executions`);

describe('an execution that is already open', () => {
	it('is left alone by default, and the message says what to set', async () => {
		const { streamId, dataSetId } = await makeStream();
		await openAnother(streamId);
		const said = await refuse(sandbox, { streamId, items: itemsOf(makeRows(3)) });
		expect(said).toMatch(
			/execution 1 of the Stream \d+ is still ACTIVE since .* may be uploading, or Domo may be indexing it.*'Active Execution'/,
		);
		expect(states(streamId)).toEqual(['ACTIVE']);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
	});

	it("is aborted by 'Abort It', with a hint", async () => {
		const { streamId, dataSetId } = await makeStream();
		await openAnother(streamId);
		const { hints } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(3)),
			options: { activeExecution: 'abortIt' },
		});
		expect(states(streamId)).toEqual(['ABORTED', 'SUCCESS']);
		expect(hints.join(' ')).toMatch(/execution 1 was ACTIVE and was aborted/);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(3)]));
	});

	it("is waited for by 'Wait', until it has ended", async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.settings.indexingMs = 400;
		const first = upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(1, 10)),
			options: { waitForCompletion: false },
		});
		await first;
		await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(1, 20)),
			options: { activeExecution: 'wait' },
		});
		expect(states(streamId)).toEqual(['SUCCESS', 'SUCCESS']);
		expect(await sandbox.rows(dataSetId)).toEqual(
			asText([...makeRows(2), ...makeRows(1, 10), ...makeRows(1, 20)]),
		);
	});

	it("is not waited for longer than 'Wait Timeout (Seconds)'", async () => {
		const { streamId } = await makeStream();
		await openAnother(streamId);
		const said = await refuse(sandbox, {
			streamId,
			items: itemsOf(makeRows(1)),
			options: { activeExecution: 'wait', waitTimeoutSeconds: 0.2 },
		});
		expect(said).toMatch(/still ACTIVE .*after waiting \d+ s for it/);
		expect(states(streamId)).toEqual(['ACTIVE']);
	});

	it("is aborted with a hint when it is older than 'Stale After (Hours)'", async () => {
		const { streamId, dataSetId } = await makeStream();
		await openAnother(streamId);
		const { hints } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(1, 10)),
			options: { staleAfterHours: 0 },
		});
		expect(hints.join(' ')).toMatch(/execution 1 .* was still ACTIVE, opened at .*'Stale After \(Hours\)'/);
		expect(states(streamId)).toEqual(['ABORTED', 'SUCCESS']);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(1, 10)]));
	});

	it.each([
		[7, 'ABORTED'],
		[5, 'ACTIVE'],
	])('that is %i hours old is, by default, %s afterwards', async (hours, state) => {
		const { streamId } = await makeStream();
		await openAnother(streamId);
		const startedAt = new Date(Date.now() - hours * 3_600_000).toISOString();
		sandbox.faults.add({
			operation: 'listExecutions',
			status: 200,
			body: [{ id: 1, currentState: 'ACTIVE', startedAt }],
		});
		const { error } = await tryUpload(sandbox, { streamId, items: itemsOf(makeRows(1, 10)) });
		expect(error === undefined).toBe(state === 'ABORTED');
		expect(states(streamId)[0]).toBe(state);
	});

	it('that ends by itself while it is being aborted does no harm', async () => {
		const { streamId } = await makeStream();
		await openAnother(streamId);
		sandbox.faults.add({ operation: 'abort', status: 400, afterEffect: true });
		await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(1, 10)),
			options: { activeExecution: 'abortIt' },
		});
		expect(states(streamId)).toEqual(['ABORTED', 'SUCCESS']);
	});

	it("someone else's new execution aborts ours midway: the message says so, nothing lands", async () => {
		const { streamId, dataSetId } = await makeStream();
		let letGo = () => {};
		sandbox.faults.add({
			operation: 'part',
			part: 2,
			heldUntil: new Promise<void>((resolve) => (letGo = resolve)),
		});
		const running = tryUpload(sandbox, {
			streamId,
			items: itemsOf(makeRows(20)),
			options: { rowsPerPart: 10 },
		});
		await until(() => sandbox.executions(streamId).length > 0 && sandbox.parts(streamId, 1).length > 0);
		await openAnother(streamId);
		letGo();
		const { error } = await running;
		expect(error?.message).toMatch(
			/Someone else opened the execution 2 on the Stream \d+, and that aborted the execution 1/,
		);
		expect(states(streamId)).toEqual(['ABORTED', 'ACTIVE']);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
	});
});

describe("an update method other than the Stream's", () => {
	it.each(['ignore', 'honourUnreported'] as const)(
		'is not trusted where Domo does not confirm it (%s)',
		async (executionUpdateMethod) => {
			const { streamId, dataSetId } = await makeStream({ updateMethod: 'REPLACE' });
			sandbox.settings.executionUpdateMethod = executionUpdateMethod;
			const said = await refuse(sandbox, {
				streamId,
				items: itemsOf(makeRows(1, 10)),
				more: { updateMethod: 'APPEND' },
			});
			expect(said).toMatch(/did not take the update method APPEND.*nothing was uploaded.*'Update' to APPEND/);
			expect(states(streamId)).toEqual(['ABORTED']);
			expect(sandbox.parts(streamId, 1)).toEqual([]);
			expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
		},
	);

	it("is used without proof under 'Trust Execution Update Method'", async () => {
		const { streamId, dataSetId } = await makeStream({ updateMethod: 'REPLACE' });
		sandbox.settings.executionUpdateMethod = 'honourUnreported';
		await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(1, 10)),
			more: { updateMethod: 'APPEND' },
			options: { trustExecutionUpdateMethod: true },
		});
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(1, 10)]));
	});

	it('leaves no execution open when its check gets no answer', async () => {
		const { streamId } = await makeStream({ updateMethod: 'REPLACE' });
		sandbox.settings.executionUpdateMethod = 'honourUnreported';
		sandbox.faults.add({ operation: 'getExecution', status: 403, times: 'always' });
		await refuse(sandbox, { streamId, items: itemsOf(makeRows(1)), more: { updateMethod: 'APPEND' } });
		expect(states(streamId)).toEqual(['ABORTED']);
	});

	it.each(['append', '', 'UPSERT', null])(
		'%j, from an expression, never reaches Domo',
		async (updateMethod) => {
			const { streamId, dataSetId } = await makeStream();
			const said = await refuse(sandbox, {
				streamId,
				items: itemsOf(makeRows(1)),
				more: { updateMethod: `={{ ${JSON.stringify(updateMethod)} }}` },
				options: { trustExecutionUpdateMethod: true },
			});
			expect(said).toMatch(/'Update Method' .*APPEND/);
			expect(states(streamId)).toEqual([]);
			expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
		},
	);
});

describe('a Stream with key columns', () => {
	it.each(['APPEND', 'UPSERT'])(
		'set to %s: rows are upserted, and no count is foretold',
		async (updateMethod) => {
			const { streamId, dataSetId } = await makeStream({ updateMethod, keyColumnNames: ['id'] });
			const changed = [{ ...makeRows(1, 1)[0], name: 'changed' }, ...makeRows(1, 7)];
			const { summary } = await upload(sandbox, { streamId, items: itemsOf(changed) });
			expect(summary).toMatchObject({ state: 'SUCCESS', rows: 2, dataSetRows: 3, verified: null });
			const rows = await sandbox.rows(dataSetId);
			expect(rows.map(({ id, name }) => `${id} ${name}`).sort()).toEqual([
				'0 name 0',
				'1 changed',
				'7 name 7',
			]);
			expect(sandbox.execution(streamId, 1).updateMethod).toBe(updateMethod);
		},
	);

	it('two items with the same key are refused before anything is sent', async () => {
		const { streamId } = await makeStream({ keyColumnNames: ['id'] });
		const said = await refuse(sandbox, { streamId, items: itemsOf([...makeRows(2), ...makeRows(1)]) });
		expect(said).toMatch(/Items 0 and 2 have the same key: 'id' = '0'/);
		expect(states(streamId)).toEqual([]);
	});
});

describe('the row count afterwards', () => {
	it('is off because someone else wrote: verified is false, and a hint names both figures', async () => {
		const { streamId, dataSetId } = await makeStream();
		let letGo = () => {};
		sandbox.faults.add({
			operation: 'getExecution',
			heldUntil: new Promise<void>((resolve) => (letGo = resolve)),
		});
		const running = upload(sandbox, { streamId, items: itemsOf(makeRows(3, 10)) });
		await until(() => sandbox.executions(streamId)[0]?.commits === 1);
		const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
		const { access_token: token } = (await (
			await fetch(`${sandbox.url}/oauth/token?grant_type=client_credentials`, {
				headers: { authorization: `Basic ${basic}` },
			})
		).json()) as { access_token: string };
		await fetch(`${sandbox.url}/v1/datasets/${dataSetId}/data?updateMethod=APPEND`, {
			method: 'PUT',
			headers: { authorization: `bearer ${token}`, 'content-type': 'text/csv' },
			body: '99,other,1,2024-01-01\n',
		});
		letGo();
		const { summary, hints } = await running;
		expect(summary).toMatchObject({ state: 'SUCCESS', verified: false, dataSetRows: 6 });
		expect(hints.join(' ')).toMatch(/has 6 rows where 5 were expected/);
	});
});

describe('the commit', () => {
	it('whose answer is lost after it took effect is not sent again', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add({ operation: 'commit', resetAfterEffect: true });
		// However slow the machine: the execution has long left ACTIVE by then.
		setWaits({ recommitAfterMs: 60_000 });
		const { summary } = await upload(sandbox, { streamId, items: itemsOf(makeRows(3, 10)) });
		expect(summary).toMatchObject({ state: 'SUCCESS', verified: true });
		expect(sandbox.execution(streamId, 1).commits).toBe(1);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(3, 10)]));
	});

	it('that never arrived is sent once more, and the rows land once', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add({ operation: 'commit', resetBeforeBody: true });
		const { summary } = await upload(sandbox, { streamId, items: itemsOf(makeRows(3, 10)) });
		expect(summary).toMatchObject({ state: 'SUCCESS', verified: true });
		expect(sandbox.execution(streamId, 1).commits).toBe(1);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(3, 10)]));
	});

	it('whose answer is lost is not sent again before its time, however short the user would wait', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.settings.indexingMs = 100;
		sandbox.faults.add({ operation: 'commit', resetAfterEffect: true });
		// However slow the machine: the execution has long left ACTIVE by then.
		setWaits({ recommitAfterMs: 60_000 });
		const { summary } = await upload(sandbox, {
			streamId,
			items: itemsOf(makeRows(3, 10)),
			options: { waitTimeoutSeconds: 0 },
		});
		expect(summary).toMatchObject({ state: 'SUCCESS' });
		expect(sandbox.execution(streamId, 1).commits).toBe(1);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(3, 10)]));
	});

	it('is waited for although Domo is too busy to tell the state', async () => {
		const { streamId } = await makeStream();
		sandbox.settings.indexingMs = 50;
		sandbox.faults.add({ operation: 'getExecution', status: 429, times: 6 });
		const { summary } = await upload(sandbox, { streamId, items: itemsOf(makeRows(3, 10)) });
		expect(summary).toMatchObject({ state: 'SUCCESS', verified: true });
	});

	it('whose outcome nobody tells is reported as unknown, and the node does not fail', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'getExecution', status: 403, times: 'always' });
		const { summary, hints } = await upload(sandbox, { streamId, items: itemsOf(makeRows(3, 10)) });
		expect(summary.state).toBe('unknown');
		expect(hints.join(' ')).toMatch(
			/whether it took effect is not known.*Look at the DataSet before you load these rows again/,
		);
	});

	it('that Domo refuses (15 minutes) leaves the execution open, and the message says when to commit it', async () => {
		const { streamId, dataSetId } = await makeStream();
		await upload(sandbox, { streamId, items: itemsOf(makeRows(1, 10)) });
		sandbox.settings.minMinutesBetweenCommits = 15;
		const said = await refuse(sandbox, { streamId, items: itemsOf(makeRows(1, 20)) });
		expect(said).toMatch(
			/Only one commit in 15 minutes.*toe.*put nothing into the DataSet.*execution 2 is still open.*'Commit'.*15 minutes/,
		);
		expect(states(streamId)).toEqual(['SUCCESS', 'ACTIVE']);
		expect(sandbox.parts(streamId, 2)).toHaveLength(1);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(1, 10)]));
	});

	it('after which Domo does not take the rows makes the node fail, and the earlier rows are named', async () => {
		const { streamId, dataSetId } = await makeStream({ keyColumnNames: ['id'] });
		const csv = asCsv([...makeRows(1, 5), ...makeRows(1, 5)]);
		const said = await refuse(sandbox, { streamId, items: [fileItem(csv)], more: BINARY });
		expect(said).toMatch(/execution 1 .* ended as INVALID after its commit.*earlier rows are still there/);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
	});
});

describe('the creation of the execution', () => {
	it('whose answer is lost: the execution nobody knows is aborted, another is used', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add({ operation: 'createExecution', resetAfterEffect: true });
		await upload(sandbox, { streamId, items: itemsOf(makeRows(1, 10)) });
		expect(states(streamId)).toEqual(['ABORTED', 'SUCCESS']);
		expect(sandbox.parts(streamId, 1)).toEqual([]);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(1, 10)]));
	});

	it('whose answers are all lost leaves no execution open', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'createExecution', resetAfterEffect: true, times: 'always' });
		await refuse(sandbox, { streamId, items: itemsOf(makeRows(1)) });
		expect(states(streamId)).toEqual(['ABORTED', 'ABORTED', 'ABORTED']);
	});
});

describe('an execution that may be left open is named, with what to do', () => {
	const details = async (streamId: number, more: IDataObject = {}) => {
		const { outputs } = await tryUpload(sandbox, {
			streamId,
			items: itemsOf(makeRows(1)),
			more,
			run: { onError: 'continueErrorOutput' },
		});
		return outputs[1][0].json as { message: string; details: IDataObject };
	};

	it('where the answer to its creation is lost and Domo does not list the executions', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add(
			{ operation: 'createExecution', resetAfterEffect: true },
			{ operation: 'listExecutions', after: 1, status: 500, times: 'always' },
		);
		const said = await details(streamId);
		expect(said.message).toMatch(
			/No answer came.*create an execution.*An execution may still be open on the Stream \d+: Domo did not list.*HTTP 500.*Nothing was uploaded.*'Get Many'.*abort/s,
		);
		expect(said.details).toMatchObject({ streamId, fate: 'unknown', effect: 'none' });
		expect(states(streamId)).toEqual(['ACTIVE']);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
	});

	it("where the answer to its creation is lost and it can't be aborted", async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add(
			{ operation: 'createExecution', resetAfterEffect: true },
			{ operation: 'abort', status: 403, times: 'always' },
		);
		const said = await details(streamId);
		expect(said.message).toMatch(
			/No answer came.*Domo created the execution 1 anyway, and it could not be aborted: Domo did not abort.*Nothing was uploaded.*'Abort'/s,
		);
		expect(said.details).toMatchObject({ streamId, executionId: 1, fate: 'unknown', effect: 'none' });
		expect(states(streamId)).toEqual(['ACTIVE']);
	});

	it("where it does not take the update method and can't be aborted", async () => {
		const { streamId } = await makeStream({ updateMethod: 'REPLACE' });
		sandbox.settings.executionUpdateMethod = 'ignore';
		sandbox.faults.add({ operation: 'abort', status: 403, times: 'always' });
		const said = await details(streamId, { updateMethod: 'APPEND' });
		expect(said.message).toMatch(
			/did not take the update method APPEND: its new execution 1 says REPLACE. The execution could not be aborted \(Domo did not abort.*nothing was uploaded.*'Abort'.*'Update' to APPEND/s,
		);
		expect(said.details).toMatchObject({ streamId, executionId: 1, fate: 'unknown', effect: 'none' });
		expect(states(streamId)).toEqual(['ACTIVE']);
	});

	it.each([
		['aborted', /The execution was aborted and nothing was uploaded/, 'ABORTED'],
		['unknown', /The execution could not be aborted \(.*nothing was uploaded.*'Abort'/, 'ACTIVE'],
	])('where Domo does not tell its update method: %s', async (fate, left, state) => {
		const { streamId } = await makeStream({ updateMethod: 'REPLACE' });
		sandbox.settings.executionUpdateMethod = 'honourUnreported';
		sandbox.faults.add({ operation: 'getExecution', status: 403, times: 'always' });
		if (fate === 'unknown') sandbox.faults.add({ operation: 'abort', status: 500, times: 'always' });
		const said = await details(streamId, { updateMethod: 'APPEND' });
		expect(said.message).toMatch(
			/Domo did not give the execution 1.*whether it takes the update method APPEND/,
		);
		expect(said.message).toMatch(left);
		expect(said.details).toMatchObject({ streamId, executionId: 1, fate, effect: 'none' });
		expect(states(streamId)).toEqual([state]);
	});
});

describe('Stop', () => {
	/** Stops a run once `when` is true, and gives what is left. */
	async function stopWhen(streamId: number, when: () => boolean, options: IDataObject = {}) {
		let stop: () => void = () => undefined;
		const run = runNode(
			'domoStream',
			parameters(streamId, { rowsPerPart: 10, ...options }),
			credentialsFor(sandbox),
			itemsOf(makeRows(50)),
			{
				onStarted: (stopIt) => {
					stop = stopIt;
				},
			},
		);
		await until(when);
		stop();
		await run;
	}
	const settled = async (streamId: number) => {
		for (let waits = 0; waits < 400 && states(streamId).includes('ACTIVE'); waits++)
			await new Promise((resolve) => setTimeout(resolve, 10));
		return states(streamId);
	};

	it('midway aborts the own execution; nothing is committed', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.faults.add({ operation: 'part', part: 3, hang: true });
		await stopWhen(
			streamId,
			() => sandbox.executions(streamId).length === 1 && sandbox.parts(streamId, 1).length >= 2,
		);
		expect(await settled(streamId)).toEqual(['ABORTED']);
		expect(sandbox.execution(streamId, 1).commits).toBe(0);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(2)));
	});

	it('while the execution is being created leaves none open', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'createExecution', hang: true, afterEffect: true });
		await stopWhen(streamId, () => sandbox.executions(streamId).length === 1);
		expect(await settled(streamId)).toEqual(['ABORTED']);
	});

	it('after the commit aborts nothing: the rows land', async () => {
		const { streamId, dataSetId } = await makeStream();
		sandbox.settings.indexingMs = 300;
		await stopWhen(streamId, () => sandbox.executions(streamId)[0]?.commits === 1);
		expect(await settled(streamId)).toEqual(['SUCCESS']);
		expect(await sandbox.rows(dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(50)]));
	});

	it("aborts it also under 'Keep Open'", async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add({ operation: 'part', part: 3, hang: true });
		await stopWhen(
			streamId,
			() => sandbox.executions(streamId).length === 1 && sandbox.parts(streamId, 1).length >= 2,
			{ onFailure: 'keepOpen' },
		);
		expect(await settled(streamId)).toEqual(['ABORTED']);
	});
});

describe('an abort whose answer is lost', () => {
	it('is told as an abort', async () => {
		const { streamId } = await makeStream();
		sandbox.faults.add(
			{ operation: 'part', part: 1, status: 400 },
			{ operation: 'abort', resetAfterEffect: true },
		);
		expect(await refuse(sandbox, { streamId, items: itemsOf(makeRows(1)) })).toMatch(
			/execution 1 was aborted/,
		);
		expect(states(streamId)).toEqual(['ABORTED']);
	});
});
