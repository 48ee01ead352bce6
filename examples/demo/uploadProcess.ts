/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** One upload in a process of its own: gets a job, answers with the outcome, ends. */
import { watchMemory } from './peakMemory';
import { readInput, runUpload, type UploadJob } from './runUpload';
import type { UploadSummary } from '../../transfer/upload/upload';

export type UploadMessage =
	| { state: 'started'; startedAtMs: number }
	| { state: 'done'; summary: UploadSummary; endedAtMs: number; idleBytes: number; peakBytes: number }
	| { state: 'failed'; message: string };

const tell = async (message: UploadMessage): Promise<void> =>
	await new Promise((resolve) => void process.send!(message, () => resolve()));

async function run(job: UploadJob): Promise<void> {
	const memory = watchMemory();
	const input = await readInput(job);
	await tell({ state: 'started', startedAtMs: Date.now() });
	const summary = await runUpload(job, input);
	await tell({ state: 'done', summary, endedAtMs: Date.now(), ...memory.stop() });
}

process.once('message', (job: UploadJob) => {
	void run(job)
		.catch(async (error: Error) => await tell({ state: 'failed', message: error.message }))
		.finally(() => process.exit());
});
process.once('disconnect', () => process.exit());
// Asked for the job only now, so that loading n8n's engine is part of "idle".
process.send!({ state: 'ready' });
