import { DomoError, orDomoError } from '../domo/errors';
import { ensureAborted } from '../domo/executions';
import type { Execution } from '../domo/types';
import { abortedElsewhere } from './abortedElsewhere';
import { InputError } from './inputError';
import { locateRefusal } from './refusedRow';
import { FewerParts, type ResumePoint } from './resume';
import { InputChanged, PartRefused } from './sendParts';
import type { LandedPart } from './uploadError';
import type { UploadJob } from './uploadJob';
import { withMore } from './withMore';

/** How far an upload came. */
export interface Reached {
	execution: Execution;
	partsCut: number;
	landed: readonly LandedPart[];
}

/**
 * Ends an upload that can't go on, before its commit: aborts its own execution or keeps it open.
 *
 * @returns the one error that says what happened and what is left in Domo
 */
export async function givenUp(job: UploadJob, reached: Reached, cause: unknown): Promise<Error> {
	const { id: executionId } = reached.execution;
	const { isStopped } = job;
	if (!isStopped && job.options.resume && isOfInput(cause)) return mistakenResume(job, reached, cause);
	const choice = isStopped || cause instanceof InputError ? 'abort' : job.options.onFailure;
	const elsewhere = isRefusal(cause) ? await abortedElsewhere(job.client, job.stream.id, executionId) : undefined;
	const fate = elsewhere ? 'aborted' : await endExecution(job, executionId, choice);
	const leftOpen = {
		aborted: `The execution ${executionId} was aborted: nothing of this upload is in the DataSet.`,
		open: keptOpen(executionId),
		unknown: `The execution ${executionId} could not be aborted, but it was not committed: nothing of this upload is in the DataSet.`,
	}[fate];
	// Someone else's execution may have been opened for the new columns.
	const schema = (await job.options.schemaChange?.undo(fate === 'aborted' && elsewhere === undefined)) ?? '';
	const left = `${leftOpen} ${schema}`.trimEnd();
	if (isStopped) return job.error(`The upload was stopped. ${left}`, fate, { executionId, effect: 'none' });
	if (cause instanceof InputError) return withMore(cause, left);
	const reason = elsewhere ?? (cause instanceof Error ? cause.message : String(cause));
	const domo = cause instanceof PartRefused && cause.cause instanceof DomoError ? cause.cause.details : undefined;
	return job.error(`${whichPart(job, cause)}${reason}. ${left}`, fate, {
		executionId,
		effect: 'none',
		...(cause instanceof PartRefused ? { part: cause.part.id } : {}),
		...(domo?.toe ? { toe: domo.toe } : {}),
		...(domo?.advice ? { advice: domo.advice } : {}),
		...(fate === 'open' ? resumePoint(job, reached) : {}),
	});
}

function isOfInput(cause: unknown): cause is InputError | InputChanged | FewerParts {
	return cause instanceof InputError || cause instanceof InputChanged || cause instanceof FewerParts;
}

/** A resume with a wrong input must not cost what the earlier run has uploaded: its execution stays open. */
function mistakenResume(job: UploadJob, reached: Reached, cause: InputError | InputChanged | FewerParts): Error {
	const { id: executionId } = reached.execution;
	const { description, itemIndex } = cause instanceof InputError ? cause : {};
	return job.error(`${cause.message.replace(/\.$/, '')}. ${keptOpen(executionId)}`, 'open', {
		executionId,
		effect: 'none',
		...(itemIndex === undefined ? {} : { itemIndex }),
		advice: `${description ? `${description.replace(/\.$/, '')}. ` : ''}A resume needs the very same input and options as the run before. To start anew, abort the execution ${executionId} and leave 'Resume' empty.`,
		// What this run has sent is of the wrong input: the right one must send it again.
		...resumePoint(job, { ...reached, landed: [] }),
	});
}

function keptOpen(executionId: number): string {
	return `The execution ${executionId} is kept open: nothing is in the DataSet yet. Hand this message's details to 'Resume', or abort the execution.`;
}

/** Aborts the upload's own execution, unless it is to be kept. */
async function endExecution(
	job: UploadJob,
	executionId: number,
	choice: 'abort' | 'keepOpen',
): Promise<'aborted' | 'open' | 'unknown'> {
	if (choice === 'keepOpen') return 'open';
	// Without the run's signal: the abort goes out even after Stop.
	const outcome = await orDomoError(ensureAborted(job.client.withSignal(undefined), job.stream.id, executionId));
	if (!(outcome instanceof DomoError)) return 'aborted';
	job.options.log(outcome.message);
	return 'unknown';
}

/** What a later run needs to send only what is missing. */
function resumePoint({ options, updateMethod }: UploadJob, reached: Reached): Omit<ResumePoint, 'streamId' | 'executionId'> {
	const { resume } = options;
	// Parts that a resume had not come to yet are still in Domo.
	const landed = new Map(resume?.landedParts.map((part) => [part.part, part]));
	for (const part of reached.landed) landed.set(part.part, part);
	return {
		partsCut: Math.max(reached.partsCut, resume?.partsCut ?? 0),
		updateMethod,
		partSizeBytes: options.partSizeBytes,
		rowsPerPart: Number.isFinite(options.rowsPerPart) ? options.rowsPerPart : 0,
		landedParts: [...landed.values()].sort((a, b) => a.part - b.part),
	};
}

function whichPart(job: UploadJob, cause: unknown): string {
	return cause instanceof PartRefused ? `${locateRefusal(job.source, cause.part, cause.cause)}: ` : '';
}

/** Whether Domo refused a part, as it does once the execution is aborted. */
function isRefusal(cause: unknown): boolean {
	return cause instanceof PartRefused && cause.cause instanceof DomoError && cause.cause.details.kind === 'refused';
}
