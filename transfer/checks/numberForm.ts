import type { ColumnType } from '../../domo/types';
import { plainDecimal } from '../columns/numbers';

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** One text for each value of a column: `1.50` and `1.5` are one number, of a DOUBLE also `15e-1`. */
export function sameForm(text: string, type: ColumnType): string {
	if (type === 'DOUBLE') {
		const value = Number(text);
		return Number.isFinite(value) ? plainDecimal(value) : text;
	}
	if (type !== 'DECIMAL') return text;
	const found = PLAIN.exec(text);
	if (!found) return text;
	const [, sign, whole, fraction = ''] = found;
	const digits = whole.replace(/^0+(?=\d)/, '');
	const decimals = fraction.replace(/0+$/, '');
	const plain = decimals === '' ? digits : `${digits}.${decimals}`;
	return plain === '0' ? plain : sign + plain;
}

/** Whether all texts of a type are in that form already. */
export function hasOneForm(type: ColumnType): boolean {
	return type !== 'DECIMAL' && type !== 'DOUBLE';
}
