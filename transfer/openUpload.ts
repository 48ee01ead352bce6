import { DomoError } from '../domo/errors';
import { getExecution, isFailed } from '../domo/executions';
import type { Execution } from '../domo/types';
import { inWords, nextCommitAtMs } from './commitSpacing';
import { InputError } from './inputError';
import { openExecution } from './openExecution';
import type { ResumePoint } from './resume';
import { UploadError, type ExecutionFate } from './uploadError';
import { methodOf, type UploadJob } from './uploadJob';
import { withMore } from './withMore';

/**
 * Opens the upload's execution, with the DataSet's new columns in place. For a resume, it is the one that was kept open.
 *
 * @param giveUp ends the waiting for another execution
 * @throws UploadError, DomoError, InputError: see notOpened
 */
export async function openUpload(job: UploadJob, giveUp: AbortSignal): Promise<Execution> {
	const { client, options, stream, updateMethod } = job;
	const { resume, schemaChange } = options;
	if (resume) return await reopen(job, resume);
	return await openExecution(client, stream.id, {
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
		onWayClear: (executions) => noteEarlierCommit(job, executions),
		...(schemaChange ? { beforeCreate: async () => await schemaChange.apply() } : {}),
	});
}

/**
 * Takes the new columns away again where no execution could be opened for them.
 *
 * @param cause why
 * @returns what to throw for it: the same, with what has become of the columns
 */
export async function notOpened(job: UploadJob, cause: unknown): Promise<unknown> {
	// Anything but an UploadError says that there is no execution.
	const fate = cause instanceof UploadError ? cause.details.fate : 'notCreated';
	const schema = (await job.options.schemaChange?.undo(fate === 'notCreated' || fate === 'aborted')) ?? '';
	const isOurs = cause instanceof UploadError || cause instanceof DomoError || cause instanceof InputError;
	return isOurs ? withMore(cause, schema) : cause;
}

function noteEarlierCommit(job: UploadJob, executions: readonly Execution[]): void {
	const { commitTooSoon, minMinutesBetweenCommits: minutes } = job.options;
	const atMs = nextCommitAtMs(executions, minutes);
	job.commitAllowedAtMs = atMs;
	if (commitTooSoon !== 'fail' || atMs === undefined || atMs <= Date.now()) return;
	throw job.error(
		`The Stream ${job.stream.id} was committed less than ${minutes} minutes ago: Domo takes its next commit at ${inWords(atMs)}. Nothing was sent.`,
		'notCreated',
		{ effect: 'none', advice: "Run again then, or set 'Commit Too Soon' to 'Wait'." },
	);
}

async function reopen(job: UploadJob, resume: ResumePoint): Promise<Execution> {
	const execution = await getExecution(job.client, job.stream.id, resume.executionId);
	const refused = (why: string, fate: ExecutionFate, advice: string) =>
		job.error(
			`The execution ${execution.id} of the Stream ${job.stream.id} can't be resumed: ${why}. Nothing was sent.`,
			fate,
			{ executionId: execution.id, effect: 'none', advice },
		);
	if (execution.currentState !== 'ACTIVE') {
		throw refused(`it is ${execution.currentState}`, isFailed(execution) ? 'aborted' : 'unknown', "Run again without 'Resume'.");
	}
	const opened = execution.updateMethod ?? resume.updateMethod;
	if (opened !== undefined && methodOf(opened) !== job.updateMethod) {
		throw refused(
			`it was opened to ${opened}, and now ${job.updateMethod} is chosen`,
			'open',
			"Choose the same 'Update Method' as in the earlier run, or abort the execution and run without 'Resume'.",
		);
	}
	return execution;
}
