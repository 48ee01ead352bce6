import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { updateDataSet, type DataSetChange } from '../../../../domo/dataSets';
import { InputError } from '../../../../transfer/inputError';
import { columnListField, listedColumns } from '../../../shared/fields/columnsInput';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { dataSetDescriptionField, dataSetNameField } from '../../../shared/fields/newDataSet';
import { checkOptionValues } from '../../../shared/fields/optionValues';
import { fieldsOfParameter, requiredTextOf, textOf } from '../../../shared/fields/textParameter';
import { forEachItem, type OperationContext } from '../../../shared/run/operation';
import { explainUnknown } from '../../../shared/run/unknownOutcome';

const pdpEnabledField: INodeProperties = {
	displayName: 'PDP Enabled',
	name: 'pdpEnabled',
	type: 'boolean',
	default: true,
	description: "Whether the DataSet's PDP policies decide who sees which rows",
};

const UPDATE_FIELDS = {
	columns: 'Columns',
	description: 'Description',
	name: 'Name',
	pdpEnabled: 'PDP Enabled',
};

export const description: INodeProperties[] = [
	dataSetIdField,
	{
		displayName: 'Update Fields',
		name: 'updateFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				...columnListField,
				description:
					'All columns the DataSet is to have, in order: they replace the old ones as a whole. Rows that are already there are not changed.',
			},
			dataSetDescriptionField,
			dataSetNameField,
			pdpEnabledField,
		],
	},
];

export const execute = forEachItem(async (context, itemIndex) => {
	const dataSetId = readDataSetId(context, itemIndex);
	const change = readChange(context, itemIndex);
	return (await updateDataSet(context.client, dataSetId, change).catch((error: unknown) => {
		throw explainUnknown(
			error,
			`the DataSet ${dataSetId} was changed`,
			'Run it again: the same change twice does no harm.',
		);
	})) as unknown as IDataObject;
});

function readChange(context: OperationContext, itemIndex: number): DataSetChange {
	const fields = fieldsOfParameter(
		context.node.getNodeParameter('updateFields', itemIndex, {}),
		'Update Fields',
		itemIndex,
	);
	// An expression that gives nothing would leave the field as it is, or rename the DataSet to "null".
	for (const [name, displayName] of Object.entries(UPDATE_FIELDS)) {
		if (!(name in fields) || (fields[name] !== undefined && fields[name] !== null)) continue;
		throw new InputError(
			'OPTION_EMPTY',
			`'${displayName}' under 'Update Fields' is ${String(fields[name])}. The DataSet was not changed`,
			'Correct the expression, or remove the field to keep the present value.',
			itemIndex,
		);
	}
	checkOptionValues([pdpEnabledField], fields);
	const { name, description: text, columns, pdpEnabled } = fields;
	const change: DataSetChange = {
		...(name === undefined
			? {}
			: {
					name: requiredTextOf(
						name,
						'Name',
						'Give a name, or remove the field to keep the old one.',
						itemIndex,
					),
				}),
		...(text === undefined ? {} : { description: textOf(text, 'Description', itemIndex) }),
		...(pdpEnabled === undefined ? {} : { pdpEnabled: pdpEnabled as boolean }),
		...(columns === undefined ? {} : { schema: { columns: listedColumns(columns) } }),
	};
	if (Object.keys(change).length > 0) return change;
	throw new InputError(
		'OPTION_NOTHING_TO_CHANGE',
		"Nothing is chosen under 'Update Fields'",
		'Add the fields that are to change.',
		itemIndex,
	);
}
