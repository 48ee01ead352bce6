/** The fields of n8n items, and reading from them column by column. */

import type { Column } from '../../domo/types';
import { looseName } from '../columns/looseName';
import type { Stretch } from '../stretch';

/** The part of n8n's INodeExecutionData that is read; never changed here. */
export interface Item {
	json: Record<string, unknown>;
}

/** Which of the node's input the given items are, where they are not all of it. */
export interface ItemSelection {
	/** The index of each among all items, as n8n shows it. */
	indexes?: readonly number[];
	/** A field that says where an item goes: none of the row's values, unless a column has its name. */
	targetField?: string;
}

export interface FieldSurvey {
	/** Every field that any item has, in order of first appearance. */
	names: string[];
	/** The items that have a field: each is a row. */
	rows: readonly Item[];
	/** @returns the index among all items of a row, as n8n shows it */
	itemOfRow(row: number): number;
	/** @returns the number of a row among the given items, from 1; items that are no row count */
	numberOfRow(row: number): number;
}

/** How many items are read between two looks at the clock. */
export const ITEMS_PER_LOOK = 128;

/** Looks at every item's fields. An item without any is no row. */
export async function surveyFields(
	items: readonly Item[],
	stretch: Stretch,
	signal?: AbortSignal,
	{ indexes, targetField }: ItemSelection = {},
): Promise<FieldSurvey> {
	const names = new Set<string>();
	const emptyItems: number[] = [];
	// Items nearly always have the fields of the item before, in the same order.
	let previous: string[] = [];
	for (let index = 0; index < items.length; index++) {
		const { json } = items[index];
		let count = 0;
		for (const name in json) {
			if (name === previous[count++]) continue;
			previous = Object.keys(json);
			for (const each of previous) names.add(each);
			break;
		}
		if (count === 0) emptyItems.push(index);
		if (index % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
	if (targetField !== undefined) names.delete(targetField);
	const positionOfRow = (row: number): number => {
		let low = 0;
		let high = emptyItems.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			// So many items before it are rows.
			if (emptyItems[middle] - middle <= row) low = middle + 1;
			else high = middle;
		}
		return row + low;
	};
	return {
		names: [...names],
		rows: emptyItems.length === 0 ? items : items.filter(({ json }) => Object.keys(json).length > 0),
		itemOfRow: (row) => {
			const position = positionOfRow(row);
			return indexes === undefined ? position : indexes[position];
		},
		numberOfRow: (row) => positionOfRow(row) + 1,
	};
}

/** The selection where a column of that name takes the target field's values as any other field's. */
export function selectionFor(
	columns: readonly Column[],
	{ targetField, ...selection }: ItemSelection = {},
): ItemSelection {
	const isColumn =
		targetField === undefined || columns.some(({ name }) => looseName(name) === looseName(targetField));
	return isColumn ? selection : { ...selection, targetField };
}

/** Reads the value of a column from an item. */
export class FieldReader {
	/** Names such as 'constructor' would find what every object inherits. */
	private readonly hasInheritedName: boolean;

	/** @param fieldNames for each column the name of its field, or null where it has none */
	constructor(readonly fieldNames: ReadonlyArray<string | null>) {
		this.hasInheritedName = fieldNames.some((name) => name !== null && name in Object.prototype);
	}

	/** @returns the value; undefined where the item has no such field */
	read(json: Record<string, unknown>, column: number): unknown {
		const name = this.fieldNames[column];
		if (name === null || (this.hasInheritedName && !Object.hasOwn(json, name))) return undefined;
		return json[name];
	}
}
