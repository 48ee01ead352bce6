import { NodeHelpers, Workflow, type IDataObject, type INode } from 'n8n-workflow';

import { extraOutputs } from '../../nodes/shared/run/outputs';
import { nodeTypes } from '../support/engine';
import { byId } from '../support/locators';

/** The outputs as n8n's editor and engine find them. */
function outputsOf(type: string, parameters: IDataObject, onError?: INode['onError']): string[] {
	const node: INode = {
		id: '1',
		name: 'Domo',
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		...(onError ? { onError } : {}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return NodeHelpers.getNodeOutputs(workflow, node, nodeTypes.getByNameAndVersion(type).description).map(
		(output) => (typeof output === 'string' ? output : (output.displayName ?? output.type)),
	);
}

const STREAM = 'n8n-nodes-domo.domoStream';
const upload = { resource: 'stream', operation: 'uploadInParallel' };

describe('the outputs of a node that loads rows', () => {
	it.each<[string, string, IDataObject, string[]]>([
		['nothing chosen', STREAM, upload, ['main']],
		['Refuse', STREAM, { ...upload, valueOptions: { badValues: 'refuse' } }, ['main']],
		[
			'Leave Out the Row',
			STREAM,
			{ ...upload, valueOptions: { badValues: 'leaveOut' } },
			['Summary', 'Left Out Rows'],
		],
		[
			'Load as NULL',
			STREAM,
			{ ...upload, valueOptions: { badValues: 'null' } },
			['Summary', 'Left Out Rows'],
		],
		['Dry Run', STREAM, { ...upload, options: { dryRun: true } }, ['Summary', 'Left Out Rows', 'Columns']],
		['no Dry Run', STREAM, { ...upload, options: { dryRun: false } }, ['main']],
		[
			'an expression for Dry Run',
			STREAM,
			{ ...upload, options: { dryRun: '={{ $json.tryIt }}' } },
			['Summary', 'Left Out Rows', 'Columns'],
		],
		[
			'an expression elsewhere',
			STREAM,
			{
				...upload,
				streamId: byId('={{ $json.stream }}'),
				options: { resume: '={{ $json.details }}' },
				valueOptions: { badValues: 'leaveOut', readAsNull: '={{ $json.words }}' },
			},
			['Summary', 'Left Out Rows'],
		],
		['another operation', STREAM, { ...upload, operation: 'get', options: { dryRun: true } }, ['main']],
		[
			'Upload Part',
			STREAM,
			{
				resource: 'execution',
				operation: 'uploadPart',
				valueOptions: { badValues: 'null' },
				options: { dryRun: true },
			},
			['Summary', 'Left Out Rows'],
		],
		[
			'Import',
			'n8n-nodes-domo.domoDataSet',
			{ resource: 'dataSet', operation: 'import', valueOptions: { badValues: 'leaveOut' } },
			['Summary', 'Left Out Rows'],
		],
	])('%s', (_, type, parameters, expected) => {
		expect(outputsOf(type, parameters)).toEqual(expected);
		expect(extraOutputs(parameters)).toHaveLength(expected.length - 1);
	});

	it('come before the error output', () => {
		const parameters = { ...upload, valueOptions: { badValues: 'leaveOut' } };
		expect(outputsOf(STREAM, parameters, 'continueErrorOutput')).toEqual([
			'Summary',
			'Left Out Rows',
			'Error',
		]);
	});
});
