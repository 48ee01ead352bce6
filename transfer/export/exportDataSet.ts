import { sleep } from 'n8n-workflow';

import type { DomoClient } from '../../domo/client';
import { exportData, getDataSet } from '../../domo/dataSets';
import { DomoError, orDomoError } from '../../domo/errors';
import { RETRY_TIMING } from '../../domo/retry';

const QUOTE = 0x22;

export interface ExportOptions {
	includeHeader: boolean;
	/** How Domo is to name the file. */
	fileName?: string;
}

/**
 * Starts the download of a DataSet as CSV.
 *
 * @throws DomoError
 */
export async function openExport(
	client: DomoClient,
	dataSetId: string,
	options: ExportOptions,
): Promise<ExportDownload> {
	const giveUp = new AbortController();
	const signal = client.signal ? AbortSignal.any([client.signal, giveUp.signal]) : giveUp.signal;
	const download = async () => {
		const { body, contentLengthBytes } = await exportData(client.withSignal(signal), dataSetId, options);
		return new ExportDownload(dataSetId, body, contentLengthBytes, giveUp);
	};
	const first = await orDomoError(download());
	if (!(first instanceof DomoError)) return first;
	if (first.details.status !== 406) throw first;
	// A dead token can come back as 406 when CSV is asked for (Domo's Java SDK renews on it), and n8n renews on a 401
	// only: that is what a request for JSON gets, and then the export has a fresh token.
	await getDataSet(client, dataSetId);
	return await download();
}

/** A DataSet's CSV on its way; to be read once. */
export class ExportDownload {
	/** CSV bytes that have arrived so far. */
	bytes = 0;

	/** While a chunk is waited for: since when, and what to call if it does not come. */
	private waitingSinceMs = 0;
	private isWatched = false;
	private readonly ended = new AbortController();
	private onLate: ((reason: Error) => void) | undefined;

	/**
	 * @param body the answer's own stream; read `chunks()`, which checks it
	 * @param giveUp ends the request behind the body
	 */
	constructor(
		private readonly dataSetId: string,
		readonly body: AsyncIterable<Uint8Array>,
		private readonly contentLengthBytes: number | undefined,
		private readonly giveUp = new AbortController(),
	) {}

	/**
	 * The CSV as it arrives. Whoever stops early ends the download.
	 *
	 * @throws DomoError when it ends before its time: the connection breaks or carries nothing for a long time, bytes
	 *   are missing, or a quoted field is still open at the end
	 */
	async *chunks(): AsyncGenerator<Uint8Array> {
		let quotesAreOpen = false;
		const body = this.body[Symbol.asyncIterator]();
		let isWhole = false;
		try {
			for (;;) {
				const chunk = await this.inTime(body.next()).catch((reason: unknown) => {
					throw this.cut(reason instanceof Error ? reason.message : String(reason));
				});
				if (chunk.done === true) break;
				this.bytes += chunk.value.length;
				if (hasOddQuotes(chunk.value)) quotesAreOpen = !quotesAreOpen;
				yield chunk.value;
			}
			isWhole = true;
		} finally {
			this.ended.abort();
			// One that has stalled would never answer to this: its request was ended instead.
			if (!isWhole && !this.giveUp.signal.aborted) await body.return?.();
		}
		const expected = this.contentLengthBytes;
		if (expected !== undefined && this.bytes < expected) throw this.cut(`${expected} bytes were announced`);
		if (quotesAreOpen) throw this.cut('it ended within a quoted field');
	}

	/** The request's own time-out ended when the answer began: from then on only the watch does, see `watch`. */
	private async inTime<T>(next: Promise<T>): Promise<T> {
		this.waitingSinceMs = performance.now();
		if (!this.isWatched) void this.watch();
		return await new Promise<T>((resolve, reject) => {
			this.onLate = reject;
			next.then(resolve, reject);
		}).finally(() => (this.onLate = undefined));
	}

	/** Ends a download that carries nothing for a long time. A timer for each chunk would cost a tenth of an export of long texts. */
	private async watch(): Promise<void> {
		this.isWatched = true;
		const { signal } = this.ended;
		const idleMs = RETRY_TIMING.downloadIdleMs;
		for (let waitMs = idleMs; waitMs > 0;) {
			await sleep(waitMs, signal).catch(() => undefined);
			if (signal.aborted) return;
			if (!this.onLate) {
				// Nobody waits, and perhaps nobody will any more: the next chunk that is asked for has it watched again.
				this.isWatched = false;
				return;
			}
			waitMs = this.waitingSinceMs + idleMs - performance.now();
		}
		this.giveUp.abort();
		this.onLate?.(new Error(`nothing came for ${idleMs / 1000} s`));
	}

	private cut(reason: string): DomoError {
		return new DomoError(
			'EXPORT_CUT_OFF',
			`The export of the DataSet ${this.dataSetId} was cut off after ${this.bytes} bytes (${reason}), so it is not used`,
			{ kind: 'noAnswer', effect: 'none', advice: 'Run the export again. Nothing in Domo has changed.' },
		);
	}
}

function hasOddQuotes(bytes: Uint8Array): boolean {
	let odd = false;
	for (let at = bytes.indexOf(QUOTE); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) odd = !odd;
	return odd;
}
