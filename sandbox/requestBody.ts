/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { FastifyRequest } from 'fastify';

import { gunzipToCsvFile, writeCsvFile } from './csvFile';
import type { CsvFile } from './csvFile';
import type { Settings } from './options';
import { Refusal } from './refusal';
import type { SandboxState } from './state';
import { Throttle } from './throttle';

/** A request's body, no faster than the line and its fault allow. Leaving it half read keeps the connection. */
export async function* bodyChunks(request: FastifyRequest, state: SandboxState): AsyncGenerator<Buffer> {
	const raw: IncomingMessage = request.raw;
	if (raw.readableEnded || raw.destroyed) return;
	const slow = new Throttle(() => request.fault?.slowBodyBytesPerSecond ?? 0);
	// The iterator would otherwise destroy the socket when a refusal ends the loop, and no answer got out.
	const chunks: AsyncIterable<Buffer> = {
		[Symbol.asyncIterator]: () => raw.iterator({ destroyOnReturn: false }),
	};
	for await (const chunk of slow.pace(state.upload.pace(chunks))) {
		request.record.bytes += chunk.length;
		yield chunk;
	}
}

/** Reads what is left of a body and forgets it, so that the client gets to read the answer. */
export async function drain(request: FastifyRequest, state: SandboxState): Promise<void> {
	try {
		for await (const chunk of bodyChunks(request, state)) void chunk;
	} catch {
		// The client is gone: nobody waits for an answer.
	}
}

const MAX_JSON_BYTES = 5_000_000;

/** @returns the body's JSON object, or undefined if there is no body. @throws Refusal 400 or 415 */
export async function readJson(
	request: FastifyRequest,
	state: SandboxState,
): Promise<Record<string, unknown> | undefined> {
	const text = await readText(request, state);
	// Domo's Java SDK sends the JSON null and "" where there is nothing to send.
	if (text === '' || text === 'null' || text === '""') return undefined;
	if (mediaType(request) !== 'application/json')
		throw new Refusal(415, 'Content-Type must be application/json');
	const value = parseJson(text);
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new Refusal(400, 'The body must be a JSON object');
	}
	return value as Record<string, unknown>;
}

/** Like readJson, where a body must be there. */
export async function requireJson(
	request: FastifyRequest,
	state: SandboxState,
): Promise<Record<string, unknown>> {
	const body = await readJson(request, state);
	if (!body) throw new Refusal(400, 'Required request body is missing');
	return body;
}

export async function readText(request: FastifyRequest, state: SandboxState): Promise<string> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of bodyChunks(request, state)) {
		bytes += chunk.length;
		if (bytes > MAX_JSON_BYTES) throw new Refusal(413, 'The body is too long');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export function mediaType(request: FastifyRequest): string {
	return (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
}

export interface ReceivedCsv {
	file: CsvFile;
	sentBytes: number;
	encoding: 'gzip' | 'none';
}

/**
 * Takes in a CSV body whole, into a temporary file that the caller removes.
 *
 * @param gzip how a gzip body may be labelled: `Content-Encoding: gzip`, `Content-Type: application/gzip`, either, or none
 * @throws Refusal 415 for labels Domo doesn't know, 400 for bytes that aren't what the label says
 */
export async function receiveCsv(
	request: FastifyRequest,
	state: SandboxState,
	gzip: Settings['partGzipLabels'] | 'none',
): Promise<ReceivedCsv> {
	const encoding = csvEncoding(request, gzip);
	const path = join(state.storage.folder, `body-${++state.filesMade}`);
	if (encoding === 'none') {
		const file = await removedOnFailure(
			path,
			async () => await writeCsvFile(refuseGzip(bodyChunks(request, state)), path),
		);
		return { file, sentBytes: request.record.bytes, encoding };
	}
	const gzipPath = `${path}.gz`;
	try {
		await pipeline(Readable.from(bodyChunks(request, state)), createWriteStream(gzipPath));
		const file = await removedOnFailure(
			path,
			async () => await gunzipToCsvFile(gzipPath, path, state.settings.gzipMembers),
		);
		return { file, sentBytes: request.record.bytes, encoding };
	} finally {
		await rm(gzipPath, { force: true });
	}
}

async function removedOnFailure<T>(path: string, write: () => Promise<T>): Promise<T> {
	let complete = false;
	try {
		const written = await write();
		complete = true;
		return written;
	} finally {
		if (!complete) await rm(path, { force: true });
	}
}

function csvEncoding(request: FastifyRequest, gzip: Settings['partGzipLabels'] | 'none'): 'gzip' | 'none' {
	const type = mediaType(request);
	const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
	const charset = /charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
	if (charset.toLowerCase() !== 'utf-8') throw new Refusal(415, `Charset ${charset} is not supported`);
	if ((gzip === 'any' || gzip === 'type') && type === 'application/gzip' && encoding === 'identity')
		return 'gzip';
	if (type !== 'text/csv') throw new Refusal(415, `Content type '${type}' not supported`);
	if (encoding === 'identity') return 'none';
	if ((gzip === 'any' || gzip === 'encoding') && encoding === 'gzip') return 'gzip';
	throw new Refusal(415, `Content encoding '${encoding}' not supported`);
}

async function* refuseGzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	let isFirst = true;
	for await (const chunk of chunks) {
		if (isFirst && chunk[0] === 0x1f && chunk[1] === 0x8b) {
			throw new Refusal(400, 'The data is in gzip format but not labelled so.');
		}
		isFirst = false;
		yield chunk;
	}
}

/** Whether a file of rows ends as every part must. */
export function requireLineFeed(file: CsvFile): void {
	if (!file.endsWithLineFeed) throw new Refusal(400, 'The data does not end in a line feed.');
}
