/** The columns of the chosen DataSet or Stream, for lists in the editor. */

import type {
	FieldType,
	ILoadOptionsFunctions,
	INodePropertyOptions,
	ResourceMapperFields,
} from 'n8n-workflow';

import type { DomoClient } from '../../../domo/client';
import type { Column, ColumnType, Stream } from '../../../domo/types';
import { findStreamByDataSetName } from '../../../transfer/upload/streamByName';
import { COLUMN_MAPPING } from './columnMapper';
import { dataSetIdOf, getDataSetWithColumns } from '../run/dataSetColumns';
import { checkDataSetId } from './dataSetLocator';
import { toNodeError } from '../n8n/nodeError';
import { domoClient } from '../n8n/send';
import { resolveStream, toStreamChoice } from './streamLocator';

/** What is entered into a column: digits of LONG and DECIMAL stay text, as a number input would round them. */
const INPUTS: Record<ColumnType, FieldType> = {
	STRING: 'string',
	DECIMAL: 'string',
	LONG: 'string',
	DOUBLE: 'number',
	DATE: 'dateTime',
	DATETIME: 'dateTime',
};

const NOT_MADE_YET =
	'No DataSet has this name yet. It is made with a column for every field of the items: map automatically, or choose another Stream.';

const MANY_TARGETS =
	'Each target has columns of its own: map automatically, so that fields and columns are matched by name.';

/** The chosen DataSet's columns for the column mapper. */
export async function getDataSetColumns(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	return await fromDomo(this, async (client) => {
		const columns = await columnsOfChosenDataSet(this, client);
		return columns ? { fields: mapperFields(columns, []) } : nothingChosen(this, 'DataSet');
	});
}

/** The columns of the chosen Stream's DataSet for the column mapper; the Stream's key columns must be mapped. */
export async function getStreamColumns(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	return await fromDomo(this, async (client) => {
		const locator = this.getNodeParameter('streamId', '');
		if (isEmpty(locator)) return nothingChosen(this, 'Stream');
		if (isByTargetField(locator)) return { fields: [], emptyFieldsNotice: MANY_TARGETS };
		const stream = await chosenStream(client, locator);
		if (!stream) return { fields: [], emptyFieldsNotice: NOT_MADE_YET };
		const { columns } = await getDataSetWithColumns(client, dataSetIdOf(stream));
		return { fields: mapperFields(columns, stream.keyColumnNames ?? []) };
	});
}

/** The names of the chosen DataSet's columns, to choose one of. */
export async function getColumnNames(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await fromDomo(this, async (client) => {
		const columns = (await columnsOfChosenDataSet(this, client)) ?? [];
		return columns.map(({ name, type }) => ({ name, value: name, description: type }));
	});
}

/** The names of the columns of the chosen Stream's DataSet, to choose some of. */
export async function getStreamColumnNames(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await fromDomo(this, async (client) => {
		const locator = this.getNodeParameter('streamId', '');
		// Each item's target has columns of its own, which nobody knows here.
		const isChosen = !isEmpty(locator) && !isByTargetField(locator);
		const stream = isChosen ? await chosenStream(client, locator) : undefined;
		if (!stream) return [];
		const { columns } = await getDataSetWithColumns(client, dataSetIdOf(stream));
		return columns.map(({ name, type }) => ({ name, value: name, description: type }));
	});
}

/** @returns undefined where a DataSet's name is given that no DataSet has */
async function chosenStream(client: DomoClient, locator: unknown): Promise<Stream | undefined> {
	const { mode, value } = locator as { mode?: unknown; value?: unknown };
	if (mode === 'name') return await findStreamByDataSetName(client, String(value).trim());
	return await resolveStream(client, toStreamChoice(locator));
}

async function columnsOfChosenDataSet(
	context: ILoadOptionsFunctions,
	client: DomoClient,
): Promise<Column[] | undefined> {
	if (isEmpty(context.getNodeParameter('dataSetId', ''))) return undefined;
	const dataSetId = checkDataSetId(
		context.getNodeParameter('dataSetId', '', { extractValue: true }),
		"'DataSet'",
	);
	return (await getDataSetWithColumns(client, dataSetId)).columns;
}

function mapperFields(
	columns: readonly Column[],
	keyColumnNames: readonly string[],
): ResourceMapperFields['fields'] {
	return columns.map(({ name, type }) => {
		const isKey = keyColumnNames.includes(name);
		return {
			id: name,
			displayName: `${name} (${type}${isKey ? ', key' : ''})`,
			type: INPUTS[type],
			// A required column can't be taken out of the mapping, and Domo takes no NULL in a key.
			required: isKey,
			defaultMatch: isKey,
			canBeUsedToMatch: isKey,
			display: true,
		};
	});
}

function isByTargetField(locator: unknown): boolean {
	return (locator as { mode?: unknown }).mode === 'targetField';
}

/** Nothing is chosen, or by an expression that has no value in the editor yet. */
function isEmpty(locator: unknown): boolean {
	const value =
		typeof locator === 'object' && locator !== null && 'value' in locator ? locator.value : locator;
	return value === undefined || value === null || String(value).trim() === '';
}

function nothingChosen(context: ILoadOptionsFunctions, what: string): ResourceMapperFields {
	// n8n shows a notice until the node is opened anew, and without a mapping by hand also beside the columns that have come.
	if (context.getNodeParameter(`${COLUMN_MAPPING}.mappingMode`, '') !== 'defineBelow') return { fields: [] };
	return {
		fields: [],
		emptyFieldsNotice: `Choose a ${what} to see its columns. One given by an expression shows them once the nodes before this one have run.`,
	};
}

async function fromDomo<T>(
	context: ILoadOptionsFunctions,
	ask: (client: DomoClient) => Promise<T>,
): Promise<T> {
	try {
		return await ask(await domoClient(context));
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}
