/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IConnections, IDataObject, INode, INodeExecutionData, IRun } from 'n8n-workflow';

import { runWorkflow, type MemoryCredentials } from './engine';

export const EXAMPLES_FOLDER = join(__dirname, '..', '..', 'examples');
/** The credential's ID that all examples name. */
export const EXAMPLE_CREDENTIAL_ID = 'domoDemoCredential';

export interface Example {
	name: string;
	nodes: INode[];
	connections: IConnections;
	pinData: IDataObject;
	settings: IDataObject;
	active: boolean;
	id: string;
}

/** A workflow of `examples/` as it is in its file. */
export function readExample(file: string): Example {
	return JSON.parse(readFileSync(join(EXAMPLES_FOLDER, `${file}.json`), 'utf8')) as Example;
}

/** What a user does after the import. */
export interface Changes {
	/** Chosen wherever the example leaves the Stream open. */
	streamId?: number;
	/** Chosen wherever the example leaves the DataSet open. */
	dataSetId?: string;
	/** By the node's name, parameters that are set anew. */
	parameters?: Record<string, IDataObject>;
	/** The trigger it is started with, where there is more than one. */
	start?: string;
}

/** @throws where the example has no such node */
export function changedExample(
	file: string,
	{ streamId, dataSetId, parameters = {}, start }: Changes,
): Example {
	const example = readExample(file);
	for (const [name, changes] of Object.entries(parameters)) {
		const node = example.nodes.find((candidate) => candidate.name === name);
		if (!node) throw new Error(`${file} has no node '${name}'`);
		Object.assign(node.parameters, changes);
	}
	for (const node of example.nodes) {
		if (start !== undefined && /Trigger$|\.webhook$/.test(node.type)) node.disabled = node.name !== start;
		for (const [field, id] of [
			['streamId', streamId],
			['dataSetId', dataSetId],
		] as const) {
			const locator = node.parameters[field] as { mode: string; value: string } | undefined;
			if (locator?.value === '' && id !== undefined) locator.value = String(id);
		}
	}
	return example;
}

export class ExampleRun {
	constructor(private readonly run: IRun) {}

	/** What the workflow stopped with. */
	get message(): string | undefined {
		return this.run.data.resultData.error?.message;
	}

	/** How often a node ran. */
	times(node: string): number {
		return this.run.data.resultData.runData[node]?.length ?? 0;
	}

	/** The items of a node's last run. */
	items(node: string, output = 0): INodeExecutionData[] {
		return this.run.data.resultData.runData[node]?.at(-1)?.data?.main[output] ?? [];
	}

	json(node: string, output = 0): IDataObject[] {
		return this.items(node, output).map(({ json }) => json);
	}
}

/** Runs a changed example in n8n's engine. */
export async function runExample(
	file: string,
	credentials: MemoryCredentials,
	changes: Changes = {},
	input?: INodeExecutionData[],
): Promise<ExampleRun> {
	const { nodes, connections, settings } = changedExample(file, changes);
	return new ExampleRun(await runWorkflow({ nodes, connections, settings }, credentials, input));
}

/** Same, where it must run to its end. */
export async function runExampleWell(...args: Parameters<typeof runExample>): Promise<ExampleRun> {
	const run = await runExample(...args);
	if (run.message !== undefined) throw new Error(run.message);
	return run;
}
