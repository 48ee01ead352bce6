/**
 * Reads a list to its end, or to `limit` entries, page by page.
 *
 * @param pageSize the endpoint's own limit for one page
 * @param limit how many entries are wanted; undefined for all
 * @param readPage one page, given Domo's `limit` and `offset`
 */
export async function readPages<T>(
	pageSize: number,
	limit: number | undefined,
	readPage: (pageLimit: number, offset: number) => Promise<T[]>,
): Promise<T[]> {
	const all: T[] = [];
	while (limit === undefined || all.length < limit) {
		const pageLimit = limit === undefined ? pageSize : Math.min(pageSize, limit - all.length);
		const page = await readPage(pageLimit, all.length);
		all.push(...page);
		if (page.length < pageLimit) break;
	}
	return all;
}
