import type { IDataObject } from 'n8n-workflow';

import type { Watch } from './triggerEvent';

/**
 * Looks once and moves the trigger's memory on, only when all of the look went well: a change that could not be read
 * to its end is found again by the next poll, and one that was given out never is.
 *
 * @param memory n8n's static data of the node, which outlives a restart; n8n notes a change only of its own fields
 * @param target names what is watched; another than in the memory starts anew
 * @returns what is to be emitted; nothing at the first look
 */
export async function newChanges(
	memory: IDataObject,
	target: string,
	look: Watch['look'],
): Promise<IDataObject[]> {
	const before = JSON.stringify(memory);
	const { changes, seen } = await look(memory.target === target ? (memory.seen as IDataObject) : undefined);
	const hasBeenOvertaken = JSON.stringify(memory) !== before;
	// n8n starts a poll while a slow one is still under way. The later to end drops what it found: the other has given
	// it out, or the next poll finds it.
	if (hasBeenOvertaken) return [];
	if (JSON.stringify({ target, seen }) !== before) Object.assign(memory, { target, seen });
	return changes;
}
