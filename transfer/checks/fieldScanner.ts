import type { FieldBatch, FieldPlaces } from './check';

const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CAPITAL_N = 0x4e;

/** Rows of a batch: its places stay in the processor's cache. */
const BATCH_ROWS = 512;

const NULL = -1;

/** Finds the fields of some columns in records of Domo's form: comma, LF, quotes doubled. */
export class FieldScanner {
	private readonly places: Array<FieldPlaces | undefined>;
	private readonly last: number;
	private row = 0;

	/**
	 * @param columns to look for, by their index
	 * @param nullText how NULL is written
	 * @param look gets batch after batch
	 */
	constructor(
		columns: readonly number[],
		private readonly nullText: '' | '\\N',
		private readonly look: (batch: FieldBatch) => void,
	) {
		this.last = Math.max(...columns);
		this.places = Array.from({ length: this.last + 1 }, (_, column) =>
			columns.includes(column)
				? {
						from: new Int32Array(BATCH_ROWS),
						to: new Int32Array(BATCH_ROWS),
						quoted: new Uint8Array(BATCH_ROWS),
					}
				: undefined,
		);
	}

	/** Reads whole records. */
	scan(bytes: Buffer): void {
		const { places } = this;
		const column = (index: number) => places[index] as FieldPlaces;
		const hasQuotes = bytes.includes(QUOTE);
		let at = 0;
		while (at < bytes.length) {
			let rows = 0;
			while (rows < BATCH_ROWS && at < bytes.length) at = this.record(bytes, at, rows++, hasQuotes);
			this.look({ bytes, rows, firstRow: this.row, column });
			this.row += rows;
		}
	}

	/** @returns where the next record begins */
	private record(bytes: Buffer, start: number, row: number, hasQuotes: boolean): number {
		const { places, last } = this;
		const { length } = bytes;
		let at = start;
		for (let field = 0; field <= last; field++) {
			const from = at;
			let byte = bytes[at];
			const isQuoted = byte === QUOTE;
			if (isQuoted) {
				at = endOfQuoted(bytes, at);
				byte = bytes[at];
			} else {
				// Nearly all bytes are beyond a comma: one comparison each.
				while (byte > COMMA || (byte !== COMMA && byte !== LF)) byte = bytes[++at];
			}
			const place = places[field];
			if (place !== undefined) this.note(place, row, bytes, from, at, isQuoted);
			at++;
			if (byte === LF) return at;
		}
		if (!hasQuotes) {
			while (bytes[at] !== LF) at++;
			return at + 1;
		}
		while (at < length) {
			const byte = bytes[at];
			if (byte === LF) return at + 1;
			at = byte === QUOTE ? endOfQuoted(bytes, at) : at + 1;
		}
		return at;
	}

	private note(
		place: FieldPlaces,
		row: number,
		bytes: Buffer,
		from: number,
		end: number,
		isQuoted: boolean,
	): void {
		const { from: starts, to, quoted } = place;
		if (isQuoted) {
			starts[row] = from + 1;
			to[row] = (bytes[end - 1] === CR ? end - 1 : end) - 1;
			quoted[row] = 1;
			return;
		}
		const behind = end > from && bytes[end - 1] === CR ? end - 1 : end;
		starts[row] = from;
		quoted[row] = 0;
		const length = behind - from;
		const isNull =
			this.nullText === ''
				? length === 0
				: length === 2 && bytes[from] === BACKSLASH && bytes[from + 1] === CAPITAL_N;
		to[row] = isNull ? NULL : behind;
	}
}

/** @returns what follows the closing quote, a CR passed over */
function endOfQuoted(bytes: Buffer, from: number): number {
	let at = from + 1;
	for (;;) {
		while (bytes[at] !== QUOTE) at++;
		if (bytes[++at] !== QUOTE) return bytes[at] === CR ? at + 1 : at;
		at++;
	}
}
