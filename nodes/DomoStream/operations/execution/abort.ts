import { DomoError, orDomoError } from '../../../../domo/errors';
import { abortExecution, endingOf, getExecution } from '../../../../domo/executions';
import type { ExecutionRef } from '../../../../domo/types';
import { oncePerTarget } from '../../../shared/run/oncePerTarget';
import type { Operation, OperationContext } from '../../../shared/run/operation';
import { streamIdField } from '../../../shared/editor/streamLocator';
import { ChosenStreams } from '../../chosenStreams';
import { executionTarget } from '../../../shared/run/executionFields';
import { executionIdField, readExecutionId } from '../../executionLocator';

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
			await abortOrExplain(context, { streamId, executionId });
			return { streamId, executionId, state: 'ABORTED' };
		},
	});
};

/** Aborts an execution. One that is aborted already is well: a try whose answer was lost may have done it. */
async function abortOrExplain(context: OperationContext, ref: ExecutionRef): Promise<void> {
	const { streamId, executionId } = ref;
	const outcome = await orDomoError(abortExecution(context.client, ref));
	if (!(outcome instanceof DomoError)) return;
	const seen = await orDomoError(getExecution(context.client, ref));
	if (seen instanceof DomoError) throw outcome;
	if (seen.currentState === 'ABORTED') {
		context.hint(
			`The execution ${executionId} of the Stream ${streamId} is aborted; it may have been so before.`,
		);
		return;
	}
	const meaning = { success: ': its rows are in the DataSet', failed: ': it is over already' };
	const ending = endingOf(seen);
	throw new DomoError(
		'UPLOAD_ABORT_REFUSED',
		`${outcome.message}. The execution ${executionId} is ${seen.currentState}${ending ? meaning[ending] : ' and not over'}`,
		outcome.details,
	);
}
