import { InputError } from '../../../transfer/inputError';
import { shownValue } from '../../../transfer/shownValue';

/**
 * A parameter that is a text. An expression can give anything: numbers and booleans are taken as their text, nothing
 * (null, undefined) is an empty text, and objects, lists and numbers that are none (NaN) are refused.
 *
 * @param displayName the parameter as the user sees it
 * @returns the text without spaces around it
 * @throws InputError
 */
export function textOf(value: unknown, displayName: string, itemIndex?: number): string {
	switch (typeof value) {
		case 'string':
			return value.trim();
		case 'boolean':
		case 'bigint':
			return String(value);
		case 'undefined':
			return '';
		case 'number':
			// NaN and Infinity come of an expression that failed, and would become words.
			if (Number.isFinite(value)) return String(value);
			throw notAText(value, displayName, itemIndex);
		default:
			if (value === null) return '';
			throw notAText(value, displayName, itemIndex);
	}
}

function notAText(value: unknown, displayName: string, itemIndex?: number): InputError {
	return new InputError(
		'OPTION_NOT_A_TEXT',
		`'${displayName}' must be a text, and is ${shownValue(value)}`,
		'Give a text, or an expression that results in one.',
		itemIndex,
	);
}

/** Same, where it may not be empty. @param advice what to do if it is */
export function requiredTextOf(
	value: unknown,
	displayName: string,
	advice: string,
	itemIndex?: number,
): string {
	const text = textOf(value, displayName, itemIndex);
	if (text !== '') return text;
	const what = value === null || value === undefined ? `is ${String(value)}` : 'is empty';
	throw new InputError('OPTION_EMPTY', `'${displayName}' ${what}`, advice, itemIndex);
}

/**
 * A list of texts: what several fields give, or one expression that gives a list or a single value.
 *
 * @returns the texts without spaces around them; empty entries are left out
 * @throws InputError for an entry that is missing or no text
 */
export function textListOf(value: unknown, displayName: string, itemIndex?: number): string[] {
	if (value === undefined || value === null) return [];
	return [value].flat(2).flatMap((entry: unknown, index) => {
		if (entry === undefined || entry === null) {
			throw new InputError(
				'OPTION_NOT_A_TEXT',
				`'${displayName}' has no text at position ${index + 1}: it is ${String(entry)}`,
				'Correct the expression, or remove the entry.',
				itemIndex,
			);
		}
		const text = textOf(entry, displayName, itemIndex);
		return text === '' ? [] : [text];
	});
}

/** A parameter that is a group of fields. @throws InputError for anything else */
export function fieldsOfParameter(
	value: unknown,
	displayName: string,
	itemIndex?: number,
): Record<string, unknown> {
	if (value === undefined || value === null || value === '') return {};
	if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
	throw new InputError(
		'OPTION_INVALID',
		`'${displayName}' must be an object with fields, and is ${shownValue(value)}`,
		'Enter the fields one by one, or give an object by an expression.',
		itemIndex,
	);
}
