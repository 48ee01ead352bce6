import { DEFAULT_SETTINGS } from '../options';
import type { Settings } from '../options';
import type { DataSetState, ExecutionState, RequestRecord, SandboxState, StreamState } from '../state';
import { timelineOf } from '../timeline';
import { VARIANTS } from '../variants';
import type { Variant } from '../variants';

/** What the page gets at most, whatever the sandbox holds. */
const MOST = { dataSets: 300, columns: 200, executions: 20, requests: 100, attempts: 2000, policies: 100 };

/** Parameters whose values may be shown; any other might be a secret put in the wrong place. */
const SHOWN_PARAMETERS = [
	'limit',
	'offset',
	'fields',
	'sort',
	'nameLike',
	'q',
	'updateMethod',
	'includeHeader',
];

/** A request as the page shows it: no headers, no body, and nothing that looks like a secret or a token. */
export function shownRequest(record: RequestRecord, { clientSecret }: Settings): Record<string, unknown> {
	const { number, at, atMs, closedMs, operation, method, bytes, status } = record;
	const hide = (text: string) =>
		(clientSecret ? text.replaceAll(clientSecret, '•••') : text)
			.replace(/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '•••')
			.slice(0, 200);
	const query = Object.entries(record.query)
		.map(([name, value]) => `${hide(name)}=${SHOWN_PARAMETERS.includes(name) ? hide(String(value)) : '•••'}`)
		.join('&');
	return { number, at, atMs, closedMs, operation, method, bytes, status, path: hide(record.path), query };
}

function shownExecution(execution: ExecutionState): Record<string, unknown> {
	const { id, currentState, isIndexing, updateMethod, startedAt, endedAt, reason, commits } = execution;
	const { createdMs, indexingMs, endedMs, partAttempts, partsSeen, inFlight, maxInFlight } =
		timelineOf(execution);
	const parts = [...execution.parts.values()];
	const sum = (numbers: Array<number | null>) => numbers.reduce<number>((all, one) => all + (one ?? 0), 0);
	return {
		...{ id, currentState, isIndexing, updateMethod, startedAt, endedAt, reason, commits },
		...{ createdMs, indexingMs, endedMs, inFlight, maxInFlight },
		parts: parts.length,
		sentAgain: partAttempts - partsSeen.size,
		rows: execution.rows || sum(parts.map(({ rows }) => rows)),
		rawBytes: sum(parts.map(({ rawBytes }) => rawBytes)),
		sentBytes: sum(parts.map(({ sentBytes }) => sentBytes)),
	};
}

/** Each request for a part, commit or abort of one execution; the oldest are left out where there are too many. */
function shownTimeline(execution: ExecutionState): Record<string, unknown> {
	const { attempts, attemptsMade } = timelineOf(execution);
	const shown = attempts.slice(-MOST.attempts);
	return {
		leftOut: attemptsMade - shown.length,
		attempts: shown.map(({ atMs, closedMs, operation, path, bytes, status }) => ({
			...{ atMs, closedMs, operation, bytes, status },
			part: operation === 'part' ? Number(path.slice(path.lastIndexOf('/') + 1)) : undefined,
		})),
	};
}

function listedDataSet(dataSet: DataSetState, stream: StreamState | undefined): Record<string, unknown> {
	const { id, name, rows, updatedAt, pdpEnabled, landings } = dataSet;
	const last = stream && [...stream.executions.values()].at(-1);
	return {
		...{ id, name, rows, updatedAt, pdpEnabled, landings },
		columns: dataSet.columns.length,
		stream: stream && { id: stream.id, updateMethod: stream.updateMethod, keys: stream.keyColumnNames },
		state: last && (last.isIndexing ? 'INDEXING' : last.currentState),
	};
}

function shownDataSet(
	dataSet: DataSetState,
	stream: StreamState | undefined,
	executionId: number,
): Record<string, unknown> {
	const executions = [...(stream?.executions.values() ?? [])].reverse();
	const chosen = stream?.executions.get(executionId) ?? executions[0];
	return {
		...listedDataSet(dataSet, stream),
		description: dataSet.description.slice(0, 1000),
		createdAt: dataSet.createdAt,
		schema: dataSet.columns.slice(0, MOST.columns),
		policies: dataSet.policies.slice(0, MOST.policies),
		executionsMade: executions.length,
		executions: executions.slice(0, MOST.executions).map(shownExecution),
		execution: chosen && { ...shownExecution(chosen), ...shownTimeline(chosen) },
	};
}

const isOn = ({ options }: Variant, settings: Settings) =>
	Object.entries(options).every(([name, value]) => settings[name as keyof Settings] === value);

/** Turns a variant on, or puts what it sets back to the usual. @returns false if there is no such variant */
export function switchVariant(state: SandboxState, name: string, on: boolean): boolean {
	const variant = VARIANTS.find((one) => one.name === name);
	if (!variant) return false;
	const usual = Object.keys(variant.options).map((key) => [key, DEFAULT_SETTINGS[key as keyof Settings]]);
	Object.assign(state.settings, on ? variant.options : Object.fromEntries(usual));
	return true;
}

/**
 * All that the page shows at one moment, but for rows.
 *
 * @param chosen the DataSet (by ID) and execution to show; the one touched last where there is no such one
 */
export function pageState(
	state: SandboxState,
	chosen: { dataSet?: string; execution?: number },
): Record<string, unknown> {
	const streams = new Map([...state.streams.values()].map((stream) => [stream.dataSetId, stream]));
	const live = [...state.dataSets.values()].filter(({ isDeleted }) => !isDeleted);
	const wanted = live.find(({ id }) => id === chosen.dataSet);
	const latest = live.reduce<DataSetState | undefined>(
		(best, one) => (best === undefined || one.touchedMs > best.touchedMs ? one : best),
		undefined,
	);
	const shown = wanted ?? latest;
	const { settings } = state;
	return {
		nowMs: performance.now(),
		requestsMade: state.requestsMade,
		partsInFlight: state.partsInFlight,
		tokensIssued: state.tokens.issued,
		dataSetsMade: live.length,
		latest: latest?.id,
		dataSets: live.slice(-MOST.dataSets).map((dataSet) => listedDataSet(dataSet, streams.get(dataSet.id))),
		dataSet: shown && shownDataSet(shown, streams.get(shown.id), chosen.execution ?? 0),
		requests: state.log
			.slice(-MOST.requests)
			.reverse()
			.map((record) => shownRequest(record, settings)),
		faults: state.faults.list().map(({ fault, hits }) => ({ fault: describedFault(fault), hits })),
		speed: {
			latencyMs: settings.latencyMs,
			indexingMs: settings.indexingMs,
			bandwidthBytesPerSecond: settings.bandwidthBytesPerSecond,
		},
		keepRows: settings.keepRows,
		variants: VARIANTS.map((variant) => ({
			name: variant.name,
			doubt: variant.doubt,
			turned: variant.turned,
			isOn: isOn(variant, settings),
		})),
	};
}

function describedFault(fault: object): Record<string, unknown> {
	// Of a promise and of Infinity JSON would keep nothing.
	return Object.fromEntries(
		Object.entries(fault).map(([name, value]) => [
			name,
			value === Infinity ? 'always' : name === 'heldUntil' ? 'a promise' : value,
		]),
	);
}
