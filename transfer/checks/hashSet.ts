/** A set of hashes of 128 bits in typed arrays of bounded size: 16 bytes a slot, none of them an object of V8's. */

const WORDS = 4;
const BYTES = 16;
/** Parts of the set, each of which grows by itself: what is copied at once is small beside the whole. */
const SHARDS = 64;
const FIRST_SLOTS = 64;
const MOST_FILLED = 0.8;

/** Memory that several sets share. */
export class HashMemory {
	private used = 0;

	constructor(private readonly mostBytes: number) {}

	/** How many more bytes there are. */
	get left(): number {
		return this.mostBytes - this.used;
	}

	add(bytes: number): void {
		this.used += bytes;
	}
}

export class HashSet128 {
	private readonly shards: Array<{ slots: Int32Array; count: number }>;

	constructor(private readonly memory: HashMemory) {
		this.shards = Array.from({ length: SHARDS }, () => ({ slots: new Int32Array(0), count: 0 }));
	}

	/**
	 * Adds a hash.
	 *
	 * @returns whether it is new; null where there is no memory for it
	 */
	add(words: Int32Array): boolean | null {
		const w0 = words[0];
		const w1 = words[1];
		const w2 = words[2];
		// A free slot is all zeros.
		const w3 = (w0 | w1 | w2 | words[3]) === 0 ? 1 : words[3];
		const shard = this.shards[w0 & (SHARDS - 1)];
		for (;;) {
			const { slots } = shard;
			const count = slots.length >> 2;
			let slot = Math.floor(((w1 >>> 0) / 0x100000000) * count);
			for (; count > 0; slot = slot + 1 === count ? 0 : slot + 1) {
				const at = slot * WORDS;
				if (slots[at] === w0 && slots[at + 1] === w1 && slots[at + 2] === w2 && slots[at + 3] === w3)
					return false;
				if ((slots[at] | slots[at + 1] | slots[at + 2] | slots[at + 3]) !== 0) continue;
				if (shard.count + 1 > count * MOST_FILLED) break;
				slots[at] = w0;
				slots[at + 1] = w1;
				slots[at + 2] = w2;
				slots[at + 3] = w3;
				shard.count++;
				return true;
			}
			if (!this.grow(shard)) return null;
		}
	}

	/** Lets go of all. */
	clear(): void {
		for (const shard of this.shards) {
			this.memory.add(-shard.slots.byteLength);
			shard.slots = new Int32Array(0);
			shard.count = 0;
		}
	}

	private grow(shard: { slots: Int32Array }): boolean {
		const { slots: old } = shard;
		const oldCount = old.length >> 2;
		// The old one is there until all is copied.
		const most = Math.floor(this.memory.left / BYTES);
		const count = Math.min(most, Math.max(FIRST_SLOTS, oldCount * 2));
		if (count < oldCount * 1.1 || count < 2) return false;
		const slots = new Int32Array(count * WORDS);
		for (let from = 0; from < old.length; from += WORDS) {
			if ((old[from] | old[from + 1] | old[from + 2] | old[from + 3]) === 0) continue;
			let slot = Math.floor(((old[from + 1] >>> 0) / 0x100000000) * count);
			for (;;) {
				const at = slot * WORDS;
				if ((slots[at] | slots[at + 1] | slots[at + 2] | slots[at + 3]) === 0) break;
				slot = slot + 1 === count ? 0 : slot + 1;
			}
			const to = slot * WORDS;
			slots[to] = old[from];
			slots[to + 1] = old[from + 1];
			slots[to + 2] = old[from + 2];
			slots[to + 3] = old[from + 3];
		}
		this.memory.add(slots.byteLength - old.byteLength);
		shard.slots = slots;
		return true;
	}
}
