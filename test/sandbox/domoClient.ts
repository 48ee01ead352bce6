/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import type { Column } from '../../domo/types';
import type { DescribedExecution, Sandbox } from '../../sandbox';

export interface Answer {
	status: number;
	headers: Headers;
	text: string;
	/** The answer's JSON, or undefined where it has none. */
	json: ReturnType<typeof JSON.parse>;
}

export const column = (name: string, type: Column['type'] = 'STRING'): Column => ({ name, type });

/** Plain requests to a sandbox, made with fetch and none of the package's code. */
export class DomoClient {
	token = '';

	constructor(readonly sandbox: Sandbox) {}

	async logIn(): Promise<void> {
		const { clientId, clientSecret } = this.sandbox;
		const answer = await this.ask(
			'POST',
			'/oauth/token',
			new URLSearchParams('grant_type=client_credentials&scope=data'),
			{
				authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
			},
		);
		this.token = answer.json.access_token;
	}

	async ask(
		method: string,
		path: string,
		body?: RequestInit['body'],
		headers: Record<string, string> = {},
	): Promise<Answer> {
		const response = await fetch(this.sandbox.url + path, {
			method,
			body,
			headers: { authorization: `bearer ${this.token}`, ...headers },
		});
		const text = await response.text();
		return { status: response.status, headers: response.headers, text, json: parsed(text) };
	}

	async send(method: string, path: string, body: unknown): Promise<Answer> {
		return await this.ask(method, path, JSON.stringify(body), { 'content-type': 'application/json' });
	}

	/** Creates an execution and returns its id. */
	async createExecution(streamId: number, body?: unknown): Promise<number> {
		const path = `/v1/streams/${streamId}/executions`;
		return (body ? await this.send('POST', path, body) : await this.ask('POST', path)).json.id;
	}

	async part(
		streamId: number,
		executionId: number,
		part: number,
		csv: string | Buffer,
		headers?: Record<string, string>,
	) {
		const path = `/v1/streams/${streamId}/executions/${executionId}/part/${part}`;
		return await this.ask('PUT', path, csv as RequestInit['body'], {
			'content-type': 'text/csv',
			...headers,
		});
	}

	async gzipPart(streamId: number, executionId: number, part: number, csv: string) {
		return await this.part(streamId, executionId, part, gzipSync(csv), { 'content-encoding': 'gzip' });
	}

	async commit(streamId: number, executionId: number): Promise<Answer> {
		return await this.ask('PUT', `/v1/streams/${streamId}/executions/${executionId}/commit`);
	}

	/** Commits and waits until the execution is no longer ACTIVE. */
	async commitAndWait(streamId: number, executionId: number): Promise<DescribedExecution> {
		const answer = await this.commit(streamId, executionId);
		if (answer.status !== 200) throw new Error(`commit was answered ${answer.status} ${answer.text}`);
		return await this.settled(streamId, executionId);
	}

	async settled(streamId: number, executionId: number): Promise<DescribedExecution> {
		for (;;) {
			const execution = this.sandbox.execution(streamId, executionId);
			if (execution.currentState !== 'ACTIVE') return execution;
			await wait(5);
		}
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
