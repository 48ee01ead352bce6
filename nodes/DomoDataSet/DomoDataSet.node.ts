import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { getColumnNames, getDataSetColumns } from '../shared/columnLists';
import { searchDataSets } from '../shared/dataSetLocator';
import { fieldsOf, type Operations } from '../shared/nodeBase';
import { runOperation } from '../shared/operation';
import * as create from './operations/create';
import * as remove from './operations/delete';
import * as exportRows from './operations/export';
import * as get from './operations/get';
import * as getAll from './operations/getAll';
import * as importRows from './operations/import';
import * as policyCreate from './operations/policyCreate';
import * as policyDelete from './operations/policyDelete';
import * as policyGet from './operations/policyGet';
import * as policyGetAll from './operations/policyGetAll';
import * as policyUpdate from './operations/policyUpdate';
import * as query from './operations/query';
import * as update from './operations/update';

const dataSetOperations: Operations = { create, delete: remove, export: exportRows, get, getAll, import: importRows, query, update };

const policyOperations: Operations = {
	create: policyCreate,
	delete: policyDelete,
	get: policyGet,
	getAll: policyGetAll,
	update: policyUpdate,
};

/** Hidden where an AI agent uses this node as a tool; execute refuses it there, too. */
const NOT_FOR_AGENTS: Pick<INodePropertyOptions, 'displayOptions'> = { displayOptions: { hide: { '@tool': [true] } } };
const OPERATIONS_FOR_AGENTS = ['export', 'get', 'getAll', 'query'];

export class DomoDataSet implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Domo DataSet',
		name: 'domoDataSet',
		icon: { light: 'file:../../icons/domo.svg', dark: 'file:../../icons/domo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()) }}',
		description: 'Create, load, export and query DataSets in Domo',
		defaults: { name: 'Domo DataSet' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'domoOAuth2Api', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'dataSet',
				options: [
					{ name: 'DataSet', value: 'dataSet' },
					{ name: 'PDP Policy', value: 'policy', ...NOT_FOR_AGENTS },
				],
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				default: 'get',
				displayOptions: { show: { resource: ['dataSet'] } },
				options: [
					{
						name: 'Create',
						value: 'create',
						description: 'Make a new DataSet with columns of your choice',
						action: 'Create a dataset',
						...NOT_FOR_AGENTS,
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Delete a DataSet with all its rows, for good',
						action: 'Delete a dataset',
						...NOT_FOR_AGENTS,
					},
					{
						name: 'Export',
						value: 'export',
						description: "Get a DataSet's rows as a CSV file or as items",
						action: 'Export the rows of a dataset',
					},
					{
						name: 'Get',
						value: 'get',
						description: "Get a DataSet's name, columns and row count",
						action: 'Get a dataset',
					},
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'List DataSets, or find them by name',
						action: 'Get many datasets',
					},
					{
						name: 'Import',
						value: 'import',
						description: 'Load items or CSV files into a DataSet, in one request',
						action: 'Import rows into a dataset',
						...NOT_FOR_AGENTS,
					},
					{
						name: 'Query',
						value: 'query',
						description: "Run SQL over a DataSet's rows",
						action: 'Query a dataset',
					},
					{
						name: 'Update',
						value: 'update',
						description: "Change a DataSet's name, description, columns or PDP setting",
						action: 'Update a dataset',
						...NOT_FOR_AGENTS,
					},
				],
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				default: 'getAll',
				displayOptions: { show: { resource: ['policy'] } },
				options: [
					{
						name: 'Create',
						value: 'create',
						description: 'Say which rows some users and groups may see',
						action: 'Create a policy',
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Delete a PDP policy, for good',
						action: 'Delete a policy',
					},
					{
						name: 'Get',
						value: 'get',
						description: 'Get one PDP policy of a DataSet',
						action: 'Get a policy',
					},
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'List the PDP policies of a DataSet',
						action: 'Get many policies',
					},
					{
						name: 'Update',
						value: 'update',
						description: "Change a PDP policy's name, filters, users or groups",
						action: 'Update a policy',
					},
				],
			},
			...fieldsOf('dataSet', dataSetOperations),
			...fieldsOf('policy', policyOperations),
		],
	};

	methods = { listSearch: { searchDataSets }, loadOptions: { getColumnNames }, resourceMapping: { getDataSetColumns } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0) as 'dataSet' | 'policy';
		const operation = this.getNodeParameter('operation', 0) as string;
		// n8n runs a node that an agent uses under its own type name with "Tool" behind it.
		const isTool = this.getNode().type.endsWith('Tool');
		if (isTool && (resource !== 'dataSet' || !OPERATIONS_FOR_AGENTS.includes(operation))) {
			throw new NodeOperationError(this.getNode(), 'An AI agent may only read from Domo with this node', {
				description: 'Choose one of the operations Export, Get, Get Many and Query of the resource DataSet.',
			});
		}
		const operations = { dataSet: dataSetOperations, policy: policyOperations }[resource];
		return await runOperation(this, operations[operation]);
	}
}
