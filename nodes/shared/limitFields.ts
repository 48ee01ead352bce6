import type { INodeProperties } from 'n8n-workflow';

import { InputError } from '../../transfer/inputError';
import type { OperationContext } from './operation';

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
	if (node.getNodeParameter('returnAll', itemIndex) === true) return undefined;
	const limit = Number(node.getNodeParameter('limit', itemIndex));
	if (Number.isInteger(limit) && limit >= 1) return limit;
	throw new InputError("'Limit' is not a whole number of 1 or more", "Give a whole number, or switch on 'Return All'.", itemIndex);
}
