/** Items to give to a node, made without n8n's engine. */
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

/** Makes items from plain JSON. */
export function itemsOf<T extends object>(rows: T[]): Array<{ json: T }> {
	return rows.map((json) => ({ json }));
}

/** An item with a file, as n8n's memory mode holds it. */
export function fileItem(
	content: Buffer | string,
	fileName = 'rows.csv',
	field = 'data',
): INodeExecutionData {
	const binary: IBinaryData = {
		data: Buffer.from(content).toString('base64'),
		mimeType: 'text/csv',
		fileName,
	};
	return { json: {}, binary: { [field]: binary } };
}
