import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';

import { registerNodeType } from '../test/support/engine';
import type { Clock } from './job';

/**
 * From now on the engine runs this node under the clock: from its start to its end. What the engine does to items on
 * their way from node to node (it copies each one, whatever the node) is left out.
 */
export function measureNode(name: string, node: INodeType, clock: Clock): void {
	const execute = node.execute as (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;
	const measured: INodeType = {
		description: node.description,
		...(node.methods ? { methods: node.methods } : {}),
		async execute() {
			return await clock(async () => await execute.call(this));
		},
	};
	registerNodeType(`n8n-nodes-domo.${name}`, measured);
}
