/** 'Repeated Keys' for files: which of the rows that share a key is loaded. */

import { hash128, viewOf } from '../hash128';
import { InputError } from '../inputError';
import { KeyIndex } from './keyIndex';
import { copyText, findFieldEnds } from './writtenRecord';

/** What the keys of files may take, beside the rest of an upload. */
export const KEY_MEMORY_BYTES = 128_000_000;

const ROWS_PER_LOOK = 4096;

/** Looks at each row of files, as it is written for Domo. */
export interface RowFilter {
	/** @returns whether the record bytes[from, to) is loaded */
	keeps(bytes: Buffer, from: number, to: number): boolean;
}

/** A filter that counts what it leaves out. */
export interface CountingFilter extends RowFilter {
	readonly leftOut: number;
}

/** Hashes the key of a record. Equal keys are equal texts, with quotes or without. */
class KeyHasher {
	readonly hash = new Uint32Array(4);
	private readonly ends: Int32Array;
	private text = Buffer.alloc(0);
	private view = viewOf(this.text);

	/** @param keys indexes of the columns that form the key */
	constructor(private readonly keys: readonly number[]) {
		this.ends = new Int32Array(Math.max(...keys) + 1);
	}

	read(bytes: Buffer, from: number, to: number): void {
		const { keys, ends } = this;
		findFieldEnds(bytes, from, to, ends);
		const most = to - from + 4 * keys.length;
		if (this.text.length < most) {
			this.text = Buffer.allocUnsafe(Math.max(1024, most * 2));
			this.view = viewOf(this.text);
		}
		const { text } = this;
		let at = 0;
		for (const key of keys) {
			const start = key === 0 ? from : ends[key - 1] + 1;
			const end = copyText(bytes, start, ends[key], text, at + 4);
			// With its length before it, no part can be taken for the end of another one.
			text.writeUInt32LE(end - at - 4, at);
			at = end;
		}
		hash128(this.view, 0, at, this.hash);
	}
}

/** Keeps the first row of each key, as rows come. */
export class FirstOfEachKey implements CountingFilter {
	leftOut = 0;
	private readonly hasher: KeyHasher;
	private readonly index: KeyIndex;
	private row = 0;

	constructor(keys: readonly number[], maxBytes = KEY_MEMORY_BYTES) {
		this.hasher = new KeyHasher(keys);
		this.index = new KeyIndex(maxBytes);
	}

	/** @throws InputError where there are too many keys to tell apart */
	keeps(bytes: Buffer, from: number, to: number): boolean {
		this.hasher.read(bytes, from, to);
		const earlier = this.index.set(this.hasher.hash, this.row++);
		if (earlier === -2) throw tooManyKeys(this.index.size);
		if (earlier === -1) return true;
		this.leftOut++;
		return false;
	}
}

/** Looks for the last row of each key: all rows come once for that, and none is kept. */
export class LastOfEachKey implements RowFilter {
	private readonly hasher: KeyHasher;
	private readonly index: KeyIndex;
	private row = 0;
	/** A bit for each row that comes again later. */
	private repeated = new Uint8Array(1024);

	constructor(
		keys: readonly number[],
		private readonly signal?: AbortSignal,
		maxBytes = KEY_MEMORY_BYTES,
	) {
		this.hasher = new KeyHasher(keys);
		this.index = new KeyIndex(maxBytes);
	}

	/** @throws InputError where there are too many keys to tell apart; the signal's reason when aborted */
	keeps(bytes: Buffer, from: number, to: number): boolean {
		if (this.row % ROWS_PER_LOOK === 0) this.signal?.throwIfAborted();
		this.hasher.read(bytes, from, to);
		const earlier = this.index.set(this.hasher.hash, this.row++);
		if (earlier === -2) throw tooManyKeys(this.index.size);
		if (earlier >= 0) {
			while (earlier >>> 3 >= this.repeated.length) {
				const longer = new Uint8Array(this.repeated.length * 2);
				longer.set(this.repeated);
				this.repeated = longer;
			}
			this.repeated[earlier >>> 3] |= 1 << (earlier & 7);
		}
		return false;
	}

	/** The filter for the same rows when they come again. The keys themselves are not needed any more. */
	filter(): CountingFilter {
		return new AllButRepeated(this.repeated);
	}
}

class AllButRepeated implements CountingFilter {
	leftOut = 0;
	private row = 0;

	constructor(private readonly repeated: Uint8Array) {}

	keeps(): boolean {
		const row = this.row++;
		if (((this.repeated[row >>> 3] ?? 0) & (1 << (row & 7))) === 0) return true;
		this.leftOut++;
		return false;
	}
}

function tooManyKeys(keys: number): InputError {
	return new InputError(
		'VALUE_TOO_MANY_KEYS',
		`The files have more than ${keys.toLocaleString('en-US')} different keys: that is more than 'Repeated Keys' can tell apart in ${KEY_MEMORY_BYTES / 1_000_000} MB`,
		"Remove the rows with repeated keys before this node and set 'Repeated Keys' to Refuse, or load the files in several uploads.",
	);
}
