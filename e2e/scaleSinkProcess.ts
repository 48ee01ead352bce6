/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/**
 * The sandbox, and before it a server that looks into what is uploaded: rows are counted and hashed after
 * decompression, in a process of their own. Storing gigabytes would cost more than sending them.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { json as readJson } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { startSandbox } from '../sandbox';
import { SCALE_COLUMNS, SCALE_HEADER, scaleCsv } from './scaleRows';
import type { Arrived, Broke, Coming, ScaleSinkAddress } from './scaleSink';

/** The naive way gets one token by hand. */
const TOKEN_SECONDS = 86_400;
const LINE_FEED = 0x0a;

interface Part {
	rows: number;
	bytes: number;
	sentBytes: number;
	sha256: string;
}

/** By part id, what was uploaded last under it. */
const parts = new Map<number, Part>();
/** Of all that was uploaded, tries that came to nothing included. */
let coming: Coming = { rows: 0, bytes: 0 };
let broke: Broke | undefined;

async function readPart(request: IncomingMessage): Promise<Part> {
	const part = { rows: 0, bytes: 0, sentBytes: 0, sha256: '' };
	const hash = createHash('sha256');
	request.on('data', (chunk: Buffer) => {
		part.sentBytes += chunk.length;
	});
	const plain =
		request.headers['content-encoding'] === 'gzip'
			? createGunzip({ chunkSize: 256 * 1024 })
			: new PassThrough();
	await pipeline(request, plain, async (chunks: AsyncIterable<Buffer>) => {
		for await (const chunk of chunks) {
			hash.update(chunk);
			part.bytes += chunk.length;
			const rowsBefore = part.rows;
			for (let at = 0; at < chunk.length; at++) if (chunk[at] === LINE_FEED) part.rows++;
			coming.rows += part.rows - rowsBefore;
			coming.bytes += chunk.length;
		}
	});
	part.sha256 = hash.digest('hex');
	return part;
}

/** Makes the same rows again, cut where the parts were cut. */
function isAsSent(inOrder: Part[], rows: number): boolean {
	const wanted = scaleCsv(rows);
	let rest: Buffer = Buffer.alloc(0);
	for (const part of inOrder) {
		const hash = createHash('sha256');
		for (let missing = part.bytes; missing > 0;) {
			if (rest.length === 0) {
				const next = wanted.next();
				if (next.done) return false;
				rest = next.value;
			}
			const taken = rest.subarray(0, missing);
			hash.update(taken);
			missing -= taken.length;
			rest = rest.subarray(taken.length);
		}
		if (hash.digest('hex') !== part.sha256) return false;
	}
	return rest.length === 0 && wanted.next().done === true;
}

function arrived(rows: number): Arrived {
	const inOrder = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
	const sum = (of: (part: Part) => number) => inOrder.reduce((total, part) => total + of(part), 0);
	return {
		rows: sum((part) => part.rows),
		bytes: sum((part) => part.bytes),
		sentBytes: sum((part) => part.sentBytes),
		parts: inOrder.length,
		isAsSent: [...parts.keys()].every((id) => id >= 1 && id <= parts.size) && isAsSent(inOrder, rows),
	};
}

/** Hands a request on to the sandbox, and its answer back once `ready`. */
async function forward(
	target: string,
	request: IncomingMessage,
	response: ServerResponse,
	ready?: Promise<unknown>,
): Promise<void> {
	// A connection of its own: a kept one may be closed under a body, which can't be sent again from here.
	const onward = httpRequest(`${target}${request.url}`, {
		method: request.method,
		headers: request.headers,
		agent: false,
	});
	const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
	// The sandbox may answer once it has read the end of a gzipped body, before the request is formally at its own: its
	// answer is what counts, and where none comes, `answered` says so.
	const sent = pipeline(request, onward).catch(() => undefined);
	await Promise.all([
		sent,
		answered.then(async ([answer]) => {
			await ready;
			response.writeHead(answer.statusCode!, answer.headers);
			await pipeline(answer, response);
		}),
	]);
}

const json = (response: ServerResponse, body: unknown) =>
	response.setHeader('content-type', 'application/json').end(JSON.stringify(body));

function* file(rows: number): Generator<Buffer> {
	yield Buffer.from(SCALE_HEADER);
	// Copied: what is on its way out must not be written over.
	for (const chunk of scaleCsv(rows)) yield Buffer.from(chunk);
}

async function main(): Promise<void> {
	const sandbox = await startSandbox({ keepRows: false, tokenSeconds: TOKEN_SECONDS });
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'Scale', columns: SCALE_COLUMNS });
	const PART = /^\/v1\/streams\/\d+\/executions\/\d+\/part\/(\d+)$/;

	const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
		const [, partId] = PART.exec(pathname) ?? [];
		if (pathname === '/file.csv') {
			response.setHeader('content-type', 'text/csv');
			return await pipeline(
				Readable.from(file(Number(searchParams.get('rows'))), { objectMode: false }),
				response,
			);
		}
		if (pathname === '/scale/arrived') return void json(response, arrived(Number(searchParams.get('rows'))));
		if (pathname === '/scale/forget') {
			parts.clear();
			coming = { rows: 0, bytes: 0 };
			broke = undefined;
			sandbox.dataSet(dataSetId).rows = 0;
			return void json(response, {});
		}
		if (pathname === '/scale/coming') return void json(response, coming);
		if (pathname === '/scale/broke') {
			if (request.method === 'POST') broke = (await readJson(request)) as Broke;
			return void json(response, { broke });
		}
		if (request.method === 'PUT' && partId !== undefined) {
			const read = readPart(request).then((part) => parts.set(Number(partId), part));
			return await forward(sandbox.url, request, response, read);
		}
		if (request.method === 'PUT' && pathname === `/v1/datasets/${dataSetId}/data`) {
			parts.set(1, await readPart(request));
			return void response.writeHead(204).end();
		}
		// The sandbox keeps no rows, so it can't count them.
		if (pathname.endsWith('/commit'))
			sandbox.dataSet(dataSetId).rows = [...parts.values()].reduce((rows, part) => rows + part.rows, 0);
		await forward(sandbox.url, request, response);
	};

	const server = createServer((request, response) => {
		answer(request, response).catch((error: Error) => {
			process.stderr.write(`${request.method} ${request.url}: ${error.message}\n`);
			response.destroy();
		});
	});
	server.requestTimeout = 0;
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
	const { access_token: token } = (await (
		await fetch(`${url}/oauth/token?grant_type=client_credentials`, {
			headers: { authorization: `Basic ${basic}` },
		})
	).json()) as { access_token: string };
	const address: ScaleSinkAddress = {
		url,
		clientId: sandbox.clientId,
		clientSecret: sandbox.clientSecret,
		token,
		streamId,
		dataSetId,
	};
	process.send!(address);
	const end = () => {
		server.closeAllConnections();
		server.close();
		void sandbox.close().finally(() => process.exit());
	};
	process.once('SIGTERM', end);
	process.once('disconnect', end);
}

void main();
