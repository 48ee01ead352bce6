import { DomoError } from './errors';
import { pleaseReport } from './unproven';

/** Lists that are longer than this are taken for a server that never ends them. */
const MAX_PAGES = 20_000;

/**
 * Reads a list to its end, or to `limit` entries, page by page. An entry that comes twice, as the list grows meanwhile,
 * is given once; what has no ID, where a list may have such, is left out.
 *
 * A server may have a smaller limit for a page than was asked for, without saying so. A page that is not full therefore
 * ends the list only where an earlier one had more entries; otherwise, another is asked for, which is empty at the end.
 *
 * @param pageSize the endpoint's own limit for one page
 * @param limit how many entries are wanted; undefined for all
 * @param readPage one page, given Domo's `limit` and `offset`
 * @throws DomoError when a page has nothing that was not on an earlier one: the server does not page
 */
export async function readPages<T extends { id: string | number }>(
	pageSize: number,
	limit: number | undefined,
	readPage: (pageLimit: number, offset: number) => Promise<T[]>,
): Promise<T[]> {
	const all = new Map<string | number, T>();
	let offset = 0;
	let serverLimit = 0;
	for (let pages = 0; limit === undefined || all.size < limit; pages++) {
		const pageLimit = limit === undefined ? pageSize : Math.min(pageSize, limit - all.size);
		const page = await readPage(pageLimit, offset);
		const before = all.size;
		for (const entry of page) if (hasId(entry) && !all.has(entry.id)) all.set(entry.id, entry);
		if (page.length < Math.min(pageLimit, Math.max(serverLimit, 1))) break;
		serverLimit = Math.max(serverLimit, page.length);
		// A server that ignores `offset` has no more than this page, where that is not full.
		if (all.size === before && page.length < pageLimit) break;
		if (all.size === before || pages === MAX_PAGES) throw pageRepeats(offset);
		offset += page.length;
	}
	return [...all.values()].slice(0, limit);
}

const hasId = (entry: { id?: unknown } | null) => ['number', 'string'].includes(typeof entry?.id);

/** A server that gives the same page at every offset would be asked for ever. */
function pageRepeats(offset: number): DomoError {
	return new DomoError(
		'DOMO_REPEATED_PAGE',
		`Domo gave the same entries again when asked for those from number ${offset + 1} on, so the list can't be read to its end`,
		{
			kind: 'garbled',
			effect: 'none',
			advice:
				"What answers at the credential's 'Base URL' seems to ignore 'offset'. Check the address. If it is Domo's own, this is new to us. " +
				pleaseReport('how Domo pages this list'),
		},
	);
}
