import { CodedError } from '../../domo/codedError';
import type { DomoClient, RetryNotice } from '../../domo/client';
import { uploadPart } from '../../domo/executions';
import type { ExecutionRef } from '../../domo/types';
import type { CompressionChoice, GzipLevel } from './compression';
import { ConcurrencyLimit } from './concurrencyLimit';
import { gzipInPlace } from './gzip';
import type { PartCutter, RawPart } from './parts';
import type { PartTools } from './partTools';
import type { TimeSpent } from './timeSpent';
import type { LandedPart } from '../uploadError';

export interface SendPartsOptions {
	maxConcurrentUploads: number;
	maxTries: number;
	requestTimeoutMs: number;
	/** Parts of an earlier run of the same input that Domo already has; they are checked and not sent again. */
	alreadyLanded: ReadonlyMap<number, LandedPart>;
	choice: CompressionChoice;
	tools: PartTools;
	/** Ends the sending of all parts. */
	stop: AbortController;
	/** Takes note of when parts are compressed, and when they are on their way. */
	spent: TimeSpent;
	onRetry: (notice: RetryNotice) => void;
	onLanded: (sent: SentTotals) => void;
}

export interface SentTotals {
	/** These three with what a resume did not send, as Domo had it. */
	parts: number;
	rows: number;
	csvBytes: number;
	/** What of them an earlier run had sent. */
	earlier: { rows: number; csvBytes: number };
	sentBytes: number;
	retries: number;
	plainParts: number;
	/** Of either level. */
	gzippedParts: number;
	fastParts: number;
	denseParts: number;
}

/** Before any part is sent. */
export function noTotals(): SentTotals {
	return {
		parts: 0,
		rows: 0,
		csvBytes: 0,
		earlier: { rows: 0, csvBytes: 0 },
		sentBytes: 0,
		retries: 0,
		plainParts: 0,
		gzippedParts: 0,
		fastParts: 0,
		denseParts: 0,
	};
}

/** The part that could not be sent, and why. */
export class PartRefused extends Error {
	override readonly name = 'PartRefused';

	constructor(
		readonly part: Pick<RawPart, 'id' | 'firstRow' | 'rows'>,
		override readonly cause: unknown,
	) {
		super(cause instanceof Error ? cause.message : String(cause));
	}
}

/** Why the other workers stop once one of them can't go on. */
export class Stopped extends Error {
	override readonly name = 'Stopped';
}

/**
 * Sends all parts of an input: N workers draw from one cutter, each gzips its own part and sends it until Domo
 * answers 200. The first part that can't be saved stops the drawing of new ones and cancels its siblings.
 */
export class PartSender {
	readonly totals: SentTotals = noTotals();
	readonly landed: LandedPart[] = [];
	private readonly limit: ConcurrencyLimit;
	/** One for each request under way: sixteen listeners on one signal would make Node.js warn of a leak. */
	private readonly cancels = new Set<AbortController>();

	constructor(
		private readonly client: DomoClient,
		private readonly options: SendPartsOptions,
	) {
		this.limit = new ConcurrencyLimit(options.maxConcurrentUploads);
	}

	/**
	 * @param firstPart the part that was already drawn, before anything was asked of Domo
	 * @param execution may still be on its way: each worker has its first part gzipped by the time it is there
	 * @throws the first PartRefused, InputError, the stop signal's reason, or why there is no execution, after every
	 *   worker has ended
	 */
	async sendAll(cutter: PartCutter, firstPart: RawPart, execution: Promise<ExecutionRef>): Promise<void> {
		const { stop, maxConcurrentUploads } = this.options;
		const cancelAll = () => this.cancels.forEach((cancel) => cancel.abort(stop.signal.reason));
		stop.signal.addEventListener('abort', cancelAll, { once: true });
		let first: RawPart | null = firstPart;
		let cause: unknown;
		const work = async () => {
			for (;;) {
				const part = first ?? (await cutter.next());
				first = null;
				if (part === null) return;
				await this.handle(part, execution);
				stop.signal.throwIfAborted();
			}
		};
		const workers = Array.from({ length: maxConcurrentUploads }, async () => {
			await work().catch((error: unknown) => {
				// Only the first cause counts: what follows is the siblings' being cancelled by it.
				cause ??= error;
				stop.abort(new Stopped('another part could not be sent'));
			});
		});
		await Promise.all(workers);
		stop.signal.removeEventListener('abort', cancelAll);
		if (cause !== undefined) throw asGiven(cause);
	}

	private async handle(part: RawPart, execution: Promise<ExecutionRef>): Promise<void> {
		const known = this.options.alreadyLanded.get(part.id);
		let isReadNoMore = false;
		try {
			if (known) {
				requireSamePart(part, known);
				isReadNoMore = true;
			} else {
				isReadNoMore = await this.gzipAndSend(part, execution);
			}
		} finally {
			part.release(isReadNoMore);
		}
		this.totals.parts++;
		this.totals.rows += part.rows;
		this.totals.csvBytes += part.rawBytes;
		if (known) {
			this.totals.earlier.rows += part.rows;
			this.totals.earlier.csvBytes += part.rawBytes;
		}
		if (part.sha256 !== undefined) {
			this.landed.push({ part: part.id, firstRow: part.firstRow, rows: part.rows, sha256: part.sha256 });
		}
		this.options.onLanded(this.totals);
	}

	/** @returns whether nothing reads the part's memory any more */
	private async gzipAndSend(part: RawPart, execution: Promise<ExecutionRef>): Promise<boolean> {
		const { choice, stop, spent } = this.options;
		const { body, kind } = await spent.during('cpu', async () => await this.encode(part));
		const onItsWay = choice.line.add(body.length);
		const endWaiting = spent.begin('line');
		let isReadNoMore: boolean;
		try {
			const ref = await execution;
			await this.limit.enter();
			try {
				stop.signal.throwIfAborted();
				onItsWay.begin();
				isReadNoMore = await this.send(part, ref, body);
				this.limit.good();
			} finally {
				this.limit.leave();
			}
			onItsWay.end(this.client.fastestAnswerMs);
		} finally {
			onItsWay.drop();
			endWaiting();
		}
		this.totals.sentBytes += body.length;
		this.totals[`${kind}Parts`]++;
		if (kind !== 'plain') this.totals.gzippedParts++;
		return isReadNoMore;
	}

	private async encode({
		encoding,
		memory,
		rawBytes,
	}: RawPart): Promise<{ body: Buffer; kind: GzipLevel | 'plain' }> {
		if (encoding === 'none') return { body: memory.raw, kind: 'plain' };
		const { choice, stop, tools } = this.options;
		const { level, end } = choice.beginGzip(rawBytes, tools.fastGzip.isAvailable);
		const [from, to] = [memory.from, memory.from + rawBytes];
		const body =
			level === 'fast'
				? await tools.fastGzip.inPlace(memory.bytes, from, to, stop.signal)
				: await gzipInPlace(memory.bytes, from, to, stop.signal);
		end();
		return { body, kind: level };
	}

	/**
	 * A good answer says that Domo has read the whole body. One that was refused may be read on: a server can answer
	 * before it has read it, and Node.js then goes on sending it for as long as that takes. So the memory of a part that
	 * left more than once, be it n8n's own second sending after a 401, is not used again.
	 *
	 * @returns whether nothing reads the body any more
	 */
	private async send(part: RawPart, execution: ExecutionRef, body: Buffer): Promise<boolean> {
		const { maxTries, requestTimeoutMs } = this.options;
		const cancel = new AbortController();
		this.cancels.add(cancel);
		let sendings = 0;
		await uploadPart(this.client, execution, part.id, body, part.encoding, {
			timeoutMs: requestTimeoutMs,
			maxTries,
			signal: cancel.signal,
			onSend: () => sendings++,
			onRetry: (notice) => {
				const { status } = notice.error.details;
				this.totals.retries++;
				if (status === 429 || status === 503) this.limit.busy();
				this.options.onRetry(notice);
			},
		})
			.catch((error: unknown) => {
				throw new PartRefused(part, error);
			})
			.finally(() => this.cancels.delete(cancel));
		return sendings === 1;
	}
}

/** A resume whose input is no longer the one the landed parts were made of. */
export class InputChanged extends CodedError {
	override readonly name = 'InputChanged';

	constructor(part: Pick<RawPart, 'id'>) {
		super('UPLOAD_RESUME_INPUT_CHANGED', `the input has changed since part ${part.id} was sent`, {});
	}
}

/** @throws InputChanged where a part of a resume is not the one that landed */
export function requireSamePart(part: RawPart, known: LandedPart): void {
	if (known.sha256 !== part.sha256 || known.rows !== part.rows || known.firstRow !== part.firstRow) {
		throw new InputChanged(part);
	}
}

function asGiven(cause: unknown): unknown {
	return cause;
}
