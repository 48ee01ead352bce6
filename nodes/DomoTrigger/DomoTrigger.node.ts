import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { searchDataSets } from '../shared/editor/dataSetLocator';
import { toNodeError } from '../shared/n8n/nodeError';
import { checkOptionValues } from '../shared/fields/optionValues';
import { CREDENTIAL, domoClient } from '../shared/n8n/send';
import { searchStreams } from '../shared/editor/streamLocator';
import * as dataSetUpdated from './events/dataSetUpdated';
import * as executionFinished from './events/executionFinished';
import { newChanges } from './newChanges';
import type { TriggerEvent, Watch } from './triggerEvent';

const EVENTS: Record<string, TriggerEvent> = { dataSetUpdated, executionFinished };

/** Fewer than elsewhere: the next poll tries again anyway. */
const MAX_TRIES = 3;

const eventField: INodeProperties = {
	displayName: 'Event',
	name: 'event',
	type: 'options',
	noDataExpression: true,
	default: 'dataSetUpdated',
	options: [
		{
			name: 'DataSet Updated',
			value: 'dataSetUpdated',
			description: "A DataSet's data have changed, in whatever way they came",
			// n8n's own wording would be "On data set updated".
			action: 'On DataSet updated',
		},
		{
			name: 'Execution Finished',
			value: 'executionFinished',
			description: 'An upload into a Stream has ended, well or not',
			action: 'On execution finished',
		},
	],
};

export class DomoTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Domo Trigger',
		name: 'domoTrigger',
		icon: { light: 'file:../../icons/domo.svg', dark: 'file:../../icons/domo.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["event"] }}',
		description: 'Starts the workflow when a Domo DataSet is updated or an upload into it has finished',
		defaults: { name: 'Domo Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'domoOAuth2Api', required: true }],
		properties: [
			eventField,
			...Object.entries(EVENTS).flatMap(([event, { description }]) =>
				description.map((field) => ({
					...field,
					displayOptions: { show: { event: [event], ...field.displayOptions?.show } },
				})),
			),
		],
	};

	methods = { listSearch: { searchDataSets, searchStreams } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		try {
			const watch = await openWatch(this);
			if (this.getMode() === 'manual') return [[{ json: await watch.sample() }]];
			// The same Stream ID means another Stream where the credential belongs to another Domo instance.
			const credentialId = this.getNode().credentials?.[CREDENTIAL]?.id ?? '';
			const target = `${watch.target} with the credential ${credentialId}`;
			const changes = await newChanges(this.getWorkflowStaticData('node'), target, watch.look);
			return changes.length === 0 ? null : [changes.map((json) => ({ json }))];
		} catch (error) {
			throw toNodeError(this.getNode(), error);
		}
	}
}

async function openWatch(node: IPollFunctions): Promise<Watch> {
	const event = node.getNodeParameter('event') as string;
	checkOptionValues([eventField], { event });
	const client = await domoClient(node, {
		maxTries: MAX_TRIES,
		onRetry: ({ error, pauseMs }) =>
			node.logger.info(`${error.message}. Next try in ${Math.round(pauseMs)} ms.`),
	});
	return await EVENTS[event].watch({ node, client });
}
