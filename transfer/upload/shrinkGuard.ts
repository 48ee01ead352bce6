import { counted } from '../shownNumber';
import { InputError } from '../inputError';

/**
 * Refuses a REPLACE that would leave the DataSet with too small a share of its rows.
 *
 * @param rows those that take the place of the others
 * @param rowsBefore the DataSet's; undefined where Domo did not tell
 * @throws InputError
 */
export function refuseShrinking(rows: number, rowsBefore: number | undefined, percent: number): void {
	const advice = "If that is right, raise or remove 'Refuse Shrink Below (%)'.";
	if (typeof rowsBefore !== 'number' || !(rowsBefore >= 0)) {
		throw new InputError(
			'UPLOAD_SHRINK',
			`Domo does not say how many rows the DataSet has, which 'Refuse Shrink Below (%)' needs`,
			advice,
		);
	}
	if (rows >= (rowsBefore * percent) / 100) return;
	throw new InputError(
		'UPLOAD_SHRINK',
		`The input has ${counted(rows, 'row')}, and the DataSet has ${rowsBefore}: a REPLACE would leave less than ${percent} % of them`,
		advice,
	);
}
