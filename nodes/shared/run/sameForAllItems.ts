import { InputError } from '../../../transfer/inputError';
import { Stretch } from '../../../transfer/stretch';
import type { OperationContext } from './operation';
import { shownValue } from '../../../transfer/shownValue';

/** Asks another node for a certain item, or for all: the same for every item. To be read a million times, it is too slow. */
const SAME_FOR_ALL = /\$(?:input|\(\s*(?:'[^']*'|"[^"]*")\s*\))\s*\.\s*(?:first|last|all)\(\s*\d*\s*\)/g;

/**
 * What n8n puts into expressions that does not depend on the item. Everything else is taken to depend on it, such as
 * `$json`, `$thisItem`, `$thisItemIndex`, `$('Node').item`, and whatever later versions of n8n bring.
 */
const SAME_NAMES = new Set(
	'$runIndex $now $today $vars $env $secrets $execution $workflow $nodeVersion $nodeId $webhookId $version $mode $customData $jmespath $jmesPath $if $ifEmpty $isEmpty $max $min $not $average $sum $length'.split(
		' ',
	),
);
const NAME = /\$[\w$]*/g;

/**
 * Reads a parameter that must be the same for all items, because they are sent together.
 *
 * @param name the parameter as n8n stores it
 * @param displayName as the user sees it
 * @param read its value for one item
 * @throws InputError naming the first two items that differ; nothing has been sent then
 */
export async function readForAllItems<T>(
	context: OperationContext,
	name: string,
	displayName: string,
	read: (itemIndex: number) => T,
): Promise<T> {
	const value = read(0);
	if (!dependsOnItem(context.node.getNode().parameters[name])) return value;
	const text = comparable(value);
	const stretch = new Stretch();
	for (let itemIndex = 1; itemIndex < context.items.length; itemIndex++) {
		// n8n takes about 0.3 ms for an expression: of a million items, that is minutes.
		if (stretch.isLong()) await stretch.rest(context.client.signal);
		const other = read(itemIndex);
		if (comparable(other) === text) continue;
		throw new InputError(
			'OPTION_DIFFERS_BETWEEN_ITEMS',
			`'${displayName}' is not the same for all items: ${shownValue(value)} in item 0, ${shownValue(other)} in item ${itemIndex}. It is read once for all items, so nothing was sent`,
			'Choose a fixed value, or split the items before this node (for example with Loop Over Items).',
			itemIndex,
		);
	}
	return value;
}

/** JSON tells values apart; what JSON can't hold is told apart by its kind only. */
function comparable(value: unknown): string {
	try {
		return JSON.stringify(value) ?? typeof value;
	} catch {
		return shownValue(value);
	}
}

/** Whether a parameter, as the node has it, can differ between items. */
export function dependsOnItem(parameter: unknown): boolean {
	if (typeof parameter === 'string') {
		if (!parameter.startsWith('=')) return false;
		const names = parameter.replace(SAME_FOR_ALL, '').match(NAME) ?? [];
		return names.some((name) => !SAME_NAMES.has(name));
	}
	if (typeof parameter === 'object' && parameter !== null)
		return Object.values(parameter).some(dependsOnItem);
	return false;
}
