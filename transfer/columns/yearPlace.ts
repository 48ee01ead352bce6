/** Where years of two digits stand in a column's days with slashes or dashes, as far as its values say. */

/** A day's three numbers; also of one that does not exist, such as 30/02/24: a slip of the pen must not settle anything. */
interface ShortDay {
	canHaveYearFirst: boolean;
	canHaveYearLast: boolean;
	first: number;
	second: number;
	third: number;
}

/** It counts different days: a file's repeated values are not all looked at. */
export class YearPlace {
	/** How many can have the year there only, or in either place. */
	onlyFirst = 0;
	either = 0;
	private onlyLast = 0;
	private readonly seen = new Set<number>();
	private readonly firsts = new Set<number>();
	private readonly thirds = new Set<number>();

	add({ canHaveYearFirst, canHaveYearLast, first, second, third }: ShortDay): void {
		const { seen } = this;
		const before = seen.size;
		seen.add((first * 100 + second) * 100 + third);
		if (seen.size === before) return;
		if (canHaveYearFirst) {
			this.firsts.add(first);
			this.thirds.add(third);
			if (canHaveYearLast) this.either++;
			else this.onlyFirst++;
		} else if (canHaveYearLast) this.onlyLast++;
	}

	get days(): number {
		return this.seen.size;
	}

	/**
	 * Whether days that can only have the year first say it of the others, too: these must not be more, nor have first numbers
	 * that vary more than the last, as days do beside years. A slip such as 32/12/23 says nothing.
	 */
	get isFirst(): boolean {
		if (this.either === 0) return true;
		return this.onlyFirst >= this.either && this.firsts.size <= this.thirds.size;
	}

	/** Whether every day can have its year first, and the last numbers take more values than the first. */
	get looksFirst(): boolean {
		return this.onlyLast === 0 && this.onlyFirst === 0 && this.thirds.size > this.firsts.size;
	}
}
