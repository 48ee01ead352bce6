import type { INodeProperties } from 'n8n-workflow';

import type { DomoClient } from '../../../../domo/client';
import { DomoError, orDomoError } from '../../../../domo/errors';
import { deleteStream, getStream } from '../../../../domo/streams';
import { oncePerTarget } from '../../../shared/run/oncePerTarget';
import type { Operation } from '../../../shared/run/operation';
import { streamIdField } from '../../../shared/editor/streamLocator';
import { ChosenStreams } from '../../chosenStreams';

export const description: INodeProperties[] = [
	streamIdField,
	{
		displayName: 'The Stream is permanently deleted. Its DataSet and rows stay.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
	},
];

export const execute: Operation['execute'] = async (context) => {
	const streams = new ChosenStreams(context);
	return await oncePerTarget(context, {
		read: async (itemIndex) => await streams.idFor(itemIndex),
		targetOf: (streamId) => `the Stream ${streamId}`,
		run: async (streamId) => {
			await deleteSettled(context.client, streamId);
			return { deleted: true };
		},
	});
};

/** Deletes a Stream; after a lost answer, a Stream that is gone was deleted. */
async function deleteSettled(client: DomoClient, streamId: number): Promise<void> {
	const outcome = await orDomoError(deleteStream(client, streamId));
	if (!(outcome instanceof DomoError)) return;
	if (outcome.details.effect === 'unknown') {
		const seen = await orDomoError(getStream(client, streamId));
		if (seen instanceof DomoError && seen.details.status === 404) return;
	}
	throw outcome;
}
