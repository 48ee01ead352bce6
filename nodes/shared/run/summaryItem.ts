import type { IDataObject, INodeExecutionData, IPairedItemData } from 'n8n-workflow';

/** Beyond this many input items the summary names only the first: a long list bloats the saved execution. */
const MAX_PAIRED_ITEMS = 100;

/**
 * One output item that stands for several input items.
 *
 * @param inputItems how many, where it is all of them, or their indexes
 */
export function summaryItem(json: IDataObject, inputItems: number | readonly number[]): INodeExecutionData {
	return { json, pairedItem: pairedWith(inputItems) };
}

/** What an output item that stands for several input items is paired with. */
export function pairedWith(inputItems: number | readonly number[]): IPairedItemData[] {
	const total = typeof inputItems === 'number' ? inputItems : inputItems.length;
	const count = total <= MAX_PAIRED_ITEMS ? total : 1;
	return Array.from({ length: count }, (_, position) => ({
		item: typeof inputItems === 'number' ? position : inputItems[position],
	}));
}
