import { counted } from '../shownNumber';
import type { DomoClient, RetryNotice } from '../../domo/client';
import { DomoError } from '../../domo/errors';
import { cancelled } from '../../domo/retry';
import type { ExecutionRef } from '../../domo/types';
import { asksForRowsBefore, runChecks } from './checks';
import { commitUpload } from './commitUpload';
import { inWords, waitUntil } from '../execution/commitSpacing';
import { CompressionChoice } from '../parts/compression';
import { givenUp, resumeNotBegun, type Reached } from './giveUp';
import { InputError } from '../inputError';
import { MemoryBudget } from '../parts/memoryBudget';
import { notOpened, openUpload } from './openUpload';
import { PartCutter, type RawPart } from '../parts/parts';
import { ProgressLog } from './progressLog';
import { planOf, requireAllParts } from './resume';
import type { RowSource } from '../rowSource';
import { noTotals, PartSender, type SentTotals } from '../parts/sendParts';
import { readRowCount, UploadJob, type UploadTarget } from './uploadJob';
import type { UploadOptions } from './uploadOptions';
import { summaryOf, type UploadSummary } from './uploadSummary';
import { withMore } from '../withMore';

export { DEFAULT_TIMING, type UploadOptions, type UploadTiming } from './uploadOptions';
export type { StreamToMake, UploadTarget } from './uploadJob';
export type { UploadSummary } from './uploadSummary';

/**
 * Uploads all rows of a source into a Stream's DataSet: opens an execution, sends the parts side by side, and
 * commits only if every part was answered 200 and the counts agree.
 *
 * @param client its signal ends the upload (Stop, a workflow's time-out); the own execution is then aborted
 * @param target the Stream as read from Domo, or one that is made once every check has passed
 * @param source closed at the end in any case
 * @returns a summary; once a commit was answered 200 it never throws unless Domo says that the data did not land
 * @throws InputError before anything is committed, when the input is faulty
 * @throws UploadError, DomoError
 */
export async function upload(
	client: DomoClient,
	target: UploadTarget,
	source: RowSource,
	options: UploadOptions,
): Promise<UploadSummary> {
	const job = new UploadJob(client, target, source, options);
	try {
		return await new UploadRun(job).run();
	} finally {
		await source.close();
		job.sayMade();
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
			tools: options.tools,
			signal: this.stop.signal,
			// Hashing costs time, and only a resume asks for it.
			withSha256: options.onFailure === 'keepOpen' || options.resume !== undefined,
			nextChoice: () => this.choice.next(),
			partsAtOnce: options.maxConcurrentUploads,
			spent: job.spent,
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
			const firstPart = await this.checkedFirstPart().catch((cause: unknown) => {
				throw nothingSent(cause, this.job);
			});
			if (firstPart === null) return await this.uploadNothing();
			return await this.uploadRows(firstPart);
		} finally {
			signal?.removeEventListener('abort', onCancel);
			this.stop.abort();
		}
	}

	private async checkedFirstPart(): Promise<RawPart | null> {
		const { job } = this;
		const firstPart = await this.cutter.next();
		if (firstPart === null) this.compareWithInput();
		const rows = firstPart === null ? 0 : job.source.rowCount;
		await runChecks(job, 'rows', {
			rows,
			isDrawn: firstPart === null,
			rowsBefore: async () => await this.readRowCount(),
		});
		return firstPart;
	}

	private async uploadNothing(): Promise<UploadSummary> {
		const { job } = this;
		if (job.updateMethod !== 'REPLACE') {
			job.options.hint('The input has no rows, so nothing was sent.');
			return summaryOf(job, null, 'NOTHING_TO_UPLOAD', noTotals());
		}
		const execution = await openUpload(job, this.stop.signal).catch(async (cause: unknown) => {
			throw await notOpened(job, cause);
		});
		const reached = () => ({ execution, partsCut: 0, landed: [] });
		return await this.commit(reached, noTotals(), async () => undefined);
	}

	private async uploadRows(firstPart: RawPart): Promise<UploadSummary> {
		const { job, cutter } = this;
		const isCounted = job.options.waitForCompletion || asksForRowsBefore(job);
		const sender = this.newSender();
		// The first parts are cut and gzipped while Domo opens the execution.
		const opening = openUpload(job, this.stop.signal);
		// Read once nobody else's execution can still end, and before our own commit: the count an APPEND must add to.
		const countingBefore = opening.then(
			async () => (isCounted ? await this.readRowCount() : undefined),
			() => undefined,
		);
		const failure = await failureOf(sender.sendAll(cutter, firstPart, opening));
		job.sentAtMs = job.spent.now();
		const execution = await opening.catch(async (cause: unknown) => {
			// An opening that was called off by a fault in the input ends with that fault.
			const isCalledOff = failure?.cause instanceof InputError && isCancelled(cause);
			throw await notOpened(job, isCalledOff ? nothingSent(failure.cause, job, true) : cause);
		});
		const reached = () => ({ execution, partsCut: cutter.cut.parts, landed: sender.landed });
		return await this.commit(reached, sender.totals, async () => {
			if (failure) throw failure.cause;
			const rowsBefore = await countingBefore;
			this.compareCounts(sender);
			const { rows } = sender.totals;
			await runChecks(job, 'rows', { rows, isDrawn: true, rowsBefore: async () => rowsBefore });
			return rowsBefore;
		});
	}

	/**
	 * Commits, as soon as Domo takes it.
	 *
	 * @param ready gives the DataSet's rows before, or why there is nothing to commit
	 */
	private async commit(
		reached: () => Reached,
		totals: SentTotals,
		ready: () => Promise<number | undefined>,
	): Promise<UploadSummary> {
		const { job } = this;
		let rowsBefore: number | undefined;
		try {
			rowsBefore = await ready();
			await this.awaitCommitTime(reached().execution);
			if (job.isStopped) throw cancelled('Stopped before the commit');
		} catch (cause) {
			throw await givenUp(job, reached(), cause);
		}
		// Nothing is drawn any more, and Domo may index for minutes.
		await job.source.close();
		return await commitUpload(job, reached().execution, totals, rowsBefore);
	}

	private newSender(): PartSender {
		const { job, cutter } = this;
		const { client, options, source, spent } = job;
		const progress = new ProgressLog(
			options.log,
			options.timing.progressMs,
			() => spent.now() - spent.waitedMs('otherExecution'),
		);
		return new PartSender(client, {
			maxConcurrentUploads: options.maxConcurrentUploads,
			maxTries: options.maxTries,
			requestTimeoutMs: options.requestTimeoutMs,
			alreadyLanded: new Map(options.resume?.landedParts.map((part) => [part.part, part])),
			choice: this.choice,
			tools: options.tools,
			stop: this.stop,
			spent,
			onRetry: (notice) => options.log(retryLine(notice)),
			onLanded: (sent) =>
				progress.landed({ streamId: job.stream.id, sent, cutBytes: cutter.cut.bytes, source }),
		});
	}

	/** What the input has must have been cut, what was cut must have been sent, and Domo can hold no part beyond it. */
	private compareCounts({ totals }: PartSender): void {
		const { cut } = this.cutter;
		requireAllParts(cut.parts, this.job.options.resume);
		this.compareWithInput();
		if (cut.parts === totals.parts && cut.rows === totals.rows) return;
		throw new Error(
			`${counted(cut.parts, 'part')} with ${counted(cut.rows, 'row')} cut, but ${counted(totals.parts, 'part')} with ${counted(totals.rows, 'row')} sent. ${DEFECT}`,
		);
	}

	/** Only items are counted before they are drawn. */
	private compareWithInput(): void {
		const { rowCount } = this.job.source;
		const { rows } = this.cutter.cut;
		if (rowCount === undefined || rowCount === rows) return;
		throw new Error(`The input has ${counted(rowCount, 'row')}, but ${rows} were cut into parts. ${DEFECT}`);
	}

	private async readRowCount(): Promise<number | undefined> {
		return await readRowCount(this.job, this.job.client.withSignal(this.stop.signal));
	}

	/** The 15-minute rule, for those who would rather wait than be refused. */
	private async awaitCommitTime({ executionId }: ExecutionRef): Promise<void> {
		const { client, options, spent, commitAllowedAtMs: atMs } = this.job;
		if (atMs === undefined || atMs <= Date.now()) return;
		if (options.commitTooSoon === 'wait') {
			options.log(
				`All parts are in; waiting until ${inWords(atMs)} with the commit of the execution ${executionId}.`,
			);
			await spent.during('commitTime', async () => await waitUntil(atMs, client));
		} else if (options.commitTooSoon === 'try') {
			options.hint(
				`The Stream was committed less than ${counted(options.minMinutesBetweenCommits, 'minute')} ago. Domo may refuse a commit before ${inWords(atMs)}.`,
			);
		}
	}
}

/**
 * A fault in the input that was found before any part was sent.
 *
 * @param isOpening others' executions may have been aborted by then, as 'Active Execution' says
 */
function nothingSent(cause: unknown, job: UploadJob, isOpening = false): unknown {
	if (!(cause instanceof InputError)) return cause;
	const { resume } = job.options;
	if (resume && !isOpening) return resumeNotBegun(job, resume, cause);
	const left = resume ? `, and the execution ${resume.executionId} was left as it is` : '';
	return withMore(cause, `${isOpening ? 'No rows were' : 'Nothing was'} sent${left}.`);
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
