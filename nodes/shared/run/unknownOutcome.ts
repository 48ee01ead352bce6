import { DomoError } from '../../../domo/errors';

/**
 * Says that a request without an ID of ours may have taken effect, and how to find out. Any other error is
 * returned as it is.
 *
 * @param what what is in doubt, to follow "It is not known whether": "the DataSet 'Sales' was created"
 * @param advice how the user finds out
 */
export function explainUnknown(error: unknown, what: string, advice: string): unknown {
	if (!(error instanceof DomoError) || error.details.effect !== 'unknown') return error;
	return new DomoError('DOMO_OUTCOME_UNKNOWN', `It is not known whether ${what}: ${error.message}`, {
		...error.details,
		advice,
	});
}
