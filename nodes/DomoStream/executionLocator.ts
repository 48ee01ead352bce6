import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';

import { listRecentExecutions } from '../../domo/recentExecutions';
import type { Execution } from '../../domo/types';
import { toNodeError } from '../shared/n8n/nodeError';
import { checkNumber } from '../shared/fields/numberParameter';
import type { OperationContext } from '../shared/run/operation';
import { domoClient } from '../shared/n8n/send';
import { matchesFilter } from '../shared/editor/listFilter';
import { resolveStreamId, toStreamChoice } from '../shared/editor/streamLocator';

/** So many are shown at once; the list goes on as the user scrolls. */
const PAGE_SIZE = 50;

/**
 * The picker of an execution of the chosen Stream. It does not depend on the Stream by `loadOptionsDependsOn`: n8n
 * would empty it, and an expression in it, whenever an expression for the Stream gives another value.
 */
export const executionIdField: INodeProperties = {
	displayName: 'Execution ID',
	name: 'executionId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	hint: "After a node with the operation 'Create': {{ $json.executionId }}",
	description: 'The execution of the Stream to work on',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose an execution…',
			typeOptions: { searchListMethod: 'searchExecutions', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: '1',
			hint: 'A whole number that counts up per Stream',
			validation: [
				{
					type: 'regex',
					properties: { regex: '\\s*\\d+\\s*', errorMessage: 'Not an execution ID (a whole number)' },
				},
			],
		},
	],
};

/** The chosen execution's ID; a plain number or text in the picker's place will do. @throws InputError */
export function readExecutionId(context: OperationContext, itemIndex: number): number {
	const value = context.node.getNodeParameter('executionId', itemIndex, '', { extractValue: true });
	return checkNumber(value, 'Execution ID', { least: 1, whole: true });
}

/** Fills the list: the newest executions of the chosen Stream, newest first. */
export async function searchExecutions(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const offset = Number(paginationToken ?? 0);
	try {
		const choice = toStreamChoice(this.getNodeParameter('streamId', ''));
		const client = await domoClient(this);
		const executions = await listRecentExecutions(client, await resolveStreamId(client, choice));
		const found = executions
			.map((execution) => ({ name: executionLabel(execution), value: String(execution.id) }))
			.filter(({ name }) => matchesFilter(name, filter ?? ''));
		const end = offset + PAGE_SIZE;
		return {
			results: found.slice(offset, end),
			...(found.length > end ? { paginationToken: String(end) } : {}),
		};
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}

function executionLabel({ id, currentState, startedAt, createdAt }: Execution): string {
	const start = startedAt ?? createdAt;
	const when = start ? `, started ${start.slice(0, 16).replace('T', ' ')}` : '';
	return `${id} (${currentState}${when})`;
}
