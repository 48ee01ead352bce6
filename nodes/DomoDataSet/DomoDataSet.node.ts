import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { getColumnNames, getDataSetColumns } from '../shared/editor/columnLists';
import { InputError } from '../../transfer/inputError';
import { searchDataSets } from '../shared/editor/dataSetLocator';
import { searchGroups, searchUsers } from '../shared/editor/personLocators';
import { fieldsOf, type Operations } from '../shared/n8n/nodeBase';
import { toNodeError } from '../shared/n8n/nodeError';
import { runOperation } from '../shared/run/operation';
import { loadOutputs } from '../shared/run/outputs';
import * as create from './operations/dataSet/create';
import * as remove from './operations/dataSet/delete';
import * as exportRows from './operations/dataSet/export';
import * as get from './operations/dataSet/get';
import * as getAll from './operations/dataSet/getAll';
import * as importRows from './operations/dataSet/import';
import * as policyCreate from './operations/policy/create';
import * as policyDelete from './operations/policy/delete';
import * as policyGet from './operations/policy/get';
import * as policyGetAll from './operations/policy/getAll';
import * as policyUpdate from './operations/policy/update';
import * as query from './operations/dataSet/query';
import * as update from './operations/dataSet/update';

const dataSetOperations: Operations = {
	create,
	delete: remove,
	export: exportRows,
	get,
	getAll,
	import: importRows,
	query,
	update,
};

const policyOperations: Operations = {
	create: policyCreate,
	delete: policyDelete,
	get: policyGet,
	getAll: policyGetAll,
	update: policyUpdate,
};

/** Hidden where an AI agent uses this node as a tool; execute refuses it there, too. */
const NOT_FOR_AGENTS: Pick<INodePropertyOptions, 'displayOptions'> = {
	displayOptions: { hide: { '@tool': [true] } },
};
const OPERATIONS_FOR_AGENTS = ['export', 'get', 'getAll', 'query'];

export class DomoDataSet implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Domo DataSet',
		name: 'domoDataSet',
		icon: { light: 'file:../../icons/domo.svg', dark: 'file:../../icons/domo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()) }}',
		description: 'Create, load, export and query DataSets in Domo',
		defaults: { name: 'Domo DataSet' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: loadOutputs,
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
						description: 'Create a DataSet with columns of your choice',
						action: 'Create a dataset',
						...NOT_FOR_AGENTS,
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Permanently delete a DataSet with all its rows',
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
						description: 'Permanently delete a PDP policy',
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

	methods = {
		listSearch: { searchDataSets, searchGroups, searchUsers },
		loadOptions: { getColumnNames },
		resourceMapping: { getDataSetColumns },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0);
		const operation = this.getNodeParameter('operation', 0);
		// n8n runs a node that an agent uses under its own type name with "Tool" behind it.
		const isTool = this.getNode().type.endsWith('Tool');
		if (isTool && (resource !== 'dataSet' || !OPERATIONS_FOR_AGENTS.includes(String(operation)))) {
			throw toNodeError(
				this.getNode(),
				new InputError(
					'OPTION_AGENT_MAY_NOT_WRITE',
					'An AI agent may only read from Domo with this node',
					'Choose one of the operations Export, Get, Get Many and Query of the resource DataSet.',
				),
			);
		}
		return await runOperation(this, { dataSet: dataSetOperations, policy: policyOperations });
	}
}
