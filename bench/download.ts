/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { get, type IncomingMessage } from 'node:http';

import { authorize } from './http';
import type { DomoAddress } from './sink';

/** A DataSet's export as it streams in, by node:http alone. */
export async function openDownload(domo: DomoAddress, dataSetId: string): Promise<IncomingMessage> {
	const authorization = await authorize(domo);
	const url = `${domo.url}/v1/datasets/${dataSetId}/data?includeHeader=true`;
	return await new Promise((resolve, reject) => {
		get(url, { headers: { ...authorization, Accept: 'text/csv' } }, (response) => {
			if (response.statusCode === 200) resolve(response);
			else reject(new Error(`The export was answered ${response.statusCode}`));
		}).on('error', reject);
	});
}
