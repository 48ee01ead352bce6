import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { getStreamColumnNames, getStreamColumns } from '../shared/editor/columnLists';
import { searchStreams } from '../shared/editor/streamLocator';
import { fieldsOf, type Operations } from '../shared/n8n/nodeBase';
import { runOperation } from '../shared/run/operation';
import { loadOutputs } from '../shared/run/outputs';
import { searchExecutions } from './executionLocator';
import * as abort from './operations/execution/abort';
import * as commit from './operations/execution/commit';
import * as create from './operations/stream/create';
import * as createExecution from './operations/execution/create';
import * as deleteStream from './operations/stream/delete';
import * as get from './operations/stream/get';
import * as getAll from './operations/stream/getAll';
import * as getAllExecutions from './operations/execution/getAll';
import * as getExecution from './operations/execution/get';
import * as update from './operations/stream/update';
import * as uploadInParallel from './operations/stream/uploadInParallel';
import * as uploadPart from './operations/execution/uploadPart';

const streamOperations: Operations = { create, delete: deleteStream, get, getAll, update, uploadInParallel };
const executionOperations: Operations = {
	abort,
	commit,
	create: createExecution,
	get: getExecution,
	getAll: getAllExecutions,
	uploadPart,
};

export class DomoStream implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Domo Stream',
		name: 'domoStream',
		icon: { light: 'file:../../icons/domo.svg', dark: 'file:../../icons/domo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()) }}',
		description: 'Load rows into Domo in parallel, whatever their number, through a Stream',
		defaults: { name: 'Domo Stream' },
		// Not for AI agents: a load of rows is nothing to be tried out. n8n's type knows no `false` here.
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: loadOutputs,
		credentials: [{ name: 'domoOAuth2Api', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'stream',
				options: [
					// Its actions come first in n8n's list, the main one among them.
					{ name: 'Stream', value: 'stream' },
					{ name: 'Execution', value: 'execution' },
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
					{
						name: 'Create',
						value: 'create',
						description: 'Create a Stream together with a new DataSet',
						action: 'Create a stream',
					},
					{
						name: 'Delete',
						value: 'delete',
						description: 'Permanently delete a Stream; its DataSet and rows stay',
						action: 'Delete a stream',
					},
					{ name: 'Get', value: 'get', description: 'Get a Stream with its DataSet', action: 'Get a stream' },
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'Get many Streams with their DataSets',
						action: 'Get many streams',
					},
					{
						name: 'Update',
						value: 'update',
						description: "Change a Stream's update method",
						action: 'Update a stream',
					},
					{
						name: 'Upload in Parallel',
						value: 'uploadInParallel',
						description:
							'Cut rows or CSV files into parts, upload them side by side and commit once all have arrived',
						action: 'Upload rows in parallel',
					},
				],
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				default: 'create',
				displayOptions: { show: { resource: ['execution'] } },
				options: [
					{
						name: 'Abort',
						value: 'abort',
						description: 'End an execution without loading its parts; the DataSet stays as it was',
						action: 'Abort an execution',
					},
					{
						name: 'Commit',
						value: 'commit',
						description: 'Load the parts of an execution into the DataSet, all at once',
						action: 'Commit an execution',
					},
					{
						name: 'Create',
						value: 'create',
						description: 'Open an execution to upload parts into, at most one per Stream and run',
						action: 'Create an execution',
					},
					{
						name: 'Get',
						value: 'get',
						description: 'Get the state of an execution',
						action: 'Get an execution',
					},
					{
						name: 'Get Many',
						value: 'getAll',
						description: 'Get many executions of a Stream with their states',
						action: 'Get many executions',
					},
					{
						name: 'Upload Part',
						value: 'uploadPart',
						description: 'Upload rows or a CSV file as one part of an open execution',
						action: 'Upload a part of an execution',
					},
				],
			},
			...fieldsOf('stream', streamOperations),
			...fieldsOf('execution', executionOperations),
		],
	};

	methods = {
		listSearch: { searchExecutions, searchStreams },
		loadOptions: { getStreamColumnNames },
		resourceMapping: { getStreamColumns },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, { stream: streamOperations, execution: executionOperations });
	}
}
