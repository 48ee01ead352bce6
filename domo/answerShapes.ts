/** What an answer must have so that the code can go on with it; see `isAnswer` in client.ts. */

function fieldOf(answer: unknown, name: string): unknown {
	return typeof answer === 'object' && answer !== null
		? (answer as Record<string, unknown>)[name]
		: undefined;
}

/** A PDP policy. */
export function isPolicy(answer: unknown): boolean {
	return typeof fieldOf(answer, 'id') === 'number' && Array.isArray(fieldOf(answer, 'filters'));
}

/** A list whose entries can be told apart: one that is null would end in an error of JavaScript's own. */
export function isList(answer: unknown): boolean {
	return (
		Array.isArray(answer) &&
		answer.every((entry) => ['number', 'string'].includes(typeof fieldOf(entry, 'id')))
	);
}

/** Each row has a value for each column. */
export function isQueryResult(answer: unknown): boolean {
	const columns = fieldOf(answer, 'columns');
	const rows = fieldOf(answer, 'rows');
	return (
		Array.isArray(columns) &&
		columns.every((name) => typeof name === 'string') &&
		Array.isArray(rows) &&
		rows.every((row) => Array.isArray(row) && row.length === columns.length)
	);
}

export function isExecution(answer: unknown): boolean {
	return typeof fieldOf(answer, 'id') === 'number' && typeof fieldOf(answer, 'currentState') === 'string';
}

/** One whose DataSet is gone may be told without it. */
export function isStream(answer: unknown): boolean {
	return typeof fieldOf(answer, 'id') === 'number';
}

/** A deleted one may be told without anything else. */
export function isDataSet(answer: unknown): boolean {
	if (fieldOf(answer, 'deleted') === true) return true;
	const columns = fieldOf(fieldOf(answer, 'schema'), 'columns') ?? [];
	return (
		typeof fieldOf(answer, 'id') === 'string' &&
		Array.isArray(columns) &&
		columns.every((column) => typeof fieldOf(column, 'name') === 'string')
	);
}
