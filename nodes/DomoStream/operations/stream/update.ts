import type { IDataObject } from 'n8n-workflow';

import { updateStream } from '../../../../domo/streams';
import { InputError } from '../../../../transfer/inputError';
import { oncePerTarget } from '../../../shared/run/oncePerTarget';
import type { Operation } from '../../../shared/run/operation';
import { streamIdField } from '../../../shared/editor/streamLocator';
import { explainUnknown } from '../../../shared/run/unknownOutcome';
import { ChosenStreams } from '../../chosenStreams';
import { readUpdateMethod, streamUpdateMethodFields } from '../../updateMethodFields';

export const description = [streamIdField, ...streamUpdateMethodFields];

export const execute: Operation['execute'] = async (context) => {
	const streams = new ChosenStreams(context);
	return await oncePerTarget(context, {
		read: async (itemIndex) => ({
			updateMethod: readUpdateMethod(context, itemIndex),
			streamId: await streams.idFor(itemIndex),
		}),
		targetOf: ({ streamId }) => `the Stream ${streamId}`,
		refuse: (first, other) =>
			first.wish.updateMethod === other.wish.updateMethod
				? undefined
				: new InputError(
						'OPTION_DIFFERS_BETWEEN_ITEMS',
						`'Update Method' is ${first.wish.updateMethod} in item ${first.itemIndex} and ${other.wish.updateMethod} in item ${other.itemIndex}, both for the Stream ${first.wish.streamId}. The Stream was not changed`,
						'Give one update method per Stream.',
						other.itemIndex,
					),
		run: async ({ streamId, updateMethod }) =>
			(await updateStream(context.client, streamId, { updateMethod }).catch((error: unknown) => {
				throw explainUnknown(
					error,
					`the Stream ${streamId} was changed`,
					'Run it again: the same change twice does no harm.',
				);
			})) as unknown as IDataObject,
	});
};
