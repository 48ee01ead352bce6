import type { Sandbox } from '../../sandbox';
import { ProgressBar, watchProgress, type Look } from '../../scripts/progressBar';

const REDRAW_MS = 100;
/** CSV bytes per byte of gzip, until the first part tells. */
const ASSUMED_RATIO = 4;

/**
 * Shows how an upload into a Stream's first execution is going, from what has arrived in the sandbox: first the
 * CSV's bytes, then the rows that are being indexed.
 *
 * @param csvBytes about how much CSV will come, if that is known
 * @returns ends the drawing
 */
export function showProgress(
	sandbox: Sandbox,
	streamId: number,
	rows: number,
	csvBytes?: number,
): () => void {
	const bar = new ProgressBar();
	bar.show(NOT_STARTED);
	return watchProgress(bar, async () => await look(sandbox, streamId, rows, csvBytes), REDRAW_MS);
}

const NOT_STARTED: Look = { total: 0, value: 0, phase: '   Starting n8n', detail: '' };

async function look(sandbox: Sandbox, streamId: number, rows: number, csvBytes?: number): Promise<Look> {
	const [execution] = sandbox.executions(streamId);
	if (!execution) return NOT_STARTED;
	if (execution.isIndexing || execution.currentState === 'SUCCESS') {
		const value = execution.currentState === 'SUCCESS' ? rows : Math.min(await stagedRows(sandbox), rows);
		const detail = `${value.toLocaleString('en-US')} of ${rows.toLocaleString('en-US')} rows`;
		return { total: rows, value, phase: '   Indexing', detail };
	}
	const { arrived, parts } = arrivedBytes(sandbox, streamId);
	const detail = `${(arrived / 1e6).toFixed(1)} MB of CSV, ${parts} parts complete`;
	return {
		total: csvBytes ?? 0,
		value: csvBytes === undefined ? 0 : Math.min(arrived, csvBytes),
		phase: '   Uploading',
		detail,
	};
}

/** CSV bytes of the parts that are in, and an estimate for those on the way. */
function arrivedBytes(sandbox: Sandbox, streamId: number): { arrived: number; parts: number } {
	const parts = sandbox.executions(streamId)[0].parts;
	const raw = parts.reduce((sum, { rawBytes }) => sum + rawBytes, 0);
	const sent = parts.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
	const onTheWay = sandbox.log
		.filter(
			({ operation, status, path }) =>
				operation === 'part' && status === undefined && path.includes(`/streams/${streamId}/`),
		)
		.reduce((sum, { bytes }) => sum + bytes, 0);
	return { arrived: raw + onTheWay * (sent > 0 ? raw / sent : ASSUMED_RATIO), parts: parts.length };
}

async function stagedRows(sandbox: Sandbox): Promise<number> {
	const [{ n }] = await sandbox.sql(
		"SELECT coalesce(sum(estimated_size), 0)::BIGINT AS n FROM duckdb_tables() WHERE starts_with(table_name, 'staged_')",
	);
	return n as number;
}
