/** The checks by the internal names of their options. */
export const CHECK_NAMES = [
	'minRows',
	'maxRows',
	'maxRowChangePercent',
	'notNullColumns',
	'uniqueColumns',
	'newestWithinHours',
	'sameInput',
	'allowedValues',
	'bounds',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** What a check came to, as the summary lists it. */
export interface CheckResult {
	check: CheckName;
	column?: string;
	/** null where the check could not be made, or does not apply. */
	held: boolean | null;
	/** How many values or rows break it. */
	count?: number;
	/** The first ten places. */
	first?: string[];
	/** Of the newest date: dates beyond tomorrow, which do not count. */
	later?: { count: number; first: string[] };
	/** Why it does not hold, or could not be made. */
	reason?: string;
}

/** A result, as the checks give it. */
export interface Finding extends CheckResult {
	/** Nothing is refused for it: the check does not apply, or was not made as another one had stopped the load. */
	isIdle?: boolean;
	/** Further rows can't change it. */
	isSettled?: boolean;
	/** A sentence for the user, whether it holds or not. */
	hint?: string;
}

/** The fields of some rows in their columns, as they are sent; valid until the next batch. */
export interface FieldBatch {
	/** Of the block that the fields are in. */
	bytes: Buffer;
	rows: number;
	/** Of the upload, the batch's first. */
	firstRow: number;
	/** Behind each record of the block: the batch's are ends[first] and those that follow. */
	ends: Int32Array;
	first: number;
	/** @returns whether any quotes are in the block: looked for where a check asks for it */
	hasQuotes(): boolean;
	/** @returns where a checked column's fields are; they are looked for where a check asks for any */
	column(index: number): FieldPlaces;
}

/** Where the fields of one column are, without their quotes. */
export interface FieldPlaces {
	from: Int32Array;
	/** Behind the field; -1 for NULL. Where no check needs it, another number. */
	to: Int32Array;
	/** Whether quotes in the field are doubled. */
	quoted: Uint8Array;
}

/** One check of the rows that are sent. */
export interface RowCheck {
	/** The columns that it looks at, by their index in the DataSet. */
	readonly columns: readonly number[];
	/** Whether it looks at where fields end, or at quotes in them. */
	readonly needsEnds: boolean;
	/** Whether it mostly looks at records as they stand, and asks for fields where quotes are at most. */
	readonly readsRecords?: boolean;
	/** Looks at some rows; every row comes once, in order. */
	look(batch: FieldBatch, locate: (row: number) => string): void;
	/** After the last row: does what takes long, and lets others have their turn meanwhile. */
	finish?(): Promise<void>;
	/** Of the rows so far. */
	findings(): Finding[];
	/** Lets go of its memory. */
	close?(): void;
}

/** A field's text. */
export function textOf(bytes: Buffer, { from, to, quoted }: FieldPlaces, row: number): string {
	const text = bytes.toString('utf8', from[row], to[row]);
	return quoted[row] === 1 ? text.replaceAll('""', '"') : text;
}
