import { counted } from '../shownNumber';
import { DomoError, orDomoError } from '../../domo/errors';
import { listRecentExecutions } from '../../domo/recentExecutions';
import type { ExecutionRef, Stream } from '../../domo/types';
import { commitSettled, unsettledHint, waitForEnd, type CommitOutcome } from '../execution/commit';
import { refusedCommit, rowsNotTaken, stateOf, type CommitAbout } from '../execution/commitFate';
import { settleRefusedCommit } from '../execution/settle';
import type { SentTotals } from '../parts/sendParts';
import type { UploadJob } from './uploadJob';
import { summaryOf, type UploadSummary } from './uploadSummary';
import { verifyRowCount } from './verify';
import { withMore } from '../withMore';

/**
 * Commits an upload all of whose parts are in, waits for Domo's indexing where that is wanted, and compares the
 * DataSet's rows with what was sent.
 *
 * @param rowsBefore the DataSet's, where they were asked for and told
 * @throws UploadError only where nothing of it is in the DataSet
 */
export async function commitUpload(
	job: UploadJob,
	execution: ExecutionRef,
	totals: SentTotals,
	rowsBefore: number | undefined,
): Promise<UploadSummary> {
	// All of it waits for Domo to take the rows in. The summary is made once its time is known.
	const ended = await job.spent.during(
		'indexing',
		async () => await commitAndVerify(job, execution, totals, rowsBefore),
	);
	const { state, ...counted } = ended;
	return { ...summaryOf(job, execution.executionId, state, totals), ...counted };
}

/** What an upload ended as, and what the DataSet's row count says. */
type Ended = Pick<UploadSummary, 'state' | 'dataSetRows' | 'verified'>;

async function commitAndVerify(
	job: UploadJob,
	execution: ExecutionRef,
	totals: SentTotals,
	rowsBefore: number | undefined,
): Promise<Ended> {
	const { client, options, stream } = job;
	const { executionId } = execution;
	options.log(
		`${counted(totals.parts, 'part')} with ${counted(totals.rows, 'row')} arrived; committing the execution ${executionId} of the Stream ${stream.id}.`,
	);
	const answered = await orDomoError(
		commitSettled(client, execution, {
			waitForCompletion: options.waitForCompletion || totals.rows === 0,
			waitTimeoutMs: options.waitTimeoutMs,
			...options.timing,
			log: options.log,
			...(options.onCommitTaken ? { onTaken: options.onCommitTaken } : {}),
		}),
	);
	const outcome = answered instanceof DomoError ? await settleRefused(job, execution, answered) : answered;
	if (outcome.ending === 'failed') {
		throw withMore(rowsNotTaken(aboutOf(job, execution), outcome), await undoneSchema(job, false));
	}
	if (outcome.ending !== 'success') {
		options.hint(unsettledHint(executionId, outcome, options));
		return { state: stateOf(outcome) };
	}
	return await verified(job, executionId, outcome.state ?? 'SUCCESS', totals, rowsBefore);
}

/**
 * What a commit that Domo refused leaves behind. It did nothing, but another may have taken effect: something between
 * may have sent ours twice.
 *
 * @returns the outcome where the rows are in, or may get in: n8n's Retry On Fail must not load them a second time
 * @throws UploadError
 */
async function settleRefused(
	job: UploadJob,
	execution: ExecutionRef,
	refusal: DomoError,
): Promise<CommitOutcome> {
	const { client, options } = job;
	const { executionId } = execution;
	let left = await settleRefusedCommit(client, execution, refusal);
	if (left.fate === 'goingOn') {
		const { state } = left;
		const waitTimeoutMs = options.waitForCompletion ? options.waitTimeoutMs : 0;
		const waiting = { waitTimeoutMs, pollMs: options.timing.pollMs, log: options.log };
		const later = await waitForEnd(client, execution, waiting);
		if (later.ending !== 'success' && later.ending !== 'failed') {
			const reason = `${refusal.message}; the execution is ${later.state ?? state}`;
			return { ending: 'unknown', state: later.state ?? state, reason, commits: 1 };
		}
		left = { fate: later.ending, state: later.state ?? state };
	}
	if (left.fate === 'success') {
		options.hint(
			`${refusal.message}. But the execution ${executionId} has ended as ${left.state}: its rows are in the DataSet.`,
		);
		return { ending: 'success', state: left.state, commits: 1 };
	}
	const isOurs = left.fate === 'failed' && left.elsewhere === undefined;
	const error = refusedCommit(aboutOf(job, execution), refusal, left, {
		by: 'upload',
		allowedAtMs: job.commitAllowedAtMs,
	});
	// Someone else's execution may have been opened for the new columns.
	throw withMore(error, await undoneSchema(job, isOurs));
}

const aboutOf = ({ stream }: UploadJob, execution: ExecutionRef): CommitAbout => ({
	...execution,
	dataSetId: stream.dataSet.id,
});

/** What has become of columns that were changed for the upload; empty where none were. */
async function undoneSchema({ options }: UploadJob, isUnused: boolean): Promise<string> {
	return (await options.schemaChange?.undo(isUnused)) ?? '';
}

/** The end of an upload whose rows are in, with what the DataSet's row count says. */
async function verified(
	job: UploadJob,
	executionId: number,
	state: string,
	totals: SentTotals,
	rowsBefore: number | undefined,
): Promise<Ended> {
	const { client, stream, options } = job;
	const {
		verified: isCounted,
		dataSetRows,
		expectedRows,
	} = await verifyRowCount(client, {
		dataSetId: stream.dataSet.id,
		updateMethod: job.updateMethod,
		rowsSent: totals.rows,
		rowsBefore,
		unforeseeable: isKeyed(stream) || (await mayHoldOthers(job, executionId)),
		verifyTimeoutMs: options.timing.verifyTimeoutMs,
		pollMs: options.timing.pollMs,
	});
	// Another may have been opened while the count was looked at.
	const isRight = isCounted === false && (await mayHoldOthers(job, executionId)) ? null : isCounted;
	if (isRight === false) {
		options.hint(
			`The DataSet has ${counted(dataSetRows ?? 0, 'row')} where ${expectedRows} were expected after this upload. Domo reports the execution ${executionId} as ${state}; another job may have written meanwhile.`,
		);
	}
	return {
		state,
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
