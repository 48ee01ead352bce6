/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions, no-console */
import { execFile, fork } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Column } from '../domo/types';
import { authorize, openExecution } from './http';
import type { Job, Measurement } from './job';
import type { DomoAddress, Sink } from './sink';

/** What is given a fresh Stream and measured. */
export interface Variant {
	name: string;
	/** Runs once; the sink's counts are added to what it gives. */
	run(place: Place): Promise<Measurement>;
}

/** A fresh Stream to upload to. */
export interface Place {
	domo: DomoAddress;
	streamId: number;
	dataSetId: string;
	columns: Column[];
}

export interface Outcome {
	name: string;
	/** Empty where it was not run; `notRun` then says why. */
	samples: Measurement[];
	notRun?: string;
}

/** Why a peer is left out. */
export class NotRun extends Error {}

/** Runs variants in turn, each run in a process of its own. */
export class Bench {
	constructor(
		readonly sink: Sink & { domo: DomoAddress },
		/** For all that n8n writes, and for inputs. */
		readonly folder: string,
		readonly rounds: number,
		readonly isQuick: boolean,
	) {}

	/** A B C, B C A, C A B … so that what else the machine does meets all alike. */
	async compare(
		title: string,
		columns: Column[],
		variants: Variant[],
		rounds = this.rounds,
	): Promise<Outcome[]> {
		console.log(`  ${title}`);
		const outcomes = variants.map(({ name }): Outcome => ({ name, samples: [] }));
		for (let round = 0; round < rounds; round++) {
			for (let turn = 0; turn < variants.length; turn++) {
				const index = (turn + round) % variants.length;
				const outcome = outcomes[index];
				if (outcome.notRun !== undefined) continue;
				const place = await this.sink.call('createStream', columns);
				const measurement = await orNotRun(variants[index].run({ domo: this.sink.domo, columns, ...place }));
				if (measurement instanceof NotRun) {
					outcome.notRun = measurement.message;
					continue;
				}
				const { parts, bytes } = await this.sink.call('received', place.streamId);
				outcome.samples.push({ ...measurement, ...(parts > 0 ? { parts, sentBytes: bytes } : {}) });
			}
		}
		for (const { name, samples, notRun } of outcomes) {
			console.log(`    ${name}: ${notRun ?? samples.map(({ ms }) => `${Math.round(ms)}`).join(' ') + ' ms'}`);
		}
		return outcomes;
	}

	/**
	 * Runs one job in a process of its own.
	 *
	 * @param build the `dist-dev` of another build of this package, to measure that one
	 */
	async measure(job: Job, build = join(__dirname, '..')): Promise<Measurement> {
		const child = fork(join(build, 'bench', 'measure.js'), {
			execArgv: [
				'--expose-gc',
				'--max-old-space-size=8000',
				...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []),
			],
			env: {
				...process.env,
				NODE_OPTIONS: '--no-deprecation',
				N8N_USER_FOLDER: this.folder,
				N8N_ENCRYPTION_KEY: 'bench-encryption-key',
				N8N_LOG_LEVEL: 'silent',
				N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
			},
		});
		return await new Promise((resolve, reject) => {
			child.once('message', ({ measurement, error }: { measurement?: Measurement; error?: string }) => {
				if (measurement) resolve(measurement);
				else reject(new Error(`${job.runner}: ${error}`));
			});
			child.once('error', reject);
			child.once('exit', (code, signal) =>
				reject(new Error(`${job.runner} ended early (${signal ?? code})`)),
			);
			child.send(job);
		});
	}

	/** A job of this package or of a peer as a variant. */
	job(name: string, job: Omit<Job, keyof Place>, build?: string): Variant {
		return { name, run: async (place) => await this.measure({ ...job, ...place }, build) };
	}

	/**
	 * A shell pipeline that sends one part, as a variant. Token and execution are there before the clock starts.
	 *
	 * @param tools programs it needs; it is not run where one is missing
	 * @param command gets the part's URL as $URL and the token's header as $AUTHORIZATION
	 */
	shell(name: string, tools: string[], command: string): Variant {
		return {
			name,
			run: async ({ domo, streamId }) => {
				for (const tool of tools) await requireTool(tool);
				const authorization = await authorize(domo);
				const execution = await openExecution(domo, streamId, authorization);
				const env = {
					...process.env,
					URL: `${domo.url}${execution.partPath}1`,
					AUTHORIZATION: `Authorization: ${authorization.Authorization}`,
				};
				const startedAt = performance.now();
				await promisify(execFile)('bash', ['-c', `set -euo pipefail; ${command}`], { env });
				const ms = performance.now() - startedAt;
				await execution.commit();
				return { ms };
			},
		};
	}

	/** pydomo's stream_upload of a CSV file's rows, as a variant. */
	pydomo(name: string, csvPath: string, mode: 'ready' | 'file'): Variant {
		return {
			name,
			run: async ({ domo, dataSetId }) => {
				const python = await findPython();
				const script = join(__dirname, '..', '..', 'bench', 'pydomo_upload.py');
				const { stdout } = await promisify(execFile)(python, [
					script,
					new URL(domo.url).host,
					domo.clientId,
					domo.clientSecret,
					dataSetId,
					csvPath,
					mode,
				]);
				return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measurement;
			},
		};
	}
}

async function orNotRun(run: Promise<Measurement>): Promise<Measurement | NotRun> {
	return await run.catch((error: unknown) => {
		if (error instanceof NotRun) return error;
		throw error;
	});
}

async function requireTool(tool: string): Promise<void> {
	await promisify(execFile)('bash', ['-c', `command -v ${tool}`]).catch(() => {
		throw new NotRun(`not run: ${tool} is not installed`);
	});
}

/** @throws NotRun unless a checkout of pydomo is named and a Python has what it needs */
async function findPython(): Promise<string> {
	if (!process.env.PYDOMO_PATH) throw new NotRun('not run: PYDOMO_PATH names no checkout of pydomo');
	for (const python of [process.env.PYTHON, 'python3', '/usr/bin/python3']) {
		if (!python) continue;
		const works = await promisify(execFile)(python, [
			'-c',
			'import pandas, requests, requests_toolbelt',
		]).then(
			() => true,
			() => false,
		);
		if (works) return python;
	}
	throw new NotRun('not run: no python3 with pandas, requests and requests-toolbelt');
}
