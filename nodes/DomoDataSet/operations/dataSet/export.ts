import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { decodeRows } from '../../../../transfer/export/decode';
import { ExportDownload, openExport } from '../../../../transfer/export/exportDataSet';
import { getDataSetWithColumns } from '../../../shared/run/dataSetColumns';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { limitFields, readLimit } from '../../../shared/fields/limitFields';
import { checkOptionValues, fieldsOfCollection } from '../../../shared/fields/optionValues';
import { fieldsOfParameter, requiredTextOf, textOf } from '../../../shared/fields/textParameter';
import { forEachItem, type OperationContext } from '../../../shared/run/operation';

type Readable = Exclude<Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0], Buffer>;

export const description: INodeProperties[] = [
	dataSetIdField,
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		noDataExpression: true,
		default: 'binary',
		options: [
			{ name: 'CSV File', value: 'binary', description: 'One item with the rows as a CSV file, of any size' },
			{
				name: 'Items',
				value: 'items',
				description: "One item for each row, with types by the DataSet's columns",
			},
		],
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the output binary field to put the file in',
		displayOptions: { show: { output: ['binary'] } },
	},
	...limitFields.map((field) => ({
		...field,
		displayOptions: { show: { output: ['items'], ...field.displayOptions?.show } },
	})),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { output: ['binary'] } },
		options: [
			{
				displayName: 'File Name',
				name: 'fileName',
				type: 'string',
				default: '',
				placeholder: 'e.g. sales.csv',
				description: "The file's name. By default, the DataSet's name followed by .csv.",
			},
			{
				displayName: 'Include Header',
				name: 'includeHeader',
				type: 'boolean',
				default: true,
				description: 'Whether the file begins with a row of column names',
			},
		],
	},
];

export const execute = forEachItem(async (context, itemIndex) => {
	const output = context.node.getNodeParameter('output', itemIndex);
	checkOptionValues(description, { output });
	return await (output === 'items' ? exportItems : exportFile)(context, itemIndex);
});

async function exportItems(context: OperationContext, itemIndex: number): Promise<INodeExecutionData[]> {
	const limit = readLimit(context, itemIndex);
	const dataSetId = readDataSetId(context, itemIndex);
	const { columns } = await getDataSetWithColumns(context.client, dataSetId);
	const download = await openExport(context.client, dataSetId, { includeHeader: true });
	const rows = decodeRows(download.chunks(), columns, {
		hasHeader: true,
		...(limit === undefined ? {} : { limit }),
	});
	const items: INodeExecutionData[] = [];
	// One object for all rows: a saved execution then holds it once.
	const pairedItem = { item: itemIndex };
	for await (const batch of rows) {
		for (const json of batch) items.push({ json, pairedItem });
	}
	return items;
}

async function exportFile(context: OperationContext, itemIndex: number): Promise<INodeExecutionData[]> {
	const { node, client } = context;
	const field = requiredTextOf(
		node.getNodeParameter('binaryPropertyName', itemIndex),
		'Output Binary Field',
		'Name the field of the output item that is to hold the file.',
		itemIndex,
	);
	const options = fieldsOfParameter(node.getNodeParameter('options', itemIndex, {}), 'Options', itemIndex);
	checkOptionValues(fieldsOfCollection(description, 'options'), options);
	const givenName = textOf(options.fileName, 'File Name', itemIndex);
	const dataSetId = readDataSetId(context, itemIndex);
	const { dataSet } = await getDataSetWithColumns(client, dataSetId);
	const fileName = givenName || `${dataSet.name.replace(/[\\/:*?"<>|]/g, '_')}.csv`;
	const download = await openExport(client, dataSetId, {
		includeHeader: (options.includeHeader as boolean | undefined) ?? true,
		fileName,
	});
	const file = await node.helpers.prepareBinaryData(await checkedBody(download), fileName, 'text/csv');
	return [{ json: { dataSetId, fileName, csvBytes: download.bytes }, binary: { [field]: file } }];
}

/**
 * The download as n8n's binary store takes it: a Readable, so that nothing is held in memory. Node's `stream` may not
 * be imported here, but the answer's own class can make one of the checked chunks.
 */
async function checkedBody(download: ExportDownload): Promise<Readable | Buffer> {
	const { from } = download.body.constructor as { from?: (chunks: AsyncIterable<Uint8Array>) => Readable };
	if (typeof from === 'function') return from(download.chunks());
	const chunks: Uint8Array[] = [];
	for await (const chunk of download.chunks()) chunks.push(chunk);
	return Buffer.concat(chunks);
}
