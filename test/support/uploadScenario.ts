/** Random uploads under random faults, and the judgement of what they left in Domo. Used by the property test and the soak. */
import fc from 'fast-check';
import { sleep, type IDataObject } from 'n8n-workflow';

import { RETRY_TIMING } from '../../domo/retry';
import type { Column, ColumnType } from '../../domo/types';
import type { Fault, Operation, Sandbox } from '../../sandbox';
import { credentialsFor, itemsOf, runNode } from './engine';

/** A value beside the text Domo must hold for it. */
type Cell = [value: unknown, text: string | null];

export interface Scenario {
	columns: Column[];
	rows: Cell[][];
	rowsBefore: Cell[][];
	updateMethod: 'stream' | 'APPEND' | 'REPLACE';
	options: IDataObject;
	faults: Fault[];
}

export type Ending = 'landed' | 'nothing' | 'unknown';

const twoDigits = (number: number) => String(number).padStart(2, '0');

const CELLS: Record<ColumnType, fc.Arbitrary<Cell>> = {
	STRING: fc.oneof(
		fc.string({ unit: 'grapheme', maxLength: 20 }).map((text): Cell => [text, text]),
		fc.constantFrom('', '"', ',', '\n', '\r\n', '\r', '\\N', '\ufeff', '\u0000', '😀,"', 'a\nb,c"d').map((text): Cell => [text, text]),
		fc.boolean().map((value): Cell => [value, String(value)]),
	),
	LONG: fc.oneof(
		fc.integer().map((value): Cell => [value, String(value)]),
		fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Cell => [String(value), String(value)]),
	),
	DECIMAL: fc.tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 9 })).map(([whole, tenth]): Cell => [`${whole}.${tenth}`, `${whole}.${tenth}`]),
	DOUBLE: fc.integer({ min: -1e6, max: 1e6 }).map((quarters): Cell => [quarters / 4, String(quarters / 4)]),
	DATE: fc.tuple(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 })).map(([year, month, day]): Cell => {
		const text = `${year}-${twoDigits(month)}-${twoDigits(day)}`;
		return [text, text];
	}),
	DATETIME: fc.tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map(([day, hour, second]): Cell => {
		const text = `2024-05-${twoDigits(day)}T${twoDigits(hour)}:30:${twoDigits(second)}`;
		return [`${text}Z`, text];
	}),
};

const columnsArbitrary: fc.Arbitrary<Column[]> = fc
	.array(fc.constantFrom<ColumnType>('STRING', 'LONG', 'DECIMAL', 'DOUBLE', 'DATE', 'DATETIME'), { minLength: 2, maxLength: 6 })
	.map((types) => types.map((type, i) => ({ name: `column ${i}`, type })));

const rowsArbitrary = (columns: Column[], maxLength: number): fc.Arbitrary<Cell[][]> =>
	fc.array(
		fc.tuple(...columns.map(({ type }) => fc.option(CELLS[type], { nil: [null, null] as Cell, freq: 6 }))) as unknown as fc.Arbitrary<Cell[]>,
		{ maxLength, size: 'max' },
	);

const EFFECTS: Array<Omit<Fault, 'operation'>> = [
	{ resetBeforeBody: true },
	{ resetAfterEffect: true },
	{ hang: true },
	{ hang: true, afterEffect: true },
	{ expireToken: true },
	{ status: 400 },
	{ status: 403 },
	{ status: 408 },
	{ status: 429 },
	{ status: 429, times: 3 },
	{ status: 500 },
	{ status: 503, times: 2 },
	{ status: 503, afterEffect: true },
	{ status: 502, times: 'always' },
	{ html200: true },
	{ html200: true, afterEffect: true },
	{ truncateJson: true },
	{ gone: true },
	{ latencyMs: 30 },
];
const OPERATIONS: Operation[] = ['token', 'getStream', 'getDataSet', 'listExecutions', 'createExecution', 'part', 'part', 'part', 'commit', 'getExecution', 'abort'];

const faultArbitrary: fc.Arbitrary<Fault> = fc
	.tuple(fc.constantFrom(...EFFECTS), fc.constantFrom(...OPERATIONS), fc.integer({ min: 0, max: 4 }))
	.map(([effect, operation, after]) => ({ ...effect, operation, after: operation === 'part' ? after : after % 2 }));

export const scenarioArbitrary: fc.Arbitrary<Scenario> = columnsArbitrary.chain((columns) =>
	fc.record({
		columns: fc.constant(columns),
		rows: rowsArbitrary(columns, 60),
		rowsBefore: rowsArbitrary(columns, 5),
		updateMethod: fc.constantFrom('stream' as const, 'APPEND' as const, 'REPLACE' as const),
		options: fc.record({
			rowsPerPart: fc.integer({ min: 1, max: 30 }),
			partSizeMb: fc.constantFrom(0.001, 0.01, 32),
			maxConcurrentUploads: fc.integer({ min: 1, max: 16 }),
			maxTries: fc.integer({ min: 1, max: 5 }),
			compression: fc.constantFrom('gzip', 'gzipContentType', 'none', 'auto'),
			nullText: fc.constantFrom('', '\\N'),
			onFailure: fc.constantFrom('abort', 'keepOpen'),
		}),
		faults: fc.array(faultArbitrary, { maxLength: 4 }),
	}),
);

const asItems = ({ columns }: Scenario, rows: Cell[][]) =>
	rows.map((row) => Object.fromEntries(row.map(([value], i) => [columns[i].name, value]))) as IDataObject[];
const asTexts = ({ columns }: Scenario, rows: Cell[][]) =>
	rows.map((row) => Object.fromEntries(row.map(([, text], i) => [columns[i].name, text])));

/**
 * Runs one upload and judges it: either all rows are in Domo exactly once and in order, or the node says that nothing
 * happened and the DataSet is as before, or it says that it does not know.
 *
 * @throws when the rows in Domo contradict what the node said
 */
export async function runScenario(sandbox: Sandbox, scenario: Scenario): Promise<Ending> {
	sandbox.faults.clear();
	const { streamId, dataSetId } = await sandbox.createStream({
		name: 'scenario',
		columns: scenario.columns,
		rows: asTexts(scenario, scenario.rowsBefore),
	});
	sandbox.faults.add(...scenario.faults);
	// Short only where no answer may come: elsewhere a busy machine must not look like a fault.
	const timeoutMs = scenario.faults.some(({ hang }) => hang) ? 400 : 20_000;
	Object.assign(RETRY_TIMING, { basePauseMs: 2, requestTimeoutMs: timeoutMs, tokenTimeoutMs: timeoutMs });
	const result = await runNode(
		'domoStream',
		{
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: { __rl: true, mode: 'id', value: String(streamId) },
			updateMethod: scenario.updateMethod,
			inputSource: 'items',
			options: { ...scenario.options, requestTimeoutSeconds: timeoutMs / 1000, waitTimeoutSeconds: 3 },
		},
		credentialsFor(sandbox),
		itemsOf(asItems(scenario, scenario.rows)),
	);
	sandbox.faults.clear();
	await indexed(sandbox, streamId);
	const found = JSON.stringify(await sandbox.rows(dataSetId));
	const before = JSON.stringify(asTexts(scenario, scenario.rowsBefore));
	const kept = scenario.updateMethod === 'REPLACE' ? [] : scenario.rowsBefore;
	const after = JSON.stringify(asTexts(scenario, [...kept, ...scenario.rows]));
	const said = result.error?.message ?? JSON.stringify(result.json);

	if (result.error) {
		if (found !== before) throw new Error(`the node failed, but the DataSet changed: ${said}\n${difference(before, found)}`);
		return 'nothing';
	}
	const state = result.json[0]?.state;
	if (state === 'NOTHING_TO_UPLOAD') {
		if (scenario.rows.length > 0 || found !== before) throw new Error(`said that there was nothing to upload: ${said}`);
		return 'nothing';
	}
	if (state === 'SUCCESS') {
		if (found !== after) throw new Error(`the node succeeded, but the rows differ: ${said}\n${difference(after, found)}`);
		return 'landed';
	}
	if (found !== after && found !== before) throw new Error(`the rows landed in part: ${said}\n${difference(after, found)}`);
	return 'unknown';
}

/** The first place where two texts part. */
function difference(expected: string, found: string): string {
	let at = 0;
	while (at < expected.length && expected[at] === found[at]) at++;
	const around = (text: string) => text.slice(Math.max(0, at - 80), at + 80);
	return `expected …${around(expected)}…\nfound    …${around(found)}…`;
}

/** Waits until nothing is being indexed any more. */
async function indexed(sandbox: Sandbox, streamId: number): Promise<void> {
	const untilMs = Date.now() + 10_000;
	while (sandbox.executions(streamId).some(({ currentState, commits }) => currentState === 'ACTIVE' && commits > 0)) {
		if (Date.now() > untilMs) throw new Error('an execution is still being indexed');
		await sleep(5);
	}
}
