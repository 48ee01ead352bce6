import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { DomoError, orDomoError } from '../../../domo/errors';
import { getExecution, isRunning, isSuccess } from '../../../domo/executions';
import { commitSettled, type CommitOutcome } from '../../../transfer/commit';
import { DEFAULT_TIMING } from '../../../transfer/upload';
import { UploadError } from '../../../transfer/uploadError';
import { checkNumber } from '../../shared/numberParameter';
import { oncePerTarget } from '../../shared/oncePerTarget';
import type { Operation, OperationContext } from '../../shared/operation';
import { checkOptionValues } from '../../shared/optionValues';
import { readForAllItems } from '../../shared/sameForAllItems';
import { streamIdField } from '../../shared/streamLocator';
import { ChosenStreams } from '../chosenStreams';
import { executionTarget, itemsText, type ExecutionWish } from '../executionFields';
import { executionIdField, readExecutionId } from '../executionLocator';

const DEFAULTS = { waitForCompletion: true, waitTimeoutSeconds: 1200 };
type Options = typeof DEFAULTS;

const optionFields: INodeProperties[] = [
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: true,
		description: 'Whether to wait until Domo has indexed the rows, which takes seconds to about 15 minutes',
	},
	{
		displayName: 'Wait Timeout (Seconds)',
		name: 'waitTimeoutSeconds',
		type: 'number',
		default: 1200,
		typeOptions: { minValue: 1 },
		description: 'How long to wait for the indexing',
	},
];

export const description: INodeProperties[] = [
	streamIdField,
	executionIdField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: optionFields,
	},
];

export const execute: Operation['execute'] = async (context) => {
	const streams = new ChosenStreams(context);
	let options: Options | undefined;
	return await oncePerTarget(context, {
		read: async (itemIndex) => {
			options ??= readOptions(context);
			const executionId = readExecutionId(context, itemIndex);
			return { options, executionId, streamId: await streams.idFor(itemIndex) };
		},
		targetOf: executionTarget,
		run: async ({ options: chosen, ...wish }, itemIndexes) => {
			if (itemIndexes.length > 1) {
				context.hint(`${itemsText(itemIndexes)} mean the same, ${executionTarget(wish)}: it was committed once.`);
			}
			return await commit(context, wish, chosen);
		},
	});
};

function readOptions(context: OperationContext): Options {
	const chosen = readForAllItems(context, 'options', 'Options', (itemIndex) =>
		context.node.getNodeParameter('options', itemIndex, {}),
	) as Partial<Options>;
	const options = { ...DEFAULTS, ...chosen };
	checkOptionValues(optionFields, options);
	const waitTimeoutSeconds = checkNumber(options.waitTimeoutSeconds, 'Wait Timeout (Seconds)', { least: 0, whole: false });
	return { ...options, waitTimeoutSeconds };
}

/** @returns the state. Once Domo took the commit, it only throws if Domo says that the rows did not land. */
async function commit(context: OperationContext, wish: ExecutionWish, options: Options): Promise<IDataObject> {
	const { streamId, executionId } = wish;
	const outcome = await commitSettled(context.client, streamId, executionId, {
		waitForCompletion: options.waitForCompletion,
		waitTimeoutMs: options.waitTimeoutSeconds * 1000,
		pollMs: DEFAULT_TIMING.pollMs,
		recommitAfterMs: DEFAULT_TIMING.recommitAfterMs,
		log: context.log,
	}).catch(async (cause: unknown) => {
		throw cause instanceof DomoError ? await notCommitted(context, wish, cause) : cause;
	});
	if (outcome.ending === 'failed') {
		throw new UploadError(`Domo did not take the rows: ${executionTarget(wish)} ended as ${outcome.state} after its commit`, {
			...wish,
			fate: 'committed',
			effect: 'none',
			advice: "Look at the DataSet's history in Domo for the reason. The earlier rows are still there.",
		});
	}
	if (outcome.ending !== 'success') context.hint(unsettledHint(executionId, outcome, options));
	return { ...wish, state: outcome.ending === 'unknown' ? 'unknown' : (outcome.state ?? 'ACTIVE') };
}

/** Says of a refused commit what has become of the execution. */
async function notCommitted(context: OperationContext, wish: ExecutionWish, cause: DomoError): Promise<Error> {
	const { streamId, executionId } = wish;
	const seen = await orDomoError(getExecution(context.client.withSignal(undefined), streamId, executionId));
	if (seen instanceof DomoError) return cause;
	const { toe, domoMessage, advice } = cause.details;
	const details = { ...wish, effect: 'none' as const, ...(toe ? { toe } : {}) };
	if (!isRunning(seen)) {
		return new UploadError(
			`${cause.message}. The execution ${executionId} has ended as ${seen.currentState}, and only an open one can be committed`,
			{
				...details,
				fate: isSuccess(seen) ? 'committed' : 'aborted',
				advice: isSuccess(seen)
					? 'Its rows are in the DataSet already. For further rows, create a new execution.'
					: 'Its parts are gone. Create a new execution and upload them again.',
			},
		);
	}
	const isGap = /consecutive/i.test(domoMessage ?? '');
	return new UploadError(
		`${cause.message}. Its parts are not lost: the execution ${executionId} is still ${seen.currentState}, and this commit put nothing into the DataSet`,
		{
			...details,
			fate: 'open',
			advice: isGap
				? `${advice ?? ''} Upload the missing part into this execution, then commit it again.`.trim()
				: "Commit this execution later with the operation 'Commit': by default Domo allows one commit per 15 minutes and Stream, so put a Wait node before it. Or end it with 'Abort'.",
		},
	);
}

function unsettledHint(executionId: number, outcome: CommitOutcome, options: Options): string {
	if (outcome.ending === 'unknown') {
		return `The commit of the execution ${executionId} was sent, but whether it took effect is not known (${outcome.reason}). Look at the DataSet before you load these rows again.`;
	}
	if (!options.waitForCompletion) return `The execution ${executionId} is committed; Domo is indexing it.`;
	if (outcome.reason) return `The execution ${executionId} is committed; ${outcome.reason} while Domo was indexing it.`;
	return `The execution ${executionId} is committed, but Domo was still indexing it after ${options.waitTimeoutSeconds} s. That can take 15 minutes; don't load these rows again.`;
}
