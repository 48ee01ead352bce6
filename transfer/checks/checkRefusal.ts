import { InputError } from '../inputError';
import type { CheckResult, Finding } from './check';
import { counted } from '../shownNumber';
import { placesInWords } from './placesInWords';
import { LABELS } from './labels';

/** So many checks are spelt out; the item has all. */
export const MAX_SAID = 10;

/**
 * What a load is refused with.
 *
 * @param refused what it is refused for; not empty
 * @param results every check's
 * @param isOneOfMany see CheckOptions
 */
export function checksFailed(
	refused: readonly Finding[],
	results: readonly CheckResult[],
	isOneOfMany: boolean,
): InputError {
	const isLoadedTwice = refused.some(({ check }) => check === 'sameInput');
	const onceMore = isOneOfMany ? ONCE_MORE_OF_MANY : ONCE_MORE;
	return new InputError(
		'CHECK_FAILED',
		`A check does not hold, so nothing is loaded. ${sentencesOf(refused)}`,
		`${isLoadedTwice ? `${onceMore.said} ` : ''}Correct the data, or change the check. A check named under 'Only Warn' does not stop the load.`,
		undefined,
		{ checks: [...results] },
	);
}

const ONCE_MORE = {
	said: 'If these rows are to be loaded once more, switch off the check for one run.',
};

/** Without the check, all targets that were loaded before would have their rows twice. */
const ONCE_MORE_OF_MANY = {
	said: "If an earlier run has not loaded all targets, run again with only the items of those that it did not load, or with 'On Error' set to Continue. If these rows are to be loaded once more, switch off the check for one run with only the items of this target.",
};

/** Same, where all that is known is that a check could not be made: the rows may be right. */
export function checksNotMade(refused: readonly Finding[], results: readonly CheckResult[]): InputError {
	return new InputError(
		'CHECK_NOT_MADE',
		`A check could not be made, so nothing is loaded. ${sentencesOf(refused)}`,
		"Raise 'Memory for Unique Columns (MB)' if that is what is missing, remove the check, or name it under 'Only Warn'.",
		undefined,
		{ checks: [...results] },
	);
}

/** "Values Allowed: 'x' has a value that is not allowed in 3 rows: line 2 ('a'), line 5 ('b')" */
export function sentenceOf({ check, reason = '', count = 0, first = [] }: Finding): string {
	const isListed = first.length > 0 && check !== 'newestWithinHours';
	return `${LABELS[check]}: ${reason}${isListed ? `: ${placesInWords(first, count)}` : ''}`;
}

function sentencesOf(findings: readonly Finding[]): string {
	const more = findings.length - MAX_SAID;
	const said = findings.slice(0, MAX_SAID).map(sentenceOf);
	return [...said, ...(more > 0 ? [`So it is with ${counted(more, 'more check')}: see 'checks'`] : [])].join(
		'. ',
	);
}
