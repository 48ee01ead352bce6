/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What the sink's process says once it listens. */
export interface ScaleSinkAddress {
	/** The local Domo; `/file.csv?rows=N` is a file with so many rows */
	url: string;
	clientId: string;
	clientSecret: string;
	token: string;
	streamId: number;
	dataSetId: string;
}

/** What n8n's own error workflow says of an execution. */
export interface Broke {
	node?: string;
	message: string;
}

/** What has arrived since it was last asked to forget, held against what should have. */
export interface Arrived {
	rows: number;
	bytes: number;
	sentBytes: number;
	parts: number;
	/** Every byte is there, in order, once. */
	isAsSent: boolean;
}

/** What has come since it was last asked to forget, checked or not. */
export interface Coming {
	rows: number;
	bytes: number;
}

/** A local Domo in its own process that keeps no rows but checks every byte. */
export class ScaleSink {
	private constructor(
		private readonly child: ChildProcess,
		readonly address: ScaleSinkAddress,
	) {}

	static async start(): Promise<ScaleSink> {
		const child = fork(join(__dirname, 'scaleSinkProcess.js'));
		const ended = once(child, 'exit').then(([code]) => {
			throw new Error(`The local Domo ended early (${String(code)})`);
		});
		const [address] = (await Promise.race([once(child, 'message'), ended])) as [ScaleSinkAddress];
		// Only its start is waited for.
		ended.catch(() => undefined);
		return new ScaleSink(child, address);
	}

	async forget(): Promise<void> {
		await this.ask('POST', '/scale/forget');
	}

	/** @param rows how many rows of `scaleCsv` must have arrived */
	async check(rows: number): Promise<Arrived> {
		return (await this.ask('GET', `/scale/arrived?rows=${rows}`)) as Arrived;
	}

	async coming(): Promise<Coming> {
		return (await this.ask('GET', '/scale/coming')) as Coming;
	}

	async broke(): Promise<Broke | undefined> {
		return ((await this.ask('GET', '/scale/broke')) as { broke?: Broke }).broke;
	}

	private async ask(method: string, path: string): Promise<unknown> {
		const answer = await fetch(`${this.address.url}${path}`, { method });
		if (!answer.ok) throw new Error(`The local Domo answered ${path} with ${answer.status}`);
		return await answer.json();
	}

	async stop(): Promise<void> {
		if (this.child.exitCode !== null || this.child.signalCode !== null) return;
		const exit = once(this.child, 'exit');
		this.child.kill('SIGTERM');
		await exit;
	}
}
