import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { DomoClient } from '../../../domo/client';
import { getDataSet } from '../../../domo/dataSets';
import type { DataSet } from '../../../domo/types';
import { decodeRows } from '../../../transfer/decode';
import { openExport } from '../../../transfer/export';
import { InputError } from '../../../transfer/inputError';
import { checkDataSetId, dataSetIdField } from '../../shared/dataSetLocator';
import { checkNumber } from '../../shared/numberParameter';
import { checkOptionValues } from '../../shared/optionValues';
import type { PollContext, Watch } from '../triggerEvent';

const includeRowsField: INodeProperties = {
	displayName: 'Include Rows',
	name: 'includeRows',
	type: 'boolean',
	default: false,
	description: "Whether to read the DataSet's first rows, too, and put them into the field 'data' of the output item",
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
	const dataSetId = checkDataSetId(node.getNodeParameter('dataSetId', '', { extractValue: true }), "'DataSet'");
	const includeRows: unknown = node.getNodeParameter('includeRows', false);
	checkOptionValues([includeRowsField], { includeRows });
	const limit = includeRows === true ? checkNumber(node.getNodeParameter('limit', 50), 'Limit', { least: 1, whole: true }) : 0;

	const shown = async (dataSet: DataSet): Promise<IDataObject> => ({
		...(dataSet as unknown as IDataObject),
		...(limit > 0 ? { data: await firstRows(client, dataSet, limit) } : {}),
	});
	return {
		target: `DataSet ${dataSetId}`,
		sample: async () => await shown(await getLiveDataSet(client, dataSetId)),
		look: async (seen) => {
			const dataSet = await getLiveDataSet(client, dataSetId);
			const now = updateTime(dataSet);
			if (seen === undefined) return { changes: [], seen: { ...now } };
			if (!isLater(now, seen)) return { changes: [], seen };
			return { changes: [await shown(dataSet)], seen: { ...now } };
		},
	};
}

async function getLiveDataSet(client: DomoClient, dataSetId: string): Promise<DataSet> {
	const dataSet = await getDataSet(client, dataSetId);
	if (dataSet.deleted !== true) return dataSet;
	throw new InputError(
		`The DataSet ${dataSetId} has been deleted in Domo, so it can't be watched any more`,
		"Choose another one in 'DataSet', or switch the workflow off.",
	);
}

/** When the data last changed. `updatedAt` also moves with a new name or description: it only stands in. */
type UpdateTime = { dataCurrentAt: string } | { updatedAt: string };

function updateTime({ id, dataCurrentAt, updatedAt }: DataSet): UpdateTime {
	if (dataCurrentAt) return { dataCurrentAt };
	if (updatedAt) return { updatedAt };
	throw new InputError(
		`Domo does not say when the DataSet ${id} was updated`,
		"It gives neither 'dataCurrentAt' nor 'updatedAt', so this DataSet can't be watched.",
	);
}

/** An older time than the one seen is an answer that lags behind, and no change. */
function isLater(now: UpdateTime, seen: IDataObject): boolean {
	const [[field, time]] = Object.entries(now) as Array<[string, string]>;
	const seenTime = seen[field];
	if (typeof seenTime !== 'string') return true;
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
