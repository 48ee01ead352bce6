import type { INodeProperties } from 'n8n-workflow';

import type { Column } from '../../../domo/types';
import { flattenItems } from '../../../transfer/items/flattenItems';
import type { Item } from '../../../transfer/items/itemFields';
import { Stretch } from '../../../transfer/stretch';
import type { OperationContext } from '../run/operation';
import { LOAD_OPTIONS } from './loadOptions';
import type { LoadOptionValues } from './optionFields';
import { checkedValue, fieldOf } from './optionTable';

const NAMES = ['nestedFields', 'flattenSeparator', 'flattenDepth'] as const;

export type NestedFieldsChoice = Pick<LoadOptionValues, (typeof NAMES)[number]>;

/** The options for nested fields, for an operation that has not all of a load's. */
export const nestedFieldsFields: INodeProperties[] = NAMES.map((name) => fieldOf(name, LOAD_OPTIONS[name]));

/** What is chosen of them in a collection. @throws InputError for a value that no field offers */
export function readNestedFields(given: Readonly<Record<string, unknown>>): NestedFieldsChoice {
	return Object.fromEntries(
		NAMES.map((name) => {
			const row = LOAD_OPTIONS[name];
			return [name, Object.hasOwn(given, name) ? checkedValue(row, given[name]) : row.default];
		}),
	) as unknown as NestedFieldsChoice;
}

/**
 * Input items as 'Nested Fields' has them: the same where they are not to be flattened.
 *
 * @param columns the DataSet's, where it exists
 * @throws InputError for items that can't be flattened
 */
export async function flatItems<InputItem extends Item>(
	{ client }: OperationContext,
	items: readonly InputItem[],
	{ nestedFields, flattenSeparator, flattenDepth }: NestedFieldsChoice,
	columns: readonly Column[] = [],
): Promise<readonly Item[]> {
	if (nestedFields !== 'flatten') return items;
	const depth = flattenDepth === 0 ? Infinity : flattenDepth;
	const names = columns.map(({ name }) => name);
	return await flattenItems(
		items,
		{ separator: flattenSeparator, depth },
		names,
		new Stretch(),
		client.signal,
	);
}
