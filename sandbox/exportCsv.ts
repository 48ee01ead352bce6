/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { OutgoingMessage } from 'node:http';
import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Query } from './paging';
import { Refusal } from './refusal';
import type { DataSetState, SandboxState } from './state';
import { Throttle } from './throttle';

const headerField = (name: string) => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

async function* csvOf(
	state: SandboxState,
	dataSet: DataSetState,
	includeHeader: boolean,
): AsyncGenerator<Buffer> {
	if (includeHeader) yield Buffer.from(`${dataSet.columns.map(({ name }) => headerField(name)).join(',')}\n`);
	yield* state.storage.csv(dataSet.id, dataSet.columns, state.settings);
}

/**
 * Sends a download as slowly, and as cut short, as the request's fault says.
 *
 * @param make makes the content; called twice where a Content-Length must be known
 */
export async function sendDownload(
	request: FastifyRequest,
	reply: FastifyReply,
	state: SandboxState,
	make: () => AsyncGenerator<Buffer>,
): Promise<FastifyReply> {
	const slow = new Throttle(() => request.fault?.slowBodyBytesPerSecond ?? 0);
	const cutAt = request.fault?.cutDownloadAtBytes;
	const paced = slow.pace(state.download.pace(make()));
	if (cutAt === undefined) return await reply.send(Readable.from(paced, { objectMode: false }));
	if (!request.fault?.chunked) {
		let bytes = 0;
		for await (const chunk of make()) bytes += chunk.length;
		void reply.header('content-length', bytes);
	}
	reply.hijack();
	reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>);
	let left = cutAt;
	for await (const chunk of paced) {
		await written(reply.raw, chunk.subarray(0, left));
		left -= chunk.length;
		if (left <= 0) break;
	}
	request.raw.socket.destroySoon();
	return reply;
}

async function written(response: OutgoingMessage, chunk: Buffer): Promise<void> {
	await new Promise<void>((resolve) => response.write(chunk, () => resolve()));
}

type ById = { Params: { id: string }; Querystring: Query };

export function exportRoutes(app: FastifyInstance, state: SandboxState): void {
	app.get<ById>('/v1/datasets/:id/data', { config: { operation: 'export' } }, async (request, reply) => {
		const { params, query } = request;
		const dataSet = state.liveDataSet(params.id);
		const accept = request.headers.accept ?? '*/*';
		if (!/text\/csv|text\/\*|\*\/\*/.test(accept)) throw new Refusal(406, `Cannot export as ${accept}`);
		const fileName = typeof query.fileName === 'string' ? query.fileName : `${dataSet.name}.csv`;
		void reply
			.type('text/csv')
			.header('content-disposition', `attachment; filename=${encodeURIComponent(fileName)}`);
		return await sendDownload(request, reply, state, () =>
			csvOf(state, dataSet, String(query.includeHeader).toLowerCase() === 'true'),
		);
	});
}
