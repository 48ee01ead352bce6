import type { DomoClient } from './client';
import { EXECUTIONS_PER_PAGE, listExecutionPage, listExecutions } from './executions';
import type { Execution } from './types';

/** How much further each look for a list's end goes than the one before. */
const STRIDE = 4;

/**
 * The newest executions of a Stream, newest first: at least one page of them, or all there are. Ids count up per Stream,
 * but nobody says in which order Domo lists them. Newest first, it takes one request. Oldest first, the end of the list is
 * searched for: 600 executions take about eight requests, 10,000 about twelve, and a few more where the server's own
 * limit for a page is smaller.
 *
 * @param above goes on to all executions with a higher id than this
 * @throws DomoError
 */
export async function listRecentExecutions(
	client: DomoClient,
	streamId: number,
	above?: number,
): Promise<Execution[]> {
	const read = async (offset: number) =>
		await listExecutionPage(client, streamId, EXECUTIONS_PER_PAGE, offset);
	const first = await read(0);
	if (first.length === 0 || isWhole(first)) return newestFirst(first);
	// A server may have a smaller limit than was asked for, so that only what comes next says whether this is all.
	if (first.length < EXECUTIONS_PER_PAGE) {
		const more = await read(first.length);
		if (more.every(({ id }) => first.some((execution) => execution.id === id))) return newestFirst(first);
	}
	const inOrder = isSorted(first, -1)
		? await readOn(read, first, above)
		: isSorted(first, 1)
			? await readBack(read, first, above)
			: undefined;
	// In no order at all, only the whole list has the newest for sure.
	return newestFirst(inOrder ?? (await listExecutions(client, streamId)));
}

/** Newest first and down to the very first one: nothing can come after it. */
function isWhole(page: Execution[]): boolean {
	return page.length > 1 && page[page.length - 1].id === 1 && isSorted(page, -1);
}

type ReadPage = (offset: number) => Promise<Execution[]>;

function newestFirst(executions: Execution[]): Execution[] {
	const byId = new Map(executions.map((execution) => [execution.id, execution]));
	return [...byId.values()].sort((a, b) => b.id - a.id);
}

/** @param direction 1: ids go up; -1: they go down */
function isSorted(executions: Execution[], direction: 1 | -1): boolean {
	return executions.every(
		(execution, index) => index === 0 || (execution.id - executions[index - 1].id) * direction > 0,
	);
}

/** Newest first: on until `above` is reached. @returns undefined where the list is in another order after all */
async function readOn(
	read: ReadPage,
	first: Execution[],
	above: number | undefined,
): Promise<Execution[] | undefined> {
	const all = [...first];
	const isEnough = () =>
		all.length >= EXECUTIONS_PER_PAGE && all[all.length - 1].id <= (above ?? Infinity) + 1;
	for (let page = first; page.length > 0 && !isEnough();) {
		page = await read(all.length);
		// The list may have grown meanwhile: a page may begin with what the last one ended with, but must go on.
		if (page.length > 0 && page[page.length - 1].id >= all[all.length - 1].id) return undefined;
		all.push(...page);
	}
	return all;
}

/**
 * Oldest first: the end, and from there back until there is a page of them and `above` is reached.
 *
 * @returns undefined where the list is in another order after all
 */
async function readBack(
	read: ReadPage,
	first: Execution[],
	above: number | undefined,
): Promise<Execution[] | undefined> {
	// A server may have a smaller limit of its own.
	const full = first.length;
	let last = { offset: 0, page: first };
	let isInOrder = true;
	const takeIfThere = async (offset: number) => {
		const page = await read(offset);
		if (page.length === 0) return false;
		isInOrder = page[0].id > last.page[last.page.length - 1].id;
		last = { offset, page };
		return isInOrder;
	};
	// The end is behind `last`, and not behind `beyond`.
	let beyond = full;
	while (last.page.length === full && (await takeIfThere(beyond))) beyond *= STRIDE;
	while (isInOrder && last.page.length === full && beyond - last.offset > full) {
		const pages = (beyond - last.offset) / full;
		const middle = last.offset + Math.max(1, Math.floor(pages / 2)) * full;
		if (!(await takeIfThere(middle))) beyond = middle;
	}
	if (!isInOrder) return undefined;
	const all = [...last.page];
	const isEnough = () => all.length >= EXECUTIONS_PER_PAGE && all[0].id <= (above ?? Infinity) + 1;
	for (let { offset } = last; offset > 0 && !isEnough();) {
		offset = Math.max(0, offset - full);
		all.unshift(...(offset === 0 ? first : await read(offset)));
	}
	return all;
}
