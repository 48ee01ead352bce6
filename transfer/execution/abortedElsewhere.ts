import type { DomoClient } from '../../domo/client';
import { DomoError, orDomoError } from '../../domo/errors';
import { listRecentExecutions } from '../../domo/recentExecutions';
import type { ExecutionRef } from '../../domo/types';

/**
 * Whether someone else's new execution has aborted ours, which is then the real reason for what Domo refuses.
 *
 * @returns a sentence without its full stop that says so; undefined where it is not so, or not known
 */
export async function abortedElsewhere(
	client: DomoClient,
	{ streamId, executionId }: ExecutionRef,
): Promise<string | undefined> {
	const executions = await orDomoError(listRecentExecutions(client.evenAfterStop(), streamId));
	if (executions instanceof DomoError) return undefined;
	const own = executions.find(({ id }) => id === executionId);
	const newer = executions.find(({ id }) => id > executionId);
	if (own?.currentState !== 'ABORTED' || !newer) return undefined;
	return `Someone else opened the execution ${newer.id} on the Stream ${streamId}, and that aborted the execution ${executionId}`;
}
