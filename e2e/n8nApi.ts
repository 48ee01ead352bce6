/** The one account of an n8n that is set up here; it is reachable from this machine only. */
export const OWNER = {
	email: 'owner@example.com',
	password: 'Domo-sandbox-1',
	firstName: 'Ada',
	lastName: 'Owner',
};

export interface WorkflowJson {
	/** Where it was exported */
	id?: string;
	name: string;
	nodes: Array<{
		name: string;
		type: string;
		typeVersion?: number;
		parameters: Record<string, unknown>;
		credentials?: Record<string, { id: string; name: string }>;
	}>;
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, unknown>;
}

/** n8n closes a connection that was idle for 5 s: a request that takes it just then would fail. */
const ALONE = { connection: 'close' };

/** n8n's own REST API, as its editor uses it. */
export class N8nApi {
	private cookie = '';

	constructor(private readonly url: string) {}

	/** What n8n's first page would ask: makes the owner's account and logs in. */
	async setUpOwner(): Promise<void> {
		await this.call('POST', '/rest/owner/setup', OWNER);
	}

	/** Logs in; makes the owner's account where there is none yet. */
	async logIn(): Promise<void> {
		const { userManagement } = await this.call<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
			'GET',
			'/rest/settings',
		);
		if (userManagement.showSetupOnFirstLoad) return await this.setUpOwner();
		await this.call('POST', '/rest/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
	}

	/** @returns the credential's id */
	async createCredential(name: string, type: string, data: Record<string, unknown>): Promise<string> {
		return (await this.call<{ id: string }>('POST', '/rest/credentials', { name, type, data })).id;
	}

	/** @returns the workflow's id */
	async createWorkflow({
		name,
		nodes,
		connections,
		settings = {},
		pinData = {},
	}: WorkflowJson): Promise<string> {
		return (
			await this.call<{ id: string }>('POST', '/rest/workflows', {
				name,
				nodes,
				connections,
				settings,
				pinData,
				active: false,
			})
		).id;
	}

	/** Switches a workflow on. */
	async activateWorkflow(workflowId: string): Promise<void> {
		const { versionId } = await this.call<{ versionId: string }>('GET', `/rest/workflows/${workflowId}`);
		await this.call('POST', `/rest/workflows/${workflowId}/activate`, { versionId });
	}

	/** All node types that n8n has loaded. */
	async nodeTypes(): Promise<Array<{ name: string; displayName: string }>> {
		const answer = await fetch(`${this.url}/types/nodes.json`, {
			headers: { cookie: this.cookie, ...ALONE },
		});
		return (await answer.json()) as Array<{ name: string; displayName: string }>;
	}

	async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const answer = await fetch(`${this.url}${path}`, {
			method,
			headers: { 'content-type': 'application/json', cookie: this.cookie, ...ALONE },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const text = await answer.text();
		if (!answer.ok)
			throw new Error(`n8n answered ${method} ${path} with ${answer.status}: ${text.slice(0, 500)}`);
		const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
		if (cookies.length > 0) this.cookie = cookies.join('; ');
		return (JSON.parse(text) as { data: T }).data;
	}
}
