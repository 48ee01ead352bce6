import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { DomoError } from '../../../../domo/errors';
import { UPDATE_METHODS, type UpdateMethod } from '../../../../domo/types';
import { importRows } from '../../../../transfer/upload/importDataSet';
import { InputError } from '../../../../transfer/inputError';
import { columnMappingField } from '../../../shared/editor/columnMapper';
import { getDataSetWithColumns } from '../../../shared/run/dataSetColumns';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { checksOf, remembered } from '../../../shared/fields/checksOf';
import { inputFields, openRows } from '../../../shared/fields/inputSource';
import { engineNumber, optionFields, readLoadOptions } from '../../../shared/fields/optionFields';
import { onceForAllItems, type OperationContext } from '../../../shared/run/operation';
import { readForAllItems } from '../../../shared/run/sameForAllItems';
import { findingsJson, showFindings } from '../../../shared/run/findings';
import { summaryItem } from '../../../shared/run/summaryItem';
import { shownValue } from '../../../../transfer/shownValue';
import { withNothingSent } from '../../../../transfer/withMore';

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
			{
				name: 'Replace',
				value: 'REPLACE',
				description: 'Replace all rows in the DataSet with these',
			},
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
	...optionFields('import'),
];

export const execute = onceForAllItems(async (context) => {
	const dataSetId = await readForAllItems(context, 'dataSetId', 'DataSet', (itemIndex) =>
		readDataSetId(context, itemIndex),
	);
	const updateMethod = await readForAllItems(context, 'updateMethod', 'Update Method', (itemIndex) =>
		readUpdateMethod(context, itemIndex),
	);
	const options = await readLoadOptions(context, 'import');
	const { dataSet, columns } = await getDataSetWithColumns(context.client, dataSetId);
	const checks = checksOf(context, options, columns, dataSetId, {
		stopsWhenFull: false,
		isOneOfMany: false,
	});
	const source = await openRows(context, 'all', columns, options).catch((error: unknown) => {
		throw error instanceof InputError ? withNothingSent(error) : error;
	});
	const summary = await importRows(context.client, dataSetId, checks?.watched(source) ?? source, {
		...(checks ? { checks } : {}),
		updateMethod,
		maxImportBytes: engineNumber('maxImportMb', options),
		allowEmptyReplace: options.allowEmptyReplace,
		...(dataSet.rows === undefined ? {} : { rowsBefore: dataSet.rows }),
		hint: context.hint,
	}).catch((error: unknown) => {
		const isUnknown = error instanceof DomoError && error.details.effect === 'unknown';
		if (isUnknown) remembered(context, checks, dataSetId, true);
		throw error;
	});
	if (summary.rows > 0 || updateMethod === 'REPLACE') remembered(context, checks, dataSetId, false);
	showFindings(context, source.findings);
	return [summaryItem({ ...summary, ...findingsJson(source.findings) } as IDataObject, context.items.length)];
});

/** An expression may give any text, and Domo takes whatever it does not know as REPLACE. */
function readUpdateMethod(context: OperationContext, itemIndex: number): UpdateMethod {
	const value = context.node.getNodeParameter('updateMethod', itemIndex);
	if (UPDATE_METHODS.includes(value as UpdateMethod)) return value as UpdateMethod;
	throw new InputError(
		'OPTION_INVALID',
		`'Update Method' is ${typeof value === 'string' ? `'${value}'` : shownValue(value)}, which is neither APPEND nor REPLACE. Nothing was sent`,
		'Choose one of the two; an expression must give one of these words in upper case.',
		itemIndex,
	);
}
