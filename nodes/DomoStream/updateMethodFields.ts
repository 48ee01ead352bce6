import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { UPDATE_METHODS, type UpdateMethod } from '../../domo/types';
import { InputError } from '../../transfer/inputError';
import type { OperationContext } from '../shared/run/operation';
import { shownOrMissing } from '../../transfer/shownValue';

const METHODS: INodePropertyOptions[] = [
	{ name: 'Append', value: 'APPEND', description: 'Add the rows to those in the DataSet' },
	{ name: 'Replace', value: 'REPLACE', description: 'Replace all rows in the DataSet with these' },
];
const AS_STREAM: INodePropertyOptions = {
	name: "Use the Stream's Own",
	value: 'stream',
	description:
		'What the Stream is set to, as the list of Streams shows it. If that is REPLACE, all rows in the DataSet are replaced.',
};

/** The update method of a Stream. */
export const streamUpdateMethodFields: INodeProperties[] = [
	{
		displayName: 'Update Method',
		name: 'updateMethod',
		type: 'options',
		default: 'APPEND',
		description: 'What every upload through the Stream does with the rows that are already in the DataSet',
		options: METHODS,
	},
	replaceNotice(
		'With Replace, every upload through this Stream removes all rows that were in the DataSet before it',
	),
];

/** The update method of one execution, which may differ from its Stream's. */
export const executionUpdateMethodFields: INodeProperties[] = [
	{
		displayName: 'Update Method',
		name: 'updateMethod',
		type: 'options',
		default: 'stream',
		description: 'What the commit does with the rows that are already in the DataSet',
		options: [METHODS[0], AS_STREAM, METHODS[1]],
	},
	replaceNotice('With Replace, the commit of this execution removes all rows that are in the DataSet now'),
];

function replaceNotice(displayName: string): INodeProperties {
	return {
		displayName,
		name: 'replaceNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { updateMethod: ['REPLACE'] } },
	};
}

/** @throws InputError for anything else: Domo takes an unknown or lower-case update method as REPLACE */
export function readUpdateMethod(context: OperationContext, itemIndex: number): UpdateMethod {
	const value = context.node.getNodeParameter('updateMethod', itemIndex);
	if (UPDATE_METHODS.includes(value as UpdateMethod)) return value as UpdateMethod;
	throw new InputError(
		'OPTION_INVALID',
		`'Update Method' can't be ${shownOrMissing(value)}, which Domo would take as REPLACE. Nothing was sent.`,
		'It must be "APPEND" or "REPLACE", in capital letters.',
	);
}

/** @returns undefined for "as the Stream is set". @throws InputError */
export function readExecutionUpdateMethod(
	context: OperationContext,
	itemIndex: number,
): UpdateMethod | undefined {
	if (context.node.getNodeParameter('updateMethod', itemIndex) === 'stream') return undefined;
	return readUpdateMethod(context, itemIndex);
}
