import { Stretch } from '../stretch';

const HASH_WORDS = 4;
/** A hash, and its row. */
const WORDS = HASH_WORDS + 1;
const BYTES_PER_WORD = 4;
const LISTS = 256;
/** A list grows by pieces, each as large as all before it, up to this. Nothing is copied, and little stays empty. */
const FIRST_ENTRIES = 4;
const MOST_ENTRIES = 1024;
/** A list that is gone through for room and lets go of less is full. */
const LEAST_FREED = 1 / 8;

/** Memory of a bounded size, which several sets of lists share. */
export class HashMemory {
	private usedBytes = 0;

	constructor(private readonly maxBytes: number) {}

	/** @returns whether there was room for so many bytes more */
	take(bytes: number): boolean {
		if (this.usedBytes + bytes > this.maxBytes) return false;
		this.usedBytes += bytes;
		return true;
	}

	giveBack(bytes: number): void {
		this.usedBytes -= bytes;
	}
}

/**
 * Finds rows whose hash came before, at the end or where memory runs short: hashes are put into lists by their last byte, and a
 * list is gone through as one. To look each of them up as it comes would mean to wait for memory each time.
 */
export class HashLists {
	private readonly lists = Array.from({ length: LISTS }, () => new HashList());
	/** A list as one, and where its hashes are in it. */
	private all = new Uint32Array(0);
	private slots = new Uint32Array(0);

	/** @param repeat is told of each row whose hash came before, and of the first that had it; in no order */
	constructor(
		private readonly memory: HashMemory,
		private readonly repeat: (row: number, first: number) => void,
	) {}

	/**
	 * @param hashes of 128 bits, four words each
	 * @param rows that have them; further ahead than those that were added before
	 * @param count how many
	 * @param firstRow what the rows are counted from; below 2^32 in all
	 * @returns false where there is no room
	 */
	add(hashes: Uint32Array, rows: Int32Array, count: number, firstRow: number): boolean {
		const { lists } = this;
		for (let key = 0; key < count; key++) {
			const from = key * HASH_WORDS;
			const list = lists[hashes[from + 3] % LISTS];
			if (list.at === list.piece.length && !this.makeRoom(list)) return false;
			const { piece, at } = list;
			piece[at] = hashes[from];
			piece[at + 1] = hashes[from + 1];
			piece[at + 2] = hashes[from + 2];
			piece[at + 3] = hashes[from + 3];
			piece[at + 4] = firstRow + rows[key];
			list.at = at + WORDS;
		}
		return true;
	}

	/** Tells of all repeats among what was added. */
	settle(): void {
		for (const list of this.lists) this.settleList(list);
	}

	/** Same, and lets others have their turn meanwhile. */
	async settleInTurns(): Promise<void> {
		const stretch = new Stretch();
		for (const list of this.lists) {
			this.settleList(list);
			if (stretch.isLong()) await stretch.rest();
		}
	}

	/** Lets go of all. */
	clear(): void {
		for (const list of this.lists) this.memory.giveBack(list.clear());
	}

	private makeRoom(list: HashList): boolean {
		if (this.extend(list)) return true;
		const before = list.words;
		this.settleList(list);
		if (list.words > before * (1 - LEAST_FREED)) return false;
		return list.at < list.piece.length || this.extend(list);
	}

	private extend(list: HashList): boolean {
		const entries = Math.min(MOST_ENTRIES, Math.max(FIRST_ENTRIES, list.words / WORDS));
		if (!this.memory.take(entries * WORDS * BYTES_PER_WORD)) return false;
		list.extend(entries * WORDS);
		return true;
	}

	/** Tells of a list's repeats, and takes them out. */
	private settleList(list: HashList): void {
		const end = list.words;
		if (list.differentWords === end) return;
		if (this.all.length < end) this.all = new Uint32Array(end);
		const { all } = this;
		list.copyTo(all);
		const slots = this.freeSlots(end / WORDS);
		const mask = slots.length - 1;
		let kept = 0;
		for (let at = 0; at < end; at += WORDS) {
			let slot = all[at] & mask;
			let first = slots[slot];
			while (first !== 0 && !isSameHash(all, first - 1, at)) {
				slot = (slot + 1) & mask;
				first = slots[slot];
			}
			if (first !== 0) {
				this.repeat(all[at + HASH_WORDS], all[first - 1 + HASH_WORDS]);
				continue;
			}
			slots[slot] = kept + 1;
			if (kept !== at) all.copyWithin(kept, at, at + WORDS);
			kept += WORDS;
		}
		this.memory.giveBack(list.takeBack(all, kept));
		list.differentWords = kept;
	}

	/** @returns zeros, a power of two in number, more than twice as many as the entries */
	private freeSlots(entries: number): Uint32Array {
		const count = 2 ** Math.ceil(Math.log2(entries * 2 + 1));
		if (this.slots.length < count) this.slots = new Uint32Array(count);
		else this.slots.fill(0, 0, count);
		return this.slots.subarray(0, count);
	}
}

/** Hashes that end alike. */
class HashList {
	/** The piece that is filled, and up to where. */
	piece = new Uint32Array(0);
	at = 0;
	/** So many words at the beginning are of hashes that differ for sure. */
	differentWords = 0;
	private full: Array<Uint32Array<ArrayBuffer>> = [];
	private fullWords = 0;

	/** Taken. */
	get words(): number {
		return this.fullWords + this.at;
	}

	/** Goes on with a new piece. */
	extend(words: number): void {
		if (this.at > 0) this.full.push(this.piece);
		this.fullWords += this.at;
		this.piece = new Uint32Array(words);
		this.at = 0;
	}

	copyTo(target: Uint32Array): void {
		let to = 0;
		for (const piece of this.full) {
			target.set(piece, to);
			to += piece.length;
		}
		target.set(this.piece.subarray(0, this.at), to);
	}

	/**
	 * Takes fewer words back than there were.
	 *
	 * @returns bytes that are not needed any more
	 */
	takeBack(source: Uint32Array, words: number): number {
		const pieces = [...this.full, this.piece];
		let from = 0;
		let used = 0;
		while (from < words) {
			const piece = pieces[used++];
			piece.set(source.subarray(from, Math.min(words, from + piece.length)));
			from += piece.length;
		}
		const rest = pieces.slice(used).reduce((bytes, { byteLength }) => bytes + byteLength, 0);
		this.piece = pieces[used - 1];
		this.at = this.piece.length - (from - words);
		this.full = pieces.slice(0, used - 1);
		this.fullWords = from - this.piece.length;
		return rest;
	}

	/** @returns bytes that it had */
	clear(): number {
		const bytes = [...this.full, this.piece].reduce((sum, { byteLength }) => sum + byteLength, 0);
		this.full = [];
		this.piece = new Uint32Array(0);
		this.at = this.fullWords = this.differentWords = 0;
		return bytes;
	}
}

function isSameHash(list: Uint32Array, one: number, other: number): boolean {
	return (
		list[one] === list[other] &&
		list[one + 1] === list[other + 1] &&
		list[one + 2] === list[other + 2] &&
		list[one + 3] === list[other + 3]
	);
}
