import type { Stream } from '../../../domo/types';
import { InputError } from '../../../transfer/inputError';
import { dataSetIdOf } from '../../shared/run/dataSetColumns';
import type { OperationContext } from '../../shared/run/operation';
import { findTarget, targetLabel, type TargetChoice } from '../streamTarget';
import type { ItemGroup } from './groupItems';
import { inOrder } from './inOrder';

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
 * @param atOnce how many Domo is asked for side by side
 * @returns in order of first appearance, with the items of each in theirs
 */
export async function resolveTargets(
	context: OperationContext,
	groups: ReadonlyArray<ItemGroup<TargetChoice>>,
	atOnce: number,
): Promise<ResolvedTarget[]> {
	const { signal } = context.client;
	const found: ResolvedTarget[] = [];
	await inOrder(
		groups,
		atOnce,
		async (group, position, passOn) => {
			passOn();
			found[position] = await resolveTarget(context, group);
		},
		() => signal?.aborted === true,
	);
	signal?.throwIfAborted();
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
 * Targets with one Stream are one. So is a name that no DataSet has with that of one which exists, where they differ only
 * in upper and lower case. Names that differ so, and of which none or several exist, are refused: nobody means to have
 * two such DataSets.
 *
 * @param hint says which names were taken as one
 */
export function mergeTargets(
	targets: readonly ResolvedTarget[],
	hint: (message: string) => void,
): ResolvedTarget[] {
	const byFoldedName = new Map<string, ResolvedTarget[]>();
	for (const target of targets) {
		const folded = foldedNameOf(target);
		if (folded !== undefined) byFoldedName.set(folded, [...(byFoldedName.get(folded) ?? []), target]);
	}
	const settled = targets.map((target): { key?: string; target: ResolvedTarget } => {
		const { stream, error } = target;
		if (stream) return { key: `stream ${stream.id}`, target };
		const folded = foldedNameOf(target);
		const alike = folded === undefined ? [] : (byFoldedName.get(folded) ?? []);
		if (error !== undefined || alike.length < 2) return { target };
		const existing = alike.filter((each) => each.stream);
		const isClear = existing.length === 1 && alike.every((each) => each.error === undefined);
		return isClear
			? { key: `stream ${existing[0].stream?.id}`, target }
			: { target: { ...target, error: nearlyTheSame(target, alike) } };
	});
	const kept = new Map<unknown, ResolvedTarget>();
	for (const { key, target } of settled) {
		const same = kept.get(key ?? target);
		kept.set(key ?? target, same ? merged(same, target, hint) : target);
	}
	return [...kept.values()];
}

function nearlyTheSame(target: ResolvedTarget, alike: readonly ResolvedTarget[]): InputError {
	const labels = alike.map(({ label = '' }) => label);
	return new InputError(
		'STREAM_AMBIGUOUS',
		`the items name ${labels.slice(0, -1).join(', ')} and ${labels.at(-1)}, which differ only in upper and lower case, and no DataSet is named ${target.label}. Nothing was sent.`,
		'Write the name of a DataSet the same in all items, as it is in Domo.',
		target.itemIndexes[0],
	);
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

/** Undefined where no name was given. */
function foldedNameOf({ choice }: ResolvedTarget): string | undefined {
	return choice && 'name' in choice ? choice.name.normalize('NFC').toLowerCase() : undefined;
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
