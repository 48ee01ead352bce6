import type { UpdateMethod } from '../../domo/types';
import type { Finding } from './check';
import { counted } from '../shownNumber';

/** How many rows an upload may have; 0 for no limit. */
export interface RowLimits {
	minRows: number;
	maxRows: number;
	/** By how much a REPLACE may change the DataSet's number of rows. */
	maxRowChangePercent: number;
}

/** What the limits are held against. */
export interface RowFacts {
	rows: number;
	/** The DataSet's; undefined where Domo did not tell. */
	rowsBefore?: number;
	updateMethod: UpdateMethod;
}

/** The limits that are chosen. */
export function chosenRowLimits(limits: RowLimits): Array<keyof RowLimits> {
	return (['minRows', 'maxRows', 'maxRowChangePercent'] as const).filter((check) => limits[check] > 0);
}

/** Holds an upload's number of rows against its limits. */
export function rowFindings(limits: RowLimits, facts: RowFacts): Finding[] {
	const { minRows, maxRows, maxRowChangePercent } = limits;
	const { rows } = facts;
	const has = `the input has ${counted(rows, 'row')}`;
	return [
		...(minRows > 0
			? [
					limit(
						'minRows',
						rows >= minRows,
						rows,
						`${has}, at least ${minRows} ${minRows === 1 ? 'is' : 'are'} wanted`,
					),
				]
			: []),
		...(maxRows > 0
			? [limit('maxRows', rows <= maxRows, rows, `${has}, at most ${maxRows} are allowed`)]
			: []),
		...(maxRowChangePercent > 0 ? [change(maxRowChangePercent, facts)] : []),
	];
}

function limit(check: 'minRows' | 'maxRows', held: boolean, rows: number, reason: string): Finding {
	return { check, held, count: rows, ...(held ? {} : { reason }) };
}

function change(percent: number, { rows, rowsBefore, updateMethod }: RowFacts): Finding {
	const check = 'maxRowChangePercent';
	if (updateMethod !== 'REPLACE')
		return { check, held: null, reason: 'it is for a REPLACE only', isIdle: true };
	if (rowsBefore === undefined)
		return { check, held: null, reason: 'Domo does not say how many rows the DataSet has' };
	if (rowsBefore === 0) return { check, held: null, reason: 'the DataSet is empty', isIdle: true };
	const held = Math.abs(rows - rowsBefore) * 100 <= rowsBefore * percent;
	const reason = `the input has ${counted(rows, 'row')}, the DataSet ${counted(rowsBefore, 'row')}: they differ by more than ${percent} %`;
	return { check, held, count: rows, ...(held ? {} : { reason }) };
}
