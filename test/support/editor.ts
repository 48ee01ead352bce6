/** What n8n's editor asks a node for: lists to choose from, and the columns of the column mapper. */
import { LoadOptionsContext } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type ILoadOptionsFunctions,
	type INode,
	type INodeListSearchResult,
	type INodePropertyOptions,
	type IWorkflowExecuteAdditionalData,
	type ResourceMapperFields,
} from 'n8n-workflow';

import { nodeTypes, TEST_CREDENTIAL_ID, type MemoryCredentials } from './engine';

export type EditorNode = 'domoDataSet' | 'domoStream';

type Method = (this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) => Promise<unknown>;

/** Calls a method of a node as n8n's DynamicNodeParametersService does: on a node of its own, with the parameters as they stand. */
async function call(
	kind: 'listSearch' | 'loadOptions' | 'resourceMapping',
	type: EditorNode,
	method: string,
	parameters: IDataObject,
	credentials: MemoryCredentials,
	...args: string[]
): Promise<unknown> {
	const node: INode = {
		id: 'uuid-1234',
		name: 'Temp-Node',
		type: `n8n-nodes-domo.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		credentials: { domoOAuth2Api: { id: TEST_CREDENTIAL_ID, name: 'Domo' } },
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const additionalData = {
		credentialsHelper: credentials,
		currentNodeParameters: parameters,
	} as unknown as IWorkflowExecuteAdditionalData;
	const context = new LoadOptionsContext(workflow, workflow.nodes['Temp-Node'], additionalData, 'parameters');
	const methods = (
		nodeTypes.getByNameAndVersion(node.type) as { methods?: Record<string, Record<string, Method>> }
	).methods;
	const found = methods?.[kind]?.[method];
	if (!found) throw new Error(`${type} has no ${kind} method ${method}`);
	return await found.call(context, ...args);
}

/** A list to choose from, one page of it. */
export async function searchList(
	type: EditorNode,
	method: string,
	credentials: MemoryCredentials,
	search: { filter?: string; paginationToken?: string; parameters?: IDataObject } = {},
): Promise<INodeListSearchResult> {
	const { filter, paginationToken, parameters = {} } = search;
	return (await call(
		'listSearch',
		type,
		method,
		parameters,
		credentials,
		filter as string,
		paginationToken as string,
	)) as INodeListSearchResult;
}

/** The columns that the column mapper shows. */
export async function mapperColumns(
	type: EditorNode,
	method: string,
	credentials: MemoryCredentials,
	parameters: IDataObject,
): Promise<ResourceMapperFields> {
	return (await call('resourceMapping', type, method, parameters, credentials)) as ResourceMapperFields;
}

/** The options of a drop-down. */
export async function optionsOf(
	type: EditorNode,
	method: string,
	credentials: MemoryCredentials,
	parameters: IDataObject,
): Promise<INodePropertyOptions[]> {
	return (await call('loadOptions', type, method, parameters, credentials)) as INodePropertyOptions[];
}
