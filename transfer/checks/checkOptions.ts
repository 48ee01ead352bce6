import type { CheckName } from './check';
import type { RowLimits } from './rowLimits';
import type { LastInput } from './sameInput';

/** A text, or a date as JavaScript or Luxon has it. */
export type BoundValue = string | object;

/** The checks as a person sets them. */
export interface CheckOptions extends RowLimits {
	notNullColumns: readonly string[];
	uniqueColumns: readonly string[];
	/** The columns' values together, not each column's. */
	uniqueTogether: boolean;
	/** Nothing where it is not checked. */
	newestColumn: string;
	/** 0 where it is not checked. */
	newestWithinHours: number;
	allowedValues: ReadonlyArray<{ column: string; values: readonly string[] }>;
	/** Nothing for no bound. */
	bounds: ReadonlyArray<{ column: string; least: BoundValue; greatest: BoundValue }>;
	uniqueMemoryBytes: number;
	/** Whether the load stops as soon as a check can't be made, or is read to its end for the other checks. */
	stopsWhenFull: boolean;
	sameInput: boolean;
	/** Whether the load is of one of several targets of the run. */
	isOneOfMany: boolean;
	whenViolated: 'refuse' | 'warn';
	warnOnly: readonly CheckName[];
	/** What was loaded last into the same DataSet. */
	lastInput: () => LastInput | undefined;
}

/** Whether any check is chosen: where none is, the rows go by untouched. */
export function anyCheck(options: CheckOptions): boolean {
	return (
		options.minRows > 0 ||
		options.maxRows > 0 ||
		options.maxRowChangePercent > 0 ||
		options.notNullColumns.length > 0 ||
		options.uniqueColumns.length > 0 ||
		options.newestColumn !== '' ||
		options.newestWithinHours > 0 ||
		options.allowedValues.length > 0 ||
		options.bounds.length > 0 ||
		options.sameInput
	);
}
