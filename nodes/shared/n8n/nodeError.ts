import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type JsonObject,
} from 'n8n-workflow';

import { CodedError } from '../../../domo/codedError';
import { DomoError } from '../../../domo/errors';

/**
 * Turns whatever an operation ended with into the one error that n8n shows: message first, then what to do.
 *
 * @param itemIndex 0-based, where the operation belongs to one item
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const shown = makeNodeError(node, error, itemIndex);
	// n8n puts a stock sentence in the place of every message that holds a system code such as ECONNRESET.
	if (error instanceof Error) shown.message = error.message;
	return shown;
}

function makeNodeError(node: INode, error: unknown, itemIndex?: number): NodeApiError | NodeOperationError {
	if (!(error instanceof CodedError)) {
		return new NodeOperationError(node, error instanceof Error ? error : new Error(String(error)), {
			itemIndex,
		});
	}
	const { code, message, advice, toe } = error;
	const status = error instanceof DomoError ? error.details.status : undefined;
	const options = {
		description: advice,
		itemIndex: error.itemIndex ?? itemIndex,
		level: 'warning' as const,
	};
	const shown =
		error instanceof DomoError && status !== undefined
			? new NodeApiError(node, answerOf(error), { ...options, message, httpCode: String(status) })
			: new NodeOperationError(node, message, options);
	Object.assign(shown.context, { code, ...(toe ? { toe } : {}) });
	return shown;
}

/** What n8n shows as Domo's answer. */
function answerOf({ message, details: { toe, domoMessage } }: DomoError): JsonObject {
	return {
		message,
		...(toe ? { toe } : {}),
		...(domoMessage ? { domoMessage } : {}),
	};
}

/**
 * The item that stands for what failed, under Continue: `error`, `message` and `details`.
 *
 * n8n 2 routes such an item to the error output. n8n 1 does so only if it holds no `details`, or has an `error` beside
 * its `json`, which then would take the place of `json`; but n8n routes a copy, and a hidden property is not copied.
 */
export function failureItem(
	node: INode,
	error: unknown,
	shown: NodeApiError | NodeOperationError,
	itemIndex: number,
): INodeExecutionData {
	const item: INodeExecutionData = { json: failureJson(error, shown), pairedItem: { item: itemIndex } };
	if (node.onError === 'continueErrorOutput')
		Object.defineProperty(item, 'error', { value: shown, enumerable: false });
	return item;
}

function failureJson(error: unknown, shown: NodeApiError | NodeOperationError): IDataObject {
	const details = detailsOf(error);
	const advice = typeof shown.description === 'string' ? shown.description : '';
	return {
		error: shown.message,
		message: advice === '' ? shown.message : `${sentence(shown.message)} ${advice}`,
		...(details ? { details } : {}),
	};
}

function sentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

function detailsOf(error: unknown): IDataObject | undefined {
	if (!(error instanceof CodedError)) return undefined;
	return JSON.parse(JSON.stringify({ code: error.code, ...error.details })) as IDataObject;
}
