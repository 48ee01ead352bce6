/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { N8nCli } from './cli';
import { EXAMPLE_CASES, exampleNames, type PreparedExample } from './exampleCases';
import { changedExample } from './exampleRunner';
import type { WorkflowJson } from './n8nApi';
import { N8N_VERSIONS } from './n8nInstall';
import { SOURCE_CASES } from './sourceCases';
import { Surroundings } from './surroundings';

const TIMEOUT_MS = 600_000;
const MANUAL_TRIGGER = 'n8n-nodes-base.manualTrigger';

/** Examples that `n8n execute` can't run, and why; they are tried in a running n8n, in examples.test.ts. */
const NEED_A_RUNNING_N8N: Record<string, string> = {
	'fan-out': 'hands each slice to the webhook of fan-out-worker',
	'fan-out-worker': 'starts from a webhook, which nobody listens to',
	'trigger-to-export': 'takes its DataSet from what the Domo Trigger, polled by n8n, tells',
};
const CLI_CASES = Object.entries(EXAMPLE_CASES).filter(([file]) => !(file in NEED_A_RUNNING_N8N));

it('all examples are tried but those that need a running n8n or a source of their own', async () => {
	assert.deepEqual(
		[
			...CLI_CASES.map(([file]) => file),
			...Object.keys(NEED_A_RUNNING_N8N),
			...Object.keys(SOURCE_CASES),
		].sort(),
		await exampleNames(),
	);
});

for (const version of N8N_VERSIONS) {
	describe(`the examples by the command line of n8n ${version}`, { timeout: 30 * 60_000 }, () => {
		let surroundings: Surroundings;
		let cli: N8nCli;
		const prepared = new Map<string, { workflowId: string; example: PreparedExample }>();

		before(
			async () => {
				surroundings = await Surroundings.open(version);
				cli = new N8nCli(surroundings.n8n, surroundings.userFolder);
				await cli.importCredentials(surroundings.credentials);
				const workflows: WorkflowJson[] = [];
				for (const [file, prepare] of CLI_CASES) {
					const example = await prepare(surroundings);
					const workflow = startedByHand(await changedExample(file, example.changes), example.trigger);
					workflows.push(workflow);
					prepared.set(file, { workflowId: workflow.id!, example });
				}
				await cli.importWorkflows(workflows);
			},
			{ timeout: TIMEOUT_MS },
		);

		after(async () => await surroundings?.close(), { timeout: TIMEOUT_MS });

		for (const [file] of CLI_CASES) {
			it(file, { timeout: TIMEOUT_MS }, async () => {
				const { workflowId, example } = prepared.get(file)!;
				await cli.execute(workflowId);
				await example.check();
			});
		}
	});
}

/** `n8n execute` starts from a Manual Trigger, and takes the first: the wanted trigger is made the only one. */
function startedByHand(workflow: WorkflowJson, trigger: string): WorkflowJson {
	const others = workflow.nodes
		.filter(({ name, type }) => type === MANUAL_TRIGGER && name !== trigger)
		.map(({ name }) => name);
	const nodes = workflow.nodes
		.filter(({ name }) => !others.includes(name))
		.map((node) =>
			node.name === trigger ? { ...node, type: MANUAL_TRIGGER, typeVersion: 1, parameters: {} } : node,
		);
	const connections = Object.fromEntries(
		Object.entries(workflow.connections).filter(([name]) => !others.includes(name)),
	);
	return { ...workflow, nodes, connections };
}
