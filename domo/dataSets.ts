import { isDataSet, isList, isQueryResult } from './answerShapes';
import type { DomoClient, DomoRequest } from './client';
import { readPages } from './paging';
import { RETRY_TIMING } from './retry';
import type { DataSet, QueryResult, Schema, UpdateMethod } from './types';

/** Domo's own limit for one page of DataSets. */
const PAGE_SIZE = 50;

function dataSetPath(dataSetId: string): string {
	return `/v1/datasets/${encodeURIComponent(dataSetId)}`;
}

/** Makes a DataSet. Names are not unique in Domo, so a lost answer is never sent again. @throws DomoError */
export async function createDataSet(
	client: DomoClient,
	dataSet: { name: string; description?: string; schema: Schema },
): Promise<DataSet> {
	return await client.json<DataSet>({
		what: `create the DataSet '${dataSet.name}'`,
		method: 'POST',
		path: '/v1/datasets',
		body: { description: '', ...dataSet },
		isAnswer: isDataSet,
		repeat: 'ifWithoutEffect',
	});
}

/**
 * Reads one DataSet. A deleted one may answer 200 with `deleted: true`; the caller decides what that means.
 *
 * @throws DomoError
 */
export async function getDataSet(client: DomoClient, dataSetId: string): Promise<DataSet> {
	return await client.json<DataSet>({
		what: `give the DataSet ${dataSetId}`,
		method: 'GET',
		path: dataSetPath(dataSetId),
		isAnswer: isDataSet,
		repeat: 'always',
	});
}

export interface DataSetFilter {
	nameLike?: string;
	/** Domo's word, e.g. `name`, `nameDescending`, `lastUpdated`. */
	sort?: string;
}

/** Lists DataSets, page by page, up to `limit` (undefined: all). @throws DomoError */
export async function listDataSets(
	client: DomoClient,
	filter: DataSetFilter = {},
	limit?: number,
): Promise<DataSet[]> {
	return await readPages(
		PAGE_SIZE,
		limit,
		async (pageLimit, offset) => await listDataSetPage(client, filter, pageLimit, offset),
	);
}

/** One page of DataSets; `pageLimit` 1 to 50. @throws DomoError */
export async function listDataSetPage(
	client: DomoClient,
	filter: DataSetFilter,
	pageLimit: number,
	offset: number,
): Promise<DataSet[]> {
	return await client.json<DataSet[]>({
		what: 'list the DataSets',
		method: 'GET',
		path: '/v1/datasets',
		query: { limit: pageLimit, offset, nameLike: filter.nameLike, sort: filter.sort },
		isAnswer: isList,
		repeat: 'always',
	});
}

export type DataSetChange = Partial<
	Pick<DataSet, 'name' | 'description' | 'pdpEnabled' | 'schema' | 'owner'>
>;

/** Changes a DataSet; a schema replaces the old one as a whole. @throws DomoError */
export async function updateDataSet(
	client: DomoClient,
	dataSetId: string,
	change: DataSetChange,
): Promise<DataSet> {
	return await client.json<DataSet>({
		what: `update the DataSet ${dataSetId}`,
		method: 'PUT',
		path: dataSetPath(dataSetId),
		body: change,
		isAnswer: isDataSet,
		repeat: 'always',
	});
}

/** Deletes a DataSet for good. @throws DomoError */
export async function deleteDataSet(client: DomoClient, dataSetId: string): Promise<void> {
	await client.done({
		what: `delete the DataSet ${dataSetId}`,
		method: 'DELETE',
		path: dataSetPath(dataSetId),
		repeat: 'ifWithoutEffect',
	});
}

/**
 * Puts CSV into a DataSet in one request, uncompressed: nobody is known to gzip here.
 *
 * @param csv whole records in Domo's form, no header
 * @param updateMethod always sent: Domo takes a missing one as REPLACE
 * @throws DomoError; for APPEND with effect `unknown` the rows may be there
 */
export async function importData(
	client: DomoClient,
	dataSetId: string,
	csv: Buffer,
	updateMethod: UpdateMethod,
	options: Pick<DomoRequest, 'timeoutMs' | 'maxTries' | 'onRetry'> = {},
): Promise<void> {
	await client.done({
		what: `import into the DataSet ${dataSetId}`,
		method: 'PUT',
		path: `${dataSetPath(dataSetId)}/data`,
		query: { updateMethod },
		headers: { 'Content-Type': 'text/csv' },
		body: csv,
		// A REPLACE that is sent twice leaves the same rows; an APPEND would leave them twice.
		repeat: updateMethod === 'REPLACE' ? 'always' : 'ifWithoutEffect',
		timeoutMs: options.timeoutMs ?? RETRY_TIMING.transferTimeoutMs,
		...(options.maxTries === undefined ? {} : { maxTries: options.maxTries }),
		...(options.onRetry === undefined ? {} : { onRetry: options.onRetry }),
	});
}

/**
 * Reads a DataSet's rows as CSV, as they arrive.
 *
 * @throws DomoError; a 406 can mean that the access token has expired, see transfer/export.ts
 */
export async function exportData(
	client: DomoClient,
	dataSetId: string,
	options: { includeHeader: boolean; fileName?: string; timeoutMs?: number },
): Promise<{ body: AsyncIterable<Uint8Array>; contentLengthBytes?: number }> {
	return await client.csv({
		what: `export the DataSet ${dataSetId}`,
		method: 'GET',
		path: `${dataSetPath(dataSetId)}/data`,
		query: { includeHeader: options.includeHeader, fileName: options.fileName },
		repeat: 'always',
		timeoutMs: options.timeoutMs ?? RETRY_TIMING.transferTimeoutMs,
	});
}

/** Runs SQL over one DataSet, named `table` in the statement. At most 1,000,000 rows and 60 s. @throws DomoError */
export async function queryDataSet(client: DomoClient, dataSetId: string, sql: string): Promise<QueryResult> {
	return await client.json<QueryResult>({
		what: `run the query on the DataSet ${dataSetId}`,
		method: 'POST',
		path: `/v1/datasets/query/execute/${encodeURIComponent(dataSetId)}`,
		body: { sql },
		isAnswer: isQueryResult,
		repeat: 'always',
		timeoutMs: RETRY_TIMING.queryTimeoutMs,
	});
}
