import type { IDataObject } from 'n8n-workflow';

import { listStreams } from '../../../../domo/streams';
import { limitFields, readLimit } from '../../../shared/fields/limitFields';
import { oncePerTarget } from '../../../shared/run/oncePerTarget';
import type { Operation } from '../../../shared/run/operation';

export const description = limitFields;

export const execute: Operation['execute'] = async (context) =>
	await oncePerTarget(context, {
		read: async (itemIndex) => readLimit(context, itemIndex),
		targetOf: (limit) => `${limit ?? 'all'} Streams`,
		run: async (limit) => (await listStreams(context.client, limit)) as unknown as IDataObject[],
	});
