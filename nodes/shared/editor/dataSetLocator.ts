import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';

import { listDataSetPage } from '../../../domo/dataSets';
import type { DataSet } from '../../../domo/types';
import { InputError } from '../../../transfer/inputError';
import { textOf } from '../fields/textParameter';
import { toNodeError } from '../n8n/nodeError';
import type { OperationContext } from '../run/operation';
import { CREDENTIAL, domoClient } from '../n8n/send';

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
/** A page in Domo: https://acme.domo.com/datasources/UUID/details/data/table */
const PAGE_URL = `https?://[^/]+/.*?(${UUID}).*`;
/** Domo's own limit for one page. */
const PAGE_SIZE = 50;

/** The picker of a DataSet: from a list, by the address of its page in Domo, by ID. */
export const dataSetIdField: INodeProperties = {
	displayName: 'DataSet',
	name: 'dataSetId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The Domo DataSet to work on',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a DataSet…',
			typeOptions: { searchListMethod: 'searchDataSets', searchable: true },
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder:
				'https://acme.domo.com/datasources/00000000-0000-0000-0000-000000000000/details/data/table',
			extractValue: { type: 'regex', regex: PAGE_URL },
			validation: [
				{
					type: 'regex',
					properties: { regex: PAGE_URL, errorMessage: 'Not the address of a DataSet page in Domo' },
				},
			],
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: '00000000-0000-0000-0000-000000000000',
			validation: [
				{
					type: 'regex',
					properties: { regex: `\\s*${UUID}\\s*`, errorMessage: 'Not a DataSet ID (a UUID)' },
				},
			],
		},
	],
};

/** The chosen DataSet's ID. @throws InputError when none is chosen or it is not a UUID */
export function readDataSetId(context: OperationContext, itemIndex: number): string {
	return checkDataSetId(
		context.node.getNodeParameter('dataSetId', itemIndex, '', { extractValue: true }),
		"'DataSet'",
	);
}

/** @param what how the message names the field */
export function checkDataSetId(value: unknown, what: string): string {
	const id = textOf(value, what.replaceAll("'", ''));
	if (new RegExp(`^${UUID}$`).test(id)) return id.toLowerCase();
	throw new InputError(
		'DATASET_NOT_CHOSEN',
		id === '' ? `No DataSet is chosen in ${what}` : `'${id}' in ${what} is not a DataSet ID`,
		"A DataSet ID is a UUID. It is in the address of the DataSet's page in Domo, after /datasources/.",
	);
}

/** Fills the list: Domo searches by name, page by page. */
export async function searchDataSets(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const offset = Number(paginationToken ?? 0);
	try {
		const client = await domoClient(this);
		const page = await listDataSetPage(
			client,
			{ nameLike: filter || undefined, sort: 'name' },
			PAGE_SIZE,
			offset,
		);
		const instance = await instanceName(this);
		return {
			results: page.map((dataSet) => ({
				name: dataSetLabel(dataSet),
				value: dataSet.id,
				...(instance ? { url: dataSetPageUrl(instance, dataSet.id) } : {}),
			})),
			// Domo may give fewer than were asked for: only an empty page ends the list.
			...(page.length > 0 ? { paginationToken: String(offset + page.length) } : {}),
		};
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}

/** The name of the Domo instance in the credential, for links; undefined where it is not a plain name. */
export async function instanceName(context: ILoadOptionsFunctions): Promise<string | undefined> {
	const { instanceName: name } = await context.getCredentials(CREDENTIAL);
	return typeof name === 'string' && /^[a-z0-9-]+$/i.test(name.trim()) ? name.trim() : undefined;
}

/** The address of a DataSet's page in Domo. */
export function dataSetPageUrl(instance: string, dataSetId: string): string {
	return `https://${instance}.domo.com/datasources/${encodeURIComponent(dataSetId)}/details/data/table`;
}

/** Short, as n8n cuts what is longer than about 40 characters. */
function dataSetLabel({ name, rows }: DataSet): string {
	return rows === undefined
		? name
		: `${name} (${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'})`;
}
