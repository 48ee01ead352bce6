import type { INodeProperties } from 'n8n-workflow';

import type { UpdateMethod } from '../../../domo/types';
import { InputError } from '../../../transfer/inputError';
import { openExecution } from '../../../transfer/openExecution';
import { DEFAULT_TIMING } from '../../../transfer/upload';
import { ACTIVE_EXECUTION_DEFAULTS, activeExecutionField, staleAfterHoursField } from '../../shared/activeExecutionOptions';
import { checkNumber } from '../../shared/numberParameter';
import { oncePerTarget } from '../../shared/oncePerTarget';
import type { Operation, OperationContext } from '../../shared/operation';
import { checkOptionValues } from '../../shared/optionValues';
import { readForAllItems } from '../../shared/sameForAllItems';
import { streamIdField } from '../../shared/streamLocator';
import { ChosenStreams } from '../chosenStreams';
import { executionJson, itemsText } from '../executionFields';
import { executionUpdateMethodFields, readExecutionUpdateMethod } from '../updateMethodFields';

const DEFAULTS = { ...ACTIVE_EXECUTION_DEFAULTS, trustExecutionUpdateMethod: false, waitTimeoutSeconds: 1200 };

const optionFields: INodeProperties[] = [
	activeExecutionField,
	staleAfterHoursField,
	{
		displayName: 'Trust Execution Update Method',
		name: 'trustExecutionUpdateMethod',
		type: 'boolean',
		default: false,
		description:
			'Whether to go on even if Domo does not confirm that the execution uses the chosen update method. An APPEND could then become a REPLACE.',
	},
	{
		displayName: 'Wait Timeout (Seconds)',
		name: 'waitTimeoutSeconds',
		type: 'number',
		default: 1200,
		typeOptions: { minValue: 1 },
		description: 'How long to wait for another execution to end',
	},
];

export const description: INodeProperties[] = [
	streamIdField,
	...executionUpdateMethodFields,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: optionFields,
	},
];

export const execute: Operation['execute'] = async (context) => {
	const streams = new ChosenStreams(context);
	let options: typeof DEFAULTS | undefined;
	return await oncePerTarget(context, {
		read: async (itemIndex) => {
			options ??= readOptions(context);
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
						`'Update Method' is not the same in item ${first.itemIndex} and item ${other.itemIndex}, both for the Stream ${first.wish.streamId}. No execution was created`,
						'A run creates one execution per Stream, as each new one aborts the others. Give one update method per Stream.',
						other.itemIndex,
					),
		run: async ({ streamId, updateMethod, options: chosen }, itemIndexes) => {
			const execution = await openExecution(context.client, streamId, {
				...(updateMethod ? { updateMethod } : {}),
				activeExecution: chosen.activeExecution,
				staleAfterHours: chosen.staleAfterHours,
				waitTimeoutMs: chosen.waitTimeoutSeconds * 1000,
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

function readOptions(context: OperationContext): typeof DEFAULTS {
	const chosen = readForAllItems(context, 'options', 'Options', (itemIndex) =>
		context.node.getNodeParameter('options', itemIndex, {}),
	) as Partial<typeof DEFAULTS>;
	const options = { ...DEFAULTS, ...chosen };
	checkOptionValues(optionFields, options);
	return {
		...options,
		staleAfterHours: checkNumber(options.staleAfterHours, 'Stale After (Hours)', { least: 0, whole: false }),
		waitTimeoutSeconds: checkNumber(options.waitTimeoutSeconds, 'Wait Timeout (Seconds)', { least: 0, whole: false }),
	};
}
