import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import type { DomoClient } from '../../../domo/client';
import { InputError } from '../../../transfer/inputError';
import { failureItem, toNodeError } from '../n8n/nodeError';
import { domoClient } from '../n8n/send';
import { inputItems } from './inputItems';
import { ExtraOutputs } from './outputs';
import { shownValue } from '../../../transfer/shownValue';

/** What every operation is given. */
export interface OperationContext {
	node: IExecuteFunctions;
	/** Ends with the execution: Stop, or the workflow's time-out. */
	client: DomoClient;
	items: INodeExecutionData[];
	/** When the node began. */
	startedAt: Date;
	/** Shows a line in the output panel; the same line is shown once. */
	hint: (message: string) => void;
	/** Writes a line to n8n's log. */
	log: (message: string) => void;
	/** Takes what goes to the outputs behind the first one. */
	extra: ExtraOutputs;
}

/** One file per operation exports these two. */
export interface Operation {
	/** The operation's fields; the node adds which resource and operation they belong to. */
	description: INodeProperties[];
	execute: (context: OperationContext) => Promise<INodeExecutionData[]>;
}

/** Opens what an operation needs. @throws InputError for a credential that can't be used */
export async function openContext(node: IExecuteFunctions): Promise<OperationContext> {
	const log = (message: string) => node.logger.info(message);
	const shown = new Set<string>();
	const client = await domoClient(node, {
		signal: node.getExecutionCancelSignal(),
		onRetry: ({ error, pauseMs }) => log(`${error.message}. Next try in ${Math.round(pauseMs)} ms.`),
	});
	return {
		node,
		client,
		items: await inputItems(node),
		startedAt: new Date(),
		hint: (message) => {
			if (shown.has(message)) return;
			shown.add(message);
			log(message);
			node.addExecutionHints({ message, location: 'outputPane' });
		},
		log,
		extra: new ExtraOutputs(),
	};
}

/**
 * Runs a node's chosen operation. What keeps it from even starting, a credential that can't be used, goes the way of
 * any other refusal: n8n itself would, under Continue, pass the input items on as if they had been loaded.
 */
export async function runOperation(
	node: IExecuteFunctions,
	resources: Readonly<Record<string, Readonly<Record<string, Operation>>>>,
): Promise<INodeExecutionData[][]> {
	let context: OperationContext;
	let operation: Operation;
	try {
		operation = chosenOperation(node, resources);
		context = await openContext(node);
	} catch (error) {
		const shown = toNodeError(node.getNode(), error);
		if (!node.continueOnFail()) throw shown;
		return [[failureItem(node.getNode(), error, shown, 0)]];
	}
	return context.extra.behind(await operation.execute(context), node.getNode().parameters as IDataObject);
}

/** @throws InputError for one that the node does not have: an imported workflow, or an expression, can name anything */
function chosenOperation(
	node: IExecuteFunctions,
	resources: Readonly<Record<string, Readonly<Record<string, Operation>>>>,
): Operation {
	const resource = node.getNodeParameter('resource', 0);
	const operations = ownOf(resources, resource);
	if (operations === undefined) throw notOffered('Resource', resource, resources);
	const operation = node.getNodeParameter('operation', 0);
	const found = ownOf(operations, operation);
	if (found === undefined) throw notOffered('Operation', operation, operations);
	return found;
}

function ownOf<T>(entries: Readonly<Record<string, T>>, name: unknown): T | undefined {
	return typeof name === 'string' && Object.hasOwn(entries, name) ? entries[name] : undefined;
}

function notOffered(displayName: string, value: unknown, offered: object): InputError {
	return new InputError(
		'OPTION_INVALID',
		`'${displayName}' can't be ${shownValue(value)}. Nothing was sent.`,
		`It must be one of ${Object.keys(offered).join(', ')}.`,
	);
}

/**
 * An operation that runs for every item by itself.
 *
 * @param run gives one item's output; each entry becomes an output item paired with that input item
 */
export function forEachItem(
	run: (
		context: OperationContext,
		itemIndex: number,
	) => Promise<IDataObject | IDataObject[] | INodeExecutionData[]>,
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
export function onceForAllItems(
	run: (context: OperationContext) => Promise<INodeExecutionData[]>,
): Operation['execute'] {
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

function paired(
	result: IDataObject | IDataObject[] | INodeExecutionData[],
	itemIndex: number,
): INodeExecutionData[] {
	const entries = Array.isArray(result) ? result : [result];
	return entries.map((entry) =>
		isExecutionData(entry)
			? { ...entry, pairedItem: entry.pairedItem ?? { item: itemIndex } }
			: { json: entry, pairedItem: { item: itemIndex } },
	);
}

function isExecutionData(entry: IDataObject | INodeExecutionData): entry is INodeExecutionData {
	// An answer of Domo has no field named json that is an object; an output item always has.
	return (
		typeof entry.json === 'object' &&
		entry.json !== null &&
		Object.keys(entry).every((key) => ['json', 'binary', 'pairedItem'].includes(key))
	);
}
