/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** Random uploads under random faults, and the judgement of what they left in Domo. Used by the property test and the soak. */
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { sleep, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

import type { Column, ColumnType } from '../../domo/types';
import type { DescribedExecution, Fault, Operation, Sandbox } from '../../sandbox';
import { credentialsFor, fileItem, itemsOf, runNode } from './engine';
import { byId } from './locators';
import { setWaits } from './waits';

/** A value beside the text Domo must hold for it. */
type Cell = [value: unknown, text: string | null];

/** How the rows come: as items, or written into a CSV file. */
type Input = 'items' | { lineEnd: '\n' | '\r\n'; quoteAll: boolean; gzip: boolean; endsInLine: boolean };

/** An upsert on the first column. */
interface Upsert {
	keyType: 'LONG' | 'STRING';
	/** From row to row, the key goes on by so much; it comes back to where it was after 61. */
	step: number;
	/** What is wrong with the keys. */
	fault: 'none' | 'null' | 'repeat';
	/** With which row, counted from the last one. */
	faultyRow: number;
}

export interface Scenario {
	columns: Column[];
	rows: Cell[][];
	rowsBefore: Cell[][];
	input: Input;
	/** Where it is set, the rows' keys are what it says. */
	upsert: Upsert | null;
	/** The Stream's own. */
	streamMethod: 'APPEND' | 'REPLACE' | 'UPSERT';
	updateMethod: 'stream' | 'APPEND' | 'REPLACE';
	options: IDataObject;
	faults: Fault[];
}

export type Ending = 'landed' | 'nothing' | 'unknown';

const twoDigits = (number: number) => String(number).padStart(2, '0');

const CELLS: Record<ColumnType, fc.Arbitrary<Cell>> = {
	STRING: fc.oneof(
		fc.string({ unit: 'grapheme', maxLength: 20 }).map((text): Cell => [text, text]),
		fc
			.constantFrom('', '"', ',', '\n', '\r\n', '\r', '\\N', '\ufeff', '\u0000', '😀,"', 'a\nb,c"d')
			.map((text): Cell => [text, text]),
		fc.boolean().map((value): Cell => [value, String(value)]),
	),
	LONG: fc.oneof(
		fc.integer().map((value): Cell => [value, String(value)]),
		fc
			.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
			.map((value): Cell => [String(value), String(value)]),
	),
	DECIMAL: fc
		.tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 9 }))
		.map(([whole, tenth]): Cell => [`${whole}.${tenth}`, `${whole}.${tenth}`]),
	DOUBLE: fc.integer({ min: -1e6, max: 1e6 }).map((quarters): Cell => [quarters / 4, String(quarters / 4)]),
	DATE: fc
		.tuple(
			fc.integer({ min: 1900, max: 2100 }),
			fc.integer({ min: 1, max: 12 }),
			fc.integer({ min: 1, max: 28 }),
		)
		.map(([year, month, day]): Cell => {
			const text = `${year}-${twoDigits(month)}-${twoDigits(day)}`;
			return [text, text];
		}),
	DATETIME: fc
		.tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
		.map(([day, hour, second]): Cell => {
			const text = `2024-05-${twoDigits(day)}T${twoDigits(hour)}:30:${twoDigits(second)}`;
			return [`${text}Z`, text];
		}),
};

const columnsArbitrary: fc.Arbitrary<Column[]> = fc
	.array(fc.constantFrom<ColumnType>('STRING', 'LONG', 'DECIMAL', 'DOUBLE', 'DATE', 'DATETIME'), {
		minLength: 2,
		maxLength: 6,
	})
	.map((types) => types.map((type, i) => ({ name: `column ${i}`, type })));

const rowsArbitrary = (columns: Column[], maxLength: number): fc.Arbitrary<Cell[][]> =>
	fc.array(
		fc.tuple(
			...columns.map(({ type }) => fc.option(CELLS[type], { nil: [null, null] as Cell, freq: 6 })),
		) as unknown as fc.Arbitrary<Cell[]>,
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
const OPERATIONS: Operation[] = [
	'token',
	'getStream',
	'getDataSet',
	'listExecutions',
	'createExecution',
	'part',
	'part',
	'part',
	'commit',
	'getExecution',
	'abort',
];

const faultArbitrary: fc.Arbitrary<Fault> = fc
	.tuple(fc.constantFrom(...EFFECTS), fc.constantFrom(...OPERATIONS), fc.integer({ min: 0, max: 4 }))
	.map(([effect, operation, after]) => ({
		...effect,
		operation,
		after: operation === 'part' ? after : after % 2,
	}));

const inputArbitrary: fc.Arbitrary<Input> = fc.oneof(
	fc.constant('items' as const),
	fc.record({
		lineEnd: fc.constantFrom('\n' as const, '\r\n' as const),
		quoteAll: fc.boolean(),
		gzip: fc.boolean(),
		endsInLine: fc.boolean(),
	}),
);

const upsertArbitrary: fc.Arbitrary<Upsert | null> = fc.oneof(
	{ weight: 5, arbitrary: fc.constant(null) },
	{
		weight: 1,
		arbitrary: fc.record({
			keyType: fc.constantFrom('LONG' as const, 'STRING' as const),
			step: fc.integer({ min: 1, max: 60 }),
			fault: fc.constantFrom(
				'none' as const,
				'none' as const,
				'none' as const,
				'null' as const,
				'repeat' as const,
			),
			faultyRow: fc.nat({ max: 59 }),
		}),
	},
);

export const scenarioArbitrary: fc.Arbitrary<Scenario> = fc
	.tuple(columnsArbitrary, upsertArbitrary)
	.chain(([drawn, upsert]) => {
		const columns: Column[] = upsert
			? [{ name: 'column 0', type: upsert.keyType }, ...drawn.slice(1)]
			: drawn;
		return fc
			.record({
				columns: fc.constant(columns),
				rows: rowsArbitrary(columns, 60),
				rowsBefore: rowsArbitrary(columns, 5),
				input: inputArbitrary,
				upsert: fc.constant(upsert),
				streamMethod: upsert
					? fc.constantFrom('APPEND' as const, 'UPSERT' as const)
					: fc.constantFrom('APPEND' as const, 'APPEND' as const, 'REPLACE' as const),
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
			})
			.map((scenario) => (upsert ? withKeys(scenario, upsert) : scenario));
	});

/** Distinct keys, some of them in the DataSet already, and one that is wrong where the upsert says so. */
function withKeys(scenario: Scenario, { keyType, step, fault, faultyRow }: Upsert): Scenario {
	const keyOf = (row: number): Cell => {
		const key = (row * step) % 61;
		return keyType === 'LONG' ? [key, String(key)] : [`"key",\n${key}`, `"key",\n${key}`];
	};
	const rows = scenario.rows.map((row, i) => [keyOf(i), ...row.slice(1)]);
	const faulty = rows.length - 1 - faultyRow;
	if (fault === 'null' && faulty >= 0) rows[faulty][0] = [null, null];
	if (fault === 'repeat' && faulty > 0) rows[faulty][0] = keyOf(faulty - 1);
	return {
		...scenario,
		rows,
		rowsBefore: scenario.rowsBefore.map((row, i) => [keyOf(i * 2), ...row.slice(1)]),
	};
}

const asTexts = ({ columns }: Scenario, rows: Cell[][]) =>
	rows.map((row) => Object.fromEntries(row.map(([, text], i) => [columns[i].name, text])));

function inputItems({ columns, rows, input }: Scenario): INodeExecutionData[] {
	if (input === 'items') {
		return itemsOf(
			rows.map((row) =>
				Object.fromEntries(row.map(([value], i) => [columns[i].name, value])),
			) as IDataObject[],
		);
	}
	const field = (text: string | null) => {
		if (text === null) return '';
		const needsQuotes = input.quoteAll || text === '' || text === '\\N' || /[",\r\n\ufeff]/.test(text);
		return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
	};
	const lines = [columns.map(({ name }) => name), ...rows.map((row) => row.map(([, text]) => text))].map(
		(fields) => fields.map(field).join(','),
	);
	const csv = lines.join(input.lineEnd) + (input.endsInLine ? input.lineEnd : '');
	return [fileItem(input.gzip ? gzipSync(csv) : csv)];
}

/** Whether Domo must not take the rows, for what is wrong with their keys. */
function hasFaultyKeys({ rows, upsert }: Scenario): boolean {
	const keys = rows.map(([[, key]]) => key);
	return upsert !== null && (keys.includes(null) || new Set(keys).size < keys.length);
}

/** The DataSet's rows once the upload has taken effect. */
function rowsAfter(scenario: Scenario): Cell[][] {
	const { rows, rowsBefore, upsert, streamMethod, updateMethod } = scenario;
	if ((updateMethod === 'stream' ? streamMethod : updateMethod) === 'REPLACE') return rows;
	if (!upsert) return [...rowsBefore, ...rows];
	const keys = new Set(rows.map(([[, key]]) => key));
	return [...rowsBefore.filter(([[, key]]) => !keys.has(key)), ...rows];
}

/**
 * Runs one upload and judges it: either all rows are in Domo exactly once and in order, or the node says that nothing
 * happened and the DataSet is as before, or it says that it does not know. No execution is left open without being named.
 *
 * @throws when the rows or the executions in Domo contradict what the node said
 */
export async function runScenario(sandbox: Sandbox, scenario: Scenario): Promise<Ending> {
	sandbox.faults.clear();
	const { streamId, dataSetId } = await sandbox.createStream({
		name: 'scenario',
		columns: scenario.columns,
		updateMethod: scenario.streamMethod,
		...(scenario.upsert ? { keyColumnNames: [scenario.columns[0].name] } : {}),
		rows: asTexts(scenario, scenario.rowsBefore),
	});
	sandbox.faults.add(...scenario.faults);
	// Short only where no answer may come: elsewhere a busy machine must not look like a fault.
	const timeoutMs = scenario.faults.some(({ hang }) => hang) ? 400 : 20_000;
	setWaits({ basePauseMs: 2, requestTimeoutMs: timeoutMs, tokenTimeoutMs: timeoutMs });
	const result = await runNode(
		'domoStream',
		{
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: byId(streamId),
			updateMethod: scenario.updateMethod,
			inputSource: scenario.input === 'items' ? 'items' : 'binary',
			options: { ...scenario.options, requestTimeoutSeconds: timeoutMs / 1000, waitTimeoutSeconds: 3 },
		},
		credentialsFor(sandbox),
		inputItems(scenario),
	);
	sandbox.faults.clear();
	await indexed(sandbox, streamId);
	const said = result.error
		? `${result.error.message} ${result.error.description ?? ''}`
		: JSON.stringify(result.json);
	const found = JSON.stringify(await sandbox.rows(dataSetId));
	const before = JSON.stringify(asTexts(scenario, scenario.rowsBefore));
	const after = hasFaultyKeys(scenario) ? before : JSON.stringify(asTexts(scenario, rowsAfter(scenario)));
	const executions = sandbox.executions(streamId);
	const landed = executions.filter(({ currentState }) => currentState === 'SUCCESS').length;
	const contradiction = (what: string, expected = before) =>
		new Error(
			`${what}: ${said}\n${difference(expected, found)}\nexecutions: ${executions.map(({ id, currentState }) => `${id} ${currentState}`).join(', ')}`,
		);

	const [summary] = result.json;
	const unnamed = executions.filter(
		(execution) => execution.currentState === 'ACTIVE' && !saysMayBeOpen(said, execution, summary),
	);
	if (unnamed.length > 0) throw contradiction('an execution is left open, and nothing is said of it');
	const state = summary?.state;
	// n8n does not run a node on no items.
	const didNotRun = result.json.length === 0 && scenario.input === 'items' && scenario.rows.length === 0;
	if (result.error || state === 'NOTHING_TO_UPLOAD' || didNotRun) {
		if (!result.error && scenario.rows.length > 0)
			throw contradiction('said that there was nothing to upload');
		if (found !== before || landed > 0) throw contradiction('nothing was to happen, but the DataSet changed');
		return 'nothing';
	}
	if (state === 'SUCCESS') {
		if (hasFaultyKeys(scenario)) throw contradiction('keys that are NULL or repeated were taken');
		if (found !== after) throw contradiction('the node succeeded, but the rows differ', after);
		if (landed !== 1) throw contradiction(`the node succeeded, but ${landed} commits took effect`, after);
		return 'landed';
	}
	if (found !== (landed > 0 ? after : before))
		throw contradiction('the rows landed in part', landed > 0 ? after : before);
	if (landed > 1) throw contradiction(`${landed} commits took effect`, after);
	return 'unknown';
}

/** Whether the node names an execution as one that is or may be open still: in its message, or as the item's of unknown state. */
function saysMayBeOpen(said: string, { id }: DescribedExecution, summary?: IDataObject): boolean {
	if (summary) return summary.executionId === id && summary.state !== 'SUCCESS';
	// Where Domo tells no executions, the node can't know its number.
	return (
		new RegExp(`execution ${id}\\b|[Aa]n execution may (?:still )?be open`).test(said) &&
		/kept open|still open|may be open|may still be open|not be aborted|left alone/.test(said)
	);
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
	while (
		sandbox.executions(streamId).some(({ currentState, commits }) => currentState === 'ACTIVE' && commits > 0)
	) {
		if (Date.now() > untilMs) throw new Error('an execution is still being indexed');
		await sleep(5);
	}
}
