import type { FieldBatch, Finding, RowCheck } from './check';
import { counted } from '../shownNumber';
import { Violations } from './violations';

/** A column that must have no NULL. */
export class NotNull implements RowCheck {
	readonly columns: readonly number[];
	readonly needsEnds = false;
	private readonly nulls = new Violations();

	constructor(
		private readonly name: string,
		private readonly column: number,
	) {
		this.columns = [column];
	}

	look({ rows, firstRow, column }: FieldBatch, locate: (row: number) => string): void {
		const { to } = column(this.column);
		for (let row = 0; row < rows; row++) {
			if (to[row] < 0 && this.nulls.add()) this.nulls.first.push(locate(firstRow + row));
		}
	}

	findings(): Finding[] {
		const { found, count } = this.nulls;
		return [
			{
				check: 'notNullColumns',
				column: this.name,
				...found,
				...(found.held ? {} : { reason: `'${this.name}' is NULL in ${counted(count, 'row')}` }),
			},
		];
	}
}
