import type { INodeProperties } from 'n8n-workflow';

import { InputError } from '../../../transfer/inputError';
import type { OperationContext } from '../run/operation';
import { readForAllItems } from '../run/sameForAllItems';
import { LOAD_OPTIONS } from './loadOptions';
import {
	checkedValue,
	fieldOf,
	rowsOf,
	type NumberRow,
	type OptionGroup,
	type OptionOperation,
	type OptionRow,
	type ValueOf,
} from './optionTable';
import { shownValue } from '../../../transfer/shownValue';

export type LoadOptionName = keyof typeof LOAD_OPTIONS;

/** All options with their values; one that an operation does not have has its default. */
export type LoadOptionValues = { [Name in LoadOptionName]: ValueOf<(typeof LOAD_OPTIONS)[Name]> };

export const GROUPS: Record<OptionGroup, { displayName: string; addText: string }> = {
	fileOptions: { displayName: 'File Options', addText: 'Add File Option' },
	valueOptions: { displayName: 'Value Options', addText: 'Add Value Option' },
	checks: { displayName: 'Checks Before Commit', addText: 'Add Check' },
	options: { displayName: 'Options', addText: 'Add Option' },
};

/** The collections of options that an operation shows, in their order. */
export function optionFields(operation: OptionOperation): INodeProperties[] {
	return groupsOf(operation).map((group) => ({
		displayName: GROUPS[group].displayName,
		name: group,
		type: 'collection',
		placeholder: GROUPS[group].addText,
		default: {},
		...(group === 'fileOptions' ? { displayOptions: { show: { inputSource: ['binary'] } } } : {}),
		options: rowsOf(LOAD_OPTIONS, operation, group)
			.map(([name, row]) => fieldOf(name, row, operation))
			.sort((a, b) => a.displayName.localeCompare(b.displayName)),
	}));
}

function groupsOf(operation: OptionOperation): OptionGroup[] {
	return (Object.keys(GROUPS) as OptionGroup[]).filter(
		(group) => rowsOf(LOAD_OPTIONS, operation, group).length > 0,
	);
}

/**
 * What the user chose, with the defaults filled in; read once for all items.
 *
 * @throws InputError for a value that no field offers
 */
export async function readLoadOptions(
	context: OperationContext,
	operation: OptionOperation,
): Promise<LoadOptionValues> {
	const values = Object.fromEntries(
		Object.entries(LOAD_OPTIONS).map(([name, row]) => [name, row.default as unknown]),
	);
	for (const group of groupsOf(operation)) {
		const { displayName } = GROUPS[group];
		const given: unknown = await readForAllItems(context, group, displayName, (itemIndex) =>
			context.node.getNodeParameter(group, itemIndex, {}),
		);
		if (typeof given !== 'object' || given === null || Array.isArray(given)) {
			throw new InputError(
				'OPTION_INVALID',
				`'${displayName}' can't be ${shownValue(given)}. Nothing was sent.`,
				'It must be an object with the internal names of options, such as { "maxTries": 3 }.',
			);
		}
		for (const [name, value] of Object.entries(given)) {
			const row: OptionRow | undefined = Object.hasOwn(LOAD_OPTIONS, name)
				? LOAD_OPTIONS[name as LoadOptionName]
				: undefined;
			if (row === undefined || !row.operations.includes(operation)) continue;
			if (row.group !== group) {
				throw new InputError(
					'OPTION_MISPLACED',
					`'${row.displayName}' is set under '${displayName}', where it has no effect. Nothing was sent.`,
					`Set it under '${GROUPS[row.group].displayName}'.`,
				);
			}
			values[name] = checkedValue(row, value, operation);
		}
	}
	return values as LoadOptionValues;
}

type NumberName = {
	[Name in LoadOptionName]: (typeof LOAD_OPTIONS)[Name] extends NumberRow ? Name : never;
}[LoadOptionName];

/** What a unit is in the engine's own: milliseconds and bytes. */
const FACTORS: Partial<Record<NonNullable<NumberRow['unit']>, number>> = { seconds: 1000, MB: 1_000_000 };

/** A number as the engine takes it: times in milliseconds, sizes in bytes. */
export function engineNumber(name: NumberName, values: Pick<LoadOptionValues, NumberName>): number {
	const { unit } = LOAD_OPTIONS[name];
	return values[name] * ((unit && FACTORS[unit]) ?? 1);
}
