/** Records as a source knows them. */
export interface KnownRecords {
	/** Behind each record's line feed. */
	rowEnds: Int32Array;
	/** Record by record, where each of the wanted fields begins; only if `hasFieldBegins`. */
	fieldBegins: Int32Array;
	hasFieldBegins: boolean;
}

/**
 * Where the records of a block end, for who looks into them: finding that anew would cost a pass over all bytes. And where
 * some of their fields begin, if the source knows that of all records.
 */
export class RecordEnds {
	/** Behind each record's line feed, in the block's bytes. */
	at: Int32Array = new Int32Array(1024);
	count = 0;
	/** Record by record, where each of the wanted fields begins. */
	fieldBegins: Int32Array;
	/** Whether that is known of the block. */
	knowsFields = false;

	/** @param fields the wanted ones, by their index in a record */
	constructor(readonly fields: readonly number[] = []) {
		this.fieldBegins = new Int32Array(1024 * fields.length);
	}

	clear(): void {
		this.count = 0;
		this.knowsFields = this.fields.length > 0;
	}

	/** Adds a record of which only the end is known. */
	add(end: number): void {
		if (this.count === this.at.length) this.grow(this.count + 1);
		this.at[this.count++] = end;
		this.knowsFields = false;
	}

	/**
	 * Adds records that are copied as one.
	 *
	 * @param from, to [from, to) of them, where they come from
	 * @param shift how much further ahead they are in the block
	 */
	addRun(records: KnownRecords, from: number, to: number, shift: number): void {
		const count = this.count + to - from;
		if (count > this.at.length) this.grow(count);
		const { at } = this;
		const { rowEnds } = records;
		let next = this.count;
		for (let row = from; row < to; row++) at[next++] = rowEnds[row] + shift;
		if (this.knowsFields) this.addFields(records, from, to, shift);
		this.count = count;
	}

	private addFields(
		{ hasFieldBegins, fieldBegins: begins }: KnownRecords,
		from: number,
		to: number,
		shift: number,
	): void {
		this.knowsFields = hasFieldBegins;
		if (!hasFieldBegins) return;
		const { fieldBegins } = this;
		const { length } = this.fields;
		let next = this.count * length;
		for (let at = from * length; at < to * length; at++) fieldBegins[next++] = begins[at] + shift;
	}

	private grow(count: number): void {
		const records = Math.max(count, this.at.length * 2);
		this.at = grown(this.at, records);
		this.fieldBegins = grown(this.fieldBegins, records * this.fields.length);
	}
}

function grown(array: Int32Array, length: number): Int32Array {
	const larger = new Int32Array(length);
	larger.set(array);
	return larger;
}
