import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { searchStreams } from '../shared/streamLocator';
import { fieldsOf, type Operations } from '../shared/nodeBase';
import { openContext } from '../shared/operation';
import * as get from './operations/get';
import * as uploadInParallel from './operations/uploadInParallel';

const streamOperations: Operations = { get, uploadInParallel };
const executionOperations: Operations = {};

export class DomoStream implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Domo Stream',
		name: 'domoStream',
		icon: { light: 'file:../../icons/domo.svg', dark: 'file:../../icons/domo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Load rows into Domo in parallel, whatever their number, through a Stream',
		defaults: { name: 'Domo Stream' },
		// Not for AI agents: a load of rows is nothing to be tried out. n8n's type knows no `false` here.
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'domoOAuth2Api', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'stream',
				options: [
					{ name: 'Execution', value: 'execution' },
					{ name: 'Stream', value: 'stream' },
				],
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				default: 'uploadInParallel',
				displayOptions: { show: { resource: ['stream'] } },
				options: [
					{ name: 'Get', value: 'get', description: 'Get a Stream with its DataSet', action: 'Get a stream' },
					{
						name: 'Upload in Parallel',
						value: 'uploadInParallel',
						description: 'Cut rows or CSV files into parts, upload them side by side and commit once all have arrived',
						action: 'Upload rows in parallel',
					},
				],
			},
			...fieldsOf('stream', streamOperations),
			...fieldsOf('execution', executionOperations),
		],
	};

	methods = { listSearch: { searchStreams } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0) as 'stream' | 'execution';
		const operation = this.getNodeParameter('operation', 0) as string;
		const operations = { stream: streamOperations, execution: executionOperations }[resource];
		return [await operations[operation].execute(await openContext(this))];
	}
}
