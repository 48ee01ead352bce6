import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { InputError } from '../../../transfer/inputError';
import { failureItem, toNodeError } from '../n8n/nodeError';
import type { OperationContext } from './operation';

/** What one item asks for. */
export interface Asked<Wish> {
	wish: Wish;
	itemIndex: number;
}

export interface TargetedOperation<Wish> {
	/** Reads an item's wish. Domo may be asked here, not changed: every item is read before anything is done. */
	read: (itemIndex: number) => Promise<Wish>;
	/** What the wish is about, in words: "the Stream 5". Items with the same words mean the same thing. */
	targetOf: (wish: Wish) => string;
	/** Why two items may not have the same target; nothing is done for it then. */
	refuse?: (first: Asked<Wish>, other: Asked<Wish>) => InputError | undefined;
	/** Done once per target, in the order of the items. Each of the items gets the answer. */
	run: (wish: Wish, itemIndexes: readonly number[]) => Promise<IDataObject | IDataObject[]>;
}

/**
 * Runs an operation once per thing it is about, not once per item: n8n starts a node for every item, and items that
 * mean the same Stream or execution must not do the same to it twice.
 *
 * @returns the answer for every item, in the order of the items
 * @throws NodeApiError, NodeOperationError, unless the node continues on fail; then the items concerned hold it
 */
export async function oncePerTarget<Wish>(
	context: OperationContext,
	operation: TargetedOperation<Wish>,
): Promise<INodeExecutionData[]> {
	const outputs: INodeExecutionData[][] = context.items.map(() => []);
	const put = (itemIndex: number, answer: IDataObject | IDataObject[]) => {
		const entries = Array.isArray(answer) ? answer : [answer];
		outputs[itemIndex] = entries.map((json) => ({ json: { ...json }, pairedItem: { item: itemIndex } }));
	};
	const fail = (error: unknown, itemIndexes: readonly number[]) => {
		const node = context.node.getNode();
		const shown = toNodeError(node, error, itemIndexes[0]);
		if (!context.node.continueOnFail()) throw shown;
		for (const itemIndex of itemIndexes) outputs[itemIndex] = [failureItem(node, error, shown, itemIndex)];
	};

	const targets = new Map<string, Array<Asked<Wish>>>();
	for (let itemIndex = 0; itemIndex < context.items.length; itemIndex++) {
		try {
			const wish = await operation.read(itemIndex);
			const target = operation.targetOf(wish);
			const asked = targets.get(target) ?? [];
			asked.push({ wish, itemIndex });
			targets.set(target, asked);
		} catch (error) {
			fail(error, [itemIndex]);
		}
	}
	for (const [target, [first, ...others]] of targets) {
		const refusal = others
			.map((other) => operation.refuse?.(first, other))
			.find((reason) => reason !== undefined);
		if (!refusal) continue;
		targets.delete(target);
		fail(
			refusal,
			[first, ...others].map(({ itemIndex }) => itemIndex),
		);
	}
	for (const asked of targets.values()) {
		const itemIndexes = asked.map(({ itemIndex }) => itemIndex);
		try {
			const answer = await operation.run(asked[0].wish, itemIndexes);
			for (const itemIndex of itemIndexes) put(itemIndex, answer);
		} catch (error) {
			fail(error, itemIndexes);
		}
	}
	return outputs.flat();
}
