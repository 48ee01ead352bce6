import { InputError } from '../../../../transfer/inputError';
import { shownValue } from '../../../../transfer/shownValue';

/**
 * Puts values into a statement in place of `$1`, `$2` …. Domo's query endpoint takes no parameters, so they become
 * literals: texts in single quotes with quotes doubled, numbers as they are (negative ones in parentheses), null as NULL.
 * Each value is exactly one literal, whatever it holds: a placeholder beside a word, a number or a quote is refused, and
 * so is whatever SQL dialects read differently, as a value could then end up inside a text, or a text inside the SQL
 * (CVE-2024-1597). Nothing is put inside literals, quoted names or comments.
 *
 * @param values of `$1` first
 * @returns the statement; as it came where it has neither placeholders nor values
 * @throws InputError for a placeholder without a value, a value without a placeholder, or one that can't be written safely
 */
export function bindSqlParameters(sql: string, values: readonly unknown[]): string {
	if (values.length === 0 && !/\$\d/.test(sql)) return sql;
	const used = new Set<number>();
	let bound = '';
	let copiedTo = 0;
	for (const { from, to, number, besideText } of placeholders(sql)) {
		if (number < 1 || number > values.length) {
			throw new InputError(
				'QUERY_PARAMETER_MISSING',
				`'SQL' asks for $${number}, but 'Query Parameters' has ${values.length} ${values.length === 1 ? 'value' : 'values'}`,
				'Give one value for each of $1, $2 and so on, in this order.',
			);
		}
		used.add(number);
		if (besideText || isJoined(sql, from, to)) throw besideOther(sql, from, to);
		bound += `${sql.slice(copiedTo, from)}${needsSpace(sql[from - 1]) ? ' ' : ''}${literal(values[number - 1], number)}`;
		if (needsSpace(sql[to])) bound += ' ';
		copiedTo = to;
	}
	const unused = values.findIndex((_, index) => !used.has(index + 1));
	if (unused >= 0) {
		throw new InputError(
			'QUERY_PARAMETER_UNUSED',
			`'Query Parameters' has a value for $${unused + 1}, which 'SQL' does not use`,
			'Write $1, $2 and so on in the statement, without quotes around them.',
		);
	}
	return bound + sql.slice(copiedTo);
}

interface Placeholder {
	from: number;
	to: number;
	number: number;
	/** Whether a text or another value is before or behind it, with nothing but white space and comments between. */
	besideText: boolean;
}

const BLANK = /\s/;
const LINE_COMMENT = /--(?=\s|$)/y;
const PLACEHOLDER = /\$(\d{1,6})/y;

/** Where the placeholders are, outside of texts, quoted names and comments. Takes time in proportion to the statement. */
function* placeholders(sql: string): Generator<Placeholder> {
	let last: Placeholder | undefined;
	let isBehindText = false;
	for (let at = 0; at < sql.length;) {
		const commentTo = endOfComment(sql, at);
		if (commentTo !== undefined) {
			at = commentTo;
			continue;
		}
		const textTo = endOfText(sql, at);
		const placeholder = textTo === undefined ? matchAt(PLACEHOLDER, sql, at) : null;
		if (textTo === undefined && !placeholder) {
			refuseUnclear(sql, at);
			if (!BLANK.test(sql[at])) {
				if (last) yield last;
				last = undefined;
				isBehindText = false;
			}
			at++;
			continue;
		}
		if (last) yield { ...last, besideText: true };
		last = undefined;
		if (placeholder) {
			const to = at + placeholder[0].length;
			last = { from: at, to, number: Number(placeholder[1]), besideText: isBehindText };
		}
		isBehindText = true;
		at = textTo ?? at + (placeholder?.[0].length ?? 0);
	}
	if (last) yield last;
}

/** @returns the position behind a text or quoted name that is closed; undefined where none begins, or a backslash is before a quote */
function endOfText(sql: string, at: number): number | undefined {
	const quote = sql[at];
	if (quote === '`') return behind(sql, quote, at + 1);
	if (quote !== "'" && quote !== '"') return undefined;
	for (let end = at + 1; end < sql.length; end++) {
		if (sql[end] === '\\') {
			end++;
			if (sql[end] === quote) return undefined;
		} else if (sql[end] === quote) {
			if (sql[end + 1] !== quote) return end + 1;
			end++;
		}
	}
	return undefined;
}

/** @returns the position behind a comment that all SQL dialects take as one; undefined where none begins */
function endOfComment(sql: string, at: number): number | undefined {
	if (sql[at] === '-' && matchAt(LINE_COMMENT, sql, at)) {
		const lineEnd = sql.indexOf('\n', at);
		return lineEnd === -1 ? sql.length : lineEnd;
	}
	if (!sql.startsWith('/*', at)) return undefined;
	const end = behind(sql, '*/', at + 2);
	const inner = sql.indexOf('/*', at + 2);
	return end === undefined || (inner !== -1 && inner < end - 1) ? undefined : end;
}

function behind(sql: string, what: string, from: number): number | undefined {
	const at = sql.indexOf(what, from);
	return at === -1 ? undefined : at + what.length;
}

function matchAt(pattern: RegExp, sql: string, at: number): RegExpExecArray | null {
	pattern.lastIndex = at;
	return pattern.exec(sql);
}

/** What begins a text or a comment in one SQL dialect and not in another, or is never ended. */
function refuseUnclear(sql: string, at: number): void {
	const two = sql.slice(at, at + 2);
	const why =
		two === '/*'
			? 'a comment that is not closed, or has another one inside'
			: two === '--'
				? "two dashes that begin a comment in some SQL dialects only: put a space behind '--', or between the dashes"
				: sql[at] === '#'
					? "a '#', which begins a comment in some SQL dialects"
					: sql[at] === '$'
						? "a '$' that no number follows"
						: '\'"`'.includes(sql[at])
							? 'a quote that is not closed, or a backslash before a quote'
							: undefined;
	if (why === undefined) return;
	throw new InputError(
		'QUERY_UNCLEAR_SQL',
		`'SQL' has ${why} (character ${at + 1}). Values can't be put into it safely`,
		"Change that place in the statement, or write the values into it yourself and leave 'Query Parameters' empty.",
	);
}

/** Letters, digits, quotes and the like: what would become one piece with a literal beside it. */
const JOINS_BEFORE = /[\p{L}\p{N}_$'"`.@[\\]$/u;
const JOINS_BEHIND = /^[\p{L}\p{N}_$'"`.@\\(]/u;

/** Whether the characters right beside a placeholder would become one piece with a literal. */
function isJoined(sql: string, from: number, to: number): boolean {
	// Two units hold any one character.
	return (
		JOINS_BEFORE.test(sql.slice(Math.max(0, from - 2), from)) || JOINS_BEHIND.test(sql.slice(to, to + 2))
	);
}

function besideOther(sql: string, from: number, to: number): InputError {
	return new InputError(
		'QUERY_PARAMETER_POSITION',
		`'SQL' has ${sql.slice(from, to)} right beside a word, a number, a text or another value: …${sql.slice(Math.max(0, from - 20), to + 20)}…`,
		'A value is a literal of its own. Put an operator, a comma or a bracket between, such as || to join texts.',
	);
}

/** Of what may stand beside a literal, these make something else of it: U&'…', :'…'. */
function needsSpace(neighbour: string | undefined): boolean {
	return neighbour !== undefined && '&:?!#~^'.includes(neighbour);
}

function literal(value: unknown, number: number): string {
	if (value === null || value === undefined) return 'NULL';
	if ((typeof value === 'number' && Number.isFinite(value)) || typeof value === 'bigint') {
		// Without the parentheses, `1-$1` would begin a comment.
		return value < 0 ? `(${value})` : String(value);
	}
	if (typeof value === 'boolean') return `'${value}'`;
	if (typeof value === 'string') return quoted(value, number);
	if (value instanceof Date && !Number.isNaN(value.getTime()))
		return quoted(value.toISOString().slice(0, 19), number);
	const luxon = value as {
		isLuxonDateTime?: boolean;
		isValid?: boolean;
		toUTC?: () => { toISO: () => string };
	};
	if (luxon.isLuxonDateTime === true && luxon.isValid && luxon.toUTC)
		return quoted(luxon.toUTC().toISO().slice(0, 19), number);
	throw new InputError(
		'QUERY_PARAMETER_VALUE',
		`The value for $${number} in 'Query Parameters' can't be written in SQL: ${shownValue(value)}`,
		'Give a text, a number, a date or null.',
	);
}

function quoted(text: string, number: number): string {
	// A backslash before the closing quote would open the literal where a server takes it as an escape.
	if (text.includes('\u0000') || /\\'|\\$/.test(text)) {
		throw new InputError(
			'QUERY_PARAMETER_VALUE',
			`The value for $${number} in 'Query Parameters' holds a NUL, or a backslash before a quote or at its end, which can't be written safely in SQL`,
			'Take that character out of the value.',
		);
	}
	return `'${text.replaceAll("'", "''")}'`;
}
