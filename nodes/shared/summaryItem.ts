import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/** Beyond this many input items the summary names only the first: a long list bloats the saved execution. */
const MAX_PAIRED_ITEMS = 100;

/** One output item that stands for all input items. */
export function summaryItem(json: IDataObject, inputItems: number): INodeExecutionData {
	const count = inputItems <= MAX_PAIRED_ITEMS ? inputItems : 1;
	return { json, pairedItem: Array.from({ length: count }, (_, item) => ({ item })) };
}
