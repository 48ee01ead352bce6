import type { WorkflowJson } from '../../e2e/n8nApi';
import { workflowChain } from '../../e2e/workflowChain';
import { columnsOf, makeItems } from '../tables';

/** The paths of the Webhooks. */
export const PATHS = { file: 'bench-file', items: 'bench-items', neighbour: 'bench-neighbour' };

/** What the workflows are asked for in the query of their Webhook. */
export interface UploadQuery {
	/** The Stream's ID. */
	stream: number;
	compression: 'gzip' | 'auto' | 'none';
	/** A path; for `file`. */
	file?: string;
	/** For `items`. */
	rows?: number;
}

const BLOCK = 20_000;

/** Rows of six mixed columns, a block of them over and over. */
const makeRows = () => `const block = ${JSON.stringify(makeItems('narrow', BLOCK).map(({ json }) => json))};
const rows = Number($('Webhook').first().json.query.rows);
const items = [];
for (let index = 0; index < rows; index++) items.push({ json: block[index % block.length] });
return items;`;

/** Each way as a workflow, from its Webhook to the upload; it answers with the upload's summary. */
export function benchWorkflows(credential: { id: string; name: string }): WorkflowJson[] {
	const webhook = (path: string, options: object) => ({
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: { path, ...options },
	});
	const asked = (name: keyof UploadQuery) => `={{ $('Webhook').first().json.query.${name} }}`;
	const upload = (inputSource: 'items' | 'binary') => ({
		name: 'Upload in Parallel',
		type: 'n8n-nodes-domo.domoStream',
		typeVersion: 1,
		parameters: {
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: { __rl: true, mode: 'id', value: asked('stream') },
			updateMethod: 'stream',
			inputSource,
			// The sink keeps no rows, so that waiting for their number would never end; no peer waits either.
			options: { compression: asked('compression'), waitForCompletion: false },
		},
		credentials: { domoOAuth2Api: credential },
	});
	const read = {
		name: 'Read File',
		type: 'n8n-nodes-base.readWriteFile',
		typeVersion: 1,
		parameters: { operation: 'read', fileSelector: asked('file'), options: { mimeType: 'text/csv' } },
	};
	const code = {
		name: 'Make Rows',
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: { jsCode: makeRows() },
	};
	const atTheEnd = { responseMode: 'lastNode', options: {} };
	const settings = { executionOrder: 'v1' };
	return [
		workflowChain('Bench: file', [webhook(PATHS.file, atTheEnd), read, upload('binary')], settings),
		workflowChain('Bench: items', [webhook(PATHS.items, atTheEnd), code, upload('items')], settings),
		workflowChain(
			'Bench: neighbour',
			[
				webhook(PATHS.neighbour, atTheEnd),
				{ name: 'Answer', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
			],
			settings,
		),
	];
}

export const ITEM_COLUMNS = columnsOf('narrow');
