import type { DomoClient, RetryNotice } from '../domo/client';
import { getDataSet } from '../domo/dataSets';
import { DomoError, orDomoError } from '../domo/errors';
import { ensureAborted, getExecution, isFailed, listRecentExecutions } from '../domo/executions';
import type { Execution, Stream, UpdateMethod } from '../domo/types';
import { commitSettled, type CommitOutcome } from './commit';
import { inWords, nextCommitAtMs, waitUntil, type CommitTooSoon } from './commitSpacing';
import { CompressionChoice, type Compression } from './compression';
import { InputError } from './inputError';
import { MemoryBudget } from './memoryBudget';
import { openExecution, type ActiveExecutionChoice } from './openExecution';
import { PartCutter, type RawPart } from './parts';
import { locateRefusal } from './refusedRow';
import { FewerParts, planOf, type ResumePoint } from './resume';
import type { RowSource } from './rowSource';
import { InputChanged, PartRefused, PartSender, type SentTotals } from './sendParts';
import type { SchemaChange } from './schemaChange';
import { UploadError, type ExecutionFate } from './uploadError';
import { verifyRowCount } from './verify';

export interface UploadOptions {
	/** `stream`: as the Stream is set. */
	updateMethod: 'stream' | UpdateMethod;
	partSizeBytes: number;
	/** A second cap on a part; Infinity for none. */
	rowsPerPart: number;
	maxConcurrentUploads: number;
	maxTries: number;
	requestTimeoutMs: number;
	memoryBudgetBytes: number;
	compression: Compression;
	onFailure: 'abort' | 'keepOpen';
	waitForCompletion: boolean;
	waitTimeoutMs: number;
	activeExecution: ActiveExecutionChoice;
	staleAfterHours: number;
	trustExecutionUpdateMethod: boolean;
	allowEmptyReplace: boolean;
	/** A REPLACE with less than this share of the DataSet's present rows is refused; 0 for no such guard. */
	refuseShrinkBelowPercent: number;
	commitTooSoon: CommitTooSoon;
	minMinutesBetweenCommits: number;
	/** Columns to add to the DataSet before the execution is opened. */
	schemaChange?: SchemaChange;
	resume?: ResumePoint;
	/** Pauses between looks at a state; see DEFAULT_TIMING. */
	timing: UploadTiming;
	/** Lines for the user: what was decided for them, what they should look at. */
	hint: (message: string) => void;
	/** Lines for n8n's log. */
	log: (message: string) => void;
	onProgress?: (sent: SentTotals) => void;
}

export interface UploadTiming {
	pollMs: number;
	/** A commit without an answer is sent again if the execution is still ACTIVE after this. */
	recommitAfterMs: number;
	verifyTimeoutMs: number;
}

/** Changed by tests only. */
export const DEFAULT_TIMING: UploadTiming = { pollMs: 250, recommitAfterMs: 60_000, verifyTimeoutMs: 60_000 };

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
	const run = new UploadRun(client, stream, source, options);
	try {
		return await run.run();
	} finally {
		await source.close();
	}
}

class UploadRun {
	private readonly startedAtMs = performance.now();
	private readonly stop = new AbortController();
	private readonly updateMethod: UpdateMethod;
	private readonly cutter: PartCutter;
	private readonly choice: CompressionChoice;
	/** When Domo takes the Stream's next commit, as far as is known. */
	private commitAllowedAtMs: number | undefined;
	readonly budget: MemoryBudget;

	constructor(
		private readonly client: DomoClient,
		private readonly stream: Stream,
		private readonly source: RowSource,
		private readonly options: UploadOptions,
	) {
		this.updateMethod = options.updateMethod === 'stream' ? ownMethod(stream) : options.updateMethod;
		this.budget = new MemoryBudget(options.memoryBudgetBytes);
		this.choice = new CompressionChoice(options.compression);
		const { resume } = options;
		this.cutter = new PartCutter(source, {
			partSizeBytes: options.partSizeBytes,
			rowsPerPart: options.rowsPerPart,
			budget: this.budget,
			signal: this.stop.signal,
			// Hashing costs time, and only a resume asks for it.
			withSha256: options.onFailure === 'keepOpen' || resume !== undefined,
			nextChoice: () => this.choice.next(),
			partsAtOnce: options.maxConcurrentUploads,
			...(resume ? { plannedRows: planOf(resume) } : {}),
		});
	}

	async run(): Promise<UploadSummary> {
		const onCancel = () => this.stop.abort(this.client.signal?.reason);
		this.client.signal?.addEventListener('abort', onCancel, { once: true });
		if (this.client.signal?.aborted) onCancel();
		try {
			// The first part is drawn before anything is sent: faults in it cost nothing, and no execution is opened for none.
			const firstPart = await this.cutter.next().catch((cause: unknown) => {
				throw nothingSent(cause);
			});
			if (firstPart === null) return await this.uploadNothing();
			return await this.uploadRows(firstPart);
		} finally {
			this.client.signal?.removeEventListener('abort', onCancel);
			this.stop.abort();
		}
	}

	private async uploadNothing(): Promise<UploadSummary> {
		if (this.options.resume) {
			throw new InputError(
				`The input has no rows, so the execution ${this.options.resume.executionId} can't be resumed with it. Nothing was sent, and the execution is still open.`,
				"A resume needs the very same input.",
			);
		}
		if (this.updateMethod !== 'REPLACE') {
			this.options.hint('The input has no rows, so nothing was sent.');
			return this.summary(null, 'NOTHING_TO_UPLOAD', noTotals());
		}
		if (!this.options.allowEmptyReplace) {
			throw new InputError(
				"The input has no rows, and a REPLACE with none would empty the DataSet. Nothing was sent.",
				"If the DataSet is to be emptied, switch on 'Allow Empty Replace'.",
			);
		}
		const execution = await this.open();
		return await this.commit(execution, noTotals(), undefined);
	}

	private async uploadRows(firstPart: RawPart): Promise<UploadSummary> {
		const guardsShrinking = this.updateMethod === 'REPLACE' && this.options.refuseShrinkBelowPercent > 0;
		if (guardsShrinking && this.source.rowCount !== undefined) {
			this.refuseShrinking(this.source.rowCount, await this.readRowCount());
		}
		const sender = new PartSender(this.client, {
			streamId: this.stream.id,
			maxConcurrentUploads: this.options.maxConcurrentUploads,
			maxTries: this.options.maxTries,
			requestTimeoutMs: this.options.requestTimeoutMs,
			alreadyLanded: new Map(this.options.resume?.landedParts.map((part) => [part.part, part])),
			choice: this.choice,
			stop: this.stop,
			onRetry: (notice) => this.options.log(retryLine(notice)),
			onLanded: (sent) => this.options.onProgress?.(sent),
		});
		// The first parts are cut and gzipped while Domo opens the execution.
		const opening = this.openChanged();
		// Read once nobody else's execution can still end, and before our own commit: the count an APPEND must add to.
		const countingBefore = opening.then(
			async () => (this.options.waitForCompletion || guardsShrinking ? await this.readRowCount() : undefined),
			() => undefined,
		);
		const failure = await failureOf(sender.sendAll(this.cutter, firstPart, opening));
		const execution = await opening.catch((error: unknown) => {
			// An opening that was called off by a fault in the input ends with that fault.
			throw failure?.cause instanceof InputError && isCancelled(error) ? nothingSent(failure.cause) : error;
		});
		if (failure) await this.giveUp(execution, sender, failure.cause);
		const rowsBefore = await countingBefore;
		const { cut } = this.cutter;
		const earlier = this.options.resume?.partsCut ?? 0;
		if (cut.parts < earlier) await this.giveUp(execution, sender, new FewerParts(cut.parts, earlier));
		if (cut.parts !== sender.totals.parts || cut.rows !== sender.totals.rows) {
			await this.giveUp(execution, sender, new Error(`${cut.parts} parts with ${cut.rows} rows were cut, but ${sender.totals.parts} parts with ${sender.totals.rows} rows were sent`));
		}
		try {
			if (guardsShrinking) this.refuseShrinking(sender.totals.rows, rowsBefore);
			await this.awaitCommitTime(execution);
		} catch (cause) {
			await this.giveUp(execution, sender, cause);
		}
		return await this.commit(execution, sender.totals, rowsBefore);
	}

	/** Opens the execution with the DataSet's new columns in place, and takes them away again where that fails. */
	private async openChanged(): Promise<Execution> {
		const { resume, schemaChange } = this.options;
		if (resume) return await this.reopen(resume);
		if (!schemaChange) return await this.open();
		await schemaChange.apply();
		return await this.open().catch(async (cause: unknown) => {
			const fate = cause instanceof UploadError ? cause.details.fate : 'unknown';
			const said = await schemaChange.undo(fate);
			throw cause instanceof UploadError ? this.error(`${cause.message} ${said}`, fate, cause.details) : cause;
		});
	}

	private async readRowCount(): Promise<number | undefined> {
		const dataSet = await orDomoError(getDataSet(this.client.withSignal(this.stop.signal), this.stream.dataSet.id));
		return dataSet instanceof DomoError ? undefined : dataSet.rows;
	}

	private refuseShrinking(rows: number, rowsBefore: number | undefined): void {
		const { refuseShrinkBelowPercent: percent } = this.options;
		const advice = "If that is right, raise or remove 'Refuse Shrink Below (%)'.";
		if (rowsBefore === undefined) {
			throw new InputError(`Domo does not tell how many rows the DataSet has, which 'Refuse Shrink Below (%)' asks for`, advice);
		}
		if (rows >= (rowsBefore * percent) / 100) return;
		throw new InputError(
			`The input has ${rows} rows, and the DataSet has ${rowsBefore}: a REPLACE would leave less than ${percent} % of them`,
			advice,
		);
	}

	/** The 15-minute rule, for those who would rather wait than be refused. */
	private async awaitCommitTime(execution: Execution): Promise<void> {
		const { commitTooSoon, hint } = this.options;
		const atMs = this.commitAllowedAtMs;
		if (atMs === undefined || atMs <= Date.now()) return;
		if (commitTooSoon === 'wait') {
			this.options.log(`All parts are in; waiting until ${inWords(atMs)} with the commit of the execution ${execution.id}.`);
			await waitUntil(atMs, this.client);
		} else if (commitTooSoon === 'try') {
			hint(
				`The Stream was committed less than ${this.options.minMinutesBetweenCommits} minutes ago. Domo may refuse a commit before ${inWords(atMs)}.`,
			);
		}
	}

	private async open(): Promise<Execution> {
		const { options, stream, updateMethod } = this;
		return await openExecution(this.client, stream.id, {
			// The Stream's own method is never sent: APPEND on a Stream set to UPSERT may not mean an upsert any more.
			...(updateMethod === ownMethod(stream) ? {} : { updateMethod }),
			activeExecution: options.activeExecution,
			staleAfterHours: options.staleAfterHours,
			waitTimeoutMs: options.waitTimeoutMs,
			pollMs: options.timing.pollMs,
			trustExecutionUpdateMethod: options.trustExecutionUpdateMethod,
			hint: options.hint,
			giveUp: this.stop.signal,
			beforeCreate: (executions) => this.noteEarlierCommit(executions),
		});
	}

	private noteEarlierCommit(executions: readonly Execution[]): void {
		const { commitTooSoon, minMinutesBetweenCommits: minutes } = this.options;
		const atMs = nextCommitAtMs(executions, minutes);
		this.commitAllowedAtMs = atMs;
		if (commitTooSoon !== 'fail' || atMs === undefined || atMs <= Date.now()) return;
		throw this.error(
			`The Stream ${this.stream.id} was committed less than ${minutes} minutes ago: Domo takes its next commit at ${inWords(atMs)}. Nothing was sent.`,
			'notCreated',
			{ effect: 'none', advice: "Run again then, or set 'Commit Too Soon' to 'Wait'." },
		);
	}

	private async reopen(resume: ResumePoint): Promise<Execution> {
		const execution = await getExecution(this.client, this.stream.id, resume.executionId);
		const refused = (why: string, fate: ExecutionFate, advice: string) =>
			this.error(
				`The execution ${execution.id} of the Stream ${this.stream.id} can't be resumed: ${why}. Nothing was sent.`,
				fate,
				{ executionId: execution.id, effect: 'none', advice },
			);
		if (execution.currentState !== 'ACTIVE') {
			throw refused(`it is ${execution.currentState}`, isFailed(execution) ? 'aborted' : 'unknown', "Run again without 'Resume'.");
		}
		const opened = execution.updateMethod ?? resume.updateMethod;
		if (opened !== undefined && methodOf(opened) !== this.updateMethod) {
			throw refused(
				`it was opened to ${opened}, and now ${this.updateMethod} is chosen`,
				'open',
				"Choose the same 'Update Method' as in the earlier run, or abort the execution and run without 'Resume'.",
			);
		}
		return execution;
	}

	private async commit(
		execution: Execution,
		totals: SentTotals,
		rowsBefore: number | undefined,
	): Promise<UploadSummary> {
		const { options, stream } = this;
		if (this.client.signal?.aborted) {
			const fate = await this.endExecution(execution.id, 'abort');
			throw this.error('The upload was stopped before its commit: nothing of it is in the DataSet.', fate, { effect: 'none', executionId: execution.id });
		}
		options.log(`All ${totals.parts} parts with ${totals.rows} rows are in; committing the execution ${execution.id} of the Stream ${stream.id}.`);
		const outcome = await commitSettled(this.client, stream.id, execution.id, {
			waitForCompletion: options.waitForCompletion || totals.rows === 0,
			waitTimeoutMs: options.waitTimeoutMs,
			...options.timing,
			log: options.log,
		}).catch(async (cause: unknown) => {
			throw await this.commitRefused(execution.id, cause);
		});
		if (outcome.ending === 'failed') {
			const schema = (await options.schemaChange?.undo('committed')) ?? '';
			throw this.error(
				`Domo did not take the rows: the execution ${execution.id} of the Stream ${stream.id} ended as ${outcome.state} after its commit. ${schema}`.trimEnd(),
				'committed',
				{ effect: 'none', executionId: execution.id, advice: 'Look at the DataSet\'s history in Domo for the reason. The earlier rows are still there.' },
			);
		}
		if (outcome.ending !== 'success') {
			options.hint(unsettledHint(execution.id, outcome, options));
			return this.summary(execution.id, outcome.ending === 'unknown' ? 'unknown' : (outcome.state ?? 'ACTIVE'), totals);
		}
		return await this.verify(execution, outcome, totals, rowsBefore);
	}

	private async verify(
		execution: Execution,
		outcome: CommitOutcome,
		totals: SentTotals,
		rowsBefore: number | undefined,
	): Promise<UploadSummary> {
		const { stream, options } = this;
		const since = await orDomoError(listRecentExecutions(this.client, stream.id));
		const otherSince = since instanceof DomoError || since.some(({ id }) => id > execution.id);
		const { verified, dataSetRows, expectedRows } = await verifyRowCount(this.client, {
			dataSetId: stream.dataSet.id,
			updateMethod: this.updateMethod,
			rowsSent: totals.rows,
			rowsBefore,
			unforeseeable: isKeyed(stream) || otherSince,
			verifyTimeoutMs: options.timing.verifyTimeoutMs,
			pollMs: options.timing.pollMs,
		});
		if (verified === false) {
			options.hint(
				`The DataSet has ${dataSetRows} rows where ${expectedRows} were expected after this upload. Domo reports the execution ${execution.id} as ${outcome.state}; another job may have written meanwhile.`,
			);
		}
		return {
			...this.summary(execution.id, outcome.state ?? 'SUCCESS', totals),
			...(dataSetRows === undefined ? {} : { dataSetRows }),
			verified,
		};
	}

	/** Ends an upload that can't go on: aborts its own execution or keeps it, and says so in one error. */
	private async giveUp(execution: Execution, sender: PartSender, cause: unknown): Promise<never> {
		const stopped = this.client.signal?.aborted === true;
		const choice = stopped || cause instanceof InputError ? 'abort' : this.options.onFailure;
		const elsewhere = await this.abortedElsewhere(execution.id, cause);
		const fate = elsewhere ? 'aborted' : await this.endExecution(execution.id, choice);
		const leftOpen = {
			aborted: `The execution ${execution.id} was aborted: nothing of this upload is in the DataSet.`,
			open: `The execution ${execution.id} is kept open: nothing is in the DataSet yet. Hand this message's details to 'Resume', or abort the execution.`,
			unknown: `The execution ${execution.id} could not be aborted, but it was not committed: nothing of this upload is in the DataSet.`,
		}[fate];
		const schema = (await this.options.schemaChange?.undo(fate)) ?? '';
		const left = schema === '' ? leftOpen : `${leftOpen} ${schema}`;
		if (stopped) throw this.error(`The upload was stopped. ${left}`, fate, { executionId: execution.id, effect: 'none' });
		if (cause instanceof InputError) {
			throw withMore(cause, left);
		}
		const reason = elsewhere ?? (cause instanceof Error ? cause.message : String(cause));
		const domo = cause instanceof PartRefused && cause.cause instanceof DomoError ? cause.cause.details : undefined;
		throw this.error(`${this.whichPart(cause)}${reason}. ${left}`, fate, {
			executionId: execution.id,
			effect: 'none',
			...(cause instanceof PartRefused ? { part: cause.part.id } : {}),
			...(domo?.toe ? { toe: domo.toe } : {}),
			...(cause instanceof InputChanged || cause instanceof FewerParts
				? { advice: "A resume needs the very same input and options. Run again without 'Resume'." }
				: domo?.advice ? { advice: domo.advice } : {}),
			...(fate === 'open' ? this.resumePoint(sender) : {}),
		});
	}

	/** What a later run needs to send only what is missing. */
	private resumePoint(sender: PartSender): Omit<ResumePoint, 'streamId' | 'executionId'> {
		const { resume } = this.options;
		// Parts that a resume had not come to yet are still in Domo.
		const landed = new Map(resume?.landedParts.map((part) => [part.part, part]));
		for (const part of sender.landed) landed.set(part.part, part);
		return {
			partsCut: Math.max(this.cutter.cut.parts, resume?.partsCut ?? 0),
			updateMethod: this.updateMethod,
			partSizeBytes: this.options.partSizeBytes,
			rowsPerPart: Number.isFinite(this.options.rowsPerPart) ? this.options.rowsPerPart : 0,
			landedParts: [...landed.values()].sort((a, b) => a.part - b.part),
		};
	}

	private whichPart(cause: unknown): string {
		return cause instanceof PartRefused ? `${locateRefusal(this.source, cause.part, cause.cause)}: ` : '';
	}

	/** Whether someone else's new execution has aborted ours, which is then the real reason. */
	private async abortedElsewhere(executionId: number, cause: unknown): Promise<string | undefined> {
		if (!(cause instanceof PartRefused) || !(cause.cause instanceof DomoError)) return undefined;
		if (cause.cause.details.kind !== 'refused') return undefined;
		const detached = this.client.withSignal(undefined);
		const executions = await orDomoError(listRecentExecutions(detached, this.stream.id));
		if (executions instanceof DomoError) return undefined;
		const own = executions.find(({ id }) => id === executionId);
		const newer = executions.find(({ id }) => id > executionId);
		if (own?.currentState !== 'ABORTED' || !newer) return undefined;
		return `Someone else opened the execution ${newer.id} on the Stream ${this.stream.id}, and that aborted the execution ${executionId} of this upload`;
	}

	private async endExecution(executionId: number, choice: 'abort' | 'keepOpen'): Promise<'aborted' | 'open' | 'unknown'> {
		if (choice === 'keepOpen') return 'open';
		// Without the run's signal: the abort goes out even after Stop.
		const outcome = await orDomoError(ensureAborted(this.client.withSignal(undefined), this.stream.id, executionId));
		if (!(outcome instanceof DomoError)) return 'aborted';
		this.options.log(outcome.message);
		return 'unknown';
	}

	private async commitRefused(executionId: number, cause: unknown): Promise<unknown> {
		if (!(cause instanceof DomoError)) return cause;
		const schema = (await this.options.schemaChange?.undo('open')) ?? '';
		return this.error(
			`${cause.message}. All parts are uploaded and the execution ${executionId} is still open; nothing is in the DataSet yet. ${schema}`.trimEnd(),
			'open',
			{
				executionId,
				effect: 'none',
				...(cause.details.toe ? { toe: cause.details.toe } : {}),
				advice: `Commit it with the operation 'Commit' ${
					this.commitAllowedAtMs && this.commitAllowedAtMs > Date.now() ? `at ${inWords(this.commitAllowedAtMs)}` : 'later'
				} (Domo allows one commit per 15 minutes and Stream by default), or abort it.`,
			},
		);
	}

	private error(
		message: string,
		fate: ExecutionFate,
		details: Partial<ConstructorParameters<typeof UploadError>[1]>,
	): UploadError {
		return new UploadError(message, {
			streamId: this.stream.id,
			dataSetId: this.stream.dataSet.id,
			fate,
			effect: 'unknown',
			...details,
		});
	}

	private summary(executionId: number | null, state: string, totals: SentTotals): UploadSummary {
		const { rows, parts, ...others } = totals;
		// What a person looks for first stands first: the editor's table shows only a few columns.
		return {
			state,
			rows,
			parts,
			updateMethod: this.updateMethod,
			...others,
			durationMs: Math.round(performance.now() - this.startedAtMs),
			streamId: this.stream.id,
			dataSetId: this.stream.dataSet.id,
			executionId,
		};
	}
}

/** A fault in the input that was found before anything was asked of Domo. */
function nothingSent(cause: unknown): unknown {
	return cause instanceof InputError ? withMore(cause, 'Nothing was sent.') : cause;
}

function withMore({ message, description, itemIndex }: InputError, more: string): InputError {
	return new InputError(`${message.replace(/\.$/, '')}. ${more}`, description, itemIndex);
}

/** What a promise was rejected with; undefined where it was not. */
async function failureOf(promise: Promise<unknown>): Promise<{ cause: unknown } | undefined> {
	return await promise.then(
		() => undefined,
		(cause: unknown) => ({ cause }),
	);
}

function isCancelled(error: unknown): boolean {
	return error instanceof DomoError && error.details.kind === 'cancelled';
}

function ownMethod(stream: Stream): UpdateMethod {
	return methodOf(stream.updateMethod);
}

function methodOf(updateMethod: string): UpdateMethod {
	// "UPSERT" is what two SDKs send for a keyed Stream; each APPEND to one is an upsert.
	return updateMethod === 'REPLACE' ? 'REPLACE' : 'APPEND';
}

function isKeyed(stream: Stream): boolean {
	return stream.updateMethod === 'UPSERT' || (stream.keyColumnNames?.length ?? 0) > 0;
}

function noTotals(): SentTotals {
	return { parts: 0, rows: 0, csvBytes: 0, sentBytes: 0, retries: 0, plainParts: 0, gzippedParts: 0 };
}

function unsettledHint(executionId: number, outcome: CommitOutcome, options: UploadOptions): string {
	if (outcome.ending === 'unknown') {
		return `The commit of the execution ${executionId} was sent, but whether it took effect is not known (${outcome.reason}). Look at the DataSet before you load these rows again.`;
	}
	if (!options.waitForCompletion) return `The execution ${executionId} is committed; Domo is indexing it.`;
	return `The execution ${executionId} is committed, but Domo was still indexing it after ${Math.round(options.waitTimeoutMs / 1000)} s. That can take 15 minutes; don't load these rows again.`;
}

function retryLine({ what, triesMade, pauseMs, error }: RetryNotice): string {
	return `Try ${triesMade} to ${what}: ${error.message}. Next try in ${Math.round(pauseMs)} ms.`;
}
