import type { IDataObject } from 'n8n-workflow';

import { oncePerTarget } from '../../../shared/run/oncePerTarget';
import type { Operation } from '../../../shared/run/operation';
import { streamIdField } from '../../../shared/editor/streamLocator';
import { ChosenStreams } from '../../chosenStreams';

export const description = [streamIdField];

export const execute: Operation['execute'] = async (context) => {
	const streams = new ChosenStreams(context);
	return await oncePerTarget(context, {
		read: async (itemIndex) => await streams.idFor(itemIndex),
		targetOf: (streamId) => `the Stream ${streamId}`,
		run: async (streamId) => (await streams.stream(streamId)) as unknown as IDataObject,
	});
};
