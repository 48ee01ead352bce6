/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { eventually } from './eventually';
import type { N8nApi, WorkflowJson } from './n8nApi';
import { repository } from './packedPackage';

type Nodes = WorkflowJson['nodes'];

export interface ExampleChanges {
	/** Chosen wherever the example leaves the Stream, or the DataSet, open. */
	streamId?: number;
	dataSetId?: string;
	/** By the node's name, parameters that are set anew. */
	parameters?: Record<string, Record<string, unknown>>;
	/** Further nodes, each behind the one of the given name. */
	behind?: Record<string, Nodes[number]>;
}

/** Imports the workflows of `examples/` into a running n8n as a user does, and runs them there. */
export class ExampleRunner {
	/** @param credentials by type, the credential that is chosen in every node of that type */
	constructor(
		private readonly api: N8nApi,
		private readonly credentials: Record<string, { id: string; name: string }>,
	) {}

	/** @returns the workflow's id */
	async import(file: string, { streamId, dataSetId, parameters = {}, behind = {} }: ExampleChanges): Promise<string> {
		const workflow = JSON.parse(await readFile(join(repository, 'examples', `${file}.json`), 'utf8')) as WorkflowJson;
		for (const node of workflow.nodes) {
			Object.assign(node.parameters, parameters[node.name]);
			for (const [field, id] of [['streamId', streamId], ['dataSetId', dataSetId]] as const) {
				const locator = node.parameters[field] as { value: string } | undefined;
				if (locator?.value === '' && id !== undefined) locator.value = String(id);
			}
			for (const type of Object.keys(node.credentials ?? {})) node.credentials![type] = this.credentials[type];
		}
		for (const [before, node] of Object.entries(behind)) {
			workflow.nodes.push(node);
			workflow.connections[before] = { main: [[{ node: node.name, type: 'main', index: 0 }]] };
		}
		return await this.api.createWorkflow(workflow);
	}

	/** Runs a workflow from the given trigger to its end. @returns how it ended: `success`, `error` … */
	async run(workflowId: string, trigger: string): Promise<string> {
		const { executionId } = await this.api.call<{ executionId: string }>('POST', `/rest/workflows/${workflowId}/run`, {
			triggerToStartFrom: { name: trigger },
		});
		let status = 'new';
		await eventually(`the end of execution ${executionId}`, async () => {
			({ status } = await this.api.call<{ status: string }>('GET', `/rest/executions/${executionId}`));
			return !['new', 'running', 'waiting', 'unknown'].includes(status);
		});
		return status;
	}

	/** Switches a workflow on. */
	async activate(workflowId: string): Promise<void> {
		const { versionId } = await this.api.call<{ versionId: string }>('GET', `/rest/workflows/${workflowId}`);
		await this.api.call('POST', `/rest/workflows/${workflowId}/activate`, { versionId });
	}
}
