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
		streamId: job.isToMake ? null : job.stream.id,
		dataSetId: job.isToMake ? null : job.stream.dataSet.id,
		executionId,
		...(job.options.checks ? { checks: [...job.options.checks.results] } : {}),
	};
}
