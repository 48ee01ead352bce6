import { InputError } from '../../../transfer/inputError';
import { ITEMS_PER_LOOK } from '../../../transfer/items/itemFields';
import { Stretch } from '../../../transfer/stretch';
import { checkOptionValues } from '../../shared/fields/optionValues';
import { requiredTextOf } from '../../shared/fields/textParameter';
import type { OperationContext } from '../../shared/run/operation';
import { dependsOnItem } from '../../shared/run/sameForAllItems';
import { TARGET_FIELD_MODE, targetFieldHoldsField, toTargetChoice, type TargetChoice } from '../streamTarget';
import { ItemGroups, type ItemGroup } from './groupItems';

export interface ReadTargets {
	/** In order of first appearance; at least one. */
	groups: Array<ItemGroup<TargetChoice>>;
	/** Whether each item names its own, be it by a field or an expression. */
	isNamedByItems: boolean;
	/** The field that names the targets, where one does. */
	targetField?: string;
}

/**
 * Groups the input items by where they go. 'Stream' is read once if it is the same for all items; a field is read without
 * n8n's expressions, which take about 0.3 ms each.
 *
 * @throws InputError for a 'Target Field' that is not named
 */
export async function readTargets(context: OperationContext): Promise<ReadTargets> {
	const { node, items, client } = context;
	const locatorOf = (itemIndex: number): unknown => node.getNodeParameter('streamId', itemIndex);
	const first = locatorOf(0);
	const isFixed = !dependsOnItem(node.getNode().parameters.streamId);
	const stretch = new Stretch();
	const forEachItem = async (itemsPerLook: number, take: (itemIndex: number) => void) => {
		for (let itemIndex = 0; itemIndex < items.length; itemIndex++) {
			take(itemIndex);
			if (itemIndex % itemsPerLook === 0 && stretch.isLong()) await stretch.rest(client.signal);
		}
	};
	if (isTargetField(first)) {
		if (!isFixed) throw fieldDiffers();
		const targetField = requiredTextOf(first.value, 'Stream', 'Name the field that holds the target.');
		const mode: unknown = node.getNodeParameter('targetFieldHolds', 0, 'name');
		checkOptionValues([targetFieldHoldsField], { targetFieldHolds: mode });
		const groups = new ItemGroups(
			(value, itemIndex) => choiceFrom({ mode, value }, itemIndex, targetField),
			keyOf,
		);
		await forEachItem(ITEMS_PER_LOOK, (itemIndex) => {
			const { json } = items[itemIndex];
			groups.add(Object.hasOwn(json, targetField) ? json[targetField] : undefined, itemIndex);
		});
		return { groups: groups.all, isNamedByItems: true, targetField };
	}
	if (isFixed) {
		const group: ItemGroup<TargetChoice> = { choice: toTargetChoice(first, 0), itemIndexes: [] };
		await forEachItem(ITEMS_PER_LOOK, (itemIndex) => group.itemIndexes.push(itemIndex));
		return { groups: [group], isNamedByItems: false };
	}
	const groups = new ItemGroups<TargetChoice>(
		(locator, itemIndex) => choiceFrom(JSON.parse(locator as string), itemIndex),
		keyOf,
	);
	await forEachItem(1, (itemIndex) => {
		const locator = itemIndex === 0 ? first : locatorOf(itemIndex);
		if (isTargetField(locator)) throw fieldDiffers();
		groups.add(JSON.stringify(plain(locator)), itemIndex);
	});
	return { groups: groups.all, isNamedByItems: true };
}

/** What of the picker's value decides. */
function plain(locator: unknown): unknown {
	if (typeof locator !== 'object' || locator === null || Array.isArray(locator)) return locator ?? null;
	const { mode, value } = locator as { mode?: unknown; value?: unknown };
	return { mode, value };
}

function isTargetField(locator: unknown): locator is { value: unknown } {
	return (
		typeof locator === 'object' &&
		locator !== null &&
		'mode' in locator &&
		'value' in locator &&
		locator.mode === TARGET_FIELD_MODE
	);
}

/** Names the item where nothing usable is given. */
function choiceFrom(locator: unknown, itemIndex: number, targetField?: string): TargetChoice {
	try {
		return toTargetChoice(locator, itemIndex, targetField);
	} catch (error) {
		throw notNamed(error, itemIndex, targetField);
	}
}

function notNamed(error: unknown, itemIndex: number, targetField: string | undefined): unknown {
	if (!(error instanceof InputError)) return error;
	const { code, message, advice } = error;
	const [where, what] =
		targetField === undefined
			? ["'Stream'", advice]
			: [`the field '${targetField}'`, 'Correct that field before this node, or leave such items out there.'];
	return new InputError(code, `Item ${itemIndex} names no target in ${where}: ${message}`, what, itemIndex);
}

function keyOf(choice: TargetChoice): string {
	if ('name' in choice) return `name ${choice.name}`;
	return 'streamId' in choice ? `stream ${choice.streamId}` : `dataSet ${choice.dataSetId.toLowerCase()}`;
}

function fieldDiffers(): InputError {
	return new InputError(
		'OPTION_INVALID',
		"The name of the target field under 'Stream' can't depend on the item. Nothing was sent.",
		'Enter the name of one field of the input items.',
	);
}
