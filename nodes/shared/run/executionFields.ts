import type { IDataObject } from 'n8n-workflow';

import type { Execution, ExecutionRef } from '../../../domo/types';

/** "the execution 3 of the Stream 5" */
export function executionTarget({ streamId, executionId }: ExecutionRef): string {
	return `the execution ${executionId} of the Stream ${streamId}`;
}

/** An execution as Domo has it, with the two numbers that the next operation asks for. */
export function executionJson(streamId: number, execution: Execution): IDataObject {
	return { ...execution, streamId, executionId: execution.id };
}

/** "Items 0, 2 and 5", "Items 0, 1, 2 and 997 more" */
export function itemsText(itemIndexes: readonly number[]): string {
	const listed = itemIndexes.slice(0, itemIndexes.length > 4 ? 3 : itemIndexes.length - 1);
	const rest = itemIndexes.slice(listed.length);
	return `Items ${listed.join(', ')} and ${rest.length === 1 ? rest[0] : `${rest.length} more`}`;
}
