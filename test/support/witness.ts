/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One request with its answer, as they went over the line. */
export interface Exchange {
	method: string;
	path: string;
	query: URLSearchParams;
	requestHeaders: Record<string, string | string[] | undefined>;
	/** Gunzipped, where it went gzipped. */
	requestBody: string;
	status: number;
	responseHeaders: Record<string, string | string[] | undefined>;
	responseBody: string;
}

const textOf = async (stream: AsyncIterable<unknown>): Promise<Buffer> => {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
};

/**
 * Puts a witness between a client and a server: it hands on all requests and answers as they are, and keeps them.
 *
 * @param target the server's address, `http://host:port`
 */
export async function startWitness(target: string) {
	const exchanges: Exchange[] = [];
	const server = createServer(async (request, response) => {
		try {
			const body = await textOf(request);
			const upstream = ask(target + request.url, { method: request.method, headers: request.headers });
			upstream.end(body);
			const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) =>
				upstream.on('response', resolve).on('error', reject),
			);
			const answered = await textOf(answer);
			const { pathname, searchParams } = new URL(request.url ?? '', target);
			const isGzip = request.headers['content-encoding'] === 'gzip';
			exchanges.push({
				method: request.method ?? '',
				path: pathname,
				query: searchParams,
				requestHeaders: request.headers,
				requestBody: (isGzip ? gunzipSync(body) : body).toString(),
				status: answer.statusCode ?? 0,
				responseHeaders: answer.headers,
				responseBody: answered.toString(),
			});
			response.writeHead(answer.statusCode ?? 502, answer.rawHeaders).end(answered);
		} catch {
			response.destroy();
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		exchanges,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
