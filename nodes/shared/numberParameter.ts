import { InputError } from '../../transfer/inputError';

/**
 * Checks a number that an expression may have brought in: the editor's own limits hold only what is typed.
 *
 * @param displayName the parameter as the user sees it
 * @returns the number; text of digits, as a field of an item may hold it, counts as one
 * @throws InputError
 */
export function checkNumber(
	value: unknown,
	displayName: string,
	limits: { least: number; whole: boolean },
): number {
	const number = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
	const { least, whole } = limits;
	const isFit = typeof number === 'number' && number >= least && (whole ? Number.isSafeInteger(number) : Number.isFinite(number));
	if (isFit) return number;
	throw new InputError(
		`'${displayName}' is ${JSON.stringify(value) ?? 'missing'}, which is not ${whole ? 'a whole number' : 'a number'} of ${least} or more`,
	);
}
