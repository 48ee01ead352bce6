import { DomoError, orDomoError } from '../domo/errors';
import { listRecentExecutions } from '../domo/executions';
import type { Execution, Stream } from '../domo/types';
import { commitSettled, type CommitOutcome } from './commit';
import { inWords } from './commitSpacing';
import { endExecution } from './giveUp';
import type { SentTotals } from './sendParts';
import type { UploadJob } from './uploadJob';
import type { UploadOptions } from './uploadOptions';
import { summaryOf, type UploadSummary } from './uploadSummary';
import { verifyRowCount } from './verify';

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
	if (job.isStopped) {
		const fate = await endExecution(job, executionId, 'abort');
		throw job.error('The upload was stopped before its commit: nothing of it is in the DataSet.', fate, { effect: 'none', executionId });
	}
	options.log(`All ${totals.parts} parts with ${totals.rows} rows are in; committing the execution ${executionId} of the Stream ${stream.id}.`);
	const outcome = await commitSettled(client, stream.id, executionId, {
		waitForCompletion: options.waitForCompletion || totals.rows === 0,
		waitTimeoutMs: options.waitTimeoutMs,
		...options.timing,
		log: options.log,
	}).catch(async (cause: unknown) => {
		throw await commitRefused(job, executionId, cause);
	});
	if (outcome.ending === 'failed') {
		const schema = (await options.schemaChange?.undo('committed')) ?? '';
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

async function commitRefused(job: UploadJob, executionId: number, cause: unknown): Promise<unknown> {
	if (!(cause instanceof DomoError)) return cause;
	const schema = (await job.options.schemaChange?.undo('open')) ?? '';
	return job.error(
		`${cause.message}. All parts are uploaded and the execution ${executionId} is still open; nothing is in the DataSet yet. ${schema}`.trimEnd(),
		'open',
		{
			executionId,
			effect: 'none',
			...(cause.details.toe ? { toe: cause.details.toe } : {}),
			advice: `Commit it with the operation 'Commit' ${
				job.commitAllowedAtMs && job.commitAllowedAtMs > Date.now() ? `at ${inWords(job.commitAllowedAtMs)}` : 'later'
			} (Domo allows one commit per 15 minutes and Stream by default), or abort it.`,
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
	const since = await orDomoError(listRecentExecutions(client, stream.id));
	const otherSince = since instanceof DomoError || since.some(({ id }) => id > executionId);
	const { verified: isRight, dataSetRows, expectedRows } = await verifyRowCount(client, {
		dataSetId: stream.dataSet.id,
		updateMethod: job.updateMethod,
		rowsSent: totals.rows,
		rowsBefore,
		unforeseeable: isKeyed(stream) || otherSince,
		verifyTimeoutMs: options.timing.verifyTimeoutMs,
		pollMs: options.timing.pollMs,
	});
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
