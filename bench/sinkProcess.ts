/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** The sandbox in a process of its own: what it costs is not charged to what is measured. */
import { readFileSync } from 'node:fs';

import type { Column } from '../domo/types';
import { startSandbox, type SandboxOptions } from '../sandbox';

export interface SinkCalls {
	start(options: SandboxOptions): Promise<{
		url: string;
		tlsUrl?: string;
		certificatePath?: string;
		clientId: string;
		clientSecret: string;
	}>;
	createStream(columns: Column[]): Promise<{ streamId: number; dataSetId: string }>;
	/** Makes the CSV of the 3 million flights; returns its rows. */
	writeFlights(path: string): Promise<number>;
	/** Makes a DataSet whose export is the lines of a CSV file with a header; returns its id. */
	serve(columns: Column[], csvPath: string): Promise<string>;
	set(
		settings: Pick<SandboxOptions, 'latencyMs' | 'connectionMs' | 'bandwidthBytesPerSecond'>,
	): Promise<void>;
	received(streamId: number): Promise<{ parts: number; bytes: number; commits: number }>;
}

export interface SinkRequest {
	id: number;
	call: keyof SinkCalls;
	args: unknown[];
}

const CHUNK_BYTES = 64 * 1024;

let sandbox: Awaited<ReturnType<typeof startSandbox>>;

const calls: SinkCalls = {
	async start(options) {
		sandbox = await startSandbox(options);
		const { url, tlsUrl, certificatePath, clientId, clientSecret } = sandbox;
		return { url, tlsUrl, certificatePath, clientId, clientSecret };
	},
	createStream: async (columns) => await sandbox.createStream({ name: 'bench', columns }),
	async writeFlights(path) {
		const { writeFlightsCsv } = await import('../examples/demo/sources');
		return await writeFlightsCsv(sandbox, path);
	},
	async serve(columns, csvPath) {
		const dataSetId = await sandbox.createDataSet({ name: 'bench', columns });
		const file = readFileSync(csvPath);
		const rows = file.subarray(file.indexOf('\n') + 1);
		// From memory: the sandbox's database is slower than the parsers that are measured.
		sandbox.storage.csv = async function* () {
			for (let from = 0; from < rows.length; from += CHUNK_BYTES)
				yield rows.subarray(from, from + CHUNK_BYTES);
		};
		return dataSetId;
	},
	async set(settings) {
		Object.assign(sandbox.settings, settings);
	},
	async received(streamId) {
		const executions = sandbox.executions(streamId);
		const parts = executions.flatMap((execution) => execution.parts);
		return {
			parts: parts.length,
			bytes: parts.reduce((sum, part) => sum + part.sentBytes, 0),
			commits: executions.reduce((sum, execution) => sum + execution.commits, 0),
		};
	},
};

process.on('message', ({ id, call, args }: SinkRequest) => {
	const run = calls[call] as (...args: unknown[]) => Promise<unknown>;
	void run(...args).then(
		(result) => process.send!({ id, result }),
		(error: Error) => process.send!({ id, error: error.message }),
	);
});
process.once('disconnect', () => void sandbox?.close().finally(() => process.exit()));
