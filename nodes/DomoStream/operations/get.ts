import type { IDataObject } from 'n8n-workflow';

import { forEachItem } from '../../shared/operation';
import { readStreamChoice, resolveStream, streamIdField } from '../../shared/streamLocator';

export const description = [streamIdField];

export const execute = forEachItem(
	async (context, itemIndex) =>
		(await resolveStream(context.client, readStreamChoice(context, itemIndex))) as unknown as IDataObject,
);
