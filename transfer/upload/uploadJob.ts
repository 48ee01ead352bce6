import type { DomoClient } from '../../domo/client';
import type { Code } from '../../domo/codes';
import { getDataSet } from '../../domo/dataSets';
import { DomoError, orDomoError } from '../../domo/errors';
import type { Stream, UpdateMethod } from '../../domo/types';
import { TimeSpent } from '../parts/timeSpent';
import type { RowSource } from '../rowSource';
import { UploadError, type ExecutionFate, type UploadErrorDetails } from '../uploadError';
import type { UploadOptions } from './uploadOptions';

/** A DataSet with a Stream that is made once every check has passed. */
export interface StreamToMake {
	updateMethod: UpdateMethod;
	make: () => Promise<Stream>;
	/** Tells the user of it, where it stays. */
	sayMade: (stream: Stream) => void;
}

export type UploadTarget = Stream | StreamToMake;

/** One upload, as each of its steps needs to know it. */
export class UploadJob {
	/** What it waited for, by the clock that all of its times are by. */
	readonly spent: TimeSpent;
	readonly startedAtMs: number;
	/** When the last part was in, or there was none to send. */
	sentAtMs?: number;
	/** What its execution does with the rows. */
	readonly updateMethod: UpdateMethod;
	/** When Domo takes the Stream's next commit, as far as is known; set as the execution is opened. */
	commitAllowedAtMs?: number;
	/** Whether its Stream and DataSet were made for it. */
	isMade = false;
	/** Tells the user of that, unless they are deleted again. */
	sayMade: () => void = () => undefined;

	constructor(
		/** Its signal is the user's Stop, or the workflow's time-out. */
		readonly client: DomoClient,
		private target: UploadTarget,
		readonly source: RowSource,
		readonly options: UploadOptions,
	) {
		this.spent = new TimeSpent(options.now);
		this.startedAtMs = this.spent.now();
		this.updateMethod =
			options.updateMethod === 'stream' ? methodOf(target.updateMethod) : options.updateMethod;
	}

	/** Whether its Stream does not exist yet. */
	get isToMake(): boolean {
		return 'make' in this.target;
	}

	/** Once it exists. */
	get stream(): Stream {
		if ('make' in this.target) throw new Error('The Stream has not been made yet');
		return this.target;
	}

	/** Makes the Stream, unless it exists. @throws DomoError */
	async makeStream(): Promise<Stream> {
		if ('make' in this.target) {
			const { make, sayMade } = this.target;
			const stream = await make();
			this.target = stream;
			this.isMade = true;
			this.sayMade = () => sayMade(stream);
		}
		return this.stream;
	}

	/** Whether the user or n8n has called it off. */
	get isStopped(): boolean {
		return this.client.signal?.aborted === true;
	}

	/** An UploadError of this upload; its effect is `unknown` where the details do not say otherwise. */
	error(code: Code, message: string, fate: ExecutionFate, details: Partial<UploadErrorDetails>): UploadError {
		return new UploadError(code, message, {
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

/** The DataSet's rows now, where Domo tells them. */
export async function readRowCount({ stream }: UploadJob, client: DomoClient): Promise<number | undefined> {
	const dataSet = await orDomoError(getDataSet(client, stream.dataSet.id));
	return dataSet instanceof DomoError ? undefined : dataSet.rows;
}
