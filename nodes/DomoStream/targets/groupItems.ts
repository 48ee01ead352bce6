/** Items with the same target, as yet without a look at Domo. */
export interface ItemGroup<Choice> {
	/** Undefined where the items name no usable target. */
	choice?: Choice;
	/** Why. */
	error?: unknown;
	/** In their order; at least one. */
	itemIndexes: number[];
}

/**
 * Groups items by what they name, in order of first appearance. Collects one item at a time, as reading them takes
 * rests.
 */
export class ItemGroups<Choice> {
	private readonly byRaw = new Map<unknown, ItemGroup<Choice>>();
	private readonly byKey = new Map<string, ItemGroup<Choice>>();

	/**
	 * @param choiceOf what a raw value means; throws where it means nothing
	 * @param keyOf the same for all choices that mean the same
	 */
	constructor(
		private readonly choiceOf: (raw: unknown, itemIndex: number) => Choice,
		private readonly keyOf: (choice: Choice) => string,
	) {}

	/** @param raw a text, a number, or anything else that an item can name */
	add(raw: unknown, itemIndex: number): void {
		const known = this.byRaw.get(raw);
		if (known) {
			known.itemIndexes.push(itemIndex);
			return;
		}
		const group = this.groupOf(raw, itemIndex);
		group.itemIndexes.push(itemIndex);
		this.byRaw.set(raw, group);
	}

	/** In order of first appearance. */
	get all(): Array<ItemGroup<Choice>> {
		return [...this.byKey.values()];
	}

	private groupOf(raw: unknown, itemIndex: number): ItemGroup<Choice> {
		let group: ItemGroup<Choice>;
		let key: string;
		try {
			const choice = this.choiceOf(raw, itemIndex);
			group = { choice, itemIndexes: [] };
			key = `choice ${this.keyOf(choice)}`;
		} catch (error) {
			// One failure for each value that names nothing, not for each item.
			group = { error, itemIndexes: [] };
			key = `error ${this.byKey.size}`;
		}
		const same = this.byKey.get(key) ?? group;
		this.byKey.set(key, same);
		return same;
	}
}
