import type { DomoClient, RetryNotice } from '../domo/client';
import { getDataSet } from '../domo/dataSets';
import { DomoError, orDomoError } from '../domo/errors';
import { cancelled } from '../domo/retry';
import type { Execution, Stream } from '../domo/types';
import { commitUpload } from './commitUpload';
import { inWords, waitUntil } from './commitSpacing';
import { CompressionChoice } from './compression';
import { givenUp } from './giveUp';
import { InputError } from './inputError';
import { MemoryBudget } from './memoryBudget';
import { notOpened, openUpload } from './openUpload';
import { PartCutter, type RawPart } from './parts';
import { FewerParts, planOf, type ResumePoint } from './resume';
import type { RowSource } from './rowSource';
import { PartSender } from './sendParts';
import { refuseShrinking } from './shrinkGuard';
import { UploadJob } from './uploadJob';
import type { UploadOptions } from './uploadOptions';
import { noTotals, summaryOf, type UploadSummary } from './uploadSummary';
import { withMore } from './withMore';

export { DEFAULT_TIMING, type UploadOptions, type UploadTiming } from './uploadOptions';
export type { UploadSummary } from './uploadSummary';

/**
 * Uploads all rows of a source into a Stream's DataSet: opens an execution, sends the parts side by side, and
 * commits only if every part was answered 200 and the counts agree.
 *
 * @param client its signal ends the upload (Stop, a workflow's time-out); the own execution is then aborted
 * @param stream as read from Domo
 * @param source closed at the end in any case
 * @returns a summary; once a commit was answered 200 it never throws unless Domo says that the data did not land
 * @throws InputError before anything is committed, when the input is faulty
 * @throws UploadError, DomoError
 */
export async function upload(
	client: DomoClient,
	stream: Stream,
	source: RowSource,
	options: UploadOptions,
): Promise<UploadSummary> {
	const run = new UploadRun(new UploadJob(client, stream, source, options));
	try {
		return await run.run();
	} finally {
		await source.close();
	}
}

/** Counts that differ are no one's doing but this package's. */
const DEFECT = 'This is a defect of this package: please report it';

class UploadRun {
	private readonly stop = new AbortController();
	private readonly cutter: PartCutter;
	private readonly choice: CompressionChoice;

	constructor(private readonly job: UploadJob) {
		const { client, options } = job;
		this.choice = new CompressionChoice(options.compression, () => client.fastestAnswerMs);
		this.cutter = new PartCutter(job.source, {
			partSizeBytes: options.partSizeBytes,
			rowsPerPart: options.rowsPerPart,
			budget: new MemoryBudget(options.memoryBudgetBytes),
			signal: this.stop.signal,
			// Hashing costs time, and only a resume asks for it.
			withSha256: options.onFailure === 'keepOpen' || options.resume !== undefined,
			nextChoice: () => this.choice.next(),
			partsAtOnce: options.maxConcurrentUploads,
			...(options.resume ? { plannedRows: planOf(options.resume) } : {}),
		});
	}

	async run(): Promise<UploadSummary> {
		const { signal } = this.job.client;
		const onCancel = () => this.stop.abort(signal?.reason);
		signal?.addEventListener('abort', onCancel, { once: true });
		if (signal?.aborted) onCancel();
		try {
			// The first part is drawn before anything is sent: faults in it cost nothing, and no execution is opened for none.
			const firstPart = await this.cutter.next().catch((cause: unknown) => {
				throw nothingSent(cause, this.job.options.resume);
			});
			if (firstPart === null) return await this.uploadNothing();
			return await this.uploadRows(firstPart);
		} finally {
			signal?.removeEventListener('abort', onCancel);
			this.stop.abort();
		}
	}

	private async uploadNothing(): Promise<UploadSummary> {
		const { job } = this;
		this.compareWithInput();
		const { resume, hint, allowEmptyReplace } = job.options;
		if (resume) {
			throw new InputError(
				`The input has no rows, so the execution ${resume.executionId} can't be resumed with it. Nothing was sent, and the execution is still open.`,
				"A resume needs the very same input.",
			);
		}
		if (job.updateMethod !== 'REPLACE') {
			hint('The input has no rows, so nothing was sent.');
			return summaryOf(job, null, 'NOTHING_TO_UPLOAD', noTotals());
		}
		if (!allowEmptyReplace) {
			throw new InputError(
				"The input has no rows, and a REPLACE with none would empty the DataSet. Nothing was sent.",
				"If the DataSet is to be emptied, switch on 'Allow Empty Replace'.",
			);
		}
		const execution = await openUpload(job, this.stop.signal).catch(async (cause: unknown) => {
			throw await notOpened(job, cause);
		});
		if (job.isStopped) throw await givenUp(job, { execution, partsCut: 0, landed: [] }, undefined);
		return await commitUpload(job, execution, noTotals(), undefined);
	}

	private async uploadRows(firstPart: RawPart): Promise<UploadSummary> {
		const { job, cutter } = this;
		const { refuseShrinkBelowPercent, waitForCompletion } = job.options;
		const guardsShrinking = job.updateMethod === 'REPLACE' && refuseShrinkBelowPercent > 0;
		if (guardsShrinking && job.source.rowCount !== undefined) {
			refuseShrinking(job.source.rowCount, await this.readRowCount(), refuseShrinkBelowPercent);
		}
		const sender = this.newSender();
		// The first parts are cut and gzipped while Domo opens the execution.
		const opening = openUpload(job, this.stop.signal);
		// Read once nobody else's execution can still end, and before our own commit: the count an APPEND must add to.
		const countingBefore = opening.then(
			async () => (waitForCompletion || guardsShrinking ? await this.readRowCount() : undefined),
			() => undefined,
		);
		const failure = await failureOf(sender.sendAll(cutter, firstPart, opening));
		const execution = await opening.catch(async (cause: unknown) => {
			// An opening that was called off by a fault in the input ends with that fault.
			const isCalledOff = failure?.cause instanceof InputError && isCancelled(cause);
			throw await notOpened(job, isCalledOff ? nothingSent(failure.cause, job.options.resume) : cause);
		});
		let rowsBefore: number | undefined;
		try {
			if (failure) throw failure.cause;
			rowsBefore = await countingBefore;
			this.compareCounts(sender);
			if (guardsShrinking) refuseShrinking(sender.totals.rows, rowsBefore, refuseShrinkBelowPercent);
			await this.awaitCommitTime(execution);
			if (job.isStopped) throw cancelled('commit');
		} catch (cause) {
			throw await givenUp(job, { execution, partsCut: cutter.cut.parts, landed: sender.landed }, cause);
		}
		return await commitUpload(job, execution, sender.totals, rowsBefore);
	}

	private newSender(): PartSender {
		const { client, stream, options } = this.job;
		return new PartSender(client, {
			streamId: stream.id,
			maxConcurrentUploads: options.maxConcurrentUploads,
			maxTries: options.maxTries,
			requestTimeoutMs: options.requestTimeoutMs,
			alreadyLanded: new Map(options.resume?.landedParts.map((part) => [part.part, part])),
			choice: this.choice,
			stop: this.stop,
			onRetry: (notice) => options.log(retryLine(notice)),
			onLanded: (sent) => options.onProgress?.(sent),
		});
	}

	/** What the input has must have been cut, what was cut must have been sent, and Domo can hold no part beyond it. */
	private compareCounts({ totals }: PartSender): void {
		const { cut } = this.cutter;
		const earlier = this.job.options.resume?.partsCut ?? 0;
		if (cut.parts < earlier) throw new FewerParts(cut.parts, earlier);
		this.compareWithInput();
		if (cut.parts === totals.parts && cut.rows === totals.rows) return;
		throw new Error(
			`${cut.parts} parts with ${cut.rows} rows were cut, but ${totals.parts} parts with ${totals.rows} rows were sent. ${DEFECT}`,
		);
	}

	/** Only items are counted before they are drawn. */
	private compareWithInput(): void {
		const { rowCount } = this.job.source;
		const { rows } = this.cutter.cut;
		if (rowCount === undefined || rowCount === rows) return;
		throw new Error(`The input has ${rowCount} rows, but ${rows} were cut into parts. ${DEFECT}`);
	}

	private async readRowCount(): Promise<number | undefined> {
		const { client, stream } = this.job;
		const dataSet = await orDomoError(getDataSet(client.withSignal(this.stop.signal), stream.dataSet.id));
		return dataSet instanceof DomoError ? undefined : dataSet.rows;
	}

	/** The 15-minute rule, for those who would rather wait than be refused. */
	private async awaitCommitTime(execution: Execution): Promise<void> {
		const { client, options, commitAllowedAtMs: atMs } = this.job;
		if (atMs === undefined || atMs <= Date.now()) return;
		if (options.commitTooSoon === 'wait') {
			options.log(`All parts are in; waiting until ${inWords(atMs)} with the commit of the execution ${execution.id}.`);
			await waitUntil(atMs, client);
		} else if (options.commitTooSoon === 'try') {
			options.hint(
				`The Stream was committed less than ${options.minMinutesBetweenCommits} minutes ago. Domo may refuse a commit before ${inWords(atMs)}.`,
			);
		}
	}
}

/** A fault in the input that was found before any part was sent. */
function nothingSent(cause: unknown, resume: ResumePoint | undefined): unknown {
	const stillOpen = resume ? `, and the execution ${resume.executionId} is still open` : '';
	return cause instanceof InputError ? withMore(cause, `Nothing was sent${stillOpen}.`) : cause;
}

/** What a promise was rejected with; undefined where it was not. */
async function failureOf(promise: Promise<unknown>): Promise<{ cause: unknown } | undefined> {
	return await promise.then(
		() => undefined,
		(cause: unknown) => ({ cause }),
	);
}

function isCancelled(cause: unknown): boolean {
	return cause instanceof DomoError && cause.details.kind === 'cancelled';
}

function retryLine({ what, triesMade, pauseMs, error }: RetryNotice): string {
	return `Try ${triesMade} to ${what}: ${error.message}. Next try in ${Math.round(pauseMs)} ms.`;
}
