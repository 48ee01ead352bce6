import { InputError } from '../../../transfer/inputError';
import { shownOrMissing } from '../../../transfer/shownValue';

/** Which numbers a field takes. */
export interface NumberLimits {
	least: number;
	/** Infinity where nothing holds it. */
	most?: number;
	whole: boolean;
}

/**
 * A number that an expression may have brought in: the editor's own limits hold only what is typed.
 *
 * @returns text of digits, as a field of an item may hold it, as the number it is; undefined for what is beyond the limits
 */
export function numberWithin(
	value: unknown,
	{ least, most = Infinity, whole }: NumberLimits,
): number | undefined {
	const number = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
	const fits =
		typeof number === 'number' &&
		number >= least &&
		number <= most &&
		(whole ? Number.isSafeInteger(number) : Number.isFinite(number));
	return fits ? number : undefined;
}

/**
 * Same, for a field of its own.
 *
 * @param displayName the parameter as the user sees it
 * @throws InputError
 */
export function checkNumber(value: unknown, displayName: string, limits: NumberLimits): number {
	const number = numberWithin(value, limits);
	if (number !== undefined) return number;
	throw new InputError(
		'OPTION_INVALID',
		`'${displayName}' is ${shownOrMissing(value)}, which is not ${limits.whole ? 'a whole number' : 'a number'} of ${limits.least} or more`,
	);
}
