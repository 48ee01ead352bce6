/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { cp, mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { InstalledN8n } from './n8nInstall';
import { keptLog } from './kept';
import { removeFolder, startN8n, startWorker, type RunningN8n, type RunningWorker } from './n8nServer';
import { installPackedPackage } from './packedPackage';
import { RunningPostgres } from './services/postgres';
import { startRedis, type RunningRedis } from './services/redis';

/** Where n8n keeps itself */
const DATABASE = 'n8n';
/** A worker that dies is noticed after this; n8n's own is a minute. */
const LOCK_SECONDS = 30;

interface Worker {
	userFolder: string;
	running: RunningWorker | undefined;
}

/** n8n in queue mode: n8n itself, workers, Redis and PostgreSQL, with this package as a user has it. */
export class QueueMode {
	private readonly workers: Worker[] = [];
	private redis: RunningRedis | undefined;
	private runningPostgres: RunningPostgres | undefined;
	private main: RunningN8n | undefined;

	private constructor(
		private readonly n8n: InstalledN8n,
		private readonly folder: string,
		/** How many executions each worker runs at once */
		readonly concurrency: number,
	) {}

	/** @throws when something does not start; the rest is stopped then, the folder is kept */
	static async start(
		n8n: InstalledN8n,
		{ workers, concurrency }: { workers: number; concurrency: number },
	): Promise<QueueMode> {
		const queueMode = new QueueMode(n8n, await mkdtemp(join(tmpdir(), 'n8n-domo-queue-')), concurrency);
		try {
			await queueMode.startAll(workers);
			return queueMode;
		} catch (error) {
			await queueMode.stopAll();
			return await Promise.reject(error as Error);
		}
	}

	get url(): string {
		return this.main!.url.replace('localhost', '127.0.0.1');
	}

	get postgres(): RunningPostgres {
		return this.runningPostgres!;
	}

	/** n8n's own database. */
	async query(sql: string): Promise<Array<Record<string, string>>> {
		return await this.postgres.query(DATABASE, sql);
	}

	async startWorker(worker: number): Promise<void> {
		const { userFolder } = this.workers[worker];
		this.workers[worker].running = await startWorker(this.n8n, {
			userFolder,
			concurrency: this.concurrency,
			env: this.environment,
			logPath: keptLog(userFolder),
		});
	}

	/** As when its machine dies. */
	async killWorker(worker: number): Promise<void> {
		await this.workers[worker].running!.kill();
		this.workers[worker].running = undefined;
	}

	/** Which executions each worker has begun, as its log says. */
	async executionsBegun(): Promise<Array<Set<string>>> {
		return await Promise.all(
			this.workers.map(async ({ userFolder }) => {
				const log = await readFile(keptLog(userFolder), 'utf8');
				return new Set(
					[...log.matchAll(/Worker started execution (\d+) /g)].map(([, executionId]) => executionId),
				);
			}),
		);
	}

	/** The number of the worker that runs, or ran, an execution; -1 where none has begun it. */
	async workerOf(executionId: string): Promise<number> {
		return (await this.executionsBegun()).findIndex((begun) => begun.has(executionId));
	}

	async stop(): Promise<void> {
		await this.stopAll();
		await removeFolder(this.folder);
	}

	private async stopAll(): Promise<void> {
		await Promise.all([this.main?.stop(), ...this.workers.map(async ({ running }) => await running?.stop())]);
		await Promise.all([this.redis?.stop(), this.runningPostgres?.stop()]);
	}

	private async startAll(workers: number): Promise<void> {
		this.redis = await startRedis(join(this.folder, 'redis'));
		this.runningPostgres = await RunningPostgres.start();
		await this.postgres.createDatabase(DATABASE);
		const userFolder = join(this.folder, 'main');
		await installPackedPackage(userFolder);
		for (let worker = 0; worker < workers; worker++) {
			const workerFolder = join(this.folder, `worker-${worker}`);
			await mkdir(workerFolder);
			await cp(userFolder, workerFolder, { recursive: true });
			this.workers.push({ userFolder: workerFolder, running: undefined });
		}
		// Before its workers: it makes the tables.
		this.main = await startN8n(this.n8n, { userFolder, env: this.environment, logPath: keptLog(userFolder) });
		const starts = await Promise.allSettled(
			this.workers.map(async (_, worker) => await this.startWorker(worker)),
		);
		for (const start of starts) if (start.status === 'rejected') throw start.reason;
	}

	/** The same for n8n and its workers, as queue mode asks. */
	private get environment(): NodeJS.ProcessEnv {
		return {
			EXECUTIONS_MODE: 'queue',
			OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
			N8N_ENCRYPTION_KEY: 'the same for all of them',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(this.redis!.port),
			QUEUE_WORKER_LOCK_DURATION: String(LOCK_SECONDS * 1000),
			QUEUE_WORKER_LOCK_RENEW_TIME: '5000',
			QUEUE_WORKER_STALLED_INTERVAL: '5000',
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: this.postgres.host,
			DB_POSTGRESDB_PORT: String(this.postgres.port),
			DB_POSTGRESDB_USER: this.postgres.user,
			DB_POSTGRESDB_DATABASE: DATABASE,
			DB_POSTGRESDB_POOL_SIZE: '4',
		};
	}
}
