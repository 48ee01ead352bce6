import type { Settings } from './options';
import { Refusal } from './refusal';

export type Query = Record<string, string | string[] | undefined>;

/** One page of a list by its `limit` and `offset`. @throws Refusal where a limit is out of Domo's range */
export function page<T>(all: T[], query: Query, maxLimit: number, { limitOutOfRange }: Settings): T[] {
	const limit = whole(query.limit, 'limit', Math.min(50, maxLimit));
	const offset = whole(query.offset, 'offset', 0);
	if (limitOutOfRange === 'cut') return all.slice(offset, offset + Math.min(Math.max(limit, 1), maxLimit));
	if (limit < 1 || limit > maxLimit) throw new Refusal(400, `limit must be between 1 and ${maxLimit}`);
	return all.slice(offset, offset + limit);
}

function whole(value: Query[string], name: string, fallback: number): number {
	if (value === undefined) return fallback;
	if (typeof value !== 'string' || !/^\d{1,15}$/.test(value))
		throw new Refusal(400, `${name} must be a whole number`);
	return Number(value);
}
