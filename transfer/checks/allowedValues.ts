import type { Column } from '../../domo/types';
import { shortened } from '../columns/textInMessage';
import { textOf, type FieldBatch, type FieldPlaces, type Finding, type RowCheck } from './check';
import { counted } from '../shownNumber';
import { hasOneForm, sameForm } from './numberForm';
import { Violations } from './violations';

const QUOTE = 0x22;

/** Of one length, as bytes. */
const MAX_COMPARED = 16;

/** The values that a column may have; NULL is not looked at. */
export class AllowedValues implements RowCheck {
	readonly columns: readonly number[];
	private readonly values: ReadonlySet<string>;
	private readonly byLength: ReadonlyArray<readonly Buffer[] | undefined>;
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
		const byLength: Buffer[][] = [];
		for (const value of this.values) {
			const bytes = Buffer.from(value);
			(byLength[bytes.length] ??= []).push(bytes);
		}
		this.byLength = byLength;
	}

	look(batch: FieldBatch, locate: (row: number) => string): void {
		const { bytes, rows, firstRow } = batch;
		const { others } = this;
		const places = batch.column(this.column.index);
		for (let row = 0; row < rows; row++) {
			if (places.to[row] < 0 || this.isAllowed(bytes, places, row) || !others.add()) continue;
			others.first.push(`${locate(firstRow + row)} ('${shortened(textOf(bytes, places, row))}')`);
		}
	}

	findings(): Finding[] {
		const { found, count } = this.others;
		if (found.held) return [{ check: 'allowedValues', column: this.column.name, ...found }];
		const reason = `'${this.column.name}' has a value that is not allowed in ${counted(count, 'row')}`;
		return [{ check: 'allowedValues', column: this.column.name, ...found, reason }];
	}

	private isAllowed(bytes: Buffer, places: FieldPlaces, row: number): boolean {
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
			for (let index = 0; index < candidates.length; index++) {
				const candidate = candidates[index];
				let k = 0;
				while (k < length && candidate[k] === bytes[start + k]) k++;
				if (k === length) return true;
			}
		}
		return !this.hasOneForm && this.isAllowedText(textOf(bytes, places, row));
	}

	private isAllowedText(text: string): boolean {
		return this.values.has(this.hasOneForm ? text : sameForm(text, this.column.type));
	}
}
