import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import type { DomoClient } from '../../domo/client';
import { failureItem, toNodeError } from './nodeError';
import { domoClient } from './send';

/** What every operation is given. */
export interface OperationContext {
	node: IExecuteFunctions;
	/** Ends with the execution: Stop, or the workflow's time-out. */
	client: DomoClient;
	items: INodeExecutionData[];
	/** Shows a line in the output panel; the same line is shown once. */
	hint: (message: string) => void;
	/** Writes a line to n8n's log. */
	log: (message: string) => void;
}

/** One file per operation exports these two. */
export interface Operation {
	/** The operation's fields; the node adds which resource and operation they belong to. */
	description: INodeProperties[];
	execute: (context: OperationContext) => Promise<INodeExecutionData[]>;
}

/** Opens what an operation needs. @throws NodeOperationError for a credential that can't be used */
export async function openContext(node: IExecuteFunctions): Promise<OperationContext> {
	const log = (message: string) => node.logger.info(message);
	const shown = new Set<string>();
	const client = await domoClient(node, {
		signal: node.getExecutionCancelSignal(),
		onRetry: ({ error, pauseMs }) => log(`${error.message}. Next try in ${Math.round(pauseMs)} ms.`),
	}).catch((error: unknown) => {
		throw toNodeError(node.getNode(), error);
	});
	return {
		node,
		client,
		items: node.getInputData(),
		hint: (message) => {
			if (shown.has(message)) return;
			shown.add(message);
			log(message);
			node.addExecutionHints({ message, location: 'outputPane' });
		},
		log,
	};
}

/**
 * Runs a node's chosen operation. What keeps it from even starting, a credential that can't be used, goes the way of
 * any other refusal: n8n itself would, under Continue, pass the input items on as if they had been loaded.
 */
export async function runOperation(node: IExecuteFunctions, operation: Operation): Promise<INodeExecutionData[][]> {
	let context: OperationContext;
	try {
		context = await openContext(node);
	} catch (error) {
		const shown = toNodeError(node.getNode(), error);
		if (!node.continueOnFail()) throw shown;
		return [[failureItem(node.getNode(), error, shown, 0)]];
	}
	return [await operation.execute(context)];
}

/**
 * An operation that runs for every item by itself.
 *
 * @param run gives one item's output; each entry becomes an output item paired with that input item
 */
export function forEachItem(
	run: (context: OperationContext, itemIndex: number) => Promise<IDataObject | IDataObject[] | INodeExecutionData[]>,
): Operation['execute'] {
	return async (context) => {
		const output: INodeExecutionData[] = [];
		for (let itemIndex = 0; itemIndex < context.items.length; itemIndex++) {
			try {
				// One by one: a million arguments of one call would not fit the stack.
				for (const entry of paired(await run(context, itemIndex), itemIndex)) output.push(entry);
			} catch (error) {
				const shown = toNodeError(context.node.getNode(), error, itemIndex);
				if (!context.node.continueOnFail()) throw shown;
				output.push(failureItem(context.node.getNode(), error, shown, itemIndex));
			}
		}
		return output;
	};
}

/**
 * An operation that takes all items as one input and sends them as one.
 *
 * @param run gives the output items, each with its own `pairedItem`
 */
export function onceForAllItems(run: (context: OperationContext) => Promise<INodeExecutionData[]>): Operation['execute'] {
	return async (context) => {
		try {
			return await run(context);
		} catch (error) {
			const shown = toNodeError(context.node.getNode(), error);
			if (!context.node.continueOnFail()) throw shown;
			return [failureItem(context.node.getNode(), error, shown, itemOf(shown.context.itemIndex))];
		}
	};
}

function itemOf(itemIndex: unknown): number {
	return typeof itemIndex === 'number' ? itemIndex : 0;
}

function paired(result: IDataObject | IDataObject[] | INodeExecutionData[], itemIndex: number): INodeExecutionData[] {
	const entries = Array.isArray(result) ? result : [result];
	return entries.map((entry) =>
		isExecutionData(entry)
			? { ...entry, pairedItem: entry.pairedItem ?? { item: itemIndex } }
			: { json: entry, pairedItem: { item: itemIndex } },
	);
}

function isExecutionData(entry: IDataObject | INodeExecutionData): entry is INodeExecutionData {
	// An answer of Domo has no field named json that is an object; an output item always has.
	return typeof entry.json === 'object' && entry.json !== null && Object.keys(entry).every((key) => ['json', 'binary', 'pairedItem'].includes(key));
}
