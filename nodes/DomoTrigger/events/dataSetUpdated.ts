import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { DomoClient } from '../../../domo/client';
import { getDataSet } from '../../../domo/dataSets';
import type { DataSet } from '../../../domo/types';
import { decodeRows } from '../../../transfer/export/decode';
import { openExport } from '../../../transfer/export/exportDataSet';
import { InputError } from '../../../transfer/inputError';
import { checkDataSetId, dataSetIdField } from '../../shared/editor/dataSetLocator';
import { checkNumber } from '../../shared/fields/numberParameter';
import { checkOptionValues } from '../../shared/fields/optionValues';
import type { PollContext, Watch } from '../triggerEvent';

const includeRowsField: INodeProperties = {
	displayName: 'Include Rows',
	name: 'includeRows',
	type: 'boolean',
	default: false,
	description:
		"Whether to read the DataSet's first rows, too, and put them into the field 'data' of the output item",
};

export const description: INodeProperties[] = [
	{ ...dataSetIdField, description: 'The Domo DataSet to watch' },
	includeRowsField,
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		hint: "Rows in the field 'data'",
		displayOptions: { show: { includeRows: [true] } },
	},
];

/** A DataSet whose data are newer than at the last poll. Several updates between two polls are one change. */
export async function watch({ node, client }: PollContext): Promise<Watch> {
	const dataSetId = checkDataSetId(
		node.getNodeParameter('dataSetId', '', { extractValue: true }),
		"'DataSet'",
	);
	const includeRows: unknown = node.getNodeParameter('includeRows', false);
	checkOptionValues([includeRowsField], { includeRows });
	const limit =
		includeRows === true
			? checkNumber(node.getNodeParameter('limit', 50), 'Limit', { least: 1, whole: true })
			: 0;

	const shown = async (dataSet: DataSet): Promise<IDataObject> => ({
		...(dataSet as unknown as IDataObject),
		...(limit > 0 ? { data: await firstRows(client, dataSet, limit) } : {}),
	});
	return {
		target: `DataSet ${dataSetId}`,
		sample: async () => await shown(await getLiveDataSet(client, dataSetId)),
		look: async (seen) => {
			const dataSet = await getLiveDataSet(client, dataSetId);
			const now = updateTimes(dataSet);
			if (seen === undefined) return { changes: [], seen: { ...now } };
			if (!isLater(now, seen)) return { changes: [], seen: withBetterTime(seen, now) };
			return { changes: [await shown(dataSet)], seen: { ...seen, ...now } };
		},
	};
}

async function getLiveDataSet(client: DomoClient, dataSetId: string): Promise<DataSet> {
	const dataSet = await getDataSet(client, dataSetId);
	if (dataSet.deleted !== true) return dataSet;
	throw new InputError(
		'DATASET_DELETED',
		`The DataSet ${dataSetId} has been deleted in Domo, so it can't be watched any more`,
		"Choose another one in 'DataSet', or switch the workflow off.",
	);
}

/** When the data last changed. `updatedAt` also moves with a new name or description: it only stands in. */
interface UpdateTimes {
	dataCurrentAt?: string;
	updatedAt?: string;
	/** Without `dataCurrentAt`: whether there may have been rows anyway, so that its absence says nothing. */
	hadRows?: boolean;
}

function updateTimes({ id, dataCurrentAt, updatedAt, rows }: DataSet): UpdateTimes {
	if (dataCurrentAt) return { dataCurrentAt, ...(updatedAt ? { updatedAt } : {}) };
	if (updatedAt) return { updatedAt, hadRows: rows !== 0 };
	throw new InputError(
		'TRIGGER_NO_UPDATE_TIME',
		`Domo does not say when the DataSet ${id} was updated`,
		"It gives neither 'dataCurrentAt' nor 'updatedAt', so this DataSet can't be watched.",
	);
}

/**
 * Whether the data are newer than those seen. Only the same field of both is compared: an answer without
 * `dataCurrentAt`, after one that had it, says nothing about the data. An older time is an answer that lags behind.
 */
function isLater(now: UpdateTimes, seen: IDataObject): boolean {
	if (typeof seen.dataCurrentAt === 'string') return isAfter(now.dataCurrentAt, seen.dataCurrentAt);
	if (now.dataCurrentAt !== undefined && seen.hadRows !== true) return true;
	const time = now.updatedAt ?? now.dataCurrentAt;
	return isAfter(time, seen.updatedAt);
}

/** A first look without `dataCurrentAt` must not leave the watch to `updatedAt` for good, which moves with a new name. */
function withBetterTime(seen: IDataObject, now: UpdateTimes): IDataObject {
	const isBetter =
		typeof seen.dataCurrentAt !== 'string' &&
		now.dataCurrentAt !== undefined &&
		now.updatedAt === seen.updatedAt;
	return isBetter ? { ...seen, ...now } : seen;
}

function isAfter(time: string | undefined, seenTime: unknown): boolean {
	if (time === undefined || typeof seenTime !== 'string') return false;
	const [atMs, seenAtMs] = [Date.parse(time), Date.parse(seenTime)];
	return Number.isNaN(atMs) || Number.isNaN(seenAtMs) ? time !== seenTime : atMs > seenAtMs;
}

async function firstRows(client: DomoClient, { id, schema }: DataSet, limit: number): Promise<IDataObject[]> {
	const columns = schema?.columns ?? [];
	if (columns.length === 0) return [];
	const download = await openExport(client, id, { includeHeader: true });
	const rows: IDataObject[] = [];
	for await (const batch of decodeRows(download.chunks(), columns, { hasHeader: true, limit })) {
		for (const row of batch) rows.push(row);
	}
	return rows;
}
