import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { getExecution, isRunning, type PartEncoding } from '../../../domo/executions';
import { InputError } from '../../../transfer/inputError';
import { uploadWholePart } from '../../../transfer/uploadPart';
import { columnMappingField } from '../../shared/columnMapper';
import { inputFields, openRows, readInputKind, readOptions, rowOptions, type ChosenItems, type RowOptionValues } from '../../shared/inputSource';
import { checkNumber } from '../../shared/numberParameter';
import { oncePerTarget } from '../../shared/oncePerTarget';
import { onceForAllItems, type Operation, type OperationContext } from '../../shared/operation';
import { checkOptionValues } from '../../shared/optionValues';
import { readForAllItems } from '../../shared/sameForAllItems';
import { readStreamChoice, streamIdField } from '../../shared/streamLocator';
import { summaryItem } from '../../shared/summaryItem';
import { ChosenStreams } from '../chosenStreams';
import { executionTarget, type ExecutionWish } from '../executionFields';
import { executionIdField, readExecutionId } from '../executionLocator';
import { maxTriesField, PART_ENCODINGS, requestTimeoutField } from '../partFields';

const DEFAULTS = { compression: 'gzip' as PartEncoding, maxTries: 5, requestTimeoutSeconds: 900 };
type Options = typeof DEFAULTS & RowOptionValues;
type PartWish = ExecutionWish & { partId: number };

const options: INodeProperties[] = [
	...rowOptions,
	{
		displayName: 'Compression',
		name: 'compression',
		type: 'options',
		default: 'gzip',
		description: 'How the part is sent',
		options: PART_ENCODINGS,
	},
	maxTriesField,
	requestTimeoutField,
];

export const description: INodeProperties[] = [
	streamIdField,
	executionIdField,
	{
		displayName: 'Part ID',
		name: 'partId',
		type: 'number',
		// Not 1: a forgotten number would overwrite the first part.
		default: 0,
		required: true,
		hint: 'For CSV files, one part per item: {{ $itemIndex + 1 }}',
		description:
			'The number of the part: 1, 2, 3 … without a gap. It decides the order of the rows; the same number again overwrites the part.',
	},
	...inputFields,
	columnMappingField('getStreamColumns', 'streamId'),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...options].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	},
];

/** A CSV file is a part of its own; input items are one part together. */
export const execute: Operation['execute'] = async (context) =>
	await (readInputKind(context) === 'binary' ? uploadFiles(context) : uploadItems(context));

const uploadItems = onceForAllItems(async (context) => {
	readForAllItems(context, 'streamId', 'Stream', (itemIndex) => readStreamChoice(context, itemIndex));
	readForAllItems(context, 'executionId', 'Execution ID', (itemIndex) => readExecutionId(context, itemIndex));
	readForAllItems(context, 'partId', 'Part ID', (itemIndex) => readPartId(context, itemIndex));
	const parts = new Parts(context);
	const wish = await parts.read(0);
	return [summaryItem(await parts.upload(wish, 'all'), context.items.length)];
});

async function uploadFiles(context: OperationContext) {
	const parts = new Parts(context);
	return await oncePerTarget(context, {
		read: async (itemIndex) => await parts.read(itemIndex),
		targetOf: (wish) => `part ${wish.partId} of ${executionTarget(wish)}`,
		refuse: (first, other) =>
			new InputError(
				`'Part ID' is ${first.wish.partId} in item ${first.itemIndex} and in item ${other.itemIndex}: the second file would overwrite the first. Neither was sent`,
				'Give every item its own part ID, such as {{ $itemIndex + 1 }}.',
				other.itemIndex,
			),
		run: async (wish, [itemIndex]) => await parts.upload(wish, [itemIndex]),
	});
}

/** The parts of one run; what they share is asked of Domo once. */
class Parts {
	private readonly streams: ChosenStreams;
	private readonly openExecutions = new Map<string, Promise<void>>();
	private options: Options | undefined;

	constructor(private readonly context: OperationContext) {
		this.streams = new ChosenStreams(context);
	}

	/** @throws InputError, DomoError; the execution must be open */
	async read(itemIndex: number): Promise<PartWish> {
		this.options ??= readPartOptions(this.context);
		const partId = readPartId(this.context, itemIndex);
		const executionId = readExecutionId(this.context, itemIndex);
		const wish = { streamId: await this.streams.idFor(itemIndex), executionId, partId };
		const target = executionTarget(wish);
		const open = this.openExecutions.get(target) ?? this.requireOpen(wish);
		this.openExecutions.set(target, open);
		await open;
		return wish;
	}

	async upload(wish: PartWish, chosenItems: ChosenItems): Promise<IDataObject> {
		const { context, streams } = this;
		const chosen = this.options ?? readPartOptions(context);
		const columns = await streams.columnsOf(wish.streamId);
		const { keyColumnNames = [] } = await streams.stream(wish.streamId);
		const source = await openRows(context, chosenItems, columns, { ...chosen, keyColumnNames });
		const uploaded = await uploadWholePart(context.client, source, {
			...wish,
			encoding: chosen.compression,
			maxTries: chosen.maxTries,
			requestTimeoutMs: chosen.requestTimeoutSeconds * 1000,
		});
		return { ...wish, ...uploaded };
	}

	private async requireOpen({ streamId, executionId }: PartWish): Promise<void> {
		const execution = await getExecution(this.context.client, streamId, executionId);
		if (isRunning(execution)) return;
		throw new InputError(
			`The execution ${executionId} of the Stream ${streamId} is ${execution.currentState}, and parts go only into an open one. Nothing was sent`,
			"Create a new execution with 'Create' and upload all parts into it.",
		);
	}
}

function readPartId(context: OperationContext, itemIndex: number): number {
	return checkNumber(context.node.getNodeParameter('partId', itemIndex), 'Part ID', { least: 1, whole: true });
}

function readPartOptions(context: OperationContext): Options {
	const chosen = readOptions(context, DEFAULTS);
	checkOptionValues(options, chosen);
	return {
		...chosen,
		maxTries: checkNumber(chosen.maxTries, 'Max Tries per Part', { least: 1, whole: true }),
		requestTimeoutSeconds: checkNumber(chosen.requestTimeoutSeconds, 'Request Timeout (Seconds)', { least: 0.001, whole: false }),
	};
}
