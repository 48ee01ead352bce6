import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { credentialsFor, fileItem, itemsOf, runNode, type NodeRunOptions } from '../support/engine';
import { byMode } from '../support/locators';
import { asCsv, asText, BINARY, COLUMNS, makeRows, parameters } from '../support/uploads';
import { until } from '../support/until';
import { useSandbox } from '../support/useSandbox';

const sandbox = useSandbox({}, 'test');

/** Items that name their target in the field 'to'. */
const to = (target: unknown, rows: IDataObject[]) =>
	itemsOf(rows.map((row) => ({ to: target, ...row }) as IDataObject));

const FIELD = byMode('targetField', 'to');

const make = async (name: string, rows = 0) =>
	await sandbox.createStream({ name, columns: COLUMNS, rows: makeRows(rows, 900) as never });

const run = async (
	items: INodeExecutionData[],
	more: IDataObject = {},
	options: IDataObject = {},
	how: NodeRunOptions = {},
) =>
	await runNode(
		'domoStream',
		parameters(0, options, { streamId: FIELD, ...more }),
		credentialsFor(sandbox),
		items,
		how,
	);

/** The item indexes that each output item is paired with. */
const pairs = (items: INodeExecutionData[]) =>
	items.map(({ pairedItem }) => (pairedItem as Array<{ item: number }>).map(({ item }) => item));

const ids = new Map<string, string>();
const rowsOf = async (name: string) => await sandbox.rows(ids.get(name)!);
async function made(name: string, rows = 0) {
	const stream = await make(name, rows);
	ids.set(name, stream.dataSetId);
	return stream;
}

it('one whose rows are all left out is not counted as loaded', async () => {
	await made('with rows');
	await made('without');
	const bad = { ...makeRows(1)[0], id: 'none' };
	const items = [...to('with rows', makeRows(1)), ...to('without', [bad])];
	const { hints, error } = await run(items, {
		valueOptions: { badValues: 'leaveOut', maxBadRowsPercent: 100 },
	});
	expect(error).toBeUndefined();
	expect(hints).toContain('1 of 2 targets loaded, 1 row in all. 1 had no rows to upload.');
	expect(await rowsOf('without')).toEqual([]);
});

it('one that is made is not proposed for the node, which many targets share', async () => {
	const { hints } = await run([...to('made 1', makeRows(1)), ...to('made 2', makeRows(1))]);
	const said = hints.filter((hint) => hint.includes('No DataSet was named'));
	expect(said).toHaveLength(2);
	for (const hint of said) expect(hint).toContain('Later runs find it by this name.');
});

it('one that is no name is to be corrected in its item', async () => {
	const { error } = await run([...to('', makeRows(1)), ...to({ a: 1 }, makeRows(1))]);
	expect(error?.message).toContain(
		"Item 0 names no target in the field 'to': No DataSet name is given in 'to'",
	);
	expect(error?.description).toMatch(/^Correct that field before this node/);
});

describe('items by a target field', () => {
	it('share the memory of parts: what is made anew for each has V8 collect all items', async () => {
		const made = jest.spyOn(Buffer, 'allocUnsafeSlow');
		const partsMemory = async (targets: number) => {
			made.mockClear();
			const rows = Array.from({ length: targets }, (_, i) => to(`memory ${targets} ${i}`, makeRows(1)));
			expect((await run(rows.flat(), { targetFieldHolds: 'name' })).error).toBeUndefined();
			return made.mock.calls.filter(([bytes]) => bytes > 1_000_000).length;
		};
		try {
			expect(await partsMemory(8)).toBe(await partsMemory(2));
		} finally {
			made.mockRestore();
		}
	});

	it('land each in the DataSet that it names, in order, with one summary each', async () => {
		await made('A');
		await made('B');
		const rows = makeRows(6);
		const items = rows.flatMap((row, i) => to(i % 2 === 0 ? 'B' : 'A', [row]));
		const { json, outputs, error, hints } = await run(items);
		expect(error).toBeUndefined();
		expect(await rowsOf('B')).toEqual(asText([rows[0], rows[2], rows[4]]));
		expect(await rowsOf('A')).toEqual(asText([rows[1], rows[3], rows[5]]));
		expect(json).toEqual([
			expect.objectContaining({ target: 'B', rows: 3, state: 'SUCCESS' }),
			expect.objectContaining({ target: 'A', rows: 3, state: 'SUCCESS' }),
		]);
		expect(pairs(outputs[0])).toEqual([
			[0, 2, 4],
			[1, 3, 5],
		]);
		expect(hints).toContain('2 of 2 targets loaded, 6 rows in all.');
	});

	it('show 20 lines of many targets at most, and say where the others are', async () => {
		const { hints } = await run(Array.from({ length: 25 }, (_, i) => to(`Many ${i}`, makeRows(1))).flat());
		expect(hints.filter((line) => /'Many \d+': No DataSet was named/.test(line))).toHaveLength(20);
		expect(hints).toContain("5 more such lines are in n8n's log.");
	});

	it('make a DataSet that is missing, without a column for the field', async () => {
		const { json } = await run([...to('New', makeRows(2)), ...to('New two', makeRows(1))]);
		const [first] = json;
		expect(sandbox.dataSet(first.dataSetId as string).columns.map(({ name }) => name)).toEqual(
			COLUMNS.map(({ name }) => name),
		);
		expect(await sandbox.rows(first.dataSetId as string)).toEqual(asText(makeRows(2)));
	});

	it("load the field where the DataSet has a column of its name, here 'To'", async () => {
		const { streamId, dataSetId } = await sandbox.createStream({
			name: 'with',
			columns: [...COLUMNS, { name: 'To', type: 'STRING' }],
		});
		const other = await make('without');
		await run([...to(streamId, makeRows(1)), ...to(String(other.streamId), makeRows(1))], {
			targetFieldHolds: 'id',
		});
		expect(await sandbox.rows(dataSetId)).toEqual(asText([{ ...makeRows(1)[0], To: streamId }]));
		expect(await sandbox.rows(other.dataSetId)).toEqual(asText(makeRows(1)));
	});

	it('are one target by an ID as number and as text, and by names in different case', async () => {
		const { streamId, dataSetId } = await made('A');
		const byId = await run([...to(streamId, makeRows(1)), ...to(` ${streamId} `, makeRows(1, 1))], {
			targetFieldHolds: 'id',
		});
		expect(byId.json).toHaveLength(1);
		const byName = await run([...to('a', makeRows(1, 2)), ...to('A', makeRows(1, 3))]);
		expect(byName.json).toHaveLength(1);
		expect(byName.hints).toContain("'a' and 'A' are the same target: 'A'.");
		expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(4)));
		expect(sandbox.executions(streamId)).toHaveLength(2);
	});

	it.each([
		['a field', FIELD],
		['an expression', byMode('name', '={{ $json.to }}')],
	])(
		'by %s that are one target have it in the summary, in a Dry Run and in error details',
		async (_, streamId) => {
			const { dataSetId } = await made('Only');
			const ignore = { unknownFields: 'ignore' };
			const items = to('Only', makeRows(2));
			const { json, outputs } = await run(items, { streamId }, ignore);
			expect(json).toEqual([expect.objectContaining({ target: 'Only', rows: 2, dataSetId })]);
			expect(pairs(outputs[0])).toEqual([[0, 1]]);
			const dry = await run(items, { streamId }, { ...ignore, dryRun: true });
			expect(dry.json).toEqual([expect.objectContaining({ target: 'Only', wouldUpload: true })]);
			expect(dry.outputs[2].map(({ json: column }) => column.target)).toEqual(COLUMNS.map(() => 'Only'));
			const faulty = to('Only', [{ ...makeRows(1)[0], amount: 'many' }]);
			const failed = await run(faulty, { streamId }, ignore, { onError: 'continueRegularOutput' });
			expect(failed.json[0].details).toMatchObject({ target: 'Only' });
			expect(await rowsOf('Only')).toEqual(asText(makeRows(2)));
		},
	);

	it('a target that is the same for all items is not named', async () => {
		await made('Fixed');
		const { json } = await run(itemsOf(makeRows(1)), { streamId: byMode('name', 'Fixed') });
		expect(json[0]).toMatchObject({ rows: 1 });
		expect(json[0]).not.toHaveProperty('target');
	});

	it('are refused by names in different case of which no DataSet has either, whatever else is like them', async () => {
		const { dataSetId } = await made('Revenue');
		const items = [
			...to('A', makeRows(1)),
			...to('revenue', makeRows(1)),
			...to('x', makeRows(1)),
			...to('REVENUE', makeRows(1)),
		];
		const before = sandbox.log.length;
		const { error } = await run(items);
		expect(error?.message).toMatch(
			/^'revenue': the items name 'revenue' and 'REVENUE', which differ only in upper and lower case, and no DataSet is named 'revenue'\. Nothing was sent\.$/,
		);
		const writes = sandbox.log.slice(before).filter(({ method }) => method !== 'GET');
		expect(writes.filter(({ path }) => !path.includes('/oauth/'))).toEqual([]);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
	});

	it('are refused by a name that is like those of two DataSets', async () => {
		await made('Two');
		await made('TWO');
		const items = [...to('Two', makeRows(1)), ...to('TWO', makeRows(1, 1)), ...to('two', makeRows(1, 2))];
		const { json } = await run(items, {}, {}, { onError: 'continueRegularOutput' });
		expect(json).toEqual([
			expect.objectContaining({ target: 'Two', rows: 1 }),
			expect.objectContaining({ target: 'TWO', rows: 1 }),
			expect.objectContaining({
				error: expect.stringMatching(/^'two': the items name 'Two', 'TWO' and 'two'/) as string,
			}),
		]);
		expect(await rowsOf('Two')).toEqual(asText(makeRows(1)));
		expect(await rowsOf('TWO')).toEqual(asText(makeRows(1, 1)));
	});

	it('of over 100 items list only the first as paired', async () => {
		await made('A');
		await made('B');
		const { outputs } = await run([...to('A', makeRows(1)), ...to('B', makeRows(101))]);
		expect(pairs(outputs[0])).toEqual([[0], [1]]);
	});
});

it('files by an expression go each into its own DataSet, several files of one in their order', async () => {
	const streams = [await make('one'), await make('two')];
	const targets = [0, 1, 0];
	const items = targets.map((stream, i) => ({
		...fileItem(asCsv(makeRows(2, 10 * i))),
		json: { s: streams[stream].streamId },
	}));
	const { json } = await run(items, { ...BINARY, streamId: byMode('id', '={{ $json.s }}') });
	expect(json.map(({ streamId, rows }) => [streamId, rows])).toEqual([
		[streams[0].streamId, 4],
		[streams[1].streamId, 2],
	]);
	expect(await sandbox.rows(streams[0].dataSetId)).toEqual(asText([...makeRows(2), ...makeRows(2, 20)]));
	expect(await sandbox.rows(streams[1].dataSetId)).toEqual(asText(makeRows(2, 10)));
});

it('items without json have no fields: they are no rows, name no target, and may carry a file', async () => {
	const bare = (more: object = {}) => [{ ...more } as INodeExecutionData];
	const { dataSetId } = await made('A');
	for (const valueOptions of [{}, { nestedFields: 'flatten' }]) {
		const { json, error } = await run([...bare(), ...itemsOf(makeRows(1))], {
			streamId: byMode('name', 'A'),
			valueOptions,
		});
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({ rows: 1 });
	}
	const mapped = await run([...bare(), ...itemsOf(makeRows(1))], {
		streamId: byMode('name', 'A'),
		columnMapping: {
			mappingMode: 'defineBelow',
			value: { id: '={{ $json.id }}', name: 'x', amount: 1, day: '2024-02-29' },
			schema: [],
		},
	});
	expect(mapped.json[0]).toMatchObject({ rows: 1 });
	const { binary } = fileItem(asCsv(makeRows(2)));
	const file = await run(bare({ binary }), { ...BINARY, streamId: byMode('name', 'A') });
	expect(file.json[0]).toMatchObject({ rows: 2 });
	expect(await sandbox.rows(dataSetId)).toHaveLength(5);
	const named = { ...fileItem(asCsv(makeRows(1))), json: { to: 'A' } };
	for (const [items, more] of [
		[[...to('A', makeRows(1)), ...bare()], {}],
		[[named, ...bare({ binary })], BINARY],
	] as const) {
		const { error } = await run([...items], { ...more });
		expect(error?.message).toMatch(/^Item 1 names no target in the field 'to'/);
	}
	expect(await sandbox.rows(dataSetId)).toHaveLength(5);
});

describe('a target that is refused', () => {
	const faulty = [{ ...makeRows(1)[0], amount: 'many' }];

	it('stops the run before anything is sent to any, and names the item', async () => {
		const { streamId } = await made('A');
		const other = await made('B');
		const { error } = await run([...to('A', makeRows(2)), ...to('B', faulty)]);
		expect(error?.message).toMatch(/^'B': .*item 2.*'many'/s);
		expect(`${error?.message} ${error?.description}`).toMatch(/nothing was sent/i);
		expect([...sandbox.executions(streamId), ...sandbox.executions(other.streamId)]).toEqual([]);
	});

	it('by a guard stops it, too', async () => {
		const { streamId } = await made('A');
		await made('B', 10);
		const { error } = await run(
			[...to('A', makeRows(2)), ...to('B', makeRows(1))],
			{ updateMethod: 'REPLACE' },
			{ refuseShrinkBelowPercent: 50 },
		);
		expect(error?.message).toMatch(/^'B': .*Nothing was sent\.$/);
		expect(sandbox.executions(streamId)).toEqual([]);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'under %s is an item that says why, and the others are loaded',
		async (onError) => {
			await made('A');
			await made('B');
			const { outputs, error } = await run(
				[...to('B', faulty), ...to('A', makeRows(2)), ...to(null, makeRows(1))],
				{},
				{},
				{ onError },
			);
			expect(error).toBeUndefined();
			const all = outputs.flat();
			const loaded = all.filter(({ json }) => json.error === undefined);
			const failed = all.filter(({ json }) => json.error !== undefined);
			expect(loaded.map(({ json }) => [json.target, json.rows])).toEqual([['A', 2]]);
			expect(failed.map(({ json }) => json.error)).toEqual([
				expect.stringMatching(/^'B': .*item 0/i),
				expect.stringMatching(/^Item 3 names no target in the field 'to'/),
			]);
			expect(pairs(failed)).toEqual([[0], [3]]);
			expect(outputs[onError === 'continueErrorOutput' ? 1 : 0]).toEqual(expect.arrayContaining(failed));
			expect(await rowsOf('A')).toEqual(asText(makeRows(2)));
			expect(await rowsOf('B')).toEqual([]);
		},
	);

	it.each([[null], [''], [undefined], [{ a: 1 }]])('%j as target names the item', async (nothing) => {
		const { streamId } = await made('A');
		const { error } = await run([...to('A', makeRows(1)), ...to(nothing, makeRows(1))]);
		expect(error?.message).toMatch(/^Item 1 names no target in the field 'to'.*Nothing was sent/);
		expect(sandbox.executions(streamId)).toEqual([]);
	});

	it("by 'Resume' says that only one target can be resumed", async () => {
		const { streamId } = await made('A');
		await made('B');
		const resume = {
			streamId,
			executionId: 1,
			partsCut: 0,
			partSizeBytes: 1000,
			rowsPerPart: 0,
			landedParts: [],
		};
		const { error } = await run([...to('A', makeRows(1)), ...to('B', makeRows(1))], {}, { resume } as never);
		expect(error?.message).toContain("'Resume' continues the upload into one Stream");
		expect(sandbox.executions(streamId)).toEqual([]);
	});
});

describe('a later fault', () => {
	const items = () => [...to('A', makeRows(2)), ...to('B', makeRows(2)), ...to('C', makeRows(2))];
	const failB = () => sandbox.faults.add({ operation: 'part', after: 1, status: 400 });

	it('leaves the targets before it loaded, and says which were not begun', async () => {
		await made('A');
		await made('B');
		const c = await made('C');
		failB();
		const { error } = await run(items());
		expect(error?.message).toMatch(/^'B': .*Loaded before it: 'A'\. Not begun: 'C'\.$/s);
		expect(await rowsOf('A')).toEqual(asText(makeRows(2)));
		expect(await rowsOf('B')).toEqual([]);
		expect(sandbox.executions(c.streamId)).toEqual([]);
	});

	it.each([{}, { checks: { sameInput: true } }])(
		'says what to run again, and with only that each target has its rows once (%j)',
		async (more) => {
			await made('A');
			await made('B');
			await made('C');
			failB();
			const staticData: IDataObject = {};
			const { error } = await run(items(), more, {}, { staticData });
			expect(error?.description).toMatch(
				/(^|\. )Run again with only the items of the targets that were not loaded\.$/,
			);
			sandbox.faults.clear();
			const again = await run(items().slice(2), more, {}, { staticData });
			expect(again.error).toBeUndefined();
			for (const name of ['A', 'B', 'C']) expect(await rowsOf(name)).toEqual(asText(makeRows(2)));
		},
	);

	it('of the first target leaves nothing to be left out of the next run', async () => {
		await made('A');
		await made('B');
		sandbox.faults.add({ operation: 'part', status: 400 });
		const { error } = await run([...to('A', makeRows(2)), ...to('B', makeRows(2))]);
		expect(error?.message).toMatch(/No target was loaded before it\. Not begun: 'B'\.$/);
		expect(error?.description ?? '').not.toMatch(/Run again with only/);
	});

	it("with 'Same Input Again' does not advise to load all targets twice, and Continue loads the others", async () => {
		await made('A');
		await made('B');
		await made('C');
		failB();
		const more = { checks: { sameInput: true } };
		const staticData: IDataObject = {};
		await run(items(), more, {}, { staticData });
		sandbox.faults.clear();
		const { error } = await run(items(), more, {}, { staticData });
		expect(error?.message).toMatch(/^'A': .*the very rows that this node loaded/);
		expect(error?.description).toMatch(
			/^If an earlier run has not loaded all targets, run again with only the items of those .*'On Error' set to Continue\. .* with only the items of this target\. /,
		);
		expect(await rowsOf('B')).toEqual([]);
		const { json } = await run(items(), more, {}, { staticData, onError: 'continueRegularOutput' });
		expect(json).toMatchObject([{ details: { code: 'CHECK_FAILED' } }, { rows: 2 }, { rows: 2 }]);
		for (const name of ['A', 'B', 'C']) expect(await rowsOf(name)).toEqual(asText(makeRows(2)));
		const alone = await run(to('A', makeRows(2)), more, {}, { staticData });
		expect(alone.error?.description).toMatch(/^If these rows .* switch off the check for one run\. Correct/);
	});

	it('under Continue leaves the others loaded', async () => {
		await made('A');
		await made('B');
		await made('C');
		failB();
		const { json } = await run(items(), {}, {}, { onError: 'continueRegularOutput' });
		expect(json.map(({ target, details }) => target ?? (details as IDataObject).target)).toEqual([
			'A',
			'B',
			'C',
		]);
		expect(await rowsOf('C')).toEqual(asText(makeRows(2)));
	});
});

describe('requests of several targets', () => {
	const three = () => ['A', 'B', 'C'].flatMap((name, i) => to(name, makeRows(2, 10 * i)));
	const madeThree = async () => [await made('A'), await made('B'), await made('C')];
	/** Requests of these operations about Streams, as "createExecution 1". */
	const asked = (...operations: string[]) =>
		sandbox.log
			.filter(({ operation = '' }) => operations.includes(operation))
			.map(({ operation, path }) => `${operation} ${/streams\/(\d+)/.exec(path)?.[1]}`);
	const byStreamId = (streams: Array<{ streamId: number }>) =>
		streams.flatMap(({ streamId }, i) => to(streamId, makeRows(2, 10 * i)));
	const abort = async ({ streamId }: { streamId: number }) =>
		await runNode(
			'domoStream',
			{ resource: 'execution', operation: 'abort', streamId: byMode('id', String(streamId)), executionId: 1 },
			credentialsFor(sandbox),
		);
	const isCommitted = ({ streamId }: { streamId: number }) => sandbox.executions(streamId)[0]?.commits === 1;

	it('that write come one target after the other, each commit answered before the next target begins', async () => {
		const streams = await madeThree();
		expect((await run(three())).error).toBeUndefined();
		const writes = ['createExecution', 'part', 'commit'];
		expect(asked(...writes)).toEqual(
			streams.flatMap(({ streamId }) => writes.map((operation) => `${operation} ${streamId}`)),
		);
		const times = (name: string) => sandbox.log.filter(({ operation }) => operation === name);
		times('commit')
			.slice(0, -1)
			.forEach(({ closedMs }, i) =>
				expect(closedMs).toBeLessThanOrEqual(times('createExecution')[i + 1].atMs),
			);
	});

	it('that read come side by side, as many as Max Concurrent Uploads says', async () => {
		const streams = await madeThree();
		let letGo: () => void = () => undefined;
		const heldUntil = new Promise<void>((resolve) => (letGo = resolve));
		sandbox.faults.add({ operation: 'getStream', times: 'always', heldUntil });
		const holds = { targetFieldHolds: 'id' };
		const running = run(byStreamId(streams), holds, { maxConcurrentUploads: 2 });
		await until(() => asked('getStream').length === 2);
		letGo();
		expect((await running).error).toBeUndefined();
		expect(asked('getStream')).toHaveLength(3);
		for (const name of ['A', 'B', 'C']) expect(await rowsOf(name)).toHaveLength(2);
	});

	it('ask for a Stream and its DataSet once, and for executions again before one is opened', async () => {
		const streams = await madeThree();
		const once = streams.map(({ streamId }) => streamId);
		const { error } = await run(
			byStreamId(streams),
			{ targetFieldHolds: 'id' },
			{ waitForCompletion: false },
		);
		expect(error).toBeUndefined();
		expect(asked('getStream')).toEqual(once.map((id) => `getStream ${id}`));
		expect(asked('getDataSet')).toHaveLength(3);
		const twice = [...once, ...once].sort();
		expect(asked('listExecutions').sort()).toEqual(twice.map((id) => `listExecutions ${id}`));
	});

	it.each(['fail', 'wait'] as const)(
		'find what another job has committed since the checks, and do not abort it (%s)',
		async (activeExecution) => {
			const [, b] = await madeThree();
			let letGo: () => void = () => undefined;
			const heldUntil = new Promise<void>((resolve) => (letGo = resolve));
			sandbox.faults.add({ operation: 'part', heldUntil });
			const many = run([...to('A', makeRows(2)), ...to('B', makeRows(2))], {}, { activeExecution });
			await until(() => sandbox.faults.hits === 1);
			sandbox.settings.indexingMs = activeExecution === 'wait' ? 1_500 : 1e9;
			const other = await run(to('B', makeRows(3, 700)), {}, { waitForCompletion: false });
			expect(other.error).toBeUndefined();
			sandbox.settings.indexingMs = 1;
			letGo();
			const { error } = await many;
			expect(sandbox.executions(b.streamId)[0].currentState).not.toBe('ABORTED');
			if (activeExecution === 'fail') {
				expect(error?.message).toMatch(/^'B': The execution 1 .* is still ACTIVE/);
			} else {
				expect(error).toBeUndefined();
				expect(await rowsOf('B')).toEqual(asText([...makeRows(3, 700), ...makeRows(2)]));
			}
		},
	);

	it('go on with the next target while Domo indexes the one before', async () => {
		const [a, b, c] = await madeThree();
		sandbox.settings.indexingMs = 1e9;
		const running = run([...to('A', makeRows(2)), ...to('B', makeRows(2))]);
		await until(() => isCommitted(b));
		expect(sandbox.executions(a.streamId)[0].currentState).toBe('ACTIVE');
		await Promise.all([abort(a), abort(b)]);
		const { error } = await running;
		expect(error?.message).toMatch(
			/^'A': .*No target was loaded before it\. Not loaded: 'B'\. Why is in n8n's log\.$/s,
		);
		expect(sandbox.executions(c.streamId)).toEqual([]);
	});

	it('of which one fails at indexing say of another that its rows may be in', async () => {
		const [a, b] = await madeThree();
		sandbox.settings.indexingMs = 1e9;
		sandbox.faults.add({ operation: 'commit', after: 1, afterEffect: true, status: 400 });
		const running = run([...to('A', makeRows(2)), ...to('B', makeRows(2, 10))]);
		await until(() => isCommitted(a));
		sandbox.settings.indexingMs = 1;
		await until(() => isCommitted(b));
		await abort(a);
		const { error } = await running;
		expect(await rowsOf('B')).toEqual(asText(makeRows(2, 10)));
		expect(error?.message).toMatch(
			/^'A': .*No target was loaded before it\. (Loaded while Domo indexed its rows|Whether Domo took the rows is not known): 'B'\.$/s,
		);
		expect(error?.description).toMatch(
			/Run again with only the items of the targets that were not loaded\.$/,
		);
	});

	it('put out the rows that were left out in the order of targets, not in that of indexing', async () => {
		const [a] = await madeThree();
		sandbox.settings.indexingMs = 1_500;
		const items = ['A', 'B'].flatMap((name) => to(name, [...makeRows(1), { ...makeRows(1)[0], id: 'x' }]));
		const running = run(items, { valueOptions: { badValues: 'leaveOut', maxBadRowsPercent: 100 } });
		await until(() => isCommitted(a));
		sandbox.settings.indexingMs = 1;
		const { outputs, hints, error } = await running;
		expect(error).toBeUndefined();
		expect(outputs[1].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 3 }]);
		expect(hints.join()).toMatch(/'A', 'B': 1 row was left out/);
	});

	it('wait for the indexing of each target where Max Concurrent Uploads is 1', async () => {
		const [a, b] = await madeThree();
		sandbox.settings.indexingMs = 1e9;
		const items = [...to('A', makeRows(2)), ...to('B', makeRows(2))];
		const running = run(items, {}, { maxConcurrentUploads: 1 });
		await until(() => isCommitted(a));
		await until(() => asked('getExecution').length === 2);
		expect(sandbox.executions(b.streamId)).toEqual([]);
		await abort(a);
		expect((await running).error?.message).toMatch(/^'A': .* Not begun: 'B'\.$/s);
	});

	it.each([[undefined], ['continueRegularOutput']] as const)(
		'whose rows Domo refuses while it indexes leave the targets beside loaded, and say which (%s)',
		async (onError) => {
			const [a, b] = await madeThree();
			sandbox.settings.indexingMs = 1e9;
			// The third is not begun before the first has ended.
			const running = run(three(), {}, { maxConcurrentUploads: 2 }, onError ? { onError } : {});
			await until(() => isCommitted(a));
			sandbox.settings.indexingMs = 1;
			await until(() => isCommitted(b));
			await abort(a);
			const { json, error } = await running;
			expect(await rowsOf('A')).toEqual([]);
			expect(await rowsOf('B')).toEqual(asText(makeRows(2, 10)));
			if (onError) {
				expect(json).toEqual([
					expect.objectContaining({ error: expect.stringMatching(/^'A': .*ABORTED/s) as string }),
					expect.objectContaining({ target: 'B', rows: 2, state: 'SUCCESS' }),
					expect.objectContaining({ target: 'C', rows: 2, state: 'SUCCESS' }),
				]);
				expect(await rowsOf('C')).toEqual(asText(makeRows(2, 20)));
				return;
			}
			expect(error?.message).toMatch(
				/^'A': .*No target was loaded before it\. Loaded while Domo indexed its rows: 'B'/s,
			);
			expect(error?.description).toMatch(
				/Run again with only the items of the targets that were not loaded\.$/,
			);
		},
	);
});

it('Stop during a target leaves those before it loaded and begins no other', async () => {
	const a = await made('A');
	const b = await made('B');
	const c = await made('C');
	sandbox.faults.add({ operation: 'part', after: 1, hang: true });
	let stop: () => void = () => undefined;
	const running = run(
		[...to('A', makeRows(2)), ...to('B', makeRows(2)), ...to('C', makeRows(2))],
		{},
		{},
		{ onStarted: (stopIt) => (stop = stopIt) },
	);
	await until(() => sandbox.executions(b.streamId).length === 1);
	stop();
	await running;
	await until(() => sandbox.executions(b.streamId)[0].currentState === 'ABORTED');
	// It was committed before B began, and Domo may still be indexing it.
	await until(() => sandbox.executions(a.streamId)[0].currentState === 'SUCCESS');
	expect(await sandbox.rows(a.dataSetId)).toEqual(asText(makeRows(2)));
	expect(sandbox.executions(c.streamId)).toEqual([]);
});

it('a Dry Run reports each target, and its columns name it', async () => {
	const { streamId } = await made('A');
	const { outputs, error } = await run(
		[...to('A', makeRows(2)), ...to('B', [{ x: 1 }])],
		{},
		{ dryRun: true },
	);
	expect(error).toBeUndefined();
	expect(outputs[0].map(({ json }) => json)).toEqual([
		expect.objectContaining({ target: 'A', dryRun: true, wouldUpload: true, rows: 2 }),
		expect.objectContaining({ target: 'B', wouldCreate: 'B', rows: 1 }),
	]);
	expect(outputs[2].map(({ json, pairedItem }) => [json.target, json.column, pairedItem])).toEqual([
		...COLUMNS.map(({ name }) => ['A', name, { item: 0 }]),
		['B', 'x', { item: 2 }],
	]);
	expect(sandbox.executions(streamId)).toEqual([]);
});

it('a Dry Run reports items without a target and an unknown Stream, beside the other targets', async () => {
	const { streamId } = await made('A');
	const items = [...to(streamId, makeRows(2)), ...to(null, makeRows(1)), ...to(9999, makeRows(1))];
	const { json, error, outputs } = await run(items, { targetFieldHolds: 'id' }, { dryRun: true });
	expect(error).toBeUndefined();
	const refused = { dryRun: true, wouldUpload: false };
	expect(json).toEqual([
		expect.objectContaining({ target: `Stream ${streamId}`, wouldUpload: true, rows: 2 }),
		expect.objectContaining({
			...refused,
			target: null,
			code: 'STREAM_NOT_CHOSEN',
			refusal: expect.stringMatching(/^Item 2 names no target in the field 'to'/) as string,
		}),
		expect.objectContaining({ ...refused, target: 'Stream 9999', code: 'DOMO_NOT_FOUND' }),
	]);
	expect(pairs(outputs[0])).toEqual([[0, 1], [2], [3]]);
	const only = await run(to(9999, makeRows(1)), { targetFieldHolds: 'id' }, { dryRun: true });
	expect(only.json).toEqual([expect.objectContaining({ ...refused, target: 'Stream 9999' })]);
	expect(sandbox.executions(streamId)).toEqual([]);
});

it('rows that are left out are paired with their own items', async () => {
	await made('A');
	await made('B');
	const bad = [{ ...makeRows(1)[0], amount: 'many' }];
	const { outputs } = await run(
		[...to('A', makeRows(1)), ...to('B', makeRows(1)), ...to('A', bad), ...to('B', bad)],
		{ valueOptions: { badValues: 'leaveOut', maxBadRows: 5 } },
	);
	expect(outputs[1].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 2 }, { item: 3 }]);
});

it("a Resume with only one target's items writes the same row numbers", async () => {
	const columns: Column[] = [...COLUMNS, { name: '_row_number', type: 'LONG' }];
	const a = await sandbox.createStream({ name: 'resumed A', columns });
	const b = await sandbox.createStream({ name: 'resumed B', columns });
	const rows = makeRows(12);
	const items = rows.flatMap((row, i) => to([a, b][i % 2].streamId, [row]));
	const options = {
		loadColumns: ['rowNumber'],
		rowsPerPart: 2,
		maxConcurrentUploads: 1,
		onFailure: 'keepOpen',
	};
	sandbox.faults.add({ operation: 'part', after: 4, status: 400 });
	const holds = { targetFieldHolds: 'id' };
	const { outputs } = await run(items, holds, options, { onError: 'continueErrorOutput' });
	expect(outputs[0].map(({ json }) => json.target)).toEqual([`Stream ${a.streamId}`]);
	const { details } = outputs[1][0].json as { details: IDataObject };
	expect(details.landedParts).toHaveLength(1);
	const own = items.filter(({ json }) => json.to === b.streamId);
	const { json, error } = await run(own, holds, { ...options, resume: details });
	expect(error).toBeUndefined();
	expect(json[0]).toMatchObject({ rows: 6 });
	const numbered = (of: number) =>
		asText(rows.filter((_, i) => i % 2 === of).map((row, i) => ({ ...row, _row_number: i + 1 })));
	expect(await sandbox.rows(a.dataSetId)).toEqual(numbered(0));
	expect(await sandbox.rows(b.dataSetId)).toEqual(numbered(1));
});
