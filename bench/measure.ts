/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** One measurement in a process of its own: gets a job, answers with a Measurement, ends. */
import type { Job, Measurement, Prepare } from './job';
import { watch } from './watch';

async function measure(job: Job): Promise<Measurement> {
	const { prepare } = (await import(`./jobs/${job.runner}.js`)) as { prepare: Prepare };
	const run = await prepare(job);
	const stop = watch();
	const startedAt = performance.now();
	const told = await run();
	const ms = performance.now() - startedAt;
	const watched = await stop();
	if (job.expectedRows !== undefined && told.rows !== undefined && told.rows !== job.expectedRows) {
		throw new Error(`${told.rows} rows instead of ${job.expectedRows}`);
	}
	return { ms, ...watched, ...told };
}

process.once('message', (job: Job) => {
	void measure(job)
		.then(
			(measurement) => ({ measurement }),
			(error: Error) => ({ error: error.stack ?? error.message }),
		)
		.then((answer) => process.send!(answer, () => process.exit()));
});
