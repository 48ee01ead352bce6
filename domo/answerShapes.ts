/** What an answer must have so that the code can go on with it; see `isAnswer` in client.ts. */

function fieldOf(answer: unknown, name: string): unknown {
	return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[name] : undefined;
}

/** A PDP policy. */
export function isPolicy(answer: unknown): boolean {
	return typeof fieldOf(answer, 'id') === 'number' && Array.isArray(fieldOf(answer, 'filters'));
}

export function isQueryResult(answer: unknown): boolean {
	return Array.isArray(fieldOf(answer, 'columns')) && Array.isArray(fieldOf(answer, 'rows'));
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
	return typeof fieldOf(answer, 'id') === 'string' || fieldOf(answer, 'deleted') === true;
}
