import type { Column } from '../../domo/types';
import type { FieldBatch, Finding, RowCheck } from './check';
import { FirstRepeats } from './firstRepeats';
import { HashLists, type HashMemory } from './hashLists';
import { counted } from '../shownNumber';
import { UniqueKeys } from './uniqueKeys';

/** Columns whose values, or whose values together, must be different in all rows. A row with NULL in one is passed over. */
export class Unique implements RowCheck {
	readonly columns: readonly number[];
	readonly needsEnds = true;
	readonly readsRecords: boolean;
	private readonly keys: UniqueKeys;
	private readonly repeats = new FirstRepeats();
	private readonly seen: HashLists;
	private locate: (row: number) => string = String;
	private isFull = false;

	/**
	 * @param which the columns, with their places among the DataSet's
	 * @param table how records are written
	 * @param onFull called once, where the memory does not suffice
	 */
	constructor(
		private readonly which: ReadonlyArray<Column & { index: number }>,
		table: { columnCount: number; nullText: '' | '\\N' },
		memory: HashMemory,
		private readonly onFull: (finding: Finding) => void,
	) {
		this.columns = which.map(({ index }) => index);
		this.keys = new UniqueKeys(which, table.columnCount, table.nullText);
		this.readsRecords = this.keys.areRecords;
		this.seen = new HashLists(memory, (row, first) => this.repeats.add(row, first));
	}

	look(batch: FieldBatch, locate: (row: number) => string): void {
		if (this.isFull) return;
		this.locate = locate;
		const { keys, seen } = this;
		const count = keys.read(batch);
		if (!seen.add(keys.hashes, keys.rows, count, batch.firstRow)) this.giveUp();
	}

	async finish(): Promise<void> {
		await this.seen.settleInTurns();
	}

	findings(): Finding[] {
		const column = this.which.map(({ name }) => name).join(', ');
		const names = this.which.map(({ name }) => `'${name}'`).join(' and ');
		this.seen.settle();
		const { count, rows } = this.repeats;
		const tooMany = `the values of ${names} are too many for the memory that 'Memory for Unique Columns (MB)' gives`;
		if (count === 0 && this.isFull) return [{ check: 'uniqueColumns', column, held: null, reason: tooMany }];
		if (count === 0) return [{ check: 'uniqueColumns', column, held: true }];
		const what = this.which.length > 1 ? 'together ' : '';
		const has = `${names} ${what}${this.which.length > 1 ? 'have' : 'has'} a value again in`;
		const reason = this.isFull
			? `${has} at least ${counted(count, 'row')} (then ${tooMany})`
			: `${has} ${counted(count, 'row')}`;
		const first = rows.map((each) => `${this.locate(each.row)} (as ${this.locate(each.first)})`);
		return [{ check: 'uniqueColumns', column, held: false, count, first, reason, isSettled: true }];
	}

	close(): void {
		this.seen.clear();
	}

	private giveUp(): void {
		this.isFull = true;
		// One value that came again is enough to know that they are not unique.
		this.seen.settle();
		this.seen.clear();
		this.onFull(this.findings()[0]);
	}
}
