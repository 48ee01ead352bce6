import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';

import type { DomoClient } from '../../../domo/client';
import { getDataSet } from '../../../domo/dataSets';
import { getStream, listStreamPage, searchStreamsOfDataSet } from '../../../domo/streams';
import type { Stream } from '../../../domo/types';
import { InputError } from '../../../transfer/inputError';
import { textOf } from '../fields/textParameter';
import { checkDataSetId, dataSetPageUrl, instanceName } from './dataSetLocator';
import { matchesFilter } from './listFilter';
import { toNodeError } from '../n8n/nodeError';
import type { OperationContext } from '../run/operation';
import { domoClient } from '../n8n/send';

/** Domo's own limit for one page. */
const PAGE_SIZE = 500;
/** Domo can't search Streams by name: a search reads this many pages at most before it shows what it has. */
const MAX_SEARCH_PAGES = 10;

/** The picker of a Stream: from a list of its DataSet's name, by ID, or by the DataSet's ID. */
export const streamIdField: INodeProperties = {
	displayName: 'Stream',
	name: 'streamId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description:
		'The Domo Stream to work on. A Stream belongs to one DataSet and is how large data gets into it.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a Stream…',
			typeOptions: { searchListMethod: 'searchStreams', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: '42',
			validation: [
				{
					type: 'regex',
					properties: { regex: '\\s*\\d+\\s*', errorMessage: 'Not a Stream ID (a whole number)' },
				},
			],
		},
		{
			displayName: 'By DataSet ID',
			name: 'dataSet',
			type: 'string',
			placeholder: '00000000-0000-0000-0000-000000000000',
			hint: 'The Stream that belongs to this DataSet',
		},
	],
};

/** How a Stream was chosen, before Domo is asked. */
export type StreamChoice = { streamId: number } | { dataSetId: string };

/** @throws InputError when nothing usable is chosen */
export function readStreamChoice(context: OperationContext, itemIndex: number): StreamChoice {
	return toStreamChoice(context.node.getNodeParameter('streamId', itemIndex));
}

/**
 * @param parameter the picker's value, as n8n hands it over
 * @param source what has given it, as messages name it
 * @throws InputError when nothing usable is chosen
 */
export function toStreamChoice(parameter: unknown, source = 'Stream'): StreamChoice {
	const isLocator = typeof parameter === 'object' && parameter !== null && !Array.isArray(parameter);
	const { mode, value } = isLocator
		? (parameter as { mode?: unknown; value?: unknown })
		: { mode: 'id', value: parameter };
	if (mode === 'dataSet')
		return {
			dataSetId: checkDataSetId(value, source === 'Stream' ? "'Stream' by DataSet ID" : `'${source}'`),
		};
	const text = textOf(value, source);
	if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return { streamId: Number(text) };
	throw new InputError(
		'STREAM_NOT_CHOSEN',
		text === '' ? `No Stream is chosen in '${source}'` : `'${text}' in '${source}' is not a Stream ID`,
		"A Stream ID is a whole number. Choose the Stream from the list, or give its DataSet's ID.",
	);
}

/** The chosen Stream as Domo has it. @throws InputError, DomoError */
export async function resolveStream(client: DomoClient, choice: StreamChoice): Promise<Stream> {
	return await getStream(client, await resolveStreamId(client, choice));
}

/** The chosen Stream's ID; Domo is only asked where the DataSet was given. @throws InputError, DomoError */
export async function resolveStreamId(client: DomoClient, choice: StreamChoice): Promise<number> {
	if ('streamId' in choice) return choice.streamId;
	const found = await searchStreamsOfDataSet(client, choice.dataSetId);
	if (found.length === 1) return found[0].id;
	if (found.length > 1) {
		throw new InputError(
			'STREAM_AMBIGUOUS',
			`The DataSet ${choice.dataSetId} has several Streams: ${found.map(({ id }) => id).join(', ')}`,
			'Choose one of them by ID.',
		);
	}
	// Domo's own words where there is no such DataSet.
	await getDataSet(client, choice.dataSetId);
	throw new InputError(
		'STREAM_NONE_ON_DATASET',
		`The DataSet ${choice.dataSetId} has no Stream`,
		"A Stream can't be added to an existing DataSet: the operation 'Create' of this node creates both together. To load small data into this DataSet, use 'Import' in the Domo DataSet node.",
	);
}

/** Fills the list. Streams have no names of their own: they are shown, and searched, by their DataSet's. */
export async function searchStreams(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const wanted = (filter ?? '').trim();
	let offset = Number(paginationToken ?? 0);
	const results: INodeListSearchResult['results'] = [];
	try {
		const client = await domoClient(this);
		const instance = await instanceName(this);
		for (let pages = 1; ; pages++) {
			const page = await listStreamPage(client, PAGE_SIZE, offset);
			offset += page.length;
			for (const stream of page) {
				if (!matchesFilter(`${stream.dataSet?.name ?? ''} ${stream.id}`, wanted)) continue;
				results.push({
					name: streamLabel(stream),
					value: String(stream.id),
					...(instance && stream.dataSet ? { url: dataSetPageUrl(instance, stream.dataSet.id) } : {}),
				});
			}
			if (page.length === 0) return { results };
			if (wanted === '' || results.length >= PAGE_SIZE) return { results, paginationToken: String(offset) };
			if (pages === MAX_SEARCH_PAGES) {
				return { results: [...results, searchCutRow(offset)], paginationToken: String(offset) };
			}
		}
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}

/** Says in the list that the search was cut: n8n has no other place for it, and shows 'No results' where nothing was found. */
function searchCutRow(searched: number): INodeListSearchResult['results'][number] {
	return {
		name: `${searched.toLocaleString('en-US')} Streams searched so far, there are more: scroll on, or choose 'By DataSet ID'`,
		// No Stream's ID, so that choosing it is refused; another one each time, as n8n shows a value once.
		value: `searched ${searched} Streams`,
	};
}

function streamLabel(stream: Stream): string {
	const keyed = (stream.keyColumnNames?.length ?? 0) > 0 ? ', upsert' : '';
	return `${stream.dataSet?.name ?? 'DataSet without a name'} (Stream ${stream.id}, ${stream.updateMethod}${keyed})`;
}
