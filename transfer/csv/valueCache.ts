const SLOTS = 1024;
const LONGEST_BYTES = 32;
/** Where fewer than one in eight look-ups finds something, looking costs more than it saves. */
const LOOKUPS_TO_JUDGE_BY = 4096;

/** Values of one column that were read before: days and small numbers repeat. */
export class ValueCache {
	/** What the last look-up found: the value in Domo's form, and its conversions. */
	text = '';
	kinds = 0;

	private readonly keys = new Uint8Array(SLOTS * LONGEST_BYTES);
	private readonly lengths = new Uint8Array(SLOTS);
	private readonly texts = new Array<string>(SLOTS).fill('');
	private readonly kindsBySlot = new Int32Array(SLOTS);
	private slot = 0;
	private lookups = 0;
	private hits = 0;
	private isOn = true;

	/** Looks for a field's bytes; what add() then gets is kept for them. */
	has(bytes: Uint8Array, from: number, to: number): boolean {
		const length = to - from;
		if (!this.isOn || length === 0 || length > LONGEST_BYTES) {
			this.slot = -1;
			return false;
		}
		let hash = 0x811c9dc5 | 0;
		for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
		const slot = (this.slot = (hash ^ (hash >>> 15)) & (SLOTS - 1));
		if (++this.lookups === LOOKUPS_TO_JUDGE_BY) this.judge();
		if (this.lengths[slot] !== length) return false;
		const key = slot * LONGEST_BYTES;
		for (let i = 0; i < length; i++) if (this.keys[key + i] !== bytes[from + i]) return false;
		this.hits++;
		this.text = this.texts[slot];
		this.kinds = this.kindsBySlot[slot];
		return true;
	}

	/** Keeps what was read from the bytes of the last look-up, which found nothing. */
	add(bytes: Uint8Array, from: number, to: number, text: string, kinds: number): void {
		const { slot } = this;
		if (slot < 0) return;
		this.lengths[slot] = to - from;
		for (let i = from, k = slot * LONGEST_BYTES; i < to; i++, k++) this.keys[k] = bytes[i];
		this.texts[slot] = text;
		this.kindsBySlot[slot] = kinds;
	}

	private judge(): void {
		this.isOn = this.hits * 8 >= this.lookups;
		this.lookups = 0;
		this.hits = 0;
	}
}
