import type { DomoClient } from '../../domo/client';
import { getDataSet, importData } from '../../domo/dataSets';
import { DomoError, orDomoError } from '../../domo/errors';
import type { UpdateMethod } from '../../domo/types';
import type { CheckResult } from '../checks/check';
import type { CheckRun } from '../checks/checkRun';
import { InputError } from '../inputError';
import type { RowSource } from '../rowSource';
import { withNothingSent } from '../withMore';
import { locateNamedRow } from './refusedRow';
import { pleaseReport } from '../../domo/unproven';

const BYTES_PER_MB = 1_000_000;

const UPLOAD_IN_PARALLEL = "'Upload in Parallel' of the Domo Stream node";

export interface ImportOptions {
	updateMethod: UpdateMethod;
	/** Of CSV, in one request. */
	maxImportBytes: number;
	allowEmptyReplace: boolean;
	/** The DataSet's rows before, where Domo tells them. */
	rowsBefore?: number;
	/** Checks of the rows before they are sent, where any are chosen; the source is one they watch. */
	checks?: CheckRun;
	/** Lines for the user: what was decided for them, what they should look at. */
	hint: (message: string) => void;
}

export interface ImportSummary {
	dataSetId: string;
	updateMethod: UpdateMethod;
	rows: number;
	csvBytes: number;
	durationMs: number;
	/** Every check, where any was chosen. */
	checks?: CheckResult[];
}

/**
 * Loads all rows of a source into a DataSet, with one request.
 *
 * @param source closed at the end in any case
 * @throws InputError before anything is sent: faulty input, more than `maxImportBytes`, a REPLACE without rows
 * @throws DomoError; with effect `unknown` the rows of an APPEND may be in the DataSet
 */
export async function importRows(
	client: DomoClient,
	dataSetId: string,
	source: RowSource,
	options: ImportOptions,
): Promise<ImportSummary> {
	const startedAtMs = performance.now();
	const { updateMethod } = options;
	try {
		const { checks } = options;
		const { csv, rows } = await checkedRows(source, options).catch((error: unknown) => {
			throw error instanceof InputError ? withNothingSent(error) : error;
		});
		if (rows > 0) {
			const outcome = await orDomoError(importData(client, dataSetId, csv, updateMethod));
			if (outcome instanceof DomoError)
				throw await explain(client, dataSetId, source, rows, outcome, options);
		} else if (updateMethod === 'APPEND') {
			options.hint('The input has no rows, so nothing was sent.');
		} else {
			await replaceByNothing(client, dataSetId, options);
		}
		return {
			dataSetId,
			updateMethod,
			rows,
			csvBytes: csv.length,
			durationMs: Math.round(performance.now() - startedAtMs),
			...(checks ? { checks: [...checks.results] } : {}),
		};
	} finally {
		await source.close();
	}
}

/** @throws InputError */
async function checkedRows(
	source: RowSource,
	{ maxImportBytes, checks, rowsBefore, updateMethod }: ImportOptions,
): Promise<{ csv: Buffer; rows: number }> {
	const drawn = await drawAll(source, maxImportBytes);
	const { rows } = drawn;
	await checks?.judge({ rows, updateMethod, ...(rowsBefore === undefined ? {} : { rowsBefore }) });
	return drawn;
}

async function drawAll(source: RowSource, maxBytes: number): Promise<{ csv: Buffer; rows: number }> {
	const blocks: Buffer[] = [];
	let bytes = 0;
	let rows = 0;
	for (;;) {
		// One byte more than allowed is enough to know; the source rarely needs a second call.
		const block = await source.next(maxBytes + 1 - bytes, Infinity);
		if (block === null) return { csv: blocks.length === 1 ? blocks[0] : Buffer.concat(blocks), rows };
		blocks.push(block.bytes);
		bytes += block.bytes.length;
		rows += block.rows;
		if (bytes > maxBytes) {
			throw new InputError(
				'UPLOAD_IMPORT_TOO_LARGE',
				`The input is more than ${Number((maxBytes / BYTES_PER_MB).toFixed(3))} MB of CSV, which is too much for one request. Nothing was sent`,
				`Load it with ${UPLOAD_IN_PARALLEL}, which sends parts side by side and can repeat each of them. Or raise 'Max Import Size (MB)'; very large requests are known to break off on the way to Domo.`,
			);
		}
	}
}

async function replaceByNothing(
	client: DomoClient,
	dataSetId: string,
	options: ImportOptions,
): Promise<void> {
	if (!options.allowEmptyReplace) {
		throw new InputError(
			'UPLOAD_EMPTY_REPLACE',
			'The input has no rows, and a REPLACE with none would empty the DataSet. Nothing was sent',
			"If the DataSet is to be emptied, switch on 'Allow Empty Replace'.",
		);
	}
	await importData(client, dataSetId, Buffer.alloc(0), 'REPLACE');
	const seen = await orDomoError(getDataSet(client, dataSetId));
	const rows = seen instanceof DomoError ? undefined : seen.rows;
	options.hint(
		rows === 0
			? 'The DataSet was replaced by no rows and is empty now.'
			: seen instanceof DomoError
				? `Domo took the REPLACE without rows, but whether the DataSet is empty now is not known: ${seen.message}`
				: `Domo took the REPLACE without rows, but the DataSet still shows a row count of ${rows ?? 'nothing'}. Look at the DataSet. ` +
					pleaseReport('how Domo treats such a REPLACE'),
	);
}

/** What an import ended with, in terms of the user's own rows and of what may be in the DataSet now. */
async function explain(
	client: DomoClient,
	dataSetId: string,
	source: RowSource,
	rows: number,
	error: DomoError,
	options: ImportOptions,
): Promise<DomoError> {
	const { details } = error;
	if (details.effect === 'unknown' && options.updateMethod === 'APPEND') {
		return await unknownAppend(client, dataSetId, rows, error, options.rowsBefore);
	}
	if (details.effect === 'unknown') {
		return new DomoError(
			'UPLOAD_REPLACE_UNKNOWN',
			`${error.message}. Whether the DataSet was replaced is not known`,
			{
				...details,
				advice: 'A REPLACE may be run again without harm: it leaves the same rows.',
			},
		);
	}
	const words = details.domoMessage ?? '';
	const advice = adviceForImport(details.status, words);
	const named = locateNamedRow(source, 0, rows, error);
	const where = named ? `${named.where}: ` : '';
	return new DomoError(error.code, where + error.message, { ...details, ...(advice ? { advice } : {}) });
}

async function unknownAppend(
	client: DomoClient,
	dataSetId: string,
	rows: number,
	error: DomoError,
	rowsBefore: number | undefined,
): Promise<DomoError> {
	const now = await orDomoError(getDataSet(client, dataSetId));
	const before = rowsBefore === undefined ? 'not known' : String(rowsBefore);
	const after =
		now instanceof DomoError || now.rows === undefined ? 'could not be read' : `is ${now.rows} now`;
	return new DomoError(
		'UPLOAD_APPEND_UNKNOWN',
		`It is not known whether the rows of this APPEND are in the DataSet: ${error.message}. Its row count was ${before} before and ${after}; rows sent: ${rows}`,
		{
			...error.details,
			advice: `Look at the DataSet before you load these rows again, or they may be there twice; its row count can lag behind. ${UPLOAD_IN_PARALLEL} can tell in such a case, and repeats what did not arrive.`,
		},
	);
}

function adviceForImport(status: number | undefined, domoMessage: string): string | undefined {
	// Domo does not document how it words this limit.
	if (
		/\b(push|hour)|(update|import|upload|rate|request)s? limit|limit (was |is |has been )?(reached|exceeded)/i.test(
			domoMessage,
		)
	) {
		return 'Standard and Trial plans of Domo take one push an hour into a DataSet. Run the workflow again later, or collect rows and load them together.';
	}
	if (status === 413) return `The import is too large for Domo. Load it with ${UPLOAD_IN_PARALLEL}.`;
	return undefined;
}
