import type { INodeProperties } from 'n8n-workflow';

import type { UpdateMethod } from '../../../../domo/types';
import { InputError } from '../../../../transfer/inputError';
import { openExecution } from '../../../../transfer/execution/openExecution';
import { DEFAULT_TIMING } from '../../../../transfer/upload/upload';
import {
	engineNumber,
	optionFields,
	readLoadOptions,
	type LoadOptionValues,
} from '../../../shared/fields/optionFields';
import { oncePerTarget } from '../../../shared/run/oncePerTarget';
import type { Operation } from '../../../shared/run/operation';
import { streamIdField } from '../../../shared/editor/streamLocator';
import { ChosenStreams } from '../../chosenStreams';
import { executionJson, itemsText } from '../../../shared/run/executionFields';
import { executionUpdateMethodFields, readExecutionUpdateMethod } from '../../updateMethodFields';

export const description: INodeProperties[] = [
	streamIdField,
	...executionUpdateMethodFields,
	...optionFields('createExecution'),
];

export const execute: Operation['execute'] = async (context) => {
	const streams = new ChosenStreams(context);
	let options: LoadOptionValues | undefined;
	return await oncePerTarget(context, {
		read: async (itemIndex) => {
			options ??= await readLoadOptions(context, 'createExecution');
			const asked = readExecutionUpdateMethod(context, itemIndex);
			const streamId = await streams.idFor(itemIndex);
			const updateMethod = asked && (await overrideOf(asked, streamId, streams));
			return { streamId, asked, updateMethod, options };
		},
		targetOf: ({ streamId }) => `the Stream ${streamId}`,
		refuse: (first, other) =>
			first.wish.asked === other.wish.asked
				? undefined
				: new InputError(
						'OPTION_DIFFERS_BETWEEN_ITEMS',
						`'Update Method' is not the same in item ${first.itemIndex} and item ${other.itemIndex}, both for the Stream ${first.wish.streamId}. No execution was created`,
						'A run creates one execution per Stream, as each new one aborts the others. Give one update method per Stream.',
						other.itemIndex,
					),
		run: async ({ streamId, updateMethod, options: chosen }, itemIndexes) => {
			const execution = await openExecution(context.client, streamId, {
				...(updateMethod ? { updateMethod } : {}),
				activeExecution: chosen.activeExecution,
				staleAfterHours: chosen.staleAfterHours,
				waitTimeoutMs: engineNumber('waitTimeoutSeconds', chosen),
				pollMs: DEFAULT_TIMING.pollMs,
				trustExecutionUpdateMethod: chosen.trustExecutionUpdateMethod,
				hint: context.hint,
			});
			if (itemIndexes.length > 1) {
				context.hint(
					`${itemsText(itemIndexes)} chose the same Stream ${streamId}: one execution (${execution.id}) was created for all of them, as each new one would abort the one before.`,
				);
			}
			return executionJson(streamId, execution);
		},
	});
};

/** What the execution must be told: nothing where its Stream does the same by itself. */
async function overrideOf(
	asked: UpdateMethod,
	streamId: number,
	streams: ChosenStreams,
): Promise<UpdateMethod | undefined> {
	const { updateMethod } = await streams.stream(streamId);
	// "UPSERT" is what two SDKs send for a keyed Stream; each APPEND to one is an upsert.
	const own = updateMethod === 'UPSERT' ? 'APPEND' : updateMethod;
	return own === asked ? undefined : asked;
}
