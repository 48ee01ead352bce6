/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** Domo by node:http alone, for reference loops and peers that bring no client. */
import { request } from 'node:http';

import type { DomoAddress } from './sink';

export interface Execution {
	/** Path of a part, to which its number is added. */
	partPath: string;
	commit(): Promise<void>;
}

/** One request; the answer's body as text. @throws on any status but 2xx */
export async function send(
	domo: DomoAddress,
	method: string,
	path: string,
	headers: Record<string, string>,
	body?: Buffer | string,
): Promise<string> {
	return await new Promise((resolve, reject) => {
		const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
		const out = request(domo.url + path, { method, headers: { ...headers, ...length } }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () => {
				const text = Buffer.concat(chunks).toString();
				if (response.statusCode! >= 200 && response.statusCode! < 300) resolve(text);
				else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
			});
		});
		out.on('error', reject);
		out.end(body);
	});
}

export async function authorize(domo: DomoAddress): Promise<{ Authorization: string }> {
	const basic = Buffer.from(`${domo.clientId}:${domo.clientSecret}`).toString('base64');
	const answer = await send(domo, 'GET', '/oauth/token?grant_type=client_credentials&scope=data', {
		Authorization: `Basic ${basic}`,
	});
	return { Authorization: `bearer ${(JSON.parse(answer) as { access_token: string }).access_token}` };
}

export async function openExecution(
	domo: DomoAddress,
	streamId: number,
	authorization: { Authorization: string },
): Promise<Execution> {
	const executions = `/v1/streams/${streamId}/executions`;
	const { id } = JSON.parse(await send(domo, 'POST', executions, authorization)) as { id: number };
	return {
		partPath: `${executions}/${id}/part/`,
		commit: async () => void (await send(domo, 'PUT', `${executions}/${id}/commit`, authorization)),
	};
}
