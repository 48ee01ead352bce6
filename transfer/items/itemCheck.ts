/** Finds, before anything is sent, how the columns of items are read, and the values that do not fit them. */

import type { Code } from '../../domo/codes';
import type { Column } from '../../domo/types';
import { BadValues, type BadValue } from '../columns/badValues';
import { valueAlwaysRefused } from '../columns/badValueFaults';
import { ColumnEvidence } from '../columns/columnEvidence';
import type { ColumnProfile } from '../columns/columnProfile';
import { ColumnReader } from '../columns/columnReader';
import type { ColumnSettingsByName } from '../columns/columnSettings';
import { Misfit } from '../columns/misfit';
import { settleColumns, type ReadingRefusal, type SettlingScope } from '../columns/settleColumns';
import { InputError } from '../inputError';
import type { Stretch } from '../stretch';
import { ITEMS_PER_LOOK, type FieldReader, type Item } from './itemFields';
import { UniqueKeys } from './uniqueKeys';

/** Rows beside the columns they go to. */
export interface ItemTable {
	rows: readonly Item[];
	/** @returns the index of a row's item, as n8n shows it */
	itemOfRow(row: number): number;
	/** @returns the number of a row's item among those that are loaded as one, from 1 */
	numberOfRow(row: number): number;
	columns: readonly Column[];
	fields: FieldReader;
}

export interface ItemReadings {
	readers: readonly ColumnReader[];
	/** For each column whether all its values surely fit, with nothing to tell of it. */
	plain: readonly boolean[];
	/** For each column whether all its texts are in Domo's form. */
	plainTexts: readonly boolean[];
	/** Readings that nothing settles. */
	refusals: readonly ReadingRefusal[];
}

/** Looks at every value, and settles how each column is read. */
export async function readingsOf(
	{ rows, itemOfRow, columns, fields }: ItemTable,
	settings: ColumnSettingsByName,
	scope: SettlingScope,
	/** For each column whether NULL is refused in it: a column with one is not plain. */
	refusesNull: readonly boolean[],
	stretch: Stretch,
	signal?: AbortSignal,
): Promise<ItemReadings> {
	const toSettle = columns.map(({ name, type }) => {
		const own = settings.of(name);
		return { name, type, settings: own, evidence: new ColumnEvidence(type, own) };
	});
	const evidence = toSettle.map((each) => each.evidence);
	const { fieldNames } = fields;
	const nullFound = columns.map(() => false);
	const add = (value: unknown, column: number, row: number): void => {
		evidence[column].add(value, row);
		if (refusesNull[column] && isNull(value)) nullFound[column] = true;
	};
	for (let row = 0; row < rows.length; row++) {
		const { json } = rows[row];
		let column = 0;
		// Items with the columns' fields in their order, as nearly all are, need no look-up for each value.
		for (const name in json) {
			if (name !== fieldNames[column]) break;
			add(json[name], column, row);
			column++;
		}
		for (; column < columns.length; column++) add(fields.read(json, column), column, row);
		if (row % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
	const { readings, refusals } = settleColumns(toSettle, (row) => `item ${itemOfRow(row)}`, scope);
	const pointsFit = (column: number) =>
		!(evidence[column].hasPoint && readings[column].decimalSign === 'comma');
	return {
		readers: readings.map((reading) => new ColumnReader(reading)),
		plain: evidence.map(
			({ allInDomosForm }, column) => allInDomosForm && !nullFound[column] && pointsFit(column),
		),
		plainTexts: evidence.map(({ textsInDomosForm }, column) => textsInDomosForm && pointsFit(column)),
		refusals,
	};
}

/** Why a column can't have NULL. */
export interface NullRefusal {
	code: Code;
	reason: string;
	isKey: boolean;
}

/**
 * Reads every value that is not in Domo's form, and counts what was converted.
 *
 * @param nullRefusals for each column why it cannot hold NULL, or null where it can
 * @param profiles one for each column, for which every value is read
 * @returns the rows to be left out, in their order
 * @throws InputError for a value that is refused whatever 'Bad Values' says
 */
export async function checkValues(
	{ rows, itemOfRow, columns, fields }: ItemTable,
	{ readers, plain }: ItemReadings,
	nullRefusals: ReadonlyArray<NullRefusal | null>,
	badValues: BadValues,
	profiles: readonly ColumnProfile[] | null,
	stretch: Stretch,
	signal?: AbortSignal,
): Promise<number[]> {
	const leftOut: number[] = [];
	const toRead = columns.map((_, column) => column).filter((column) => profiles !== null || !plain[column]);
	if (toRead.length === 0) return leftOut;
	const kindsByColumn = new Int32Array(columns.length);
	for (let row = 0; row < rows.length; row++) {
		const { json } = rows[row];
		let misfits: BadValue[] | null = null;
		let converted = false;
		for (const column of toRead) {
			const value = fields.read(json, column);
			const reader = readers[column];
			const refusal = nullRefusals[column];
			kindsByColumn[column] = 0;
			if (profiles === null && refusal === null && reader.isInDomosForm(value)) {
				if (typeof value !== 'string' || !reader.copiesAll) continue;
			}
			const text = reader.read(value);
			profiles?.[column].add(value, text, reader.kinds, { item: itemOfRow(row) });
			let fault: Pick<Misfit, 'code' | 'reason'> | null = null;
			if (text instanceof Misfit) {
				if (text.alwaysRefused) {
					const always = valueAlwaysRefused({ item: itemOfRow(row) }, columns[column].name, text);
					if (profiles === null) throw always;
					badValues.refuseAlways(always);
				}
				fault = text;
			} else if (text === null && refusal !== null) {
				fault = refusal;
			} else if (reader.kinds !== 0) {
				kindsByColumn[column] = reader.kinds;
				converted = true;
			}
			if (fault === null) continue;
			misfits ??= [];
			const { code, reason } = fault;
			misfits.push({ column: columns[column].name, value, code, reason, isKey: refusal !== null });
		}
		const isLeftOut =
			misfits !== null && badValues.addRow({ item: itemOfRow(row) }, misfits, () => json) === 'leaveOut';
		if (isLeftOut) leftOut.push(row);
		if (converted && !isLeftOut) {
			for (const column of toRead) {
				if (kindsByColumn[column] !== 0) readers[column].countKinds(kindsByColumn[column]);
			}
		}
		if (row % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
	return leftOut;
}

/** Whether the value is NULL in every column. */
function isNull(value: unknown): boolean {
	return value === null || value === undefined || Number.isNaN(value);
}

/**
 * Refuses two items with the same key: Domo demands unique keys of an upsert. The values must have been checked.
 *
 * @param keyColumns indexes of the columns that form the key
 * @throws InputError that names the first two items with the same key
 */
export async function checkKeysAreUnique(
	table: ItemTable,
	readers: readonly ColumnReader[],
	keyColumns: readonly number[],
	stretch: Stretch,
	signal?: AbortSignal,
): Promise<void> {
	const { rows, itemOfRow, columns } = table;
	const keys = keysOf(table, readers, keyColumns);
	for (let row = 0; row < rows.length; row++) {
		const earlier = keys.add(row);
		if (earlier !== null) {
			throw new InputError(
				'VALUE_DUPLICATE_KEY',
				`Items ${itemOfRow(earlier)} and ${itemOfRow(row)} have the same key: ` +
					keyColumns
						.map((column) => `'${columns[column].name}' = '${keyPart(row, column, table, readers)}'`)
						.join(', '),
				"Rows of a Stream with key columns must be unique by key: remove the duplicates before this node, or set 'Repeated Keys'.",
				itemOfRow(row),
			);
		}
		if (row % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
}

/**
 * The rows to leave out for one row of each key to be left. The values must have been checked.
 *
 * @param keyColumns indexes of the columns that form the key
 * @returns in their order
 */
export async function rowsOfRepeatedKeys(
	table: ItemTable,
	readers: readonly ColumnReader[],
	keyColumns: readonly number[],
	keep: 'keepFirst' | 'keepLast',
	stretch: Stretch,
	signal?: AbortSignal,
): Promise<number[]> {
	const { length } = table.rows;
	const keys = keysOf(table, readers, keyColumns);
	const repeated: number[] = [];
	for (let step = 0; step < length; step++) {
		const row = keep === 'keepFirst' ? step : length - 1 - step;
		if (keys.add(row) !== null) repeated.push(row);
		if (step % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
	return keep === 'keepFirst' ? repeated : repeated.reverse();
}

function keysOf(
	table: ItemTable,
	readers: readonly ColumnReader[],
	[firstColumn, ...otherColumns]: readonly number[],
): UniqueKeys {
	return new UniqueKeys(table.rows.length, (row) => {
		let key = keyPart(row, firstColumn, table, readers);
		for (const column of otherColumns) {
			// With its length before it, no part can be taken for the end of another one.
			const part = keyPart(row, column, table, readers);
			key = `${part.length}:${part}${key}`;
		}
		return key;
	});
}

function keyPart(
	row: number,
	column: number,
	{ rows, fields }: ItemTable,
	readers: readonly ColumnReader[],
): string {
	return String(readers[column].read(fields.read(rows[row].json, column)));
}
