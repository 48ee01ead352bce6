import type { DomoClient } from '../../domo/client';
import type { RowSource } from '../rowSource';
import { runChecks } from './checks';
import { openingFacts } from './openUpload';
import { readRowCount, UploadJob, type UploadTarget } from './uploadJob';
import type { UploadOptions } from './uploadOptions';

/** Enough to see whether there is a row. */
const LOOK_BYTES = 1024;

/**
 * Runs the checks of an upload that is to come later in the run, so that one that is refused stops the run before
 * anything is sent. It only reads; the upload runs the checks again.
 *
 * @param source of a file, a row is drawn from it: it is to be opened again for the upload
 * @throws InputError, UploadError of the first check that refuses; DomoError
 */
export async function checkAhead(
	client: DomoClient,
	target: UploadTarget,
	source: RowSource,
	options: UploadOptions,
): Promise<void> {
	const job = new UploadJob(client, target, source, options);
	const facts = { ...openingFacts(job), rowsBefore: async () => await readRowCount(job, client) };
	const rows = source.rowCount ?? ((await source.next(LOOK_BYTES, 1)) === null ? 0 : undefined);
	await runChecks(job, 'rows', { ...facts, rows, isDrawn: false });
	if (rows !== 0 || job.updateMethod === 'REPLACE') await runChecks(job, 'opening', facts);
}
