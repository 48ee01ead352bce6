/** Streams, DataSets and executions as a node's resource locator holds them. */
import type { IDataObject } from 'n8n-workflow';

/** In any mode, also one that the field does not have. */
export const byMode = (mode: string, value: string): IDataObject => ({ __rl: true, mode, value });

/** Chosen by ID; an expression stays one. */
export const byId = (id: unknown): IDataObject => byMode('id', String(id));

/** A Stream, by its DataSet's ID. */
export const byDataSet = (dataSetId: string): IDataObject => byMode('dataSet', dataSetId);

/** A Stream, by its DataSet's name. */
export const byName = (name: string): IDataObject => byMode('name', name);

/**
 * By the address of a page in Domo.
 *
 * @param regex what takes the ID out of it: n8n's editor saves it with the choice
 */
export const byUrl = (url: string, regex?: string): IDataObject => ({
	...byMode('url', url),
	...(regex === undefined ? {} : { __regex: regex }),
});

/** Chosen from the list, as the editor saves it; nothing chosen by default. */
export const fromList = (value: unknown = '', name?: string): IDataObject => ({
	...byMode('list', String(value)),
	...(name === undefined ? {} : { cachedResultName: name }),
});
