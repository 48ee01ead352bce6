import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { updateDataSet, type DataSetChange } from '../../../domo/dataSets';
import { InputError } from '../../../transfer/inputError';
import { columnListField, listedColumns } from '../../shared/columnsInput';
import { dataSetIdField, readDataSetId } from '../../shared/dataSetLocator';
import { forEachItem, type OperationContext } from '../../shared/operation';
import { explainUnknown } from '../../shared/unknownOutcome';

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
					"All columns the DataSet is to have, in order: they take the place of the old ones as a whole. Rows that are already there are not changed.",
			},
			{
				displayName: 'Description',
				name: 'description',
				type: 'string',
				typeOptions: { rows: 3 },
				default: '',
				description: 'What the DataSet holds, as shown in Domo',
			},
			{
				displayName: 'Name',
				name: 'name',
				type: 'string',
				default: '',
				description: 'What the DataSet is called in Domo',
			},
			{
				displayName: 'PDP Enabled',
				name: 'pdpEnabled',
				type: 'boolean',
				default: true,
				description: "Whether the DataSet's PDP policies decide who sees which rows",
			},
		],
	},
];

export const execute = forEachItem(async (context, itemIndex) => {
	const dataSetId = readDataSetId(context, itemIndex);
	const change = readChange(context, itemIndex);
	return (await updateDataSet(context.client, dataSetId, change).catch((error: unknown) => {
		throw explainUnknown(error, `the DataSet ${dataSetId} was changed`, 'Run it again: the same change twice does no harm.');
	})) as unknown as IDataObject;
});

function readChange(context: OperationContext, itemIndex: number): DataSetChange {
	const { columns, name, ...others } = context.node.getNodeParameter('updateFields', itemIndex, {}) as {
		columns?: unknown;
		name?: string;
		description?: string;
		pdpEnabled?: boolean;
	};
	if (name !== undefined && String(name).trim() === '') {
		throw new InputError("'Name' under 'Update Fields' is empty", 'Give a name, or remove the field to keep the old one.');
	}
	const change = {
		...others,
		...(name === undefined ? {} : { name: String(name).trim() }),
		...(columns === undefined ? {} : { schema: { columns: listedColumns(columns) } }),
	};
	if (Object.keys(change).length > 0) return change;
	throw new InputError("Nothing is chosen under 'Update Fields'", 'Add the fields that are to change.');
}
