import { ColumnProfile } from '../columns/columnProfile';
import type { ColumnReader } from '../columns/columnReader';
import { pointsBesideLateCommas } from '../columns/readingFaults';
import { type CsvFindings, findingsOf } from './csvFindings';
import type { CsvFileReader, FooterLine } from './csvFileReader';
import type { CsvPlan } from './csvPlan';
import { GrowingBlock } from './growingBlock';
import { LineMarks } from './lineMarks';
import type { ValueWatcher } from './recordConverter';
import type { RecordEnds } from '../recordEnds';
import type { RowBlock, RowSource } from '../rowSource';
import type { CountingFilter } from './repeatedKeys';
import type { RowJudge } from './rowJudge';

/** A block has room for so much more than it is asked for. */
const ROOM_FOR_LAST_RECORD_BYTES = 64 * 1024;

const PIECE_BYTES = 1024 * 1024;

/** CSV files as a row source. One call of next() at a time. */
export class CsvRowSource implements RowSource {
	private readonly marks = new LineMarks();

	private readonly readers: readonly ColumnReader[];

	private readonly judge: RowJudge;

	private readonly profiles: ColumnProfile[] | undefined;

	private readonly footers: Array<{ file: string; lines: FooterLine[] }> = [];

	private filesOpened = 0;

	private rowsDrawn = 0;

	/** Of the files that were read to their ends. */
	private rowsRead = 0;

	private reader: CsvFileReader | undefined;

	private isClosed = false;

	/** Of all files together; undefined where that of one is not known. */
	private readonly totalBytes: number | undefined;

	private bytesDrawn = 0;

	/** @param filter leaves out rows whose keys come again */
	constructor(
		private readonly plan: CsvPlan,
		private readonly filter?: CountingFilter,
	) {
		this.readers = plan.readers();
		this.judge = plan.judge();
		const sizes = plan.deciding.files.map(({ known }) => known.bytes);
		this.totalBytes = sizes.reduce(
			(sum, bytes) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
			0,
		);
		if (plan.options.profile) this.profiles = this.readers.map((reader) => new ColumnProfile(reader));
	}

	/** What reading the files came to so far, beside the rows; whole once all rows were drawn. */
	get findings(): CsvFindings {
		const { plan, readers, judge, profiles = [], footers, filter } = this;
		return findingsOf(plan, readers, judge, profiles, footers, filter?.leftOut ?? null);
	}

	get shareDrawn(): number | undefined {
		return this.totalBytes ? Math.min(1, this.bytesDrawn / this.totalBytes) : undefined;
	}

	async next(maxBytes: number, maxRows: number, reuse?: Buffer, ends?: RecordEnds): Promise<RowBlock | null> {
		ends?.clear();
		const block = new GrowingBlock(reuse, maxBytes + ROOM_FOR_LAST_RECORD_BYTES, ends);
		let rows = 0;
		while (rows < maxRows && block.length < maxBytes) {
			this.reader ??= await this.openNextFile();
			// Closed while it was opened: its beginning is gone.
			if (this.isClosed) await this.closeFile();
			if (!this.reader) break;
			const drawn = await this.reader.read(block, maxBytes, maxRows - rows);
			if (drawn === null) {
				await this.endFile(this.reader);
				continue;
			}
			rows += drawn;
			this.rowsDrawn += drawn;
		}
		return rows > 0 ? { bytes: block.finish(), rows } : null;
	}

	async close(): Promise<void> {
		this.isClosed = true;
		this.filesOpened = this.plan.deciding.files.length;
		await this.closeFile();
		await this.plan.deciding.close();
	}

	locate(row: number): string {
		return this.marks.locate(row);
	}

	private async openNextFile(): Promise<CsvFileReader | undefined> {
		const { plan, marks, rowsDrawn } = this;
		const index = this.filesOpened;
		if (index >= plan.deciding.files.length) return undefined;
		this.filesOpened++;
		const chunks = this.counted(await plan.chunksOf(index));
		const watcher = this.watcherOf();
		const loadFields = plan.loadFields(index);
		return await plan.openFile(index, chunks, this.readers, this.judge, {
			marks,
			firstRow: rowsDrawn,
			watcher,
			...(this.filter ? { filter: this.filter } : {}),
			...(loadFields ? { loadFields } : {}),
		});
	}

	private counted(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
		return this.totalBytes === undefined ? chunks : counting(chunks, (bytes) => (this.bytesDrawn += bytes));
	}

	private watcherOf(): ValueWatcher | undefined {
		const { profiles } = this;
		if (!profiles) return undefined;
		return { see: (column, from, to, kinds, line) => profiles[column].add(from, to, kinds, { line }) };
	}

	private async endFile(reader: CsvFileReader): Promise<void> {
		const { plan } = this;
		const { files } = plan.deciding;
		this.rowsRead += reader.rowsRead;
		if (reader.footer.length > 0) {
			this.footers.push({ file: files[this.filesOpened - 1].file.name, lines: reader.footer });
		}
		await this.closeFile();
		if (this.filesOpened < files.length) return;
		this.checkPoints();
		this.judge.check(this.rowsRead, this.profiles !== undefined);
	}

	/** A decimal comma unsettles what other columns' points are, also where it comes late. */
	private checkPoints(): void {
		const { readers, judge } = this;
		const withComma = readers.find(({ hasDecimalComma }) => hasDecimalComma);
		const unclear = readers.find(({ groupablePoint }) => groupablePoint !== null);
		if (!withComma || unclear === undefined || unclear.groupablePoint === null) return;
		const { reading, groupablePoint } = unclear;
		judge.refuse(pointsBesideLateCommas(reading.name, groupablePoint, withComma.reading.name));
	}

	private async closeFile(): Promise<void> {
		const { reader } = this;
		this.reader = undefined;
		await reader?.close();
	}
}

/** Counts bytes as they are drawn, by pieces: n8n may hand over a whole file as one chunk. */
async function* counting(
	chunks: AsyncIterable<Uint8Array>,
	count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
	for await (const chunk of chunks) {
		for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
			const piece = chunk.subarray(at, at + PIECE_BYTES);
			count(piece.length);
			yield piece;
		}
	}
}
