/**
 * Finds a key that stands twice among rows. A Set of a million texts takes about 100 MB and stops everything while
 * it grows; this takes 12 to 20 bytes a row, laid out once.
 */
export class UniqueKeys {
	/** Open addressing: each slot is free (0) or holds a row's number plus one. */
	private readonly slots: Int32Array;
	private readonly hashByRow: Int32Array;

	/**
	 * @param rowCount how many rows there are
	 * @param keyOf the key of a row; asked again for rows whose keys look alike
	 */
	constructor(
		rowCount: number,
		private readonly keyOf: (row: number) => string,
	) {
		this.slots = new Int32Array(2 ** Math.ceil(Math.log2(rowCount * 2 + 1)));
		this.hashByRow = new Int32Array(rowCount);
	}

	/**
	 * Adds the next row.
	 *
	 * @returns the earlier row with the same key, or null where the key is new
	 */
	add(row: number): number | null {
		const key = this.keyOf(row);
		const hash = hashOf(key);
		const mask = this.slots.length - 1;
		let slot = hash & mask;
		while (this.slots[slot] !== 0) {
			const earlier = this.slots[slot] - 1;
			if (this.hashByRow[earlier] === hash && this.keyOf(earlier) === key) return earlier;
			slot = (slot + 1) & mask;
		}
		this.slots[slot] = row + 1;
		this.hashByRow[row] = hash;
		return null;
	}
}

/** FNV-1a, its bits mixed once more (as MurmurHash ends) because only the low ones choose the slot. */
function hashOf(key: string): number {
	let hash = 0x811c9dc5 | 0;
	for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return hash ^ (hash >>> 16);
}
