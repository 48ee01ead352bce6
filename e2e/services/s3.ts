/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { freePort } from '../freePort';
import { startProgram, type StartedProgram } from './startedProgram';

const START_TIMEOUT_MS = 30_000;
const BUCKET = 'exports';

/** An S3 store on 127.0.0.1 with the bucket `exports`. It checks the signatures of requests that have one, and takes others, too. */
export class RunningS3 {
	readonly region = 'us-east-1';
	/** The only account there is */
	readonly accessKeyId = 'S3RVER';
	readonly secretAccessKey = 'S3RVER';

	private constructor(
		readonly url: string,
		private readonly folder: string,
		private readonly server: StartedProgram,
	) {}

	/** @throws when it does not start */
	static async start(): Promise<RunningS3> {
		const folder = await mkdtemp(join(tmpdir(), 'n8n-domo-s3-'));
		const data = join(folder, 'data');
		await mkdir(data);
		const port = await freePort();
		const s3rver = dirname(createRequire(__filename).resolve('s3rver/package.json'));
		const server = startProgram({
			// A program of its own: it catches what is thrown anywhere in its process.
			name: 's3rver',
			command: process.execPath,
			args: [
				join(s3rver, 'bin', 's3rver.js'),
				`--directory=${data}`,
				'--address=127.0.0.1',
				`--port=${port}`,
				'--configure-bucket',
				BUCKET,
			],
			cwd: folder,
			env: process.env,
			logPath: join(folder, 's3rver.log'),
		});
		const url = `http://127.0.0.1:${port}`;
		await server.waitUntilUp(
			async () =>
				await fetch(`${url}/${BUCKET}`).then(
					({ ok }) => ok,
					() => false,
				),
			START_TIMEOUT_MS,
		);
		return new RunningS3(url, folder, server);
	}

	/** Puts an object into the bucket. */
	async put(key: string, content: string | Buffer): Promise<void> {
		const answer = await fetch(`${this.url}/${BUCKET}/${key}`, {
			method: 'PUT',
			body: new Uint8Array(Buffer.from(content)),
			headers: { 'content-type': 'text/csv' },
		});
		if (!answer.ok) throw new Error(`S3 answered ${answer.status}: ${await answer.text()}`);
	}

	async stop(): Promise<void> {
		await this.server.stop();
		await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}
}
