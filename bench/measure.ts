/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** One measurement in a process of its own: gets a job, answers with a Measurement, ends. */
import type { Job, Measurement, Prepare } from './job';
import { watch, type Watched } from './watch';

async function measure(job: Job): Promise<Measurement> {
	const { prepare } = (await import(`./jobs/${job.runner}.js`)) as { prepare: Prepare };
	const run = await prepare(job);
	let measured: (Watched & { ms: number }) | undefined;
	const told = await run(async (work) => {
		const stop = watch();
		const startedAt = performance.now();
		const result = await work();
		const ms = performance.now() - startedAt;
		measured = { ms, ...(await stop()) };
		return result;
	});
	if (job.expectedRows !== undefined && told.rows !== undefined && told.rows !== job.expectedRows) {
		throw new Error(`${told.rows} rows instead of ${job.expectedRows}`);
	}
	if (!measured) throw new Error('nothing was measured');
	return { ...measured, ...told };
}

process.once('message', (job: Job) => {
	void measure(job)
		.then(
			(measurement) => ({ measurement }),
			(error: Error) => ({ error: error.stack ?? error.message }),
		)
		.then((answer) => process.send!(answer, () => process.exit()));
});
