import type { LoadColumnKind, LoadColumns } from '../columns/loadColumns';
import type { GrowingBlock } from './growingBlock';
import { endOfFields, findFieldEnds } from './writtenRecord';

const LF = 0x0a;
const COMMA = 0x2c;
const ZERO = 0x30;

/** Of a row number's digits, its comma and the line feed. */
const NUMBER_BYTES = 20;

/** Puts the values of 'Load Columns' into the records of one file. */
export class LoadFields {
	private readonly texts: Record<Exclude<LoadColumnKind, 'rowNumber'>, Buffer>;
	private readonly areLast: boolean;
	private readonly textBytes: number;
	private readonly ends: Int32Array;
	private record = Buffer.alloc(0);

	constructor(
		private readonly columns: LoadColumns,
		fileName: string,
	) {
		const { order, inputColumns, values } = columns;
		this.texts = {
			loadTime: field(values.loadTime),
			executionId: field(values.executionId),
			fileName: field(fileName),
		};
		this.areLast = inputColumns.every((_, index) => order[index] === index);
		this.ends = new Int32Array(inputColumns.length);
		this.textBytes = Object.values(this.texts).reduce((sum, text) => sum + text.length + 1, NUMBER_BYTES);
	}

	/**
	 * @param from where the block's last record begins
	 * @param rowNumber from 1
	 */
	add(block: GrowingBlock, from: number, rowNumber: number): void {
		const { columns, ends, areLast } = this;
		const { order, inputColumns } = columns;
		const to = endOfFields(block.bytes, from, block.length);
		block.reserve(this.textBytes);
		if (areLast) {
			block.length = to;
			for (let k = inputColumns.length; k < order.length; k++) {
				block.bytes[block.length++] = COMMA;
				this.write(order[k] as LoadColumnKind, rowNumber, block);
			}
			block.bytes[block.length++] = LF;
			return;
		}
		findFieldEnds(block.bytes, from, block.length, ends);
		if (this.record.length < to - from) this.record = Buffer.allocUnsafe((to - from) * 2);
		block.bytes.copy(this.record, 0, from, to);
		block.length = from;
		for (const [position, entry] of order.entries()) {
			if (position > 0) block.bytes[block.length++] = COMMA;
			if (typeof entry !== 'number') {
				this.write(entry, rowNumber, block);
				continue;
			}
			const start = entry === 0 ? 0 : ends[entry - 1] + 1 - from;
			block.length += this.record.copy(block.bytes, block.length, start, ends[entry] - from);
		}
		block.bytes[block.length++] = LF;
	}

	private write(kind: LoadColumnKind, rowNumber: number, block: GrowingBlock): void {
		if (kind !== 'rowNumber') {
			block.length += this.texts[kind].copy(block.bytes, block.length);
			return;
		}
		let digits = 1;
		for (let power = 10; power <= rowNumber; power *= 10) digits++;
		let rest = rowNumber;
		for (let at = block.length + digits - 1; at >= block.length; at--) {
			block.bytes[at] = ZERO + (rest % 10);
			rest = Math.floor(rest / 10);
		}
		block.length += digits;
	}
}

/** A text as a field of its own: an empty one, and what could be read as NULL, in quotes. */
function field(text: string): Buffer {
	const isPlain = text !== '' && text !== '\\N' && !/[",\r\n\ufeff]/.test(text);
	return Buffer.from(isPlain ? text : `"${text.replaceAll('"', '""')}"`);
}
