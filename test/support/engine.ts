/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createRequire } from 'node:module';

import { BinaryDataService, Credentials, ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	ICredentialsHelper,
	NodeConnectionTypes,
	NodeHelpers,
	setSafeRegexEngine,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialsDecrypted,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { DomoOAuth2Api } from '../../credentials/DomoOAuth2Api.credentials';
import { DomoDataSet } from '../../nodes/DomoDataSet/DomoDataSet.node';
import { DomoStream } from '../../nodes/DomoStream/DomoStream.node';
import { expectOnPage, type Said } from './messagesPage';

// n8n-core's own copy, which knows its services: another version may stand at the top of node_modules.
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: {
		get<T>(type: new (...args: never[]) => T): T;
		set<T>(type: new (...args: never[]) => T, instance: T): void;
	};
};

// n8n gives a regular expression 250 ms by the clock, and a busy machine may keep any of them waiting for longer.
setSafeRegexEngine({
	exec: (pattern, input, flags) => new RegExp(pattern, flags).exec(input),
	test: (pattern, input, flags) => new RegExp(pattern, flags).test(input),
	replace: (pattern, input, flags, replacement) => input.replace(new RegExp(pattern, flags), replacement),
	matchAll: (pattern, input, flags = '') => [
		...input.matchAll(new RegExp(pattern, flags.includes('g') ? flags : `${flags}g`)),
	],
	split: (pattern, input, flags) => input.split(new RegExp(pattern, flags)),
});

/** Starts a workflow with the items the test gives. */
const manualTrigger: INodeType = {
	description: {
		displayName: 'Manual Trigger',
		name: 'manualTrigger',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: { name: 'Manual Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async trigger() {
		return {};
	},
	async execute() {
		return [this.getInputData()];
	},
};

/** Passes items on: something to connect outputs to. */
const noOp: INodeType = {
	description: {
		...manualTrigger.description,
		displayName: 'No Operation',
		name: 'noOp',
		group: ['transform'],
		inputs: [NodeConnectionTypes.Main],
	},
	async execute() {
		return [this.getInputData()];
	},
};

const types: Record<string, INodeType> = {
	'n8n-nodes-base.manualTrigger': manualTrigger,
	'n8n-nodes-base.noOp': noOp,
	'n8n-nodes-domo.domoDataSet': new DomoDataSet(),
	'n8n-nodes-domo.domoStream': new DomoStream(),
};

/** Makes another node type known to the engine, for examples that use n8n's own nodes. */
export function registerNodeType(name: string, type: INodeType): void {
	types[name] = type;
}

export const nodeTypes: INodeTypes = {
	getByName: (type) => types[type],
	getByNameAndVersion: (type) => types[type],
	getKnownTypes: () => ({}),
};

const credentialTypes: Record<string, ICredentialType> = { domoOAuth2Api: new DomoOAuth2Api() };

/** oAuth2Api's own defaults, which n8n merges in from the parent type. */
const parentDefaults = {
	sendAdditionalBodyProperties: false,
	additionalBodyProperties: '',
	ignoreSSLIssues: false,
};

/** Same contract as n8n's CredentialsHelper, with the database replaced by a map. */
export class MemoryCredentials extends ICredentialsHelper {
	constructor(readonly store: Record<string, ICredentialDataDecryptedObject>) {
		super();
	}

	getParentTypes(type: string): string[] {
		return credentialTypes[type]?.extends ?? [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async authenticate(
		_credentials: ICredentialDataDecryptedObject,
		_type: string,
		options: IHttpRequestOptions,
	) {
		return options;
	}

	async preAuthentication() {
		return undefined;
	}

	async runPreAuthentication() {
		return undefined;
	}

	async getCredentials(node: { id: string | null; name: string }, type: string) {
		return new Credentials({ id: node.id, name: node.name }, type);
	}

	getCredentialsProperties(type: string) {
		return credentialTypes[type].properties;
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		node: { id: string | null; name: string },
		type: string,
		_mode: unknown,
		_executeData?: unknown,
		raw?: boolean,
	): Promise<ICredentialDataDecryptedObject> {
		const stored = structuredClone(this.store[node.id as string]);
		if (raw) return stored;
		const data = {
			...parentDefaults,
			...(NodeHelpers.getNodeParameters(
				this.getCredentialsProperties(type),
				stored as never,
				true,
				false,
				null,
				null,
			) as object),
			...stored,
		} as never;
		const holder: INode = {
			id: 'm',
			name: 'm',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		};
		const workflow = new Workflow({ nodes: [holder], connections: {}, active: false, nodeTypes });
		return workflow.expression.getComplexParameterValue(
			holder,
			data,
			'internal',
			{},
			undefined,
			undefined,
			data,
		) as never;
	}

	async updateCredentials(node: { id: string | null }, _type: string, data: ICredentialDataDecryptedObject) {
		this.store[node.id as string] = data;
	}

	async updateCredentialsOauthTokenData(
		node: { id: string | null },
		_type: string,
		data: ICredentialDataDecryptedObject,
	) {
		const id = node.id as string;
		this.store[id] = { ...this.store[id], oauthTokenData: data.oauthTokenData };
	}

	async getCredentialsWithData(): Promise<ICredentialsDecrypted> {
		throw new Error('not used by the engine');
	}
}

export interface RunOptions {
	timeZone?: string;
	/** What n8n keeps of the workflow from run to run; the run changes it in place. */
	staticData?: IDataObject;
	/** Called once the run is under way, e.g. to stop it. */
	onStarted?: (stop: () => void) => void;
}

/** Runs a workflow in n8n's own engine. */
export async function runWorkflow(
	data: Pick<IWorkflowBase, 'nodes' | 'connections' | 'settings'>,
	credentials: MemoryCredentials,
	input: INodeExecutionData[] = [{ json: {} }],
	options: RunOptions = {},
): Promise<IRun> {
	const settings = { executionOrder: 'v1' as const, timezone: options.timeZone ?? 'UTC', ...data.settings };
	const workflow = new Workflow({
		id: 'test',
		nodes: data.nodes,
		connections: data.connections,
		settings,
		active: false,
		nodeTypes,
		...(options.staticData ? { staticData: options.staticData } : {}),
	});
	const hooks = new ExecutionLifecycleHooks('manual', '1', { ...data, id: 'test', name: 'test' } as never);
	let resolveDone!: (run: IRun) => void;
	const done = new Promise<IRun>((resolve) => {
		resolveDone = resolve;
	});
	hooks.addHandler('workflowExecuteAfter', (run) => resolveDone(run));
	const additionalData = {
		hooks,
		credentialsHelper: credentials,
		executionId: '1',
		currentNodeExecutionIndex: 0,
		restApiUrl: 'http://localhost/rest',
		instanceBaseUrl: 'http://localhost/',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		variables: {},
		setExecutionStatus: () => {},
		sendDataToUI: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;
	const start = workflow.getStartNode();
	if (!start) throw new Error('the workflow has no start node');
	const execute = new WorkflowExecute(
		additionalData,
		'manual',
		createRunExecutionData({
			executionData: { nodeExecutionStack: [{ node: start, data: { main: [input] }, source: null }] },
		}),
	);
	const running = execute.processRunExecutionData(workflow);
	options.onStarted?.(() => running.cancel());
	// A stopped run rejects; what it left behind comes through the hook all the same.
	running.catch(() => undefined);
	return await done;
}

export const TEST_CREDENTIAL_ID = 'domo';

/** A credential for a server at `baseUrl`. */
export function credentialsFor(
	server: { url: string; clientId: string; clientSecret: string },
	more: IDataObject = {},
): MemoryCredentials {
	return new MemoryCredentials({
		[TEST_CREDENTIAL_ID]: {
			clientId: server.clientId,
			clientSecret: server.clientSecret,
			baseUrl: server.url,
			...more,
		} as never,
	});
}

export interface NodeResult {
	/** The node's items, by output: 0 is success, 1 the error output where there is one. */
	outputs: INodeExecutionData[][];
	/** The items of output 0 as plain JSON. */
	json: IDataObject[];
	/** What the node failed with. */
	error?: { message: string; description?: string | null; httpCode?: string | null; context?: IDataObject };
	/** Lines shown in the output panel. */
	hints: string[];
	run: IRun;
}

export interface NodeRunOptions extends RunOptions {
	onError?: 'continueRegularOutput' | 'continueErrorOutput';
}

/** Runs one node of this package behind a trigger that emits `items`. */
export async function runNode(
	type: 'domoDataSet' | 'domoStream',
	parameters: IDataObject,
	credentials: MemoryCredentials,
	items: INodeExecutionData[] = [{ json: {} }],
	options: NodeRunOptions = {},
): Promise<NodeResult> {
	const nodes: INode[] = [
		{
			id: '1',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
		{
			id: '2',
			name: 'Domo',
			type: `n8n-nodes-domo.${type}`,
			typeVersion: 1,
			position: [200, 0],
			parameters: parameters as INode['parameters'],
			credentials: { domoOAuth2Api: { id: TEST_CREDENTIAL_ID, name: 'Domo' } },
			...(options.onError ? { onError: options.onError } : {}),
		},
	];
	const connections = { Start: { main: [[{ node: 'Domo', type: NodeConnectionTypes.Main, index: 0 }]] } };
	const run = await runWorkflow({ nodes, connections, settings: {} }, credentials, items, options);
	const task = run.data.resultData.runData.Domo?.[0];
	const outputs = (task?.data?.main ?? []).map((output) => output ?? []);
	const error = task?.error ?? run.data.resultData.error;
	const result = {
		outputs,
		json: (outputs[0] ?? []).map(({ json }) => json),
		...(error ? { error: error as unknown as NodeResult['error'] } : {}),
		hints: (task?.hints ?? []).map(({ message }) => message),
		run,
	};
	expectOnPage(saidBy(result));
	return result;
}

/** Every message and hint that a run has put out. */
function saidBy({ outputs, error, hints }: Omit<NodeResult, 'json' | 'run'>): Said[] {
	const failures = outputs.flat().flatMap(({ json }) => {
		const { error: message, details, ...others } = json;
		if (typeof message !== 'string' || Object.keys(others).some((name) => name !== 'message')) return [];
		return [{ message, code: (details as IDataObject | undefined)?.code as string | undefined }];
	});
	return [
		...(error ? [{ message: error.message, code: error.context?.code as string | undefined }] : []),
		...failures,
		...hints.map((message) => ({ message })),
	];
}

/** Same, where it must succeed. */
export async function runNodeWell(...args: Parameters<typeof runNode>): Promise<NodeResult> {
	const result = await runNode(...args);
	if (result.error) throw new Error(`${result.error.message} — ${result.error.description ?? ''}`);
	return result;
}

export { fileItem, itemsOf } from './items';

export const useFilesystemBinaryData = async (): Promise<void> =>
	await Container.get(BinaryDataService).init();
export { BinaryDataService, Container };
