/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

import type { CsvFile } from './csvFile';
import { csvRows } from './csvRows';
import { noteNewRows } from './dataSets';
import { domoTime } from './state';
import type { ExecutionState, HeldPart, SandboxState, StreamState } from './state';
import type { StagedRows } from './storage';
import { timelineOf } from './timeline';

/** Ends an execution for good and lets go of its parts. */
function end(
	state: SandboxState,
	execution: ExecutionState,
	ending: ExecutionState['currentState'],
	reason?: string,
): void {
	execution.currentState = ending;
	execution.isIndexing = false;
	execution.endedAt = execution.modifiedAt = domoTime();
	timelineOf(execution).endedMs = performance.now();
	execution.reason = reason;
	for (const part of execution.parts.values()) void forget(state, part);
}

/** Lets go of a part's rows and file. The closing of the sandbox interrupts it, and does as much. */
export async function forget(state: SandboxState, part: HeldPart): Promise<void> {
	const { staged, file } = part;
	part.staged = part.file = undefined;
	if (state.isClosing) return;
	try {
		if (staged) await state.storage.discard(staged);
		if (file) await rm(file.path, { force: true });
	} catch (error) {
		if (!state.isClosing) throw asGiven(error);
	}
}

function asGiven(error: unknown): unknown {
	return error;
}

/** Aborts an execution, unless it has ended or is past the point where it can be stopped. */
export async function abort(state: SandboxState, execution: ExecutionState, reason: string): Promise<void> {
	await execution.landing;
	if (execution.currentState === 'ACTIVE') end(state, execution, 'ABORTED', reason);
}

function keyPositions(state: SandboxState, stream: StreamState): number[] {
	const { columns } = state.liveDataSet(stream.dataSetId);
	return stream.keyColumnNames.map((key) => columns.findIndex(({ name }) => name === key));
}

/** Reads a part's rows into storage. @throws Refusal where they don't fit the DataSet */
export async function stagePart(
	state: SandboxState,
	stream: StreamState,
	file: CsvFile,
): Promise<StagedRows> {
	const { columns } = state.liveDataSet(stream.dataSetId);
	const rows = csvRows(file, columns, state.settings, keyPositions(state, stream));
	return await state.storage.stage(rows, columns.length);
}

/** Indexes a committed execution: all of it lands, or the execution ends in ERROR or INVALID. */
export async function index(
	state: SandboxState,
	stream: StreamState,
	execution: ExecutionState,
): Promise<void> {
	await wait(state.settings.indexingMs, undefined, { ref: false });
	if (state.isClosing || execution.currentState !== 'ACTIVE') return;
	try {
		await land(state, stream, execution);
	} catch (error) {
		if (!state.isClosing) end(state, execution, 'ERROR', (error as Error).message);
	}
}

async function land(state: SandboxState, stream: StreamState, execution: ExecutionState): Promise<void> {
	const dataSet = state.liveDataSet(stream.dataSetId);
	const parts = [...execution.parts.values()].sort((a, b) => a.part - b.part);
	for (const part of parts) {
		if (!part.file) continue;
		part.staged = await stagePart(state, stream, part.file);
		part.rows = part.staged.rows;
	}
	const staged = parts.flatMap((part) => part.staged ?? []);
	execution.bytes = parts.reduce((sum, part) => sum + part.rawBytes, 0);
	execution.rows = staged.reduce((sum, part) => sum + part.rows, 0);
	const keys = keyPositions(state, stream);
	if (keys.length > 0) {
		const repeated = await state.storage.repeatedKeys(staged, keys);
		if (repeated > 0) return end(state, execution, 'INVALID', `${repeated} keys occur more than once`);
	}
	const updateMethod = execution.updateMethod === 'REPLACE' ? 'REPLACE' : 'APPEND';
	let settle: () => void = () => undefined;
	try {
		const rows = await state.storage.land(dataSet.id, staged, updateMethod, keys, () => {
			if (execution.currentState !== 'ACTIVE') return false;
			execution.landing = new Promise((resolve) => {
				settle = resolve;
			});
			return true;
		});
		if (rows === undefined) return;
		if (state.settings.keepRows) noteNewRows(dataSet, rows);
		end(state, execution, 'SUCCESS');
	} finally {
		settle();
		execution.landing = undefined;
	}
}
