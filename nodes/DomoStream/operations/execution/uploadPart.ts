import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { endingOf, getExecution, type PartEncoding } from '../../../../domo/executions';
import type { ExecutionRef } from '../../../../domo/types';
import { InputError } from '../../../../transfer/inputError';
import { uploadWholePart } from '../../../../transfer/upload/uploadPart';
import { columnMappingField } from '../../../shared/editor/columnMapper';
import { inputFields, openRows, readInputKind, type ChosenItems } from '../../../shared/fields/inputSource';
import {
	engineNumber,
	optionFields,
	readLoadOptions,
	type LoadOptionValues,
} from '../../../shared/fields/optionFields';
import { checkNumber } from '../../../shared/fields/numberParameter';
import { findingsJson, showFindings } from '../../../shared/run/findings';
import { oncePerTarget } from '../../../shared/run/oncePerTarget';
import { onceForAllItems, type Operation, type OperationContext } from '../../../shared/run/operation';
import { readForAllItems } from '../../../shared/run/sameForAllItems';
import { readStreamChoice, streamIdField } from '../../../shared/editor/streamLocator';
import { summaryItem } from '../../../shared/run/summaryItem';
import { ChosenStreams } from '../../chosenStreams';
import { executionTarget } from '../../../shared/run/executionFields';
import { executionIdField, readExecutionId } from '../../executionLocator';

type PartWish = ExecutionRef & { partId: number };

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
	...optionFields('uploadPart'),
];

/** A CSV file is a part of its own; input items are one part together. */
export const execute: Operation['execute'] = async (context) =>
	await ((await readInputKind(context)) === 'binary' ? uploadFiles(context) : uploadItems(context));

const uploadItems = onceForAllItems(async (context) => {
	await readForAllItems(context, 'streamId', 'Stream', (itemIndex) => readStreamChoice(context, itemIndex));
	await readForAllItems(context, 'executionId', 'Execution ID', (itemIndex) =>
		readExecutionId(context, itemIndex),
	);
	await readForAllItems(context, 'partId', 'Part ID', (itemIndex) => readPartId(context, itemIndex));
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
				'UPLOAD_PART_ID_TWICE',
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
	private options: LoadOptionValues | undefined;

	constructor(private readonly context: OperationContext) {
		this.streams = new ChosenStreams(context);
	}

	/** @throws InputError, DomoError; the execution must be open */
	async read(itemIndex: number): Promise<PartWish> {
		this.options ??= await readLoadOptions(this.context, 'uploadPart');
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
		const chosen = this.options ?? (await readLoadOptions(context, 'uploadPart'));
		const columns = await streams.columnsOf(wish.streamId);
		const { keyColumnNames = [] } = await streams.stream(wish.streamId);
		const source = await openRows(context, chosenItems, columns, chosen, { keyColumnNames, scope: 'slice' });
		const uploaded = await uploadWholePart(context.client, source, {
			...wish,
			encoding: chosen.compression as PartEncoding,
			maxTries: chosen.maxTries,
			requestTimeoutMs: engineNumber('requestTimeoutSeconds', chosen),
		});
		showFindings(context, source.findings);
		return { ...wish, ...uploaded, ...findingsJson(source.findings) };
	}

	private async requireOpen(wish: PartWish): Promise<void> {
		const { streamId, executionId } = wish;
		const execution = await getExecution(this.context.client, wish);
		const ending = endingOf(execution);
		if (ending === undefined) return;
		throw new InputError(
			'UPLOAD_EXECUTION_OVER',
			`The execution ${executionId} of the Stream ${streamId} is ${execution.currentState}, and parts go only into an open one. Nothing was sent`,
			ending === 'success'
				? "Its rows are in the DataSet. For further rows, create a new execution with 'Create'."
				: "Create a new execution with 'Create' and upload all parts into it.",
		);
	}
}

function readPartId(context: OperationContext, itemIndex: number): number {
	return checkNumber(context.node.getNodeParameter('partId', itemIndex), 'Part ID', {
		least: 1,
		whole: true,
	});
}
