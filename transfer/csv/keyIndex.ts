/** Words of a hash, and the row. */
const WORDS = 5;
const BYTES_PER_SLOT = 4 * WORDS;
const SHARDS = 256;
const FIRST_SLOTS = 16;
const FULL = 0.75;
const GROWTH = 1.4;

/**
 * Which row has a key, by hashes of 128 bits, in typed arrays of a bounded size. It is laid out in shards that grow one
 * by one, so that little more is ever held than what it ends with.
 */
export class KeyIndex {
	/** How many keys there are. */
	size = 0;

	private readonly shards: Uint32Array[] = Array.from(
		{ length: SHARDS },
		() => new Uint32Array(FIRST_SLOTS * WORDS),
	);
	private readonly sizes = new Uint32Array(SHARDS);
	private bytes = SHARDS * FIRST_SLOTS * BYTES_PER_SLOT;

	/** @param maxBytes for all keys */
	constructor(private readonly maxBytes: number) {}

	/**
	 * Notes a key's row.
	 *
	 * @param hash four words
	 * @param row 0-based, below 2^32 - 1
	 * @returns the row noted before, which `row` replaces; -1 where the key is new, and -2 where there is no room for it
	 */
	set(hash: Uint32Array, row: number): number {
		const shard = hash[3] % SHARDS;
		let table: Uint32Array = this.shards[shard];
		let at = slotOf(table, hash[0], hash[1], hash[2], hash[3]);
		if (table[at + 4] !== 0) {
			const before = table[at + 4] - 1;
			table[at + 4] = row + 1;
			return before;
		}
		if ((this.sizes[shard] + 1) * WORDS > table.length * FULL) {
			const larger = this.grown(table);
			if (larger === undefined) return -2;
			this.shards[shard] = table = larger;
			at = slotOf(table, hash[0], hash[1], hash[2], hash[3]);
		}
		table.set(hash, at);
		table[at + 4] = row + 1;
		this.sizes[shard]++;
		this.size++;
		return -1;
	}

	private grown(table: Uint32Array): Uint32Array | undefined {
		const slots = Math.ceil((table.length / WORDS) * GROWTH);
		const added = slots * BYTES_PER_SLOT - table.byteLength;
		// The old one goes once the new one is filled.
		if (this.bytes + added + table.byteLength > this.maxBytes) return undefined;
		this.bytes += added;
		const larger = new Uint32Array(slots * WORDS);
		for (let at = 0; at < table.length; at += WORDS) {
			if (table[at + 4] === 0) continue;
			const to = slotOf(larger, table[at], table[at + 1], table[at + 2], table[at + 3]);
			for (let word = 0; word < WORDS; word++) larger[to + word] = table[at + word];
		}
		return larger;
	}
}

/** Where a key is, or would be. Tables are never full. */
function slotOf(table: Uint32Array, h0: number, h1: number, h2: number, h3: number): number {
	const slots = table.length / WORDS;
	let slot = Math.floor((h0 / 2 ** 32) * slots);
	for (;;) {
		const at = slot * WORDS;
		if (table[at + 4] === 0) return at;
		if (table[at] === h0 && table[at + 1] === h1 && table[at + 2] === h2 && table[at + 3] === h3) return at;
		slot = slot + 1 === slots ? 0 : slot + 1;
	}
}
