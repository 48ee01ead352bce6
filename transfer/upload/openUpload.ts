import { DomoError } from '../../domo/errors';
import { getExecution } from '../../domo/executions';
import { listRecentExecutions } from '../../domo/recentExecutions';
import type { Execution, ExecutionRef } from '../../domo/types';
import { InputError } from '../inputError';
import { discardMade } from './discardMade';
import { isFresh, openExecution } from '../execution/openExecution';
import { runChecks, type Facts } from './checks';
import { UploadError } from '../uploadError';
import { methodOf, type UploadJob } from './uploadJob';
import { withMore } from '../withMore';

/**
 * Opens the upload's execution, with its Stream made and the DataSet's new columns in place, once all checks have passed.
 * For a resume, it is the one that was kept open.
 *
 * @param giveUp ends the waiting for another execution
 * @throws UploadError, DomoError, InputError: see notOpened
 */
export async function openUpload(job: UploadJob, giveUp: AbortSignal): Promise<ExecutionRef> {
	const { client, options, updateMethod } = job;
	const { resume, schemaChange } = options;
	const stream = await job.makeStream();
	if (resume) {
		await runChecks(job, 'opening', openingFacts(job));
		return { streamId: stream.id, executionId: resume.executionId };
	}
	const { id: executionId } = await openExecution(client, stream.id, {
		// The Stream's own method is never sent: APPEND on a Stream set to UPSERT may not mean an upsert any more.
		...(updateMethod === methodOf(stream.updateMethod) ? {} : { updateMethod }),
		activeExecution: options.activeExecution,
		staleAfterHours: options.staleAfterHours,
		waitTimeoutMs: options.waitTimeoutMs,
		pollMs: options.timing.pollMs,
		trustExecutionUpdateMethod: options.trustExecutionUpdateMethod,
		hint: options.hint,
		...(options.firstLook ? { firstLook: options.firstLook } : {}),
		giveUp,
		onWaiting: () => job.spent.begin('otherExecution'),
		onWayClear: async (executions) => {
			await runChecks(job, 'opening', { executions: async () => executions });
		},
		...(schemaChange ? { beforeCreate: async () => await schemaChange.apply() } : {}),
	});
	return { streamId: stream.id, executionId };
}

/** What the checks before opening ask of Domo: each is asked for once. */
export function openingFacts(job: UploadJob): Facts {
	const { client, options } = job;
	const { resume } = options;
	let executions: Promise<Execution[]> | undefined;
	let resumed: Promise<Execution> | undefined;
	return {
		executions: async () =>
			await (executions ??= isFresh(options.firstLook)
				? options.firstLook.executions
				: listRecentExecutions(client, job.stream.id)),
		...(resume
			? {
					resumed: async () => await (resumed ??= getExecution(client, resume)),
				}
			: {}),
	};
}

/**
 * Takes the new columns away again where no execution could be opened for them, and, for a fault in the input, what was
 * made for this upload.
 *
 * @param cause why
 * @returns what to throw for it: the same, with what has become of them
 */
export async function notOpened(job: UploadJob, cause: unknown): Promise<unknown> {
	// Anything but an UploadError says that there is no execution.
	const fate = cause instanceof UploadError ? cause.details.fate : 'notCreated';
	const schema = (await job.options.schemaChange?.undo(fate === 'notCreated' || fate === 'aborted')) ?? '';
	const isOurs = cause instanceof UploadError || cause instanceof DomoError || cause instanceof InputError;
	if (!isOurs) return cause;
	const made = cause instanceof InputError ? await discardMade(job, true) : '';
	return withMore(cause, `${schema} ${made}`.trim());
}
