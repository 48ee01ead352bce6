/**
 * An object with each name as a property of its own, all null. A copy of it (`{ ...emptyRow }`) can be filled by plain
 * assignment: a column named `__proto__` is then a property like any other, where assigning it to `{}` would be lost.
 */
export function emptyRow<T>(names: readonly string[]): Record<string, T | null> {
	return Object.fromEntries(names.map((name) => [name, null]));
}
