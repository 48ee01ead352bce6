import type { SentTotals } from '../parts/sendParts';
import type { RowSource } from '../rowSource';
import { counted, shownBytes, shownDuration } from '../shownNumber';

export interface Progress {
	streamId: number;
	/** What Domo has. */
	sent: Readonly<SentTotals>;
	/** CSV bytes that were read so far, those that are on their way included. */
	cutBytes: number;
	source: Pick<RowSource, 'rowCount' | 'shareDrawn'>;
}

/** Says in the log how an upload is going: as a part has arrived, but not more often than every few seconds. */
export class ProgressLog {
	private readonly startedAtMs: number;
	private saidAtMs: number;

	/**
	 * @param everyMs the least time between two lines, and before the first
	 * @param now in milliseconds
	 */
	constructor(
		private readonly log: (line: string) => void,
		private readonly everyMs: number,
		private readonly now: () => number,
	) {
		this.startedAtMs = this.saidAtMs = now();
	}

	landed(progress: Progress): void {
		const atMs = this.now();
		if (atMs - this.saidAtMs < this.everyMs) return;
		this.saidAtMs = atMs;
		this.log(progressLine(progress, atMs - this.startedAtMs));
	}
}

/** "Stream 42: 1,200,000 rows in 12 parts, 105.8 MB of CSV (24.6 MB sent), 15.1 MB/s; about 62 %, 4 s to go" */
export function progressLine(progress: Progress, elapsedMs: number): string {
	const { streamId, sent } = progress;
	const { rows, parts, csvBytes, sentBytes, earlier } = sent;
	const seconds = Math.max(elapsedMs, 1) / 1_000;
	const ownBytes = csvBytes - earlier.csvBytes;
	const rate = `${shownBytes(Math.round(ownBytes / seconds))}/s`;
	const line = `Stream ${streamId}: ${counted(rows, 'row')} in ${counted(parts, 'part')}, ${shownBytes(csvBytes)} of CSV (${shownBytes(sentBytes)} sent), ${rate}`;
	const share = shareOf(progress);
	if (share === undefined) return `${line}.`;
	// Of a file, the last rows may be read and not yet in a part.
	if (share === 1) return progress.source.rowCount === undefined ? `${line}.` : `${line}; all rows are in.`;
	const percent = `about ${Math.floor(share * 100)} %`;
	// What a resume finds in Domo says nothing of how long the rest will take.
	if (ownBytes === 0) return `${line}; ${percent}.`;
	const leftMs = (elapsedMs / ownBytes) * csvBytes * (1 / share - 1);
	return `${line}; ${percent}, ${shownDuration(leftMs)} to go.`;
}

/** How much of the input Domo has, above 0; undefined where its size is not known. */
function shareOf({ sent, cutBytes, source }: Progress): number | undefined {
	if (sent.rows === 0 || cutBytes === 0) return undefined;
	if (source.rowCount !== undefined) return Math.min(1, sent.rows / source.rowCount);
	if (!source.shareDrawn) return undefined;
	return Math.min(1, (source.shareDrawn * sent.csvBytes) / cutBytes);
}
