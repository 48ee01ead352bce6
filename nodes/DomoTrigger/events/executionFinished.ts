import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { DomoClient } from '../../../domo/client';
import { DomoError, orDomoError } from '../../../domo/errors';
import { endingOf, getExecution } from '../../../domo/executions';
import { listRecentExecutions } from '../../../domo/recentExecutions';
import { getStream } from '../../../domo/streams';
import type { Execution } from '../../../domo/types';
import { InputError } from '../../../transfer/inputError';
import { executionJson } from '../../shared/run/executionFields';
import { resolveStreamId, streamIdField, toStreamChoice } from '../../shared/editor/streamLocator';
import type { PollContext, Watch } from '../triggerEvent';
import { shownValue } from '../../../transfer/shownValue';

/** Those seen in the wild; Domo has no official list. */
const ENDED_STATES: INodePropertyOptions[] = [
	{ name: 'Aborted', value: 'ABORTED', description: 'Ended before it was committed; no row has landed' },
	{ name: 'Cancelled', value: 'CANCELLED' },
	{ name: 'Error', value: 'ERROR', description: 'Domo could not take the rows' },
	{ name: 'Failed', value: 'FAILED' },
	{ name: 'Invalid', value: 'INVALID', description: "The rows don't fit, e.g. a key occurs twice" },
	{ name: 'Success', value: 'SUCCESS', description: 'Committed and indexed: the rows are in the DataSet' },
];

export const description: INodeProperties[] = [
	{
		...streamIdField,
		description:
			'The Domo Stream to watch. A Stream belongs to one DataSet and is how large data gets into it.',
	},
	{
		displayName: 'States',
		name: 'states',
		type: 'multiOptions',
		default: [],
		hint: 'Leave empty for every state',
		description: 'In which states an execution must have ended',
		options: ENDED_STATES,
	},
];

/**
 * What has been seen of a Stream: `highestId` of all its executions (they count up), and the ids of those that were
 * running.
 */
type Seen = { highestId: number; running: number[] };

/** Each execution of a Stream that has ended, well or not, also one that began and ended between two polls. */
export async function watch({ node, client }: PollContext): Promise<Watch> {
	const states = readStates(node.getNodeParameter('states', []));
	const streamId = await resolveStreamId(client, toStreamChoice(node.getNodeParameter('streamId')));
	const isWanted = (execution: Execution) =>
		isOver(execution) && (states.length === 0 || states.includes(execution.currentState));
	return {
		target: `executions of the Stream ${streamId}`,
		sample: async () => {
			const newest = (await listRecentExecutions(client, streamId)).find(isWanted);
			if (newest) return (await shown(client, streamId, [newest]))[0];
			throw new InputError(
				'TRIGGER_NO_EXECUTION_YET',
				`No execution of the Stream ${streamId} has ${states.length === 0 ? 'finished' : `ended as ${states.join(' or ')}`} yet, so there is nothing to show`,
				"Load rows into the Stream, e.g. with 'Upload in Parallel', and test again. An active workflow starts with the next execution that finishes.",
			);
		},
		look: async (before) => {
			const seen = before as Seen | undefined;
			const executions = await listSince(client, streamId, seen);
			const isNew = ({ id }: Execution) =>
				seen === undefined || id > seen.highestId || seen.running.includes(id);
			// Of an answer that lags behind, an execution that was given out is not taken as running again.
			const current = executions.filter(isNew);
			const finished = seen === undefined ? [] : current.filter(isWanted);
			return {
				changes: await shown(client, streamId, finished),
				seen: {
					highestId: Math.max(seen?.highestId ?? 0, executions.at(-1)?.id ?? 0),
					running: current.filter((execution) => !isOver(execution)).map(({ id }) => id),
				},
			};
		},
	};
}

/** A state that is not known to be an end may be followed by one. */
function isOver(execution: Execution): boolean {
	return endingOf(execution) !== undefined;
}

/** @throws InputError; n8n doesn't check what an expression brings in */
function readStates(value: unknown): string[] {
	const offered = ENDED_STATES.map((option) => option.value);
	if (Array.isArray(value) && value.every((state) => offered.includes(state as string)))
		return value as string[];
	throw new InputError(
		'OPTION_INVALID',
		`'States' can't be ${shownValue(value)}`,
		`It must be a list of some of ${offered.join(', ')}.`,
	);
}

/** All executions above the highest one seen, and all seen running; ascending by id. @throws DomoError */
async function listSince(client: DomoClient, streamId: number, seen: Seen | undefined): Promise<Execution[]> {
	const found = new Map<number, Execution>();
	const add = (executions: Execution[]) =>
		executions.forEach((execution) => found.set(execution.id, execution));
	add(await listRecentExecutions(client, streamId, seen?.highestId));
	for (const id of seen?.running ?? []) {
		if (found.has(id)) continue;
		const execution = await orDomoError(getExecution(client, { streamId, executionId: id }));
		if (!(execution instanceof DomoError)) add([execution]);
		// One that Domo has forgotten can't finish any more; everything else may pass.
		else if (execution.details.status !== 404) throw execution;
	}
	return [...found.values()].sort((a, b) => a.id - b.id);
}

/** Executions as output items, with the DataSet they belong to. */
async function shown(client: DomoClient, streamId: number, executions: Execution[]): Promise<IDataObject[]> {
	if (executions.length === 0) return [];
	const { dataSet } = await getStream(client, streamId);
	return executions.map((execution) => ({
		...executionJson(streamId, execution),
		...(dataSet ? { dataSetId: dataSet.id, dataSetName: dataSet.name } : {}),
	}));
}
