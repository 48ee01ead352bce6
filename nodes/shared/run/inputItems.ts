import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { ITEMS_PER_LOOK } from '../../../transfer/items/itemFields';
import { Stretch } from '../../../transfer/stretch';

/** The node's input items, each with its fields: n8n also lets items without `json` through, which have none. */
export async function inputItems(node: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = node.getInputData();
	const stretch = new Stretch();
	for (let index = 0; index < items.length; index++) {
		// A million items are copied only where it must be.
		if (!hasJson(items[index])) return items.map((item) => (hasJson(item) ? item : { ...item, json: {} }));
		if (index % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest();
	}
	return items;
}

function hasJson({ json }: { json?: unknown }): boolean {
	return json !== undefined && json !== null;
}
