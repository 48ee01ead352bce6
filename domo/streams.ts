import { isList, isStream } from './answerShapes';
import type { DomoClient } from './client';
import { readPages } from './paging';
import type { Schema, Stream, UpdateMethod } from './types';

/** Domo's own limit for one page of Streams. */
const PAGE_SIZE = 500;

export function streamPath(streamId: number): string {
	return `/v1/streams/${encodeURIComponent(streamId)}`;
}

export interface NewStream {
	dataSet: { name: string; description?: string; schema: Schema };
	updateMethod: UpdateMethod;
	/** Makes each APPEND an upsert; must be enabled in the Domo instance. */
	keyColumnNames?: string[];
}

/** Makes a Stream together with a new DataSet; it cannot be put on an existing one. @throws DomoError */
export async function createStream(client: DomoClient, stream: NewStream): Promise<Stream> {
	return await client.json<Stream>({
		what: `create a Stream for the new DataSet '${stream.dataSet.name}'`,
		method: 'POST',
		path: '/v1/streams',
		body: { ...stream, dataSet: { description: '', ...stream.dataSet } },
		isAnswer: isStream,
		repeat: 'ifWithoutEffect',
	});
}

/** @throws DomoError */
export async function getStream(client: DomoClient, streamId: number): Promise<Stream> {
	return await client.json<Stream>({
		what: `give the Stream ${streamId}`,
		method: 'GET',
		path: streamPath(streamId),
		query: { fields: 'all' },
		isAnswer: isStream,
		repeat: 'always',
	});
}

/** Lists Streams, page by page, up to `limit` (undefined: all). @throws DomoError */
export async function listStreams(client: DomoClient, limit?: number): Promise<Stream[]> {
	return await readPages(
		PAGE_SIZE,
		limit,
		async (pageLimit, offset) => await listStreamPage(client, pageLimit, offset),
	);
}

/** One page of Streams; `pageLimit` 1 to 500. @throws DomoError */
export async function listStreamPage(
	client: DomoClient,
	pageLimit: number,
	offset: number,
): Promise<Stream[]> {
	return await client.json<Stream[]>({
		what: 'list the Streams',
		method: 'GET',
		path: '/v1/streams',
		query: { limit: pageLimit, offset, fields: 'all' },
		isAnswer: isList,
		repeat: 'always',
	});
}

/** The Streams of a DataSet: one or none. @throws DomoError */
export async function searchStreamsOfDataSet(client: DomoClient, dataSetId: string): Promise<Stream[]> {
	return await client.json<Stream[]>({
		what: `search the Stream of the DataSet ${dataSetId}`,
		method: 'GET',
		path: '/v1/streams/search',
		query: { q: `dataSource.id:${dataSetId}`, fields: 'all' },
		isAnswer: isList,
		repeat: 'always',
	});
}

/** @throws DomoError */
export async function updateStream(
	client: DomoClient,
	streamId: number,
	change: { updateMethod: UpdateMethod },
): Promise<Stream> {
	return await client.json<Stream>({
		what: `update the Stream ${streamId}`,
		method: 'PATCH',
		path: streamPath(streamId),
		body: change,
		isAnswer: isStream,
		repeat: 'always',
	});
}

/** Deletes a Stream; its DataSet stays. @throws DomoError */
export async function deleteStream(client: DomoClient, streamId: number): Promise<void> {
	await client.done({
		what: `delete the Stream ${streamId}`,
		method: 'DELETE',
		path: streamPath(streamId),
		repeat: 'ifWithoutEffect',
	});
}
