import type { Stream } from '../../../domo/types';
import { InputError } from '../../../transfer/inputError';
import { dataSetIdOf } from '../../shared/run/dataSetColumns';
import type { OperationContext } from '../../shared/run/operation';
import { findTarget, targetLabel, type TargetChoice } from '../streamTarget';
import type { ItemGroup } from './groupItems';

/** How many targets Domo is asked for at once. */
const ASKED_AT_ONCE = 4;

/** A target as Domo has it, with its items. */
export interface ResolvedTarget {
	/** Undefined where the items name none. */
	label?: string;
	choice?: TargetChoice;
	/** Undefined for a DataSet that is yet to be made. */
	stream?: Stream;
	/** Why nothing can be loaded into it. */
	error?: unknown;
	itemIndexes: number[];
}

/**
 * Looks all targets up in Domo, and makes one of those that are the same there.
 *
 * @returns in order of first appearance, with the items of each in theirs
 */
export async function resolveTargets(
	context: OperationContext,
	groups: ReadonlyArray<ItemGroup<TargetChoice>>,
): Promise<ResolvedTarget[]> {
	const found: ResolvedTarget[] = [];
	for (let from = 0; from < groups.length; from += ASKED_AT_ONCE) {
		const some = groups.slice(from, from + ASKED_AT_ONCE);
		found.push(...(await Promise.all(some.map(async (group) => await resolveTarget(context, group)))));
		context.client.signal?.throwIfAborted();
	}
	return refuseSharedDataSets(mergeTargets(found, context.hint));
}

/** Looks one target up in Domo; what it ends with is the target's error. */
export async function resolveTarget(
	{ client }: OperationContext,
	{ choice, error, itemIndexes }: ItemGroup<TargetChoice>,
): Promise<ResolvedTarget> {
	if (!choice) return { error, itemIndexes };
	const target = { label: targetLabel(choice), choice, itemIndexes };
	try {
		const stream = await findTarget(client, choice);
		return stream ? { ...target, stream } : target;
	} catch (cause) {
		return { ...target, error: cause };
	}
}

/**
 * Targets with one Stream are one, and so are names of DataSets yet to be made that differ only in upper and lower case,
 * from each other or from a DataSet that another item names.
 *
 * @param hint says which names were taken as one
 */
export function mergeTargets(
	targets: readonly ResolvedTarget[],
	hint: (message: string) => void,
): ResolvedTarget[] {
	const kept = new Map<string, ResolvedTarget>();
	const existing = new Map<string, string[]>();
	for (const { choice, stream } of targets) {
		if (!stream || !choice || !('name' in choice)) continue;
		const folded = foldedName(choice.name);
		existing.set(folded, [...(existing.get(folded) ?? []), `stream ${stream.id}`]);
	}
	const keyOf = ({ choice, stream, error }: ResolvedTarget, position: number): string => {
		if (stream) return `stream ${stream.id}`;
		if (error !== undefined || !choice || !('name' in choice)) return `alone ${position}`;
		const folded = foldedName(choice.name);
		const alike = existing.get(folded) ?? [];
		return alike.length === 1 ? alike[0] : `name ${folded}`;
	};
	targets.forEach((target, position) => {
		const key = keyOf(target, position);
		const same = kept.get(key);
		kept.set(key, same ? merged(same, target, hint) : target);
	});
	return [...kept.values()];
}

function merged(
	first: ResolvedTarget,
	other: ResolvedTarget,
	hint: (message: string) => void,
): ResolvedTarget {
	const [main, alias] = first.stream || !other.stream ? [first, other] : [other, first];
	hint(`${alias.label} and ${main.label} are the same target: ${main.label}.`);
	// One by one: a million arguments of one call would not fit the stack.
	const itemIndexes = first.itemIndexes.concat(other.itemIndexes).sort((a, b) => a - b);
	return { ...main, itemIndexes };
}

function foldedName(name: string): string {
	return name.normalize('NFC').toLowerCase();
}

/** Two Streams of one DataSet: a REPLACE of the second would take away what the first has loaded. */
function refuseSharedDataSets(targets: readonly ResolvedTarget[]): ResolvedTarget[] {
	const owners = new Map<string, string>();
	return targets.map((target) => {
		const { stream, label = '' } = target;
		if (!stream || target.error !== undefined) return target;
		try {
			const dataSetId = dataSetIdOf(stream);
			const owner = owners.get(dataSetId);
			owners.set(dataSetId, owner ?? label);
			return owner === undefined ? target : { ...target, error: sharesDataSet(target, owner, dataSetId) };
		} catch (error) {
			return { ...target, error };
		}
	});
}

function sharesDataSet(
	{ itemIndexes: [itemIndex] }: ResolvedTarget,
	owner: string,
	dataSetId: string,
): InputError {
	return new InputError(
		'STREAM_AMBIGUOUS',
		`this Stream and ${owner} both belong to the DataSet ${dataSetId}. Nothing was sent.`,
		'Use one Stream for all items of a DataSet.',
		itemIndex,
	);
}
