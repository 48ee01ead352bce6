/** Export as a user runs it: the DataSet node in n8n's own engine, to items or to a file in n8n's store. */
import { credentialsFor, runNodeWell, useFilesystemBinaryData } from '../../test/support/engine';
import { DomoDataSet } from '../../nodes/DomoDataSet/DomoDataSet.node';
import { measureNode } from '../engineClock';
import type { Prepare } from '../job';

export const prepare: Prepare = async ({ domo, dataSetId, options, expectedRows }) => {
	await useFilesystemBinaryData();
	const output = options!.output as string;
	const parameters = {
		resource: 'dataSet',
		operation: 'export',
		dataSetId: { __rl: true, mode: 'id', value: dataSetId },
		output,
		returnAll: true,
		binaryPropertyName: 'data',
	};
	await runNodeWell(
		'domoDataSet',
		{ resource: 'dataSet', operation: 'get', dataSetId: parameters.dataSetId },
		credentialsFor(domo),
	);
	return async (clock) => {
		measureNode('domoDataSet', new DomoDataSet(), clock);
		const { json } = await runNodeWell('domoDataSet', parameters, credentialsFor(domo));
		return { rows: output === 'items' ? json.length : expectedRows };
	};
};
