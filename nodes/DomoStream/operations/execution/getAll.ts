import { listExecutions } from '../../../../domo/executions';
import { limitFields, readLimit } from '../../../shared/fields/limitFields';
import { oncePerTarget } from '../../../shared/run/oncePerTarget';
import type { Operation } from '../../../shared/run/operation';
import { streamIdField } from '../../../shared/editor/streamLocator';
import { ChosenStreams } from '../../chosenStreams';
import { executionJson } from '../../../shared/run/executionFields';

export const description = [streamIdField, ...limitFields];

export const execute: Operation['execute'] = async (context) => {
	const streams = new ChosenStreams(context);
	return await oncePerTarget(context, {
		read: async (itemIndex) => ({
			limit: readLimit(context, itemIndex),
			streamId: await streams.idFor(itemIndex),
		}),
		targetOf: ({ streamId, limit }) => `${limit ?? 'all'} executions of the Stream ${streamId}`,
		run: async ({ streamId, limit }) =>
			(await listExecutions(context.client, streamId, limit)).map((execution) =>
				executionJson(streamId, execution),
			),
	});
};
