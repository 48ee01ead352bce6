import { getStream } from '../../domo/streams';
import type { Column, Stream } from '../../domo/types';
import { dataSetIdOf, getDataSetWithColumns } from '../shared/run/dataSetColumns';
import type { OperationContext } from '../shared/run/operation';
import { readStreamChoice, resolveStreamId } from '../shared/editor/streamLocator';

/** The Streams that the items of one run chose; Domo is asked for each only once. */
export class ChosenStreams {
	private readonly ids = new Map<string, Promise<number>>();
	private readonly streams = new Map<number, Promise<Stream>>();
	private readonly columns = new Map<number, Promise<Column[]>>();

	constructor(private readonly context: OperationContext) {}

	/** The ID of the Stream that an item chose. @throws InputError, DomoError */
	async idFor(itemIndex: number): Promise<number> {
		const choice = readStreamChoice(this.context, itemIndex);
		return await once(
			this.ids,
			JSON.stringify(choice),
			async () => await resolveStreamId(this.context.client, choice),
		);
	}

	/** @throws DomoError */
	async stream(streamId: number): Promise<Stream> {
		return await once(this.streams, streamId, async () => await getStream(this.context.client, streamId));
	}

	/** The columns of a Stream's DataSet, in their order. @throws InputError where it has none; DomoError */
	async columnsOf(streamId: number): Promise<Column[]> {
		return await once(this.columns, streamId, async () => {
			const stream = await this.stream(streamId);
			const dataSetId = dataSetIdOf(stream);
			// Nobody promises that a Stream carries its DataSet's schema.
			const columns = stream.dataSet.deleted ? undefined : stream.dataSet.schema?.columns;
			if (columns && columns.length > 0) return columns;
			return (await getDataSetWithColumns(this.context.client, dataSetId)).columns;
		});
	}
}

async function once<Key, Value>(
	answers: Map<Key, Promise<Value>>,
	key: Key,
	ask: () => Promise<Value>,
): Promise<Value> {
	const answer = answers.get(key) ?? ask();
	answers.set(key, answer);
	return await answer;
}
