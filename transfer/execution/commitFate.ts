import type { DomoError } from '../../domo/errors';
import type { ExecutionRef } from '../../domo/types';
import { UploadError } from '../uploadError';
import type { CommitOutcome } from './commit';
import { inWords } from './commitSpacing';
import type { RefusedCommit } from './settle';
import { pleaseReport } from '../../domo/unproven';

/** A commit whose rows did not get into the DataSet. */
export interface CommitAbout extends ExecutionRef {
	/** Where it is known. */
	dataSetId?: string;
}

/** Who sent the commit: an upload at its end, or the operation *Commit*. It decides what to do next. */
export type Committer =
	/** `allowedAtMs`: when Domo takes the Stream's next commit, as far as is known. */
	{ by: 'upload'; allowedAtMs: number | undefined } | { by: 'operation' };

/** The state as a summary has it. */
export function stateOf({ ending, state }: CommitOutcome): string {
	return ending === 'unknown' ? 'unknown' : (state ?? 'ACTIVE');
}

/** Domo took the commit, and then not the rows. */
export function rowsNotTaken(about: CommitAbout, { state }: CommitOutcome): UploadError {
	return new UploadError(
		'COMMIT_ROWS_NOT_TAKEN',
		`Domo did not take the rows: the execution ${about.executionId} of the Stream ${about.streamId} ended as ${state} after its commit.`,
		{
			...about,
			fate: 'committed',
			effect: 'none',
			advice: "Look at the DataSet's history in Domo for the reason. The earlier rows are still there.",
		},
	);
}

/**
 * What a refused commit leaves behind, in words. One that was refused did nothing, but another commit of the same
 * execution may have taken effect.
 *
 * @param left as `settleRefusedCommit` has found it
 */
export function refusedCommit(
	about: CommitAbout,
	refusal: DomoError,
	left: RefusedCommit,
	committer: Committer,
): UploadError {
	const { executionId } = about;
	const refused = refusal.message.replace(/\.$/, '');
	const { toe } = refusal.details;
	const details = { ...about, effect: 'none' as const, ...(toe ? { toe } : {}), cause: refusal.code };
	switch (left.fate) {
		case 'success':
			return new UploadError(
				'COMMIT_ROWS_ARE_IN',
				`${refused}. The execution ${executionId} has ended as ${left.state}: its rows are in the DataSet already`,
				{ ...details, fate: 'committed', advice: 'For further rows, create a new execution.' },
			);
		case 'failed':
			return new UploadError(
				'COMMIT_EXECUTION_OVER',
				`${left.elsewhere ?? `${refused}. The execution ${executionId} has ended as ${left.state}`}: none of its rows are in the DataSet.`,
				{
					...details,
					fate: 'aborted',
					advice:
						committer.by === 'upload'
							? 'Run this again when no other job writes to the Stream: it takes one upload at a time.'
							: 'Create a new execution and upload its parts again.',
				},
			);
		case 'goingOn':
			return new UploadError(
				'COMMIT_UNDER_WAY',
				`${refused}. The execution ${executionId} is ${left.state} and not over: an earlier commit may have taken effect`,
				{
					...details,
					effect: 'unknown',
					fate: 'unknown',
					advice:
						"Look at it with the operation 'Get' until it has ended, and at the DataSet before you load these rows again.",
				},
			);
		case 'active':
			return new UploadError(
				'COMMIT_EXECUTION_UNKNOWN',
				`${refused}. This commit put nothing into the DataSet. Domo shows the execution ${executionId} as ${left.state}: it is still open, or another commit of it took effect and Domo is indexing its rows`,
				{
					...details,
					effect: 'unknown',
					fate: 'unknown',
					advice:
						`Look at the DataSet before you load these rows again. If the execution ${executionId} stays ACTIVE for 15 minutes, it is open: commit it with the operation 'Commit' of the resource 'Execution', or end it with 'Abort'. ` +
						pleaseReport('how Domo words this refusal'),
				},
			);
		case 'unknown': {
			const isMissing = refusal.code === 'DOMO_NOT_FOUND' && left.because.code === 'DOMO_NOT_FOUND';
			return new UploadError(
				isMissing ? 'DOMO_NOT_FOUND' : 'COMMIT_EXECUTION_UNKNOWN',
				`${refused}. This commit put nothing into the DataSet, and the execution ${executionId} could not be looked at: ${left.because.message}`,
				{
					...details,
					fate: 'unknown',
					advice: isMissing
						? refusal.advice
						: `${left.because.advice ?? ''} Look at it with the operation 'Get' of the resource 'Execution'. If it is ACTIVE, commit it with 'Commit' or end it with 'Abort'.`.trim(),
				},
			);
		}
		case 'open': {
			const when = whenAllowed(committer);
			const isGap = /consecutive/i.test(refusal.details.domoMessage ?? '');
			// An upload numbers its parts without a gap: another commit would be refused, too.
			const onGap =
				committer.by === 'upload'
					? "End the execution with 'Abort'."
					: 'Upload the missing part into this execution, then commit it again.';
			return new UploadError(
				'COMMIT_REFUSED',
				`${refused}. This commit put nothing into the DataSet, and the execution ${executionId} is still open with all its parts.`,
				{
					...details,
					fate: 'open',
					advice: isGap
						? `${refusal.details.advice ?? ''} ${onGap}`.trim()
						: `Commit it with the operation 'Commit' of the resource 'Execution' ${when} (by default, Domo allows one commit per 15 minutes and Stream), or end it with 'Abort'.`,
				},
			);
		}
	}
}

function whenAllowed(committer: Committer): string {
	const atMs = committer.by === 'upload' ? committer.allowedAtMs : undefined;
	return atMs !== undefined && atMs > Date.now() ? `at ${inWords(atMs)}` : 'later';
}
