import type { WorkflowJson } from './n8nApi';
import { csvLine, scaleRow } from './scaleRows';
import type { ScaleSinkAddress } from './scaleSink';
import { workflowChain } from './workflowChain';

type Nodes = WorkflowJson['nodes'];

/** The paths of the Webhooks; each takes `?rows=N`. */
export const SCALE_PATHS = {
	items: 'scale-items',
	file: 'scale-file',
	naiveItems: 'scale-naive-items',
	naiveFile: 'scale-naive-file',
};
export type ScalePath = keyof typeof SCALE_PATHS;

const EXECUTION_ORDER = { executionOrder: 'v1' };

const MAKE_ROWS = `${scaleRow.toString()}
const rows = Number($('Webhook').first().json.query.rows);
const items = [];
for (let index = 0; index < rows; index++) items.push({ json: scaleRow(index) });
return items;`;

const MAKE_CSV = `${csvLine.toString()}
return [{ json: { csv: $input.all().map((item) => csvLine(item.json)).join('') } }];`;

/** Tells the sink what broke. */
export function errorWorkflow(sink: ScaleSinkAddress): WorkflowJson {
	const trigger = node('Error Trigger', 'n8n-nodes-base.errorTrigger', 1);
	const tell = {
		...node('Tell', 'n8n-nodes-base.httpRequest', 4.2),
		parameters: {
			method: 'POST',
			url: `${sink.url}/scale/broke`,
			sendBody: true,
			specifyBody: 'json',
			jsonBody:
				'={{ JSON.stringify({ node: $json.execution.lastNodeExecuted, message: $json.execution.error.message }) }}',
			options: {},
		},
	};
	return workflowChain('Scale: errors', [trigger, tell], EXECUTION_ORDER);
}

/**
 * Each way as a workflow, from its Webhook to the upload; it answers with the last node's item.
 *
 * @param settings of the workflows
 */
export function scaleWorkflows(
	sink: ScaleSinkAddress,
	credential: { id: string; name: string },
	nodeTimeoutMs: number,
	settings: Record<string, unknown>,
): Record<ScalePath, WorkflowJson> {
	const download: Nodes[number] = {
		...node('HTTP Request', 'n8n-nodes-base.httpRequest', 4.2),
		parameters: {
			url: `=${sink.url}/file.csv?rows={{ $json.query.rows }}`,
			options: { response: { response: { responseFormat: 'file' } }, timeout: nodeTimeoutMs },
		},
	};
	const makeRows = code('Make Rows', MAKE_ROWS);
	const makeCsv = code('Make CSV', MAKE_CSV);
	const extract = {
		...node('Extract from File', 'n8n-nodes-base.extractFromFile', 1),
		parameters: { operation: 'csv', binaryPropertyName: 'data', options: {} },
	};
	const upload = (inputSource: 'items' | 'binary') => ({
		...node('Upload in Parallel', 'n8n-nodes-domo.domoStream', 1),
		parameters: {
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: { __rl: true, mode: 'id', value: String(sink.streamId) },
			updateMethod: 'REPLACE',
			inputSource,
			options: {},
		},
		credentials: { domoOAuth2Api: credential },
	});
	const put = {
		...node('Send to Domo', 'n8n-nodes-base.httpRequest', 4.2),
		parameters: {
			method: 'PUT',
			url: `${sink.url}/v1/datasets/${sink.dataSetId}/data?updateMethod=REPLACE`,
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'Authorization', value: `bearer ${sink.token}` }] },
			sendBody: true,
			contentType: 'raw',
			rawContentType: 'text/csv',
			body: '={{ $json.csv }}',
			options: { timeout: nodeTimeoutMs },
		},
	};
	const behindWebhook = (path: ScalePath, nodes: Nodes) => {
		const webhook = {
			...node('Webhook', 'n8n-nodes-base.webhook', 2),
			webhookId: SCALE_PATHS[path],
			parameters: { path: SCALE_PATHS[path], responseMode: 'lastNode', options: {} },
		};
		return workflowChain(`Scale: ${path}`, [webhook, ...nodes], { ...EXECUTION_ORDER, ...settings });
	};
	return {
		items: behindWebhook('items', [makeRows, upload('items')]),
		file: behindWebhook('file', [download, upload('binary')]),
		naiveItems: behindWebhook('naiveItems', [makeRows, makeCsv, put]),
		naiveFile: behindWebhook('naiveFile', [download, extract, makeCsv, put]),
	};
}

function node(name: string, type: string, typeVersion: number) {
	return { name, type, typeVersion, parameters: {} };
}

const code = (name: string, jsCode: string) => ({
	...node(name, 'n8n-nodes-base.code', 2),
	parameters: { mode: 'runOnceForAllItems', language: 'javaScript', jsCode },
});
