import type { DomoClient } from '../../../domo/client';
import { getDataSet } from '../../../domo/dataSets';
import type { Column, DataSet, Stream } from '../../../domo/types';
import { InputError } from '../../../transfer/inputError';

/**
 * Reads a DataSet that rows are to go into or come from.
 *
 * @throws InputError when it is deleted or has no columns; DomoError
 */
export async function getDataSetWithColumns(
	client: DomoClient,
	dataSetId: string,
): Promise<{ dataSet: DataSet; columns: Column[] }> {
	const dataSet = await getDataSet(client, dataSetId);
	if (dataSet.deleted === true) {
		throw new InputError(
			'DATASET_DELETED',
			`The DataSet ${dataSetId} has been deleted in Domo`,
			"Choose another DataSet, or make a new one with the operation 'Create'.",
		);
	}
	const columns = dataSet.schema?.columns ?? [];
	if (columns.length === 0) {
		throw new InputError(
			'DATASET_NO_COLUMNS',
			`The DataSet '${dataSet.name}' (${dataSetId}) has no columns`,
			"Give it columns with the operation 'Update' of the Domo DataSet node.",
		);
	}
	const twin = columns.find(({ name }, index) =>
		columns.slice(0, index).some((other) => isTwin(name, other.name)),
	);
	if (twin) {
		throw new InputError(
			'COLUMN_NAME_TWICE',
			`The DataSet '${dataSet.name}' (${dataSetId}) has two columns '${twin.name.toLowerCase()}' that differ only in upper and lower case`,
			"Domo can't keep such columns apart in later updates: rename one of them with the operation 'Update' of the Domo DataSet node.",
		);
	}
	return { dataSet, columns };
}

/** The DataSet that a Stream belongs to: one that is gone may be told without it. @throws InputError */
export function dataSetIdOf({ id, dataSet }: Pick<Stream, 'id'> & { dataSet?: Partial<DataSet> }): string {
	if (typeof dataSet?.id === 'string') return dataSet.id;
	throw new InputError(
		'STREAM_WITHOUT_DATASET',
		`Domo names no DataSet for the Stream ${id}. Nothing was sent.`,
		'It may have been deleted: choose another Stream.',
	);
}

function isTwin(a: string, b: string): boolean {
	return a.toLowerCase() === b.toLowerCase();
}
