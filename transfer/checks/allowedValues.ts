import type { Column } from '../../domo/types';
import { shortened } from '../columns/textInMessage';
import { textOf, type FieldBatch, type FieldPlaces, type Finding, type RowCheck } from './check';
import { counted } from '../shownNumber';
import { viewOf } from '../hash128';
import { hasOneForm, sameForm } from './numberForm';
import { Violations } from './violations';

const QUOTE = 0x22;

/** Of one length, as bytes. */
const MAX_COMPARED = 16;

/** Values are told apart by their first bytes, as one word. */
const WORD_BYTES = 4;

/** By length. */
const MASKS = [0, 0xff, 0xffff, 0xffffff, -1];

interface Candidate {
	bytes: Buffer;
	word: number;
}

/** The values that a column may have; NULL is not looked at. */
export class AllowedValues implements RowCheck {
	readonly columns: readonly number[];
	readonly needsEnds = true;
	private readonly values: ReadonlySet<string>;
	private readonly byLength: ReadonlyArray<readonly Candidate[] | undefined>;
	/** Of values that are a word at most, by their length; undefined where there are none, or too many to compare. */
	private readonly words: ReadonlyArray<Int32Array | undefined>;
	private readonly others = new Violations();
	private readonly hasOneForm: boolean;

	/** @param values in Domo's form of the column's type */
	constructor(
		private readonly column: Column & { index: number },
		values: readonly string[],
	) {
		this.columns = [column.index];
		this.hasOneForm = hasOneForm(column.type);
		this.values = new Set(values.map((value) => sameForm(value, column.type)));
		const byLength: Candidate[][] = [];
		for (const value of this.values) {
			const bytes = Buffer.from(value);
			(byLength[bytes.length] ??= []).push({ bytes, word: wordOf(bytes) });
		}
		this.byLength = byLength;
		this.words = MASKS.map((_, length) => {
			const candidates = byLength[length] ?? [];
			const isShort = length > 0 && candidates.length <= MAX_COMPARED;
			return isShort ? Int32Array.from(candidates, ({ word }) => word) : undefined;
		});
	}

	look(batch: FieldBatch, locate: (row: number) => string): void {
		const { bytes, rows, firstRow, hasQuotes } = batch;
		const { others, words, hasOneForm: isByWords } = this;
		const places = batch.column(this.column.index);
		const { from, to } = places;
		const view = viewOf(bytes);
		const lastWord = hasQuotes() || !isByWords ? -1 : bytes.length - WORD_BYTES;
		for (let row = 0; row < rows; row++) {
			const start = from[row];
			const length = to[row] - start;
			const candidates = start <= lastWord ? words[length] : undefined;
			if (candidates !== undefined) {
				const word = view.getInt32(start, true) & MASKS[length];
				let k = 0;
				while (k < candidates.length && candidates[k] !== word) k++;
				if (k < candidates.length) continue;
			} else if (to[row] < 0 || this.isAllowed(bytes, view, places, row)) continue;
			if (others.add())
				others.first.push(`${locate(firstRow + row)} ('${shortened(textOf(bytes, places, row))}')`);
		}
	}

	findings(): Finding[] {
		const { found, count } = this.others;
		if (found.held) return [{ check: 'allowedValues', column: this.column.name, ...found }];
		const reason = `'${this.column.name}' has a value that is not allowed in ${counted(count, 'row')}`;
		return [{ check: 'allowedValues', column: this.column.name, ...found, reason }];
	}

	private isAllowed(bytes: Buffer, view: DataView, places: FieldPlaces, row: number): boolean {
		const start = places.from[row];
		const length = places.to[row] - start;
		// Within quotes, a quote is written twice: such a field is read as a text.
		if (places.quoted[row] === 1 && bytes.subarray(start, start + length).includes(QUOTE)) {
			return this.isAllowedText(textOf(bytes, places, row));
		}
		const candidates = this.byLength[length];
		if (candidates !== undefined) {
			// A long list is looked up as texts.
			if (candidates.length > MAX_COMPARED) return this.isAllowedText(textOf(bytes, places, row));
			const word = wordAt(view, start, length);
			for (let index = 0; index < candidates.length; index++) {
				const candidate = candidates[index];
				if (candidate.word !== word) continue;
				let k = WORD_BYTES;
				while (k < length && candidate.bytes[k] === bytes[start + k]) k++;
				if (k >= length) return true;
			}
		}
		return !this.hasOneForm && this.isAllowedText(textOf(bytes, places, row));
	}

	private isAllowedText(text: string): boolean {
		return this.values.has(this.hasOneForm ? text : sameForm(text, this.column.type));
	}
}

/** The first four bytes, or all of fewer, behind which it is zeros. */
function wordOf(bytes: Buffer): number {
	const word = Buffer.alloc(WORD_BYTES);
	bytes.copy(word);
	return word.readInt32LE(0);
}

/** Same, of a field. */
function wordAt(view: DataView, from: number, length: number): number {
	if (from + WORD_BYTES <= view.byteLength) {
		const word = view.getInt32(from, true);
		return length >= WORD_BYTES ? word : word & ((1 << (8 * length)) - 1);
	}
	let word = 0;
	for (let k = 0; k < length; k++) word |= view.getUint8(from + k) << (8 * k);
	return word;
}
