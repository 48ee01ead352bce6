import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { DomoError } from '../../../../domo/errors';
import type { ExecutionRef } from '../../../../domo/types';
import { commitSettled, unsettledHint } from '../../../../transfer/execution/commit';
import { refusedCommit, rowsNotTaken, stateOf } from '../../../../transfer/execution/commitFate';
import { settleRefusedCommit } from '../../../../transfer/execution/settle';
import { DEFAULT_TIMING } from '../../../../transfer/upload/upload';
import {
	engineNumber,
	optionFields,
	readLoadOptions,
	type LoadOptionValues,
} from '../../../shared/fields/optionFields';
import { oncePerTarget } from '../../../shared/run/oncePerTarget';
import type { Operation, OperationContext } from '../../../shared/run/operation';
import { streamIdField } from '../../../shared/editor/streamLocator';
import { ChosenStreams } from '../../chosenStreams';
import { executionTarget, itemsText } from '../../../shared/run/executionFields';
import { executionIdField, readExecutionId } from '../../executionLocator';

export const description: INodeProperties[] = [streamIdField, executionIdField, ...optionFields('commit')];

export const execute: Operation['execute'] = async (context) => {
	const streams = new ChosenStreams(context);
	let options: LoadOptionValues | undefined;
	return await oncePerTarget(context, {
		read: async (itemIndex) => {
			options ??= await readLoadOptions(context, 'commit');
			const executionId = readExecutionId(context, itemIndex);
			return { options, executionId, streamId: await streams.idFor(itemIndex) };
		},
		targetOf: executionTarget,
		run: async ({ options: chosen, ...wish }, itemIndexes) => {
			if (itemIndexes.length > 1) {
				context.hint(
					`${itemsText(itemIndexes)} mean the same, ${executionTarget(wish)}: it was committed once.`,
				);
			}
			return await commit(context, wish, chosen);
		},
	});
};

/** @returns the state. Once Domo took the commit, it only throws if Domo says that the rows did not land. */
async function commit(
	context: OperationContext,
	wish: ExecutionRef,
	options: LoadOptionValues,
): Promise<IDataObject> {
	const { executionId } = wish;
	const outcome = await commitSettled(context.client, wish, {
		waitForCompletion: options.waitForCompletion,
		waitTimeoutMs: engineNumber('waitTimeoutSeconds', options),
		pollMs: DEFAULT_TIMING.pollMs,
		recommitAfterMs: DEFAULT_TIMING.recommitAfterMs,
		log: context.log,
	}).catch(async (cause: unknown) => {
		throw cause instanceof DomoError ? await notCommitted(context, wish, cause) : cause;
	});
	if (outcome.ending === 'failed') throw rowsNotTaken(wish, outcome);
	if (outcome.ending !== 'success') {
		context.hint(
			unsettledHint(executionId, outcome, {
				...options,
				waitTimeoutMs: engineNumber('waitTimeoutSeconds', options),
			}),
		);
	}
	return { ...wish, state: stateOf(outcome) };
}

/** Says of a refused commit what has become of the execution. */
async function notCommitted(
	{ client }: OperationContext,
	wish: ExecutionRef,
	cause: DomoError,
): Promise<Error> {
	return refusedCommit(wish, cause, await settleRefusedCommit(client, wish, cause), { by: 'operation' });
}
