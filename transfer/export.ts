import type { DomoClient } from '../domo/client';
import { exportData, getDataSet } from '../domo/dataSets';
import { DomoError, orDomoError } from '../domo/errors';

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
export async function openExport(client: DomoClient, dataSetId: string, options: ExportOptions): Promise<ExportDownload> {
	const first = await orDomoError(exportData(client, dataSetId, options));
	if (!(first instanceof DomoError)) return new ExportDownload(dataSetId, first.body, first.contentLengthBytes);
	if (first.details.status !== 406) throw first;
	// A dead token can come back as 406 when CSV is asked for (Domo's Java SDK renews on it), and n8n renews on a 401
	// only: that is what a request for JSON gets, and then the export has a fresh token.
	await getDataSet(client, dataSetId);
	const { body, contentLengthBytes } = await exportData(client, dataSetId, options);
	return new ExportDownload(dataSetId, body, contentLengthBytes);
}

/** A DataSet's CSV on its way; to be read once. */
export class ExportDownload {
	/** CSV bytes that have arrived so far. */
	bytes = 0;

	/** @param body the answer's own stream; read `chunks()`, which checks it */
	constructor(
		private readonly dataSetId: string,
		readonly body: AsyncIterable<Uint8Array>,
		private readonly contentLengthBytes: number | undefined,
	) {}

	/**
	 * The CSV as it arrives. Whoever stops early ends the download.
	 *
	 * @throws DomoError when it ends before its time: the connection breaks, bytes are missing, or a quoted field
	 *   is still open at the end
	 */
	async *chunks(): AsyncGenerator<Uint8Array> {
		let quotesAreOpen = false;
		const body = this.body[Symbol.asyncIterator]();
		let isWhole = false;
		try {
			for (;;) {
				const chunk = await body.next().catch((reason: unknown) => {
					throw this.cut(reason instanceof Error ? reason.message : String(reason));
				});
				if (chunk.done === true) break;
				this.bytes += chunk.value.length;
				if (hasOddQuotes(chunk.value)) quotesAreOpen = !quotesAreOpen;
				yield chunk.value;
			}
			isWhole = true;
		} finally {
			if (!isWhole) await body.return?.();
		}
		const expected = this.contentLengthBytes;
		if (expected !== undefined && this.bytes < expected) throw this.cut(`${expected} bytes were announced`);
		if (quotesAreOpen) throw this.cut('it ended within a quoted field');
	}

	private cut(reason: string): DomoError {
		return new DomoError(
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
