import { InputError } from './inputError';

/** What stands in SQL where a placeholder is text: strings, quoted names, comments. Placeholders are matched last. */
const PIECES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)/g;

/**
 * Puts values in the place of `$1`, `$2` … in a statement. Domo's query endpoint takes no parameters, so they become
 * literals: strings in single quotes with quotes doubled, numbers as they are, null as NULL. Nothing is put inside
 * literals, quoted names or comments.
 *
 * @param values of `$1` first
 * @throws InputError for a placeholder without a value, a value without a placeholder, or a value that is no literal
 */
export function bindSqlParameters(sql: string, values: readonly unknown[]): string {
	const used = new Set<number>();
	const bound = sql.replace(PIECES, (piece, digits: string | undefined) => {
		if (digits === undefined) return piece;
		const number = Number(digits);
		if (number < 1 || number > values.length) {
			throw new InputError(
				`'SQL' asks for $${digits}, but 'Query Parameters' has ${values.length} ${values.length === 1 ? 'value' : 'values'}`,
				'Give one value for each of $1, $2 and so on, in this order.',
			);
		}
		used.add(number);
		return literal(values[number - 1], number);
	});
	const unused = values.findIndex((_, index) => !used.has(index + 1));
	if (unused >= 0) {
		throw new InputError(
			`'Query Parameters' has a value for $${unused + 1}, which 'SQL' does not use`,
			'Write $1, $2 and so on in the statement, without quotes around them.',
		);
	}
	return bound;
}

function literal(value: unknown, number: number): string {
	if (value === null || value === undefined) return 'NULL';
	if (typeof value === 'number' && Number.isFinite(value)) return String(value);
	if (typeof value === 'bigint') return String(value);
	if (typeof value === 'boolean') return `'${value}'`;
	if (typeof value === 'string') return quoted(value, number);
	if (value instanceof Date && !Number.isNaN(value.getTime())) return quoted(value.toISOString().slice(0, 19), number);
	const luxon = value as { isLuxonDateTime?: boolean; toUTC?: () => { toISO: () => string } };
	if (luxon.isLuxonDateTime === true && luxon.toUTC) return quoted(luxon.toUTC().toISO().slice(0, 19), number);
	throw new InputError(
		`The value for $${number} in 'Query Parameters' can't stand in SQL: ${JSON.stringify(value)}`,
		'Give a text, a number, a date or null.',
	);
}

function quoted(text: string, number: number): string {
	// A backslash before the closing quote would open the literal where a server takes it as an escape.
	if (text.includes('\u0000') || /\\'|\\$/.test(text)) {
		throw new InputError(
			`The value for $${number} in 'Query Parameters' holds a NUL, or a backslash before a quote or at its end, which can't be written safely in SQL`,
			'Take that character out of the value.',
		);
	}
	return `'${text.replaceAll("'", "''")}'`;
}
