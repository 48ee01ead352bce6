import { DomoError, orDomoError } from '../domo/errors';
import { getExecution, isFailed, isSuccess, listRecentExecutions } from '../domo/executions';
import type { Execution, Stream } from '../domo/types';
import { abortedElsewhere } from './abortedElsewhere';
import { commitSettled, type CommitOutcome } from './commit';
import { inWords } from './commitSpacing';
import type { SentTotals } from './sendParts';
import type { UploadError } from './uploadError';
import type { UploadJob } from './uploadJob';
import type { UploadOptions } from './uploadOptions';
import { summaryOf, type UploadSummary } from './uploadSummary';
import { verifyRowCount } from './verify';
import { withMore } from './withMore';

/**
 * Commits an upload all of whose parts are in, waits for Domo's indexing where that is wanted, and compares the
 * DataSet's rows with what was sent.
 *
 * @param rowsBefore the DataSet's, where they were asked for and told
 * @throws UploadError only where nothing of it is in the DataSet
 */
export async function commitUpload(
	job: UploadJob,
	{ id: executionId }: Execution,
	totals: SentTotals,
	rowsBefore: number | undefined,
): Promise<UploadSummary> {
	const { client, options, stream } = job;
	options.log(`All ${totals.parts} parts with ${totals.rows} rows are in; committing the execution ${executionId} of the Stream ${stream.id}.`);
	const answered = await orDomoError(
		commitSettled(client, stream.id, executionId, {
			waitForCompletion: options.waitForCompletion || totals.rows === 0,
			waitTimeoutMs: options.waitTimeoutMs,
			...options.timing,
			log: options.log,
		}),
	);
	const outcome = answered instanceof DomoError ? await settleRefused(job, executionId, answered) : answered;
	if (outcome.ending === 'failed') {
		const schema = (await options.schemaChange?.undo(false)) ?? '';
		throw job.error(
			`Domo did not take the rows: the execution ${executionId} of the Stream ${stream.id} ended as ${outcome.state} after its commit. ${schema}`.trimEnd(),
			'committed',
			{ effect: 'none', executionId, advice: 'Look at the DataSet\'s history in Domo for the reason. The earlier rows are still there.' },
		);
	}
	if (outcome.ending !== 'success') {
		options.hint(unsettledHint(executionId, outcome, options));
		return summaryOf(job, executionId, outcome.ending === 'unknown' ? 'unknown' : (outcome.state ?? 'ACTIVE'), totals);
	}
	return await verified(job, executionId, outcome.state ?? 'SUCCESS', totals, rowsBefore);
}

/**
 * What a commit that Domo refused leaves behind. It did nothing, but the execution need not be open any more.
 *
 * @returns the outcome where the rows are in all the same
 * @throws UploadError
 */
async function settleRefused(job: UploadJob, executionId: number, refusal: DomoError): Promise<CommitOutcome> {
	const { client, stream, options } = job;
	const seen = await orDomoError(getExecution(client.withSignal(undefined), stream.id, executionId));
	if (!(seen instanceof DomoError) && isSuccess(seen)) {
		options.hint(`${refusal.message}. The execution ${executionId} is ${seen.currentState} all the same: its rows are in the DataSet.`);
		return { ending: 'success', state: seen.currentState, commits: 1 };
	}
	const isGone = !(seen instanceof DomoError) && isFailed(seen);
	const elsewhere = isGone ? await abortedElsewhere(client, stream.id, executionId) : undefined;
	// Someone else's execution may have been opened for the new columns.
	const schema = (await options.schemaChange?.undo(isGone && elsewhere === undefined)) ?? '';
	throw withMore(refusedError(job, executionId, refusal, seen, elsewhere), schema);
}

function refusedError(
	job: UploadJob,
	executionId: number,
	refusal: DomoError,
	seen: Execution | DomoError,
	elsewhere: string | undefined,
): UploadError {
	const { commitAllowedAtMs } = job;
	const { toe } = refusal.details;
	const details = { executionId, effect: 'none' as const, ...(toe ? { toe } : {}) };
	if (seen instanceof DomoError) {
		return job.error(
			`${refusal.message}. All parts are uploaded, this commit put nothing into the DataSet, and whether the execution ${executionId} is still open is not known: ${seen.message}`,
			'unknown',
			{ ...details, advice: "Look at it with the operation 'Get' of the resource 'Execution'. If it is ACTIVE, commit it with 'Commit' or abort it." },
		);
	}
	if (isFailed(seen)) {
		const reason = elsewhere ?? `${refusal.message}. The execution ${executionId} has ended as ${seen.currentState}`;
		return job.error(`${reason}: nothing of this upload is in the DataSet.`, 'aborted', {
			...details,
			advice: 'Run this again when no other job writes to the Stream: it takes one upload at a time.',
		});
	}
	const isOpen = seen.currentState === 'ACTIVE';
	const when = commitAllowedAtMs && commitAllowedAtMs > Date.now() ? `at ${inWords(commitAllowedAtMs)}` : 'later';
	return job.error(
		`${refusal.message}. All parts are uploaded and the execution ${executionId} is ${isOpen ? 'still open' : seen.currentState}; nothing is in the DataSet yet.`,
		isOpen ? 'open' : 'unknown',
		{
			...details,
			advice: `Commit it with the operation 'Commit' ${when} (Domo allows one commit per 15 minutes and Stream by default), or abort it.`,
		},
	);
}

/** The summary of an upload whose rows are in, with what the DataSet's row count says. */
async function verified(
	job: UploadJob,
	executionId: number,
	state: string,
	totals: SentTotals,
	rowsBefore: number | undefined,
): Promise<UploadSummary> {
	const { client, stream, options } = job;
	const { verified: counted, dataSetRows, expectedRows } = await verifyRowCount(client, {
		dataSetId: stream.dataSet.id,
		updateMethod: job.updateMethod,
		rowsSent: totals.rows,
		rowsBefore,
		unforeseeable: isKeyed(stream) || (await mayHoldOthers(job, executionId)),
		verifyTimeoutMs: options.timing.verifyTimeoutMs,
		pollMs: options.timing.pollMs,
	});
	// Another may have been opened while the count was looked at.
	const isRight = counted === false && (await mayHoldOthers(job, executionId)) ? null : counted;
	if (isRight === false) {
		options.hint(
			`The DataSet has ${dataSetRows} rows where ${expectedRows} were expected after this upload. Domo reports the execution ${executionId} as ${state}; another job may have written meanwhile.`,
		);
	}
	return {
		...summaryOf(job, executionId, state, totals),
		...(dataSetRows === undefined ? {} : { dataSetRows }),
		verified: isRight,
	};
}

/** Whether the DataSet may hold rows of an execution that was opened after this one. */
async function mayHoldOthers({ client, stream }: UploadJob, executionId: number): Promise<boolean> {
	const executions = await orDomoError(listRecentExecutions(client, stream.id));
	return executions instanceof DomoError || executions.some(({ id }) => id > executionId);
}

function isKeyed(stream: Stream): boolean {
	return stream.updateMethod === 'UPSERT' || (stream.keyColumnNames?.length ?? 0) > 0;
}

function unsettledHint(executionId: number, outcome: CommitOutcome, options: UploadOptions): string {
	if (outcome.ending === 'unknown') {
		return `The commit of the execution ${executionId} was sent, but whether it took effect is not known (${outcome.reason}). Look at the DataSet before you load these rows again.`;
	}
	if (!options.waitForCompletion) return `The execution ${executionId} is committed; Domo is indexing it.`;
	return `The execution ${executionId} is committed, but Domo was still indexing it after ${Math.round(options.waitTimeoutMs / 1000)} s. That can take 15 minutes; don't load these rows again.`;
}
