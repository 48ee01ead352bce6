/** Every guard holds alike for items and files, in a Dry Run and in the run, with a resume, an empty REPLACE and a Stream by name. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { credentialsFor, fileItem, itemsOf, runNode } from '../support/engine';
import { byId, byName } from '../support/locators';
import { StreamNode } from '../support/streamNode';
import { asCsv, asText, COLUMNS, makeRows, parameters } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
let node: StreamNode;
beforeAll(() => {
	node = new StreamNode(sandbox, 'execution');
});
beforeEach(() => sandbox.faults.clear());

const BEFORE = makeRows(10);
const INPUTS = {
	// n8n runs no node without an item; an empty one is no row.
	items: (rows: IDataObject[]) => ({
		items: itemsOf(rows.length > 0 ? rows : [{}]),
		more: { inputSource: 'items' },
	}),
	files: (rows: IDataObject[]) => ({ items: [fileItem(asCsv(rows))], more: { inputSource: 'binary' } }),
};
type Input = keyof typeof INPUTS;
interface Place {
	streamId: number;
	dataSetId: string;
	name: string;
	/** Of an upload of the same rows that was kept open. */
	resume?: IDataObject;
}

let made = 0;
async function makeStream(updateMethod: string): Promise<Place> {
	const name = `checks ${++made}`;
	return {
		name,
		...(await sandbox.createStream({ name, columns: COLUMNS, rows: BEFORE as never, updateMethod })),
	};
}

/** What has been sent that could have changed anything. */
const changes = (from: number) =>
	sandbox.log
		.slice(from)
		.filter(({ method, operation }) => method !== 'GET' && operation !== 'token')
		.map(({ operation }) => operation);

async function run(
	place: Pick<Place, 'streamId' | 'name'>,
	by: 'id' | 'name',
	input: { items: INodeExecutionData[]; more: IDataObject },
	options: IDataObject,
) {
	const target = by === 'id' ? byId(place.streamId) : byName(place.name);
	return await runNode(
		'domoStream',
		{ ...parameters(place.streamId, options, input.more), streamId: target },
		credentialsFor(sandbox),
		input.items,
	);
}

/** An upload of these rows that was kept open with part 1 in Domo. */
async function keptOpen(place: Place, input: Input, rows: IDataObject[]): Promise<IDataObject> {
	sandbox.faults.add({ operation: 'part', part: 2, status: 400 });
	const { items, more } = INPUTS[input](rows);
	const { outputs } = await runNode(
		'domoStream',
		parameters(place.streamId, { rowsPerPart: 1, maxConcurrentUploads: 1, onFailure: 'keepOpen' }, more),
		credentialsFor(sandbox),
		items,
		{ onError: 'continueErrorOutput' },
	);
	sandbox.faults.clear();
	return outputs[1][0].json.details as IDataObject;
}

async function commitOne(streamId: number): Promise<void> {
	const { json } = await node.runWell('create', { streamId });
	const executionId = json[0].id as number;
	await node.runWell('uploadPart', { streamId, executionId, partId: 1 }, itemsOf(makeRows(10)));
	await node.runWell('commit', { streamId, executionId });
}

interface Guard {
	updateMethod: string;
	rows: number;
	options: IDataObject;
	/** What else must be so. */
	arrange?: (place: Place, input: Input) => Promise<IDataObject | void>;
	said: RegExp;
	/** What a run may have changed before it could know. */
	changed?: string[];
}

const GUARDS: Record<string, Guard> = {
	'no rows for a REPLACE': {
		updateMethod: 'REPLACE',
		rows: 0,
		options: {},
		said: /no rows, and a REPLACE with none would empty the DataSet/,
	},
	'Refuse Shrink Below': {
		updateMethod: 'REPLACE',
		rows: 3,
		options: { refuseShrinkBelowPercent: 50 },
		said: /has 3 rows, and the DataSet has 10: a REPLACE would leave less than 50 %/,
	},
	'Refuse Shrink Below, for an empty REPLACE': {
		updateMethod: 'REPLACE',
		rows: 0,
		options: { refuseShrinkBelowPercent: 50, allowEmptyReplace: true },
		said: /has 0 rows, and the DataSet has 10: a REPLACE would leave less than 50 %/,
	},
	'Active Execution': {
		updateMethod: 'APPEND',
		rows: 3,
		options: {},
		arrange: async ({ streamId }) => void (await node.runWell('create', { streamId })),
		said: /The execution 1 of the Stream \d+ is still ACTIVE/,
	},
	'Active Execution, for an empty REPLACE': {
		updateMethod: 'REPLACE',
		rows: 0,
		options: { allowEmptyReplace: true },
		arrange: async ({ streamId }) => void (await node.runWell('create', { streamId })),
		said: /The execution 1 of the Stream \d+ is still ACTIVE/,
	},
	'Commit Too Soon': {
		updateMethod: 'APPEND',
		rows: 3,
		options: { commitTooSoon: 'fail' },
		arrange: async ({ streamId }) => await commitOne(streamId),
		said: /was committed less than 15 minutes ago: Domo takes its next commit at .*Nothing was sent/,
	},
	'Commit Too Soon, for an empty REPLACE': {
		updateMethod: 'REPLACE',
		rows: 0,
		options: { commitTooSoon: 'fail', allowEmptyReplace: true },
		arrange: async ({ streamId }) => await commitOne(streamId),
		said: /was committed less than 15 minutes ago/,
	},
	'Commit Too Soon, for a resume': {
		updateMethod: 'APPEND',
		rows: 3,
		options: { commitTooSoon: 'fail' },
		arrange: async (place, input) => {
			await commitOne(place.streamId);
			return { resume: await keptOpen(place, input, makeRows(3)) };
		},
		said: /was committed less than 15 minutes ago/,
	},
	'Resume, of an execution that has ended': {
		updateMethod: 'APPEND',
		rows: 3,
		options: {},
		arrange: async (place, input) => {
			const resume = await keptOpen(place, input, makeRows(3));
			await node.runWell('abort', { streamId: place.streamId, executionId: 1 });
			return { resume };
		},
		said: /execution 1 .*can't be resumed: it has ended as ABORTED. Nothing was sent/,
	},
	'Resume, with other rows': {
		updateMethod: 'APPEND',
		rows: 3,
		options: {},
		arrange: async (place, input) => ({
			resume: await keptOpen(place, input, makeRows(3, 50)),
		}),
		said: /input has changed since part 1 was sent/,
	},
	'Resume, with no rows': {
		updateMethod: 'REPLACE',
		rows: 0,
		options: { allowEmptyReplace: true },
		arrange: async (place, input) => ({ resume: await keptOpen(place, input, makeRows(3)) }),
		said: /no rows, so the execution 1 can't be resumed/,
	},
	'Resume, of another Stream': {
		updateMethod: 'APPEND',
		rows: 3,
		options: { resume: { streamId: 999_999, executionId: 1, partsCut: 1, landedParts: [] } },
		said: /upload to the Stream 999999, but the Stream \d+ is chosen. Nothing was sent/,
	},
};

describe.each(Object.entries(GUARDS))('%s', (name, guard) => {
	it.each(['items', 'files'] as const)(
		'%s: refused by a Dry Run and by the run, in the same words',
		async (input) => {
			const place = await makeStream(guard.updateMethod);
			const options = { ...guard.options, ...(await guard.arrange?.(place, input)) };
			const before = await sandbox.rows(place.dataSetId);
			const given = INPUTS[input](makeRows(guard.rows));
			for (const by of ['id', 'name'] as const) {
				const from = sandbox.log.length;
				const dry = await run(place, by, given, { ...options, dryRun: true });
				const reported = `${String(dry.json[0]?.refusal ?? dry.error?.message)}`;
				expect(reported).toMatch(guard.said);
				if (dry.json[0]) expect(dry.json[0]).toMatchObject({ dryRun: true, wouldUpload: false });
				expect(changes(from)).toEqual([]);
				const { error } = await run(place, by, given, options);
				expect(error?.message).toContain(reported.replace(/\.$/, '').replace(/ \(in \d+ minutes?\).*/, ''));
				if (dry.json[0]) expect(dry.json[0].code).toBe(error?.context?.code);
				// Of files the rows are known only once all of them have been sent.
				const isLate = input === 'files' && name === 'Refuse Shrink Below';
				if (!isLate) expect(changes(from)).toEqual([]);
				expect(await sandbox.rows(place.dataSetId)).toEqual(before);
			}
		},
	);
});

describe("'Commit Too Soon: Wait'", () => {
	const options = { commitTooSoon: 'wait', minMinutesBetweenCommits: 0.03 };
	const waited = ({ streamId }: Place) => {
		const [first, last] = sandbox
			.executions(streamId)
			.filter(({ currentState }) => currentState === 'SUCCESS');
		const at = sandbox.log.filter(
			({ operation, path }) => operation === 'commit' && path.includes(`/streams/${streamId}/`),
		);
		expect([first, last].every(Boolean)).toBe(true);
		return at[at.length - 1].atMs - at[0].atMs;
	};

	it('waits with the commit of an empty REPLACE', async () => {
		const place = await makeStream('REPLACE');
		await commitOne(place.streamId);
		const { error } = await run(place, 'id', INPUTS.files([]), { ...options, allowEmptyReplace: true });
		expect(error).toBeUndefined();
		expect(waited(place)).toBeGreaterThan(800);
		expect(await sandbox.rows(place.dataSetId)).toEqual([]);
	});

	it('waits with the commit of a resume', async () => {
		const place = await makeStream('APPEND');
		await commitOne(place.streamId);
		const resume = await keptOpen(place, 'items', makeRows(3, 50));
		const { error } = await run(place, 'id', INPUTS.items(makeRows(3, 50)), { ...options, resume });
		expect(error).toBeUndefined();
		expect(waited(place)).toBeGreaterThan(800);
		expect(await sandbox.rows(place.dataSetId)).toEqual(
			asText([...BEFORE, ...makeRows(10), ...makeRows(3, 50)]),
		);
	});
});

describe('a Dry Run that would not be refused says what the run would do', () => {
	it.each([
		[{ activeExecution: 'abortIt' }, /would abort the execution 1, which is ACTIVE/],
		[{ activeExecution: 'wait' }, /would wait until the execution 1, which is ACTIVE, has ended/],
		[{ staleAfterHours: 0 }, /would abort the execution 1/],
	])('%j', async (options, advice) => {
		const place = await makeStream('APPEND');
		await node.runWell('create', { streamId: place.streamId });
		const { json } = await run(place, 'id', INPUTS.items(makeRows(2)), { ...options, dryRun: true });
		expect(json[0]).toMatchObject({ wouldUpload: true, rows: 2, advice: expect.stringMatching(advice) });
		expect(sandbox.executions(place.streamId).map(({ currentState }) => currentState)).toEqual(['ACTIVE']);
	});

	it.each([
		['try', /Domo may refuse a commit before/],
		['wait', /the commit would wait until/],
	])("'Commit Too Soon' %s", async (commitTooSoon, advice) => {
		const place = await makeStream('APPEND');
		await commitOne(place.streamId);
		const { json } = await run(place, 'id', INPUTS.items(makeRows(2)), { commitTooSoon, dryRun: true });
		expect(json[0]).toMatchObject({ wouldUpload: true, advice: expect.stringMatching(advice) });
	});

	it.each(['items', 'files'] as const)('a resume (%s)', async (input) => {
		const place = await makeStream('APPEND');
		const resume = await keptOpen(place, input, makeRows(3));
		const { json } = await run(place, 'id', INPUTS[input](makeRows(3)), { resume, dryRun: true });
		expect(json[0]).toMatchObject({ wouldUpload: true, parts: 3, rows: 3 });
		expect(json[0].advice).toMatch(/execution 1 is ACTIVE and would be resumed.*1 is in Domo/);
	});

	it('an empty REPLACE', async () => {
		const place = await makeStream('REPLACE');
		const { json } = await run(place, 'id', INPUTS.files([]), { allowEmptyReplace: true, dryRun: true });
		expect(json[0]).toMatchObject({ wouldUpload: true, rows: 0, advice: expect.stringMatching(/emptied/) });
	});
});

describe('a DataSet that no name finds is made only once everything is checked', () => {
	const bad = fileItem('id,name\n1,a\n2\n');
	it.each<[string, { items: INodeExecutionData[]; more: IDataObject }, IDataObject, RegExp]>([
		[
			'an unusable resume',
			INPUTS.items(makeRows(1)),
			{ resume: 'x' },
			/'Resume' does not hold.*Nothing was sent/,
		],
		[
			'a resume of another Stream',
			INPUTS.items(makeRows(1)),
			{ resume: { streamId: 1, executionId: 1, partsCut: 1, landedParts: [] } },
			/but no DataSet has the name given. Nothing was sent/,
		],
		['a faulty line', { items: [bad], more: { inputSource: 'binary' } }, {}, /Line 3/],
		[
			'a second file with other columns',
			{ items: [fileItem('id\n1\n'), fileItem('other\n1\n')], more: { inputSource: 'binary' } },
			{},
			/'rows.csv' \(item 1\) and the DataSet have no column in common/,
		],
	])('%s', async (_what, given, options, said) => {
		const place = { streamId: 0, name: `Missing ${++made}` };
		const from = sandbox.log.length;
		const dry = await run(place, 'name', given, { ...options, dryRun: true });
		expect(String(dry.json[0]?.refusal ?? dry.error?.message)).toMatch(said);
		const { error } = await run(place, 'name', given, options);
		expect(error?.message).toMatch(said);
		expect(changes(from)).toEqual([]);
	});

	it('no rows: nothing is made, and the summary says so', async () => {
		const from = sandbox.log.length;
		const { json } = await run({ streamId: 0, name: `Missing ${++made}` }, 'name', INPUTS.files([]), {});
		expect(json[0]).toMatchObject({ state: 'NOTHING_TO_UPLOAD', streamId: null, dataSetId: null });
		expect(changes(from)).toEqual([]);
	});
});
