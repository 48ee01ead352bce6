import type { INodeProperties } from 'n8n-workflow';

import { InputError } from '../../../transfer/inputError';
import { shownValue } from '../../../transfer/shownValue';

/**
 * Refuses values that no field offers. n8n checks only what is typed in: an expression can bring in any text, such
 * as 'append', which Domo would take as REPLACE, or 'false', which is as good as true.
 *
 * @param fields of type `options` or `boolean`; others are passed over
 * @param values by the fields' names; a field without a value is passed over
 * @throws InputError
 */
export function checkOptionValues(fields: readonly INodeProperties[], values: object): void {
	for (const field of fields) {
		const value = (values as Record<string, unknown>)[field.name];
		if (value === undefined) continue;
		if (field.type === 'boolean' && typeof value !== 'boolean') {
			throw refused(field, value, 'It must be true or false, and not a text.');
		}
		if (field.type !== 'options') continue;
		const offered = (field.options ?? []).flatMap((option) => ('value' in option ? [option.value] : []));
		if (!offered.includes(value as string)) {
			throw refused(
				field,
				value,
				`It must be one of ${offered.map((each) => JSON.stringify(each)).join(', ')}.`,
			);
		}
	}
}

/** The fields inside a collection. */
export function fieldsOfCollection(fields: readonly INodeProperties[], name: string): INodeProperties[] {
	return (fields.find((field) => field.name === name)?.options ?? []) as INodeProperties[];
}

function refused({ displayName }: INodeProperties, value: unknown, advice: string): InputError {
	return new InputError(
		'OPTION_INVALID',
		`'${displayName}' can't be ${shownValue(value)}. Nothing was sent.`,
		advice,
	);
}
