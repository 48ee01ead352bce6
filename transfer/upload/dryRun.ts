import { counted } from '../shownNumber';
import type { DomoClient } from '../../domo/client';
import type { Code } from '../../domo/codes';
import { InputError } from '../inputError';
import { MemoryBudget } from '../parts/memoryBudget';
import { PartCutter, type RawPart } from '../parts/parts';
import { InputChanged, requireSamePart } from '../parts/sendParts';
import type { RowSource } from '../rowSource';
import { UploadError } from '../uploadError';
import { runChecks } from './checks';
import { openingFacts } from './openUpload';
import { FewerParts, planOf, requireAllParts } from './resume';
import { readRowCount, UploadJob, type UploadTarget } from './uploadJob';
import type { UploadOptions } from './uploadOptions';

export interface DryRunReport {
	wouldUpload: boolean;
	/** Why not, as the code of the error that the upload would end with. */
	code?: Code;
	/** Why not. */
	refusal?: string;
	/** What to do about it, or what the upload would do besides sending rows. */
	advice?: string;
	parts?: number;
	rows?: number;
	/** Raw CSV. */
	csvBytes?: number;
}

/**
 * Everything of an upload but the sending: the same checks, in the same order, on the same input. It only reads.
 *
 * @param open opens the input; it may refuse it
 * @returns what the upload would refuse, or what it would send
 * @throws DomoError where Domo does not tell what a check asks for
 */
export async function dryRun(
	client: DomoClient,
	target: UploadTarget,
	open: () => Promise<RowSource>,
	options: UploadOptions,
): Promise<DryRunReport> {
	let source: RowSource | undefined;
	try {
		source = await open();
		return await rehearse(new UploadJob(client, target, source, options));
	} catch (error) {
		return refusalOf(error);
	} finally {
		await source?.close();
	}
}

async function rehearse(job: UploadJob): Promise<DryRunReport> {
	const { options, source, client } = job;
	const { resume } = options;
	const cutter = new PartCutter(source, {
		...options,
		budget: new MemoryBudget(options.memoryBudgetBytes),
		signal: client.signal ?? new AbortController().signal,
		withSha256: resume !== undefined,
		nextChoice: () => ({ encoding: 'gzip', isFullSize: false }),
		partsAtOnce: options.maxConcurrentUploads,
		...(resume ? { plannedRows: planOf(resume) } : {}),
	});
	const landed = new Map(resume?.landedParts.map((part) => [part.part, part]));
	const facts = { ...openingFacts(job), rowsBefore: async () => await readRowCount(job, client) };
	const counts = { parts: 0, rows: 0, csvBytes: 0 };
	const count = (part: RawPart) => {
		part.release(true);
		counts.parts++;
		counts.rows += part.rows;
		counts.csvBytes += part.rawBytes;
		const known = landed.get(part.id);
		if (known) requireSamePart(part, known);
	};
	const first = await cutter.next();
	const rows = first === null ? 0 : source.rowCount;
	const notes = await runChecks(job, 'rows', {
		...facts,
		rows,
		...(first === null ? { isDrawn: true } : {}),
	});
	const isSent = first !== null || job.updateMethod === 'REPLACE';
	if (isSent) notes.push(...(await runChecks(job, 'opening', facts)));
	for (let part = first; part !== null; part = await cutter.next()) count(part);
	requireAllParts(counts.parts, resume);
	if (first !== null) await runChecks(job, 'rows', { ...facts, rows: counts.rows, isDrawn: true });
	if (resume)
		notes.push(
			`Of ${counted(counts.parts, 'part')}, ${landed.size} ${landed.size === 1 ? 'is' : 'are'} in Domo and would not be sent again.`,
		);
	return { wouldUpload: isSent, ...counts, ...(notes.length > 0 ? { advice: notes.join(' ') } : {}) };
}

/** What a report says of an error that the upload would end with. */
export function refused({
	code,
	message,
	advice = '',
}: Pick<InputError, 'code' | 'message' | 'advice'>): DryRunReport {
	return { wouldUpload: false, code, refusal: message, advice };
}

function refusalOf(error: unknown): DryRunReport {
	if (error instanceof InputError || error instanceof UploadError) return refused(error);
	if (error instanceof InputChanged || error instanceof FewerParts) {
		const { code, message } = error;
		const advice = 'A resume needs the very same input and options as the run before.';
		return refused({ code, message, advice });
	}
	throw asGiven(error);
}

function asGiven(error: unknown): unknown {
	return error;
}
