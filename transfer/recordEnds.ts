/** Where the records of a block end, for who looks into them: finding that anew would cost a pass over all bytes. */
export class RecordEnds {
	/** Behind each record's line feed, in the block's bytes. */
	at: Int32Array = new Int32Array(1024);
	count = 0;

	clear(): void {
		this.count = 0;
	}

	add(end: number): void {
		if (this.count === this.at.length) this.grow(this.count + 1);
		this.at[this.count++] = end;
	}

	/**
	 * Adds records that are copied as one.
	 *
	 * @param ends of the records [from, to), where they come from
	 * @param shift how much further ahead they are in the block
	 */
	addRun(ends: Int32Array, from: number, to: number, shift: number): void {
		const count = this.count + to - from;
		if (count > this.at.length) this.grow(count);
		const { at } = this;
		let next = this.count;
		for (let row = from; row < to; row++) at[next++] = ends[row] + shift;
		this.count = count;
	}

	private grow(count: number): void {
		const larger = new Int32Array(Math.max(count, this.at.length * 2));
		larger.set(this.at);
		this.at = larger;
	}
}
