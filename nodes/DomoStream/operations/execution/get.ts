import { getExecution } from '../../../../domo/executions';
import { oncePerTarget } from '../../../shared/run/oncePerTarget';
import type { Operation } from '../../../shared/run/operation';
import { streamIdField } from '../../../shared/editor/streamLocator';
import { ChosenStreams } from '../../chosenStreams';
import { executionJson, executionTarget } from '../../../shared/run/executionFields';
import { executionIdField, readExecutionId } from '../../executionLocator';

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
			executionJson(streamId, await getExecution(context.client, { streamId, executionId })),
	});
};
