import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { listDataSets, type DataSetFilter } from '../../../../domo/dataSets';
import { limitFields, readLimit } from '../../../shared/fields/limitFields';
import { checkOptionValues, fieldsOfCollection } from '../../../shared/fields/optionValues';
import { fieldsOfParameter, textOf } from '../../../shared/fields/textParameter';
import { forEachItem } from '../../../shared/run/operation';

export const description: INodeProperties[] = [
	...limitFields,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Name Contains',
				name: 'nameLike',
				type: 'string',
				default: '',
				placeholder: 'e.g. sales',
				description:
					"Only DataSets with this text in their name. Domo's own search, blind to upper and lower case.",
			},
			{
				displayName: 'Sort',
				name: 'sort',
				type: 'options',
				default: 'name',
				description: 'In which order Domo lists them',
				options: [
					{ name: 'Last Updated', value: 'lastUpdated' },
					{ name: 'Name', value: 'name' },
					{ name: 'Name (Descending)', value: 'nameDescending' },
				],
			},
		],
	},
];

export const execute = forEachItem(async (context, itemIndex) => {
	const given = fieldsOfParameter(
		context.node.getNodeParameter('filters', itemIndex, {}),
		'Filters',
		itemIndex,
	);
	checkOptionValues(fieldsOfCollection(description, 'filters'), given);
	const nameLike = textOf(given.nameLike, 'Name Contains', itemIndex);
	const sort = given.sort as DataSetFilter['sort'];
	const filter = { ...(nameLike ? { nameLike } : {}), ...(sort ? { sort } : {}) };
	const dataSets = await listDataSets(context.client, filter, readLimit(context, itemIndex));
	return dataSets as unknown as IDataObject[];
});
