import { createHash } from 'crypto';

import type { FieldBatch, Finding } from './check';

/** What was loaded last into a DataSet. */
export interface LastInput {
	/** Of the rows as they were sent, hex. */
	sha256: string;
	/** When it was loaded, ISO 8601. */
	at: string;
}

/** What ends a field, so that two fields never read as one; bytes that UTF-8 does not have. */
const FIELD_END = Buffer.from([0xff]);
const QUOTED_END = Buffer.from([0xfe]);
const NULL_END = Buffer.from([0xfd]);

/** Whether an input is the one that was loaded last. */
export class SameInput {
	private readonly hash = createHash('sha256');
	private hasRows = false;
	private digest: string | undefined;

	/** @param last undefined where nothing was loaded yet */
	constructor(private readonly last: () => LastInput | undefined) {}

	/** Adds rows, in their order. */
	add(bytes: Uint8Array): void {
		this.hasRows = true;
		this.hash.update(bytes);
	}

	/** Adds rows without the columns that a load writes itself: its time would make the same input another one. */
	addFields({ bytes, rows, column }: FieldBatch, columns: readonly number[]): void {
		this.hasRows = true;
		const places = columns.map(column);
		for (let row = 0; row < rows; row++) {
			for (const { from, to, quoted } of places) {
				this.hash.update(bytes.subarray(from[row], Math.max(from[row], to[row])));
				this.hash.update(to[row] < 0 ? NULL_END : quoted[row] === 1 ? QUOTED_END : FIELD_END);
			}
		}
	}

	/** After the last row; undefined where there was none. */
	get sha256(): string | undefined {
		if (!this.hasRows) return undefined;
		return (this.digest ??= this.hash.digest('hex'));
	}

	finding(): Finding {
		const last = this.last();
		const held = last === undefined || last.sha256 !== this.sha256;
		if (held) return { check: 'sameInput', held };
		const reason = `the input has the very rows that this node loaded on ${last.at}`;
		return { check: 'sameInput', held, reason };
	}
}
