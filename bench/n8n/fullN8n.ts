/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { mkdtemp } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { N8nApi } from '../../e2e/n8nApi';
import { installN8n, NEWEST_N8N } from '../../e2e/n8nInstall';
import { removeFolder, startN8n, type RunningN8n } from '../../e2e/n8nServer';
import { installPackedPackage } from '../../e2e/packedPackage';
import { SCALE_ENV } from '../../e2e/scaleRun';
import type { Bench, Place, Variant } from '../bench';
import type { Measurement } from '../job';
import { callOverAndOver, percentile99, type Call } from './neighbour';
import { pinToCores, watchProcess } from './processWatch';
import { benchWorkflows, PATHS, type UploadQuery } from './workflows';

/** How long the neighbour is called while nothing else runs. */
const IDLE_MS = 3_000;

/** What an upload in the full n8n is told. */
export interface N8nUpload {
	input: { path: string } | { items: number };
	rows: number;
	compression: UploadQuery['compression'];
	/** Calls another workflow meanwhile; it costs the upload some time. */
	withNeighbour?: boolean;
	/** Keeps all of n8n on one core. */
	onOneCore?: boolean;
}

/** The newest full n8n with this package as a user has it. It stays up between runs, as one in production does. */
export class FullN8n {
	private constructor(
		private readonly n8n: RunningN8n,
		private readonly userFolder: string,
		/** Of the neighbour while nothing else runs. */
		readonly idleNeighbourMs: number,
	) {}

	/** @throws where it does not start; nothing is left behind then */
	static async start(bench: Bench): Promise<FullN8n> {
		const installed = await installN8n((line) => console.log(`  ${line}`), { version: NEWEST_N8N });
		const userFolder = await mkdtemp(join(tmpdir(), 'n8n-domo-bench-'));
		let n8n: RunningN8n | undefined;
		try {
			await installPackedPackage(userFolder);
			n8n = await startN8n(installed, {
				userFolder,
				env: { ...SCALE_ENV, N8N_RESTRICT_FILE_ACCESS_TO: bench.folder },
			});
			const api = new N8nApi(n8n.url);
			await api.setUpOwner();
			const { url: baseUrl, clientId, clientSecret } = bench.sink.domo;
			const name = 'Domo (sandbox)';
			const id = await api.createCredential(name, 'domoOAuth2Api', { clientId, clientSecret, baseUrl });
			for (const workflow of benchWorkflows({ id, name }))
				await api.activateWorkflow(await api.createWorkflow(workflow));
			// The first calls load modules.
			await idleNeighbour(n8n);
			return new FullN8n(n8n, userFolder, percentile99(await idleNeighbour(n8n))!);
		} catch (error) {
			await n8n?.stop();
			await removeFolder(userFolder);
			return await Promise.reject(error as Error);
		}
	}

	/** An upload as a variant; its time is the one that Upload in Parallel says, from its first look at the input. */
	variant(name: string, upload: N8nUpload): Variant {
		return { name, run: async (place) => await this.run(upload, place) };
	}

	async stop(): Promise<void> {
		await this.n8n.stop();
		await removeFolder(this.userFolder);
	}

	private async run(upload: N8nUpload, { streamId }: Place): Promise<Measurement> {
		const { input, rows, compression, withNeighbour, onOneCore } = upload;
		const pid = this.n8n.pid!;
		const query = new URLSearchParams({
			stream: String(streamId),
			compression,
			...('path' in input ? { file: input.path } : { rows: String(input.items) }),
		});
		const path = 'path' in input ? PATHS.file : PATHS.items;
		if (onOneCore) await pinToCores(pid, '0');
		const stopNeighbour = withNeighbour
			? callOverAndOver(`${this.n8n.url}/webhook/${PATHS.neighbour}`)
			: undefined;
		const stop = watchProcess(pid);
		try {
			const answer = await fetch(`${this.n8n.url}/webhook/${path}?${query}`, {
				headers: { connection: 'close' },
			});
			const watched = stop();
			const endedAtMs = performance.now();
			const text = await answer.text();
			const summary = JSON.parse(text) as { durationMs?: number; rows?: number };
			if (!answer.ok || summary.durationMs === undefined)
				throw new Error(`n8n answered: ${text.slice(0, 500)}`);
			if (summary.rows !== rows) throw new Error(`${summary.rows} rows instead of ${rows}`);
			// Before the upload began, n8n read the file.
			const beganAtMs = endedAtMs - summary.durationMs;
			const calls = (await stopNeighbour?.())?.filter(({ startedAtMs }) => startedAtMs >= beganAtMs);
			return {
				ms: summary.durationMs,
				...watched,
				...(calls ? { neighbourMs: percentile99(calls)! } : {}),
			};
		} finally {
			await stopNeighbour?.();
			if (onOneCore) await pinToCores(pid, `0-${cpus().length - 1}`);
		}
	}
}

async function idleNeighbour({ url }: RunningN8n): Promise<Call[]> {
	const stop = callOverAndOver(`${url}/webhook/${PATHS.neighbour}`);
	await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
	return await stop();
}
