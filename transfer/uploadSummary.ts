import type { UpdateMethod } from '../domo/types';
import type { SentTotals } from './sendParts';
import type { UploadJob } from './uploadJob';

export interface UploadSummary {
	streamId: number;
	dataSetId: string;
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
	gzippedParts: number;
	plainParts: number;
	/** Where it waited for the indexing to end. */
	dataSetRows?: number;
	verified?: boolean | null;
}

/** What an upload has to tell of itself, whatever its state. */
export function summaryOf(
	job: UploadJob,
	executionId: number | null,
	state: string,
	{ rows, parts, ...others }: SentTotals,
): UploadSummary {
	// What a person looks for first stands first: the editor's table shows only a few columns.
	return {
		state,
		rows,
		parts,
		updateMethod: job.updateMethod,
		...others,
		durationMs: Math.round(performance.now() - job.startedAtMs),
		streamId: job.stream.id,
		dataSetId: job.stream.dataSet.id,
		executionId,
	};
}

/** Of an upload that sends no part. */
export function noTotals(): SentTotals {
	return { parts: 0, rows: 0, csvBytes: 0, sentBytes: 0, retries: 0, plainParts: 0, gzippedParts: 0 };
}
