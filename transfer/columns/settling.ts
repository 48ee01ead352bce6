/** What settling a column takes and gives. */

import type { Code } from '../../domo/codes';
import type { ColumnType } from '../../domo/types';
import type { ColumnEvidence } from './columnEvidence';
import type { ColumnHint } from './columnHints';
import type { ColumnReading } from './columnReading';
import type { ColumnSettings } from './columnSettings';
import type { Place } from './sample';

export interface ColumnToSettle {
	name: string;
	/** null where it is to be inferred. */
	type: ColumnType | null;
	settings: ColumnSettings;
	evidence: ColumnEvidence;
}

/** Two readings of a column that nothing settles. */
export interface ReadingRefusal {
	column: string;
	code: Code;
	/** What is unclear, with two values and their places. */
	message: string;
	/** The option that settles it. */
	advice: string;
}

/** Where a value is, in words: "line 7", "item 3". */
export type Where = (place: Place) => string;

/** Whether columns decide over readings, or the input is only a slice of a table, in which nothing is settled. */
export type SettlingScope = 'input' | 'slice';

export interface SettledColumns {
	/** In the columns' order; of no use where there are refusals. */
	readings: ColumnReading[];
	/** Only of columns whose type was given: an inferred one becomes STRING instead. */
	refusals: ReadingRefusal[];
	/** Of columns that almost had a type. */
	hints: ColumnHint[];
}
