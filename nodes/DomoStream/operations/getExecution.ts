import { getExecution } from '../../../domo/executions';
import { oncePerTarget } from '../../shared/oncePerTarget';
import type { Operation } from '../../shared/operation';
import { streamIdField } from '../../shared/streamLocator';
import { ChosenStreams } from '../chosenStreams';
import { executionIdField, executionJson, executionTarget, readExecutionId } from '../executionFields';

export const description = [streamIdField, executionIdField];

export const execute: Operation['execute'] = async (context) => {
	const streams = new ChosenStreams(context);
	return await oncePerTarget(context, {
		read: async (itemIndex) => ({
			executionId: readExecutionId(context, itemIndex),
			streamId: await streams.idFor(itemIndex),
		}),
		targetOf: executionTarget,
		run: async ({ streamId, executionId }) =>
			executionJson(streamId, await getExecution(context.client, streamId, executionId)),
	});
};
