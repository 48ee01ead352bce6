/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import type { SandboxOptions } from '../sandbox';
import type { SinkCalls } from './sinkProcess';

export interface DomoAddress {
	url: string;
	tlsUrl?: string;
	certificatePath?: string;
	clientId: string;
	clientSecret: string;
}

/** Talks to a sandbox in its own process. */
export class Sink {
	private nextId = 0;
	private readonly waiting = new Map<
		number,
		{ resolve: (value: never) => void; reject: (error: Error) => void }
	>();

	private constructor(private readonly child: ChildProcess) {
		child.on('message', ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
			const waiter = this.waiting.get(id);
			this.waiting.delete(id);
			if (error === undefined) waiter?.resolve(result as never);
			else waiter?.reject(new Error(error));
		});
		child.once('exit', (code) => {
			for (const { reject } of this.waiting.values()) reject(new Error(`The sink ended early (${code})`));
		});
	}

	/** @param options `keepRows: false` counts parts and bytes only */
	static async start(options: SandboxOptions): Promise<Sink & { domo: DomoAddress }> {
		const sink = new Sink(fork(join(__dirname, 'sinkProcess.js')));
		return Object.assign(sink, { domo: await sink.call('start', options) });
	}

	async call<K extends keyof SinkCalls>(
		call: K,
		...args: Parameters<SinkCalls[K]>
	): Promise<Awaited<ReturnType<SinkCalls[K]>>> {
		const id = this.nextId++;
		return await new Promise<Awaited<ReturnType<SinkCalls[K]>>>((resolve, reject) => {
			this.waiting.set(id, { resolve, reject });
			this.child.send({ id, call, args });
		});
	}

	close(): void {
		this.child.disconnect();
	}
}
