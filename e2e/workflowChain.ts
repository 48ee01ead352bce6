import type { WorkflowJson } from './n8nApi';

type ChainNode = WorkflowJson['nodes'][number] & { typeVersion?: number; webhookId?: string };

/** A workflow of nodes one behind the other; ids and positions are given to those without. */
export function workflowChain(
	name: string,
	inOrder: ChainNode[],
	settings: Record<string, unknown> = {},
): WorkflowJson {
	const nodes = inOrder.map((node, index) => ({ id: String(index), position: [220 * index, 0], ...node }));
	const connections = Object.fromEntries(
		nodes
			.slice(1)
			.map(({ name: next }, index) => [
				nodes[index].name,
				{ main: [[{ node: next, type: 'main', index: 0 }]] },
			]),
	);
	return { name, nodes, connections, settings };
}
