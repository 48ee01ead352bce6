import type { DomoClient } from '../domo/client';
import type { Stream, UpdateMethod } from '../domo/types';
import type { RowSource } from './rowSource';
import { UploadError, type ExecutionFate, type UploadErrorDetails } from './uploadError';
import type { UploadOptions } from './uploadOptions';

/** One upload, as each of its steps needs to know it. */
export class UploadJob {
	readonly startedAtMs = performance.now();
	/** What its execution does with the rows. */
	readonly updateMethod: UpdateMethod;
	/** When Domo takes the Stream's next commit, as far as is known; set as the execution is opened. */
	commitAllowedAtMs?: number;

	constructor(
		/** Its signal is the user's Stop, or the workflow's time-out. */
		readonly client: DomoClient,
		readonly stream: Stream,
		readonly source: RowSource,
		readonly options: UploadOptions,
	) {
		this.updateMethod = options.updateMethod === 'stream' ? methodOf(stream.updateMethod) : options.updateMethod;
	}

	/** Whether the user or n8n has called it off. */
	get isStopped(): boolean {
		return this.client.signal?.aborted === true;
	}

	/** An UploadError of this upload; its effect is `unknown` where the details do not say otherwise. */
	error(message: string, fate: ExecutionFate, details: Partial<UploadErrorDetails>): UploadError {
		return new UploadError(message, {
			streamId: this.stream.id,
			dataSetId: this.stream.dataSet.id,
			fate,
			effect: 'unknown',
			...details,
		});
	}
}

/** What an update method of Domo's does to an execution's rows. */
export function methodOf(updateMethod: string): UpdateMethod {
	// "UPSERT" is what two SDKs send for a keyed Stream; each APPEND to one is an upsert.
	return updateMethod === 'REPLACE' ? 'REPLACE' : 'APPEND';
}
