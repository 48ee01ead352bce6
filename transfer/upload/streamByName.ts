import type { DomoClient } from '../../domo/client';
import { listDataSets } from '../../domo/dataSets';
import { createStream, getStream, searchStreamsOfDataSet } from '../../domo/streams';
import type { Column, Stream, UpdateMethod } from '../../domo/types';
import { InputError } from '../inputError';

/**
 * Looks a Stream up by its DataSet's exact name. Names are not unique in Domo, so a miss would make a new DataSet every
 * night: the look-up goes through all pages, and whatever is not clear is refused.
 *
 * @returns undefined only where a complete look-up found no DataSet of that name
 * @throws InputError for several DataSets of that name, or one without a Stream; DomoError
 */
export async function findStreamByDataSetName(client: DomoClient, name: string): Promise<Stream | undefined> {
	const alike = await listDataSets(client, { nameLike: name });
	const named = alike.filter((dataSet) => dataSet.name === name && dataSet.deleted !== true);
	if (named.length === 0) return undefined;
	if (named.length > 1) {
		throw new InputError(
			'STREAM_AMBIGUOUS',
			`${named.length} DataSets are named '${name}': ${named.map(({ id }) => id).join(', ')}. Nothing was sent.`,
			"Choose the Stream from the list or by its DataSet's ID.",
		);
	}
	const [{ id }] = named;
	const streams = await searchStreamsOfDataSet(client, id);
	if (streams.length === 1) return await getStream(client, streams[0].id);
	throw new InputError(
		streams.length === 0 ? 'STREAM_NONE_ON_DATASET' : 'STREAM_AMBIGUOUS',
		streams.length === 0
			? `The DataSet '${name}' (${id}) exists, but has no Stream. Nothing was sent.`
			: `The DataSet '${name}' (${id}) has several Streams: ${streams.map((stream) => stream.id).join(', ')}. Nothing was sent.`,
		streams.length === 0
			? "A Stream can't be put on an existing DataSet. Choose another name, or load it with 'Import' of the Domo DataSet node."
			: 'Choose one of them by ID.',
	);
}

/** Makes a DataSet of that name with its Stream. @throws DomoError; with effect `unknown` it may have been made */
export async function createStreamNamed(
	client: DomoClient,
	name: string,
	columns: Column[],
	updateMethod: UpdateMethod,
): Promise<Stream> {
	const stream = await createStream(client, { dataSet: { name, schema: { columns } }, updateMethod });
	return await getStream(client, stream.id);
}
