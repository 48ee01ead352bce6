import type { INodeProperties } from 'n8n-workflow';

import type { OperationContext } from '../run/operation';
import { checkNumber } from './numberParameter';
import { checkOptionValues } from './optionValues';

/** How many results are wanted: all, or up to a limit. */
export const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

/** @returns how many results are wanted at most; undefined for all. @throws InputError */
export function readLimit({ node }: OperationContext, itemIndex: number): number | undefined {
	const returnAll = node.getNodeParameter('returnAll', itemIndex);
	checkOptionValues(limitFields, { returnAll });
	if (returnAll === true) return undefined;
	return checkNumber(node.getNodeParameter('limit', itemIndex), 'Limit', { least: 1, whole: true });
}
