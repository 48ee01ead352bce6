import type { Code } from '../../domo/codes';
import { DomoError } from '../../domo/errors';
import type { ExecutionRef } from '../../domo/types';
import { abortedElsewhere } from '../execution/abortedElsewhere';
import { abortSettled, settleLeftOpen } from '../execution/settle';
import { InputError } from '../inputError';
import { discardMade } from './discardMade';
import { locateRefusal } from './refusedRow';
import { FewerParts, type ResumePoint } from './resume';
import { InputChanged, PartRefused } from '../parts/sendParts';
import type { LandedPart, UploadErrorDetails } from '../uploadError';
import type { UploadJob } from './uploadJob';
import { withMore } from '../withMore';

/** How far an upload came. */
export interface Reached {
	execution: ExecutionRef;
	partsCut: number;
	landed: readonly LandedPart[];
}

/**
 * Ends an upload that can't go on, before its commit: aborts its own execution or keeps it open.
 *
 * @returns the one error that says what happened and what is left in Domo
 */
export async function givenUp(job: UploadJob, reached: Reached, cause: unknown): Promise<Error> {
	const { executionId } = reached.execution;
	const { isStopped } = job;
	const { resume, onFailure } = job.options;
	if (!isStopped && resume && isOfInput(cause) && !(isOfChecks(cause) && isKnownInput(resume, reached)))
		return await mistakenResume(job, reached, cause);
	// What only lacks a check can go on with more memory, or without the check.
	const isKept = !isStopped && isOfUnmadeCheck(cause) && (resume !== undefined || onFailure === 'keepOpen');
	const choice = isKept ? 'keepOpen' : isStopped || cause instanceof InputError ? 'abort' : onFailure;
	const refusal = refusalOf(cause);
	const elsewhere = refusal ? await abortedElsewhere(job.client, reached.execution) : undefined;
	const { fate, said } = elsewhere
		? aborted(executionId)
		: await endExecution(job, reached.execution, choice, refusal);
	// Someone else's execution may have been opened for the new columns.
	const schema = (await job.options.schemaChange?.undo(fate === 'aborted' && elsewhere === undefined)) ?? '';
	const left = `${said} ${schema}`.trimEnd();
	const mayHaveLanded = fate === 'committed' || fate === 'unknown';
	const effect = mayHaveLanded ? ('unknown' as const) : ('none' as const);
	if (isStopped)
		return job.error('UPLOAD_STOPPED', `The upload was stopped. ${left}`, fate, { executionId, effect });
	if (cause instanceof InputError && !isKept) {
		const made = await discardMade(job, fate === 'aborted');
		return withMore(placed(job, cause, { executionId, fate, effect }), `${left} ${made}`.trimEnd());
	}
	const [code, reason] = reasonOf(job, cause, elsewhere);
	const { code: answer, details: domo } = answerWithin(cause) ?? {};
	return job.error(code, `${reason}. ${left}`, fate, {
		executionId,
		effect,
		...(cause instanceof InputError ? { advice: cause.advice, checks: cause.details.checks } : {}),
		...(cause instanceof PartRefused ? { part: cause.part.id } : {}),
		...(answer ? { cause: answer } : {}),
		...(domo?.toe ? { toe: domo.toe } : {}),
		...(domo?.advice ? { advice: domo.advice } : {}),
		...(mayHaveLanded ? { advice: 'Look at the DataSet before you load these rows again.' } : {}),
		...(choice === 'keepOpen' && (fate === 'open' || fate === 'unknown') ? resumePoint(job, reached) : {}),
	});
}

/**
 * A resume whose first rows are refused: its execution is left as it was.
 *
 * @returns the cause, or, where it only lacks a check, an error whose details can be resumed
 */
export function resumeNotBegun(job: UploadJob, resume: ResumePoint, cause: InputError): Error {
	const { executionId } = resume;
	const left = `Nothing was sent, and the execution ${executionId} was left as it is.`;
	if (!isOfUnmadeCheck(cause)) return withMore(cause, left);
	const reached = { execution: { streamId: job.stream.id, executionId }, partsCut: 0, landed: [] };
	return job.error(cause.code, `${cause.message.replace(/\.$/, '')}. ${left}`, 'open', {
		executionId,
		effect: 'none',
		advice: cause.advice,
		checks: cause.details.checks,
		...resumePoint(job, reached),
	});
}

/** Whether a resume's input is that of the run before, as far as one part shows. */
function isKnownInput({ landedParts }: ResumePoint, { landed }: Reached): boolean {
	return (
		landedParts.length === 0 || landedParts.some((known) => landed.some(({ part }) => part === known.part))
	);
}

/** A fault in the input that was found once the execution was open says what became of it, as an UploadError does. */
function placed(
	{ stream }: UploadJob,
	{ code, message, details }: InputError,
	left: Pick<UploadErrorDetails, 'executionId' | 'fate' | 'effect'>,
): InputError {
	const { advice, itemIndex, ...where } = details;
	const place = { streamId: stream.id, dataSetId: stream.dataSet.id, ...left };
	return new InputError(code, message, advice, itemIndex, { ...where, ...place });
}

function isOfInput(cause: unknown): cause is InputError | InputChanged | FewerParts {
	return cause instanceof InputError || cause instanceof InputChanged || cause instanceof FewerParts;
}

/** The input is the right one then, and must not be resumed into a commit: nothing is kept open for it. */
function isOfChecks(cause: unknown): cause is InputError {
	return cause instanceof InputError && cause.details.checks !== undefined;
}

/** Nothing speaks against the rows, and what is in Domo is of use once the check can be made. */
function isOfUnmadeCheck(cause: unknown): cause is InputError {
	return isOfChecks(cause) && cause.code === 'CHECK_NOT_MADE';
}

/** A resume with a wrong input must not cost what the earlier run has uploaded: its execution is not aborted. */
async function mistakenResume(
	job: UploadJob,
	reached: Reached,
	cause: InputError | InputChanged | FewerParts,
): Promise<Error> {
	const { executionId } = reached.execution;
	const { code, advice: ofInput, itemIndex } = cause;
	const { fate, said } = await leftOpen(job, reached.execution);
	const isOver = fate === 'aborted' || fate === 'committed';
	const advice = isOver
		? "That execution can't be resumed: leave 'Resume' empty."
		: `A resume needs the very same input and options as the run before. To start over, abort the execution ${executionId} and leave 'Resume' empty.`;
	return job.error(code, `${cause.message.replace(/\.$/, '')}. ${said}`, fate, {
		executionId,
		effect: fate === 'open' || fate === 'aborted' ? 'none' : 'unknown',
		...(itemIndex === undefined ? {} : { itemIndex }),
		...(isOfChecks(cause) ? { checks: cause.details.checks } : {}),
		advice: `${ofInput ? `${ofInput.replace(/\.$/, '')}. ` : ''}${advice}`,
		// What this run has sent is of the wrong input: the right one must send it again.
		...(isOver ? {} : resumePoint(job, { ...reached, landed: [] })),
	});
}

/** What has become of the upload's own execution, and the sentence that says so. */
interface Left {
	fate: 'aborted' | 'open' | 'committed' | 'unknown';
	said: string;
}

const aborted = (executionId: number, how = 'was aborted'): Left => ({
	fate: 'aborted',
	said: `The execution ${executionId} ${how}: none of this upload is in the DataSet.`,
});

const committedElsewhere = (executionId: number, state: string): Left => ({
	fate: 'committed',
	said: `The execution ${executionId} has ended as ${state}, which this upload did not commit: the parts that had arrived by then are in the DataSet.`,
});

/** Leaves an execution open, and looks whether it is. @param refusal of a part, where that ended the upload */
async function leftOpen(job: UploadJob, execution: ExecutionRef, refusal?: DomoError): Promise<Left> {
	const { executionId } = execution;
	const { fate, state } = await settleLeftOpen(job.client, execution, refusal);
	if (fate === 'failed') return aborted(executionId, `has ended as ${state}`);
	if (fate === 'success') return committedElsewhere(executionId, state);
	if (fate === 'unknown') {
		return {
			fate,
			said: `The execution ${executionId} was not aborted and this upload did not commit it, but whether it is still open is not known${state ? ` (Domo shows it as ${state})` : ''}: if another job has committed it, the parts that had arrived get into the DataSet. If it stays open, hand this message's details to 'Resume', or abort it.`,
		};
	}
	return {
		fate,
		said: `The execution ${executionId} is kept open, and this upload has committed nothing. Hand this message's details to 'Resume', or abort the execution.`,
	};
}

/** Aborts the upload's own execution, unless it is to be kept. */
async function endExecution(
	job: UploadJob,
	execution: ExecutionRef,
	choice: 'abort' | 'keepOpen',
	refusal: DomoError | undefined,
): Promise<Left> {
	const { executionId } = execution;
	if (choice === 'keepOpen') return await leftOpen(job, execution, refusal);
	const outcome = await abortSettled(job.client, execution);
	if (outcome.fate === 'aborted') return aborted(executionId);
	job.options.log(outcome.because.message);
	if (outcome.fate === 'committed') return committedElsewhere(executionId, outcome.state);
	return {
		fate: 'unknown',
		said: `The execution ${executionId} could not be aborted, but this upload did not commit it: none of it is in the DataSet unless another job commits it.`,
	};
}

/** What a later run needs to send only what is missing. */
function resumePoint(
	{ options, updateMethod }: UploadJob,
	reached: Reached,
): Omit<ResumePoint, 'streamId' | 'executionId'> {
	const { resume } = options;
	// Parts that a resume had not come to yet are still in Domo.
	const landed = new Map(resume?.landedParts.map((part) => [part.part, part]));
	for (const part of reached.landed) landed.set(part.part, part);
	return {
		partsCut: Math.max(reached.partsCut, resume?.partsCut ?? 0),
		updateMethod,
		partSizeBytes: options.partSizeBytes,
		rowsPerPart: Number.isFinite(options.rowsPerPart) ? options.rowsPerPart : 0,
		...(options.loadValues ? { loadValues: options.loadValues } : {}),
		landedParts: [...landed.values()].sort((a, b) => a.part - b.part),
	};
}

/** What ended an upload, and where; `elsewhere` is the real reason where it is known. */
function reasonOf(job: UploadJob, cause: unknown, elsewhere: string | undefined): [Code, string] {
	const words = cause instanceof Error ? cause.message : String(cause);
	if (cause instanceof InputError) return [cause.code, words.replace(/\.$/, '')];
	if (!(cause instanceof PartRefused)) return ['UPLOAD_FAILED', words];
	const where = locateRefusal(job.source, cause.part, cause.cause);
	return elsewhere === undefined
		? ['UPLOAD_PART_FAILED', `${where}: ${words}`]
		: ['UPLOAD_ABORTED_ELSEWHERE', `${where}: ${elsewhere}`];
}

function answerWithin(cause: unknown): DomoError | undefined {
	const error = cause instanceof PartRefused ? cause.cause : cause;
	return error instanceof DomoError ? error : undefined;
}

/** Domo's refusal of a part, as it comes once the execution is aborted or committed. */
function refusalOf(cause: unknown): DomoError | undefined {
	if (!(cause instanceof PartRefused) || !(cause.cause instanceof DomoError)) return undefined;
	return cause.cause.details.kind === 'refused' ? cause.cause : undefined;
}
