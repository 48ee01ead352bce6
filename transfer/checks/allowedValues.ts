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
	}

	look(batch: FieldBatch, locate: (row: number) => string): void {
		const { bytes, rows, firstRow } = batch;
		const { others } = this;
		const places = batch.column(this.column.index);
		const view = viewOf(bytes);
		for (let row = 0; row < rows; row++) {
			if (places.to[row] < 0 || this.isAllowed(bytes, view, places, row) || !others.add()) continue;
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
