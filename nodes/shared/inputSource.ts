import type { INodeProperties } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { openCsvFiles, type CsvFile } from '../../transfer/csvFile';
import { openItems } from '../../transfer/encode';
import type { RowSource } from '../../transfer/rowSource';
import { mapItems } from './columnMapper';
import type { OperationContext } from './operation';
import { checkOptionValues } from './optionValues';
import { readForAllItems } from './sameForAllItems';

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
			{ name: 'CSV File', value: 'binary', description: 'Load the CSV files (plain or gzipped) that the input items carry' },
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

/** Options on how rows become CSV, shared by every operation that loads rows. Names in alphabetical order. */
export const rowOptions: INodeProperties[] = [
	{
		displayName: 'Delimiter',
		name: 'delimiter',
		type: 'options',
		displayOptions: { show: { '/inputSource': ['binary'] } },
		default: ',',
		description: 'What stands between two fields of a CSV file',
		options: [
			{ name: 'Comma', value: ',' },
			{ name: 'Pipe', value: '|' },
			{ name: 'Semicolon', value: ';' },
			{ name: 'Tab', value: '\t' },
		],
	},
	{
		displayName: 'File Encoding',
		name: 'fileEncoding',
		type: 'options',
		displayOptions: { show: { '/inputSource': ['binary'] } },
		default: 'utf-8',
		description: 'How a CSV file writes its characters',
		options: [
			{ name: 'UTF-16 LE', value: 'utf-16le' },
			{ name: 'UTF-8', value: 'utf-8' },
			{ name: 'Windows-1252', value: 'windows-1252', description: 'Also for Latin-1 (ISO 8859-1)' },
		],
	},
	{
		displayName: 'File Has Header',
		name: 'fileHasHeader',
		type: 'boolean',
		displayOptions: { show: { '/inputSource': ['binary'] } },
		default: true,
		description:
			"Whether a CSV file begins with a row of column names. They are matched to the DataSet's columns; without a header, columns are taken in order.",
	},
	{
		displayName: 'Missing Columns',
		name: 'missingColumns',
		type: 'options',
		default: 'fail',
		description: 'What to do when a column of the DataSet is not in the input at all',
		options: [
			{ name: 'Load as NULL', value: 'null' },
			{ name: 'Refuse', value: 'fail', description: 'Send nothing and say which columns are missing' },
		],
	},
	{
		displayName: 'Null Text',
		name: 'nullText',
		type: 'options',
		default: '',
		description: 'How a missing value is written in the CSV that is sent',
		options: [
			{ name: 'Empty', value: '', description: "Nothing between two commas, as Domo's documentation has it" },
			{ name: '\\N', value: '\\N', description: "As Domo's R client writes it" },
		],
	},
	{
		displayName: 'Unknown Fields',
		name: 'unknownFields',
		type: 'options',
		default: 'fail',
		description: 'What to do with a field of the input that is not a column of the DataSet',
		options: [
			{ name: 'Ignore', value: 'ignore', description: 'Leave the field out' },
			{ name: 'Refuse', value: 'fail', description: 'Send nothing and say which fields are unknown' },
		],
	},
];

export interface RowOptionValues {
	delimiter: ',' | ';' | '\t' | '|';
	fileEncoding: 'utf-8' | 'windows-1252' | 'utf-16le';
	fileHasHeader: boolean;
	missingColumns: 'fail' | 'null';
	nullText: '' | '\\N';
	unknownFields: 'fail' | 'ignore';
}

const ROW_DEFAULTS: RowOptionValues = {
	delimiter: ',',
	fileEncoding: 'utf-8',
	fileHasHeader: true,
	missingColumns: 'fail',
	nullText: '',
	unknownFields: 'fail',
};

/**
 * What the user chose under `options`, with the defaults filled in; read once for all items.
 *
 * @param fields what the values are checked against
 * @throws InputError
 */
export function readOptions<T extends object>(
	context: OperationContext,
	defaults: T,
	fields: readonly INodeProperties[] = rowOptions,
): T & RowOptionValues {
	const chosen = readForAllItems(context, 'options', 'Options', (itemIndex) =>
		context.node.getNodeParameter('options', itemIndex, {}),
	) as Partial<T & RowOptionValues>;
	checkOptionValues(fields, chosen);
	return { ...ROW_DEFAULTS, ...defaults, ...chosen };
}

/** @throws InputError */
export function readInputKind(context: OperationContext): InputKind {
	return context.node.getNodeParameter('inputSource', 0) as InputKind;
}

/** Items of the node's input by their index. A list of all of a million would only cost time. */
export type ChosenItems = 'all' | readonly number[];

function* itemIndexes({ items }: OperationContext, chosen: ChosenItems): Generator<number> {
	if (chosen !== 'all') return yield* chosen;
	for (let itemIndex = 0; itemIndex < items.length; itemIndex++) yield itemIndex;
}

/**
 * Opens the rows of the given items. For items everything is checked here; for files their headers are.
 *
 * @param chosen the items whose rows are loaded as one
 * @param columns the DataSet's columns, in order
 * @throws InputError
 */
export async function openRows(
	context: OperationContext,
	chosen: ChosenItems,
	columns: readonly Column[],
	options: RowOptionValues & { keyColumnNames?: readonly string[] },
): Promise<RowSource> {
	if (readInputKind(context) === 'binary') {
		return await openCsvFiles(Array.from(itemIndexes(context, chosen), (itemIndex) => csvFile(context, itemIndex)), columns, options);
	}
	const mapped = await mapItems(context, itemIndexes(context, chosen), columns, options.missingColumns);
	return await openItems(
		mapped ?? (chosen === 'all' ? context.items : chosen.map((itemIndex) => context.items[itemIndex])),
		columns,
		{ ...options, timeZone: context.node.getTimezone(), signal: context.client.signal },
	);
}

/** The CSV file that an item carries. @throws NodeOperationError where it has none */
export function csvFile(context: OperationContext, itemIndex: number): CsvFile {
	const { helpers } = context.node;
	const field = context.node.getNodeParameter('binaryPropertyName', itemIndex) as string;
	const binary = helpers.assertBinaryData(itemIndex, field);
	return {
		name: binary.fileName ?? field,
		itemIndex,
		open: async () => {
			// In memory mode there is no id: the data itself stands in the item.
			if (binary.id === undefined) return oneChunk(await helpers.getBinaryDataBuffer(itemIndex, field));
			return await helpers.getBinaryStream(binary.id, FILE_CHUNK_BYTES);
		},
	};
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Uint8Array> {
	yield bytes;
}
