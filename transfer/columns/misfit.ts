import type { Code } from '../../domo/codes';

/** Why a value can't be in its column, with what to do where that is not plain. */
export class Misfit {
	/**
	 * @param alwaysRefused whatever 'Bad Values' says: a reading that is not settled, or contradicts another value's
	 */
	constructor(
		readonly code: Code,
		readonly reason: string,
		readonly alwaysRefused = false,
	) {}
}

/** A column's text of one value; null is Domo's NULL. */
export type ValueText = string | null | Misfit;
