import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox';
import { credentialsFor, runNode, type NodeResult, type NodeRunOptions } from './engine';
import { byId } from './locators';

/** Runs operations of the Domo Stream node in n8n's engine against a sandbox. */
export class StreamNode {
	constructor(
		private readonly sandbox: Sandbox,
		private readonly resource: 'stream' | 'execution',
	) {}

	async run(
		operation: string,
		parameters: IDataObject,
		items?: INodeExecutionData[],
		options?: NodeRunOptions,
	): Promise<NodeResult> {
		const { streamId, ...others } = parameters;
		const all = {
			resource: this.resource,
			operation,
			...(streamId === undefined
				? {}
				: { streamId: typeof streamId === 'object' ? streamId : byId(streamId) }),
			...others,
		};
		return await runNode('domoStream', all as IDataObject, credentialsFor(this.sandbox), items, options);
	}

	/** Same, where it must succeed. */
	async runWell(...args: Parameters<StreamNode['run']>): Promise<NodeResult> {
		const result = await this.run(...args);
		if (result.error) throw new Error(`${result.error.message} — ${result.error.description ?? ''}`);
		return result;
	}

	/** Same, where it must be refused. @returns message and advice */
	async refusal(...args: Parameters<StreamNode['run']>): Promise<string> {
		const { error } = await this.run(...args);
		if (!error) throw new Error('it was not refused');
		return `${error.message} — ${error.description ?? ''}`;
	}
}

/** How many requests of a kind the sandbox has seen since `from` in its log. */
export function requestsSince(sandbox: Sandbox, from: number, operation: string): number {
	return sandbox.log.slice(from).filter((request) => request.operation === operation).length;
}
