import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { searchDataSets } from '../shared/dataSetLocator';
import { fieldsOf, type Operations } from '../shared/nodeBase';
import { openContext } from '../shared/operation';
import * as get from './operations/get';

const dataSetOperations: Operations = { get };
const policyOperations: Operations = {};

export class DomoDataSet implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Domo DataSet',
		name: 'domoDataSet',
		icon: { light: 'file:../../icons/domo.svg', dark: 'file:../../icons/domo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
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
					{ name: 'PDP Policy', value: 'policy' },
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
					{ name: 'Get', value: 'get', description: "Get a DataSet's name, columns and row count", action: 'Get a dataset' },
				],
			},
			...fieldsOf('dataSet', dataSetOperations),
			...fieldsOf('policy', policyOperations),
		],
	};

	methods = { listSearch: { searchDataSets } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0) as 'dataSet' | 'policy';
		const operation = this.getNodeParameter('operation', 0) as string;
		const operations = { dataSet: dataSetOperations, policy: policyOperations }[resource];
		return [await operations[operation].execute(await openContext(this))];
	}
}
