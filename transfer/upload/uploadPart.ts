import type { DomoClient } from '../../domo/client';
import { DomoError } from '../../domo/errors';
import { uploadPart, type PartEncoding } from '../../domo/executions';
import { FastGzip } from '../parts/fastGzip';
import { gzipHeadroomBytes } from '../parts/gzip';
import { InputError } from '../inputError';
import { locateRefusal } from './refusedRow';
import type { RowSource } from '../rowSource';
import { Stretch } from '../stretch';

/** So much is drawn at once. */
const BLOCK_BYTES = 1024 * 1024;

/** A part is held in memory whole, raw and gzipped, until Domo has answered. */
export const MAX_PART_BYTES = 512 * 1024 * 1024;

export interface PartOptions {
	streamId: number;
	executionId: number;
	/** 1…N */
	partId: number;
	encoding: PartEncoding;
	maxTries: number;
	requestTimeoutMs: number;
	/** Raw CSV; MAX_PART_BYTES unless told. */
	maxPartBytes?: number;
}

export interface UploadedPart {
	rows: number;
	/** Raw CSV. */
	csvBytes: number;
	/** What went over the line, counted once. */
	sentBytes: number;
	/** How often it was sent again. */
	retries: number;
}

/**
 * Uploads all rows of a source as one part of an execution, gzipped as exactly one gzip member. The same part id
 * overwrites, so it may be run again.
 *
 * @param client its signal ends the upload
 * @param source closed at the end in any case
 * @throws InputError before anything is sent, when the input is faulty, has no rows or is too large for one part
 * @throws DomoError naming the user's own row where Domo named one of the part
 */
export async function uploadWholePart(
	client: DomoClient,
	source: RowSource,
	options: PartOptions,
): Promise<UploadedPart> {
	try {
		const { body, rows, csvBytes } = await drawBody(source, options, client.signal);
		let retries = 0;
		await uploadPart(client, options, options.partId, body, options.encoding, {
			timeoutMs: options.requestTimeoutMs,
			maxTries: options.maxTries,
			onRetry: () => retries++,
		}).catch((error: unknown) => {
			throw located(error, source, { id: options.partId, firstRow: 0, rows });
		});
		return { rows, csvBytes, sentBytes: body.length, retries };
	} finally {
		await source.close();
	}
}

/** The part's body; its raw CSV need not stay in memory while that is sent. */
async function drawBody(
	source: RowSource,
	options: PartOptions,
	signal: AbortSignal | undefined,
): Promise<{ body: Buffer; rows: number; csvBytes: number }> {
	const { blocks, rows, csvBytes } = await drawAll(source, options, signal);
	return { body: await encode(blocks, csvBytes, options.encoding, signal), rows, csvBytes };
}

async function drawAll(
	source: RowSource,
	{ partId, maxPartBytes = MAX_PART_BYTES }: PartOptions,
	signal: AbortSignal | undefined,
): Promise<{ blocks: Buffer[]; rows: number; csvBytes: number }> {
	const blocks: Buffer[] = [];
	let rows = 0;
	let csvBytes = 0;
	for (;;) {
		signal?.throwIfAborted();
		const block = await source.next(BLOCK_BYTES, Infinity);
		if (block === null) break;
		blocks.push(block.bytes);
		rows += block.rows;
		csvBytes += block.bytes.length;
		if (csvBytes > maxPartBytes) {
			throw new InputError(
				'UPLOAD_PART_TOO_LARGE',
				`Part ${partId} has more than ${Math.floor(maxPartBytes / 1024 / 1024)} MB of CSV, which is too large for one part. It was not sent`,
				"Cut the input into smaller parts, or use 'Upload in Parallel', which does so automatically.",
			);
		}
	}
	if (rows > 0) return { blocks, rows, csvBytes };
	throw new InputError(
		'UPLOAD_PART_EMPTY',
		`Part ${partId} has no rows. It was not sent`,
		'An empty part is never sent. Leave it out and number the parts 1, 2, 3 … without a gap.',
	);
}

async function encode(
	blocks: Buffer[],
	csvBytes: number,
	encoding: PartEncoding,
	signal = new AbortController().signal,
): Promise<Buffer> {
	if (encoding === 'none') return Buffer.concat(blocks, csvBytes);
	const from = gzipHeadroomBytes(csvBytes);
	const memory = Buffer.allocUnsafeSlow(from + csvBytes);
	const stretch = new Stretch();
	let to = from;
	for (const block of blocks) {
		to += block.copy(memory, to);
		if (stretch.isLong()) await stretch.rest(signal);
	}
	const body = await new FastGzip().inPlace(memory, from, to, signal);
	// Copied, as the memory is as large as the raw CSV and would stay while a part of it is sent.
	return Buffer.from(body);
}

function located(
	error: unknown,
	source: RowSource,
	part: { id: number; firstRow: number; rows: number },
): unknown {
	if (!(error instanceof DomoError)) return error;
	if (error.details.effect === 'unknown' && error.details.kind !== 'cancelled') {
		return new DomoError(
			'UPLOAD_PART_UNKNOWN',
			`It is not known whether part ${part.id} arrived: ${error.message}`,
			{
				...error.details,
				advice:
					'Upload it again under the same part ID, which overwrites. Nothing is in the DataSet before the commit.',
			},
		);
	}
	if (error.details.kind !== 'refused') return error;
	return new DomoError(error.code, `${locateRefusal(source, part, error)}: ${error.message}`, error.details);
}
