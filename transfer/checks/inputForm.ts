import type { Column } from '../../domo/types';
import { loadColumnKindOf, type LoadColumnKind } from '../columns/loadColumns';
import { isBareForm, isNullText } from './bareForm';
import { behindQuoted } from './fieldScanner';

const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** On both sides of the value in a column that is named as one of 'Load Columns'. No byte of UTF-8. */
const OTHER_FIELD = 0xff;

/** So much is put together at once, unless one field is larger. */
const PIECE_BYTES = 64 * 1024;

/** How a column counts. */
const ALWAYS = 0;
const WHERE_FILLED = 1;
const NEVER = 2;

/**
 * Rows in one form, whatever the options make of it: without what 'Load Columns' write, with LF, without needless quotes,
 * and with nothing for NULL. The form of a row does not depend on the block it comes in.
 */
export class InputForm {
	private readonly counts: Uint8Array;
	private readonly isAsSent: boolean;
	private target = Buffer.alloc(0);
	private length = 0;

	/**
	 * @param columns the DataSet's, those to be added included
	 * @param loadColumns that the load writes. Later, without that option, they are NULL, which must not make a difference
	 */
	constructor(columns: readonly Column[], nullText: '' | '\\N', loadColumns: readonly LoadColumnKind[]) {
		this.counts = Uint8Array.from(columns, ({ name }) => {
			const kind = loadColumnKindOf(name);
			return kind === undefined ? ALWAYS : loadColumns.includes(kind) ? NEVER : WHERE_FILLED;
		});
		this.isAsSent = nullText === '' && this.counts.every((counts) => counts === ALWAYS);
	}

	/**
	 * @param bytes whole records, as they are sent
	 * @param take gets them in that form, piece by piece; a piece is valid until take returns
	 */
	write(bytes: Buffer, take: (piece: Buffer) => void): void {
		const isForm =
			this.isAsSent && !bytes.includes(QUOTE) && !bytes.includes(CR) && !bytes.includes(BACKSLASH);
		if (isForm) return take(bytes);
		const { counts } = this;
		for (let at = 0; at < bytes.length; at++) {
			let isFirst = true;
			for (let field = 0; ; field++) {
				const from = at;
				if (bytes[at] === QUOTE) at = behindQuoted(bytes, at);
				else while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== LF) at++;
				const to = bytes[at] === LF && at > from && bytes[at - 1] === CR ? at - 1 : at;
				const isNull = to === from || isNullText(bytes, from, to);
				const counted = counts[field];
				this.makeRoom(to - from, take);
				if (counted === ALWAYS) {
					if (!isFirst) this.target[this.length++] = COMMA;
					isFirst = false;
					if (!isNull) this.copyField(bytes, from, to);
				} else if (counted === WHERE_FILLED && !isNull) {
					this.target[this.length++] = OTHER_FIELD;
					this.copyField(bytes, from, to);
					this.target[this.length++] = OTHER_FIELD;
				}
				if (bytes[at] !== COMMA) break;
				at++;
			}
			this.target[this.length++] = LF;
		}
		this.flush(take);
	}

	/** For a field with what stands on its sides. */
	private makeRoom(fieldBytes: number, take: (piece: Buffer) => void): void {
		const needed = fieldBytes + 3;
		if (this.length + needed <= this.target.length) return;
		this.flush(take);
		if (needed > this.target.length) this.target = Buffer.allocUnsafe(Math.max(needed, PIECE_BYTES));
	}

	private flush(take: (piece: Buffer) => void): void {
		if (this.length > 0) take(this.target.subarray(0, this.length));
		this.length = 0;
	}

	private copyField(bytes: Buffer, from: number, to: number): void {
		const isBare = bytes[from] === QUOTE && isBareForm(bytes, from + 1, to - 1);
		this.length += bytes.copy(this.target, this.length, isBare ? from + 1 : from, isBare ? to - 1 : to);
	}
}
