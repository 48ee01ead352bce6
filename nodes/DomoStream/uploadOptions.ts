import { readResumePoint, requireSameStream } from '../../transfer/upload/resume';
import { DEFAULT_TIMING, type UploadOptions } from '../../transfer/upload/upload';
import { engineNumber, type LoadOptionValues } from '../shared/fields/optionFields';

/**
 * The options as the engine takes them.
 *
 * @param streamId undefined for one that is yet to be made
 * @throws InputError for a 'Resume' that is none, or of another Stream
 */
export function engineOptions(
	chosen: LoadOptionValues,
	streamId: number | undefined,
): Omit<UploadOptions, 'updateMethod' | 'tools' | 'hint' | 'log'> {
	const resume = readResumePoint(chosen.resume);
	requireSameStream(resume, streamId);
	const rowsPerPart = resume?.rowsPerPart ?? chosen.rowsPerPart;
	return {
		// A resume goes on cutting as the earlier run did, whatever is chosen now.
		partSizeBytes: resume?.partSizeBytes ?? engineNumber('partSizeMb', chosen),
		rowsPerPart: rowsPerPart === 0 ? Infinity : rowsPerPart,
		maxConcurrentUploads: chosen.maxConcurrentUploads,
		maxTries: chosen.maxTries,
		requestTimeoutMs: engineNumber('requestTimeoutSeconds', chosen),
		memoryBudgetBytes: engineNumber('memoryBudgetMb', chosen),
		compression: chosen.compression,
		onFailure: chosen.onFailure,
		waitForCompletion: chosen.waitForCompletion,
		waitTimeoutMs: engineNumber('waitTimeoutSeconds', chosen),
		activeExecution: chosen.activeExecution,
		staleAfterHours: chosen.staleAfterHours,
		trustExecutionUpdateMethod: chosen.trustExecutionUpdateMethod,
		allowEmptyReplace: chosen.allowEmptyReplace,
		refuseShrinkBelowPercent: chosen.refuseShrinkBelowPercent,
		commitTooSoon: chosen.commitTooSoon,
		minMinutesBetweenCommits: chosen.minMinutesBetweenCommits,
		...(resume ? { resume } : {}),
		timing: DEFAULT_TIMING,
	};
}
