/** The reference loop for items: the product's checks and its NULL rule, written as tightly as one loop can be. */

import type { ColumnType } from '../domo/types';

type Row = { json: Record<string, unknown> };

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const DATE_TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
const NUMBER_TEXT = /^-?\d+(\.\d+)?$/;
const MUST_QUOTE = /[",\r\n]|^\\N$|^\ufeff|^$/;

const COMMA = 44;
const QUOTE = 34;
const LF = 10;
const CR = 13;
const SHORT_TEXT = 64;

export class ReferenceWriter {
	constructor(
		private readonly names: readonly string[],
		private readonly types: readonly ColumnType[],
	) {}

	/** Every value against its column; unknown fields refused. @throws at the first that does not fit */
	check(rows: readonly Row[]): void {
		const { names, types } = this;
		const known = new Set(names);
		for (let row = 0; row < rows.length; row++) {
			const { json } = rows[row];
			let inOrder = 0;
			for (const name in json) {
				if (name !== names[inOrder++] && !known.has(name))
					throw new Error(`item ${row}: unknown field ${name}`);
			}
			for (let column = 0; column < types.length; column++) {
				if (!fits(json[names[column]], types[column]))
					throw new Error(`item ${row}, column ${names[column]}`);
			}
		}
	}

	/** Rows as CSV from `row` on, until there are `maxBytes`. */
	write(rows: readonly Row[], row: number, maxBytes: number): { bytes: Buffer; endRow: number } {
		const { names } = this;
		const columnCount = names.length;
		let bytes = Buffer.allocUnsafeSlow(maxBytes + 1024 * 1024);
		let at = 0;
		while (row < rows.length && at < maxBytes) {
			const { json } = rows[row++];
			for (let column = 0; column < columnCount; column++) {
				const value = json[names[column]];
				if (typeof value === 'string') {
					if (at + value.length * 3 + 64 > bytes.length)
						bytes = Buffer.concat([
							bytes.subarray(0, at),
							Buffer.allocUnsafe(value.length * 3 + 1024 * 1024),
						]);
					at = writeText(bytes, at, value);
				} else if (value !== null && value !== undefined && value === value) {
					at += bytes.write(String(value), at, 'latin1');
				}
				bytes[at++] = COMMA;
			}
			bytes[at - 1] = LF;
			if (at + 64 * columnCount > bytes.length)
				bytes = Buffer.concat([bytes.subarray(0, at), Buffer.allocUnsafe(64 * columnCount + 1024 * 1024)]);
		}
		return { bytes: bytes.subarray(0, at), endRow: row };
	}
}

function fits(value: unknown, type: ColumnType): boolean {
	if (value === null || value === undefined) return true;
	switch (type) {
		case 'STRING':
			return typeof value === 'string'
				? (value as string & { isWellFormed(): boolean }).isWellFormed()
				: typeof value !== 'function';
		case 'LONG':
			return typeof value === 'number'
				? Number.isSafeInteger(value)
				: typeof value === 'string' && NUMBER_TEXT.test(value);
		case 'DECIMAL':
		case 'DOUBLE':
			return typeof value === 'number'
				? Number.isFinite(value)
				: typeof value === 'string' && NUMBER_TEXT.test(value);
		case 'DATE':
			return typeof value === 'string' && DATE.test(value);
		default:
			return typeof value === 'string' && DATE_TIME.test(value);
	}
}

function writeText(bytes: Buffer, at: number, text: string): number {
	if (text.length > 0 && text.length <= SHORT_TEXT && text !== '\\N') {
		let i = 0;
		for (; i < text.length; i++) {
			const code = text.charCodeAt(i);
			if (code > 127 || code === COMMA || code === QUOTE || code === LF || code === CR) break;
			bytes[at + i] = code;
		}
		if (i === text.length) return at + i;
	}
	return at + bytes.write(MUST_QUOTE.test(text) ? `"${text.replaceAll('"', '""')}"` : text, at, 'utf8');
}
