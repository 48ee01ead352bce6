import { DomoError, orDomoError } from '../../../domo/errors';
import { abortExecution, getExecution } from '../../../domo/executions';
import { oncePerTarget } from '../../shared/oncePerTarget';
import type { Operation, OperationContext } from '../../shared/operation';
import { streamIdField } from '../../shared/streamLocator';
import { ChosenStreams } from '../chosenStreams';
import { executionTarget } from '../executionFields';
import { executionIdField, readExecutionId } from '../executionLocator';

export const description = [streamIdField, executionIdField];

export const execute: Operation['execute'] = async (context) => {
	const streams = new ChosenStreams(context);
	return await oncePerTarget(context, {
		read: async (itemIndex) => ({
			executionId: readExecutionId(context, itemIndex),
			streamId: await streams.idFor(itemIndex),
		}),
		targetOf: executionTarget,
		run: async ({ streamId, executionId }) => {
			await abortSettled(context, streamId, executionId);
			return { streamId, executionId, state: 'ABORTED' };
		},
	});
};

/** Aborts an execution. One that is aborted already is well: a try whose answer was lost may have done it. */
async function abortSettled(context: OperationContext, streamId: number, executionId: number): Promise<void> {
	const outcome = await orDomoError(abortExecution(context.client, streamId, executionId));
	if (!(outcome instanceof DomoError)) return;
	const seen = await orDomoError(getExecution(context.client, streamId, executionId));
	if (seen instanceof DomoError) throw outcome;
	if (seen.currentState === 'ABORTED') {
		context.hint(`The execution ${executionId} of the Stream ${streamId} is aborted; it may have been so before.`);
		return;
	}
	const landed = seen.currentState === 'SUCCESS' ? ': its rows are in the DataSet' : '';
	throw new DomoError(`${outcome.message}. The execution ${executionId} is ${seen.currentState}${landed}`, outcome.details);
}
