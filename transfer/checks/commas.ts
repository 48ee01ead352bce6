import { viewOf } from '../hash128';

const COMMA = 0x2c;
const CR = 0x0d;
export const FOUR_COMMAS = 0x2c2c2c2c;

/**
 * Finds commas by words of four bytes: fields are short and of many lengths, and a loop over their bytes costs the processor
 * a wrong guess at the end of each.
 */
export class Commas {
	private readonly view: DataView;
	private readonly lastWord: number;

	constructor(private readonly bytes: Buffer) {
		this.view = viewOf(bytes);
		this.lastWord = bytes.length - 4;
	}

	/** @returns the first one at or behind a place; the end of the bytes where there is none */
	behind(from: number): number {
		const { bytes, view, lastWord } = this;
		let at = from;
		for (; at <= lastWord; at += 4) {
			const found = zeroBytes(view.getInt32(at, true) ^ FOUR_COMMAS);
			if (found !== 0) return at + firstByte(found);
		}
		while (at < bytes.length && bytes[at] !== COMMA) at++;
		return at;
	}

	/** @returns the last one before a place; -1 where there is none */
	before(end: number): number {
		const { bytes, view } = this;
		let at = end - 4;
		for (; at >= 0; at -= 4) {
			const found = zeroBytes(view.getInt32(at, false) ^ FOUR_COMMAS);
			if (found !== 0) return at + 3 - firstByte(found);
		}
		at += 3;
		while (at >= 0 && bytes[at] !== COMMA) at--;
		return at;
	}
}

/** The highest bit of each byte that is 0; others may be set above the lowest of them. */
function zeroBytes(word: number): number {
	return (word - 0x01010101) & ~word & 0x80808080;
}

/** Which byte has the lowest bit that is set, from the lowest byte on. */
function firstByte(word: number): number {
	return (31 - Math.clz32(word & -word)) >> 3;
}

/** Where a record's fields end: at its line end. */
export function endOfFields(bytes: Buffer, from: number, end: number): number {
	return end - 2 >= from && bytes[end - 2] === CR ? end - 2 : end - 1;
}
