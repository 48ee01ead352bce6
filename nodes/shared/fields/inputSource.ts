import { requiredTextOf } from './textParameter';
import { valueOptionsOf } from './valueOptionsOf';
import type { IBinaryData, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import type { Column } from '../../../domo/types';
import {
	openCsvFiles,
	type CsvFile,
	type CsvFileOptions,
	type CsvRowSource,
} from '../../../transfer/csv/csvFile';
import { LoadColumns } from '../../../transfer/columns/loadColumns';
import { loadValuesAt, type LoadValues } from '../../../transfer/loadValues';
import { OwnChunks } from '../../../transfer/csv/ownChunks';
import { InputError } from '../../../transfer/inputError';
import type { ItemSelection } from '../../../transfer/items/itemFields';
import { openItems, type ItemRowSource } from '../../../transfer/items/itemRows';
import { isMappedByHand, mapItems, mappedColumnNames } from '../editor/columnMapper';
import type { OperationContext } from '../run/operation';
import { flatItems } from './nestedFields';
import { checkOptionValues } from './optionValues';
import type { LoadOptionValues } from './optionFields';
import { readForAllItems } from '../run/sameForAllItems';

/** Read at once from a binary store; n8n's own default is smaller, which costs time. */
const FILE_CHUNK_BYTES = 1024 * 1024;

export type InputKind = 'items' | 'binary';

/** Where the rows come from: the input items themselves, or CSV files they carry. */
export const inputFields: INodeProperties[] = [
	{
		displayName: 'Input Source',
		name: 'inputSource',
		type: 'options',
		noDataExpression: true,
		default: 'items',
		options: [
			{
				name: 'CSV File',
				value: 'binary',
				description: 'Load the CSV files (plain or gzipped) that the input items carry',
			},
			{ name: 'Input Items', value: 'items', description: 'Load the input items, one row each' },
		],
	},
	{
		displayName: 'Input Binary Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the field of the input items that holds the CSV file',
		displayOptions: { show: { inputSource: ['binary'] } },
	},
];

/** Columns that an upload adds were added by then. */
function unknownFieldsOf({ unknownFields }: LoadOptionValues): 'fail' | 'ignore' {
	return unknownFields === 'addColumns' ? 'fail' : unknownFields;
}

/** How files are read, of the options chosen. */
export function csvOptions(context: OperationContext, chosen: LoadOptionValues): CsvFileOptions {
	const { signal } = context.client;
	return {
		...chosen,
		unknownFields: unknownFieldsOf(chosen),
		values: valueOptionsOf(context, chosen),
		...(signal ? { signal } : {}),
	};
}

/** How an operation wants its rows. */
export interface RowWishes {
	/** The columns of an upsert's key. */
	keyColumnNames?: readonly string[];
	/** 'slice' for a part of a table: no column then settles how its values are read. */
	scope?: 'input' | 'slice';
	/** For a Dry Run: every value is read for a profile, and what would be refused is in the findings. */
	profile?: boolean;
	/** What 'Load Columns' writes; the run's own unless a resume has the first run's. */
	loadValues?: LoadValues;
	/** The field that says where an item goes: not loaded unless a column has its name. */
	targetField?: string;
	/** Of files, only what decides is wanted: they are opened once more to be read. */
	isAhead?: boolean;
}

/** @throws InputError */
export async function readInputKind(context: OperationContext): Promise<InputKind> {
	const kind = await readForAllItems(context, 'inputSource', 'Input Source', (itemIndex) =>
		context.node.getNodeParameter('inputSource', itemIndex),
	);
	checkOptionValues(inputFields, { inputSource: kind });
	return kind as InputKind;
}

/** Items of the node's input by their index. A list of all of a million would only cost time. */
export type ChosenItems = 'all' | readonly number[];

function* itemIndexes({ items }: OperationContext, chosen: ChosenItems): Generator<number> {
	if (chosen !== 'all') return yield* chosen;
	for (let itemIndex = 0; itemIndex < items.length; itemIndex++) yield itemIndex;
}

/**
 * Opens the rows of the given items. Items are checked here whole; files as far as their values decide how they are read.
 *
 * @param chosen the items whose rows are loaded as one
 * @param columns the DataSet's columns, in order
 * @throws InputError
 */
export async function openRows(
	context: OperationContext,
	chosen: ChosenItems,
	columns: readonly Column[],
	options: LoadOptionValues,
	wishes: RowWishes = {},
): Promise<ItemRowSource | CsvRowSource> {
	const loadColumns = loadColumnsOf(context, columns, options, wishes);
	const inputColumns = loadColumns?.inputColumns ?? columns;
	const loads = loadColumns ? { loads: loadColumns } : {};
	if ((await readInputKind(context)) === 'binary') {
		const files = csvFiles(context, chosen);
		// To keep the last of each key, all files would be read to their ends first.
		const ahead = wishes.isAhead ? { repeatedKeys: 'refuse' as const } : {};
		const csv = { ...csvOptions(context, options), ...wishes, ...ahead, ...loads };
		return await openCsvFiles(files, inputColumns, csv);
	}
	if (isMappedByHand(context)) loadColumns?.check(mappedColumnNames(context));
	const mapped = await mapItems(context, itemIndexes(context, chosen), inputColumns, options.missingColumns);
	return await openItems(
		mapped ?? (await flatItems(context, itemsOf(context, chosen), options, columns)),
		inputColumns,
		{
			...options,
			unknownFields: unknownFieldsOf(options),
			values: valueOptionsOf(context, options),
			signal: context.client.signal,
			...wishes,
			selection: selectionOf(chosen, wishes.targetField),
			...loads,
		},
	);
}

/** The items that are chosen. */
export function itemsOf(context: OperationContext, chosen: ChosenItems): INodeExecutionData[] {
	return chosen === 'all' ? context.items : chosen.map((itemIndex) => context.items[itemIndex]);
}

/** Same, for messages that name an item, and for the field that is none of its values. */
export function selectionOf(chosen: ChosenItems, targetField?: string): ItemSelection {
	return {
		...(chosen === 'all' ? {} : { indexes: chosen }),
		...(targetField === undefined ? {} : { targetField }),
	};
}

function loadColumnsOf(
	context: OperationContext,
	columns: readonly Column[],
	{ loadColumns }: LoadOptionValues,
	{ loadValues = loadValuesOf(context) }: RowWishes,
): LoadColumns | undefined {
	return loadColumns.length === 0 ? undefined : new LoadColumns(loadColumns, columns, loadValues);
}

/** What 'Load Columns' writes in this run. */
export function loadValuesOf({ node, startedAt }: OperationContext): LoadValues {
	return loadValuesAt(startedAt, node.getExecutionId());
}

/** The CSV files that the given items carry. @throws NodeOperationError for an item without one */
export function csvFiles(context: OperationContext, chosen: ChosenItems): CsvFile[] {
	return Array.from(itemIndexes(context, chosen), (itemIndex) => csvFile(context, itemIndex));
}

function csvFile(context: OperationContext, itemIndex: number): CsvFile {
	const { helpers } = context.node;
	const field = requiredTextOf(
		context.node.getNodeParameter('binaryPropertyName', itemIndex),
		'Input Binary Field',
		'Name the field of the input items that holds the CSV file.',
		itemIndex,
	);
	const binary = binaryData(context, itemIndex, field);
	return {
		name: binary.fileName ?? field,
		itemIndex,
		...(typeof binary.bytes === 'number' ? { bytes: binary.bytes } : {}),
		open: async () => {
			// In memory mode there is no id: the data itself stands in the item.
			if (binary.id === undefined) return oneChunk(await helpers.getBinaryDataBuffer(itemIndex, field));
			const stream = await helpers.getBinaryStream(binary.id, FILE_CHUNK_BYTES);
			return isOfDisk(stream) ? new OwnChunks(stream) : stream;
		},
	};
}

/** n8n's own check, which knows every way a file can be in an item, under a code. */
function binaryData({ node }: OperationContext, itemIndex: number, field: string): IBinaryData {
	try {
		return node.helpers.assertBinaryData(itemIndex, field);
	} catch {
		throw noFile(itemIndex, field);
	}
}

function noFile(itemIndex: number, field: string): InputError {
	return new InputError(
		'CSV_NO_FILE',
		`Item ${itemIndex} has no file in the field '${field}'`,
		"Check 'Input Binary Field', and that the node before this one puts out the file.",
		itemIndex,
	);
}

/**
 * Whether a stream is Node's own of a file on disk, which reads each chunk into fresh memory and keeps none. It has a
 * path only where it opened the file itself: n8n 2.41 hands it an open one.
 */
function isOfDisk(stream: object): boolean {
	return stream.constructor.name === 'ReadStream' && 'bytesRead' in stream && 'pos' in stream;
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Uint8Array> {
	yield bytes;
}
