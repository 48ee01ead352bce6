import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/** The node's input items, each with its fields: n8n also lets items without `json` through, which have none. */
export function inputItems(node: IExecuteFunctions): INodeExecutionData[] {
	const items = node.getInputData();
	// A million items are copied only where it must be.
	return items.every(hasJson) ? items : items.map((item) => (hasJson(item) ? item : { ...item, json: {} }));
}

function hasJson({ json }: { json?: unknown }): boolean {
	return json !== undefined && json !== null;
}
