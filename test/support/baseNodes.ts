/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/**
 * Stand-ins for the nodes of `n8n-nodes-base` that the workflows in `examples/` use: the package itself is too large
 * for a devDependency. They take the parameters as n8n's editor saves them, and honour those the examples set:
 *
 * - Code runs its jsCode over all items, If evaluates its conditions (n8n's own filter), Edit Fields its assignments,
 *   Loop Over Items gives batches to its second output and all that came back to its first.
 * - HTTP Request sends one request per item, all at once, and reads JSON or a file.
 * - Postgres runs the example's SQL in DuckDB, with `$1, $2 …`. As n8n's node does, it gives BIGINT and NUMERIC as text,
 *   moments as ISO text in UTC, and no item where there is no row.
 * - Convert to File writes the rows of a spreadsheet as JSON: making .xlsx is left to the real node.
 * - Extract From File reads the first sheet of an .xlsx file, blank cells included.
 * - Triggers pass on what the test starts them with, Wait does not wait.
 *
 * Importing this file makes them known to the engine.
 */
import { basename } from 'node:path';

import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import {
	NodeConnectionTypes,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type NodeParameterValueType,
} from 'n8n-workflow';

import { registerNodeType } from './engine';
import { readWorkbook } from './workbook';

type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

/** Any value is kept as it is; a parameter that is not declared would be dropped by n8n. */
const parameter = (name: string, value: NodeParameterValueType = ''): INodeProperties => ({
	displayName: name,
	name,
	type: 'json',
	default: value,
});
const OPTIONS = parameter('options', {});

function register(
	name: string,
	displayName: string,
	properties: INodeProperties[],
	execute: Execute,
	outputs = 1,
): void {
	registerNodeType(`n8n-nodes-base.${name}`, {
		description: {
			displayName,
			name,
			group: ['transform'],
			version: [1, 1.1, 1.2, 2, 2.1, 2.2, 2.6, 3, 3.4, 4.2],
			description: '',
			defaults: { name: displayName },
			inputs: [NodeConnectionTypes.Main],
			outputs: Array.from({ length: outputs }, () => NodeConnectionTypes.Main),
			properties,
		},
		execute,
	});
}

function registerTrigger(name: string, displayName: string, properties: INodeProperties[]): void {
	const type: INodeType = {
		description: {
			displayName,
			name,
			group: ['trigger'],
			version: [1, 1.2, 2],
			description: '',
			defaults: { name: displayName },
			inputs: [],
			outputs: [NodeConnectionTypes.Main],
			properties,
		},
		async trigger() {
			return {};
		},
		async execute() {
			return [this.getInputData()];
		},
	};
	registerNodeType(`n8n-nodes-base.${name}`, type);
}

registerTrigger('scheduleTrigger', 'Schedule Trigger', [parameter('rule', {})]);
registerTrigger('webhook', 'Webhook', [
	parameter('httpMethod', 'GET'),
	parameter('path'),
	parameter('responseMode', 'onReceived'),
	OPTIONS,
]);

register(
	'set',
	'Edit Fields',
	[parameter('assignments', {}), parameter('includeOtherFields', false), OPTIONS],
	async function () {
		const items = this.getInputData().map(({ json }, itemIndex) => {
			const { assignments } = this.getNodeParameter('assignments', itemIndex) as {
				assignments: Array<{ name: string; value: unknown }>;
			};
			const others = this.getNodeParameter('includeOtherFields', itemIndex) === true ? json : {};
			const set = Object.fromEntries(assignments.map(({ name, value }) => [name, value])) as IDataObject;
			return { json: { ...others, ...set }, pairedItem: { item: itemIndex } };
		});
		return [items];
	},
);

const AsyncFunction = (async () => undefined).constructor as new (
	...args: string[]
) => (...values: unknown[]) => Promise<unknown>;

register('code', 'Code', [parameter('jsCode')], async function () {
	const data = this.getWorkflowDataProxy(0);
	const run = new AsyncFunction('$', '$input', this.getNodeParameter('jsCode', 0) as string);
	const result = (await run(data.$, data.$input)) as Array<INodeExecutionData | IDataObject>;
	return [result.map((entry) => ('json' in entry ? (entry as INodeExecutionData) : { json: entry }))];
});

register(
	'if',
	'If',
	[{ displayName: 'Conditions', name: 'conditions', type: 'filter', default: {} }, OPTIONS],
	async function () {
		const outputs: INodeExecutionData[][] = [[], []];
		for (const [itemIndex, item] of this.getInputData().entries()) {
			const isTrue = this.getNodeParameter('conditions', itemIndex, false, { extractValue: true }) as boolean;
			outputs[isTrue ? 0 : 1].push({ ...item, pairedItem: { item: itemIndex } });
		}
		return outputs;
	},
	2,
);

interface Loop {
	waiting?: INodeExecutionData[];
	processed: INodeExecutionData[];
}

register(
	'splitInBatches',
	'Loop Over Items',
	[parameter('batchSize', 1), OPTIONS],
	async function () {
		const loop = this.getContext('node') as unknown as Loop;
		const items = this.getInputData();
		if (loop.waiting === undefined) {
			loop.waiting = items.map((item, itemIndex) => ({ ...item, pairedItem: { item: itemIndex } }));
			loop.processed = [];
		} else {
			loop.processed = [...loop.processed, ...items];
		}
		const batch = loop.waiting.splice(0, this.getNodeParameter('batchSize', 0) as number);
		return batch.length === 0 ? [loop.processed, []] : [[], batch];
	},
	2,
);

register(
	'httpRequest',
	'HTTP Request',
	[
		parameter('method', 'GET'),
		parameter('url'),
		parameter('sendBody', false),
		parameter('contentType', 'json'),
		parameter('specifyBody', 'keypair'),
		parameter('jsonBody'),
		parameter('inputDataFieldName'),
		OPTIONS,
	],
	async function () {
		const answers = await Promise.all(
			this.getInputData().map(async (_, itemIndex) => {
				const pairedItem = { item: itemIndex };
				try {
					return (await request(this, itemIndex)).map((item) => ({ ...item, pairedItem }));
				} catch (error) {
					const { message } = error as Error;
					if (!this.continueOnFail()) throw new NodeOperationError(this.getNode(), message, { itemIndex });
					return [{ json: { error: message }, pairedItem }];
				}
			}),
		);
		return [answers.flat()];
	},
);

async function request(node: IExecuteFunctions, itemIndex: number): Promise<INodeExecutionData[]> {
	const url = node.getNodeParameter('url', itemIndex) as string;
	const method = node.getNodeParameter('method', itemIndex) as string;
	const answer = await fetch(url, { method, ...(await requestBody(node, itemIndex)) });
	const bytes = Buffer.from(await answer.arrayBuffer());
	if (!answer.ok)
		throw new Error(`Request failed with status code ${answer.status}: ${bytes.toString('utf8')}`);
	const format = node.getNodeParameter(
		'options.response.response.responseFormat',
		itemIndex,
		'autodetect',
	) as string;
	if (format === 'file') {
		const mimeType = answer.headers.get('content-type') ?? undefined;
		return [
			{
				json: {},
				binary: {
					data: await node.helpers.prepareBinaryData(bytes, basename(new URL(url).pathname), mimeType),
				},
			},
		];
	}
	const json = bytes.length === 0 ? {} : (JSON.parse(bytes.toString('utf8')) as IDataObject | IDataObject[]);
	return (Array.isArray(json) ? json : [json]).map((entry) => ({ json: entry }));
}

async function requestBody(node: IExecuteFunctions, itemIndex: number): Promise<RequestInit> {
	if (node.getNodeParameter('sendBody', itemIndex) !== true) return {};
	if (node.getNodeParameter('contentType', itemIndex) === 'binaryData') {
		const field = node.getNodeParameter('inputDataFieldName', itemIndex) as string;
		const { mimeType } = node.helpers.assertBinaryData(itemIndex, field);
		const body = new Uint8Array(await node.helpers.getBinaryDataBuffer(itemIndex, field));
		return { body, headers: { 'content-type': mimeType } };
	}
	const body = node.getNodeParameter('jsonBody', itemIndex);
	return {
		body: typeof body === 'string' ? body : JSON.stringify(body),
		headers: { 'content-type': 'application/json' },
	};
}

/** The database behind the Postgres stand-in. */
export class SourceDatabase {
	private static opened: Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> | undefined;

	private static async open() {
		const instance = await DuckDBInstance.create(':memory:');
		const connection = await instance.connect();
		await connection.run("SET TimeZone = 'UTC'");
		return { instance, connection };
	}

	/** To be called once all tests are through. */
	static async close(): Promise<void> {
		const opened = await this.opened;
		this.opened = undefined;
		opened?.connection.closeSync();
		opened?.instance.closeSync();
	}

	/** Runs a statement. @returns its rows, as n8n's Postgres node would give them */
	static async query(sql: string, values: unknown[] = []): Promise<IDataObject[]> {
		this.opened ??= this.open();
		const { connection } = await this.opened;
		const reader = await connection.runAndReadAll(sql, values as DuckDBValue[]);
		const moments = reader
			.columnNames()
			.filter((_, column) => String(reader.columnType(column)).startsWith('TIMESTAMP'));
		return reader.getRowObjectsJson().map((row) => {
			const json = row as IDataObject;
			for (const name of moments) if (json[name] !== null) json[name] = isoMoment(String(json[name]));
			return json;
		});
	}
}

/** @param text as DuckDB writes it: 2026-01-31 12:00:00.5, with or without +00 */
const isoMoment = (text: string) => new Date(`${text.replace(/\+00$/, '')}Z`).toISOString();

register('postgres', 'Postgres', [parameter('operation'), parameter('query'), OPTIONS], async function () {
	const output: INodeExecutionData[] = [];
	for (let itemIndex = 0; itemIndex < this.getInputData().length; itemIndex++) {
		const pairedItem = { item: itemIndex };
		const values = this.getNodeParameter('options.queryReplacement', itemIndex, []) as unknown[];
		try {
			const rows = await SourceDatabase.query(this.getNodeParameter('query', itemIndex) as string, values);
			for (const json of rows) output.push({ json, pairedItem });
		} catch (error) {
			const { message } = error as Error;
			if (!this.continueOnFail()) throw new NodeOperationError(this.getNode(), message, { itemIndex });
			output.push({ json: { message, error: { message } }, pairedItem });
		}
	}
	return [output];
});

register(
	'convertToFile',
	'Convert to File',
	[parameter('operation'), parameter('binaryPropertyName', 'data'), OPTIONS],
	async function () {
		const items = this.getInputData();
		const fileName = this.getNodeParameter('options.fileName', 0, 'spreadsheet.xlsx') as string;
		const rows = Buffer.from(JSON.stringify(items.map(({ json }) => json)));
		const file = await this.helpers.prepareBinaryData(rows, fileName, 'application/json');
		return [[{ json: {}, binary: { [this.getNodeParameter('binaryPropertyName', 0) as string]: file } }]];
	},
);

register(
	'extractFromFile',
	'Extract From File',
	[parameter('operation'), parameter('binaryPropertyName', 'data'), OPTIONS],
	async function () {
		const output: INodeExecutionData[] = [];
		for (let itemIndex = 0; itemIndex < this.getInputData().length; itemIndex++) {
			const field = this.getNodeParameter('binaryPropertyName', itemIndex) as string;
			const file = await this.helpers.getBinaryDataBuffer(itemIndex, field);
			for (const json of readWorkbook(file)) output.push({ json, pairedItem: { item: itemIndex } });
		}
		return [output];
	},
);

register('stopAndError', 'Stop and Error', [parameter('errorMessage')], async function () {
	throw new NodeOperationError(this.getNode(), this.getNodeParameter('errorMessage', 0) as string);
});

register('respondToWebhook', 'Respond to Webhook', [parameter('respondWith'), OPTIONS], async function () {
	return [this.getInputData()];
});

register('wait', 'Wait', [parameter('amount', 5), parameter('unit', 'seconds')], async function () {
	return [this.getInputData()];
});
