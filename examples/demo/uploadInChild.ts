/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { fork } from 'node:child_process';
import { join } from 'node:path';

import type { UploadSummary } from '../../transfer/upload/upload';
import type { UploadJob } from './runUpload';
import type { UploadMessage } from './uploadProcess';

/** V8's heap in the process that uploads, in MiB. */
export const HEAP_CAP_MIB = 256;

export interface UploadOutcome {
	summary: UploadSummary;
	/** When the workflow was started and when it had ended, in milliseconds since 1970. */
	startedAtMs: number;
	endedAtMs: number;
	idleBytes: number;
	peakBytes: number;
}

/**
 * Runs one upload in a fresh process with a capped heap, whose n8n keeps binary data on disk.
 *
 * @param folder for all that n8n writes
 * @throws when the workflow fails or the process dies
 */
export async function uploadInChild(job: UploadJob, folder: string): Promise<UploadOutcome> {
	const child = fork(join(__dirname, 'uploadProcess.js'), {
		execArgv: [`--max-old-space-size=${HEAP_CAP_MIB}`],
		env: {
			...process.env,
			NODE_OPTIONS: '',
			N8N_USER_FOLDER: folder,
			N8N_ENCRYPTION_KEY: 'demo-encryption-key',
			N8N_LOG_LEVEL: 'silent',
			N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
		},
	});
	return await new Promise((resolve, reject) => {
		let startedAtMs = 0;
		child.on('message', (message: UploadMessage | { state: 'ready' }) => {
			if (message.state === 'ready') child.send(job);
			if (message.state === 'started') startedAtMs = message.startedAtMs;
			if (message.state === 'failed') reject(new Error(message.message));
			if (message.state === 'done') resolve({ ...message, startedAtMs });
		});
		child.once('error', reject);
		child.once('exit', (code, signal) =>
			reject(new Error(`The process that uploads ended early (${signal ?? `exit code ${code}`})`)),
		);
	});
}
