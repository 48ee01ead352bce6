import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { UPDATE_METHODS, type UpdateMethod } from '../../../domo/types';
import { importRows } from '../../../transfer/import';
import { InputError } from '../../../transfer/inputError';
import { columnMappingField } from '../../shared/columnMapper';
import { getDataSetWithColumns } from '../../shared/dataSetColumns';
import { dataSetIdField, readDataSetId } from '../../shared/dataSetLocator';
import { inputFields, openRows, readOptions, rowOptions } from '../../shared/inputSource';
import { onceForAllItems, type OperationContext } from '../../shared/operation';
import { readForAllItems } from '../../shared/sameForAllItems';
import { summaryItem } from '../../shared/summaryItem';

const MB = 1_000_000;

const DEFAULTS = { allowEmptyReplace: false, maxImportMb: 64 };

const ownOptions: INodeProperties[] = [
	{
		displayName: 'Allow Empty Replace',
		name: 'allowEmptyReplace',
		type: 'boolean',
		default: false,
		description: 'Whether a REPLACE without any row may empty the DataSet. Not proven on a live Domo.',
	},
	{
		displayName: 'Max Import Size (MB)',
		name: 'maxImportMb',
		type: 'number',
		default: 64,
		typeOptions: { minValue: 1, numberPrecision: 2 },
		description:
			'Refuses more CSV than this, in millions of bytes: an import is one request that cannot be resumed. For larger data, use Upload in Parallel of the Domo Stream node.',
	},
];

export const description: INodeProperties[] = [
	dataSetIdField,
	{
		displayName: 'Update Method',
		name: 'updateMethod',
		type: 'options',
		default: 'APPEND',
		description: 'What happens to the rows that are already in the DataSet',
		options: [
			{ name: 'Append', value: 'APPEND', description: 'Add the rows to those in the DataSet' },
			{ name: 'Replace', value: 'REPLACE', description: 'Put the rows in the place of all rows in the DataSet' },
		],
	},
	{
		displayName: 'REPLACE removes all rows that are in the DataSet now',
		name: 'replaceNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { updateMethod: ['REPLACE'] } },
	},
	...inputFields,
	columnMappingField('getDataSetColumns', 'dataSetId'),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...rowOptions, ...ownOptions].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	},
];

export const execute = onceForAllItems(async (context) => {
	const dataSetId = readForAllItems(context, 'dataSetId', 'DataSet', (itemIndex) => readDataSetId(context, itemIndex));
	const updateMethod = readForAllItems(context, 'updateMethod', 'Update Method', (itemIndex) =>
		readUpdateMethod(context, itemIndex),
	);
	const options = readOptions(context, DEFAULTS, [...rowOptions, ...ownOptions]);
	const maxImportBytes = options.maxImportMb * MB;
	if (!(maxImportBytes > 0)) {
		throw new InputError("'Max Import Size (MB)' is not a number above 0. Nothing was sent", 'Give a number of megabytes, such as 64.');
	}
	const { dataSet, columns } = await getDataSetWithColumns(context.client, dataSetId);
	const source = await openRows(context, 'all', columns, options);
	const summary = await importRows(context.client, dataSetId, source, {
		updateMethod,
		maxImportBytes,
		allowEmptyReplace: options.allowEmptyReplace,
		...(dataSet.rows === undefined ? {} : { rowsBefore: dataSet.rows }),
		hint: context.hint,
	});
	return [summaryItem(summary as unknown as IDataObject, context.items.length)];
});

/** An expression may give any text, and Domo takes whatever it does not know as REPLACE. */
function readUpdateMethod(context: OperationContext, itemIndex: number): UpdateMethod {
	const value = context.node.getNodeParameter('updateMethod', itemIndex) as UpdateMethod;
	if (UPDATE_METHODS.includes(value)) return value;
	throw new InputError(
		`'Update Method' is '${String(value)}', which is neither APPEND nor REPLACE. Nothing was sent`,
		'Choose one of the two; an expression must give one of these words in upper case.',
		itemIndex,
	);
}
