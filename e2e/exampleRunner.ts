/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { eventually } from './eventually';
import type { N8nApi, WorkflowJson } from './n8nApi';
import { repository } from './packedPackage';
import type { CredentialData } from './surroundings';

type Nodes = WorkflowJson['nodes'];

export interface ExampleChanges {
	/** Chosen wherever the example leaves the Stream, or the DataSet, open. */
	streamId?: number;
	dataSetId?: string;
	/** By the node's name, parameters that are set anew. */
	parameters?: Record<string, Record<string, unknown>>;
	/** By the node's name, another version of its type. */
	typeVersions?: Record<string, number>;
	/** Of the workflow, set anew. */
	settings?: Record<string, unknown>;
	/** Further nodes, each behind the one of the given name and before those that were behind it. */
	behind?: Record<string, Nodes[number]>;
}

/** A workflow of `examples/` as it is published. */
export async function readExample(file: string): Promise<WorkflowJson> {
	return JSON.parse(await readFile(join(repository, 'examples', `${file}.json`), 'utf8')) as WorkflowJson;
}

/** A workflow of `examples/`, changed as a user would change it. */
export async function changedExample(
	file: string,
	{ streamId, dataSetId, parameters = {}, typeVersions = {}, settings = {}, behind = {} }: ExampleChanges,
): Promise<WorkflowJson> {
	const workflow = await readExample(file);
	workflow.settings = { ...workflow.settings, ...settings };
	for (const node of workflow.nodes) {
		Object.assign(node.parameters, parameters[node.name]);
		node.typeVersion = typeVersions[node.name] ?? node.typeVersion;
		for (const [field, id] of [
			['streamId', streamId],
			['dataSetId', dataSetId],
		] as const) {
			const locator = node.parameters[field] as { value: string } | undefined;
			if (locator?.value === '' && id !== undefined) locator.value = String(id);
		}
	}
	for (const [before, node] of Object.entries(behind)) {
		workflow.nodes.push(node);
		workflow.connections[node.name] = workflow.connections[before] ?? { main: [] };
		workflow.connections[before] = { main: [[{ node: node.name, type: 'main', index: 0 }]] };
	}
	return workflow;
}

/** Imports the workflows of `examples/` into a running n8n as a user does, and runs them there. */
export class ExampleRunner {
	/** @param credentials by type, the credential that is chosen in every node of that type */
	constructor(
		private readonly api: N8nApi,
		private readonly credentials: Record<string, { id: string; name: string }>,
	) {}

	/** Makes these credentials in n8n. @returns what runs workflows with them */
	static async withCredentials(api: N8nApi, credentials: CredentialData[]): Promise<ExampleRunner> {
		const chosen: Record<string, { id: string; name: string }> = {};
		for (const { type, name, data } of credentials)
			chosen[type] = { id: await api.createCredential(name, type, data), name };
		return new ExampleRunner(api, chosen);
	}

	/** @returns the workflow's id */
	async import(file: string, changes: ExampleChanges): Promise<string> {
		const workflow = await changedExample(file, changes);
		for (const { credentials = {} } of workflow.nodes) {
			for (const type of Object.keys(credentials)) credentials[type] = this.credentials[type];
		}
		return await this.api.createWorkflow(workflow);
	}

	/** Runs a workflow from the given trigger to its end. @returns how it ended: `success`, `error` … */
	async run(workflowId: string, trigger: string, timeoutMs?: number): Promise<string> {
		return await this.ended(await this.start(workflowId, trigger), timeoutMs);
	}

	/** Starts a workflow from the given trigger. @returns the execution's id */
	async start(workflowId: string, trigger: string): Promise<string> {
		const { executionId } = await this.api.call<{ executionId: string }>(
			'POST',
			`/rest/workflows/${workflowId}/run`,
			{
				triggerToStartFrom: { name: trigger },
				// n8n 1 runs what it is told, n8n 2 what it has saved.
				workflowData: await this.api.call('GET', `/rest/workflows/${workflowId}`),
			},
		);
		return executionId;
	}

	/** Waits for an execution. @returns how it ended: `success`, `error` … */
	async ended(executionId: string, timeoutMs?: number): Promise<string> {
		let status = 'new';
		await eventually(
			`the end of execution ${executionId}`,
			async () => {
				({ status } = await this.api.call<{ status: string }>('GET', `/rest/executions/${executionId}`));
				return !['new', 'running', 'waiting', 'unknown'].includes(status);
			},
			timeoutMs,
		);
		return status;
	}
}
