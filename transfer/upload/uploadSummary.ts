import type { UpdateMethod } from '../../domo/types';
import type { CheckResult } from '../checks/check';
import type { SentTotals } from '../parts/sendParts';
import type { UploadJob } from './uploadJob';

export interface UploadSummary {
	/** null where there was nothing to upload, and so no Stream was made. */
	streamId: number | null;
	dataSetId: string | null;
	/** null where there was nothing to upload. */
	executionId: number | null;
	/** Domo's state of the execution, `unknown`, or `NOTHING_TO_UPLOAD`. */
	state: string;
	updateMethod: UpdateMethod;
	parts: number;
	rows: number;
	/** Raw CSV. */
	csvBytes: number;
	/** What went over the line, each part counted once. */
	sentBytes: number;
	retries: number;
	durationMs: number;
	/**
	 * Rows and bytes of CSV that this run sent, from the first row that was drawn until the last part was in, without the
	 * time in which there was only another execution to wait for.
	 */
	rowsPerSecond: number;
	bytesPerSecond: number;
	/** Nothing was left to do but to wait for Domo's answers: to the opening, and to parts. */
	waitedForLineMs: number;
	/** Nothing was on the line: rows were read, checked or compressed. */
	waitedForCpuMs: number;
	/** Where 'Active Execution' had to wait, as far as no rows were read meanwhile. */
	waitedForOtherExecutionMs?: number;
	/** From the commit until Domo has indexed the rows and counts them, as far as it was waited for. */
	waitedForIndexingMs: number;
	/** Where 'Commit Too Soon' had to wait. */
	waitedForCommitTimeMs?: number;
	/** Of either level. */
	gzippedParts: number;
	/** By our own gzip. */
	fastParts: number;
	/** By `CompressionStream`. */
	denseParts: number;
	plainParts: number;
	/** Where it waited for the indexing to end. */
	dataSetRows?: number;
	verified?: boolean | null;
	/** Every check before the commit, where any was chosen. */
	checks?: CheckResult[];
}

/** What an upload has to tell of itself, whatever its state. */
export function summaryOf(
	job: UploadJob,
	executionId: number | null,
	state: string,
	{ rows, parts, earlier, ...others }: SentTotals,
): UploadSummary {
	const { spent, startedAtMs } = job;
	const endedAtMs = spent.now();
	const otherExecutionMs = spent.waitedMs('otherExecution');
	const sendingMs = (job.sentAtMs ?? endedAtMs) - startedAtMs - otherExecutionMs;
	const sendingSeconds = Math.max(1, sendingMs) / 1_000;
	const commitTimeMs = spent.waitedMs('commitTime');
	// What a person looks for first stands first: the editor's table shows only a few columns.
	return {
		state,
		rows,
		parts,
		updateMethod: job.updateMethod,
		...others,
		durationMs: Math.round(endedAtMs - startedAtMs),
		rowsPerSecond: Math.round((rows - earlier.rows) / sendingSeconds),
		bytesPerSecond: Math.round((others.csvBytes - earlier.csvBytes) / sendingSeconds),
		waitedForLineMs: spent.waitedMs('line'),
		waitedForCpuMs: spent.waitedMs('cpu'),
		...(otherExecutionMs > 0 ? { waitedForOtherExecutionMs: otherExecutionMs } : {}),
		waitedForIndexingMs: spent.waitedMs('indexing'),
		...(commitTimeMs > 0 ? { waitedForCommitTimeMs: commitTimeMs } : {}),
		streamId: job.isToMake ? null : job.stream.id,
		dataSetId: job.isToMake ? null : job.stream.dataSet.id,
		executionId,
		...(job.options.checks ? { checks: [...job.options.checks.results] } : {}),
	};
}
