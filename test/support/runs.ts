/* eslint-disable @n8n/community-nodes/no-restricted-globals */
const IS_CI = Boolean(process.env.CI);

/**
 * How long a long test is: what finds most slips in a newcomer's `npm test`, and all of it in CI (where the variable `CI`
 * is set).
 *
 * @param short e.g. the runs of a property
 */
export const runs = (short: number, full: number): number => (IS_CI ? full : short);

/**
 * The rows of a long table: all in CI, else every so many-th.
 *
 * @param from the first one to take: differs from table to table, so that together they take every row
 */
export const sample = <T>(table: readonly T[], every: number, from = 0): T[] =>
	table.filter((_, index) => IS_CI || index % every === from % Math.min(every, table.length));
