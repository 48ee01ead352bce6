import { InputError } from './inputError';

/**
 * Refuses a REPLACE that would leave the DataSet with too small a share of its rows.
 *
 * @param rows those that take the place of the others
 * @param rowsBefore the DataSet's; undefined where Domo did not tell
 * @throws InputError
 */
export function refuseShrinking(rows: number, rowsBefore: number | undefined, percent: number): void {
	const advice = "If that is right, raise or remove 'Refuse Shrink Below (%)'.";
	if (rowsBefore === undefined) {
		throw new InputError(`Domo does not tell how many rows the DataSet has, which 'Refuse Shrink Below (%)' asks for`, advice);
	}
	if (rows >= (rowsBefore * percent) / 100) return;
	throw new InputError(
		`The input has ${rows} rows, and the DataSet has ${rowsBefore}: a REPLACE would leave less than ${percent} % of them`,
		advice,
	);
}
