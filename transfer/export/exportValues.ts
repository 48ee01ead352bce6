import type { ColumnType } from '../../domo/types';

export type ExportValue = string | number | null;

const CODE_0 = 48;
const CODE_9 = 57;
const CODE_MINUS = 45;

/** A decimal of up to 15 digits comes back from a double as it was (IEEE 754). */
export const EXACT_DECIMAL_DIGITS = 15;

/**
 * Turns a field of Domo's export into a value. NULL is an empty field or `\N` without quotes (as R clients write
 * it); `""` is an empty string in a STRING column, and NULL where the type has no empty value.
 *
 * LONG and DECIMAL become numbers only if no digit is lost, else they stay text; DATE and DATETIME stay Domo's
 * text; what isn't of its column's type stays as it came.
 */
export function exportValue(text: string, isQuoted: boolean, type: ColumnType): ExportValue {
	if (text === '') return isQuoted && type === 'STRING' ? '' : null;
	if (!isQuoted && text === '\\N') return null;
	switch (type) {
		case 'LONG':
			return longValue(text);
		case 'DECIMAL':
			return decimalValue(text);
		case 'DOUBLE':
			return doubleValue(text);
		default:
			return text;
	}
}

function longValue(text: string): number | string {
	if (!isInteger(text)) return text;
	const number = Number(text);
	// Adding 0 turns -0 into 0.
	return Number.isSafeInteger(number) ? number + 0 : text;
}

function decimalValue(text: string): number | string {
	if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
	const number = Number(text);
	if (text.length <= EXACT_DECIMAL_DIGITS) return number + 0;
	const shortest = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
	return String(number) === shortest ? number : text;
}

function doubleValue(text: string): number | string {
	const number = Number(text);
	return Number.isFinite(number) && text.trim() !== '' ? number : text;
}

function isInteger(text: string): boolean {
	const start = text.charCodeAt(0) === CODE_MINUS ? 1 : 0;
	for (let i = start; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code < CODE_0 || code > CODE_9) return false;
	}
	return text.length > start;
}
