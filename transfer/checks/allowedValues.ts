import type { Column } from '../../domo/types';
import { shortened } from '../columns/textInMessage';
import { textOf, type FieldBatch, type FieldPlaces, type Finding, type RowCheck } from './check';
import { inWords } from './inWords';
import { hasOneForm, sameForm } from './numberForm';
import { Violations } from './violations';

/** The values that a column may have; NULL is not looked at. */
export class AllowedValues implements RowCheck {
	readonly columns: readonly number[];
	private readonly values: ReadonlySet<string>;
	private readonly byLength: ReadonlyArray<readonly Buffer[] | undefined>;
	private readonly others = new Violations();

	/** @param values in Domo's form of the column's type */
	constructor(
		private readonly column: Column & { index: number },
		values: readonly string[],
	) {
		this.columns = [column.index];
		this.values = new Set(values.map((value) => sameForm(value, column.type)));
		const byLength: Buffer[][] = [];
		for (const value of this.values) {
			const bytes = Buffer.from(value);
			(byLength[bytes.length] ??= []).push(bytes);
		}
		this.byLength = byLength;
	}

	look(batch: FieldBatch, locate: (row: number) => string): void {
		const { bytes, rows, firstRow } = batch;
		const places = batch.column(this.column.index);
		for (let row = 0; row < rows; row++) {
			if (places.to[row] < 0 || this.isAmong(bytes, places, row)) continue;
			const text = textOf(bytes, places, row);
			if (this.values.has(hasOneForm(this.column.type) ? text : sameForm(text, this.column.type))) continue;
			this.others.add(() => `${locate(firstRow + row)} ('${shortened(text)}')`);
		}
	}

	findings(): Finding[] {
		const { found, count } = this.others;
		const reason = `'${this.column.name}' has a value that is not allowed in ${inWords(count, 'row')}`;
		return [
			{ check: 'allowedValues', column: this.column.name, ...found, ...(found.held ? {} : { reason }) },
		];
	}

	/** Without making a text of the field; the commonest values are found so. */
	private isAmong(bytes: Buffer, { from, to, quoted }: FieldPlaces, row: number): boolean {
		const start = from[row];
		const length = to[row] - start;
		const candidates = this.byLength[length];
		// A long list is looked up as texts.
		if (candidates === undefined || candidates.length > 16) return false;
		for (const candidate of candidates) {
			let k = 0;
			while (k < length && candidate[k] === bytes[start + k]) k++;
			// Within quotes, a quote is written twice: such a field is read as a text.
			if (k === length) return quoted[row] !== 1 || !candidate.includes(0x22);
		}
		return false;
	}
}
