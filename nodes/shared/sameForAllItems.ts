import { InputError } from '../../transfer/inputError';
import type { OperationContext } from './operation';

/** Asks another node for a certain item, or for all: the same for every item. To be read a million times, it is too slow. */
const SAME_FOR_ALL = /\$(?:input|\(\s*(?:'[^']*'|"[^"]*")\s*\))\s*\.\s*(?:first|last|all)\(\s*\d*\s*\)/g;

/** What makes an expression's value differ from item to item. */
const PER_ITEM = /\$(json|item|itemIndex|binary|input|node|prevNode|position|data|evaluateExpression)\b|\$\(/;

/**
 * Reads a parameter that must be the same for all items, because they are sent as one.
 *
 * @param name the parameter as n8n stores it
 * @param displayName as the user sees it
 * @param read its value for one item
 * @throws InputError naming the first two items that differ; nothing has been sent then
 */
export function readForAllItems<T>(
	context: OperationContext,
	name: string,
	displayName: string,
	read: (itemIndex: number) => T,
): T {
	const value = read(0);
	if (!dependsOnItem(context.node.getNode().parameters[name])) return value;
	const text = JSON.stringify(value);
	for (let itemIndex = 1; itemIndex < context.items.length; itemIndex++) {
		const other = JSON.stringify(read(itemIndex));
		if (other === text) continue;
		throw new InputError(
			`'${displayName}' is not the same for all items: ${text} in item 0, ${other} in item ${itemIndex}. All items are sent as one, so nothing was sent`,
			'Choose a fixed value, or split the items before this node (for example with Loop Over Items).',
			itemIndex,
		);
	}
	return value;
}

function dependsOnItem(parameter: unknown): boolean {
	if (typeof parameter === 'string') return parameter.startsWith('=') && PER_ITEM.test(parameter.replace(SAME_FOR_ALL, ''));
	if (typeof parameter === 'object' && parameter !== null) return Object.values(parameter).some(dependsOnItem);
	return false;
}
