import { NodeConnectionTypes, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

/** What an operation that loads rows can put out beside its summary. */
export type ExtraOutput = 'leftOutRows' | 'columns';

/**
 * The outputs behind the first one, in their order. n8n evaluates the same function in the editor, where only the
 * resource, the operation and the collections can be read, and where an expression inside a collection is its text:
 * such an option shows its output.
 *
 * Left Out Rows comes before Columns whenever Columns is there: n8n connects outputs by their index, and a wire must
 * not change its meaning when an option is switched on.
 *
 * @param parameters the node's, not evaluated
 */
export function extraOutputs(parameters: IDataObject): ExtraOutput[] {
	const operation = parameters.operation;
	if (operation !== 'uploadInParallel' && operation !== 'uploadPart' && operation !== 'import') return [];
	const options = (parameters.options || {}) as IDataObject;
	const valueOptions = (parameters.valueOptions || {}) as IDataObject;
	const badValues = valueOptions.badValues || 'refuse';
	if (operation === 'uploadInParallel' && options.dryRun) return ['leftOutRows', 'columns'];
	return badValues === 'refuse' ? [] : ['leftOutRows'];
}

/** What a node's outputs are called. n8n calls an output without a name "Undefined" as soon as another has one. */
function namedOutputs(extra: ExtraOutput[], type: string): Array<{ type: string; displayName?: string }> {
	if (extra.length === 0) return [{ type }];
	return [{ type, displayName: 'Summary' }].concat(
		extra.map((output) => ({ type, displayName: output === 'columns' ? 'Columns' : 'Left Out Rows' })),
	);
}

/** For a node's `outputs`. The error output, where a node has one, comes behind them: n8n adds it. */
export const loadOutputs: `={{${string}}}` = `={{ (${namedOutputs.toString()})((${extraOutputs.toString()})($parameter), "${NodeConnectionTypes.Main}") }}`;

/** What goes to the outputs behind the first one. */
export class ExtraOutputs {
	private readonly items: Record<ExtraOutput, INodeExecutionData[]> = { leftOutRows: [], columns: [] };

	put(output: ExtraOutput, item: INodeExecutionData): void {
		this.items[output].push(item);
	}

	/** All outputs in the order of the node's. */
	behind(first: INodeExecutionData[], parameters: IDataObject): INodeExecutionData[][] {
		return [first, ...extraOutputs(parameters).map((output) => this.items[output])];
	}
}
