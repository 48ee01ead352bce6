/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as wait } from 'node:timers/promises';

import { describe, fieldsOf, idOf, isGood, isPage } from './answers';
import type { Entry, Ledger } from './ledger';
import type { Answer, Ask } from './wire';

export interface CleanedUp {
	/** What could not be deleted, or not be seen to be: it stays in the ledger. */
	left: string[];
	/** What bears the ID of something that a run has made, and another name: it is not touched. */
	notOurs: string[];
}

/** How a mark begins, for entries that were noted without. */
const ANY_MARK = /^contract \d{8}T\d{4}-[0-9a-f]{6}(?![0-9a-z])/;
/** A DELETE may take effect a moment after its answer. */
const LOOKS = 4;
/** What the run has just made may take some seconds to be shown. */
const LOOKS_AT_NEW = 6;
const LOOK_PAUSE_MS = 250;
/** What is left is tried again, unless that has taken too long already. */
const PASSES = 3;
const PASS_PAUSE_MS = 1_000;
const MOST_PASSES_MS = 60_000;

/**
 * Deletes what runs have made, by the IDs they noted. An ID alone is not enough: what it names must have the name that
 * was given to it. An answer to a DELETE is not enough either: the thing must be seen to be gone.
 * @param ask gives any answer, also that of a server that is not well
 */
export async function cleanUp(
	ask: (ask: Pick<Ask, 'method' | 'path'>) => Promise<Answer>,
	ledger: Ledger,
	whose: Parameters<Ledger['left']>[0],
): Promise<CleanedUp> {
	const notOurs: string[] = [];
	const endsAtMs = performance.now() + MOST_PASSES_MS;
	for (let pass = 1; ; pass++) {
		const left: string[] = [];
		for (const entry of ledger.left(whose)) {
			const what = `${entry.kind === 'stream' ? 'Stream' : 'DataSet'} ${entry.id}`;
			const fate = await deleteOne(ask, entry, whose === 'this run' ? LOOKS_AT_NEW : 1).catch(
				(error: Error) => error.message,
			);
			if (fate === NOT_OURS) notOurs.push(what);
			else if (fate !== GONE) left.push(`${what}: ${fate}`);
			if (fate === GONE || fate === NOT_OURS) ledger.strike(entry);
		}
		// A server that was not well for a moment, or a Stream that had to go before its DataSet.
		if (left.length === 0 || pass === PASSES || performance.now() > endsAtMs) return { left, notOurs };
		await wait(PASS_PAUSE_MS * pass);
	}
}

const GONE = Symbol('gone');
const NOT_OURS = Symbol('not ours');

/** @returns why it may still be there, where it is neither gone nor another's */
async function deleteOne(
	ask: Parameters<typeof cleanUp>[0],
	entry: Entry,
	mostLooks: number,
): Promise<string | typeof GONE | typeof NOT_OURS> {
	const collection = entry.kind === 'stream' ? 'streams' : 'datasets';
	const path = `/v1/${collection}/${encodeURIComponent(entry.id)}`;
	const look = { method: 'GET' as const, path: entry.kind === 'stream' ? `${path}?fields=all` : path };
	let found = await ask(look);
	for (let looks = 1; isMissing(found) && looks < mostLooks; looks++) {
		await wait(LOOK_PAUSE_MS * looks);
		found = await ask(look);
	}
	if (isDeleted(found)) return GONE;
	if (isMissing(found)) {
		if (await canSee(ask, collection)) return GONE;
		return `whether it is gone could not be seen: ${describe(found)}`;
	}
	const name = await nameOf(ask, entry, found);
	if (name === undefined) return `whether it is the run's own could not be seen: ${describe(found)}`;
	if (!(entry.mark ? name.startsWith(entry.mark) : ANY_MARK.test(name))) return NOT_OURS;
	let answer = await ask({ method: 'DELETE', path });
	if (!isGood(answer) && entry.kind === 'stream') {
		// An execution that is open may stand in the way.
		await ask({ method: 'PUT', path: `${path}/executions/abort` });
		answer = await ask({ method: 'DELETE', path });
	}
	for (let looks = 1; ; looks++) {
		const after = await ask(look);
		if (isDeleted(after) || isMissing(after) || (isGood(answer) && (await isUnknown(ask, collection, after))))
			return GONE;
		if (!isGood(answer) || isPage(answer) || looks === LOOKS)
			return `DELETE was answered ${describe(answer)}, and it is still there or can't be seen: ${describe(after)}`;
		await wait(LOOK_PAUSE_MS * looks);
	}
}

/** Whether something that is surely there is shown: else "not found" may be the word of something before Domo. */
async function canSee(ask: Parameters<typeof cleanUp>[0], collection: string): Promise<boolean> {
	const list = await ask({ method: 'GET', path: `/v1/${collection}?limit=1` });
	if (!isGood(list) || !Array.isArray(list.json)) return false;
	const id = idOf(fieldsOf(list.json[0]).id);
	if (list.json.length === 0) return true;
	return (
		id !== undefined &&
		isGood(await ask({ method: 'GET', path: `/v1/${collection}/${encodeURIComponent(id)}` }))
	);
}

/** Whether that is what Domo answers of what has never been. */
async function isUnknown(
	ask: Parameters<typeof cleanUp>[0],
	collection: string,
	{ status }: Answer,
): Promise<boolean> {
	if (status !== 400 && status !== 403) return false;
	const never = collection === 'streams' ? '999999999' : '00000000-0000-4000-8000-000000000000';
	return (await ask({ method: 'GET', path: `/v1/${collection}/${never}` })).status === status;
}

/** Of a DataSet, or of a Stream's DataSet. @returns undefined where none is shown */
async function nameOf(
	ask: Parameters<typeof cleanUp>[0],
	{ kind }: Entry,
	found: Answer,
): Promise<string | undefined> {
	if (!isGood(found)) return undefined;
	const fields = fieldsOf(found.json);
	const dataSet = kind === 'dataSet' ? fields : fieldsOf(fields.dataSet);
	if (typeof dataSet.name === 'string') return dataSet.name;
	const id = idOf(dataSet.id);
	if (kind === 'dataSet' || !id) return undefined;
	const shown = await ask({ method: 'GET', path: `/v1/datasets/${encodeURIComponent(id)}` });
	const { name } = isGood(shown) ? fieldsOf(shown.json) : {};
	return typeof name === 'string' ? name : undefined;
}

/** Whether it answers as a deleted DataSet does. */
function isDeleted(answer: Answer): boolean {
	return isGood(answer) && fieldsOf(answer.json).deleted === true;
}

/** Whether it is said not to be there, and not by a page of something before Domo. */
function isMissing(answer: Answer): boolean {
	if (answer.status !== 404 && answer.status !== 410) return false;
	return answer.text.trim() === '' || (answer.json !== undefined && !isPage(answer));
}
