import { NodeExecuteFunctions, TriggersAndPollers } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type INode,
	type IPollFunctions,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { DomoTrigger } from '../../nodes/DomoTrigger/DomoTrigger.node';
import { expectOnPage } from './messagesPage';
import { Container, nodeTypes, registerNodeType, TEST_CREDENTIAL_ID, type MemoryCredentials } from './engine';

export const TRIGGER_TYPE = 'n8n-nodes-domo.domoTrigger';
registerNodeType(TRIGGER_TYPE, new DomoTrigger());

export function triggerNode(parameters: IDataObject, credentialId = TEST_CREDENTIAL_ID): INode {
	return {
		id: '1',
		name: 'Domo Trigger',
		type: TRIGGER_TYPE,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		credentials: { domoOAuth2Api: { id: credentialId, name: 'Domo' } },
	};
}

/** An active workflow that begins with the Domo Trigger, polled by n8n-core's own code whenever the test says so. */
export class ActiveTrigger {
	private readonly workflow: Workflow;
	private readonly node: INode;

	constructor(
		private readonly credentials: MemoryCredentials,
		private readonly parameters: IDataObject,
		staticData: IDataObject = {},
		private readonly credentialId = TEST_CREDENTIAL_ID,
	) {
		this.node = triggerNode(parameters, credentialId);
		const settings = { executionOrder: 'v1' as const, timezone: 'UTC' };
		this.workflow = new Workflow({
			id: 'test',
			nodes: [this.node],
			connections: {},
			settings,
			active: true,
			nodeTypes,
			staticData,
		});
	}

	/** @returns the items the workflow is started with; null where it is not started */
	async poll(mode: WorkflowExecuteMode = 'trigger'): Promise<IDataObject[] | null> {
		const additionalData = {
			credentialsHelper: this.credentials,
			variables: {},
		} as unknown as IWorkflowExecuteAdditionalData;
		const context = NodeExecuteFunctions.getExecutePollFunctions(
			this.workflow,
			this.node,
			additionalData,
			mode,
			mode === 'manual' ? 'manual' : 'activate',
		) as IPollFunctions;
		const output = await Container.get(TriggersAndPollers).runPollFunction(this.workflow, this.node, context);
		return output === null ? null : output.flat().map(({ json }) => json);
	}

	/** @returns what n8n shows of a poll that must fail: message, advice, HTTP status */
	async pollFailure(mode?: WorkflowExecuteMode): Promise<string> {
		return await this.poll(mode).then(
			() => {
				throw new Error('the poll did not fail');
			},
			({ name, message, description, httpCode, context }: IDataObject) => {
				const { code } = context as { code?: string };
				expectOnPage([{ code, message: String(message) }]);
				return [name, message, description, httpCode].join(' | ');
			},
		);
	}

	/** n8n's static data of the node, as it goes to the database and comes back. */
	get memory(): IDataObject {
		return JSON.parse(JSON.stringify(this.workflow.staticData)) as IDataObject;
	}

	/** The same workflow after n8n has been restarted, maybe with other parameters or another credential. */
	restarted(parameters: IDataObject = {}, credentialId = this.credentialId): ActiveTrigger {
		return new ActiveTrigger(
			this.credentials,
			{ ...this.parameters, ...parameters },
			this.memory,
			credentialId,
		);
	}
}
